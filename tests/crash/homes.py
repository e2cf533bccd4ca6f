"""Home folders for crash tests: a laboratory with people and work to do, made once and copied for every round."""

import dataclasses
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lims.bootstrap import open_laboratory
from lims.persistence.engine import open_engine
from lims.reporting.desk import open_desk
from lims.services.desk_ports import ReportDesk
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from lims.settings import DATABASE_FILE, SETTINGS_FILE, load_settings
from spectra.formats import write_andi_cdf
from tests.builders.laboratories import EXPERT, Bench
from tests.builders.plain_homes import ADDRESS, GATES_OFF
from tests.builders.readers import InProcessReader

_FACTS = "work.json"
SETTINGS = f"{ADDRESS}{GATES_OFF}"
"""What reports cannot do without (rule RP-1.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home folder and what there is to do in it."""

    folder: Path
    exhibit: str
    """Where runs are imported."""
    examinations: tuple[str, ...]
    """Concluded, so that they can be reported."""
    database_url: str = ""
    """Empty for the SQLite file of the folder."""

    @property
    def raw(self) -> Path:
        """Where the raw store lies."""
        return self.folder / "raw"

    def open(self) -> Laboratory:
        """Open the laboratory as a command does; only runs are read in the process itself, which is much faster."""
        variables = {"AIGAQ_DATABASE_URL": self.database_url} if self.database_url else {}
        laboratory = open_laboratory(load_settings(variables, home=self.folder))
        importing = dataclasses.replace(laboratory.importing, reader=InProcessReader())
        return dataclasses.replace(
            laboratory, importing=importing, reporting=dataclasses.replace(laboratory.reporting, importing=importing)
        )

    @staticmethod
    def close(laboratory: Laboratory) -> None:
        """Close the database of a laboratory."""
        laboratory.auditing.store._engine.dispose()

    def copy(self, folder: Path) -> "Home":
        """Copy the whole folder; the database must be closed."""
        shutil.copytree(self.folder, folder)
        return dataclasses.replace(self, folder=folder)


def make_home(folder: Path, *, examinations: int = 0, database_url: str = "", desk: ReportDesk | None = None) -> Home:
    """Make a laboratory with people, an exhibit, and examinations that wait for their reports.

    With examinations, one report is signed and issued too, so that the development keys exist.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    _write_settings(folder)
    settings = load_settings({}, home=folder)
    clock = open_laboratory(settings).clock
    engine = open_engine(database_url or f"sqlite:///{folder / DATABASE_FILE}")
    bench = Bench(engine, folder, clock=clock, desk=desk or open_desk(settings))
    bench.hire()
    exhibit = bench.exhibit().number
    numbers = tuple(_conclude(bench, folder, seed) for seed in range(examinations + 1)) if examinations else ()
    if numbers:
        bench.release(bench.approve(bench.draft(numbers[0]).number).number)
    engine.dispose()
    home = Home(folder=folder, exhibit=exhibit, examinations=numbers[1:], database_url=database_url)
    (folder / _FACTS).write_text(json.dumps({"exhibit": exhibit, "examinations": home.examinations}), "utf-8")
    return home


def _write_settings(folder: Path) -> None:
    """Write the settings to the disk itself: they are there before the work that loses its power."""
    with (folder / SETTINGS_FILE).open("x", encoding="utf-8") as file:
        file.write(SETTINGS)
        file.flush()
        os.fsync(file.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def find_home(folder: Path) -> Home:
    """Give a home that was made before."""
    facts = json.loads((folder / _FACTS).read_text("utf-8"))
    return Home(folder=folder, exhibit=facts["exhibit"], examinations=tuple(facts["examinations"]))


def _conclude(bench: Bench, folder: Path, seed: int) -> str:
    path = folder / f"training-run-{seed}.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(seed))))
    if seed == 0:
        return bench.concluded(path).number
    release = bench.curating.releases()[0]
    examination = bench.examining.open(bench.run(path).number, release_name=release, actor=EXPERT)
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    return bench.examining.conclude(examination.number, actor=EXPERT).number
