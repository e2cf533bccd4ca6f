"""Labels are rendered, and what an independent reader (zxing-cpp) finds in the picture is the payload."""

import dataclasses
import io

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from lims.custody_errors import ScanError
from lims.domain.exhibit_code import label_payload, parse_scan
from lims.errors import DocumentError, InvalidRecordError, SettingsError
from lims.label_sheet import SHEET, SINGLE, LabelSheet, read_labels
from lims.reporting.labels import Label, compose_labels, draw_labels
from lims.translation import Translator
from tests.builders.clocks import MORNING

LABORATORY = "Сот сараптамалары институты, Алматы қ."
KAZAKH = Translator("kk")
NUMBERS = ("2026-0042/3", "2026-0042/12.10.2", "2026-12345/1", "PL-0001")


def seen(picture):
    """Give what the codes of a page say, by kind of code."""
    grey = np.array(Image.open(io.BytesIO(picture)).convert("L"))
    found = {"QR Code": [], "Code 128": []}
    for code in zxingcpp.read_barcodes(grey):
        found[str(code.format)].append(code.text)
    return found


def drawn(labels, sheet, dpi=300.0):
    return draw_labels(labels, laboratory=LABORATORY, sheet=sheet, translator=KAZAKH, dots_per_inch=dpi)


def composed(labels, sheet=SHEET, **facts):
    return compose_labels(labels, laboratory=LABORATORY, sheet=sheet, translator=KAZAKH, at=MORNING, **facts)


@pytest.mark.parametrize("dpi", [300.0, 600.0])
@pytest.mark.parametrize("number", NUMBERS)
def test_both_codes_of_a_single_label_say_number_and_check_characters(number, dpi):
    (page,) = drawn([Label(number=number, seal="KZ-0012345")], SINGLE, dpi)
    assert seen(page) == {"QR Code": [label_payload(number)], "Code 128": [label_payload(number)]}
    assert parse_scan(seen(page)["QR Code"][0]).number == number


@pytest.mark.parametrize("number", NUMBERS)
def test_the_qr_code_is_read_from_a_coarse_printer_too(number):
    (page,) = drawn([Label(number=number)], SINGLE, 203.0)
    assert seen(page)["QR Code"] == [label_payload(number)]


def test_a_whole_sheet_is_read():
    labels = [Label(number=f"2026-0042/{place}", seal=f"KZ-{place}") for place in range(1, 31)]
    pages = drawn(labels, SHEET)
    assert len(pages) == 2
    for codes in ("QR Code", "Code 128"):
        read = [text for page in pages for text in seen(page)[codes]]
        assert sorted(read) == sorted(label_payload(one.number) for one in labels)


def test_a_misprinted_bar_is_no_other_number():
    """One label covered by a white stripe is not read, or is refused by its check characters."""
    (page,) = drawn([Label(number="2026-0042/3")], SINGLE)
    picture = np.array(Image.open(io.BytesIO(page)).convert("L"))
    for place in range(60, picture.shape[1] - 60, 7):
        damaged = picture.copy()
        damaged[:, place : place + 9] = 255
        for code in zxingcpp.read_barcodes(damaged):
            assert code.text == label_payload("2026-0042/3")


def words_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [tuple(float(one) for one in page.mediabox) for page in document.pages]


def test_a_sheet_is_a4_and_a_single_label_is_a_page_of_its_own():
    (sheet,) = words_of(composed([Label(number="2026-0042/3")]))
    assert sheet[2:] == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.1)
    singles = words_of(composed([Label(number="2026-0042/3"), Label(number="2026-0042/4")], SINGLE))
    assert [one[2:] for one in singles] == [pytest.approx((50 / 25.4 * 72, 25 / 25.4 * 72), abs=0.1)] * 2


def test_places_of_a_sheet_that_are_used_up_are_left_out():
    labels = [Label(number=f"2026-0042/{place}") for place in range(1, 3)]
    assert len(words_of(composed(labels, skip=22))) == 1
    assert len(words_of(composed(labels, skip=23))) == 2
    for skip in (-1, 24):
        with pytest.raises(InvalidRecordError, match="expected one or more"):
            composed(labels, skip=skip)
    with pytest.raises(InvalidRecordError, match="0 labels"):
        composed([])


def test_a_number_that_no_label_has_and_a_character_without_a_glyph_are_named():
    with pytest.raises(ScanError, match="labels have"):
        composed([Label(number="2026-0042/3 bis")])
    with pytest.raises(DocumentError, match="could not be set"):
        composed([Label(number="2026-0042/3", seal="\U0001f9ea")])


@pytest.mark.parametrize(
    "facts",
    [
        {"columns": 4},
        {"rows": 9},
        {"rows": 0},
        {"left": -1.0},
        {"label_width": 49.0},
        {"label_height": 24.0, "rows": 1},
        {"top": 2.0},
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(facts):
    with pytest.raises(InvalidRecordError):
        dataclasses.replace(SHEET, **facts)


def test_the_sheet_is_a_setting():
    found = read_labels({"rows": 7, "columns": 2, "label_width": 99.0, "label_height": 38.1, "top": 15.1, "left": 5})
    assert found == LabelSheet(rows=7, columns=2, label_width=99.0, label_height=38.1, top=15.1, left=5)
    (page,) = drawn([Label(number="2026-0042/3", words="one", seal="2")], found)
    assert seen(page)["Code 128"] == [label_payload("2026-0042/3")]


@pytest.mark.parametrize("table", [[], {"rows": 7.5}, {"rows": "7"}, {"colour": 1}, {"rows": True}, {"columns": 9}])
def test_a_setting_that_is_no_sheet_is_refused(table):
    with pytest.raises(SettingsError, match="labels"):
        read_labels(table)
