"""The golden reports: their bytes, their pages as poppler draws them, and what other programs say of them."""

import hashlib
import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.builders import pdf_pages
from tests.builders.pdf_pages import PageLikeness
from tests.builders.pdf_readers import complaints
from tests.builders.pdfa_rules import pdfa_faults
from tests.conftest import BY_NIGHT

HERE = Path(__file__).parent
ARTEFACTS = Path(__file__).parents[3] / "test-artefacts"
poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils are not installed")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate_golden_report", HERE / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pdfs(generate: ModuleType) -> dict[str, bytes]:
    return generate.golden_pdfs()


@pytest.fixture(scope="module")
def page(pdfs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> pdf_pages.Grey:
    return pdf_pages.drawn_by_poppler(pdfs["unsigned-report.pdf"], tmp_path_factory.mktemp("page"))[0]


def some(pdfs: dict[str, bytes]) -> dict[str, bytes]:
    """Give those in Kazakh, which has the most letters, and the full ones; at night all."""
    return {name: pdf for name, pdf in pdfs.items() if BY_NIGHT or ".kk." in name or "-report." in name}


def test_unsigned_reports_keep_their_bytes(generate: ModuleType, pdfs: dict[str, bytes], tmp_path: Path) -> None:
    lines = generate.golden_lines(pdfs)
    expected = generate.DIGEST_FILE.read_text()
    if lines != expected:
        generate.write_to(tmp_path, pdfs)
    assert lines == expected, f"the documents of now are kept in {tmp_path}"


@pytest.mark.poppler
@poppler
def test_pages_are_drawn_as_they_were(generate: ModuleType, pdfs: dict[str, bytes], tmp_path: Path) -> None:
    kept = json.loads(generate.PAGES_FILE.read_text("utf-8"))
    assert kept["documents"].keys() == pdfs.keys()
    exactly = kept["poppler"] == pdf_pages.poppler_version()
    differing = []
    for name, pdf in pdfs.items():
        known = kept["documents"][name]
        assert known["pdf_sha256"] == hashlib.sha256(pdf).hexdigest(), f"{name} was remade without its pages"
        differing += _differing(name, pdf_pages.drawn_by_poppler(pdf, tmp_path), known["pages"], exactly=exactly)
    assert differing == [], f"the pages of now are kept in {ARTEFACTS}"


def _differing(name: str, pages: list[pdf_pages.Grey], known: list[str], *, exactly: bool) -> list[str]:
    """Name the pages that are drawn otherwise than they were, and keep them as pictures."""
    if len(pages) != len(known):
        return [f"{name}: {len(pages)} pages, {len(known)} before"]
    differing = []
    for number, (page, line) in enumerate(zip(pages, known, strict=True), start=1):
        now, before = PageLikeness.of(page), PageLikeness.from_text(line)
        difference = now.differences(before)
        if now.sha256 != before.sha256 and (exactly or not difference.same_page):
            differing.append(
                f"{name}, page {number}: {difference.largest} at most, {difference.average:.2f} on average"
            )
            pdf_pages.keep_page(page, difference, ARTEFACTS / f"golden-{name}-{number}.png")
    return differing


@pytest.mark.poppler
def test_other_programs_read_every_golden_report_without_a_word(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    said = {name: found for name, pdf in some(pdfs).items() if (found := list(complaints(pdf, tmp_path)))}
    assert said == {}


def test_every_golden_report_is_what_pdf_a_3u_asks_for(pdfs: dict[str, bytes]) -> None:
    faults = {name: found for name, pdf in some(pdfs).items() if (found := pdfa_faults(pdf))}
    assert faults == {}


@pytest.mark.poppler
@poppler
class TestLikeness:
    """What the comparison of pages notices, and what it does not."""

    def test_it_is_read_as_it_was_written(self, page: pdf_pages.Grey) -> None:
        likeness = PageLikeness.of(page)
        again = PageLikeness.from_text(likeness.to_text())
        assert again.to_text() == likeness.to_text()
        assert likeness.differences(again).largest == 0

    def test_one_pixel_changes_the_digest_and_is_the_same_page(self, page: pdf_pages.Grey) -> None:
        changed = page.copy()
        changed[100, 100] ^= 64
        before, now = PageLikeness.of(page), PageLikeness.of(changed)
        assert before.sha256 != now.sha256
        assert before.differences(now).same_page

    def test_a_line_without_its_words_is_another_page(self, page: pdf_pages.Grey, tmp_path: Path) -> None:
        darkest = int(np.argmin(page[60:640].mean(axis=1))) + 60
        changed = page.copy()
        changed[darkest - 5 : darkest + 6] = 255
        difference = PageLikeness.of(page).differences(PageLikeness.of(changed))
        assert not difference.same_page
        pdf_pages.keep_page(changed, difference, tmp_path / "kept" / "page.png")
        assert (tmp_path / "kept" / "page.png").stat().st_size > 1000

    def test_a_page_of_another_size_is_another_page(self, page: pdf_pages.Grey) -> None:
        assert not PageLikeness.of(page).differences(PageLikeness.of(page[:-1])).same_page

    def test_another_renderer_draws_the_same_page(self, pdfs: dict[str, bytes], tmp_path: Path) -> None:
        if shutil.which("mutool") is None:
            pytest.skip("mutool is not installed")
        (tmp_path / "other").mkdir()
        for name in ("unsigned-report.pdf", "full-report.kk.pdf"):
            ours = pdf_pages.likenesses(pdf_pages.drawn_by_poppler(pdfs[name], tmp_path))
            theirs = pdf_pages.likenesses(pdf_pages.drawn_by_mutool(pdfs[name], tmp_path / "other"))
            assert len(ours) == len(theirs)
            assert all(one.differences(other).same_page for one, other in zip(ours, theirs, strict=True))
