"""Administration: people, accounts and rights, each step as two people take it, and what is shown once only."""

from datetime import timedelta
from pathlib import Path

import pytest

from lims.domain.account import Factor, SignInWay
from lims.domain.permissions import PERMITTED, Act
from lims.domain.reading_rights import READABLE
from lims.domain.staff import Role
from lims.errors import PasswordChangeNeededError
from lims.services.account_ports import Stage
from lims.services.laboratory import Laboratory
from lims.translation import Translator
from tests.builders.devices import enrol
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY
from tests.ui.administration import at, entries, field, opened, press, prove, told

MANAGER = QUALITY.number
SECTIONS = ("staff", "accounts", "rights", "competence", "instruments", "settings", "state", "upkeep")


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return opened(kept_homes, tmp_path / "home")


@pytest.mark.parametrize(
    ("person", "language"), [("admin", "kk"), (MANAGER, "ru"), ("head", "en"), ("head", "kk"), ("admin", "ru")]
)
def test_every_section_of_a_role_speaks_the_language(laboratory: Laboratory, person: str, language: str) -> None:
    t = Translator(language)
    test = at(laboratory, person, "staff", language=language, administration_person="technician")
    (control,) = test.segmented_control
    closed = {"admin": {t("Instruments")}}.get(person, set())
    words = ("Staff", "Accounts", "Rights", "Competence", "Instruments", "Settings", "State of the service", "Upkeep")
    assert list(control.options) == [t(one) for one in words if t(one) not in closed]
    for key in SECTIONS:
        test = at(laboratory, person, key, language=language, administration_person="technician")
        assert not test.exception, key
        assert not test.error, (key, [one.value for one in test.error])


def test_the_page_is_refused_to_whoever_looks_after_nothing(laboratory: Laboratory) -> None:
    for person in ("technician", "expert-a"):
        for key in SECTIONS:
            test = at(laboratory, person, key)
            assert not test.title
            assert "reading a checkpoint needs head or quality manager or auditor or administrator" in told(test)


# staff


def register(laboratory: Laboratory, number: str = "new-1", roles: tuple[Role, ...] = (Role.TECHNICIAN,)):
    test = at(laboratory, "admin", "staff")
    field(test, "-number").input(number)
    field(test, "-name").input("Жаңа <b>Қызметкер</b> *")
    field(test, "-post").input("chemist")
    field(test, "-roles-en", "multiselect").set_value(list(roles))
    return press(test, "Register")


def test_sg_3_a_newcomer_gets_a_first_password_that_is_shown_once_and_roles_from_a_second_person(
    laboratory: Laboratory, caplog: pytest.LogCaptureFixture
) -> None:
    test = register(laboratory)
    (password,) = [one.value for one in test.code]
    assert "new-1 is registered" in told(test)
    assert "Жаңа <b>Қызметкер</b> *" in told(test)
    member = laboratory.staffing.get("new-1")
    assert (member.roles, member.proposal.roles) == ((), (Role.TECHNICIAN,))
    with pytest.raises(PasswordChangeNeededError):
        laboratory.authentication.check("new-1", password)
    assert password not in caplog.text
    assert not any(password.encode() in stored.data for stored in laboratory.staffing.store.entries())
    assert password not in str(test.session_state)
    assert list(test.run().code) == [], "once"

    assert "Confirm the roles" not in [one.label for one in test.button], "not who proposed them"
    manager = at(laboratory, MANAGER, "staff")
    next(one for one in manager.button if one.label.startswith("new")).click()
    manager.run()
    assert "Recorded will be: from now on new-1 has these roles in place of without a role." in told(manager)
    press(manager, "Confirm the roles")
    assert laboratory.staffing.get("new-1").roles == (Role.TECHNICIAN,)
    assert "Proposed roles wait" not in told(manager)


def test_what_cannot_be_a_person_is_refused_and_what_was_typed_stays(laboratory: Laboratory) -> None:
    before = entries(laboratory)
    test = register(laboratory, number="admin")
    assert "already recorded" in told(test)
    assert field(test, "-number").value == "admin"
    test = register(laboratory, roles=(Role.ADMINISTRATOR, Role.EXPERT))
    assert "an administrator sees no case" in told(test)
    assert list(test.code) == []
    assert entries(laboratory) == before


