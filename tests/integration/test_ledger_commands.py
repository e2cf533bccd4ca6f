"""``aigaq ledger`` as people call it, in a laboratory that lives on, is damaged, and is rolled back."""

import json
import shutil
import sqlite3
from email import message_from_bytes, policy

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli.application import app
from lims.domain.staff import Role, StaffMember
from lims.settings import load_settings
from tests.builders.devices import enrol, typed_at_console

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only


def run(*arguments, typed="", code=0):
    done = CliRunner().invoke(app, ["ledger", *map(str, arguments)], input=typed)
    assert done.exit_code == code, done.output + str(done.exception)
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("ledger-commands") / "home"
    laboratory = open_laboratory(load_settings({}, home=home))
    admin = StaffMember(number="admin", name="Admin", post="head", roles=(Role.ADMINISTRATOR,))
    laboratory.staffing.register(admin, password=PASSWORD, actor=None)
    enrol(laboratory.authentication, "admin")
    return home


@pytest.fixture
def home(made, tmp_path):
    """Give a copy of the laboratory, so that it can be damaged."""
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def database(home, *statements):
    """Do what somebody does who holds the database: guards taken off first, and put back."""
    with sqlite3.connect(home / "aigaq.sqlite") as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)
    connection.close()


def test_a_sound_ledger_is_told_on_one_screen(home):
    text = run("verify", "--home", home)
    assert text.startswith("INTACT: ")
    assert "signatures checked; the newest covers" in text
    assert "last checkpoint handed out: never" in text
    assert text.count("not checked: ") == 5
    assert len(text.splitlines()) < 25


def test_the_facts_of_a_verification_as_json(home):
    found = json.loads(run("verify", "--home", home, "--json"))
    assert found["intact"] is True
    assert {"entries", "head", "root", "raw_objects", "faults", "cannot_know", "proofs", "checkpoints"} <= set(found)
    assert found["checkpoints"]["kept"] == 1
    assert found["outside_witness_age_s"] is None
    assert found["proofs"]["inclusions"] >= 1


def test_an_altered_entry_is_told_with_its_number(home):
    database(
        home, "UPDATE ledger SET data = CAST(replace(CAST(data AS TEXT), 'Admin', 'Nobody') AS BLOB) WHERE sequence = 1"
    )
    text = run("verify", "--home", home, code=4)
    assert text.startswith("BROKEN: ")
    assert "FAULT entry 1: " in text


def test_an_altered_list_is_told_and_made_anew(home):
    database(home, "UPDATE record SET title = 'Somebody' WHERE kind = 'staff'", "DELETE FROM tree_node")
    text = run("rebuild", "--check", "--home", home, code=4)
    assert "record staff admin: title is 'Somebody', the ledger says 'Admin'" in text
    assert text.endswith("1 differences between lists and ledger\n")
    (difference,) = json.loads(run("rebuild", "--check", "--home", home, "--json", code=4))["differences"]
    assert (difference["table"], difference["key"], difference["column"]) == ("record", "staff admin", "title")
    assert (difference["found"], difference["expected"]) == ("Somebody", "Admin")
    assert "1 differences before" in run(
        "rebuild", "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD)
    )
    run("rebuild", "--check", "--home", home)
    run("verify", "--home", home)


def test_lists_of_a_broken_ledger_are_not_made_anew(home):
    database(home, "UPDATE ledger SET leaf = 'x' WHERE sequence = 1")
    done = CliRunner().invoke(app, ["ledger", "rebuild", "--check", "--home", str(home)])
    assert "entry 1: its bytes do not have the recorded hash" in str(done.exception)


def test_somebody_makes_the_lists_anew(home):
    done = CliRunner().invoke(app, ["ledger", "rebuild", "--home", str(home)])
    assert "--by" in str(done.exception)


@pytest.fixture
def outside(home, tmp_path):
    """Hand a checkpoint out into a folder, after which the ledger goes on."""
    folder = tmp_path / "outside"
    folder.mkdir()
    text = run(
        "checkpoint", "--to", folder, "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD)
    )
    (path,) = folder.iterdir()
    assert f"handed out: {path}" in text
    return path


def test_a_checkpoint_is_made_and_printed(home):
    text = run("checkpoint", "--home", home)
    assert text.startswith("aigaq/")
    found = json.loads(run("checkpoint", "--home", home, "--json"))
    assert found["note"] == text
    assert found["written"] == ""


def test_a_handed_out_checkpoint_is_a_witness(home, outside):
    text = run("witness", outside, "--home", home)
    assert text.startswith(f"CONSISTENT  {outside}")
    found = json.loads(run("verify", "--home", home, "--witness", outside, "--json"))
    assert found["outside_witness_age_s"] >= 0
    assert found["witnesses"][0]["verdict"] == "CONSISTENT"


def test_a_file_outside_is_never_written_over(home, outside):
    outside.chmod(0o600)
    outside.write_bytes(b"something else\n")
    done = CliRunner().invoke(
        app,
        ["ledger", "checkpoint", "--to", str(outside.parent / "x.eml"), "--by", "admin", "--home", str(home)],
        input=typed_at_console(home, "admin", PASSWORD),
    )
    assert done.exit_code == 0
    again = CliRunner().invoke(
        app,
        ["ledger", "checkpoint", "--to", str(outside.parent / "x.eml"), "--by", "admin", "--home", str(home)],
        input=typed_at_console(home, "admin", PASSWORD),
    )
    assert "File exists" in str(again.exception)
    assert outside.read_bytes() == b"something else\n"


