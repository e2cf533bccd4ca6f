"""Identities before a report: which of them do not satisfy the rules, and what they rest on (rule RP-1.1)."""

from collections.abc import Iterator

from lims.domain.identification import Conclusion, Identification, IdentificationStatus
from lims.domain.identification_basis import SupportKind
from lims.domain.quantitation import Quantitation
from lims.domain.sampling_plan import SamplingPlan
from lims.said import said
from lims.services.identifying import faults_of
from lims.services.ports import UnitOfWork
from lims.services.supporting import Question, items_of

REPORTED = frozenset({IdentificationStatus.CONCLUDED, IdentificationStatus.CHECKED})
"""States of an identification that a report takes."""
NAMED = frozenset({Conclusion.IDENTIFIED, Conclusion.LIMITED})
"""Conclusions that name a substance, or the set that it is of."""


def identity_gate_faults(work: UnitOfWork, exhibit_number: str) -> tuple[str, ...]:
    """Say which identities of an exhibit a report must not state (ID-1 to ID-9).

    A component that no identification is about is no fault: the report says that it was found and not identified. A
    sampling plan that names a substance states an identity, and so does a quantitation with a content; both need an
    identification that does.
    """
    identifications = work.children(Identification, exhibit_number)
    faults = [fault for one in identifications for fault in faults_of(work, one)]
    return (
        *faults,
        *_of_plans(work, exhibit_number, identifications),
        *_of_quantitations(work, exhibit_number, identifications),
    )


def examinations_used(work: UnitOfWork, exhibit_number: str) -> tuple[str, ...]:
    """Name the examinations that the identifications of an exhibit rest on."""
    supports = (one for found in work.children(Identification, exhibit_number) for one in found.basis.supports)
    return tuple(dict.fromkeys(one.number for one in supports if one.kind is SupportKind.EXAMINATION))


def about(identification: Identification, name: str, inchikey: str | None) -> bool:
    """Tell whether an identification is about a substance."""
    question = Question(
        exhibit_number=identification.exhibit_number,
        substance=identification.substance,
        inchikey=identification.inchikey,
    )
    return question.is_about(name, inchikey)


def quantitations_of(work: UnitOfWork, exhibit_number: str) -> tuple[Quantitation, ...]:
    """Give the quantitations of an exhibit and its parts that a report takes."""
    found = (one for number in items_of(work, exhibit_number) for one in work.children(Quantitation, number))
    return tuple(one for one in found if one.discard is None)


def _of_quantitations(
    work: UnitOfWork, exhibit_number: str, identifications: tuple[Identification, ...]
) -> Iterator[str]:
    named = [one for one in identifications if one.verdict is not None and one.verdict.conclusion in NAMED]
    for measured in quantitations_of(work, exhibit_number):
        if measured.result is not None and not any(about(one, measured.analyte, measured.inchikey) for one in named):
            yield said(
                "quantitation {number} states a content of {substance}, which no identification concluded",
                number=measured.number,
                substance=measured.analyte,
            )


def _of_plans(work: UnitOfWork, exhibit_number: str, identifications: tuple[Identification, ...]) -> Iterator[str]:
    named = [one for one in identifications if one.verdict is not None and one.verdict.conclusion in NAMED]
    for number in items_of(work, exhibit_number):
        for plan in work.children(SamplingPlan, number):
            for substance in plan.substances if plan.split is None else ():
                if not any(about(one, substance, None) for one in named):
                    yield said(
                        "sampling plan {number} names {substance}, which no identification concluded",
                        number=plan.number,
                        substance=substance,
                    )