def test_sg_3_roles_proposed_anew_since_they_were_shown_are_not_confirmed(laboratory: Laboratory) -> None:
    staffing = laboratory.staffing
    admin = staffing.get("admin")
    staffing.propose("technician", (Role.AUDITOR,), actor=admin)
    test = at(laboratory, MANAGER, "staff", administration_person="technician")
    staffing.propose("technician", (Role.HEAD,), actor=admin)
    before = entries(laboratory)
    press(test, "Confirm the roles")
    assert "already recorded by somebody else" in told(test)
    assert "Somebody changed this while it stood here" in told(test)
    assert (entries(laboratory), staffing.get("technician").roles) == (before, (Role.TECHNICIAN,))
    press(test, "Confirm the roles")
    assert staffing.get("technician").roles == (Role.HEAD,), "now the roles that stand there"


def test_two_administrators_propose_and_the_second_is_told(laboratory: Laboratory) -> None:
    one, two = (at(laboratory, "admin", "staff", administration_person="technician") for _ in range(2))
    for test, role in ((one, Role.EXPERT), (two, Role.AUDITOR)):
        field(test, "-roles-en", "multiselect").set_value([role])
        press(test, "Propose these roles")
    assert "Roles of technician are proposed" in told(one)
    assert "already recorded by somebody else" in told(two)
    assert laboratory.staffing.get("technician").proposal.roles == (Role.EXPERT,)


def test_sg_3_leaving_is_said_in_words_and_typed_before_it_is_recorded(laboratory: Laboratory) -> None:
    test = at(laboratory, "admin", "staff", administration_person="technician")
    assert "the number is never used again. This cannot be undone." in told(test)
    field(test, "-typed").input("expert-a")
    press(test, "Record that the person left")
    assert "typed 'expert-a'; expected technician" in told(test)
    assert laboratory.staffing.get("technician").left_at is None
    field(test, "-typed").input("technician")
    press(test, "Record that the person left")
    assert laboratory.staffing.get("technician").left_at is not None
    assert "technician left; every session is closed" in told(test)
    assert "Propose these roles" not in [one.label for one in test.button]
    field(test, "staff-shown-en", "selectbox").set_value("left").run()
    assert list(test.dataframe[0].value["Number"]) == ["technician"]


def test_an_absence_is_recorded_and_ended_by_those_who_may(laboratory: Laboratory) -> None:
    test = at(laboratory, "head", "staff", administration_person="expert-a")
    press(test, "Record the absence")
    staffing = laboratory.staffing
    assert not staffing.get("expert-a").present(staffing.today())
    table = test.dataframe[0].value
    assert dict(zip(table["Number"], table["State"], strict=True))["expert-a"] == "◇ absent today"
    press(test, "Record that the person is back today")
    assert staffing.get("expert-a").present(staffing.today() + timedelta(days=1))


def test_au_1_the_history_of_a_person_stands_on_the_page(laboratory: Laboratory) -> None:
    test = at(laboratory, "admin", "staff", administration_person="technician")
    (history,) = [one.value for one in test.dataframe if "Afterwards" in one.value]
    assert list(history["Act"]) == ["roles confirmed", "registered"]
    assert list(history["By whom"]) == [MANAGER, "admin"]


def test_the_staff_is_found_by_name_and_turned_by_pages(laboratory: Laboratory) -> None:
    test = at(laboratory, "admin", "staff")
    field(test, "staff-filter").set_value("өтеген").run()
    assert list(test.dataframe[0].value["Number"]) == ["expert-a"]
    field(test, "staff-filter").set_value("nobody here").run()
    assert "Nobody is like that" in told(test)


# accounts


def test_a_forgotten_password_is_replaced_by_a_first_one_that_is_shown_once(laboratory: Laboratory) -> None:
    enrol(laboratory.authentication, "admin")
    test = at(laboratory, "admin", "accounts", administration_person="technician")
    prove(test, "password-technician", laboratory, "admin")
    press(test, "Give a first password")
    (password,) = [one.value for one in test.code]
    with pytest.raises(PasswordChangeNeededError):
        laboratory.authentication.check("technician", password)
    table = test.dataframe[0].value
    assert dict(zip(table["Number"], table["Password"], strict=True))["technician"] == "◔ set by admin, to be changed"
    assert list(test.run().code) == []


def test_an_unattended_browser_of_the_administrator_gives_no_password(laboratory: Laboratory) -> None:
    enrol(laboratory.authentication, "admin")
    test = at(laboratory, "admin", "accounts", administration_person="technician")
    before = entries(laboratory)
    prove(test, "password-technician", laboratory, "admin", password="not the password of anybody")  # noqa: S106
    press(test, "Give a first password")
    assert test.error
    assert (list(test.code), entries(laboratory)) == ([], before)


