"""The research part: what was measured, how it was compared, what was found, and the spectra to judge it by."""

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType

from lims.domain.report_content import (
    CandidateSection,
    ComponentSection,
    Finding,
    IdentitySection,
    LibrarySection,
    MethodSection,
    ReportContent,
    RunSection,
)
from lims.errors import DocumentError
from lims.reporting.blocks import (
    Align,
    Block,
    Column,
    Fact,
    Facts,
    FormulaPart,
    Heading,
    Paragraph,
    Picture,
    Structure,
    Table,
)
from lims.reporting.figures import draw_structure, mirror_plot, total_ion_chromatogram
from lims.reporting.sections.batch import batch_of
from lims.reporting.sections.circumstances import custody
from lims.reporting.sections.objects import object_kind
from lims.reporting.sections.photographs import photographs
from lims.reporting.sections.quantitation import quantitations
from lims.reporting.sections.runs import all_runs
from lims.reporting.sections.sampling import sampling
from lims.reporting.sections.weights import weights
from lims.reporting.wording import detection_or_unknown, fixed, minutes, or_unknown, percent
from lims.translation import Translator

MOST_CANDIDATES = 5
"""Lines of a hit list that are printed; the attached data hold what was recorded."""


def research(
    content: ReportContent, *, t: Translator, pictures: Mapping[str, bytes] = MappingProxyType({})
) -> Iterator[Block]:
    """Give the research part.

    Parameters
    ----------
    pictures : mapping of str to bytes, optional
        JPEG of each photograph that is printed, by SHA-256.

    Raises
    ------
    DocumentError
        If a figure cannot be drawn or a finding contradicts its identity.
    """
    yield Heading(level=1, text=t("Research part"))
    yield from object_kind(content, t=t)
    yield from photographs(content, pictures, t=t)
    yield from custody(content, t=t)
    yield from weights(content.circumstances, t=t)
    yield from sampling(content, t=t)
    yield Heading(level=2, text=t("Library and comparison"))
    yield Facts(rows=(*_library(content.library, t=t), *_method(content.method, t=t)))
    figures = count(1)
    if not content.runs:
        yield Paragraph(text=t("No run of an instrument is recorded for this exhibit."))
    for run in content.runs:
        yield from _run(run, figures=figures, t=t)
    yield from quantitations(content.quantitations, figures=figures, t=t)
    yield from all_runs(content, t=t)


def _library(library: LibrarySection, *, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("Library release"), value=library.name)
    yield Fact(label=t("SHA-256 of the library"), value=library.sha256, is_digest=True)
    yield Fact(label=t("Spectra in the library"), value=t.number(library.spectra))
    if library.purpose:
        yield Fact(label=t("Restriction"), value=t("This library is marked: {purpose}", purpose=library.purpose))
    checked = (
        t("Two persons of the laboratory checked each of its records.")
        if library.curated
        else t("It was taken in as a whole; the laboratory did not check its records one by one.")
    )
    yield Fact(label=t("Check of the library"), value=checked)


def _method(method: MethodSection, *, t: Translator) -> Iterator[Fact]:
    preset = t("{preset}, version {version}", preset=method.preset, version=method.preset_version)
    yield Fact(label=t("Comparison preset"), value=preset)
    yield Fact(label=t("Source of the comparison"), value=method.source)
    yield Fact(label=t("Software"), value=t("Aigaq {version}", version=method.software_version))


def _run(run: RunSection, *, figures: Iterator[int], t: Translator) -> Iterator[Block]:
    yield Heading(level=2, text=t("Run {number}", number=run.number))
    if run.simulation_statement:
        statement = run.simulation_statement
        yield Paragraph(text=t("SIMULATED DATA. The file states: {statement}", statement=statement), strong=True)
    yield Facts(rows=tuple(_run_facts(run, t=t)))
    yield from batch_of(run, t=t)
    yield from _chromatogram(run, figures=figures, t=t)
    yield from _components(run, t=t)
    yield from _candidates(run, t=t)
    for component in run.components:
        if component.identity is not None:
            yield from _identity(component, component.identity, run=run, figures=figures, t=t)


