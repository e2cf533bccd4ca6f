"""Disclosure packets of cases that are not the usual one: a donor, an amendment, copies and photographs."""

import dataclasses
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from lims.domain.exhibit import ExhibitKind
from lims.domain.receipt import Receipt
from lims.ledger import LedgerEntry
from lims.persistence.engine import open_engine
from lims.persistence.tables import PERSONAL_DATA
from lims.reporting.bag import BagFacts, written_bag
from lims.reporting.packet_check import LedgerKeys, PacketCheck, check_packet
from lims.services.accessioning import ExhibitFacts
from lims.services.photographing import PhotographFacts
from tests.builders.checkpointing import signed
from tests.builders.laboratories import ADMIN, EXAMINATION, EXPERT, HEAD, REPORT, REVIEWER, TECHNICIAN, Bench
from tests.builders.people import grant
from tests.builders.pictures import jpeg
from tests.integration.test_real_batch import begin
from tests.unit.lims.services.test_donors import ORDER, WHO

AMENDMENT = "2026-0001-P2"


@dataclasses.dataclass
class Made:
    """A packet on the disk, and what its check says."""

    folder: Path
    check: PacketCheck

    @property
    def entries(self) -> list[LedgerEntry]:
        data = (self.folder / "data/ledger/entries.jsonl").read_bytes()
        return [LedgerEntry.from_bytes(line) for line in data.splitlines()]

    @property
    def index(self) -> dict[str, str]:
        return dict(json.loads((self.folder / "data/raw/index.json").read_bytes())["files"])

    @property
    def receipt(self) -> Receipt:
        return Receipt.from_bytes((self.folder / "data/report/receipt.json").read_bytes())

    @property
    def every_byte(self) -> bytes:
        """Give names and bytes of all files."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for path in files)


def packet(bench: Bench, to: Path, *, number: str = REPORT) -> Made:
    """Make the packet of a report and check it with the keys of the laboratory."""
    keys = bench.checkpointing.identity().keys
    gathered = bench.disclosing.gather(number, signed=bench.checkpointing.make(), keys=keys)
    facts = BagFacts(identifier=number, origin=gathered.origin, made_on=bench.clock.now().date())
    with written_bag(gathered.files, to, facts) as bag:
        bench.disclosing.record(gathered, bag_sha256=bag.sha256, actor=HEAD)
        bag.put_in_place()
    found = Made(folder=to, check=check_packet(to, trusted=LedgerKeys(origin=gathered.origin, keys=keys)))
    assert found.check.faults == ()
    return found


@pytest.fixture
def bench(bench):
    bench.hire()
    return bench


def forms_of(value: str) -> set[bytes]:
    """Give a value as it could stand in a file: as text, as JSON, as JSON in plain letters, as UTF-16."""
    return {
        value.encode(),
        json.dumps(value).strip('"').encode(),
        value.encode("utf-16-be"),
        value.encode("utf-16-le"),
    }


def test_at_17_a_packet_of_a_biological_sample_has_nothing_that_can_be_erased(bench, training_file, tmp_path):
    case = bench.case()
    who = dataclasses.replace(WHO, name="Қанат Серікұлы")
    donor = bench.donors.register(case.number, who, actor=TECHNICIAN)
    facts = ExhibitFacts(description="blood", condition="cold", kind=ExhibitKind.BLOOD, donor_number=donor.number)
    exhibit = bench.accessioning.register_exhibit(case.number, facts, actor=TECHNICIAN)
    run = bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    release = bench.curating.add_training_release(actor=ADMIN)
    examination = bench.examining.open(run.number, release_name=release.number, actor=EXPERT)
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    bench.examining.conclude(examination.number, actor=EXPERT)
    signed(bench)
    bench.release(bench.approve(bench.draft(examination.number).number).number)
    values = bench.donors.identity(donor.number, purpose="the examiner's question", actor=HEAD)
    with bench.engine.connect() as connection:
        rows = connection.execute(select(PERSONAL_DATA)).all()
    assert {row.value for row in rows} == {one.value for one in values} == set(who.values.values())
    first = packet(bench, tmp_path / "before")
    bench.donors.erase(donor.number, **ORDER, actor=HEAD)
    second = packet(bench, tmp_path / "after")
    secrets = {form for row in rows for text in (row.value, row.salt) for form in forms_of(text)}
    secrets |= {bytes.fromhex(row.salt) for row in rows}
    for made in (first, second):
        said = made.every_byte
        assert [secret for secret in secrets if secret in said] == []
        assert donor.pseudonym.encode() in said
        assert all(one.sha256.encode() in said for one in donor.commitments)
        assert "donor" in {entry.kind for entry in made.entries}
    assert [entry.act for entry in second.entries if entry.kind == "donor"][-1] == "donor.erased"


def test_rp_3_original_and_amendment_have_a_packet_each_with_all_that_was_made_of_them(bench, training_file, tmp_path):
    bench.concluded(training_file)
    photograph = tmp_path / "seal.jpg"
    photograph.write_bytes(jpeg())
    bench.photographing.add("2026-0001/1", photograph, PhotographFacts(shows="the card"), actor=TECHNICIAN)
    signed(bench)
    bench.release(bench.approve(bench.draft(EXAMINATION).number).number)
    copy = bench.copying.copy(REPORT, language="ru", actor=EXPERT)
    summary = bench.copying.summarise(REPORT, language="kk", actor=EXPERT)
    bench.amending.order(REPORT, what="component 3 is not identified", why="too weak", actor=HEAD)
    bench.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    bench.examining.conclude(EXAMINATION, actor=EXPERT)
    bench.release(bench.approve(bench.draft(EXAMINATION).number).number)
    old, new = (packet(bench, tmp_path / number, number=number) for number in (REPORT, AMENDMENT))
    assert (len(old.receipt.entries), len(new.receipt.entries)) == (2, 1)
    for made, number, other in ((old, REPORT, AMENDMENT), (new, AMENDMENT, REPORT)):
        data = made.folder / "data"
        assert (data / "report" / f"{number}.pdf").read_bytes() == bench.reporting.document(number)
        documents = [path.read_bytes() for path in (data / "raw/documents").iterdir() if path.name.startswith(other)]
        assert bench.reporting.document(other) in documents
        assert sorted(path.read_bytes() for path in (data / "raw/copies").iterdir()) == sorted((copy, summary))
        names = {path.name.rsplit("-", 1)[0] for path in (data / "raw/copies").iterdir()}
        assert names == {f"{REPORT}-full-copy-ru", f"{REPORT}-summary-kk"}
        assert (data / "raw/photographs/2026-0001-1-F1/seal.jpg").read_bytes() == jpeg()
        named = {sha256 for entry in made.entries if entry.kind != "release" for sha256 in entry.raw}
        assert named <= set(made.index.values())


@pytest.fixture(scope="module")
def measured(tmp_path_factory, shared_data):
    """Give the day of 18 real runs, judged; its three exhibits are of three cases."""
    folder = tmp_path_factory.mktemp("measured-for-packets")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    day = begin(Bench(engine, folder), shared_data, cases_apart=True)
    runs = shared_data / "gcms-benzodiazepines"
    for person in (REVIEWER, HEAD):
        grant(day.bench, person, "DEMO-ETIZOLAM")
    day.bench.clock.advance(days=5)
    day.bench.measuring.import_folder(runs, batch_number=day.batch.number, actor=TECHNICIAN)
    day.bench.batching.judge(day.batch.number, actor=EXPERT)
    yield day
    engine.dispose()


def of_exhibit(day, run):
    return bool(day.batch.injection(run.place).exhibit_number)


@pytest.mark.real_data
def test_a_packet_of_a_real_batch_holds_its_runs_and_none_of_another_case(measured, tmp_path):
    bench = signed(measured.bench)
    ours, *others = (one for one in measured.now.runs if of_exhibit(measured, one))
    examination = bench.examining.open(ours.run_number, release_name="swgdrug-3.4", actor=EXPERT)
    for component in examination.components:
        bench.examining.leave_unidentified(examination.number, component.number, reason="a test", actor=EXPERT)
    bench.examining.conclude(examination.number, actor=EXPERT)
    report = bench.release(bench.approve(bench.draft(examination.number).number).number)
    made = packet(bench, tmp_path / "packet", number=report.number)
    beside = {one.run_number for one in measured.now.runs if not of_exhibit(measured, one)}
    assert {entry.number for entry in made.entries if entry.kind == "run"} == {ours.run_number, *beside}
    folders = {path.name.rsplit("-", 1)[0] for path in (made.folder / "data/raw/runs").iterdir()}
    assert folders == {one.replace("/", "-") for one in (ours.run_number, *beside)}
    assert len(others) == 2
    for place, path in enumerate(measured.runs, start=1):
        run = measured.now.run_at(place)
        held = made.folder / "data/raw/runs" / f"{run.run_number.replace('/', '-')}-{run.raw_sha256[:8]}" / path.name
        files = {one.relative_to(path): one.read_bytes() for one in path.rglob("*") if one.is_file()}
        if run in others:
            assert not held.exists()
        else:
            assert {one.relative_to(held): one.read_bytes() for one in held.rglob("*") if one.is_file()} == files
    charts = [path.read_text().splitlines() for path in (made.folder / "data/charts").iterdir()]
    assert [len(rows) for rows in charts] == [3, 3, 3]
