"""A laboratory with keys and a signed ledger, and its reports in every state that a report can have.

People's keys are development keys, new each time, so that the bytes differ from one time to the next and the reports
are marked as a demonstration.
"""

import atexit
import dataclasses
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lims.domain.report_content import Person
from lims.domain.signature import SignatureMeaning
from lims.persistence.engine import open_engine
from lims.reporting.desk import open_desk
from lims.reporting.development import DevelopmentKeys, development_keys
from lims.services.receipting import ReceiptingService
from lims.services.training import training_run
from spectra.formats import write_andi_cdf
from tests.builders.checkpointing import signed
from tests.builders.databases import place_empty
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, Bench
from tests.builders.plain_homes import plain_settings

THIRD = Person(number="expert-c", name="Third Person", post="chemist")
"""Of the laboratory, with a key, and without a part in any of the reports."""
SEED = 20261122
STATES = ("issued", "superseded", "withdrawn", "voided", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReport:
    """A report as both persons signed it."""

    number: str
    state: str
    pdf: bytes = field(repr=False)
    at_issue: bytes = field(default=b"", repr=False)
    """The receipt that was made when it was issued; empty for one that was not."""
    newest: bytes = field(default=b"", repr=False)
    """The receipt of the end; another than the first where something became of the report since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReports:
    """One report in each state, and what a court has of the laboratory."""

    reports: tuple[MadeReport, ...]
    """Issued, superseded, withdrawn, voided, waiting for its issue; last the amendment of the second."""
    bench: Bench = field(repr=False)
    folder: Path
    keys: DevelopmentKeys = field(repr=False)
    """Of expert, reviewer and the third person."""
    ledger_keys: bytes = field(repr=False)

    @property
    def trust(self) -> bytes:
        """Give the trust file: root of the signers, keys of the ledger."""
        return self.keys.root + self.ledger_keys

    def of(self, state: str) -> MadeReport:
        """Give the report in a state."""
        return next(report for report in self.reports if report.state == state)


@cache
def kept_reports() -> MadeReports:
    """Make the reports once in this process; their folder stays until it ends, the database is closed."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    made = make_reports(Path(folder.name) / "laboratory")
    made.bench.engine.dispose()
    return made


def make_reports(folder: Path) -> MadeReports:
    """Let a new laboratory work until it has a report in every state."""
    bench = _laboratory(folder)
    release = bench.curating.add_training_release(actor=ADMIN).number
    examinations = [_conclude(bench, folder, release, place) for place in range(len(STATES))]
    numbers = [bench.approve(bench.draft(number).number).number for number in examinations]
    early = {number: _issue(bench, number) for number in numbers[:3]}
    amendment = _amend(bench, numbers[1], examinations[1])
    early[amendment] = _issue(bench, amendment)
    issued = bench.reporting.get(numbers[2])
    confirmed = bench.confirmed(HEAD, SignatureMeaning.WITHDRAWER, issued)
    bench.releasing.withdraw(issued.number, actor=HEAD, reason="the wrong exhibit was examined", confirmation=confirmed)
    bench.releasing.refuse(numbers[3], actor=HEAD, comment="the mass is missing")
    people = [Person(number=one.number, name=one.name, post=one.post) for one in (EXPERT, REVIEWER)]
    return MadeReports(
        reports=tuple(
            _made(bench, number, state, early)
            for number, state in zip((*numbers, amendment), (*STATES, "amendment"), strict=True)
        ),
        bench=bench,
        folder=folder,
        keys=development_keys(folder / "development-keys", [*people, THIRD], now=bench.clock.now()),
        ledger_keys="".join(f"{key.to_text()}\n" for key in bench.checkpointing.identity().keys).encode(),
    )


def issue_one(folder: Path) -> str:
    """Let a new laboratory issue one really signed report, and give its number; the database is closed."""
    bench = _laboratory(folder)
    release = bench.curating.add_training_release(actor=ADMIN).number
    number = bench.approve(bench.draft(_conclude(bench, folder, release, 0)).number).number
    bench.release(number)
    bench.engine.dispose()
    return number


def receipts_of(bench: Bench) -> ReceiptingService:
    """Open what makes receipts in a laboratory whose ledger is signed."""
    return ReceiptingService(store=bench.store, checkpoints=bench.checkpointing)


def _laboratory(folder: Path) -> Bench:
    settings = plain_settings(folder)
    engine = open_engine(f"sqlite:///{place_empty(folder / 'aigaq.sqlite')}")
    bench = signed(Bench(engine, folder, desk=open_desk(settings)))
    bench.reporting = dataclasses.replace(bench.reporting, checkpoints=bench.checkpointing)
    bench.hire()
    return bench


def _conclude(bench: Bench, folder: Path, release: str, place: int) -> str:
    """Examine a run of a new case, and conclude."""
    path = folder / f"training-run-{place}.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(SEED + place))))
    examination = bench.examining.open(bench.run(path).number, release_name=release, actor=EXPERT)
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    bench.clock.advance(minutes=5)
    return bench.examining.conclude(examination.number, actor=EXPERT).number


def _issue(bench: Bench, number: str) -> bytes:
    bench.release(number)
    return receipts_of(bench).make(number, actor=HEAD).to_bytes()


def _amend(bench: Bench, number: str, examination: str) -> str:
    """Replace an issued report by one that names a component less."""
    bench.amending.order(number, what="component 3 is not identified", why="its spectrum is too weak", actor=HEAD)
    bench.examining.leave_unidentified(examination, 3, actor=EXPERT, reason="too weak")
    bench.examining.conclude(examination, actor=EXPERT)
    return bench.approve(bench.draft(examination).number).number


def _made(bench: Bench, number: str, state: str, early: dict[str, bytes]) -> MadeReport:
    newest = receipts_of(bench).make(number, actor=HEAD).to_bytes() if number in early else b""
    return MadeReport(
        number=number,
        state=state,
        pdf=bench.reporting.document(number),
        at_issue=early.get(number, b""),
        newest=newest,
    )