def _run_facts(run: RunSection, *, t: Translator) -> Iterator[Fact]:
    yield Fact(label=t("File"), value=run.file_name)
    yield Fact(label=t("SHA-256 of the raw data"), value=run.sha256, is_digest=True)
    yield Fact(label=t("Format"), value=run.source_format)
    yield Fact(label=t("Instrument"), value=or_unknown(run.instrument, t=t))
    yield Fact(label=t("Instrument method"), value=or_unknown(run.method, t=t))
    yield Fact(label=t("Vial"), value=or_unknown(run.vial, t=t))
    yield Fact(label=t("Sample name as written in the file"), value=or_unknown(run.sample_name, t=t))
    yield Fact(label=t("Time as written by the instrument"), value=or_unknown(run.acquired_at, t=t))
    yield Fact(label=t("Scans"), value=t.number(run.scans))


def _chromatogram(run: RunSection, *, figures: Iterator[int], t: Translator) -> Iterator[Block]:
    if not run.chromatogram:
        yield Paragraph(text=t("No chromatogram of this run is on file."))
        return
    caption = t(
        "Figure {figure}. Total ion chromatogram of run {run}. The numbers are those of the components below.",
        figure=next(figures),
        run=run.number,
    )
    yield Picture(svg=total_ion_chromatogram(run, t=t), alternative=caption, caption=caption)


def _components(run: RunSection, *, t: Translator) -> Iterator[Block]:
    if run.components:
        yield Paragraph(text=t("Components of run {run}", run=run.number), strong=True, with_next=True)
        yield Table(columns=_component_columns(t=t), rows=tuple(_component_row(c, t=t) for c in run.components))
        yield Paragraph(text=t("Area percentages refer to the sum of the areas of all components in this table."))
    else:
        yield Paragraph(text=t("No component is reported for this run."))
    limit = detection_or_unknown(run.reporting_limit, t=t)
    if run.unreported_components:
        yield Paragraph(
            text=t(
                "Number of weaker peaks below the reporting limit ({limit}): {count}. They were counted and not "
                "searched in the library.",
                limit=limit,
                count=t.number(run.unreported_components),
            )
        )
    else:
        yield Paragraph(text=t("No peak below the reporting limit ({limit}) was counted.", limit=limit))


def _component_columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("No."), align=Align.RIGHT, share=0),
        Column(title=t("Retention time, min"), align=Align.RIGHT, share=4),
        Column(title=t("Area, %"), align=Align.RIGHT, share=3),
        Column(title=t("Base peak, m/z"), align=Align.RIGHT, share=3),
        Column(title=t("Signal-to-noise ratio"), align=Align.RIGHT, share=4),
        Column(title=t("Finding"), align=Align.LEFT, share=14),
    )


def _component_row(component: ComponentSection, *, t: Translator) -> tuple[str, ...]:
    return (
        str(component.number),
        minutes(component.retention_time_s, t=t),
        percent(component.area_percent, t=t),
        str(component.base_peak_mz),
        t.number(component.signal_to_noise),
        _finding(component, t=t),
    )


def _finding(component: ComponentSection, *, t: Translator) -> str:
    """Say what was decided; refuse a finding and an identity that contradict each other."""
    named = component.finding in {Finding.IDENTIFIED, Finding.FOUND}
    if named != (component.identity is not None):
        raise DocumentError(f"component {component.number}: {component.finding.value}, but its identity says otherwise")
    if component.identity is not None and component.finding is Finding.IDENTIFIED:
        words = t("identified as {name}", name=component.identity.name)
        words = f"{words} ({component.identification})"
    elif component.identity is not None:
        words = t("found: {name}; not identified", name=component.identity.name)
    elif component.finding is Finding.INTERNAL_STANDARD:
        words = t("internal standard, added by the laboratory")
    else:
        words = t("not identified")
    note = t("Note of the expert: {note}", note=component.reason) if component.reason else ""
    return f"{words}\n{note}" if note else words


def _candidates(run: RunSection, *, t: Translator) -> Iterator[Block]:
    """Give the first lines of every hit list in one table, and name the components that have none."""
    listed = [(component, one) for component in run.components for one in component.candidates[:MOST_CANDIDATES]]
    indexed = any(one.retention_index_difference is not None for _, one in listed)
    rows = tuple(_candidate_row(component, one, indexed=indexed, t=t) for component, one in listed)
    if rows:
        yield Paragraph(
            text=t("Candidates for the components of run {run}", run=run.number), strong=True, with_next=True
        )
        yield Table(columns=_candidate_columns(indexed=indexed, t=t), rows=rows, grouped=True)
    without = [str(component.number) for component in run.components if not component.candidates]
    if without:
        yield Paragraph(text=t("Components without a candidate on record: {numbers}.", numbers=", ".join(without)))


