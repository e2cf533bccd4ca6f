"""How long it takes to name every report that something touches: ``python -m benchmarks.trace``.

Makes the lists of a laboratory in SQLite with so many exhibits, each with a run in a batch of twenty, an examination,
an issued report and a finding with a lot that two hundred findings share; traces subjects of several sizes, and prints
JSON. The records say that they are a benchmark's.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from lims.domain.examination import Examination, SearchBasis
from lims.domain.exhibit import Exhibit
from lims.domain.finding import BenchSystem, Finding, TechniqueOutcome
from lims.domain.grounds import Name, grounds_of
from lims.domain.identification_rule import Outcome
from lims.domain.record import Record
from lims.domain.report import Report, ReportStatus
from lims.domain.run import RawData, RecordedRun
from lims.persistence.engine import open_engine
from lims.persistence.ground_list import ground_key
from lims.persistence.store import SqlStore
from lims.persistence.tables import GROUND, RECORD
from lims.persistence.transactions import writing
from lims.services.tracing import TracingService

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 2000
"""A multiple of the batch and of the lot."""
_OF_A_BATCH, _OF_A_LOT, _PEOPLE, _INSTRUMENTS = 20, 200, 20, 10
_BASIS = SearchBasis(
    release="benchmark",
    release_sha256="0",
    release_spectra=1,
    release_purpose="benchmark",
    preset="benchmark",
    preset_version=1,
    preset_source="",
    detection="benchmark",
    software_version="0",
)


def main() -> None:
    """Make the laboratory, trace, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exhibits", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="Folder for the laboratory, used again if it is there.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = (chosen.keep or Path(folder)) / "trace.sqlite"
        made = place.exists()
        engine = open_engine(f"sqlite:///{place}")
        store = SqlStore(engine)
        began = time.perf_counter()
        if not made:
            _fill(engine, chosen.exhibits)
        filled_s = time.perf_counter() - began
        figures = [_traced(store, name, chosen.repeats) for name in _subjects()]
    print(json.dumps({"exhibits": chosen.exhibits, "filled_s": round(filled_s, 1), "traced": figures}, indent=2))


def _subjects() -> Iterator[Name]:
    yield Name(kind="raw data", number="raw 7")
    yield Name(kind="batch", number="B-3")
    yield Name(kind="lot", number="L-2")
    yield Name(kind="staff", number="person-1")
    yield Name(kind="instrument", number="GC-MS 1")
    yield Name(kind="release", number="benchmark")


def _traced(store: SqlStore, name: Name, repeats: int) -> dict[str, object]:
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        found = TracingService(store=store).touched_by(name)
        took.append(time.perf_counter() - began)
    return {
        "subject": str(name),
        "reports": len(found.reports),
        "best_s": round(min(took), 4),
        "worst_s": round(max(took), 4),
    }


def _fill(engine: Engine, exhibits: int) -> None:
    """Fill the two lists that tracing reads, as the entries of these records would; the ledger itself stays empty."""
    for start in range(0, exhibits, _AT_ONCE):
        lines: list[dict[str, object]] = []
        grounds: set[tuple[str, str, str, str, int]] = set()
        for place in range(start, min(start + _AT_ONCE, exhibits)):
            person = f"person-{place % _PEOPLE}"
            for record in _records(place, person):
                lines.append(_line(record, len(lines) + start))
                grounds.update(ground_key(one) for one in grounds_of(record, actor=person))
        with writing(engine) as connection:
            connection.execute(insert(RECORD), lines)
            names = [column.name for column in GROUND.columns]
            connection.execute(insert(GROUND), [dict(zip(names, (*key, 1), strict=True)) for key in grounds])


def _line(record: Record, sequence: int) -> dict[str, object]:
    return {
        "kind": record.KIND,
        "number": record.number,
        "version": record.version,
        "sequence": sequence,
        "parent": record.parent,
        "state": record.state,
        "title": record.title,
        "recorded_at": NOW.isoformat(),
    }


def _records(place: int, person: str) -> Iterator[Record]:
    exhibit, batch = f"2026-{place}/1", place // _OF_A_BATCH
    run, examination = f"{exhibit}-R1", f"{exhibit}-R1-E1"
    instrument = f"GC-MS {batch % _INSTRUMENTS}"
    yield Exhibit(
        number=exhibit,
        case_number=f"2026-{place}",
        description="benchmark",
        seal_number="",
        seal_intact=None,
        received_at=NOW,
        received_by=person,
    )
    yield RecordedRun(
        number=run,
        exhibit_number=exhibit,
        raw=RawData(sha256=f"raw {place}", file_name="benchmark.D", is_folder=True),
        scans=1,
        sample_name="benchmark",
        acquired_at="",
        instrument=instrument,
        method="",
        vial="1",
        source_format="benchmark",
        simulation_statement="benchmark",
        imported_at=NOW,
        imported_by=person,
        batch_number=f"B-{batch}",
        place=place % _OF_A_BATCH + 1,
    )
    yield _finding(exhibit, person, lot=f"L-{place // _OF_A_LOT}")
    yield Examination(
        number=examination,
        exhibit_number=exhibit,
        run_number=run,
        examiner=person,
        basis=_BASIS,
        components=(),
        unreported_components=0,
    )
    yield Report(
        number=f"2026-{place}-P1",
        examination_number=examination,
        examination_version=1,
        language="en",
        expert=person,
        reviewer=f"{person} II",
        evidence=False,
        status=ReportStatus.ISSUED,
        releaser="head",
    )


def _finding(exhibit: str, person: str, *, lot: str) -> Finding:
    return Finding(
        number=f"{exhibit}-T1",
        exhibit_number=exhibit,
        sampling=1,
        procedure_number="benchmark",
        procedure_version=1,
        system=BenchSystem(medium="Marquis", lot=lot),
        substance="amphetamines",
        is_class=True,
        results=(TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE),),
        examiner=person,
        occurred_at=NOW,
        recorded_by=person,
        recorded_at=NOW,
    )


if __name__ == "__main__":
    main()
