"""Pages asked for by people who may not have them: a forced address, a forged state, a button kept from before."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lims.domain.account import Factor, SignInWay
from lims.domain.exhibit import Exhibit
from lims.domain.reading_rights import may_read
from lims.domain.report import ReportStatus
from lims.domain.review_checklist import ReviewKind
from lims.domain.staff import Role, StaffMember
from lims.persistence.engine import open_engine
from lims.services.accessioning import CaseFacts
from lims.services.account_ports import Stage
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from lims.ui import frame, signing
from lims.ui.intake_draft import Draft
from lims.ui.plain import plain
from tests.builders.clocks import SetClock
from tests.builders.devices import enrol
from tests.builders.kept_homes import KeptHomes
from tests.builders.laboratories import ADMIN, EXAMINATION, HEAD, PASSWORD, REPORT, Bench, PlainDesk
from tests.builders.people import QUALITY, add
from tests.builders.websites import OPENED, quick_laboratory
from tests.ui.checklists import answer_all

EXHIBIT = "2026-0001/1"
WORKING = frozenset({Role.EXPERT, Role.TECHNICAL_REVIEWER})
PAGES = {
    "start": frozenset({Role.LIBRARY_CURATOR, Role.ADMINISTRATOR}),
    "exhibits": frozenset(role for role in Role if may_read(Exhibit.KIND, (role,))),
    "bench": frozenset({Role.TECHNICIAN, Role.EXPERT}),
    "reception": frozenset({Role.TECHNICIAN, Role.EXPERT}),
    "registers": frozenset(role for role in Role if may_read("reagent", (role,))),
    "batches": frozenset(role for role in Role if may_read("batch", (role,))),
    "custody": frozenset(role for role in Role if may_read("custody", (role,))),
    "quality": frozenset(role for role in Role if may_read("nonconformity", (role,))),
    "examination": WORKING | {Role.HEAD, Role.QUALITY_MANAGER},
    "review": WORKING,
    "issue": frozenset({Role.HEAD, Role.QUALITY_MANAGER}),
    "report-list": frozenset(role for role in Role if may_read("report", (role,))),
    "statistics": frozenset({Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR}),
    "my-work": frozenset(Role),
    "administration": frozenset({Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.HEAD, Role.AUDITOR}),
}
"""Which roles have which page."""
NAMES = {
    "start": "Start",
    "my-work": "My work",
    "issue": "Issue of reports",
    "report-list": "Reports",
    "examination": plain(EXHIBIT),
}
TITLES = {
    "Start",
    "My work",
    "Exhibits",
    "Reception",
    "Bench",
    "Registers",
    "Custody",
    "Batches",
    "Quality",
    plain(EXHIBIT),
    "Review",
    "Issue of reports",
    "Reports",
    "Statistics",
    "Administration",
}
STATE = {
    "chosen-exhibit": EXHIBIT,
    "chosen-examination": EXAMINATION,
    "review-report": REPORT,
    "timeline-exhibit": EXHIBIT,
    "chosen-case": "2026-0001",
    "exhibits-section": "cases",
    "quality-section": "detectors",
    "batches-section": "quantitation",
    "quantitation-section": "recorded",
    "intake-draft": Draft(step=3, case=CaseFacts(appointing_body="Forged body")),
    "bench-item": (EXHIBIT, EXHIBIT),
    "bench-section": "registers",
    "registers-section": "differences",
    "reagents-chosen": "R-1",
    "law-exhibit": EXHIBIT,
    "administration-section": "upkeep",
    "administration-person": "expert-a",
}
"""What a page remembers of a case, put there by somebody who never saw it."""


def framed(home: str) -> None:
    """Draw what a browser gets; this body is what Streamlit runs, so it imports for itself."""
    from lims.ui.frame import show_page
    from tests.builders.websites import OPENED

    show_page(OPENED[home])


def unframed(home: str, name: str, person: str) -> None:
    """Draw one page past the frame, as somebody would who found a way around the list of pages."""
    from importlib import import_module

    from lims.translation import Translator
    from lims.ui.frame import _guarded
    from lims.ui.session import Visit
    from tests.builders.websites import OPENED

    laboratory = OPENED[home]
    member = laboratory.staffing.get(person)
    visit = Visit(laboratory=laboratory.seen_by(member), person=member, t=Translator("en"))
    _guarded(import_module(f"lims.ui.pages.{name}").render, visit)()


def make(folder: Path, kept: KeptHomes, states: Any, training_file: Path, state: str) -> Laboratory:
    """Give a laboratory with a case in a state and a person of each role; it is served with the clock of the tests."""

    def first(home: Path) -> SetClock:
        home.mkdir()
        bench = Bench(open_engine(f"sqlite:///{home / 'aigaq.sqlite'}"), home, states)
        bench.hire()
        getattr(bench, state)(training_file)
        bench.engine.dispose()
        made = quick_laboratory(load_settings({}, home=home), clock=bench.clock)
        for role in Role:
            add(made, StaffMember(number=f"p-{role}", name=f"P {role}", post="p", roles=(role,)), password=PASSWORD)
        return bench.clock

    home = folder / "home"
    clock = kept.copy(f"forged-{state}", home, first)
    laboratory = with_desk(quick_laboratory(load_settings({}, home=home), clock=clock), PlainDesk())
    OPENED[str(home)] = laboratory
    return laboratory


def with_desk(laboratory: Laboratory, desk: Any) -> Laboratory:
    """Sign with the desk that made the reports of the bench, so that what nothing hinders is signed."""
    reporting = replace(laboratory.reporting, desk=desk)
    reviewing = replace(laboratory.reviewing, desk=desk, reporting=reporting)
    releasing = replace(laboratory.releasing, desk=desk, reporting=reporting)
    return replace(laboratory, desk=desk, reporting=reporting, reviewing=reviewing, releasing=releasing)


@pytest.fixture(scope="module")
def reviewed(
    tmp_path_factory: pytest.TempPathFactory, kept_homes: KeptHomes, states: Any, training_file: Path
) -> Laboratory:
    return make(tmp_path_factory.mktemp("forged-pages"), kept_homes, states, training_file, "reviewed")


@pytest.fixture
def drafted(tmp_path: Path, kept_homes: KeptHomes, states: Any, training_file: Path) -> Laboratory:
    return make(tmp_path, kept_homes, states, training_file, "drafted")


def entries(laboratory: Laboratory) -> int:
    with laboratory.staffing.store.reading() as work:
        return work.head().entries


def token_of(laboratory: Laboratory, number: str) -> str:
    """Open a whole session, as the steps of signing in do."""
    factors = (Factor.PASSWORD, Factor.CODE)
    person = laboratory.staffing.get(number)
    return laboratory.sessions.open(person, stage=Stage.WHOLE, way=SignInWay.LOCAL, factors=factors).token


def browse(laboratory: Laboratory, token: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Give the application in a browser whose cookie is this token, its state forged."""
    for module in (frame, signing):
        monkeypatch.setattr(module, "session_token", lambda *, secure: "" if secure else token)
    test = AppTest.from_function(framed, args=(str(laboratory.settings.home),), default_timeout=120)
    for key, value in STATE.items():
        test.session_state[key] = value
    return test


