"""``aigaq raw`` as people and scripts call it: a real laboratory, real files, exit codes."""

import dataclasses
import json
import os
import shutil
import time

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli import REFUSED
from lims.cli.application import app
from lims.errors import LimsError
from lims.settings import load_settings
from tests.builders import commands
from tests.builders.devices import enrol, typed_at_console
from tests.builders.laboratories import ADMIN, PASSWORD


@dataclasses.dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def aigaq(*arguments, home, typed=""):
    """Run a command in this process, which is quicker; a refusal is what ``main`` makes of it."""
    result = CliRunner().invoke(app, [*arguments, "--home", str(home)], input=typed)
    refusal = result.exception
    if isinstance(refusal, LimsError):
        return Done(returncode=REFUSED, stdout=result.stdout, stderr=str(refusal))
    assert refusal is None or isinstance(refusal, SystemExit), refusal
    return Done(returncode=result.exit_code, stdout=result.stdout, stderr=result.stderr)


@pytest.fixture
def laboratory(tmp_path):
    """A laboratory with one person, one object that nobody names, and a second copy."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "aigaq.toml").write_text(f'[raw]\ncopy_url = "{(tmp_path / "second").as_uri()}"\n', "utf-8")
    opened = open_laboratory(load_settings({}, home=home))
    opened.staffing.register(ADMIN, password=PASSWORD, actor=None)
    enrol(opened.authentication, "admin")
    opened.importing.raw_store.put(b"left behind")
    return opened


@pytest.fixture
def home(laboratory):
    return laboratory.settings.home


@pytest.fixture
def orphan(home):
    return next(path for path in (home / "raw").rglob("*") if path.is_file())


def printed(done):
    return json.loads(done.stdout)


def test_a_sweep_moves_and_records_and_then_finds_nothing(home, orphan, laboratory):
    del laboratory
    two_days_ago = time.time() - 2 * 86_400
    os.utime(orphan, (two_days_ago, two_days_ago))
    done = aigaq("raw", "sweep", "--by", "admin", "--json", home=home, typed=typed_at_console(home, "admin", PASSWORD))
    assert done.returncode == 0, done.stderr
    (moved,) = printed(done)["moved"]
    assert moved["sha256"] == orphan.name
    assert (home / "raw" / moved["kept_as"]).read_bytes() == b"left behind"
    typed = typed_at_console(home, "admin", PASSWORD)
    again = commands.aigaq("raw", "sweep", "--by", "admin", home=home, typed=typed, process=True)
    assert again.stdout.splitlines()[-1] == "nothing to sweep"
    assert printed(
        aigaq("raw", "sweep", "--by", "admin", "--json", home=home, typed=typed_at_console(home, "admin", PASSWORD))
    ) == {
        "sweep": None,
        "moved": [],
    }


def test_a_sweep_says_what_it_moved(home, orphan):
    two_days_ago = time.time() - 2 * 86_400
    os.utime(orphan, (two_days_ago, two_days_ago))
    said = aigaq("raw", "sweep", "--by", "admin", home=home, typed=typed_at_console(home, "admin", PASSWORD)).stdout
    assert "1 files, 11 bytes moved into the quarantine" in said
    assert f"{orphan.parent.name}/{orphan.name} -> quarantine/{orphan.name}." in said


def test_a_wrong_password_sweeps_nothing(home, orphan):
    done = aigaq("raw", "sweep", "--by", "admin", home=home, typed="not the password\n000000\n")
    assert done.returncode == 2
    assert orphan.exists()


def test_a_scrub_says_intact_and_damaged(home, orphan):
    done = aigaq("raw", "scrub", home=home)
    assert (done.returncode, done.stdout) == (0, "INTACT: 1 objects, 11 bytes read\n")
    orphan.chmod(0o600)
    orphan.write_bytes(b"other")
    done = aigaq("raw", "scrub", home=home)
    assert done.returncode == 4
    assert done.stdout.startswith("DAMAGED: 1 objects, 5 bytes read\n")
    assert f"  ALTERED raw object {orphan.name} has changed" in done.stdout
    done = aigaq("raw", "scrub", "--json", home=home)
    assert (printed(done)["intact"], done.returncode) == (False, 4)
    assert {fault["kind"] for fault in printed(done)["faults"]} == {"altered", "writable"}


def test_a_share_is_a_seventh(home):
    assert printed(aigaq("raw", "scrub", "--share", "1/7", "--json", home=home))["share"] == "1/7"
    for share in ("2/7", "1/x", "7", "1/0"):
        done = aigaq("raw", "scrub", "--share", share, home=home)
        assert done.returncode == 2
        assert "share" in done.stderr


def test_copy_and_repair_from_the_second_copy(home, laboratory, training_file, tmp_path):
    library = tmp_path / "a.msp"
    library.write_text("Name: a\nNum Peaks: 1\n58 1\n", "utf-8")
    release = laboratory.curating.add_release(library, actor=ADMIN)
    done = aigaq("raw", "copy", "--json", home=home)
    assert (printed(done), done.returncode) == ({"copied": 1, "present": 0, "faults": []}, 0)
    assert aigaq("raw", "copy", home=home).stdout == "0 objects copied, 1 were there\n"
    assert aigaq("raw", "scrub", "--copy", home=home).returncode == 0
    path = home / "raw" / release.sha256[:2] / release.sha256
    path.unlink()
    done = aigaq("raw", "copy", home=home)
    assert done.returncode == 0  # the copy has it
    done = aigaq("raw", "repair", "--by", "admin", "--json", home=home, typed=typed_at_console(home, "admin", PASSWORD))
    assert (done.returncode, printed(done)["faults"]) == (0, [])
    (repair,) = printed(done)["repairs"]
    assert repair["objects"] == [{"sha256": release.sha256, "found": "missing", "damaged": None}]
    path.chmod(0o600)
    path.write_bytes(b"other")
    done = aigaq("raw", "repair", "--by", "admin", "--json", home=home, typed=typed_at_console(home, "admin", PASSWORD))
    (repaired,) = printed(done)["repairs"][0]["objects"]
    assert (home / "raw" / repaired["damaged"]["kept_as"]).read_bytes() == b"other"
    path.chmod(0o600)
    path.write_bytes(b"other again")
    said = aigaq("raw", "repair", "--by", "admin", home=home, typed=typed_at_console(home, "admin", PASSWORD)).stdout
    assert said.endswith(f"1 objects brought back\n  {release.sha256} was altered\n")
    path.unlink()
    shutil.rmtree(tmp_path / "second")
    (tmp_path / "second").mkdir()
    done = aigaq("raw", "copy", home=home)
    assert (done.returncode, "FAULT" in done.stdout) == (4, True)
    done = aigaq("raw", "repair", "--by", "admin", home=home, typed=typed_at_console(home, "admin", PASSWORD))
    assert (done.returncode, "the copy cannot help" in done.stdout) == (4, True)
    assert training_file.exists()


def test_the_server_sweeps_when_it_starts(laboratory, home, orphan, monkeypatch, capsys):
    from lims.cli import serve

    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setenv("AIGAQ_HOME", str(home))
    serve.run_serve(home=home, host="127.0.0.1", port=1)
    assert orphan.exists()  # this very process has the store open for writing
    two_days_ago = time.time() - 2 * 86_400
    os.utime(orphan, (two_days_ago, two_days_ago))
    serve.run_serve(home=home, host="127.0.0.1", port=1)
    assert not orphan.exists()
    assert "1 files, 11 bytes that no entry names moved into the quarantine" in capsys.readouterr().err

    def refuse(*_, **__):
        raise LimsError("the database is away")

    monkeypatch.setattr("lims.cli.serve.open_laboratory", refuse)
    serve.run_serve(home=home, host="127.0.0.1", port=1)
    assert "nothing was recovered, and the raw store was not swept: the database is away" in capsys.readouterr().err
    assert laboratory.clock.now().tzinfo is not None


def test_a_new_laboratory_is_not_made_by_looking_for_orphans(tmp_path, monkeypatch):
    from lims.cli import serve

    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setenv("AIGAQ_HOME", str(tmp_path / "new"))
    serve.run_serve(home=tmp_path / "new", host="127.0.0.1", port=1)
    assert list((tmp_path / "new").iterdir()) == []
