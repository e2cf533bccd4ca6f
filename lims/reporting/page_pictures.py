"""Pages of a document as pictures: people on screens read the very file, and not another rendering of its data."""

import io
import threading
from typing import Self

from lims.errors import DocumentError, NotFoundError

_LONGEST = 200
"""Pages of a document that are shown; a report has some tens."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium must not be called by two threads at once."""
_POINTS_PER_INCH = 72


def page_count(pdf: bytes) -> int:
    """Count the pages of a document.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    with _ONE_AT_A_TIME, _Opened(pdf) as opened:
        return len(opened.document)


def page_picture(pdf: bytes, place: int, *, dpi: int = 110) -> bytes:
    """Draw one page, with the signatures' fields, as PNG.

    Parameters
    ----------
    place : int
        Of the page, from 1.
    dpi : int
        Dots to the inch.

    Raises
    ------
    NotFoundError
        If the document has no such page.
    DocumentError
        If it cannot be read.
    """
    with _ONE_AT_A_TIME, _Opened(pdf) as opened:
        if not 1 <= place <= min(len(opened.document), _LONGEST):
            raise NotFoundError("page", str(place))
        picture = io.BytesIO()
        page = opened.document[place - 1]
        page.render(scale=dpi / _POINTS_PER_INCH, may_draw_forms=True).to_pil().save(picture, format="PNG")
        return picture.getvalue()


class _Opened:
    """A document that is closed again whatever happens: PDFium keeps memory that Python does not see."""

    def __init__(self, pdf: bytes) -> None:
        import pypdfium2  # noqa: PLC0415 - only who looks at pages pays for it

        try:
            self.document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise DocumentError(f"the document cannot be shown: {error}") from error
        self.document.init_forms()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.document.close()
