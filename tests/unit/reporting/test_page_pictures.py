"""Pages of a document as pictures."""

import io
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from PIL import Image

from lims.errors import DocumentError, NotFoundError
from lims.reporting.page_pictures import page_count, page_picture

A4_INCHES = (8.27, 11.69)


def test_every_page_is_shown_and_no_other(issued: bytes) -> None:
    with pikepdf.open(io.BytesIO(issued)) as opened:
        pages = len(opened.pages)
    assert page_count(issued) == pages
    for place in (0, -1, pages + 1):
        with pytest.raises(NotFoundError):
            page_picture(issued, place)


def test_a_page_has_its_paper_size_and_something_on_it(issued: bytes) -> None:
    with Image.open(io.BytesIO(page_picture(issued, 1, dpi=60))) as picture:
        assert picture.format == "PNG"
        assert picture.size == pytest.approx(tuple(60 * inches for inches in A4_INCHES), abs=2)
        darkest, lightest = picture.convert("L").getextrema()
    assert darkest < 60
    assert lightest > 250


def test_the_signature_that_was_added_is_shown(unsigned: bytes, issued: bytes) -> None:
    last = page_count(unsigned)
    assert page_count(issued) == last
    assert page_picture(issued, last, dpi=40) != page_picture(unsigned, last, dpi=40)
    assert page_picture(issued, 1, dpi=40) == page_picture(unsigned, 1, dpi=40)


def test_threads_see_the_same_pages(issued: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = set(pool.map(lambda _: page_picture(issued, 1, dpi=30), range(8)))
    assert len(pictures) == 1


@pytest.mark.parametrize("damaged", [b"", b"no document", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_document_is_refused_in_words(damaged: bytes) -> None:
    with pytest.raises(DocumentError, match="cannot be shown"):
        page_count(damaged)
