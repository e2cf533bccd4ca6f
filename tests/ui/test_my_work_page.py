"""The page "My work", run by Streamlit's own test driver for every role and in every language."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.staff import Role, StaffMember
from lims.domain.waiting import Job
from lims.domain.work_queue import Standing
from lims.persistence.engine import open_engine
from lims.services.accessioning import ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from lims.translation import LANGUAGES, Translator
from lims.ui.queue_words import EXHIBITS_PAGE, JOB_WORDS, SHAPES, STANDING_WORDS, page_of
from tests.builders.kept_homes import KeptHomes
from tests.builders.laboratories import PASSWORD, REPORT, REVIEWER, TECHNICIAN, Bench
from tests.builders.people import add
from tests.builders.websites import OPENED, quick_laboratory
from tests.ui import test_pages as pages
from tests.ui.conftest import staffed
from tests.ui.test_my_work_browser import add_case

CASE = "2026-0001"
ODD = "a card <b>bold</b> *star* ![x](http://example.org/x.png)"


def page(home: str, person: str, language: str) -> None:
    """Draw the page as the frame does; this body is what Streamlit runs, so it imports for itself."""
    from lims.translation import Translator
    from lims.ui.pages import my_work
    from lims.ui.session import Visit
    from tests.builders.websites import OPENED

    laboratory = OPENED[home]
    member = laboratory.staffing.acting(laboratory.staffing.get(person))
    my_work.render(Visit(laboratory=laboratory.seen_by(member), person=member, t=Translator(language)))


def start(laboratory: Laboratory, person: str, *, language: str = "en", **state: object) -> AppTest:
    test = AppTest.from_function(page, args=(str(laboratory.settings.home), person, language), default_timeout=120)
    for key, value in state.items():
        test.session_state[key.replace("_", "-")] = value
    return test.run()


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory, states: Any, training_file: Path) -> Laboratory:
    """Give a laboratory with a report that waits for its reviewer, and a person of each role."""
    folder = tmp_path_factory.mktemp("my-work")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    bench = Bench(engine, folder, states)
    bench.hire()
    bench.drafted(training_file)
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            number = f"p-{role.value.replace(' ', '-')}"
            add(bench, StaffMember(number=number, name=number, post="p", roles=(role,)), password=PASSWORD)
    engine.dispose()
    laboratory = quick_laboratory(load_settings({}, home=folder), clock=bench.clock)
    OPENED[str(folder)] = laboratory
    return laboratory


def person_of(role: Role) -> str:
    return "admin" if role is Role.ADMINISTRATOR else f"p-{role.value.replace(' ', '-')}"


def cells(test: AppTest) -> str:
    return " ".join(str(frame.value.to_dict()) for frame in test.dataframe)


def test_late_stands_first_and_the_chosen_line_leads_to_its_exhibit(kept_homes: KeptHomes, tmp_path: Path) -> None:
    laboratory = staffed(kept_homes, tmp_path / "home")
    add_case(laboratory, due_in=20)
    add_case(laboratory, due_in=5, suspended=True)
    late = add_case(laboratory, due_in=-3)
    first = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test = pages.start(laboratory, "my_work", "technician", queue_table=first)
    assert [text.value for text in test.text] == [
        "■ late: 1   ○ in time: 1   ‖ term suspended: 1",
        f"Take up the exhibit: nobody has begun with it: {late}   powder *star* <i>i</i>",
    ]
    pages.button(test, "Go to the page").click()
    test.run()
    assert test.session_state["chosen-exhibit"] == late


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
def test_the_page_starts_for_every_role_in_every_language(drafted: Laboratory, role: Role, language: str) -> None:
    test = start(drafted, person_of(role), language=language)
    assert not test.exception
    assert [title.value for title in test.title] == [Translator(language)("My work")]
    overseeing = role in {Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR}
    assert len(test.toggle) == 1 + overseeing
    if role in {Role.ADMINISTRATOR, Role.LIBRARY_CURATOR}:
        assert CASE not in cells(test)


def test_the_reviewer_finds_the_report_and_another_reviewer_does_not(drafted: Laboratory) -> None:
    own = start(drafted, REVIEWER.number)
    assert REPORT in cells(own)
    assert "Review the report" in cells(own)
    assert REPORT not in cells(start(drafted, "p-technical-reviewer"))


def test_the_head_may_look_at_everything_or_at_what_is_late(drafted: Laboratory) -> None:
    test = start(drafted, "p-head")
    assert REPORT not in cells(test)
    test.toggle(key="queue-all").set_value(True).run()
    assert REPORT in cells(test)
    test.toggle(key="queue-late").set_value(True).run()
    assert list(test.dataframe) == []
    assert [info.value for info in test.info] == ["Nothing waits here."]


def test_a_forged_switch_shows_a_technician_nothing_of_others(drafted: Laboratory) -> None:
    test = start(drafted, "p-technician", **{"queue-all": True})
    assert not test.exception
    assert REPORT not in cells(test)


def test_words_of_people_are_no_markdown_and_no_html(tmp_path: Path, states: Any) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.accessioning.register_exhibit(bench.case().number, ExhibitFacts(description=ODD), actor=TECHNICIAN)
    engine.dispose()
    OPENED[str(tmp_path)] = laboratory = quick_laboratory(load_settings({}, home=tmp_path), clock=bench.clock)
    test = start(laboratory, TECHNICIAN.number)
    assert list(test.dataframe[0].value["Description"]) == [ODD]
    assert all(ODD not in str(shown.value) for shown in (*test.markdown, *test.caption, *test.warning, *test.info))


def test_every_job_and_every_standing_has_words_and_a_shape() -> None:
    assert set(JOB_WORDS) == set(Job)
    assert len(set(JOB_WORDS.values())) == len(Job)
    assert set(STANDING_WORDS) == set(SHAPES) == set(Standing)
    assert len(set(SHAPES.values())) == len(Standing)


@pytest.mark.parametrize(
    ("job", "role", "page"),
    [
        (Job.CONCLUDE, Role.EXPERT, "examination"),
        (Job.CONCLUDE, Role.HEAD, EXHIBITS_PAGE),
        (Job.REVIEW, Role.TECHNICAL_REVIEWER, "review"),
        (Job.ISSUE, Role.HEAD, "issue"),
        (Job.TAKE_UP, Role.TECHNICIAN, EXHIBITS_PAGE),
        (Job.JUDGE, Role.EXPERT, "batches"),
    ],
)
def test_each_job_leads_to_a_page_that_the_person_has(job: Job, role: Role, page: str) -> None:
    assert page_of(job, (role,), has_exhibit=True) == page


def test_what_has_neither_page_nor_exhibit_is_for_the_command_line() -> None:
    assert page_of(Job.CALIBRATE, (Role.QUALITY_MANAGER,), has_exhibit=False) is None
    assert page_of(Job.CONCLUDE, (Role.HEAD,), has_exhibit=False) is None
