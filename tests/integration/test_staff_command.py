"""People and competences from the console, as an administrator and a quality manager use them."""

import json
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from lims.bootstrap import open_laboratory
from lims.cli.application import app
from lims.errors import LimsError
from lims.settings import load_settings
from tests.builders.devices import enrol, typed_at_console

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
FIRST = "the first one of each"
NEW = f"{FIRST}\n{FIRST}\n"


@dataclass(frozen=True)
class Done:
    code: int
    said: str


def aigaq(*arguments, home, typed=None):
    """Run a command in this process, as ``main`` does; whoever acts types password and code."""
    if typed is None:
        typed = typed_at_console(home, arguments[arguments.index("--by") + 1], PASSWORD)
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=typed, env={"AIGAQ_HOME": str(home)})
    if isinstance(result.exception, LimsError):
        return Done(2, str(result.exception))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout)


def told(done, code=0):
    assert done.code == code, done.said
    return done.said


def add(home, number, role, by="admin"):
    acting = ("--by", by) if by else ()
    typed = typed_at_console(home, by, PASSWORD) + NEW if by else f"{PASSWORD}\n{PASSWORD}\n"
    return aigaq(
        "staff", "add", number, "--name", number, "--post", "p", "--role", role, *acting, home=home, typed=typed
    )


def own(home, number):
    """Let a person choose an own password in place of the administrator's, and enrol a device."""
    told(aigaq("staff", "password", number, home=home, typed=f"{FIRST}\n{PASSWORD}\n{PASSWORD}\n"))
    enrol(open_laboratory(load_settings(home=home)).authentication, number)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Found a laboratory: an administrator, the first quality manager, a technician and a curator."""
    folder = tmp_path_factory.mktemp("staff") / "home"
    assert "admin registered: administrator" in told(add(folder, "admin", "administrator", by=""))
    enrol(open_laboratory(load_settings(home=folder)).authentication, "admin")
    assert "quality manager proposed; 'aigaq staff confirm quality' next" in told(
        add(folder, "quality", "quality manager")
    )
    assert "(founding: there was no quality manager)" in told(
        aigaq("staff", "confirm", "quality", "--by", "admin", home=folder)
    )
    own(folder, "quality")
    told(add(folder, "technician", "technician"))
    told(add(folder, "second", "technician"))
    return folder


def test_the_administrator_alone_puts_nobody_in_force(home):
    refusal = told(aigaq("staff", "confirm", "technician", "--by", "admin", home=home), code=2)
    assert "admin is administrator; staff.roles-confirmed needs quality manager" in refusal
    assert "technician is technician" in told(aigaq("staff", "confirm", "technician", "--by", "quality", home=home))


def test_people_and_their_standing_are_listed(home):
    people = {one["number"]: one for one in json.loads(told(aigaq("staff", "list", "--json", home=home, typed="")))}
    assert people["admin"]["roles"] == ["administrator"]
    assert people["second"]["proposed"] == ["technician"]
    assert "second  second, p: without a role; proposed technician" in told(aigaq("staff", "list", home=home, typed=""))


def test_17025_6_2_6_competences_are_granted_listed_for_a_day_and_withdrawn(home):
    grant = ["competence", "grant", "technician", "--method", "M-1", "--basis", "training file 7", "--by"]
    assert "this act needs head or quality manager" in told(aigaq(*grant, "admin", home=home), code=2)
    line = told(aigaq(*grant, "quality", "--from", "2020-01-01", "--until", "2020-12-31", home=home))
    assert "technician-K1 granted: technician for M-1 from 2020-01-01, until 2020-12-31 (training file 7)" in line
    then = json.loads(told(aigaq("competence", "list", "--on", "2020-06-01", "--json", home=home, typed="")))
    assert [(one["number"], one["withdrawn"]) for one in then] == [("technician-K1", False)]
    assert "0 competences on 2021-01-01" in told(aigaq("competence", "list", "--on", "2021-01-01", home=home, typed=""))
    withdraw = ["competence", "withdraw", "technician-K1", "--reason", "a wrong date", "--by", "quality"]
    assert "withdrawn" in told(aigaq(*withdraw, home=home))
    assert "there is no staff nobody" in told(aigaq("competence", "list", "nobody", home=home, typed=""), code=2)


def test_absence_and_return_are_acts(home):
    assert "until the return is recorded" in told(aigaq("staff", "absent", "second", "--by", "quality", home=home))
    assert "absent today" in told(aigaq("staff", "list", home=home, typed=""))
    assert "second is back" in told(aigaq("staff", "return", "second", "--by", "quality", home=home))


def test_a_role_is_lent_and_taken_back(home):
    told(add(home, "deputy", "technical reviewer"))
    told(aigaq("staff", "confirm", "deputy", "--by", "quality", home=home))
    lend = ["staff", "delegate", "quality manager", "--to", "deputy", "--until", "2099-12-31", "--by", "quality"]
    assert "deputy stands in for quality as quality manager" in told(aigaq(*lend, home=home))
    assert "quality manager by delegation of quality until 2099-12-31" in told(
        aigaq("staff", "list", home=home, typed="")
    )
    recall = ["staff", "recall", "quality manager", "--to", "deputy", "--by", "quality"]
    assert "no more" in told(aigaq(*recall, home=home))


def test_who_left_does_not_come_in_again(home):
    assert "second left" in told(aigaq("staff", "leave", "second", "--by", "quality", home=home))
    assert "left" in told(aigaq("staff", "propose", "second", "--role", "expert", "--by", "admin", home=home), code=2)
    assert "the password or the code is not that of second" in told(
        aigaq("staff", "absent", "second", "--by", "second", home=home, typed=f"{FIRST}\n"), code=2
    )
    assert told(aigaq("ledger", "verify", home=home, typed=""))
