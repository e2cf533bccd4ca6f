"""Answering the checklists of a page, as a reviewer does who has nothing against a report."""

from playwright.sync_api import Page
from streamlit.testing.v1 import AppTest

from lims.domain.review_checklist import NEWEST, Answer, ReviewKind


def answer_all(test: AppTest, kind: ReviewKind, number: str, *, answer: Answer = Answer.YES) -> AppTest:
    """Answer every question of a report's review with the same word."""
    for key in NEWEST[kind].keys:
        test.radio(key=f"{kind.value}-{number}-{key}").set_value(answer)
    return test


def click_all(page: Page, word: str, *, questions: int) -> None:
    """Answer every question in a browser."""
    groups = page.get_by_role("radiogroup").filter(has=page.get_by_text(word, exact=True))
    groups.nth(questions - 1).wait_for()
    for place in range(questions):
        groups.nth(place).get_by_text(word, exact=True).click()
