import hashlib

import pytest

from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, RawStoreError
from spectra import FormatErrors
from substance_library import TRAINING_PURPOSE, training_release
from tests.builders.laboratories import ADMIN, EXPERT

TEXT = "Name: a\nNum Peaks: 1\n58 1\n\nName: b\nNum Peaks: 2\n58 1\n91 2\n"


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people."""
    bench.hire()
    return bench


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "in-house 2026.msp"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_release_is_frozen_with_its_bytes(bench, library):
    recorded = bench.curating.add_release(library, actor=ADMIN)
    assert (recorded.number, recorded.file_name, recorded.spectra) == ("in-house 2026", "in-house 2026.msp", 2)
    assert recorded.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert recorded.purpose == ""
    library.unlink()
    release = bench.curating.release("in-house 2026")
    assert [spectrum.name for spectrum in release.spectra] == ["a", "b"]
    assert (release.name, release.sha256) == ("in-house 2026", recorded.sha256)
    assert bench.curating.releases() == ("in-house 2026",)
    assert bench.auditing.verify().raw_objects == 1


def test_the_same_file_under_the_same_name_is_recognised(bench, library):
    first = bench.curating.add_release(library, actor=ADMIN)
    entries = bench.entries
    assert bench.curating.add_release(library, actor=ADMIN) == first
    assert bench.entries == entries
    other = bench.curating.add_release(library, actor=ADMIN, name="another name")
    assert (other.number, other.sha256) == ("another name", first.sha256)
    assert bench.curating.releases() == ("another name", "in-house 2026")


def test_another_file_under_the_same_name_is_refused_and_leaves_nothing(bench, library):
    first = bench.curating.add_release(library, actor=ADMIN)
    library.write_text(TEXT.replace("91 2", "91 3"), "utf-8")
    entries, objects = bench.entries, bench.raw_objects
    with pytest.raises(InvalidRecordError, match=f"release in-house 2026 is the file with SHA-256 {first.sha256}"):
        bench.curating.add_release(library, actor=ADMIN)
    assert (bench.entries, bench.raw_objects) == (entries, objects)


def test_a_library_that_is_refused_leaves_nothing(bench, library):
    entries = bench.entries
    library.write_text(TEXT.replace("91 2", "91 nan"), "utf-8")
    with pytest.raises(FormatErrors):
        bench.curating.add_release(library, actor=ADMIN)
    assert (bench.entries, bench.raw_objects) == (entries, [])


@pytest.mark.parametrize("name", [" x", "a\u202eb", "e\u0301"])
def test_a_name_that_no_record_can_hold_leaves_nothing(bench, library, name):
    entries = bench.entries
    with pytest.raises(InvalidRecordError, match="release name"):
        bench.curating.add_release(library, actor=ADMIN, name=name)
    assert (bench.entries, bench.raw_objects) == (entries, [])


def test_a_library_that_changes_while_it_is_kept_is_not_recorded(bench, library):
    entries = bench.entries

    class Changing(type(library)):
        """A file that somebody saves again between two readings."""

        readings = 0

        def read_bytes(self):
            Changing.readings += 1
            return super().read_bytes().replace(b"91 2", b"91 3") if Changing.readings > 1 else super().read_bytes()

    with pytest.raises(RawStoreError, match="changed while it was read"):
        bench.curating.add_release(Changing(library), actor=ADMIN)
    assert bench.entries == entries


def test_the_training_release_says_what_it_is_for(bench):
    recorded = bench.curating.add_training_release(actor=ADMIN)
    assert (recorded.purpose, recorded.file_name) == (TRAINING_PURPOSE, "")
    assert bench.curating.release(recorded.number) == training_release()
    assert bench.raw_objects == []
    assert bench.curating.add_training_release(actor=ADMIN) == recorded


def test_a_training_release_of_another_version_of_the_program_is_not_passed_off(bench):
    recorded = bench.curating.add_training_release(actor=ADMIN)
    older = type(recorded)(
        **{name: getattr(recorded, name) for name in recorded.__slots__} | {"sha256": "0" * 64, "number": "older"}
    )
    with bench.store.unit_of_work() as work:
        work.record(older, act="release.recorded", actor=ADMIN, at=bench.clock.now())
        work.commit()
    with pytest.raises(InvalidRecordError, match=f"recorded with SHA-256 {'0' * 64}; this version of the program"):
        bench.curating.release("older")


def test_only_the_curator_adds_releases(bench, library):
    with pytest.raises(NotPermittedError, match="library curator"):
        bench.curating.add_release(library, actor=EXPERT)
    with pytest.raises(NotPermittedError, match="library curator"):
        bench.curating.add_training_release(actor=EXPERT)


def test_an_altered_release_is_not_given_out(bench, library):
    bench.curating.add_release(library, actor=ADMIN)
    (kept,) = bench.raw_objects
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes().replace(b"91 2", b"91 3"))
    with pytest.raises(RawStoreError, match="has changed"):
        bench.curating.release("in-house 2026")
    with pytest.raises(NotFoundError, match="there is no release x"):
        bench.curating.release("x")
