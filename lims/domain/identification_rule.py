"""When techniques suffice to identify a substance: the rules ID-1 to ID-9 of the laboratory's rule book.

After SWGDRUG Recommendations 8.2, part IIIB, and ASTM E2329-17. The rule says what is met and what is still lacking;
the expert decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

from lims.domain.technique import EDITION, Category, Technique
from lims.domain.wording import require_text

RULE_VERSION = f"identification/1 ({EDITION})"
_FEWEST_WITHOUT_A = 3
_FEWEST_UNCORRELATED_B = 2


class Outcome(StrEnum):
    """What a technique said of the substance in question."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INCONCLUSIVE = "inconclusive"


class Comparison(StrEnum):
    """What a result was compared with."""

    REFERENCE_MATERIAL = "reference material"
    LIBRARY = "library"
    NONE = "none"


class Gap(StrEnum):
    """What keeps a substance from being identified."""

    TECHNIQUES = "ID-1: one A and one more technique of another principle, or three with two uncorrelated B"
    DATA = "ID-4: a positive A or B result without data that can be reviewed"
    SECOND_SAMPLING = "ID-5: a second technique on a separate sampling, or what was done because the sample is limited"
    CORRELATED = "ID-1: the techniques of category B rest on one principle; a written reason is needed"
    ISOMERS = "ID-6: nobody examined which isomers the techniques do not tell apart"
    """Not of the techniques: whoever identifies answers for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueResult:
    """One technique on one sampling.

    Raises
    ------
    InvalidRecordError
        If it names no system.
    """

    technique: Technique
    outcome: Outcome
    sampling: int
    """Which sampling of the exhibit it was made on; samplings count from 1."""
    system: str
    """Instrument and column, plate and solvent, or kit."""
    data: tuple[str, ...] = ()
    """SHA-256 of raw files or photographs that can be reviewed."""
    comparison: Comparison = Comparison.NONE
    field_screen: bool = False
    """Made before the exhibit reached the laboratory."""
    authorised: bool = True
    """False for a field screen whose device or operator is not on the laboratory's list."""

    def __post_init__(self) -> None:
        """Refuse a result that nobody could find again."""
        require_text("system of the technique", self.system)

    @property
    def counts(self) -> bool:
        """Tell whether it contributes: positive (ID-2), reviewable (ID-4), and no mere field screen (ID-9)."""
        presumptive = self.field_screen and not self.authorised
        return self.outcome is Outcome.POSITIVE and not presumptive and not self.lacks_data

    @property
    def lacks_data(self) -> bool:
        """Tell whether it is of category A or B and links to nothing that can be reviewed."""
        return self.technique.category is not Category.C and not self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the laboratory chose or wrote down beside the results."""

    second_sampling: bool = True
    """Whether the second technique has to be made on a separate sampling (ID-5)."""
    limited_sample_measure: str = ""
    """What was done instead, because the sample is limited."""
    correlation_reason: str = ""
    """Why techniques of one principle are taken as two."""
    correlated_principles: frozenset[frozenset[str]] = frozenset()
    """Pairs of principles that the laboratory holds to be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentificationCheck:
    """Whether the techniques suffice, and for what."""

    gaps: tuple[Gap, ...]
    identity: tuple[str, ...]
    """The substance, or all isomers of which it is one where the techniques cannot tell them apart (ID-6)."""
    library_only: bool
    """No positive result was compared with a reference material (ID-8)."""
    not_counted: tuple[TechniqueResult, ...]
    """Results that stay in the record and contribute nothing."""
    rule: str = RULE_VERSION

    @property
    def sufficient(self) -> bool:
        """Tell whether nothing is lacking."""
        return not self.gaps

    @property
    def specific(self) -> bool:
        """Tell whether one compound is identified, and not a set of isomers."""
        return self.sufficient and len(self.identity) == 1


def check_identification(
    substance: str,
    results: Sequence[TechniqueResult],
    *,
    inseparable: Sequence[str] = (),
    circumstances: Circumstances | None = None,
) -> IdentificationCheck:
    """Say whether results suffice to identify a substance.

    Parameters
    ----------
    substance : str
        In question.
    results : sequence of TechniqueResult
        All of them, also negative ones.
    inseparable : sequence of str
        Isomers that the techniques with these systems do not tell apart from the substance.
    circumstances : Circumstances, optional
        None: the safe choices, and nothing written down.
    """
    given = circumstances or Circumstances()
    counted = [result for result in results if _counts(result, substance)]
    return IdentificationCheck(
        gaps=tuple(_gaps(results, counted, given)),
        identity=(substance, *(name for name in inseparable if name != substance)),
        library_only=not any(result.comparison is Comparison.REFERENCE_MATERIAL for result in counted),
        not_counted=tuple(result for result in results if not _counts(result, substance)),
    )


def _counts(result: TechniqueResult, substance: str) -> bool:
    return result.counts and result.technique.applies_to(substance)


def _gaps(
    results: Sequence[TechniqueResult], counted: Sequence[TechniqueResult], given: Circumstances
) -> Iterator[Gap]:
    if any(result.lacks_data and result.outcome is Outcome.POSITIVE for result in results):
        yield Gap.DATA
    with_a = list(_with_structure(counted, given))
    without_a = list(_without_structure(counted, given))
    if with_a:
        if given.second_sampling and not given.limited_sample_measure and not any(map(_apart, with_a)):
            yield Gap.SECOND_SAMPLING
    elif without_a:
        if not any(map(_apart, without_a)):
            yield Gap.SECOND_SAMPLING  # without structural information no written measure takes its place
    elif list(_without_structure(counted, given, correlated=True)):
        if not given.correlation_reason:
            yield Gap.CORRELATED
    else:
        yield Gap.TECHNIQUES


def _with_structure(counted: Sequence[TechniqueResult], given: Circumstances) -> Iterator[tuple[TechniqueResult, ...]]:
    """Give every pair of an A technique and another of a different principle."""
    for first, second in permutations(counted, 2):
        if first.technique.category is Category.A and _independent(first, second, given):
            yield first, second


def _without_structure(
    counted: Sequence[TechniqueResult], given: Circumstances, *, correlated: bool = False
) -> Iterator[tuple[TechniqueResult, ...]]:
    """Give every three techniques with two of B; the two are uncorrelated unless correlated ones are asked for."""
    for three in combinations(counted, _FEWEST_WITHOUT_A):
        if any(result.technique.category is Category.A for result in three):
            continue
        of_b = [result for result in three if result.technique.category is Category.B]
        pairs = [pair for pair in combinations(of_b, 2) if correlated or _independent(*pair, given)]
        if len(of_b) >= _FEWEST_UNCORRELATED_B and pairs and _different(three):
            yield three


def _independent(first: TechniqueResult, second: TechniqueResult, given: Circumstances) -> bool:
    principles = frozenset({first.technique.principle, second.technique.principle})
    return len(principles) > 1 and principles not in given.correlated_principles


def _different(results: Sequence[TechniqueResult]) -> bool:
    """Tell whether no technique is only repeated: the same technique counts anew on another system."""
    return len({(result.technique.name, result.system) for result in results}) == len(results)


def _apart(results: Sequence[TechniqueResult]) -> bool:
    return len({result.sampling for result in results}) > 1