def force(test: AppTest, page: str) -> AppTest:
    """Type the address of a page."""
    test._page_hash = calc_hash(page)  # what a browser sends for a path
    return test.run()


def titles(test: AppTest) -> set[str]:
    return {word for word in TITLES for title in test.title if title.value.startswith(word)}


def told(test: AppTest) -> str:
    """Give every word on the page."""
    shown = [str(getattr(element, "value", "")) + str(getattr(element, "label", "")) for element in test.main]
    return " ".join(shown)


@pytest.mark.parametrize("role", Role)
def test_a_forced_address_shows_the_pages_of_the_roles_and_no_other(
    reviewed: Laboratory, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = browse(reviewed, token_of(reviewed, f"p-{role}"), monkeypatch)
    before = entries(reviewed)
    shown = {}
    for page, roles in PAGES.items():
        found = force(test, page)
        assert not found.exception, page
        shown[page] = titles(found)
        if role not in roles:
            assert shown[page] <= {"Start", "Exhibits"}, "the page that everybody of the role begins with"
        if not may_read(Exhibit.KIND, (role,)):
            assert not any(text in told(found) for text in (EXHIBIT, EXAMINATION, REPORT, "a card", "Court"))
            assert list(found.dataframe) == []
            assert "Reports that a crash left unfinished" not in [one.label for one in found.expander]
    allowed = {page: {NAMES.get(page, page.capitalize())} for page, roles in PAGES.items() if role in roles}
    assert {page: shown[page] for page in allowed} == allowed
    assert entries(reviewed) == before


@pytest.mark.parametrize(
    "page",
    ["exhibits", "bench", "registers", "custody", "batches", "quality", "examination", "review", "reports", "issue"],
)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LIBRARY_CURATOR])
def test_past_the_frame_the_services_give_nothing_of_a_case(reviewed: Laboratory, role: Role, page: str) -> None:
    before = entries(reviewed)
    test = AppTest.from_function(unframed, args=(str(reviewed.settings.home), page, f"p-{role}"), default_timeout=120)
    for key, value in STATE.items():
        test.session_state[key] = value
    test.run()
    assert not test.exception
    assert [error for error in test.error if "needs technician or expert" in error.value.replace("\\", "")]
    assert not any(text in told(test) for text in (EXAMINATION, REPORT, "a card", "Court"))
    assert entries(reviewed) == before


