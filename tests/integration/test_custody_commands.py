"""Custody from the console: two people at one hand-over, places, labels, gaps."""

import json

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli.application import app
from lims.domain.exhibit_code import label_payload
from lims.domain.place import PlaceKind
from lims.domain.staff import Role, StaffMember
from lims.errors import LimsError
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.permitting import Rights
from lims.settings import load_settings
from tests.builders.custody_cells import old_aliquot
from tests.builders.people import hire

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
ADMIN = StaffMember(number="admin", name="A", post="a", roles=(Role.ADMINISTRATOR,))
ANNA = StaffMember(number="anna", name="A", post="t", roles=(Role.TECHNICIAN,))
BORIS = StaffMember(number="boris", name="B", post="t", roles=(Role.TECHNICIAN,))
HEAD = StaffMember(number="head", name="H", post="h", roles=(Role.HEAD,))


@pytest.fixture
def home(tmp_path):
    laboratory = open_laboratory(load_settings(home=tmp_path / "lab"))
    hire(laboratory, (ADMIN, ANNA, BORIS, HEAD), password=PASSWORD)
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=ANNA).number
    for seal in ("S-1", ""):
        laboratory.accessioning.register_exhibit(case, ExhibitFacts(description="bag", seal_number=seal), actor=ANNA)
    return tmp_path / "lab"


def aigaq(*arguments, home, passwords=2):
    result = CliRunner().invoke(
        app, [str(one) for one in arguments], input=f"{PASSWORD}\n" * passwords, env={"AIGAQ_HOME": str(home)}
    )
    if isinstance(result.exception, LimsError):
        return 2, str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, "".join(f"{line}\n" for line in result.stdout.splitlines() if line.strip())


def numbers(home):
    laboratory = open_laboratory(load_settings(home=home))
    return [line.number for line in laboratory.accessioning.exhibits(limit=9)][::-1]


def add_shelf(home):
    """Add a place; the head's console would ask for a code."""
    open_laboratory(load_settings(home=home)).storing.add("1", kind=PlaceKind.SHELF, actor=HEAD)


def test_an_exhibit_goes_from_hand_to_hand_to_a_shelf_and_out_again(home):
    one, two = numbers(home)
    add_shelf(home)
    code, said = aigaq(
        "custody", "hand-over", label_payload(one), two, "--to", "boris", "--purpose", "p", "--by", "anna", home=home
    )
    assert (code, said.splitlines()[-1].partition(": ")[2]) == (0, "2 exhibit(s) now in the hands of boris")
    code, said = aigaq(
        "custody", "store", one, "--to", label_payload("PL-0001"), "--purpose", "p", "--by", "boris", home=home
    )
    assert code == 0, said
    code, said = aigaq("place", "list", "--json", home=home)
    assert json.loads(said)[0]["exhibits"] == [one]
    code, said = aigaq(
        *("custody", "take-out", one, "--purpose", "p", "--by", "anna", "--back-by", "2020-01-01"), home=home
    )
    assert code == 0, said
    code, said = aigaq("custody", "overdue", "--json", home=home)
    assert [line["exhibit"] for line in json.loads(said)] == [one]
    code, said = aigaq("custody", "show", one, home=home)
    assert code == 4
    assert "GAP (overdue return): expected back on 2020-01-01, still in the hands of anna" in said
    code, said = aigaq("custody", "show", two, "--json", home=home)
    assert (code, [span["holder"]["name"] for span in json.loads(said)["spans"]]) == (0, ["anna", "boris"])


def test_at_17_a_hand_over_that_the_second_person_does_not_confirm_stays_offered(home):
    one, _ = numbers(home)
    hand_over = ("custody", "hand-over", one, "--to", "boris", "--purpose", "p", "--by", "anna")
    code, _ = aigaq(*hand_over, home=home, passwords=1)
    laboratory = open_laboratory(load_settings(home=home))
    assert code != 0
    custody = laboratory.custody.custody(one)
    assert (custody.state, custody.offered_to) == ("offered", "boris")
    code, said = aigaq("custody", "withdraw", custody.offer, "--reason", "r", "--by", "anna", home=home)
    assert (code, said) == (0, f"{custody.offer} withdrawn\n")


