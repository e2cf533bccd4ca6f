"""Two signed reports of made-up content, with the keys that a forger may have: quick to make, without a ledger.

Whoever needs receipts and a ledger takes ``report_corpus``.
"""

import importlib
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from lims.domain.report_content import Person
from lims.reporting.development import DevelopmentKeys, development_keys
from lims.reporting.document import compose
from lims.reporting.signing import prepare, sign_as_expert, sign_as_reviewer
from lims.translation import Translator
from tests.builders.pdf_changes import Original

REPORT_TESTS = Path(__file__).parents[1] / "unit" / "reporting"
THIRD = Person(number="E-3", name="Third Person", post="chemist of examples")
MADE_AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def fictitious_reports() -> ModuleType:
    """Give the module with the made-up contents, which lies beside the tests of the report."""
    if str(REPORT_TESTS) not in sys.path:
        sys.path.insert(0, str(REPORT_TESTS))
    return importlib.import_module("fictitious_reports")


def two_originals(folder: Path) -> tuple[Original, Original]:
    """Sign two reports with new development keys; each is the other's other."""
    contents = fictitious_reports()
    keys = development_keys(folder / "laboratory", (contents.EXPERT, contents.REVIEWER, THIRD), now=MADE_AT)
    own = development_keys(folder / "forger", (THIRD,), now=MADE_AT).key_of(THIRD.number)
    first, second = (_signed(contents, keys, number) for number in (contents.NUMBER, "2026-9001/3-R5"))
    trusted = keys.key_of(THIRD.number)
    return (
        Original(name=contents.NUMBER, pdf=first, other=second, trusted=trusted, own=own),
        Original(name="2026-9001/3-R5", pdf=second, other=first, trusted=trusted, own=own),
    )


def _signed(contents: ModuleType, keys: DevelopmentKeys, number: str) -> bytes:
    english, roots = Translator("en"), [keys.root]
    pdf = prepare(compose(replace(contents.report(), number=number), english))
    expert, reviewer = keys.key_of(contents.EXPERT.number), keys.key_of(contents.REVIEWER.number)
    signed = sign_as_expert(
        pdf, expert, number=number, at=contents.SIGNED_AT, translator=english, trust_roots=roots
    ).pdf
    return sign_as_reviewer(
        signed, reviewer, number=number, at=contents.REVIEWED_AT, translator=english, trust_roots=roots
    ).pdf
