"""A batch from the command line, as scripts and people call it, with the 18 real runs; one real process to the end."""

import csv
import json
import os
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts
from tests.builders import commands
from tests.builders.clocks import SetClock
from tests.builders.commands import AIGAQ
from tests.builders.devices import enrol, typed_at_console
from tests.builders.people import hire
from tests.builders.plain_homes import plain_settings

pytestmark = pytest.mark.real_data

METHOD_FILE = Path(__file__).parents[2] / "docs" / "examples" / "demonstration-method.toml"
PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
BEFORE = datetime(2022, 2, 20, 9, 0, tzinfo=UTC)


def aigaq(*arguments, home, typed=f"{PASSWORD}\n"):
    for number in {"expert", "quality"} & set(arguments):
        typed = typed_at_console(home, number, PASSWORD)
    return commands.aigaq(*arguments, home=home, typed=typed)


def answer(done, code=0):
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def make_home(home, shared_data):
    """Register people and exhibits on a day before the runs; planning and import happen today."""
    laboratory = open_laboratory(plain_settings(home), clock=SetClock(BEFORE))
    people = [
        StaffMember(number="admin", name="A", post="head", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
        StaffMember(number="technician", name="T", post="technician", roles=(Role.TECHNICIAN,)),
        StaffMember(number="expert", name="E", post="chemist", roles=(Role.EXPERT,)),
        StaffMember(number="quality", name="Q", post="quality manager", roles=(Role.QUALITY_MANAGER,)),
    ]
    hire(laboratory, people, password=PASSWORD, methods=("DEMO-ETIZOLAM",))
    for number in ("expert", "quality"):
        enrol(laboratory.authentication, number)
    laboratory.curating.add_release(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz", name=None, actor=people[0])
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=people[1])
    for description in ("card", "paper", "card"):
        laboratory.accessioning.register_exhibit(case.number, ExhibitFacts(description=description), actor=people[1])


@pytest.fixture(scope="module")
def plan(shared_data, tmp_path_factory):
    """Write the study's sequence with the exhibits' numbers beside it."""
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    with (shared_data / "gcms-benzodiazepines" / "sequence.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    exhibits = iter(("2022-0001/1", "2022-0001/2", "2022-0001/3"))
    for row in rows:
        row["exhibit"] = next(exhibits) if row["sample_type"] == "exhibit" else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def home(shared_data, plan, tmp_path_factory):
    """A laboratory with the batch planned."""
    home = tmp_path_factory.mktemp("laboratory") / "home"
    make_home(home, shared_data)
    method = answer(aigaq("method", "add", METHOD_FILE, "--by", "expert", "--json", home=home))
    assert method == {"method": "DEMO-ETIZOLAM", "version": 1, "demonstration": True}
    planned = answer(
        aigaq(
            "batch",
            "plan",
            plan,
            "--method",
            "DEMO-ETIZOLAM",
            "--instrument",
            "GCMS",
            "--by",
            "technician",
            "--json",
            home=home,
        )
    )
    assert planned["injections"] == 18
    assert planned["batch"].startswith("B-")
    return home, planned["batch"]


@pytest.fixture(scope="module")
def imported(home, shared_data):
    folder = shared_data / "gcms-benzodiazepines"
    done = aigaq("batch", "import", home[1], folder, "--by", "technician", "--json", home=home[0])
    return answer(done)


def test_the_sequence_is_written_once(home, tmp_path):
    first = aigaq("batch", "export", home[1], "--to", tmp_path / "sequence.csv", home=home[0], typed="")
    assert first.returncode == 0, first.stderr
    data = (tmp_path / "sequence.csv").read_bytes()
    assert data.startswith(b"Vial,Sample Name,Sample Type,Data File,Method,Level\r\n1,MEOH BLK,blank,")
    again = aigaq("batch", "export", home[1], "--to", tmp_path / "sequence.csv", home=home[0], typed="")
    assert (again.returncode, "File exists" in again.stderr) == (2, True)


def test_a_folder_is_imported_and_judged(home, imported):
    assert (imported["runs"], imported["state"]) == (18, "measured")
    assert [entry["place"] for entry in imported["entries"][1:]] == list(range(1, 19))
    assert (imported["entries"][0]["file"], imported["entries"][0]["outcome"]) == ("sequence.csv", "refused")
    judged = answer(aigaq("batch", "judge", home[1], "--by", "expert", "--json", home=home[0]))
    assert judged["state"] == "accepted"
    assert all(outcome["passed"] for outcome in judged["outcomes"])
    chart = answer(
        aigaq("batch", "chart", "--method", "DEMO-ETIZOLAM", "--instrument", "GCMS", "--json", home=home[0], typed="")
    )
    assert chart["limits"] is None
    assert [point["place"] for point in chart["points"]] == [10, 12]
    release = ["batch", "release", home[1], "--cause", "c", "--action", "a", "--impact", "i", "--by", "quality"]
    refused = aigaq(*release, home=home[0])
    assert (refused.returncode, "only a failed batch is released" in refused.stderr) == (2, True)


@pytest.mark.usefixtures("imported")
def test_a_watched_folder_recognises_what_is_known_and_ends(home, shared_data, tmp_path):
    shutil.copytree(shared_data / "gcms-benzodiazepines" / "220223001.D", tmp_path / "in" / "copied.D")
    (tmp_path / "in" / "notes.txt").write_text("no run")
    watch = ["watch-folder", tmp_path / "in", "--batch", home[1], "--by", "technician", "--quiet", "0.4", "--once"]
    done = aigaq(*watch, home=home[0])
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in sorted(lines)] == ["copied.D  known", "notes.txt  refused"]


def test_a_watched_folder_imports_as_runs_appear_and_ctrl_c_ends_cleanly(plan, shared_data, tmp_path):
    """A run that the instrument still writes is not read."""
    other = tmp_path / "home"
    make_home(other, shared_data)
    answer(aigaq("method", "add", METHOD_FILE, "--by", "expert", "--json", home=other))
    number = answer(
        aigaq("batch", "plan", plan, "--method", "DEMO-ETIZOLAM", "--by", "technician", "--json", home=other)
    )["batch"]
    incoming = tmp_path / "in"
    incoming.mkdir()
    environment = os.environ | {"AIGAQ_HOME": str(other), "PYTHONUNBUFFERED": "1"}
    command = [AIGAQ, "watch-folder", incoming, "--batch", number, "--by", "technician", "--quiet", "0.6"]
    with subprocess.Popen(
        list(map(str, command)),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        source = shared_data / "gcms-benzodiazepines" / "220223001.D"
        growing = incoming / source.name
        growing.mkdir()
        whole = (source / "data.ms").read_bytes()
        with (growing / "data.ms").open("wb") as file:  # the instrument writes for more than the quiet time
            for part in range(8):
                file.write(whole[part * len(whole) // 8 : (part + 1) * len(whole) // 8])
                file.flush()
                time.sleep(0.2)
        shutil.copytree(source, growing, dirs_exist_ok=True)
        assert process.stdout.readline().startswith("220223001.D  imported: run ")
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, "")
    assert "nothing is half-done" in err
    assert answer(aigaq("ledger", "verify", "--json", home=other, typed=""))["intact"]
