"""What a report says of the identifications of its exhibit. Pure: every record is handed in."""

from collections.abc import Iterable

from lims.domain.identification import Identification, IdentificationStatus, Verdict
from lims.domain.report_content import DisagreementSection, IdentificationSection, LeftOutSection, ResultSection
from lims.domain.technique import technique

_REPORTED = frozenset({IdentificationStatus.CONCLUDED, IdentificationStatus.CHECKED})


def identification_sections(identifications: Iterable[Identification]) -> tuple[IdentificationSection, ...]:
    """Give a section for each identification that is concluded and undisputed, in the order of the records."""
    return tuple(
        _section(one, one.verdict) for one in identifications if one.verdict is not None and one.status in _REPORTED
    )


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
    )
