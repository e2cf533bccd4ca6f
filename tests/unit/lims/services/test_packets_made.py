"""Disclosure packets as files: written, recorded, fetched, and what happens where one of these fails."""

import dataclasses
import zipfile

import pytest

from lims.domain.permissions import Act
from lims.domain.report import Report
from lims.errors import NotFoundError, NotPermittedError, SettingsError, TransitionError
from lims.reporting.bag import PacketNotWrittenError, bag_faults, bag_sha256, is_bag
from lims.reporting.packet_folder import PacketFolder
from tests.builders.checkpointing import signed
from tests.builders.laboratories import EXPERT, HEAD, REPORT
from tests.builders.people import QUALITY


@pytest.fixture
def issued(bench, training_file):
    bench.hire()
    return bench.issued(training_file)


@pytest.fixture
def disclosing(bench, tmp_path):
    shelf = PacketFolder(folder=tmp_path / "packets")
    return dataclasses.replace(bench.disclosing, checkpoints=signed(bench).checkpointing, shelf=shelf)


def files(disclosing):
    return sorted(path.name for path in disclosing.shelf.folder.iterdir())


@pytest.mark.usefixtures("issued")
def test_a_packet_is_made_recorded_and_fetched(bench, disclosing, tmp_path):
    told = []
    report = disclosing.make(REPORT, actor=HEAD, told=lambda done, whole: told.append((done, whole)))
    (made,) = report.disclosures
    path = disclosing.packet(REPORT, made.bag_sha256, actor=QUALITY)
    assert disclosing.ready(REPORT) == {made.bag_sha256}
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / REPORT
    assert is_bag(folder)
    assert (bag_faults(folder), bag_sha256(folder)) == ((), made.bag_sha256)
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    with bench.store.reading() as work:
        assert work.entry_of(Report, REPORT, version=report.version).act == Act.REPORT_DISCLOSED
    assert files(disclosing) == [path.name]


@pytest.mark.usefixtures("issued")
def test_a_newer_packet_takes_the_place_of_the_one_before(disclosing):
    first = disclosing.make(REPORT, actor=HEAD).disclosures[-1].bag_sha256
    second = disclosing.make(REPORT, actor=HEAD).disclosures[-1].bag_sha256
    assert first != second
    assert len(files(disclosing)) == 1
    with pytest.raises(NotFoundError):
        disclosing.packet(REPORT, first, actor=HEAD)
    assert disclosing.packet(REPORT, second, actor=HEAD).is_file()


@pytest.mark.usefixtures("issued")
def test_only_head_and_quality_manager_make_or_fetch_one(bench, disclosing):
    digest = disclosing.make(REPORT, actor=HEAD).disclosures[-1].bag_sha256
    before, signatures = bench.entries, bench.store.checkpoints()
    forged = dataclasses.replace(EXPERT, roles=HEAD.roles)
    for actor in (EXPERT, forged):
        with pytest.raises(NotPermittedError):
            disclosing.make(REPORT, actor=actor)
    with pytest.raises(NotPermittedError):
        disclosing.packet(REPORT, digest, actor=EXPERT)
    assert (bench.entries, bench.store.checkpoints()) == (before, signatures)


def test_no_packet_is_made_of_what_did_not_leave(bench, disclosing, training_file):
    bench.hire()
    bench.cleared(training_file)
    with pytest.raises(TransitionError, match="did not leave"):
        disclosing.make(REPORT, actor=HEAD)
    assert bench.store.checkpoints() == ()


@pytest.mark.usefixtures("issued")
def test_what_cannot_be_written_is_not_recorded(bench, disclosing):
    before = bench.entries
    disclosing.shelf.folder.write_text("no folder")
    with pytest.raises(PacketNotWrittenError):
        disclosing.make(REPORT, actor=HEAD)
    assert bench.entries == before


@pytest.mark.usefixtures("issued")
def test_what_cannot_be_recorded_leaves_no_file(disclosing, monkeypatch):
    def refuse(*_, **__):
        raise NotPermittedError("taken away meanwhile")

    monkeypatch.setattr(type(disclosing), "record", refuse)
    with pytest.raises(NotPermittedError):
        disclosing.make(REPORT, actor=HEAD)
    assert files(disclosing) == []


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize("digest", ["", "0" * 64, "../../etc/passwd"])
def test_a_digest_that_nobody_recorded_finds_nothing(disclosing, digest):
    disclosing.make(REPORT, actor=HEAD)
    with pytest.raises(NotFoundError):
        disclosing.packet(REPORT, digest, actor=HEAD)


@pytest.mark.usefixtures("issued")
def test_a_laboratory_without_a_place_for_packets_says_so(bench):
    with pytest.raises(SettingsError, match="place for packets"):
        bench.disclosing.make(REPORT, actor=HEAD)
    assert bench.disclosing.ready(REPORT) == frozenset()
