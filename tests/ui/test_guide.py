"""The guide against the program: its words in bold are on screens, its pictures exist, its steps are those played."""

import re
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lims.translation import LANGUAGES, SOURCE_LANGUAGE, catalogue
from lims.ui.page_list import PAGES
from tests.ui.guide.newcomer import PICTURES, SIZE
from tests.ui.guide.ten_minutes import STEPS
from tests.ui.guide.views import VIEWS

GUIDE = PICTURES.parent
TEXTS = sorted(GUIDE.glob("*.md"))
ROLES = ("technician", "expert", "reviewer", "head", "quality", "curator", "administrator", "auditor")
LINES, LINES_OF_THE_FIRST = range(60, 151), range(60, 191)
"""Of the page of a role, and of that with the ten minutes."""
MOST_BYTES, ALL_BYTES = 120_000, 4_000_000
_NOT_ON_A_SCREEN = frozenset({"bold", "by another way than the report", "once", "disclosure packet"})
"""What is stressed and no label."""


def _named(path: Path) -> Iterator[str]:
    """Give what stands in bold on a page of the guide."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    yield from (" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL))


@cache
def _said(language: str) -> frozenset[str]:
    return frozenset(catalogue(language))


@pytest.mark.parametrize("path", TEXTS, ids=lambda one: one.stem)
def test_what_stands_in_bold_is_said_by_a_screen_in_every_language(path: Path) -> None:
    titles = {page.title for page in PAGES}
    labels = [one for one in _named(path) if one not in _NOT_ON_A_SCREEN]
    assert len(labels) > 10
    for language in set(LANGUAGES) - {SOURCE_LANGUAGE}:
        unknown = [one for one in labels if one not in _said(language) | titles]
        assert unknown == []


def test_the_guide_has_a_page_for_every_role_and_each_is_short() -> None:
    assert {path.stem for path in TEXTS} == {*ROLES, "README"}
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in TEXTS}
    assert lengths.pop("README.md") in LINES_OF_THE_FIRST
    assert [name for name, length in lengths.items() if length not in LINES] == []
    first = (GUIDE / "README.md").read_text("utf-8")
    assert [role for role in ROLES if f"({role}.md)" not in first] == []


def test_the_steps_of_the_guide_are_those_that_are_played() -> None:
    headings = re.findall(r"^### \d+\. (.+)$", (GUIDE / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings == [step.title for step in STEPS]


def test_every_picture_is_shown_and_every_picture_that_is_shown_exists() -> None:
    shown = {name for path in TEXTS for name in re.findall(r"\]\(pictures/(.+?)\.png\)", path.read_text("utf-8"))}
    kept = {path.stem for path in PICTURES.glob("*.png")}
    planned = {name for step in STEPS for name in step.pictures} | {view.name for view in VIEWS}
    assert shown == kept
    assert kept == planned


def test_every_picture_is_as_wide_as_a_small_screen_and_light() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert [name for name, size in sizes.items() if size >= MOST_BYTES] == []
    assert sum(sizes.values()) < ALL_BYTES
    for path in PICTURES.glob("*.png"):
        width, _, depth, colours = struct.unpack(">IIBB", path.read_bytes()[16:26])
        assert (width, depth, colours) == (SIZE[0], 8, 3), path.name  # three: by a palette


def test_every_page_of_the_application_is_in_a_picture_or_in_a_step() -> None:
    seen = {view.page for view in VIEWS} | {page for step in STEPS for page in step.pages}
    assert {page.title for page in PAGES} - seen == set()
    assert seen - {page.title for page in PAGES} - {""} == set()


def test_links_between_pages_lead_somewhere() -> None:
    for path in TEXTS:
        for link in re.findall(r"\]\(([^)#]+\.md)\)", path.read_text("utf-8")):
            assert (GUIDE / link).is_file(), f"{path.name}: {link}"
