"""The reading process: whatever a reader does in it, the parent answers with a run or with one error in words."""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from io import FileIO
from pathlib import Path

import pytest

from spectra.errors import FormatError, FormatErrors, InvalidSettingError
from spectra.formats import bounded, child, read_msp, read_run, run_manifest, write_andi_cdf
from spectra.formats.bounded import BoundedReader, read_msp_bounded, read_run_bounded, read_spectra_bounded
from spectra.formats.child_start import PACKAGES, lay_bare_packages
from spectra.formats.read_limits import LIBRARY_LIMITS, RUN_LIMITS, ReadLimits, limits_not_enforced
from spectra.formats.reading import READINGS, RunReading
from spectra.formats.spectrum_file import read_spectra
from spectra.formats.transport import frame_status, value_of
from tests.builders import hostile_reader
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.zip_archives import run_members, write_zip

HOSTILE = Path(hostile_reader.__file__)
SHORT = replace(RUN_LIMITS, wall_s=1)
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's own")


@pytest.fixture
def agilent(tmp_path):
    return write_folder(tmp_path / "220223014.D", data_file().data, contents_xml=b"<c/>")


def hostile(tmp_path, name, limits=RUN_LIMITS, content=b"x"):
    path = tmp_path / f"{name}.bin"
    path.write_bytes(content)
    return bounded._read("run", RunReading, path, limits, start=HOSTILE)


def assert_refused(tmp_path, name, match, limits=RUN_LIMITS, content=b"x"):
    with pytest.raises(FormatError, match=match) as refusal:
        hostile(tmp_path, name, limits, content)
    assert refusal.value.path == tmp_path / f"{name}.bin"
    assert refusal.value.place == "the reading process"
    assert "\x1b" not in str(refusal.value)
    assert "<script>" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "limits", "match"),
    [
        ("sleeps", SHORT, "no answer within 1 s; expected a file that needs less; raise the limit wall_s"),
        ("closes", SHORT, "no answer within 1 s"),
        ("rings", RUN_LIMITS, "no answer within 15 s"),
        ("computes", replace(RUN_LIMITS, cpu_s=1), "more than 1 s of processor time needed; .* raise the limit cpu_s"),
        ("announces_much", RUN_LIMITS, "more than 256 MB of answer; .* raise the limit answer_mb"),
        ("babbles_much", replace(RUN_LIMITS, answer_mb=1), "more than 1 MB of answer"),
        ("crashes", RUN_LIMITS, "its end by signal SIGSEGV; .* do not trust"),
        ("aborts", RUN_LIMITS, "its end by signal SIGABRT"),
        ("dies_midway", RUN_LIMITS, "its end by signal SIGABRT"),
        ("is_killed", RUN_LIMITS, "its end by signal SIGKILL"),
        ("leaves", RUN_LIMITS, "no answer and exit code 3"),
        ("fails", RUN_LIMITS, r"an error of the reader itself \('KeyError'\)"),
        ("recurses", RUN_LIMITS, "'RecursionError'"),
        ("writes", RUN_LIMITS, "'OSError'"),
        ("opens", RUN_LIMITS, "'OSError'"),
        ("babbles", RUN_LIMITS, "an answer that cannot be taken"),
        ("stops_midway", RUN_LIMITS, r"cannot be taken \(bytes that are no whole answer\)"),
        ("says_another_status", RUN_LIMITS, "an unknown status"),
        ("refuses_without_fault", RUN_LIMITS, "a refusal without a fault"),
        ("answers_another_kind", RUN_LIMITS, r"cannot be taken \(no RunReading"),
        ("answers_what_no_frame_holds", RUN_LIMITS, "'TransportError'"),
    ],
)
def test_a_reader_that_misbehaves_is_one_error(tmp_path, name, limits, match):
    begin = time.monotonic()
    assert_refused(tmp_path, name, match, limits)
    assert time.monotonic() - begin < RUN_LIMITS.wall_s
    assert not (tmp_path / "written").exists() or not (tmp_path / "written").stat().st_size


@ON_LINUX
@pytest.mark.parametrize("name", ["allocates", "allocates_in_numpy"])
def test_memory_is_limited(tmp_path, name):
    assert_refused(tmp_path, name, "more than 512 MB of memory needed; .* raise the limit memory_mb")


@ON_LINUX
def test_what_a_reader_starts_ends_with_it(tmp_path):
    """Root may start processes in spite of the limit, so the session is killed; others cannot start any."""
    begin = time.monotonic()
    with pytest.raises(FormatError, match=r"exit code 5|'BlockingIOError'"):
        hostile(tmp_path, "forks", content=b"PK\x03\x04")
    assert time.monotonic() - begin < RUN_LIMITS.wall_s
    if (tmp_path / "forked").exists() and (number := (tmp_path / "forked").read_text()):
        deadline = time.monotonic() + 10
        while is_running(number) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not is_running(number)