@pytest.mark.parametrize(
    ("page", "section"), [("exhibits", "exhibits"), ("custody", "timeline"), ("custody", "places")]
)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LIBRARY_CURATOR])
def test_past_the_frame_no_section_gives_anything_of_a_case(
    reviewed: Laboratory, role: Role, page: str, section: str
) -> None:
    test = AppTest.from_function(unframed, args=(str(reviewed.settings.home), page, f"p-{role}"), default_timeout=120)
    for key, value in (STATE | {f"{page}-section": section}).items():
        test.session_state[key] = value
    test.run()
    assert not test.exception
    assert [error for error in test.error if "needs technician or expert" in error.value.replace("\\", "")]
    assert not any(text in told(test) for text in (EXAMINATION, REPORT, "a card", "Court"))


@pytest.mark.parametrize(
    ("page", "role", "label"),
    [
        ("review", Role.TECHNICIAN, "Send back"),
        ("review", Role.AUDITOR, "Send back"),
        ("review", Role.HEAD, "Send back"),
        ("review", Role.EXPERT, "Send back"),
        ("review", Role.AUDITOR, "Note the point"),
        ("reports", Role.EXPERT, "Take my conclusion back"),
        ("reports", Role.AUDITOR, "Make the packet"),
        ("reception", Role.AUDITOR, "Register all of it"),
        ("exhibits", Role.AUDITOR, "Record"),
        ("exhibits", Role.TECHNICIAN, "Record the category"),
        ("exhibits", Role.TECHNICAL_REVIEWER, "Begin the term"),
        ("custody", Role.AUDITOR, "Hand over"),
        ("custody", Role.HEAD, "Put in"),
        ("custody", Role.TECHNICAL_REVIEWER, "Record the first count"),
        ("bench", Role.HEAD, "Record the check"),
        ("registers", Role.AUDITOR, "Register the lot"),
        ("registers", Role.HEAD, "Close the difference"),
        ("registers", Role.TECHNICIAN, "Close the difference"),
        ("quality", Role.AUDITOR, "Raise"),
        ("quality", Role.HEAD, "Ask the detectors"),
        ("examination", Role.TECHNICAL_REVIEWER, "Record the finding"),
        ("examination", Role.AUDITOR, "Conclude the examination"),
        ("examination", Role.HEAD, "Identify"),
        ("examination", Role.TECHNICIAN, "Discard the run"),
        ("reception", Role.HEAD, "Register all of it"),
        ("administration", Role.TECHNICIAN, "Read everything"),
        ("administration", Role.LIBRARY_CURATOR, "Make the lists anew"),
        ("administration", Role.ADMINISTRATOR, "Set the ledger's time right"),
        ("administration", Role.AUDITOR, "Give up what a crash left"),
    ],
)
def test_a_button_of_a_forced_page_does_nothing_for_who_may_not(
    drafted: Laboratory, page: str, role: Role, label: str
) -> None:
    test = AppTest.from_function(unframed, args=(str(drafted.settings.home), page, f"p-{role}"), default_timeout=120)
    for key, value in STATE.items():
        test.session_state[key] = value
    test.run()
    before = entries(drafted)
    for field in (*test.text_input, *test.text_area):
        field.input("forged")
    pressed = [button for button in test.button if button.label.startswith(label)]
    for button in pressed:
        button.click()
    test.run()
    assert not test.exception
    assert not pressed or test.error
    assert entries(drafted) == before
    assert drafted.reporting.get(REPORT).status is ReportStatus.DRAFTED