def test_a_mail_is_a_witness_too(home, tmp_path):
    mail = tmp_path / "witness.eml"
    run("checkpoint", "--to", mail, "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD))
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert "holds nothing of any case" in read.get_body().get_content()
    assert [part.get_filename().endswith(".checkpoint") for part in read.iter_attachments()] == [True]
    assert read["X-Unsent"] == "1"
    assert run("witness", mail, "--home", home).startswith("CONSISTENT")


@pytest.mark.parametrize("to", ["nowhere", "nowhere/x.eml"])
def test_a_place_that_is_none_is_refused_and_nothing_is_recorded(home, tmp_path, to):
    before = json.loads(run("verify", "--home", home, "--json"))["entries"]
    done = CliRunner().invoke(
        app,
        ["ledger", "checkpoint", "--to", str(tmp_path / to), "--by", "admin", "--home", str(home)],
        input=typed_at_console(home, "admin", PASSWORD),
    )
    assert "nowhere" in str(done.exception)
    assert json.loads(run("verify", "--home", home, "--json"))["entries"] == before


@pytest.fixture
def rolled_back(home, tmp_path):
    """Put an older copy of the whole laboratory in place, key and state of the signer too; give the newer witness."""
    backup = tmp_path / "backup"
    shutil.copytree(home, backup)
    folder = tmp_path / "outside"
    folder.mkdir()
    run("checkpoint", "--to", folder, "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD))
    run("checkpoint", "--to", folder, "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD))
    shutil.rmtree(home)
    shutil.copytree(backup, home)
    return max(folder.iterdir())


def test_a_rollback_of_everything_is_shown_by_a_witness_alone(home, rolled_back):
    run("verify", "--home", home)
    text = run("verify", "--home", home, "--witness", rolled_back, code=4)
    assert "NEWER THAN THIS LEDGER" in text
    text = run("witness", rolled_back, "--home", home, code=4)
    assert text.startswith("NEWER THAN THIS LEDGER")
    assert "are missing, it was rolled back" in text


def test_a_rollback_of_the_database_is_shown_by_the_signers_state(home, tmp_path):
    shutil.copy(home / "aigaq.sqlite", tmp_path / "older.sqlite")
    run(
        "checkpoint", "--to", tmp_path, "--by", "admin", "--home", home, typed=typed_at_console(home, "admin", PASSWORD)
    )
    run("checkpoint", "--home", home)
    shutil.copy(tmp_path / "older.sqlite", home / "aigaq.sqlite")
    text = run("verify", "--home", home, code=4)
    assert "FAULT signer: it is of " in text
    assert "it was rolled back" in text


def test_another_history_is_shown_as_different(home, rolled_back, tmp_path):
    """After the rollback other acts are recorded, until the ledger is as long again."""
    (tmp_path / "other").mkdir()
    for _ in range(3):
        run(
            "checkpoint",
            "--to",
            tmp_path / "other",
            "--by",
            "admin",
            "--home",
            home,
            typed=typed_at_console(home, "admin", PASSWORD),
        )
    text = run("witness", rolled_back, "--home", home, code=4)
    assert text.startswith("DIFFERENT")
    assert "parts from this ledger at an entry from " in text
    same_size = [path for path in (tmp_path / "other").iterdir() if path.name == rolled_back.name]
    key = home / "ledger-key.pub"
    if same_size:
        text = run("witness", rolled_back, *same_size, "--key", key, code=4)
        assert "there are two ledgers" in text


def test_what_proves_nothing_is_said_to(home, outside, tmp_path):
    (tmp_path / "x.checkpoint").write_bytes(b"nothing")
    assert run("witness", tmp_path / "x.checkpoint", "--home", home, code=6).startswith("UNREADABLE")
    foreign = outside.read_bytes().replace(b"aigaq/", b"other/")
    (tmp_path / "y.checkpoint").write_bytes(foreign)
    assert run("witness", tmp_path / "y.checkpoint", "--home", home, code=6).startswith("OTHER ORIGIN")
    bad = bytearray(outside.read_bytes())
    bad[-20] ^= 1
    (tmp_path / "z.checkpoint").write_bytes(bytes(bad))
    assert run("witness", tmp_path / "z.checkpoint", "--home", home, code=6).split()[0] in {"UNKNOWN", "UNREADABLE"}


def test_without_a_laboratory_witnesses_are_held_against_each_other(home, outside, tmp_path):
    key = tmp_path / "lab.pub"
    shutil.copy(home / "ledger-key.pub", key)
    assert run("witness", outside, outside, "--key", key).startswith("CONSISTENT")
    assert run("witness", outside, "--key", key, code=6).startswith("CANNOT SAY")
    found = json.loads(run("witness", outside, outside, "--key", key, "--json"))
    assert [one["verdict"] for one in found["findings"]] == ["CONSISTENT"]
