"""How long the re-search of an archive takes when a release came, and how long clustering it takes.

``python -m benchmarks.watch [--components 100000] [--new 500] [--workers 2] [--share 0.02]`` prints JSON: the clock,
and the processor time of this process: with one worker that is all of it. Spectra are those of ``../shared/data`` with
the spread and noise of a made-up instrument; without them packaged principal ions stand in, as the JSON says.
``--share`` of the archive is of new compounds. Records are written as services do, past the search of an examination.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert

from lims.domain.case import Case
from lims.domain.examination import Examination, ExaminedComponent, SearchBasis
from lims.domain.exhibit import Exhibit
from lims.domain.library import RecordedRelease
from lims.domain.record import Record
from lims.domain.staff import StaffMember
from lims.persistence.archive import SqlArchive
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.persistence.tables import COMPONENT_SPECTRA
from lims.persistence.transactions import writing
from lims.services.archive_ports import KeptSpectra
from lims.services.archiving import ArchivingService
from lims.services.clustering import ClusterService
from lims.services.permitting import Rights
from lims.services.watching import WatchService
from spectra import MassSpectrum
from spectra.search.packed import PackedSpectra
from substance_library import REFERENCE_PURPOSE, LibraryRelease, ReferenceSpectrum, principal_ions, release_from_msp

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
OLD, NEW = "older", "newer"
_PER_RUN = 10
_ACTOR = StaffMember(number="x", name="X", post="p", roles=())
_ORIGINS = 20_000
"""Different spectra in the archive; each is there several times, with other noise."""


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Gives releases as the curating service does."""

    releases: dict[str, LibraryRelease]

    def release(self, name: str) -> LibraryRelease:
        """Give one of them."""
        return self.releases[name]


class _Clock:
    def now(self) -> datetime:
        return NOW

    def reading(self) -> None:
        return None


