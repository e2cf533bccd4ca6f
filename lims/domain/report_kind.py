"""Kinds of reports: which of them one is follows from what was done and found; nobody types it.

A report may be of several kinds: one substance identified and measured, another one looked for and not detected.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from lims.domain.identification import NAMING, Conclusion


class ReportKind(StrEnum):
    """What a report has to say, and so which parts it has."""

    IDENTIFICATION = "identification"
    QUANTITATION = "quantitation"
    NEGATIVE = "negative result"
    SYNTHESIS = "precursor or clandestine laboratory"
    BIOLOGICAL = "biological sample"


def report_kinds(
    *,
    conclusions: Sequence[Conclusion],
    found: int,
    measured: int,
    synthesis: bool = False,
    biological: bool = False,
) -> tuple[ReportKind, ...]:
    """Say of which kinds a report is; at least of one.

    Parameters
    ----------
    conclusions : sequence of Conclusion
        Of the identifications that it takes.
    found : int
        Components that its runs were taken for a substance.
    measured : int
        Quantitations that it takes.
    synthesis : bool, optional
        Whether its object is a precursor or equipment, or was found in a clandestine laboratory.
    biological : bool, optional
        Whether its object comes from a person.

    Examples
    --------
    >>> [kind.value for kind in report_kinds(conclusions=[], found=0, measured=0)]
    ['negative result']
    """
    of_the_object = {ReportKind.SYNTHESIS: synthesis, ReportKind.BIOLOGICAL: biological}
    return (*_kinds(conclusions, found, measured), *(kind for kind, is_so in of_the_object.items() if is_so))


def _kinds(conclusions: Sequence[Conclusion], found: int, measured: int) -> Iterator[ReportKind]:
    absent = Conclusion.NOT_DETECTED in conclusions or not (conclusions or found)
    said = NAMING | {Conclusion.CLASS_ONLY, Conclusion.INCONCLUSIVE}
    if found or not said.isdisjoint(conclusions):
        yield ReportKind.IDENTIFICATION
    if measured:
        yield ReportKind.QUANTITATION
    if absent:
        yield ReportKind.NEGATIVE
