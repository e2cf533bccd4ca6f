import pytest

from lims.domain.sequence import InjectionKind
from lims.services.quantitation_sequence import MAX_BYTES, MAX_LINES, read_sequence_file
from spectra import FormatErrors

HEADER = "run,sample_name,sample_type,nominal_ug_per_ml"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "runs").mkdir()
    for name in ("a.D", "b.D", "c.cdf", "d.mzML", "d.cdf", "e"):
        (tmp_path / "runs" / name).touch()
    return tmp_path


def read(folder, text, *, fewest=0):
    path = folder / "sequence.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sequence_file(path, runs=folder / "runs", fewest_calibrators=fewest)


def faults(folder, text, *, fewest=0):
    with pytest.raises(FormatErrors) as caught:
        read(folder, text, fewest=fewest)
    return [str(fault).split("sequence.csv, ")[1] for fault in caught.value.exceptions]


def test_lines_in_order_with_other_columns_left_alone(folder):
    text = "\ufeff" + f'vial,{HEADER}\r\n1,a,"x, y",Calibrator, 25 \r\n\r\n2,b,blank,blank,NA\r\n3,c,z,control,\r\n'
    first, second, third = read(folder, text)
    assert (first.number, first.run, first.sample_name) == (2, "a", "x, y")
    assert (first.kind, first.nominal_ug_per_ml, first.path.name) == (InjectionKind.CALIBRATOR, 25.0, "a.D")
    assert (second.kind, second.nominal_ug_per_ml) == (InjectionKind.BLANK, None)
    assert (third.path.name, third.nominal_ug_per_ml) == ("c.cdf", None)


def test_a_run_may_stand_under_its_own_name(folder):
    assert read(folder, f"{HEADER}\ne,x,exhibit,\n")[0].path.name == "e"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a,x,calibrator,", "line 2: found a calibrator without a nominal concentration; expected a number above 0"),
        ("a,x,sample,", "line 2: found sample type 'sample'; expected blank or calibrator or control"),
        ("a,x,calibrator,-5", "line 2: found nominal concentration '-5'"),
        ("a,x,calibrator,five", "line 2: found nominal concentration 'five'"),
        ("a,x,calibrator,inf", "line 2: found nominal concentration 'inf'"),
        ("a,x,exhibit,5", "line 2: found exhibit with a nominal concentration '5'; expected nothing"),
        ("z,x,exhibit,", "line 2: found no run 'z'"),
        ("d,x,exhibit,", "line 2: found 2 runs 'd'"),
        ("../a,x,exhibit,", "line 2: found run '../a'"),
        (",x,exhibit,", "line 2: found run ''"),
        ("a,x,exhibit", "line 2: found 3 fields; expected 4"),
        ("a,x,exhibit,\na,x,exhibit,", "line 3: found run 'a' again (line 2)"),
        ('a,"x,exhibit,', "line 2: found unexpected end of data"),
    ],
)
def test_each_fault_with_its_line(folder, line, fault):
    (found,) = faults(folder, f"{HEADER}\n{line}\n")
    assert found.startswith(fault)


def test_too_few_calibrators_for_the_curve(folder):
    (found,) = faults(folder, f"{HEADER}\na,x,calibrator,5\nb,x,calibrator,5\n", fewest=4)
    assert found.startswith("the calibrators: found 1 calibrators of different concentration; expected at least 4")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("run,sample_name\na,x\n", "line 1: found columns run, sample_name; expected sample_type, nominal_ug_per_ml"),
        ("", "line 1: found columns none"),
        (
            f"{HEADER},run\n",
            "line 1: found columns run, sample_name, sample_type, nominal_ug_per_ml, run",
        ),
        (b"run\xff", "the file: found 'utf-8' codec"),
        (b"x" * (MAX_BYTES + 1), "the file: found more bytes"),
        (HEADER + "\na,x,exhibit," * (MAX_LINES + 1), f"line {MAX_LINES + 1}: found more lines"),
    ],
)
def test_what_is_no_sequence_is_refused(folder, text, fault):
    assert any(found.startswith(fault) for found in faults(folder, text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FormatErrors, match="fault"):
        read_sequence_file(tmp_path / "absent.csv", runs=tmp_path, fewest_calibrators=0)


def test_a_folder_of_runs_that_is_not_there(tmp_path):
    (tmp_path / "s.csv").write_text(f"{HEADER}\na,x,exhibit,\n")
    with pytest.raises(FormatErrors) as caught:
        read_sequence_file(tmp_path / "s.csv", runs=tmp_path / "absent", fewest_calibrators=0)
    assert "no run 'a'" in str(caught.value.exceptions[0])
