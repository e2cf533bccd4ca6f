"""What the report says of sampling: the plan, the draw, and the statement that the results support (rule SA-5)."""

from collections.abc import Iterator

from lims.domain.report_circumstances import DrawNote, SamplingSection
from lims.domain.report_content import ReportContent
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.services.sampling_wording import statement_sentences
from lims.translation import Translator


def sampling(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the sampling of the exhibit, or that there was no plan."""
    yield Heading(level=2, text=t("Sampling"))
    plans = content.circumstances.sampling
    if not plans:
        yield Paragraph(
            text=t(
                "No sampling plan is on record. The results concern the portions that were measured, and nothing is "
                "said of others."
            )
        )
    for plan in plans:
        yield Paragraph(text=t("Sampling plan {number}", number=plan.number), strong=True, with_next=True)
        yield Bullets(items=tuple(_plan(plan, t=t)))


def _plan(plan: SamplingSection, *, t: Translator) -> Iterator[str]:
    yield t(
        "Population: {units} units, alike in: {words} (photograph {photograph}).",
        units=t.number(plan.statement.population),
        words=plan.alike_in.rstrip("."),
        photograph=plan.photograph,
    )
    yield from statement_sentences(plan.statement, t)
    yield t("How each unit was tested: {words}.", words=plan.testing.rstrip("."))
    if plan.units:
        draws = "; ".join(_draw(one, t=t) for one in plan.draws)
        yield t("Units drawn: {units}; {draws}.", units=", ".join(map(str, plan.units)), draws=draws)
    if plan.split_into:
        yield t("The population was divided; see {plans}.", plans=", ".join(plan.split_into))


def _draw(draw: DrawNote, *, t: Translator) -> str:
    if draw.seed is None:
        return t("{moment}, by hand from a black box", moment=t.moment(draw.drawn_at))
    return t(
        "{moment}, by the generator {generator} with the seed {seed}",
        moment=t.moment(draw.drawn_at),
        generator=draw.generator,
        seed=draw.seed,
    )
