"""Questions of the order on the examination's page: shown, answered, and needed before anybody signs."""

from pathlib import Path

import numpy as np
import pytest

from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from lims.translation import Translator
from lims.ui.legal_gaps import gap_words
from spectra.formats import write_andi_cdf
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import make_laboratory, open_again
from tests.ui.test_pages import button, start
from tests.ui.test_signing_pages import field

QUESTIONS = ("Which substances? *bold*", "How much?")


def ask(home: Path) -> str:
    """Conclude an examination whose case has two questions."""
    laboratory = make_laboratory(home)
    technician, expert = (laboratory.staffing.get(number) for number in ("technician", "expert-a"))
    case = laboratory.accessioning.register_case(
        CaseFacts(appointing_body="Court of the tests", questions=QUESTIONS), actor=technician
    )
    exhibit = laboratory.accessioning.register_exhibit(
        case.number, ExhibitFacts(description="a card", condition="dry"), actor=technician
    )
    path = home.parent / "training.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(11))))
    run = laboratory.importing.import_run(path, exhibit_number=exhibit.number, actor=technician)
    number = laboratory.examining.open(run.number, release_name="principal-ions", actor=expert).number
    for component in laboratory.examining.get(number).components:
        laboratory.examining.identify(number, component.number, rank=1, actor=expert)
    return laboratory.examining.conclude(number, actor=expert).number


@pytest.fixture
def asked(kept_homes: KeptHomes, tmp_path: Path) -> str:
    found: str = kept_homes.copy("asked", tmp_path / "home", ask)
    return found


@pytest.fixture
def laboratory(asked: str, tmp_path: Path) -> Laboratory:
    del asked  # it is there
    return open_again(tmp_path / "home")


def test_rp_1_10_the_examiner_answers_each_question_and_only_then_signs(laboratory: Laboratory, asked: str) -> None:
    page = start(laboratory, "examination", "expert-a", chosen_examination=asked)
    assert not page.exception
    shown = [text.value for text in page.text]
    assert f"1. {QUESTIONS[0]}\nNo answer and no reason yet: the report cannot be signed." in shown
    assert [one.value.startswith("question ") for one in page.error] == [True, True]
    assert "Sign as the author" not in [one.label for one in page.button]
    button(page, "Record the answer").click()
    page.run()
    assert "neither an answer nor a reason" in page.error[0].value
    field(page, "In the expert's words").input("See the conclusions.")
    button(page, "Record the answer").click()
    page.run()
    page.selectbox(key=next(one.key for one in page.selectbox if one.label == "Question")).select(2)
    field(page, "Why it is not answered").input("It was not weighed.")
    button(page, "Record the answer").click()
    page.run()
    assert [(one.question, one.words, one.reason) for one in laboratory.examining.get(asked).answers] == [
        (1, "See the conclusions.", ""),
        (2, "", "It was not weighed."),
    ]
    assert "Sign as the author" in [one.label for one in page.button]
    shown = [text.value for text in page.text]
    assert f"2. {QUESTIONS[1]}\nNot answered. Reason: It was not weighed." in shown


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_questions_are_shown_in_the_language_of_the_page(laboratory: Laboratory, asked: str, language: str) -> None:
    page = start(laboratory, "examination", "expert-a", language=language, chosen_examination=asked)
    assert not page.exception
    t = Translator(language)
    assert t("Questions of the order") in [one.value for one in page.subheader]
    assert t("Record the answer") in [one.label for one in page.button]


def test_another_expert_reads_the_questions_of_nobody(laboratory: Laboratory, asked: str) -> None:
    page = start(laboratory, "examination", "expert-b", chosen_examination=asked)
    assert not page.exception
    assert "Record the answer" not in [one.label for one in page.button]


GAPS = {
    "en": ("Of the law the report will say:", "the day of the seizure is not on record: no status on that day"),
    "kk": ("Заң туралы қорытындыда мыналар айтылады:", "алу күні жазылмаған: сол күнгі мәртебе жоқ"),
    "ru": ("О законе в заключении будет сказано:", "день изъятия не записан: статуса на этот день нет"),
}


@pytest.mark.parametrize("language", GAPS)
def test_kz_4_the_page_says_which_gaps_of_the_law_the_report_will_state(
    laboratory: Laboratory, asked: str, language: str
) -> None:
    page = start(laboratory, "examination", "expert-a", language=language, chosen_examination=asked)
    assert not page.exception
    head, gap = GAPS[language]
    assert head in [one.value for one in page.caption]
    assert f"- {gap}" in [text.value for text in page.text]
    assert [gap_words(one, Translator(language)) for one in laboratory.reporting.legal_gaps(asked)] == [gap]
