"""Words and numbers as they are printed: nothing invisible, nothing rounded unasked, the unknown called unknown."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import format_decimal

from lims.domain.report_circumstances import ListedRun
from lims.domain.report_content import ReportContent, RunSection
from lims.errors import DocumentError
from lims.reporting.fonts import named_character
from lims.services.searching import DETECTIONS
from lims.translation import Translator

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control, format, surrogate, private and unassigned characters and separators: they change what a reader sees."""
_LONGEST_IN_HEADER = 80
"""Characters of a number that stands on every page."""
_MINUTE_S = 60
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
"""Its column in a table is as wide as it is: another text there would push the others off the page."""


def or_unknown(text: str | None, *, t: Translator) -> str:
    """Give a text, or the word for what nobody recorded."""
    return text or t("unknown")


def detection_or_unknown(detection_words: str, *, t: Translator) -> str:
    """Give the words of a known way of detection in the reader's language, others as they were recorded."""
    return t(detection_words) if detection_words in DETECTIONS else or_unknown(detection_words, t=t)


def date_or_unknown(value: date | None, *, t: Translator) -> str:
    """Write a date, or the word for what nobody recorded."""
    return t("unknown") if value is None else t.date(value)


def fixed(value: Decimal, *, places: int, t: Translator) -> str:
    """Write a number with so many decimals, rounded half to even, with the language's signs.

    Examples
    --------
    >>> fixed(Decimal("10.2"), places=3, t=Translator("en"))
    '10.200'
    """
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return str(format_decimal(rounded, format=pattern, locale=t.language))


def as_recorded(value: Decimal, *, t: Translator) -> str:
    """Write a number with the decimals that it was recorded with.

    Examples
    --------
    >>> as_recorded(Decimal("50.00"), t=Translator("en"))
    '50.00'
    """
    return fixed(value, places=max(0, -int(value.as_tuple().exponent)), t=t)


def percent(value: Decimal, *, t: Translator) -> str:
    """Write a percentage with two decimals; what is there but rounds to nothing is called less than the last digit.

    Examples
    --------
    >>> percent(Decimal("0.004"), t=Translator("en")), percent(Decimal("12.345"), t=Translator("en"))
    ('< 0.01', '12.34')
    """
    smallest = Decimal("0.01")
    if value > 0 and not value.quantize(smallest, rounding=ROUND_HALF_EVEN):
        return f"< {fixed(smallest, places=2, t=t)}"
    return fixed(value, places=2, t=t)


def minutes(time_s: Decimal, *, t: Translator) -> str:
    """Write a retention time in minutes with three decimals."""
    return fixed(time_s / _MINUTE_S, places=3, t=t)


def printable(content: ReportContent) -> ReportContent:
    """Give the content as it can be printed: what instruments wrote with invisible characters shows their code points.

    A person can correct what was typed, so there an invisible character is refused. What an instrument wrote cannot
    be changed any more; there it is shown as ``[U+202E]``. The attached data keep the text as it was.

    Raises
    ------
    DocumentError
        If a text holds an invisible character, a decimal is no number, an InChIKey is none, or a number does not fit
        in the head of a page.
    """
    around = content.circumstances
    around = replace(around, all_runs=tuple(_shown_listed(run) for run in around.all_runs))
    shown = replace(content, runs=tuple(_shown_run(run) for run in content.runs), circumstances=around)
    for place, value in _leaves(shown, "content"):
        if isinstance(value, str):
            _require_visible(value, place)
        if isinstance(value, Decimal) and not value.is_finite():
            raise DocumentError(f"{place}: {value} is no number")
    for key in _inchikeys(shown):
        if _INCHIKEY.fullmatch(key) is None:
            raise DocumentError(f"{key!r} is no InChIKey")
    for place, number in (("report number", content.number), ("case number", content.case.number)):
        if not number or "\n" in number or len(number) > _LONGEST_IN_HEADER:
            raise DocumentError(f"{place} {number!r}: expected one line of 1 to {_LONGEST_IN_HEADER} characters")
    return shown


def _inchikeys(content: ReportContent) -> Iterator[str]:
    for run in content.runs:
        for component in run.components:
            said = (component.identity, *component.candidates)
            yield from (entry.inchikey for entry in said if entry is not None and entry.inchikey is not None)


def _shown_run(run: RunSection) -> RunSection:
    """Make visible what an instrument wrote."""
    return replace(
        run,
        file_name=_visible(run.file_name),
        source_format=_visible(run.source_format),
        sample_name=_visible(run.sample_name),
        acquired_at=_visible(run.acquired_at),
        instrument=_visible(run.instrument),
        method=_visible(run.method),
        vial=_visible(run.vial),
        simulation_statement=_visible(run.simulation_statement),
    )


def _shown_listed(run: ListedRun) -> ListedRun:
    return replace(run, file_name=_visible(run.file_name), acquired_at=_visible(run.acquired_at))


def _visible(text: str) -> str:
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in _INVISIBLE else c for c in text)


def _require_visible(text: str, place: str) -> None:
    hidden = next((c for c in text if unicodedata.category(c) in _INVISIBLE and c != "\n"), None)
    if hidden is not None:
        raise DocumentError(f"{place}: {named_character(hidden)} cannot be seen on paper")


def _leaves(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Walk over everything that is no container, with the name of the place where it stands."""
    if isinstance(value, tuple):
        for position, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{place} {position}")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), field.name.replace("_", " "))
    else:
        yield place, value
