"""The conclusions: a plain answer, and every limit that it has, in the same breath."""

from collections.abc import Iterator
from dataclasses import dataclass

from lims.domain.identification import Conclusion
from lims.domain.quantitation import Quantitation
from lims.domain.report_content import ComponentSection, Finding, IdentificationSection, ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.reporting.sections.answers import answers
from lims.reporting.sections.circumstances import departures
from lims.reporting.sections.confidence import confidence
from lims.reporting.sections.identification import identification
from lims.reporting.sections.legal import legal
from lims.reporting.sections.negative import negative
from lims.reporting.sections.objects import not_concluded
from lims.reporting.sections.quantitation import quantitation_results
from lims.reporting.sections.research import isomer_sentence
from lims.services.identification_wording import GAP_TEXTS
from lims.translation import Translator

_SKELETON = 14
"""Characters of an InChIKey that stand for the constitution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Substance:
    """One substance that was found and not identified, with every component that it was found in."""

    component: ComponentSection
    places: tuple[tuple[int, str], ...]
    """Component and run."""


def conclusions(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the conclusions and their limits.

    Raises
    ------
    DocumentError
        If a component is called identified without an identification.
    """
    require_founded(content)
    yield Heading(level=1, text=t("Conclusions"))
    for notice in restrictions(content, t=t):
        yield Paragraph(text=notice, strong=True)
    yield from answers(content, t=t)
    yield from _answer(content, t=t)
    yield from quantitation_results(content.quantitations, t=t)
    yield from negative(content, t=t)
    yield from departures(content.circumstances, t=t)
    yield Heading(level=2, text=t("Limits of the conclusions"))
    yield Bullets(items=tuple(_limits(content, t=t)))
    yield from confidence(content, t=t)
    yield from legal(content, t=t)
    yield Heading(level=2, text=t("What this report does not contain"))
    yield Bullets(items=tuple(missing(content, t=t)))


def require_founded(content: ReportContent) -> None:
    """Refuse a content that calls a component identified without the identification that says so (rule RP-1.1).

    Raises
    ------
    DocumentError
        Naming the component.
    """
    founded = {one.number for one in content.identifications if one.conclusion is Conclusion.IDENTIFIED}
    for run in content.runs:
        for component in run.components:
            if component.finding is Finding.IDENTIFIED and component.identification not in founded:
                raise DocumentError(
                    f"component {component.number} of {run.number} is identified, and no identification of the report "
                    "concluded that"
                )
    for measured in content.quantitations:
        if measured.result is not None and not any(_is_of(one, measured) for one in content.named):
            raise DocumentError(f"quantitation {measured.number} states a content of what no identification names")


def _is_of(one: IdentificationSection, measured: Quantitation) -> bool:
    if one.inchikey and measured.inchikey:
        return one.inchikey[:_SKELETON] == measured.inchikey[:_SKELETON]
    return one.substance.casefold() == measured.analyte.casefold()


def _answer(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    exhibit = content.exhibit.number
    if content.case.questions:
        yield Heading(level=2, text=t("What was concluded"))
    for section in content.identifications:
        yield from identification(section, exhibit=exhibit, t=t)
    if not content.named:
        yield Paragraph(text=t("No substance was identified in exhibit {exhibit}.", exhibit=exhibit), strong=True)
    substances = _found(content)
    if substances:
        lead = t("Found by gas chromatography with mass spectrometry, and not identified:")
        yield Paragraph(text=lead, with_next=True)
        yield Bullets(items=tuple(_substance(s, t=t) for s in substances), numbered=True)
    unidentified = t.number(_counted(content, Finding.NOT_IDENTIFIED))
    yield Paragraph(text=t("Number of reported components that were left without a name: {count}.", count=unidentified))
    standards = _counted(content, Finding.INTERNAL_STANDARD)
    if standards:
        added = t.number(standards)
        yield Paragraph(
            text=t("Number of components that the laboratory added as internal standard: {count}.", count=added)
        )


def _found(content: ReportContent) -> tuple[_Substance, ...]:
    """Gather what was found and not identified over all runs, equal names together, in the order of the components."""
    found: dict[tuple[str, str | None], _Substance] = {}
    for run in content.runs:
        for component in run.components:
            if component.identity is None or component.finding is not Finding.FOUND:
                continue
            key = (component.identity.name, component.identity.inchikey)
            before = found[key].places if key in found else ()
            found[key] = _Substance(component=component, places=(*before, (component.number, run.number)))
    return tuple(found.values())


def _substance(substance: _Substance, *, t: Translator) -> str:
    """Name what was found, where, and what an identification would need."""
    component = substance.component
    places = "; ".join(t("component {number} of run {run}", number=number, run=run) for number, run in substance.places)
    name = component.identity.name if component.identity else ""
    if component.identification:
        return t(
            "{name} ({places}). What was concluded of it says identification {number}.",
            name=name,
            places=places,
            number=component.identification,
        )
    if not component.lacking:
        return t("{name} ({places})", name=name, places=places)
    missing = " ".join(t(GAP_TEXTS[gap]) for gap in component.lacking)
    return t("{name} ({places}). Missing for an identification: {missing}", name=name, places=places, missing=missing)


def found_sentences(content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Name what was found and not identified, and where."""
    for one in _found(content):
        identity = one.component.identity
        places = (t("component {number} of run {run}", number=number, run=run) for number, run in one.places)
        yield f"{identity.name if identity else ''} ({'; '.join(places)})"


def _counted(content: ReportContent, finding: Finding) -> int:
    return sum(component.finding is finding for run in content.runs for component in run.components)


def _limits(content: ReportContent, *, t: Translator) -> Iterator[str]:
    yield from content.exhibit.disclaimers
    if _found(content):
        yield t(
            "What was found and not identified rests on a comparison of mass spectra with a library. That is no "
            "identification: the SWGDRUG Recommendations for the identification of seized drugs ask for more."
        )
    yield from dict.fromkeys(isomer_sentence(identity, t=t) for identity in content.identities)
    yield t(
        "Substances that the library does not hold, that the measurement does not detect, or whose peaks are below "
        "the reporting limit are not excluded."
    )
    yield t(
        "The results concern the examined exhibit alone, in the state in which it was received. What is said about "
        "the order and the seizure was stated by others and not examined."
    )
    yield t("A match factor is a measure of likeness from 0 to 999. It is not a probability.")


def restrictions(content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Give what stands before every conclusion: a demonstration, simulated data, a library with a restriction."""
    if not content.evidence:
        yield t("DEMO - NOT EVIDENCE. This document was made with development keys and proves nothing.")
    simulated = [run.number for run in content.runs if run.simulation_statement]
    if simulated:
        yield t(
            "SIMULATED DATA. These runs were not measured: {runs}. What was found in them says nothing about a real "
            "object.",
            runs=", ".join(simulated),
        )
    if content.library.purpose:
        yield t(
            "The library that was searched is marked: {purpose}. The conclusions are under the same restriction.",
            purpose=content.library.purpose,
        )


def missing(content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Name what a reader may expect and will not find: an omission that nobody mentions looks like a result."""
    yield from not_concluded(content, t=t)
    yield t("The education, the speciality and the length of service of the expert are not stated.")
    yield t("Who was present at the examination, and which materials of the case were used, is not recorded.")
    if not content.circumstances.weights:
        yield t("The mass of the exhibit is not stated: it was not weighed.")
    if not any(one.result is not None for one in content.quantitations):
        yield t("The content of the substances in the exhibit is not stated.")
    yield t("The calibration and the service of the measuring instrument are not described.")
    yield t("What becomes of the exhibit after this report is not stated.")
