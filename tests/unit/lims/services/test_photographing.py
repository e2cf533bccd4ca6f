import pytest

from lims.domain.image_content import ImageType
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, UnreadableFileError
from lims.ledger import LedgerEntry
from lims.services import photographing
from lims.services.accessioning import ExhibitFacts
from lims.services.photographing import PhotographFacts
from tests.builders.laboratories import HEAD, TECHNICIAN
from tests.builders.pictures import EXIF, jpeg, png

SEAL = PhotographFacts(shows="the seal")


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people and an exhibit."""
    bench.hire()
    bench.exhibit()
    return bench


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "DSC_0001.JPG"
    path.write_bytes(jpeg())
    return path


def test_a_photograph_is_kept_as_the_camera_wrote_it(bench, picture):
    kept = bench.photographing.add("2026-0001/1", picture, SEAL, actor=TECHNICIAN)
    assert (kept.number, kept.image_type, kept.file_name) == ("2026-0001/1-F1", ImageType.JPEG, "DSC_0001.JPG")
    assert (kept.taken_by, kept.taken_at, kept.size) == ("technician", None, len(jpeg()))
    assert bench.photographing.read(kept.number) == jpeg()
    assert EXIF in bench.photographing.read(kept.number)
    *_, last = bench.store.entries()
    assert LedgerEntry.from_bytes(last.data).raw == (kept.sha256,)
    assert bench.auditing.verify().intact


def test_photographs_are_listed_by_exhibit_in_their_order(bench, picture, tmp_path):
    other = tmp_path / "b.png"
    other.write_bytes(png())
    part = bench.accessioning.register_part("2026-0001/1", ExhibitFacts(description="x"), actor=TECHNICIAN)
    for number, path in (("2026-0001/1", picture), (part.number, picture), ("2026-0001/1", other)):
        bench.photographing.add(number, path, PhotographFacts(shows="x", taken_by="Officer"), actor=TECHNICIAN)
    assert [one.number for one in bench.photographing.of_exhibit("2026-0001/1")] == [
        "2026-0001/1-F1",
        "2026-0001/1-F2",
    ]
    assert [one.taken_by for one in bench.photographing.of_exhibit(part.number)] == ["Officer"]
    assert len(bench.raw_objects) == 2


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-2], png()[:-1]])
def test_what_is_no_picture_leaves_no_trace(bench, tmp_path, data):
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    before = bench.entries
    with pytest.raises(InvalidRecordError, match="photograph"):
        bench.photographing.add("2026-0001/1", path, SEAL, actor=TECHNICIAN)
    assert (bench.entries, bench.raw_objects) == (before, [])


def test_what_is_refused_is_not_kept(bench, picture, tmp_path, monkeypatch):
    with pytest.raises(NotFoundError):
        bench.photographing.add("2026-0001/9", picture, SEAL, actor=TECHNICIAN)
    with pytest.raises(NotPermittedError):
        bench.photographing.add("2026-0001/1", picture, SEAL, actor=HEAD)
    with pytest.raises(UnreadableFileError):
        bench.photographing.add("2026-0001/1", tmp_path / "none.jpg", SEAL, actor=TECHNICIAN)
    with pytest.raises(InvalidRecordError, match="what the photograph shows"):
        bench.photographing.add("2026-0001/1", picture, PhotographFacts(shows=" "), actor=TECHNICIAN)
    monkeypatch.setattr(photographing, "MAX_BYTES", len(jpeg()) - 1)
    with pytest.raises(UnreadableFileError, match="more than"):
        bench.photographing.add("2026-0001/1", picture, SEAL, actor=TECHNICIAN)
    assert bench.raw_objects == []
