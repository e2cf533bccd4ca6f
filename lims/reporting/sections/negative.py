"""What was looked for and not detected: by which techniques, within which limits, and what that does not mean."""

from collections.abc import Iterator

from lims.domain.identification import Conclusion
from lims.domain.quantitation import Quantitation
from lims.domain.report_content import IdentificationSection, ReportContent
from lims.domain.report_kind import ReportKind
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.reporting.sections.identification import outcome_words, technique_words
from lims.reporting.wording import as_recorded
from lims.translation import Translator


def negative(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the part of a report with a negative result; nothing in a report without one."""
    if ReportKind.NEGATIVE not in content.kinds:
        return
    yield Heading(level=2, text=t("What was looked for and not detected"))
    absent = [one for one in content.identifications if one.conclusion is Conclusion.NOT_DETECTED]
    for one in absent:
        yield Paragraph(text=t("Looked for: {substance}", substance=one.substance), strong=True, with_next=True)
        yield Bullets(items=tuple(_looked_for(one, content, t=t)))
    if not absent:
        yield Paragraph(text=t("No substance in particular was in question; no component was given a name."))
    yield Paragraph(
        text=t(
            "Every reported component was compared with the {count} spectra of library {library}.",
            count=t.number(content.library.spectra),
            library=content.library.name,
        )
    )
    yield Paragraph(text=t("What this negative result does not mean:"), with_next=True)
    yield Bullets(items=tuple(not_meant(t=t)))


def _looked_for(one: IdentificationSection, content: ReportContent, *, t: Translator) -> Iterator[str]:
    for result in one.results:
        yield t(
            "{technique}, sampling {sampling}, {number}: {outcome}",
            technique=technique_words(result, t=t),
            sampling=result.sampling,
            number=result.number,
            outcome=outcome_words(result, t=t),
        )
    yield t("Within the scope of the techniques used, in the words of the expert: {scope}", scope=one.scope)
    measured = [it for it in content.quantitations if _same(it, one)]
    for it in measured:
        limit = it.curve.detection_limit_ug_per_ml
        yield (
            t("Limit of detection by quantitation {number}: unknown.", number=it.number)
            if limit is None
            else t(
                "Estimated limit of detection by quantitation {number}: {limit} µg/ml in the measured solution.",
                number=it.number,
                limit=as_recorded(round(limit, 2), t=t),
            )
        )
    if not measured:
        yield t("A limit of detection as a number is not on record: unknown.")


def _same(measured: Quantitation, one: IdentificationSection) -> bool:
    if measured.inchikey and one.inchikey:
        return measured.inchikey == one.inchikey
    return measured.analyte.casefold() == one.substance.casefold()


def not_meant(*, t: Translator) -> Iterator[str]:
    """Say what nobody may read into a negative result."""
    yield t(
        "It does not say that the substance is absent: an amount below what the techniques used would have shown is "
        "not excluded."
    )
    yield t("It does not speak of substances that nobody looked for, or that the library does not hold.")
    yield t("It does not speak of portions of the exhibit that were not measured.")
