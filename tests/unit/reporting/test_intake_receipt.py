"""The receipt for the bringer says what was received, in each language, and nothing of a text is taken for markup."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from lims.domain.case import Case
from lims.domain.discrepancy import Discrepancy, DiscrepancySubject
from lims.domain.exhibit import Container, Exhibit, ExhibitKind
from lims.domain.request import Delivery
from lims.errors import DocumentError
from lims.reporting.intake_receipt import IntakeReceipt, compose_intake_receipt
from lims.translation import LANGUAGES, Translator
from tests.builders.clocks import MORNING

CASE = Case(
    number="2026-0042",
    laboratory="Сот сараптамалары институты, Алматы қ.",
    appointing_body="Court #strong[x] *b*",
    order_number="7/26",
    order_date=None,
    seizure_date=None,
    seizure_place="",
    questions=(),
    demonstration=False,
)
PARCEL = Exhibit(
    number="2026-0042/1",
    case_number="2026-0042",
    description="parcel $x$",
    seal_number="S-1",
    seal_intact=False,
    received_at=MORNING,
    received_by="technician",
    kind=ExhibitKind.TABLET,
    container=Container(kind="bag", number="B-1"),
    unit_count=1200,
    delivery=Delivery.COURIER,
    delivered_by="Courier Ivanov",
)
SHORT = Discrepancy(
    subject=DiscrepancySubject.COUNT,
    stated="1300",
    found="1200",
    found_by="technician",
    found_at=MORNING,
    witness="expert",
    told_to="Investigator",
    told_at=MORNING,
    told_how="letter 5",
)


def receipt(*exhibits, **case):
    return IntakeReceipt(case=replace(CASE, **case), exhibits=exhibits, receivers={"technician": "Әлия Өтеген"})


def made(one, language="en"):
    return compose_intake_receipt(one, translator=Translator(language), at=MORNING)


def words(data):
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_e_1_the_receipt_names_bringer_receiver_time_and_each_exhibit(language):
    t = Translator(language)
    said = words(made(receipt(PARCEL, demonstration=True), language))
    for text in ("2026-0042/1", "Courier Ivanov", "Әлия Өтеген", "S-1", t("broken"), t("courier"), "bag B-1"):
        assert text in said
    assert t.moment(MORNING) in said
    assert t("This is a demonstration case, not evidence.") in said
    assert "Court #strong[x] *b*" in said
    assert "parcel $x$" in said


def test_e_2_the_receipt_says_what_did_not_agree():
    said = words(made(receipt(replace(PARCEL, discrepancies=(SHORT,)))))
    assert "2026-0042/1 does not agree: stated '1300', found '1200'." in said


def test_many_exhibits_go_on_with_the_head_of_the_table_on_each_page():
    lines = [replace(PARCEL, number=f"2026-0042/{place}") for place in range(1, 81)]
    data = made(receipt(*lines))
    with pikepdf.open(io.BytesIO(data)) as document:
        pages = len(document.pages)
    said = words(data)
    assert pages > 1
    assert said.count("Container") == pages
    assert "2026-0042/80" in said
    assert "Exhibits and parts received: 80" in said


def test_nothing_is_invented_where_nothing_is_known():
    said = words(made(receipt(order_number="")))
    assert said.count("unknown") == 5


def test_a_text_without_a_glyph_is_refused():
    with pytest.raises(DocumentError):
        made(receipt(replace(PARCEL, description="\U0001f9ea")))
