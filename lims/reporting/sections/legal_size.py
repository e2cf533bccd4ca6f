"""The size class of an amount in a report: U, basis, every threshold with its decision, both readings (rule WU-6)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.report_law import LegalSection, SizeNote, SizeThresholdNote
from lims.reporting.blocks import Block, Bullets, Paragraph
from lims.reporting.sections.legal_entries import in_quotes
from lims.reporting.wording import as_recorded, fixed
from lims.translation import Translator, marked
from substance_library.thresholds import (
    Basis,
    Dryness,
    Form,
    Matter,
    SizeClass,
    SizeResult,
    ThresholdDecision,
    WeighedAmount,
)

_SIZES: Mapping[SizeResult, str] = MappingProxyType(
    {
        SizeResult.BELOW_SMALL: marked("below the small quantity"),
        SizeResult.SMALL: marked("small quantity"),
        SizeResult.LARGE: marked("large quantity"),
        SizeResult.ESPECIALLY_LARGE: marked("especially large quantity"),
        SizeResult.NOT_DECIDED: marked("not decided: a threshold lies within the uncertainty"),
        SizeResult.CANNOT_DECIDE: marked("cannot be decided"),
    }
)
_CLASSES: Mapping[SizeClass, SizeResult] = MappingProxyType(
    {
        SizeClass.SMALL: SizeResult.SMALL,
        SizeClass.LARGE: SizeResult.LARGE,
        SizeClass.ESPECIALLY_LARGE: SizeResult.ESPECIALLY_LARGE,
    }
)
_REACHED: Mapping[ThresholdDecision, str] = MappingProxyType(
    {
        ThresholdDecision.EXCEEDED: marked("the threshold is exceeded"),
        ThresholdDecision.BELOW: marked("the threshold is not reached"),
        ThresholdDecision.NOT_DECIDED: marked("not decided: the mass is within its uncertainty of the threshold"),
    }
)
_MATTERS: Mapping[Matter, str] = MappingProxyType(
    {Matter.MIXTURE: marked("whole mixture"), Matter.PURE: marked("pure substance")}
)
_FORMS: Mapping[Form, str] = MappingProxyType({Form.BASE: marked("free base"), Form.SALT: marked("salt")})
_DRYNESS: Mapping[Dryness, str] = MappingProxyType({Dryness.AS_IS: marked("as is"), Dryness.DRIED: marked("dried")})


def amount_words(section: LegalSection, *, t: Translator) -> str:
    """Write the amount that was held against the thresholds, with U and what it is of; or that there is none."""
    weighed = section.weighed
    if weighed is None:
        return t("No amount was held against thresholds: no size class is stated.")
    if section.quantitation_number and not section.weighing_number:
        return t(
            "{amount}, U is the expanded uncertainty; basis: {basis}; quantitation {number}",
            amount=_amount(weighed, t=t),
            basis=_basis(weighed.basis, t=t),
            number=section.quantitation_number,
        )
    return t(
        "{amount}, U is the expanded uncertainty; basis: {basis}; weighing {number}",
        amount=_amount(weighed, t=t),
        basis=_basis(weighed.basis, t=t),
        number=section.weighing_number or t("unknown"),
    )


def size_blocks(size: SizeNote, *, t: Translator) -> Iterator[Block]:
    """Tell the class by one act, each threshold, and both readings where one lies within the uncertainty."""
    lines = tuple(_lines(size, t=t))
    yield Paragraph(text=size_sentence(size, t=t), with_next=bool(lines))
    if lines:
        yield Bullets(items=lines)


def size_sentence(size: SizeNote, *, t: Translator) -> str:
    """Tell the class by one act."""
    place = ", ".join(filter(None, (size.citation, *size.editions, size.name)))
    return t("Quantity by {citation}: {size}", citation=place, size=t(_SIZES[size.result]))


def decision_rule(*, t: Translator) -> str:
    """State the rule that classes were decided by."""
    rule = t(
        "Decision rule: a threshold is exceeded if the mass less U is above it, and not reached if the mass plus U is "
        "below it; otherwise it is not decided."
    )
    inclusive = t("Where a class begins with the threshold itself, the mass less U may also be equal to it.")
    return f"{rule} {inclusive}"


def _lines(size: SizeNote, *, t: Translator) -> Iterator[str]:
    for one in size.thresholds:
        yield _threshold(one, t=t)
    if size.readings:
        lower, upper = (t(_SIZES[one]) for one in size.readings)
        yield t("At the lower end of the interval: {lower}; at the upper end: {upper}", lower=lower, upper=upper)
    for words in size.missing:
        yield t("Missing: {words}", words=in_quotes(words, t=t))


def _threshold(one: SizeThresholdNote, *, t: Translator) -> str:
    facts = {
        "size": t(_SIZES[_CLASSES[one.size]]),
        "amount": f"{as_recorded(one.amount, t=t)} {_unit(one.unit, t=t)}",
        "decision": t(_REACHED[one.decision]),
    }
    if one.inclusive:
        return t("{size}: {amount} and more; {decision}", **facts)
    return t("{size}: more than {amount}; {decision}", **facts)


def _amount(weighed: WeighedAmount, *, t: Translator) -> str:
    places = max(0, -int(weighed.u.as_tuple().exponent), -int(weighed.amount.as_tuple().exponent))
    mass, u = (fixed(value, places=places, t=t) for value in (weighed.amount, weighed.u))
    return f"({mass} ± {u}) {_unit(weighed.unit, t=t)}"


def _unit(unit: str, *, t: Translator) -> str:
    """Write grams in the reader's language, any other unit as the text of the law has it."""
    return t("g") if unit == "g" else unit


def _basis(basis: Basis, *, t: Translator) -> str:
    """Say what the amount is of; what nobody stated is called unknown."""
    matter = t("unknown") if basis.matter is None else t(_MATTERS[basis.matter])
    dryness = t("unknown") if basis.dryness is None else t(_DRYNESS[basis.dryness])
    if basis.matter is Matter.MIXTURE:
        return f"{matter}, {dryness}"
    form = t("unknown") if basis.form is None else t(_FORMS[basis.form])
    return f"{matter}, {form}, {dryness}"
