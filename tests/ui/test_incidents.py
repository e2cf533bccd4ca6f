"""What nobody expected: a number on the screen and in the log, and never the text of the fault on the screen."""

import ast
import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from lims.ui.incidents import on_script_error
from lims.ui.page_list import PAGES

UNSAID = "the seal of 2026-0042/1"
PATHS = [page.path for page in PAGES if page.path != "start"]
"""The first page of a person without casework asks the laboratory nothing."""
ENTRY = Path(__file__).parents[2] / "app.py"


def broken_page(path: str, language: str, unsaid: str) -> None:
    """Draw a page of a laboratory in which nothing works; this body is what Streamlit runs."""
    from lims.domain.staff import Role, StaffMember
    from lims.translation import Translator
    from lims.ui.frame import _guarded
    from lims.ui.page_list import PAGES
    from lims.ui.session import Visit

    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(unsaid)

    person = StaffMember(number="p", name="P", post="p", roles=tuple(Role))
    visit = Visit(laboratory=Broken(), person=person, t=Translator(language))  # type: ignore[arg-type]
    _guarded(next(page for page in PAGES if page.path == path).render, visit)()


def broken_fragment(language: str, unsaid: str) -> None:
    """Draw what Streamlit runs without its page: a fragment that fails when its button is pressed, and a callback."""
    import streamlit as st

    from lims.errors import InvalidRecordError

    st.session_state.setdefault("language", language)

    @st.fragment
    def piece() -> None:
        if st.button("fail"):
            raise RuntimeError(unsaid)
        if st.button("refuse"):
            raise InvalidRecordError("found this; expected that")

    def callback() -> None:
        raise RuntimeError(unsaid)

    piece()
    st.button("call", on_click=callback)


class AsServed(LocalScriptRunner):
    """Streamlit's runner of tests with what ``app.py`` hands the server for faults."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._on_script_error = on_script_error


def words_of(test: AppTest) -> str:
    shown = [f"{getattr(one, 'value', '')}{getattr(one, 'label', '')}" for one in test.main]
    return " ".join(shown)


def told_once(test: AppTest, caplog: pytest.LogCaptureFixture) -> None:
    """Expect one number on the screen that stands in the log with the story of the fault."""
    assert not test.exception
    (error,) = test.error
    number = re.search(r"[0-9a-f]{8}", error.value)
    assert number is not None
    assert UNSAID not in words_of(test)
    (noted,) = [one for one in caplog.records if number[0] in one.getMessage()]
    assert noted.levelno == logging.ERROR
    assert noted.exc_info is not None
    assert UNSAID in str(noted.exc_info[1])


@pytest.mark.parametrize("path", PATHS)
def test_every_page_answers_the_unexpected_with_a_number(path: str, caplog: pytest.LogCaptureFixture) -> None:
    test = AppTest.from_function(broken_page, args=(path, "en", UNSAID), default_timeout=60)
    test.session_state["chosen-exhibit"] = "2026-0042/1"
    test.session_state["chosen-examination"] = "2026-0042/1-R1-E1"
    test.run()
    told_once(test, caplog)


@pytest.mark.parametrize(("language", "word"), [("en", "incident"), ("ru", "происшествие"), ("kk", "оқиға")])
def test_the_number_is_told_in_the_language_of_the_page(
    language: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    test = AppTest.from_function(broken_page, args=("custody", language, UNSAID), default_timeout=60).run()
    told_once(test, caplog)
    assert word in test.error[0].value


@pytest.mark.parametrize("label", ["fail", "call"])
@pytest.mark.parametrize(("language", "word"), [("en", "incident"), ("ru", "происшествие"), ("kk", "оқиға")])
def test_what_runs_without_its_page_answers_so_too(
    label: str, language: str, word: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app_test, "LocalScriptRunner", AsServed)
    test = AppTest.from_function(broken_fragment, args=(language, UNSAID), default_timeout=60).run()
    next(one for one in test.button if one.label == label).click()
    test.run()
    told_once(test, caplog)
    assert word in test.error[0].value


def test_a_refusal_in_a_fragment_says_why_and_needs_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_test, "LocalScriptRunner", AsServed)
    test = AppTest.from_function(broken_fragment, args=("en", UNSAID), default_timeout=60).run()
    next(one for one in test.button if one.label == "refuse").click()
    test.run()
    (error,) = test.error
    assert "found this" in error.value


def test_the_application_hands_the_answer_to_the_server() -> None:
    source = ast.parse(ENTRY.read_text("utf-8"))
    (call,) = [one for one in ast.walk(source) if isinstance(one, ast.Call) and ast.unparse(one.func) == "st.App"]
    assert {one.arg: ast.unparse(one.value) for one in call.keywords}["on_script_error"] == "on_script_error"