def is_running(number):
    status = Path("/proc", number, "stat")
    try:
        return status.read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_reader_that_unpacks_may_write_files_of_limited_size(tmp_path):
    """What begins as a zip archive may be unpacked; everything else may write nothing, as the case above shows."""
    limits = replace(RUN_LIMITS, unpacked_mb=1)
    assert_refused(tmp_path, "unpacks_much", "'OSError'", limits, content=b"PK\x03\x04")
    assert (tmp_path / "written").stat().st_size <= 1024**2


def test_the_process_sees_nothing_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("AIGAQ_DATABASE_URL", "postgresql://secret")
    world = json.loads(hostile(tmp_path, "looks").folder_manifest)
    assert set(world["environment"]) <= {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LC_CTYPE"}
    assert (world["stdin"], world["is_leader"]) == ("", True)
    assert world["descriptors"] <= 5  # three of its own, the answer, the folder that it looks into
    assert not [name for name in world["modules"] if name.startswith(("scipy", "spectra.scores", "spectra.search"))]


def test_what_a_reader_prints_is_no_answer_and_goes_to_the_log(tmp_path, caplog):
    with caplog.at_level("INFO", logger="spectra.formats.bounded"):
        reading = hostile(tmp_path, "prints")
    assert reading.run.mz.tolist() == [58.0]
    assert len(caplog.text) < 5 * bounded._MAX_SAID_BYTES
    assert "\x1b" not in caplog.text


def test_a_refusal_comes_back_with_the_same_facts(tmp_path):
    path = tmp_path / "refuses.bin"
    with pytest.raises(FormatError) as refusal:
        hostile(tmp_path, "refuses")
    expected = FormatError(path, "line 7", "a <b>'ö'\udce9", "nothing of the kind")
    assert str(refusal.value) == str(expected)
    assert vars(refusal.value) == vars(expected)


def test_all_refusals_come_back_together(tmp_path):
    path = tmp_path / "refuses_often.bin"
    with pytest.raises(FormatErrors) as refusal:
        hostile(tmp_path, "refuses_often")
    expected = FormatErrors.of(path, [FormatError(path, f"line {n}", "x", "y") for n in range(3)])
    assert refusal.value.message == expected.message
    assert [str(error) for error in refusal.value.exceptions] == [str(error) for error in expected.exceptions]


def test_a_program_that_cannot_be_started_is_an_error_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(FormatError, match=r"no start .No such file or directory.; .* check the program"):
        read_run_bounded(tmp_path, RUN_LIMITS)


def bits(run):
    return [value.tobytes() for value in (run.scan_times_s, run.scan_starts, run.mz, run.intensity)]


def test_a_run_is_what_the_reader_gives(agilent):
    found = read_run_bounded(agilent, RUN_LIMITS)
    assert bits(found) == bits(read_run(agilent))
    assert found.metadata == read_run(agilent).metadata


def test_a_run_of_another_format_is_read_too(agilent, tmp_path):
    path = tmp_path / "run.cdf"
    path.write_bytes(write_andi_cdf(read_run(agilent)))
    assert bits(BoundedReader().run(path).run) == bits(read_run(path))


@pytest.mark.parametrize("name", ["220223014.D", "missing", "empty", "text.txt"])
def test_a_refused_run_has_the_words_of_the_reader(agilent, tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("no run")
    (agilent / "data.ms").write_bytes(data_file().data[:-1])
    with pytest.raises(FormatError) as expected:
        read_run(tmp_path / name)
    with pytest.raises(FormatError) as found:
        read_run_bounded(tmp_path / name, RUN_LIMITS)
    assert vars(found.value) == vars(expected.value)


def test_a_zipped_run_is_read_and_nothing_is_left(agilent, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    archive = write_zip(tmp_path / "batch.zip", run_members("220223014.D/"))
    (agilent / "AcqData" / "Contents.xml").write_bytes(b"<c><AcquiredTime>2022-02-23</AcquiredTime></c>")
    reading = BoundedReader().run(archive)
    assert bits(reading.run) == bits(read_run(agilent))
    assert reading.folder_manifest.encode() == run_manifest(agilent).canonical_bytes
    assert list((tmp_path / "temporary").iterdir()) == []
    write_zip(archive, [replace(run_members()[0], content=data_file().data[:-1])])
    with pytest.raises(FormatError, match=f"^{archive}, 220223014.D/data.ms, the file's size") as refusal:
        read_run_bounded(archive, RUN_LIMITS)
    with pytest.raises(FormatError) as expected:
        read_run(archive)
    assert vars(refusal.value) == vars(expected.value)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_archive_without_a_run_is_refused_in_words(tmp_path):
    with pytest.raises(FormatError, match=f"^{tmp_path}/a.zip, "):
        read_run_bounded(write_zip(tmp_path / "a.zip", [replace(run_members()[0], name="a")]), RUN_LIMITS)


MSP = "Name: A\nInChIKey: X\nPrecursorMZ: 300.5\nNum Peaks: 2\n58 999\n91.25 1\n\n"


def test_spectra_and_libraries_are_what_the_readers_give(tmp_path):
    path = tmp_path / "two.msp"
    path.write_text(MSP + MSP.replace("Name: A", "Name: B\nComment: ж"), "utf-8")
    reader = BoundedReader()
    assert reader.spectra(path) == read_spectra(path)
    assert reader.msp(path) == read_msp(path)
    path.write_text(MSP.replace("58 999", "58 x") + MSP.replace("91.25 1", "y"), "utf-8")
    for read, limits, twin in (
        (read_spectra_bounded, RUN_LIMITS, read_spectra),
        (read_msp_bounded, LIBRARY_LIMITS, read_msp),
    ):
        with pytest.raises(FormatErrors) as expected:
            twin(path)
        with pytest.raises(FormatErrors) as found:
            read(path, limits)
        assert [vars(error) for error in found.value.exceptions] == [vars(error) for error in expected.value.exceptions]


# --- the parts of the process, called in this one, where coverage sees them


def request(path, reading="run", scratch=None):
    return child.Request(reading=reading, path=path, scratch=scratch, limits=RUN_LIMITS)


@pytest.mark.parametrize("scratch", [None, Path("/tmp/\udce9")])  # noqa: S108 - a name that is never opened
def test_a_request_survives_the_command_line(scratch):
    asked = request(Path("a\udcff b'\"\n.D"), scratch=scratch)
    assert child.Request.from_json(asked.to_json()) == asked
    assert asked.to_json().isascii()


def test_an_answer_is_the_value_or_the_refusal(agilent, tmp_path):
    frame = b"".join(child.answer(request(agilent), READINGS))
    assert frame_status(frame) == child.VALUE
    assert bits(value_of(frame, RunReading).run) == bits(read_run(agilent))
    frame = b"".join(child.answer(request(tmp_path / "missing"), READINGS))
    assert frame_status(frame) == child.REFUSAL
    refusal = value_of(frame, child.Refusal)
    assert (refusal.group, refusal.faults[0].found) == (None, "nothing")
    path = tmp_path / "x.msp"
    path.write_text("Name: A\nNum Peaks: 1\nx\n")
    for reading in ("msp", "spectra"):
        refusal = value_of(b"".join(child.answer(request(path, reading), READINGS)), child.Refusal)
        assert refusal.group.endswith("nothing was taken from it")
    path.write_text(MSP)
    for reading in ("msp", "spectra"):
        assert frame_status(b"".join(child.answer(request(path, reading), READINGS))) == child.VALUE


def test_a_zipped_run_is_unpacked_only_where_it_may_be(tmp_path):
    archive = write_zip(tmp_path / "a.zip", run_members())
    (tmp_path / "fresh").mkdir()
    reading = READINGS["run"](archive, tmp_path / "fresh")
    assert (len(reading.run), reading.folder_manifest[:10]) == (3, '[{"path":"')
    with pytest.raises(FormatError):
        READINGS["run"](write_zip(tmp_path / "b.zip", [replace(run_members()[0], name="a")]), tmp_path / "fresh")


def test_a_fault_in_an_archive_is_named_by_its_place_in_there(tmp_path):
    asked = request(tmp_path / "a.zip", scratch=tmp_path / "scratch")
    inside = FormatError(tmp_path / "scratch" / "b.D" / "data.ms", "x", "y", "z")
    fault = child.Fault.of(inside, asked)
    assert (fault.path, fault.place) == (tmp_path / "a.zip", "b.D/data.ms, x")
    assert child.Fault.of(FormatError(tmp_path / "a.zip", "x", "y", "z"), asked).path == tmp_path / "a.zip"


def test_a_folder_that_cannot_be_listed_is_left_to_the_detection(agilent, monkeypatch):
    def forbidden(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("spectra.formats.agilent_d.is_agilent_d", forbidden)
    assert len(READINGS["run"](agilent, None).run) == 3


@pytest.mark.parametrize("error", [KeyError("secret"), MemoryError()])
def test_a_failure_is_answered_by_name_alone(error, capsys):
    sent = []
    child.answer_failure(sent.append, type(error), error, None)
    failure = value_of(b"".join(sent[0]), child.Failure)
    assert failure == child.Failure(error=type(error).__name__)
    assert type(error).__name__ in capsys.readouterr().err


def test_standard_output_becomes_the_channel_of_the_answer():
    reading, writing = os.pipe()
    said, saying = os.pipe()
    channel = child.take_standard_output(writing, saying)
    os.write(writing, b"printed")
    child.write_frame(channel, [b"a", memoryview(b"nswer")])
    os.close(writing)
    os.close(saying)
    assert os.read(said, 100) == b"printed"
    assert os.read(reading, 100) == b"answer"
    os.close(reading)
    os.close(said)


def test_a_frame_is_written_however_little_a_pipe_takes():
    class Slow(FileIO):
        taken = b""

        def write(self, data):
            self.taken += bytes(data[:2])
            return len(data[:2])

    channel = Slow(os.open(os.devnull, os.O_WRONLY), "wb")
    child.write_frame(channel, [b"abcde", b""])
    assert (channel.taken, channel.closed) == (b"abcde", True)


def test_limits_are_never_raised_above_those_that_hold():
    import resource

    before = resource.getrlimit(resource.RLIMIT_CORE)
    child.set_limits([("RLIMIT_CORE", 2**62, 2**62)])
    after = resource.getrlimit(resource.RLIMIT_CORE)
    assert after[1] in {before[1], 2**62}
    child.set_limits([("RLIMIT_CORE", 0, after[1])])
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, after[1])


def test_a_reading_is_served_from_request_to_frame(agilent, monkeypatch):
    """All of ``serve`` in this process: limits and alarm as they would be set, but not set."""
    taken = {}
    reading, writing = os.pipe()
    monkeypatch.setattr(child, "take_standard_output", lambda *_: FileIO(writing, "wb"))
    monkeypatch.setattr(child, "set_limits", lambda limits: taken.update({name: soft for name, soft, _ in limits}))
    monkeypatch.setattr(signal, "alarm", lambda seconds: taken.update(alarm=seconds))
    monkeypatch.setattr(gc, "disable", lambda: taken.update(collects=False))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    child.serve(request(agilent).to_json())
    with FileIO(reading) as pipe:
        assert len(value_of(pipe.read(), RunReading).run) == 3
    assert sys.excepthook.func is child.answer_failure
    assert taken == {
        "RLIMIT_CPU": 10,
        "RLIMIT_AS": 512 * 1024**2,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 0,
        "alarm": 16,
        "collects": False,
    }


def test_a_process_that_unpacks_may_write():
    limits = {name: soft for name, soft, _ in RUN_LIMITS.system_limits(unpacks=True)}
    assert limits["RLIMIT_FSIZE"] == 512 * 1024**2


def test_bare_packages_hold_modules_and_nothing_else(monkeypatch):
    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    lay_bare_packages(HOSTILE.parents[2])
    import spectra.formats as bare

    assert not hasattr(sys.modules["spectra"], "find_components")
    assert Path(sys.modules["spectra.formats"].__path__[0], "agilent_d.py").exists()
    assert bare is not None


def test_the_start_file_serves_what_its_argument_asks(monkeypatch):
    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    monkeypatch.setattr(sys, "argv", ["child_start.py"])
    with pytest.raises(IndexError):  # without a request it ends before it touches this process
        runpy.run_path(str(bounded._START), run_name="__main__")


@pytest.mark.parametrize("name", [item.name for item in fields(ReadLimits)])
def test_a_limit_of_nothing_is_refused(name):
    with pytest.raises(InvalidSettingError, match=name):
        replace(RUN_LIMITS, **{name: 0})


def test_what_the_computer_does_not_enforce_is_said():
    assert limits_not_enforced("linux", is_root=False) == ()
    assert [text.split(":")[0] for text in limits_not_enforced("darwin", is_root=True)] == [
        "memory",
        "number of processes",
    ]
    assert BoundedReader().not_enforced == limits_not_enforced(sys.platform, is_root=os.geteuid() == 0)


def test_a_path_that_cannot_be_looked_at_is_left_to_the_reader(monkeypatch, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert not bounded._begins_as_zip(path)


class AnswersMeanwhile(subprocess.Popen):
    """Writes its whole answer and goes between the look at its pipes and the question whether it is there."""

    def poll(self):
        self.wait()
        return self.returncode


def test_an_answer_that_comes_just_before_the_end_is_taken(agilent, monkeypatch):
    monkeypatch.setattr(bounded.subprocess, "Popen", AnswersMeanwhile)
    assert read_run_bounded(agilent, RUN_LIMITS).metadata == read_run(agilent).metadata