def test_a_return_and_a_destruction_ask_two_people(home):
    one, two = numbers(home)
    papers = ("--permission", "letter 7", "--act", "A-1", "--protocol", "P-1", "--witness", "boris", "--by", "anna")
    code, said = aigaq("custody", "return", one, "--to", "the court", *papers, home=home)
    assert (code, said.splitlines()[-1].partition(": ")[2]) == (0, "1 exhibit(s) now outside, with the court")
    code, said = aigaq("custody", "destroy", two, *papers, home=home)
    assert (code, said.splitlines()[-1].partition(": ")[2]) == (0, "1 exhibit(s) now destroyed")
    code, said = aigaq("custody", "close-seal", two, "--seal", "L-1", "--by", "anna", home=home)
    assert code == 2
    assert "destroyed" in said


def test_a_place_is_counted_twice_and_closed(home):
    one, _ = numbers(home)
    add_shelf(home)
    aigaq("custody", "store", one, "--to", "PL-0001", "--purpose", "p", "--by", "anna", home=home)
    code, said = aigaq("custody", "count", "PL-0001", "--by", "anna", home=home)
    assert code == 0
    number = said.split()[0]
    assert one not in said
    code, said = aigaq("custody", "count", number, "--found", label_payload(one), "--by", "boris", home=home)
    assert said.splitlines() == [
        f"{number} differs",
        f"anna: missing {one}; unexpected nothing",
        "boris: missing nothing; unexpected nothing",
    ]


def test_places_are_kept_by_the_head_or_the_quality_manager(home):
    for command in (("add", "1", "--kind", "shelf"), ("close", "PL-0001")):
        code, said = aigaq("place", *command, "--by", "anna", home=home)
        assert (code, "head" in said) == (2, True)


def test_g_4_the_custody_of_an_older_aliquot_is_begun_at_the_console(home, tmp_path):
    one, _ = numbers(home)
    laboratory = open_laboratory(load_settings(home=home))
    number, now = f"{one}-A1", laboratory.clock.now()
    with SqlStore(
        open_engine(load_settings(home=home).database_url), rights=Rights(enforced=False)
    ).unit_of_work() as work:
        for record in old_aliquot(number, one, at=now):
            work.record(record, act="tested", actor=ANNA, at=now)
        work.commit()
    code, said = aigaq("custody", "show", number, home=home)
    assert (code, "GAP (no custody on record)" in said) == (4, True)
    begin = ("custody", "begin-late", label_payload(number), "--reason", "older program", "--by", "boris")
    assert aigaq(*begin, home=home) == (0, f"aliquot {number} is in the hands of boris from now on\n")
    path = tmp_path / "labels.pdf"
    assert aigaq("labels", number, "--to", path, home=home) == (0, f"{path}: 1 label(s)\n")


def test_seals_and_labels(home, tmp_path):
    one, two = numbers(home)
    code, said = aigaq("custody", "close-seal", two, "--seal", "L-1", "--by", "anna", home=home)
    assert (code, said) == (0, f"exhibit {two} is closed with seal L-1\n")
    missing = ("custody", "open-seal", one, "--seal", "S-1", "--photograph", "none", "--by", "anna")
    assert aigaq(*missing, home=home) == (2, "there is no photograph none")
    path = tmp_path / "labels.pdf"
    code, said = aigaq("labels", one, two, "--to", path, "--single", home=home)
    assert (code, said) == (0, f"{path}: 2 label(s)\n")
    assert path.read_bytes().startswith(b"%PDF-")
    assert aigaq("labels", one, "--to", path, home=home) == (2, f"{path} exists")
    code, said = aigaq("custody", "show", f"{one}*00", home=home)
    assert (code, "check characters do not fit" in said) == (2, True)
    code, said = aigaq("custody", "show", label_payload("PL-0001"), home=home)
    assert (code, "is the label of a place" in said) == (2, True)