def press(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label.startswith(label)).click()
    return test.run()


@pytest.mark.parametrize("ended", ["not at all", "roles", "left", "revoked", "absent"])
def test_a_button_kept_from_before_the_change_is_refused(
    drafted: Laboratory, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reviewer's dialog is filled in rightly; then something changes, and it is sent all the same."""
    device = enrol(drafted.authentication, "expert-b")
    test = browse(drafted, token_of(drafted, "expert-b"), monkeypatch)
    force(test, "review")
    answer_all(test, ReviewKind.TECHNICAL, REPORT)
    press(test, "Approve and sign")
    assert any(button.label == "Sign" for button in test.button)
    typed = {"Your password": PASSWORD, "Code from your device": device.code(drafted.clock.now())}
    for field in test.text_input:
        for label, value in typed.items():
            if field.label.startswith(label):
                field.input(value)
    if ended == "roles":
        drafted.staffing.propose("expert-b", (Role.TECHNICIAN,), actor=ADMIN)
        drafted.staffing.confirm("expert-b", actor=QUALITY)
    elif ended == "left":
        drafted.staffing.leave("expert-b", actor=ADMIN)
    elif ended == "revoked":
        drafted.sessions.close_all("expert-b", by=ADMIN)
    elif ended == "absent":
        drafted.staffing.go_away("expert-b", first_day=drafted.staffing.today(), actor=ADMIN)
    before = entries(drafted)
    press(test, "Sign")
    assert not test.exception
    signed = drafted.reporting.get(REPORT).status is ReportStatus.REVIEWED
    assert (signed, entries(drafted) > before) == ((True, True) if ended == "not at all" else (False, False))


def test_a_lent_page_is_gone_with_the_right(reviewed: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deputy's page of the head stays open in the browser after the head took the right back."""
    today = reviewed.staffing.today()
    reviewed.staffing.delegate(Role.HEAD, to="p-auditor", first_day=today, last_day=today, actor=HEAD)
    test = browse(reviewed, token_of(reviewed, "p-auditor"), monkeypatch)
    assert titles(force(test, "issue")) == {"Issue of reports"}
    reviewed.staffing.end_delegation(Role.HEAD, to="p-auditor", actor=HEAD)
    before = entries(reviewed)
    found = press(test, "Send the paper back")
    assert titles(found) == {"Exhibits"}
    assert entries(reviewed) == before
    assert reviewed.reporting.get(REPORT).status is ReportStatus.REVIEWED


SECTIONS = ("staff", "accounts", "rights", "competence", "instruments", "settings", "state", "upkeep")


def test_an_administrator_finds_no_case_in_any_section(reviewed: Laboratory) -> None:
    """Instruments are forced too, which these roles do not read; every word and every cell is looked at."""
    for section in SECTIONS:
        args = (str(reviewed.settings.home), "administration", "p-administrator")
        test = AppTest.from_function(unframed, args=args, default_timeout=120)
        for key, value in (STATE | {"administration-section": section}).items():
            test.session_state[key] = value
        test.run()
        assert not test.exception, section
        cells = " ".join(str(one.value.to_dict()) for one in test.dataframe)
        shown = told(test) + cells
        assert "Administration" in shown
        assert not any(text in shown for text in (EXHIBIT, EXAMINATION, REPORT, "a card", "Court")), section


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.LIBRARY_CURATOR])
def test_past_the_frame_administration_is_refused_before_anything_is_shown(reviewed: Laboratory, role: Role) -> None:
    args = (str(reviewed.settings.home), "administration", f"p-{role}")
    test = AppTest.from_function(unframed, args=args, default_timeout=120).run()
    assert "reading a checkpoint needs" in test.error[0].value
    assert not test.title
    assert not test.dataframe


@pytest.mark.parametrize("section", ["batch", "quantitation", "methods", "procedures", "deviations"])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LIBRARY_CURATOR])
def test_au_2_no_section_of_batches_is_given_to_who_may_not_read_of_cases(
    reviewed: Laboratory, role: Role, section: str
) -> None:
    arguments = (str(reviewed.settings.home), "batches", f"p-{role}")
    test = AppTest.from_function(unframed, args=arguments, default_timeout=60)
    test.session_state["batches-section"] = section
    test.run()
    assert not test.exception
    assert len(test.error) == 1, "refused by the service"
    assert not test.dataframe
    assert not test.button