def test_sg_5_a_lost_device_takes_two_people_and_neither_is_its_person(laboratory: Laboratory) -> None:
    authentication = laboratory.authentication
    for number in ("admin", "head", "expert-a"):
        enrol(authentication, number)
    own = at(laboratory, "head", "accounts", administration_person="head")
    assert "The device is lost" not in [one.label for one in own.expander]
    asking = at(laboratory, "admin", "accounts", administration_person="expert-a")
    prove(asking, "reset-ask-expert-a", laboratory, "admin")
    press(asking, "Ask to take the device away")
    assert authentication.account("expert-a").reset_asked_by == "admin"
    assert "Take the device away" not in [one.label for one in asking.button]
    deciding = at(laboratory, "head", "accounts", administration_person="expert-a")
    assert "admin asked to take the second factor of expert-a away. Recorded will be: you decided so" in told(deciding)
    press(deciding, "Take the device away")
    assert deciding.error, "nothing was typed"
    assert authentication.account("expert-a").second_factor


def test_sg_5_the_head_decides_about_a_lost_device_with_password_and_code(laboratory: Laboratory) -> None:
    authentication = laboratory.authentication
    for number in ("head", "expert-a"):
        enrol(authentication, number)
    authentication.ask_reset("expert-a", actor=laboratory.staffing.get("admin"))
    test = at(laboratory, "head", "accounts", administration_person="expert-a")
    prove(test, "reset-expert-a", laboratory, "head")
    press(test, "Take the device away")
    assert not authentication.account("expert-a").second_factor
    table = test.dataframe[0].value
    shown = dict(zip(table["Number"], table["Device"], strict=True))
    assert shown["expert-a"] == "◔ to be enrolled at the next sign-in"
    assert shown["technician"] == "○ none, none needed"


def test_the_sessions_of_a_person_are_ended_by_who_may(laboratory: Laboratory) -> None:
    person = laboratory.staffing.get("technician")
    factors = (Factor.PASSWORD,)
    token = laboratory.sessions.open(person, stage=Stage.WHOLE, way=SignInWay.LOCAL, factors=factors).token
    head = at(laboratory, "head", "accounts", administration_person="technician")
    assert "Open sessions" not in told(head)
    test = at(laboratory, "admin", "accounts", administration_person="technician")
    assert "Open sessions: 1" in told(test)
    press(test, "End every session of this person")
    assert not laboratory.sessions.alive(token)
    assert "Open sessions: 0" in told(test)


# rights


def test_au_2_the_tables_of_rights_are_those_of_the_program(laboratory: Laboratory) -> None:
    test = at(laboratory, "admin", "rights")
    acts, kinds = (one.value for one in test.dataframe)
    first = "Act, as the ledger names it"
    assert list(acts[first]) == [act.value for act in PERMITTED]
    assert list(kinds["Kind, as the ledger names it"]) == list(READABLE)
    line = acts[acts[first] == Act.REPORT_ISSUED.value].iloc[0]
    assert [role.value for role in Role if line[role.value]] == [Role.HEAD.value]
    assert (line["Competence"], line["Side of the case"]) == ("needed", "release")
    field(test, "rights-roles-en", "multiselect").set_value([Role.ADMINISTRATOR]).run()
    acts = test.dataframe[0].value
    assert set(acts[first]) == {act.value for act, roles in PERMITTED.items() if Role.ADMINISTRATOR in roles}
    field(test, "rights-filter").set_value("no such act").run()
    assert "No act is like that" in told(test)


# my work: the own absence, and the own role lent


def test_everybody_records_the_own_absence_on_my_work(laboratory: Laboratory) -> None:
    test = at(laboratory, "technician", "", name="my_work")
    press(test, "Record my absence")
    assert "Choose the first day" in told(test)
    today = laboratory.staffing.today()
    field(test, "-first", "date_input").set_value(today + timedelta(days=3))
    press(test, "Record my absence")
    assert "Your absence is recorded" in told(test)
    (absence,) = laboratory.staffing.get("technician").absences
    assert (absence.first_day, absence.last_day, absence.recorded_by) == (today + timedelta(days=3), None, "technician")
    assert "Lend the role" not in [one.label for one in test.button]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_head_lends_the_own_role_and_takes_it_back_on_my_work(laboratory: Laboratory, language: str) -> None:
    t, staffing = Translator(language), laboratory.staffing
    test = at(laboratory, "head", "", name="my_work", language=language)
    options = field(test, "-to", "selectbox").options
    assert not any(one.startswith(("admin", "head ")) for one in options), "no administrator, and not oneself"
    field(test, "-to", "selectbox").select_index([one.split()[0] for one in options].index("expert-a"))
    dates = [one for one in test.date_input if str(one.key).startswith("lend")]
    dates[1].set_value(staffing.today() + timedelta(days=1))
    press(test, t("Lend the role"))
    assert [one.number for one in staffing.lent_by("head")] == ["expert-a"]
    press(test, t("Take the role back"))
    assert staffing.lent_by("head") == ()
