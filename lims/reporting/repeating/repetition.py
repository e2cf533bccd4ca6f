"""All checks of one report, in their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lims.domain.report_content import ReportContent
from lims.ledger.checkpoint import VerifierKey
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.repeating.checks import CheckName, CheckState, RepeatedCheck
from lims.reporting.repeating.confidence import repeat_confidence
from lims.reporting.repeating.data import read_content, repeat_data
from lims.reporting.repeating.ledger import LedgerInside, check_checkpoint, check_proofs
from lims.reporting.repeating.match_factors import repeat_match_factors
from lims.reporting.repeating.quantitation import repeat_quantitation
from lims.reporting.repeating.sampling import repeat_sampling
from lims.reporting.repeating.thresholds import repeat_thresholds
from lims.reporting.repeating.weights import repeat_weights
from lims.translation import Translator

_OF_THE_CONTENT: tuple[tuple[CheckName, Callable[..., RepeatedCheck]], ...] = (
    (CheckName.MATCH_FACTORS, repeat_match_factors),
    (CheckName.SAMPLING, repeat_sampling),
    (CheckName.WEIGHTS, repeat_weights),
    (CheckName.THRESHOLD, repeat_thresholds),
    (CheckName.QUANTITATION, repeat_quantitation),
    (CheckName.CONFIDENCE, repeat_confidence),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """What the attachments of a report gave."""

    content: ReportContent | None
    """None for data that are damaged, or of a version that this program does not know."""
    inside: LedgerInside
    checks: tuple[RepeatedCheck, ...]
    """Every check once, in the order of ``CheckName``; none where no data are attached."""

    @property
    def contradictions(self) -> tuple[RepeatedCheck, ...]:
        """The checks that found something else than the report says."""
        return tuple(check for check in self.checks if check.state is CheckState.DIFFERS)


def repeat(
    attachments: Attachments, *, trusted: Sequence[VerifierKey] = (), recorded: str = "", t: Translator
) -> Repetition:
    """Do the arithmetic of a report again, from its attachments alone.

    Parameters
    ----------
    attachments : Attachments
        Of any file.
    trusted : sequence of VerifierKey
        Keys of ledgers that the reader trusts.
    recorded : str
        SHA-256 of the data, hex, as a receipt names it; empty for none at hand.
    t : Translator
        Language of the words.
    """
    inside = LedgerInside.read(attachments)
    if attachments.data is None:
        return Repetition(content=None, inside=inside, checks=())
    content = read_content(attachments.data)
    checks = (
        repeat_data(attachments, content, inside=inside, recorded=recorded, t=t),
        *_of_the_content(content, t=t),
        check_proofs(inside, content, t=t),
        check_checkpoint(inside, content, trusted=trusted, t=t),
    )
    return Repetition(content=content, inside=inside, checks=checks)


def _of_the_content(content: ReportContent | None, *, t: Translator) -> tuple[RepeatedCheck, ...]:
    if content is not None:
        return tuple(check(content, t=t) for _, check in _OF_THE_CONTENT)
    words = t("The data of the report could not be read.")
    return tuple(RepeatedCheck(name=name, state=CheckState.NOT_POSSIBLE, words=words) for name, _ in _OF_THE_CONTENT)
