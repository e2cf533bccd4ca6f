"""Histories of honest laboratories as the detectors see them: all in its order, masses within their uncertainty."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lims.domain.custody import received
from lims.domain.detectors import History, Recorded
from lims.domain.examination import Examination, ExaminationStatus, SearchBasis
from lims.domain.exhibit import Exhibit
from lims.domain.mass_balance import MassBalance
from lims.domain.record import Record
from lims.domain.reference_standard import AmountKind, AmountLine, ReferenceStandard
from lims.domain.run import RawData, RecordedRun

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
LASTS = timedelta(minutes=20)
PEOPLE = ("analyst-a", "analyst-b", "analyst-c")
INSTRUMENT = "GC-MS 1"


class Writer:
    """Puts records into a history one after the other."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []
        self.durations: dict[str, timedelta] = {}

    def write(self, record: Record, *, act: str, actor: str, at: datetime) -> int:
        sequence = len(self.entries) + 1
        self.entries.append(Recorded(sequence=sequence, act=act, actor=actor, recorded_at=at, record=record))
        return sequence

    def history(self, **facts: Any) -> History:
        return History(entries=tuple(self.entries), durations=self.durations, **facts)


def an_exhibit(number: str, *, by: str, at: datetime) -> Exhibit:
    return Exhibit(
        number=number,
        case_number=number.split("/", maxsplit=1)[0],
        description="a card",
        seal_number="",
        seal_intact=None,
        received_at=at,
        received_by=by,
    )


def a_run(number: str, exhibit: str, *, by: str, acquired_at: datetime, imported_at: datetime) -> RecordedRun:
    return RecordedRun(
        number=number,
        exhibit_number=exhibit,
        raw=RawData(sha256=f"{number} of {exhibit}", file_name="run.D", is_folder=True),
        scans=100,
        sample_name="s",
        acquired_at=acquired_at.isoformat(),
        instrument=INSTRUMENT,
        method="",
        vial="1",
        source_format="f",
        simulation_statement="",
        imported_at=imported_at,
        imported_by=by,
    )


def an_examination(number: str, run: RecordedRun, *, by: str) -> Examination:
    basis = SearchBasis(
        release="r",
        release_sha256="0",
        release_spectra=1,
        release_purpose="",
        preset="p",
        preset_version=1,
        preset_source="",
        detection="d",
        software_version="1",
    )
    return Examination(
        number=number,
        exhibit_number=run.exhibit_number,
        run_number=run.number,
        examiner=by,
        basis=basis,
        components=(),
        unreported_components=0,
        status=ExaminationStatus.CONCLUDED,
    )


def a_balance(number: str, exhibit: str) -> MassBalance:
    return MassBalance(
        number=number,
        item_number=exhibit,
        exhibit_number=exhibit,
        weighing_number=f"{exhibit}-W1",
        before_g=Decimal("1.000"),
        before_u_g=Decimal("0.010"),
    )


def a_standard(*found_mg: Decimal) -> ReferenceStandard:
    standard = ReferenceStandard(
        number="S-1",
        substance="heroin",
        inchikey="",
        producer="p",
        lot="1",
        certificate="c",
        purity=None,
        purity_u=None,
        purity_k=None,
        expires_on=None,
        received_on=MONDAY.date(),
        received_mg=Decimal(100),
        reweigh_tolerance_mg=Decimal("0.5"),
        registered_by="quality",
        registered_at=MONDAY,
    )
    lines = tuple(
        AmountLine(
            kind=AmountKind.REWEIGH,
            amount_mg=found,
            balance_mg=standard.balance_mg,
            purpose="unannounced",
            recorded_by="quality",
            recorded_at=MONDAY,
            u_mg=Decimal("0.2"),
        )
        for found in found_mg
    )
    return replace(standard, lines=lines)


def honest(seed: int, *, exhibits: int = 8) -> Writer:
    """Play some days: receipt, run after run on one instrument, import, conclusion, weighing back."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    writer = Writer()
    free = MONDAY + timedelta(hours=chance.randrange(3))
    for place in range(1, exhibits + 1):
        number, person = f"2026-{place:04d}/1", chance.choice(PEOPLE)
        came = free - timedelta(minutes=chance.randrange(60, 3000))
        exhibit = an_exhibit(number, by=person, at=came)
        writer.write(exhibit, act="exhibit.registered", actor=person, at=came)
        writer.write(received(exhibit, recorded_at=came, by=person), act="custody.received", actor=person, at=came)
        began = free + timedelta(minutes=chance.randrange(30))
        free = began + LASTS + timedelta(seconds=chance.randrange(600))
        brought = free + timedelta(minutes=chance.randrange(1, 500))
        run = a_run(f"{number}-R1", number, by=person, acquired_at=began, imported_at=brought)
        writer.durations[run.number] = LASTS
        writer.write(run, act="run.imported", actor=person, at=brought)
        concluded = an_examination(f"{run.number}-E1", run, by=person)
        writer.write(concluded, act="examination.concluded", actor=person, at=brought + timedelta(hours=1))
        missing = Decimal(max(-2.0, min(2.0, chance.gauss(0, 1)))).quantize(Decimal("0.001")) * Decimal("0.005")
        weighed = a_balance(f"{number}-M", number).weigh_back(
            f"{number}-W2", remainder_g=Decimal(1) + missing, u_g=Decimal("0.010"), at=brought
        )
        writer.write(weighed, act="mass balance.weighed-back", actor=person, at=brought)
    found = Decimal(100) + Decimal(chance.randrange(-5, 6)) / 10
    writer.write(a_standard(found), act="reference standard.reweighed", actor="quality", at=free)
    return writer
