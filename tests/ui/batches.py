"""A laboratory with a batch for the tests of pages: files as an instrument writes them, verdicts recorded as judged."""

import dataclasses
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.batching import BatchingService, BatchPlan
from lims.services.laboratory import Laboratory
from tests.builders.batches import METHOD, SetMeasurement, injections, method, passing, run_folder
from tests.ui.conftest import make_laboratory


@dataclass(frozen=True)
class Acts:
    """Judges with numbers that a test says, through the service itself."""

    laboratory: Laboratory

    def judge(self, number: str, *, control: str) -> None:
        measurement = SetMeasurement()
        batch = self.laboratory.batching.get(number)
        usual = passing(batch.injection(4))
        measurement.found[4] = dataclasses.replace(usual, concentration_ug_per_ml=Decimal(control))
        judging = dataclasses.replace(self.laboratory.batching, measurement=measurement)
        judging.judge(number, actor=self.laboratory.staffing.get("expert-a"))


def acts_of(laboratory: Laboratory) -> Acts:
    return Acts(laboratory)


def make_batch_laboratory(home: Path) -> Laboratory:
    laboratory = make_laboratory(home)
    prepare(laboratory)
    return laboratory


def prepare(laboratory: Laboratory) -> None:
    """Add a method to a laboratory that has people, a quality manager among them."""
    service: BatchingService = dataclasses.replace(laboratory.batching, measurement=SetMeasurement())
    service.define_method(method(), actor=laboratory.staffing.get("expert-a"))


def add_batch(laboratory: Laboratory, *, by: str = "technician") -> str:
    technician = laboratory.staffing.get("technician")
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    exhibit = laboratory.accessioning.register_exhibit(
        case.number, ExhibitFacts(description="exhibit <b>"), actor=technician
    )
    lines = tuple(
        dataclasses.replace(line, sample_name="EX-1 <b>*x*</b>") if line.exhibit_number else line
        for line in injections(exhibit.number)
    )
    plan = BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="Asia/Almaty", injections=lines)
    return laboratory.batching.plan(plan, actor=laboratory.staffing.get(by)).number


def write_runs(laboratory: Laboratory, number: str, folder: Path) -> list[Path]:
    """Write the runs of a batch as if measured from now on, minutes apart."""
    begin = datetime.now(UTC) + timedelta(minutes=1)
    return [
        run_folder(
            folder / f"{number}-{line.place:03d}.D",
            sample=line.sample_name,
            vial=int(line.vial),
            at=begin + timedelta(minutes=20 * line.place),
        )
        for line in laboratory.batching.get(number).injections
    ]


def zipped(run: Path) -> Path:
    """Put a run's folder into an archive, as people upload it."""
    return Path(shutil.make_archive(str(run.with_suffix("")), "zip", root_dir=run.parent, base_dir=run.name))


def measure(laboratory: Laboratory, number: str, folder: Path) -> None:
    paths = write_runs(laboratory, number, folder)
    outcomes = laboratory.measuring.import_files(
        paths, batch_number=number, actor=laboratory.staffing.get("technician")
    )
    assert all(outcome.run is not None for outcome in outcomes), outcomes
