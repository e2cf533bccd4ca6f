"""A made-up photograph of the made-up exhibit, drawn and not taken; the record beside it is made up too."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lims.domain.report_content import ReportContent
from lims.domain.report_photographs import NotPrinted, PhotographSection, SealShown

JPEG = (Path(__file__).parents[2] / "golden" / "report" / "made-up-photograph.jpg").read_bytes()
SHA256 = hashlib.sha256(JPEG).hexdigest()
PICTURES = {SHA256: JPEG}
SEAL = PhotographSection(
    number="2026-9001/3-F1",
    shows="the bag with seal 00917 before it was opened (drawn)",
    sha256=hashlib.sha256(b"an original that does not exist").hexdigest(),
    file_name="IMG_0001.JPG",
    taken_at=datetime(2026, 11, 6, 4, 20, tzinfo=UTC),
    taken_by="Әлия Ғабитқызы Үлгі (E-07)",
    before_opening=True,
    seals=(SealShown(number="00917", opened=True),),
    shown_sha256=SHA256,
    width_px=968,
    height_px=726,
)
UNTIMED = replace(SEAL, number="2026-9001/3-F2", taken_at=None, taken_by="courier", before_opening=None, seals=())
CLOSED = replace(
    SEAL,
    number="2026-9001/3-F3",
    shows="the bag with the new seal",
    before_opening=False,
    seals=(SealShown(number="00918", opened=False), SealShown(number="", opened=True)),
)
LATER = replace(
    SEAL,
    number="2026-9001/3-F4",
    shows="all units, laid out.",
    before_opening=False,
    seals=(),
    shown_sha256="",
    width_px=0,
    height_px=0,
    not_printed=NotPrinted.AFTER_OPENING,
)


def photographed(content: ReportContent, *sections: PhotographSection) -> ReportContent:
    """Give a content with photographs; the four of this module if none are named."""
    found = sections or (SEAL, UNTIMED, CLOSED, LATER)
    return replace(content, exhibit=replace(content.exhibit, photographs=found))
