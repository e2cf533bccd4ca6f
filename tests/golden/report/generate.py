"""Remake the digests of the golden reports: ``uv run python tests/golden/report/generate.py [FOLDER]``.

The unsigned documents of made-up contents must keep their bytes; they change only with the words, the figures, the
template or the version of typst, and then in a commit of its own that says why. With a folder the documents are
written there, to be looked at.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lims.domain.report_content import ReportContent
    from lims.ledger.extract import LedgerExtract

HERE = Path(__file__).parent
DIGEST_FILE = HERE / "unsigned-report.sha256"
PAGES_FILE = HERE / "pages.json"
"""What poppler draws of them; remade where poppler is installed."""
sys.path[:0] = [str(HERE.parents[1] / "unit" / "reporting"), str(HERE.parents[2])]


def golden_contents() -> "dict[str, tuple[ReportContent, LedgerExtract | None]]":
    """Give what the golden reports say, and what they carry of a ledger: a plain one has nothing of it."""
    import fictitious_law
    import fictitious_ledger
    import fictitious_reports

    from lims.translation import LANGUAGES

    full = {
        f"full-report.{language}.pdf": fictitious_ledger.with_ledger(fictitious_law.golden_report(language))
        for language in LANGUAGES
    }
    return {"unsigned-report.pdf": (fictitious_reports.report(), None)} | full | _golden_kinds()


def _golden_kinds() -> "dict[str, tuple[ReportContent, LedgerExtract | None]]":
    """Give plain reports with photographs, of what their object makes of them, and an amendment."""
    import fictitious_kinds
    import fictitious_photographs
    import fictitious_quantitation
    import fictitious_reports

    from lims.translation import LANGUAGES

    made = {
        "photographs": lambda language: fictitious_photographs.photographed(
            fictitious_reports.report(language=language)
        ),
        "quantitation": fictitious_quantitation.quantitation_report,
        "negative": fictitious_quantitation.negative_report,
        "synthesis": fictitious_kinds.synthesis_report,
        "biological": fictitious_kinds.biological_report,
        "amendment": fictitious_kinds.amending_report,
    }
    return {f"{name}.{language}.pdf": (make(language), None) for name, make in made.items() for language in LANGUAGES}


def golden_copies() -> dict[str, bytes]:
    """Compose copies and summaries of the full report: each language as a copy of the one before it in the list."""
    import fictitious_copies
    import fictitious_law

    from lims.reporting.copies import compose_copy
    from lims.reporting.summary import compose_summary
    from lims.translation import LANGUAGES, Translator

    made = {}
    for before, language in zip((LANGUAGES[-1], *LANGUAGES), LANGUAGES, strict=False):
        content = fictitious_law.golden_report(before)
        t = Translator(language)
        made[f"copy.{language}.pdf"] = compose_copy(content, t, fictitious_copies.copy_mark(content, language))
        marked = fictitious_copies.summary_mark(content, language)
        made[f"summary.{language}.pdf"] = compose_summary(content, t, marked)
    return made


def golden_pdfs() -> dict[str, bytes]:
    """Compose the golden reports: a plain one, and in each language one with everything that a report can say, one of
    each kind, a copy and a summary."""
    import fictitious_photographs

    from lims.reporting.document import compose
    from lims.translation import Translator

    pictures = fictitious_photographs.PICTURES
    return {
        name: compose(content, Translator(content.language), extract=extract, pictures=pictures)
        for name, (content, extract) in golden_contents().items()
    } | golden_copies()


def golden_lines(pdfs: dict[str, bytes]) -> str:
    """Write what is kept of them."""
    return "".join(f"{hashlib.sha256(pdf).hexdigest()}  {name} ({len(pdf)} bytes)\n" for name, pdf in pdfs.items())


def write_to(folder: Path, pdfs: dict[str, bytes]) -> None:
    """Write the documents themselves."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pdf in pdfs.items():
        (folder / name).write_bytes(pdf)


def write_pages(pdfs: dict[str, bytes]) -> None:
    """Draw every page anew and keep its likeness."""
    from tests.builders.pdf_pages import page_lines

    with tempfile.TemporaryDirectory() as folder:
        PAGES_FILE.write_text(json.dumps(page_lines(pdfs, Path(folder)), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    made = golden_pdfs()
    DIGEST_FILE.write_text(golden_lines(made))
    if shutil.which("pdftoppm") is not None:
        write_pages(made)
    if sys.argv[1:]:
        write_to(Path(sys.argv[1]), made)
