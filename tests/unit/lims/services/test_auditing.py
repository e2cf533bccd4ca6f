import pytest

from lims.services.auditing import CANNOT_KNOW
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.laboratories import ADMIN


@pytest.fixture
def filled(bench, training_file, tmp_path):
    """A laboratory with a release, a run that is a file, a run that is a folder, and an issued report."""
    bench.hire()
    library = tmp_path / "in-house.msp"
    library.write_text("Name: a\nNum Peaks: 1\n58 1\n", "utf-8")
    bench.issued(training_file)
    bench.curating.add_release(library, actor=ADMIN)
    bench.run(write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>"))
    return bench


def altered(path):
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_everything_that_the_ledger_names_is_checked(filled):
    seen = []
    verification = filled.auditing.verify(progress=seen.append)
    assert verification.intact
    # the library, the run, the draft, the report, and a manifest with its two files
    assert verification.raw_objects == len(filled.raw_objects) == 7
    assert seen == list(range(1, 8))
    assert (verification.list_faults, verification.raw_faults) == ((), ())
    assert verification.chain.entries == filled.entries


@pytest.mark.parametrize("place", range(7))
def test_at_11_every_altered_object_is_found(filled, place):
    path = filled.raw_objects[place]
    altered(path)
    verification = filled.auditing.verify()
    assert not verification.intact
    assert verification.chain.intact
    assert any(f"raw object {path.name} has changed" in fault for fault in verification.raw_faults)


@pytest.mark.parametrize("place", range(7))
def test_at_11_every_missing_object_is_found(filled, place):
    path = filled.raw_objects[place]
    path.unlink()
    verification = filled.auditing.verify()
    assert not verification.intact
    assert any(path.name in fault and "No such file" in fault for fault in verification.raw_faults)


def test_all_faults_are_told_at_once(filled):
    for path in filled.raw_objects:
        path.unlink()
    with filled.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'case'")
    verification = filled.auditing.verify()
    # two files of the folder are named only by the manifest that is gone
    assert len(verification.raw_faults) == 5
    assert len(verification.list_faults) == 2
    assert verification.chain.intact


def test_an_object_that_no_entry_names_is_nobodys_business(filled):
    filled.raw_store.put(b"left behind by an import that failed")
    assert filled.auditing.verify().intact


def test_an_empty_laboratory_is_intact(bench):
    verification = bench.auditing.verify()
    assert verification.intact
    assert (verification.chain.entries, verification.raw_objects) == (0, 0)


def test_what_cannot_be_known_is_said():
    assert len(CANNOT_KNOW) == 5
    assert "whether what was entered is true" in CANNOT_KNOW[0]
    assert "database and ledger key" in CANNOT_KNOW[1]