def _candidate_columns(*, indexed: bool, t: Translator) -> tuple[Column, ...]:
    difference = Column(title=t("Difference of the retention index"), align=Align.RIGHT, share=5)
    return (
        Column(title=t("Component"), align=Align.RIGHT, share=0),
        Column(title=t("Rank"), align=Align.RIGHT, share=0),
        Column(title=t("Library entry"), align=Align.LEFT, share=10),
        Column(title=t("InChIKey"), align=Align.LEFT, share=0),
        Column(title=t("Match factor"), align=Align.RIGHT, share=5),
        Column(title=t("Reverse match factor"), align=Align.RIGHT, share=5),
        *((difference,) if indexed else ()),
    )


def _candidate_row(
    component: ComponentSection, candidate: CandidateSection, *, indexed: bool, t: Translator
) -> tuple[str, ...]:
    difference = candidate.retention_index_difference
    known = t("unknown") if difference is None else fixed(difference, places=1, t=t)
    return (
        str(component.number),
        str(candidate.rank),
        candidate.name,
        or_unknown(candidate.inchikey, t=t),
        str(candidate.match_factor),
        str(candidate.reverse_match_factor),
        *((known,) if indexed else ()),
    )


def _identity(
    component: ComponentSection, identity: IdentitySection, *, run: RunSection, figures: Iterator[int], t: Translator
) -> Iterator[Block]:
    yield Heading(
        level=3,
        text=t("Component {number} of run {run}: {name}", number=component.number, run=run.number, name=identity.name),
    )
    caption = t(
        "Figure {figure}. Component {number} of run {run} (above, blue) and library entry {accession} (below, "
        "vermilion). Thick filled bars: ions at a nominal mass that both spectra have. Thin hollow bars: ions that "
        "only one of them has.",
        figure=next(figures),
        number=component.number,
        run=run.number,
        accession=identity.reference_accession,
    )
    yield Picture(svg=mirror_plot(identity, t=t), alternative=caption, caption=caption)
    yield _structure(identity, t=t)
    yield Paragraph(text=isomer_sentence(identity, t=t))


def _structure(identity: IdentitySection, *, t: Translator) -> Block:
    """Give the structure with what the library says about the substance, or that alone."""
    drawing = draw_structure(identity)
    rows = (
        Fact(label=t("Library entry"), value=identity.reference_accession),
        Fact(label=t("InChIKey of the library entry"), value=or_unknown(identity.inchikey, t=t)),
        Fact(label=t("Formula of the library entry"), value=or_unknown(identity.formula, t=t)),
    )
    if drawing is None:
        return Facts(rows=(*rows, Fact(label=t("Structure"), value=t("No structure is on file."))))
    return Structure(
        svg=drawing.svg,
        alternative=t("Structure of {name}, formula {formula}", name=identity.name, formula=drawing.formula),
        caption=identity.name,
        formula=formula_parts(drawing.formula),
        rows=rows,
    )


def formula_parts(formula: str) -> tuple[FormulaPart, ...]:
    """Split a formula so that its counts can be set lower; a charge stays on the line.

    Examples
    --------
    >>> [part.text for part in formula_parts("C17H13Cl")]
    ['C', '17', 'H', '13', 'Cl']
    """
    parts: list[FormulaPart] = []
    for character in formula:
        lowered = character.isdigit() and bool(parts) and parts[-1].text[-1] not in "+-"
        if parts and parts[-1].lowered == lowered:
            parts[-1] = FormulaPart(text=parts[-1].text + character, lowered=lowered)
        else:
            parts.append(FormulaPart(text=character, lowered=lowered))
    return tuple(parts)


def isomer_sentence(identity: IdentitySection, *, t: Translator) -> str:
    """Say what a mass spectrum does not tell about this identity."""
    if identity.stereochemistry_established:
        return t("{name}: it is on record that the stereochemistry was established.", name=identity.name)
    return t(
        "{name}: mass spectrometry alone does not establish the stereochemistry, and isomers with a similar mass "
        "spectrum are not excluded.",
        name=identity.name,
    )
