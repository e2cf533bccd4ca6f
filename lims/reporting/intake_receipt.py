"""The receipt for the bringer: what the laboratory took over with an order, for both sides to sign with a pen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lims.domain.case import Case
from lims.domain.exhibit import Exhibit
from lims.domain.request import Delivery
from lims.errors import DocumentError
from lims.reporting.fonts import SIGN_FAMILY, TEXT_FAMILY, typst_fonts
from lims.reporting.sections.objects import KIND_TEXTS
from lims.translation import Translator, marked

_TEMPLATE = Path(__file__).parent / "templates" / "intake_receipt.typ"
_PDF_STANDARD: Final = "a-2u"
DELIVERY_TEXTS: Mapping[Delivery, str] = MappingProxyType(
    {
        Delivery.BY_HAND: marked("by hand"),
        Delivery.COURIER: marked("courier"),
        Delivery.POST: marked("post"),
        Delivery.ELECTRONIC: marked("electronic"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReceipt:
    """What such a receipt says."""

    case: Case
    exhibits: Sequence[Exhibit]
    """Each before its parts."""
    receivers: Mapping[str, str]
    """Names by staff number."""


def compose_intake_receipt(receipt: IntakeReceipt, *, translator: Translator, at: datetime) -> bytes:
    """Make the receipt as a PDF.

    Parameters
    ----------
    at : datetime
        Aware; when it is made, which it says.

    Raises
    ------
    DocumentError
        If a text has a character without a glyph.
    """
    import typst  # noqa: PLC0415 - only composing pays for it

    data = _data(receipt, t=translator, at=at)
    compiler = typst.Compiler(
        input=str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=typst_fonts(), ignore_system_fonts=True
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=[_PDF_STANDARD], sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
        )
    except typst.TypstError as error:
        raise DocumentError(f"the receipt could not be set: {error.message}") from error
    if warnings:
        raise DocumentError(f"the receipt could not be set: {'; '.join(one.message for one in warnings)}")
    return bytes(made or b"") if not isinstance(made, list) else bytes(made[0])


def _data(receipt: IntakeReceipt, *, t: Translator, at: datetime) -> dict[str, object]:
    """Gather everything that the template needs, as finished words."""
    moment = at.astimezone(UTC)
    case = receipt.case
    return {
        "language": t.language,
        "fonts": [TEXT_FAMILY, SIGN_FAMILY],
        "created": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
        "laboratory": case.laboratory,
        "title": t("Receipt for the bringer, case {number}", number=case.number),
        "mark": t("This is a demonstration case, not evidence.") if case.demonstration else "",
        "facts": [[name, words] for name, words in _facts(receipt, t)],
        "head": [t(one) for one in _COLUMNS],
        "rows": [_row(one, t) for one in receipt.exhibits],
        "found": list(_found(receipt, t)),
        "count": t("Exhibits and parts received: {count}", count=len(receipt.exhibits)),
        "made": t("Made {moment} from the records of the laboratory.", moment=t.moment(at)),
        "lines": [t("Handed in by: name, signature, date"), t("Received by: name, signature, date")],
    }


_COLUMNS = (
    marked("Exhibit"),
    marked("Description"),
    marked("Kind"),
    marked("Units"),
    marked("Seal"),
    marked("Container"),
    marked("Condition"),
    marked("Received"),
)


def _facts(receipt: IntakeReceipt, t: Translator) -> Iterator[tuple[str, str]]:
    case, unknown = receipt.case, t("unknown")
    asked = case.request
    yield t("Appointing body"), case.appointing_body
    yield t("Number of the order"), case.order_number or unknown
    yield t("Date of the order"), t.date(case.order_date) if case.order_date else unknown
    by = dict.fromkeys(one.delivered_by for one in receipt.exhibits if one.delivered_by)
    yield t("Brought by"), ", ".join(by) or (asked.delivered_by if asked else "") or unknown
    how = dict.fromkeys(t(DELIVERY_TEXTS[one.delivery]) for one in receipt.exhibits if one.delivery)
    yield t("How they came"), ", ".join(how) or unknown
    who = dict.fromkeys(receipt.receivers.get(one.received_by, one.received_by) for one in receipt.exhibits)
    yield t("Received by"), ", ".join(who) or unknown


def _row(one: Exhibit, t: Translator) -> list[str]:
    box = one.container
    return [
        one.number,
        ", ".join(words for words in (one.description, one.marks) if words),
        t(KIND_TEXTS[one.kind]) if one.kind else "",
        t.number(one.unit_count) if one.unit_count is not None else "",
        _seal(one, t),
        f"{box.kind} {box.number}".strip() if box else "",
        one.condition,
        t.moment(one.received_at),
    ]


def _seal(one: Exhibit, t: Translator) -> str:
    if not one.seal_number:
        return t("none")
    words = {True: t("intact"), False: t("broken"), None: t("not recorded")}
    return f"{one.seal_number}, {words[one.seal_intact]}"


def _found(receipt: IntakeReceipt, t: Translator) -> Iterator[str]:
    """Say what did not agree, for the bringer to see."""
    for exhibit in receipt.exhibits:
        for one in exhibit.discrepancies:
            yield t(
                "{exhibit} does not agree: stated '{stated}', found '{found}'.",
                exhibit=exhibit.number,
                stated=one.stated,
                found=one.found,
            )
