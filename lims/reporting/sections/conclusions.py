"""The conclusions: a plain answer, and every limit that it has, in the same breath."""

from collections.abc import Iterator
from dataclasses import dataclass

from lims.domain.report_content import Finding, IdentitySection, ReportContent
from lims.reporting.blocks import Block, Bullets, Heading, Paragraph
from lims.reporting.sections.identification import identification
from lims.reporting.sections.research import isomer_sentence
from lims.translation import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class _Substance:
    """One identified substance with every component that it was found in."""

    identity: IdentitySection
    places: tuple[tuple[int, str], ...]
    """Component and run."""


def conclusions(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give the conclusions and their limits."""
    yield Heading(level=1, text=t("Conclusions"))
    for notice in _restrictions(content, t=t):
        yield Paragraph(text=notice, strong=True)
    yield from _answer(content, t=t)
    yield Heading(level=2, text=t("Limits of the conclusions"))
    yield Bullets(items=tuple(_limits(content, t=t)))
    yield Heading(level=2, text=t("Confidence"))
    yield Paragraph(text=t("No validated error rate exists for this comparison method; none is stated."))
    yield Heading(level=2, text=t("Legal status"))
    yield Paragraph(text=t("Cannot decide: the list of Decree 470 of the Republic of Kazakhstan is not loaded."))
    yield Heading(level=2, text=t("What this report does not contain"))
    yield Bullets(items=tuple(_missing(t=t)))


def _answer(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    exhibit = content.exhibit.number
    for section in content.identifications:
        yield from identification(section, exhibit=exhibit, t=t)
    substances = tuple(one for one in _substances(content) if _by_runs_alone(one.identity, content))
    if substances:
        lead = t("In exhibit {exhibit} the following substances were identified:", exhibit=exhibit)
        yield Paragraph(text=lead, strong=True, with_next=True)
        yield Bullets(items=tuple(_substance(s, t=t) for s in substances), numbered=True)
    elif not content.identifications:
        yield Paragraph(text=t("No substance was identified in exhibit {exhibit}.", exhibit=exhibit), strong=True)
    unidentified = t.number(_counted(content, Finding.NOT_IDENTIFIED))
    yield Paragraph(text=t("Number of reported components that were not identified: {count}.", count=unidentified))
    standards = _counted(content, Finding.INTERNAL_STANDARD)
    if standards:
        added = t.number(standards)
        yield Paragraph(
            text=t("Number of components that the laboratory added as internal standard: {count}.", count=added)
        )
    if content.case.questions:
        yield Paragraph(
            text=t(
                "This is the answer of this report to the questions of the order. What they ask beyond the identity "
                "of substances is not answered."
            )
        )


def _by_runs_alone(identity: IdentitySection, content: ReportContent) -> bool:
    """Tell whether no identification of the exhibit is about an identity: then only its runs speak for it."""
    return not any(
        identity.name.casefold() == section.substance.casefold()
        or (identity.inchikey is not None and identity.inchikey == section.inchikey)
        for section in content.identifications
    )


def _substances(content: ReportContent) -> tuple[_Substance, ...]:
    """Gather equal identities over all runs, in the order in which they were found."""
    found: dict[tuple[str, str | None], _Substance] = {}
    for run in content.runs:
        for component in run.components:
            if component.identity is None:
                continue
            key = (component.identity.name, component.identity.inchikey)
            before = found[key].places if key in found else ()
            identity = found[key].identity if key in found else component.identity
            found[key] = _Substance(identity=identity, places=(*before, (component.number, run.number)))
    return tuple(found.values())


def _substance(substance: _Substance, *, t: Translator) -> str:
    places = "; ".join(t("component {number} of run {run}", number=number, run=run) for number, run in substance.places)
    return t("{name} ({places})", name=substance.identity.name, places=places)


def _counted(content: ReportContent, finding: Finding) -> int:
    return sum(component.finding is finding for run in content.runs for component in run.components)


def _limits(content: ReportContent, *, t: Translator) -> Iterator[str]:
    yield from content.exhibit.disclaimers
    if any(_by_runs_alone(identity, content) for identity in content.identities):
        yield t(
            "This identification rests on a library comparison; no reference standard measured in the same batch was "
            "used for it."
        )
        yield t(
            "It rests on one technique, the mass spectrum. The retention time was not compared with that of a "
            "reference standard, and no second technique is part of this report; the SWGDRUG Recommendations for the "
            "identification of seized drugs ask for one."
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


def _restrictions(content: ReportContent, *, t: Translator) -> Iterator[str]:
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


def _missing(*, t: Translator) -> Iterator[str]:
    """Name what a reader may expect and will not find: an omission that nobody mentions looks like a result."""
    yield t("The dates on which the examination began and ended are not stated.")
    yield t("The education, the speciality and the length of service of the expert are not stated.")
    yield t("The mass of the exhibit and the content of the substances in it are not stated, nor their uncertainties.")
    yield t("How the exhibit was sampled, and who held it at what time, is not stated.")
    yield t("Other runs of the same exhibit, if there are any, are not listed.")
    yield t("Blanks, controls and the state of the instrument are not described.")
    yield t("The permission to use up the object, and what was returned, is not stated.")
