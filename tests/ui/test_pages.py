"""Pages run by Streamlit's own test driver, without a browser: they start, do their act, and refuse."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.translation import Translator
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import add_exhibit, staffed

ENTRY = Path(__file__).parents[2] / "app.py"


def page(home: str, name: str, person: str, language: str) -> None:
    """Draw one page for one person; this body is what Streamlit runs, so it imports for itself."""
    from importlib import import_module
    from pathlib import Path

    from lims.bootstrap import open_laboratory
    from lims.settings import load_settings
    from lims.translation import Translator
    from lims.ui.session import Visit

    laboratory = open_laboratory(load_settings({}, home=Path(home)))
    visit = Visit(laboratory=laboratory, person=laboratory.staffing.get(person), t=Translator(language))
    import_module(f"lims.ui.pages.{name}").render(visit)


def start(laboratory: Laboratory, name: str, person: str, *, language: str = "en", **state: str) -> AppTest:
    test = AppTest.from_function(page, args=(str(laboratory.settings.home), name, person, language), default_timeout=60)
    for key, value in state.items():
        test.session_state[key.replace("_", "-")] = value
    return test.run()


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return staffed(kept_homes, tmp_path / "home")


@pytest.fixture
def examination(laboratory: Laboratory, tmp_path: Path) -> str:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    run = laboratory.importing.runs(exhibit)[0]
    expert = laboratory.staffing.get("expert-a")
    return laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number


def button(test: AppTest, label: str):
    return next(found for found in test.button if found.label == label)


def test_the_entry_asks_a_stranger_to_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGAQ_HOME", str(tmp_path / "home"))
    test = AppTest.from_file(str(ENTRY), default_timeout=60).run()
    assert not test.exception
    assert [title.value for title in test.title] == ["Aigaq"]
    assert test.dataframe == []


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("name", ["exhibits", "examination", "review", "issue"])
def test_every_page_starts_in_every_language(laboratory: Laboratory, name: str, language: str) -> None:
    test = start(laboratory, name, "expert-a", language=language)
    assert not test.exception
    assert len(test.title) == 1


def keyed(test: AppTest, key: str):
    return next(found for found in (*test.button, *test.text_input, *test.selectbox) if found.key == key)


def test_a_component_is_identified_and_another_left_with_a_reason(laboratory: Laboratory, examination: str) -> None:
    test = start(laboratory, "examination", "expert-a", chosen_examination=examination)
    keyed(test, "view-identify").click().run()
    button(test, "Next").click().run()
    keyed(test, "view-unknown").click().run()
    button(test, "Record").click().run()
    assert any("reason" in message.value for message in test.error), "a reason is needed"
    keyed(test, f"view-words-unknown-{examination}-2").input("no second technique yet")
    button(test, "Record").click().run()
    components = laboratory.examining.get(examination).components
    assert [component.decision.value for component in components] == ["identified", "not identified", "undecided"]
    assert components[1].reason == "no second technique yet"


def test_another_expert_sees_the_examination_but_cannot_decide(laboratory: Laboratory, examination: str) -> None:
    test = start(laboratory, "examination", "expert-b", chosen_examination=examination)
    assert not test.exception
    assert test.radio, "the candidates are there"
    assert not [found for found in test.button if str(found.key) in {"view-identify", "view-unknown", "view-note"}]


def test_two_people_at_one_examination_overwrite_nothing(laboratory: Laboratory, examination: str) -> None:
    test = start(laboratory, "examination", "expert-a", chosen_examination=examination)
    expert = laboratory.staffing.get("expert-a")
    seen = laboratory.examining.get(examination).version
    laboratory.examining.identify(examination, 1, rank=1, actor=expert)
    with pytest.raises(Exception, match="already recorded by somebody else"):
        laboratory.examining.identify(examination, 1, rank=2, actor=expert, version=seen)
    assert not test.exception


def test_an_exhibit_is_found_among_more_than_one_page_of_them(laboratory: Laboratory) -> None:
    technician = laboratory.staffing.get("technician")
    facts = CaseFacts(appointing_body="Test body")
    case = laboratory.accessioning.register_case(facts, actor=technician)
    for place in range(1, 104):
        words = "ҰНТАҚ" if place == 2 else "tablet"
        laboratory.accessioning.register_exhibit(case.number, ExhibitFacts(description=words), actor=technician)
    test = start(laboratory, "exhibits", "technician")
    shown = list(test.dataframe[0].value["Exhibit"])
    assert (shown[0], shown[-1], len(shown)) == (f"{case.number}/103", f"{case.number}/4", 100)
    test.number_input[0].set_value(2).run()
    assert list(test.dataframe[0].value["Exhibit"]) == [f"{case.number}/{place}" for place in (3, 2, 1)]
    test.text_input(key="exhibit-filter").set_value("ұнтақ").run()
    assert list(test.dataframe[0].value["Exhibit"]) == [f"{case.number}/2"]
    test.text_input(key="exhibit-filter").set_value("nowhere").run()
    assert "No exhibit has these words in its number or description." in [info.value for info in test.info]


def speaking() -> None:
    import streamlit as st

    from lims.ui.session import chosen_language

    st.text(chosen_language("kk", secure=False))


def test_a_switch_that_lost_its_choice_goes_on_in_the_language_of_before() -> None:
    test = AppTest.from_function(speaking).run()
    assert test.text[0].value == "kk"
    for state, spoken in (("ru", "ru"), (None, "ru"), ("xx", "ru"), ("en", "en")):
        test.session_state["language"] = state
        assert test.run().text[0].value == spoken


def widgets(language: str) -> None:
    from lims.translation import Translator
    from lims.ui.widget_words import widget_words

    widget_words(Translator(language))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_widgets_say_their_own_words_in_the_language_of_the_page(language: str) -> None:
    style = "".join(one.proto.body for one in AppTest.from_function(widgets, args=(language,)).run().get("html"))
    own = Translator(language)("Choose a file")
    assert (f'content: "{own}"' in style) is (language != "en")
