"""What a report says of the identifications of its exhibit. Pure: every record is handed in."""

from collections.abc import Iterable

from lims.domain.identification import Conclusion, Identification, IdentificationStatus, Verdict
from lims.domain.report_content import (
    DisagreementSection,
    IdentificationSection,
    LeftOutSection,
    ResultSection,
)
from lims.domain.technique import technique
from lims.services.gate_identity import REPORTED
from lims.services.identification_wording import isomer_lines


def identification_sections(identifications: Iterable[Identification]) -> tuple[IdentificationSection, ...]:
    """Give a section for each identification that is concluded and undisputed, in the order of the records."""
    return tuple(_section(one, one.verdict) for one in reported(identifications) if one.verdict is not None)


def reported(identifications: Iterable[Identification]) -> tuple[Identification, ...]:
    """Give the identifications that a report takes."""
    return tuple(one for one in identifications if one.verdict is not None and one.status in REPORTED)


def is_identified(identification: Identification) -> bool:
    """Tell whether an identification concluded one substance, and nothing less."""
    return identification.verdict is not None and identification.verdict.conclusion is Conclusion.IDENTIFIED


def _section(identification: Identification, verdict: Verdict) -> IdentificationSection:
    basis = identification.basis
    counting = basis.counting(identification.substance)
    return IdentificationSection(
        number=identification.number,
        version=identification.version,
        substance=identification.substance,
        inchikey=identification.inchikey,
        conclusion=verdict.conclusion,
        class_name=verdict.class_name,
        scope=verdict.scope,
        reason=verdict.reason,
        rule=identification.outcome.rule,
        identity=identification.outcome.identity,
        isomers=basis.isomers.state,
        results=tuple(
            ResultSection(
                number=one.number,
                technique=one.technique,
                category=technique(one.technique).category,
                outcome=one.outcome,
                sampling=one.sampling,
                system=one.system,
                comparison=one.comparison,
                reference=one.reference,
                counted=one in counting,
                note=one.note,
            )
            for one in basis.supports
        ),
        left_out=tuple(LeftOutSection(number=one.number, reason=one.reason) for one in basis.left_out),
        limitations=identification.limitations,
        added_limitations=basis.limitations,
        limited_sample_measure=basis.limited_sample_measure,
        correlation_reason=basis.correlation_reason,
        disagreements=tuple(
            DisagreementSection(words=one.words, resolution=one.resolution.words if one.resolution else "")
            for one in identification.disagreements
        ),
        checked=identification.status is IdentificationStatus.CHECKED,
        isomer_lines=isomer_lines(basis.isomers),
        possible_isomers=len(basis.isomers.possible),
    )