def main() -> None:
    """Fill an archive, let a release come, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--no-clusters", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'watch.sqlite'}"
        sizes = {"components": chosen.components, "new": chosen.new, "workers": chosen.workers, "share": chosen.share}
        print(json.dumps(sizes | measure(url, **sizes, clusters=not chosen.no_clusters), indent=2))


def measure(url: str, *, components: int, new: int, workers: int, share: float, clusters: bool) -> dict[str, Any]:
    """Give times and counts."""
    chance = np.random.default_rng(20261123)
    origin, library = _library()
    releases = _releases(library, new, chance)
    engine = open_engine(url)
    store, archive = SqlStore(engine, rights=Rights(enforced=False)), SqlArchive(engine)
    origins = _origins(releases, components, share, chance)
    written = _timed(lambda: fill(store, engine, origins, components, chance))
    watching = WatchService(
        store=store,
        archive=archive,
        archiving=ArchivingService(store=store, archive=archive, importing=None),  # type: ignore[arg-type]
        curating=Releases(releases=releases),  # type: ignore[arg-type]
        clock=_Clock(),
    )
    found: dict[str, Any] = {"spectra": origin, "filling": written}
    outcome: list[Any] = []
    found["re-search"] = _timed(lambda: outcome.append(watching.run(workers=workers)))
    found["entries"], found["alerts"] = len(outcome[0].watches), len(outcome[0].alerts)
    found["run again"] = _timed(watching.run)
    if clusters:
        clustering = ClusterService(store=store, archive=archive, clock=_Clock())
        found["clustering"] = _timed(clustering.update)
        found["founders"] = sum(one.place == 1 or _is_founder(one) for one in archive.memberships())
        found["clustering again"] = _timed(clustering.update)
        found["first page of clusters"] = _timed(lambda: clustering.clusters(limit=20))
    engine.dispose()
    return found


def _is_founder(one: Any) -> bool:  # noqa: ANN401 - a membership
    return (one.examination_number, one.component_number) == (one.founder_examination, one.founder_component)


def _timed(work: Callable[[], object]) -> dict[str, float]:
    began, used = time.perf_counter(), time.process_time()
    work()
    return {"clock_s": round(time.perf_counter() - began, 2), "processor_s": round(time.process_time() - used, 2)}


def _library() -> tuple[str, list[ReferenceSpectrum]]:
    if not DATA.is_dir():
        return "packaged principal ions, simulated noise", list(principal_ions())
    names = ("swgdrug/swgdrug-3.4", "massbank/massbank-ei")
    found = (one for name in names for one in release_from_msp(DATA / f"{name}.msp.gz").spectra)
    return "SWGDRUG 3.4 and MassBank EI, simulated noise", [one for one in found if one.spectrum.precursor is None]


def _releases(library: Sequence[ReferenceSpectrum], new: int, chance: np.random.Generator) -> dict[str, LibraryRelease]:
    """Let the newer release have spectra of compounds that the older one has not."""
    mixed = [library[place] for place in chance.permutation(len(library))]
    keys = list(dict.fromkeys(one.compound_key for one in mixed))
    held = set[str]()
    count = 0
    for key in keys:
        if count >= new:
            break
        held.add(key)
        count += sum(one.compound_key == key for one in mixed)
    numbered = [replace(one, accession=f"{place:06}") for place, one in enumerate(mixed, start=1)]
    older = tuple(one for one in numbered if one.compound_key not in held)
    return {
        name: LibraryRelease(name=name, sha256="0" * 64, purpose=REFERENCE_PURPOSE, spectra=spectra)
        for name, spectra in ((OLD, older), (NEW, tuple(numbered)))
    }


def _origins(
    releases: dict[str, LibraryRelease], components: int, share: float, chance: np.random.Generator
) -> list[MassSpectrum]:
    """Choose what the archive is made of: a share of what only the newer release has."""
    older = [one.spectrum for one in releases[OLD].spectra]
    known = {one.compound_key for one in releases[OLD].spectra}
    new = [one.spectrum for one in releases[NEW].spectra if one.compound_key not in known]
    count = min(_ORIGINS, components)
    of_new = round(share * count)
    return [new[place] for place in chance.integers(len(new), size=of_new)] + [
        older[place] for place in chance.integers(len(older), size=count - of_new)
    ]


def fill(
    store: SqlStore, engine: Engine, origins: Sequence[MassSpectrum], components: int, chance: np.random.Generator
) -> None:
    """Write releases, a case, and examinations of ten components each with their spectra."""
    records: list[Record] = [_case(), _exhibit()]
    for place, name in enumerate((OLD, NEW)):
        moment = NOW + timedelta(minutes=place)
        records.append(
            RecordedRelease(number=name, sha256="0" * 64, file_name="x", spectra=1, purpose="", recorded_at=moment)
        )
    with store.unit_of_work() as work:
        for record in records:
            work.record(record, act="tested", actor=_ACTOR, at=NOW)
        for examination in _examinations(components):
            work.record(examination, act="tested", actor=_ACTOR, at=NOW)
        work.commit()
    rows = []
    for examination in _examinations(components):
        chosen = [origins[place] for place in chance.integers(len(origins), size=len(examination.components))]
        spectra = PackedSpectra.of([_noisy(one, chance) for one in chosen])
        kept = KeptSpectra(examination_number=examination.number, lowest_mz=40.0, spectra=spectra)
        rows.append({"examination_number": kept.examination_number, "data": kept.to_bytes()})
    with writing(engine) as connection:
        connection.execute(insert(COMPONENT_SPECTRA), rows)


def _noisy(spectrum: MassSpectrum, chance: np.random.Generator) -> MassSpectrum:
    """Give a spectrum as a made-up instrument would: each abundance spread by a tenth, and counted."""
    relative = spectrum.intensity / spectrum.intensity.max()
    counts = chance.poisson(5_000 * relative * np.exp(chance.normal(0.0, 0.1, len(spectrum)))).astype(np.float64)
    kept = counts > 0
    return MassSpectrum(mz=spectrum.mz[kept], intensity=counts[kept])


def _examinations(components: int) -> Iterator[Examination]:
    basis = SearchBasis(
        release=OLD,
        release_sha256="0" * 64,
        release_spectra=1,
        release_purpose="",
        preset="p",
        preset_version=1,
        preset_source="",
        detection="d",
        software_version="0",
    )
    parts = tuple(
        ExaminedComponent(
            number=number,
            retention_time_s=Decimal(number),
            area=1,
            area_percent=Decimal(1),
            base_peak_mz=1,
            signal_to_noise=1,
            candidates=(),
        )
        for number in range(1, _PER_RUN + 1)
    )
    for place in range(1, components // _PER_RUN + 1):
        run = f"2026-0001/1-R{place:06}"
        yield Examination(
            number=f"{run}-E1",
            exhibit_number="2026-0001/1",
            run_number=run,
            examiner="x",
            basis=basis,
            components=parts,
            unreported_components=0,
        )


def _case() -> Case:
    return Case(
        number="2026-0001",
        laboratory="L",
        appointing_body="Court",
        order_number="",
        order_date=None,
        seizure_date=None,
        seizure_place="",
        questions=(),
        demonstration=True,
    )


def _exhibit() -> Exhibit:
    return Exhibit(
        number="2026-0001/1",
        case_number="2026-0001",
        description="d",
        seal_number="",
        seal_intact=None,
        received_at=NOW,
        received_by="x",
    )


if __name__ == "__main__":
    main()
