"""The sequence of a batch: what is injected in which order, and what makes an order sound."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lims.domain.wording import require_no_formula, require_text
from lims.errors import InvalidRecordError


class InjectionKind(StrEnum):
    """What is in a vial."""

    BLANK = "blank"
    CALIBRATOR = "calibrator"
    CONTROL = "control"
    """A check standard: a known amount that takes no part in the calibration."""
    STANDARD = "reference standard"
    EXHIBIT = "exhibit"


_WITH_AMOUNT = frozenset({InjectionKind.CALIBRATOR, InjectionKind.CONTROL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One line of the sequence.

    Raises
    ------
    InvalidRecordError
        If a calibrator or control has no amount above 0, another kind has one, an exhibit has no number, or a
        spreadsheet would take vial or name for a formula.
    """

    place: int
    """From 1, in the order of injection."""
    vial: str
    """Where it stands in the tray; a blank's vial may be used again."""
    sample_name: str
    """As the acquisition software is told it."""
    kind: InjectionKind
    nominal_ug_per_ml: Decimal | None = None
    exhibit_number: str = ""
    """Empty for all that is no exhibit."""

    def __post_init__(self) -> None:
        """Refuse a line that could not be told from another, or measured against nothing."""
        require_text("vial", self.vial)
        require_text("sample name", self.sample_name)
        require_no_formula("vial", self.vial)
        require_no_formula("sample name", self.sample_name)
        if set("\n\t") & set(self.vial + self.sample_name):
            raise InvalidRecordError(f"place {self.place}: a line break or tab in vial or name; expected one line")
        if self.place < 1:
            raise InvalidRecordError(f"place {self.place} in the sequence; expected from 1 on")
        amount = self.nominal_ug_per_ml
        if self.kind in _WITH_AMOUNT and not (amount is not None and amount.is_finite() and amount > 0):
            raise InvalidRecordError(f"place {self.place}: a {self.kind.value} of {amount}; expected an amount above 0")
        if self.kind not in _WITH_AMOUNT and amount is not None:
            raise InvalidRecordError(f"place {self.place}: a {self.kind.value} with a nominal amount of {amount}")
        if (self.kind is InjectionKind.EXHIBIT) != bool(self.exhibit_number):
            found = self.exhibit_number or "no exhibit"
            raise InvalidRecordError(f"place {self.place}: a {self.kind.value} of {found}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFault:
    """Why a sequence must not be run as it is."""

    place: int
    """0 for the sequence as a whole."""
    words: str


def sequence_faults(injections: Sequence[Injection], *, fewest_calibrators: int) -> tuple[SequenceFault, ...]:
    """Check an order: a blank right before each exhibit, calibrators before what they measure, a control, no mix-up.

    Parameters
    ----------
    injections : sequence of Injection
        In their order.
    fewest_calibrators : int
        Different amounts that the method's calibration needs; 0 for a batch without quantitation.

    Returns
    -------
    tuple of SequenceFault
        Empty for a sound sequence. Source of the blank rule: the batch gate of the laboratory's rule book (blank
        before each case sample, carry-over).
    """
    return (
        *_place_faults(injections),
        *_name_faults(injections),
        *_blank_faults(injections),
        *(_calibration_faults(injections, fewest_calibrators) if fewest_calibrators else ()),
    )


def _place_faults(injections: Sequence[Injection]) -> Iterator[SequenceFault]:
    if not injections:
        yield SequenceFault(place=0, words="nothing is injected")
    for expected, injection in enumerate(injections, start=1):
        if injection.place != expected:
            yield SequenceFault(place=injection.place, words=f"stands where place {expected} should stand")


def _name_faults(injections: Sequence[Injection]) -> Iterator[SequenceFault]:
    """Only blanks may share a name or a vial: two exhibits of one name could be taken for each other."""
    others = [injection for injection in injections if injection.kind is not InjectionKind.BLANK]
    names = Counter(injection.sample_name.casefold() for injection in others)
    contents: dict[str, str] = {}
    for injection in injections:
        if injection.kind is not InjectionKind.BLANK and names[injection.sample_name.casefold()] > 1:
            yield SequenceFault(
                place=injection.place, words=f"the name {injection.sample_name!r} stands more than once"
            )
        held = contents.setdefault(injection.vial, injection.sample_name)
        if held != injection.sample_name:
            yield SequenceFault(place=injection.place, words=f"vial {injection.vial} holds {held!r} already")


def _blank_faults(injections: Sequence[Injection]) -> Iterator[SequenceFault]:
    before: Injection | None = None
    for injection in injections:
        if injection.kind is InjectionKind.EXHIBIT and (before is None or before.kind is not InjectionKind.BLANK):
            yield SequenceFault(place=injection.place, words="an exhibit without a blank right before it")
        before = injection


def _calibration_faults(injections: Sequence[Injection], fewest: int) -> Iterator[SequenceFault]:
    calibrators = [injection for injection in injections if injection.kind is InjectionKind.CALIBRATOR]
    amounts = {injection.nominal_ug_per_ml for injection in calibrators}
    if len(amounts) < fewest:
        yield SequenceFault(place=0, words=f"{len(amounts)} different calibrators; the method needs {fewest}")
    if not any(injection.kind is InjectionKind.CONTROL for injection in injections):
        yield SequenceFault(place=0, words="no control")
    last = max((injection.place for injection in calibrators), default=0)
    for injection in injections:
        if injection.kind in {InjectionKind.EXHIBIT, InjectionKind.CONTROL} and injection.place < last:
            yield SequenceFault(place=injection.place, words=f"a {injection.kind.value} before the last calibrator")
