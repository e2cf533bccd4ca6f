"""Remake the digest of the golden report: ``uv run python tests/golden/report/generate.py``.

The unsigned document of a made-up content must keep its bytes; they change only with the words, the figures, the
template or the version of typst, and then in a commit of its own that says why.
"""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
DIGEST_FILE = HERE / "unsigned-report.sha256"
sys.path.insert(0, str(HERE.parents[1] / "unit" / "reporting"))


def golden_pdf() -> bytes:
    """Compose the golden report."""
    import fictitious_reports

    from lims.reporting.document import compose
    from lims.translation import Translator

    return compose(fictitious_reports.report(), Translator("en"))


def golden_line() -> str:
    """Write what is kept of it."""
    pdf = golden_pdf()
    return f"{hashlib.sha256(pdf).hexdigest()}  unsigned-report.pdf ({len(pdf)} bytes)\n"


if __name__ == "__main__":
    DIGEST_FILE.write_text(golden_line())
