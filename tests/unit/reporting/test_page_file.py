"""The offline page as a file: one piece, nothing from elsewhere, every word in three languages."""

import base64
import hashlib
import re
from importlib import resources

import pytest

from lims.errors import DocumentError
from lims.reporting import page_file
from lims.reporting.page_file import joined, verification_page
from lims.reporting.page_words import VERDICTS, WORDS, page_words
from lims.reporting.repeating.checks import CheckName, CheckState
from lims.reporting.verdict import Verdict
from lims.translation import LANGUAGES

PARTS = {
    one.name: one.read_text("utf-8")
    for one in resources.files("lims.verifier").joinpath("page").iterdir()
    if one.name.endswith(".js")
}
LARGEST_LINES = 400


@pytest.fixture(scope="module")
def page() -> str:
    return verification_page().decode()


def inside(page: str, tag: str) -> str:
    (found,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return found


def digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


class TestTheFile:
    def test_policy_allows_the_inline_script_and_style_and_nothing_else(self, page):
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy == (
            f"default-src 'none'; script-src '{digest(inside(page, 'script'))}'; "
            f"style-src '{digest(inside(page, 'style'))}'; base-uri 'none'; form-action 'none'"
        )

    def test_it_names_no_other_place(self, page):
        assert not re.search(r"https?:|//[a-z]|\bsrc=|\bhref=|@import|url\(|fetch\(|XMLHttp|WebSocket|sendBeacon", page)

    def test_no_text_is_ever_taken_for_markup_or_program(self, page):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", page)

    def test_it_is_the_same_each_time(self):
        first = verification_page()
        verification_page.cache_clear()
        assert verification_page() == first

    def test_every_part_is_in_it_and_of_a_size_to_read(self, page):
        for name, text in PARTS.items():
            assert f"const module_{name.removesuffix('.js')} = " in page
            assert len(text.splitlines()) <= LARGEST_LINES, name


class TestJoining:
    def joined_of(self, monkeypatch: pytest.MonkeyPatch, **parts: str) -> str:
        monkeypatch.setattr(page_file, "_part", lambda name: parts[name.removesuffix(".js")])
        return joined("first.js")

    def test_a_module_comes_after_those_that_it_imports_and_once(self, monkeypatch):
        found = self.joined_of(
            monkeypatch,
            first='import { two } from "./second.js";\nimport { three } from "./third.js";\nexport const one = 1;\n',
            second='import { three } from "./third.js";\nexport function two() {}\n',
            third="export class three {}\n",
        )
        assert re.findall(r"const module_(\w+) = \(", found) == ["third", "second", "first"]
        assert "const { two } = module_second;" in found

    def test_a_circle_is_refused(self, monkeypatch):
        text = {
            "first": 'import { b } from "./second.js";\nexport const a = 1;\n',
            "second": 'import { a } from "./first.js";\nexport const b = 1;\n',
        }
        with pytest.raises(DocumentError, match="in a circle"):
            self.joined_of(monkeypatch, **text)

    @pytest.mark.parametrize(
        "text",
        ['import x from "./second.js";\n', "export default 1;\n", 'import { a } from "https://example.org/a";\n'],
    )
    def test_imports_and_exports_of_another_form_are_refused(self, monkeypatch, text):
        with pytest.raises(DocumentError, match="another form"):
            self.joined_of(monkeypatch, first=text)


class TestWords:
    def used(self) -> set[str]:
        script = "".join(PARTS.values()) + page_file._part("page.html")
        spoken = re.findall(r'\b(?:said|say)\("([^"]+)"', script)
        shown = re.findall(r'data-(?:word|label)="([^"]+)"', script)
        results = re.findall(r'\bresult\("[a-z ]+", "([^"]+)"', script)
        notices = re.findall(r'key: (?:error instanceof Refusal \? )?"([^"]+)"(?: : "([^"]+)")?', script)
        return {*spoken, *shown, *results, *(word for pair in notices for word in pair if word)}

    def test_every_key_of_the_program_has_words(self):
        assert self.used() - set(WORDS) == set()

    def test_every_word_is_used(self):
        computed = {*VERDICTS, *(f"{one} means" for one in VERDICTS), *CheckName, *CheckState, "Expert", "Reviewer"}
        listed = set(re.findall(r'^    \["([a-z0-9 ]+)", ', PARTS["page.js"], re.MULTILINE)) | {"none chosen"}
        trouble = set(re.findall(r'(?::|\?\?) "([a-z ]+)"', PARTS["signatures.js"]))
        faults = {f"receipt {one}" for one in re.findall(r'fault: "(\w+)"', PARTS["receipt.js"])}
        assert set(WORDS) - self.used() - computed - listed - trouble - faults == set()

    def test_all_verdicts_and_checks_are_those_of_the_command(self):
        assert set(VERDICTS) == set(Verdict)
        assert set(CheckName) | set(CheckState) <= set(WORDS)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_has_every_word_with_its_facts(self, language):
        words = page_words()[language]
        for key, text in WORDS.items():
            assert sorted(re.findall(r"\{\w+\}", words[key])) == sorted(re.findall(r"\{\w+\}", text)), key
