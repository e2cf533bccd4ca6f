"""What the report says of masses: each with its uncertainty, what was used up, and thresholds with their rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from lims.domain.report_circumstances import Circumstances, ThresholdSection, WeightSection
from lims.domain.weighing import WeighingPurpose
from lims.reporting.blocks import Align, Block, Bullets, Column, Heading, Paragraph, Table
from lims.reporting.wording import fixed, or_unknown
from lims.translation import Translator, marked
from substance_library.thresholds import ThresholdDecision

_PURPOSES: Mapping[WeighingPurpose, str] = MappingProxyType(
    {
        WeighingPurpose.RECEIVED: marked("as received, with its package"),
        WeighingPurpose.BEFORE: marked("net, before the examination"),
        WeighingPurpose.REMAINDER: marked("what was left"),
        WeighingPurpose.ALIQUOT: marked("a part that was taken"),
        WeighingPurpose.UNIT: marked("one unit"),
    }
)
_DECISIONS: Mapping[ThresholdDecision, str] = MappingProxyType(
    {
        ThresholdDecision.EXCEEDED: marked("the threshold is exceeded"),
        ThresholdDecision.BELOW: marked("the threshold is not reached"),
        ThresholdDecision.NOT_DECIDED: marked("not decided: the mass is within its uncertainty of the threshold"),
    }
)


def weights(circumstances: Circumstances, *, t: Translator) -> Iterator[Block]:
    """Give the masses; nothing where nothing was weighed and nothing used up."""
    if not (circumstances.weights or circumstances.consumed or circumstances.losses):
        return
    yield Heading(level=2, text=t("Masses"))
    if circumstances.weights:
        yield Table(columns=_columns(t=t), rows=tuple(_row(one, t=t) for one in circumstances.weights))
        yield Paragraph(
            text=t(
                "U is the expanded uncertainty of the mass, k its coverage factor; the true mass lies within the mass "
                "plus and minus U with the probability that is named."
            )
        )
        yield from _manual(circumstances, t=t)
    yield from _gone(circumstances, t=t)
    yield from _thresholds(circumstances, t=t)


def mass_words(mass_g: Decimal, u_g: Decimal, *, t: Translator) -> str:
    """Write a mass with its uncertainty: one unit, the same decimals (rule WU-5)."""
    places = max(0, -int(u_g.as_tuple().exponent))
    unit = t("g")
    return f"({fixed(mass_g, places=places, t=t)} ± {fixed(u_g, places=places, t=t)}) {unit}"


def purpose_words(one: WeightSection, *, t: Translator) -> str:
    """Say what was weighed."""
    return t(_PURPOSES[one.purpose])


def _columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("Object"), align=Align.LEFT, share=5),
        Column(title=t("What was weighed"), align=Align.LEFT, share=7),
        Column(title=t("Mass ± U"), align=Align.RIGHT, share=7),
        Column(title=t("k; coverage"), align=Align.RIGHT, share=4),
        Column(title=t("Balance; calibration"), align=Align.LEFT, share=6),
        Column(title=t("Weighed"), align=Align.LEFT, share=6),
    )


def _row(one: WeightSection, *, t: Translator) -> tuple[str, ...]:
    return (
        one.item_number,
        purpose_words(one, t=t),
        mass_words(one.mass_g, one.u_g, t=t),
        f"{t.number(one.k)}; {t.number(one.coverage_percent)} %",
        f"{one.balance_number}; {or_unknown(one.certificate, t=t)}",
        t.moment(one.weighed_at),
    )


def _manual(circumstances: Circumstances, *, t: Translator) -> Iterator[Block]:
    typed = [one for one in circumstances.weights if one.manual_reason]
    if typed:
        yield Paragraph(text=t("Readings that a person typed, and why:"), with_next=True)
        yield Bullets(items=tuple(f"{one.number}: {one.manual_reason}" for one in typed))


def _gone(circumstances: Circumstances, *, t: Translator) -> Iterator[Block]:
    if circumstances.consumed:
        yield Paragraph(text=t("What was used up; the masses stand in the laboratory's record:"), with_next=True)
        yield Bullets(
            items=tuple(
                t(
                    "of {item}: {purpose}; permitted by {permission}",
                    item=one.item_number,
                    purpose=one.purpose,
                    permission=one.permission,
                )
                for one in circumstances.consumed
            )
        )
    if circumstances.losses:
        yield Paragraph(text=t("What was lost; the masses stand in the laboratory's record:"), with_next=True)
        yield Bullets(items=circumstances.losses)


def _thresholds(circumstances: Circumstances, *, t: Translator) -> Iterator[Block]:
    if not circumstances.thresholds:
        return
    yield Paragraph(
        text=t(
            "Decision rule: a threshold is exceeded if the mass less U is above it, and not reached if the mass plus U "
            "is below it; otherwise it is not decided."
        ),
        with_next=True,
    )
    yield Bullets(items=tuple(_threshold(one, t=t) for one in circumstances.thresholds))


def _threshold(one: ThresholdSection, *, t: Translator) -> str:
    return t(
        "{mass}, threshold {threshold} g ({basis}): {decision}.",
        mass=mass_words(one.mass_g, one.u_g, t=t),
        threshold=fixed(one.threshold_g, places=max(0, -int(one.threshold_g.as_tuple().exponent)), t=t),
        basis=one.basis,
        decision=t(_DECISIONS[one.decision]),
    )
