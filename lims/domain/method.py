"""Methods: how a batch is measured and judged. Every limit is the laboratory's own choice, and the record says so."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.acceptance import AcceptanceLimits
from lims.domain.wording import clean_text, require_no_formula, require_text
from lims.errors import InvalidRecordError, TransitionError
from spectra.errors import InvalidSettingError
from spectra.retention_index import AlkaneLadder


class InstrumentKind(StrEnum):
    """What the method runs on."""

    GC_EI_MS = "GC-EI-MS"


class MethodStatus(StrEnum):
    """in use -> withdrawn; a new version brings it into use again."""

    IN_USE = "in use"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSubstance:
    """The analyte or the internal standard of a method."""

    name: str
    """As the library release of the method writes it, or one of its synonyms there."""
    inchikey: str | None = None
    """None where nobody stated one: then the name alone says what is meant."""
    accession: str | None = None
    """Of the reference spectrum in that release; None: every spectrum of that substance there."""

    def __post_init__(self) -> None:
        """Refuse a substance without a name."""
        require_text("name of a substance", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitationSetting:
    """One choice in which the method differs from its preset."""

    name: str
    value: str
    """As the file of the method writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitationChoices:
    """How concentrations are read: a named preset, and what the method changes in it."""

    preset: str
    preset_version: int
    release: str
    """The library release with the spectra of analyte and internal standard."""
    settings: tuple[QuantitationSetting, ...] = ()
    """In the order of their names."""

    def __post_init__(self) -> None:
        """Refuse choices that name no preset or no library, or say one thing twice."""
        require_text("quantitation preset", self.preset)
        require_text("library release", self.release)
        names = [setting.name for setting in self.settings]
        if names != sorted(set(names)):
            raise InvalidRecordError(f"settings {', '.join(names)}; expected each once, in the order of their names")


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRun:
    """The n-alkanes of one run by the same method, for retention indices.

    Raises
    ------
    InvalidRecordError
        If the numbers and times make no ladder.
    """

    carbon_numbers: tuple[int, ...]
    retention_times_s: tuple[Decimal, ...]
    hold_up_time_s: Decimal | None
    """None if it was not measured: the linear index needs none."""
    run_sha256: str
    """Of the raw data of the ladder's run."""

    def __post_init__(self) -> None:
        """Refuse what is no ladder, or comes from nowhere."""
        require_text("digest of the ladder's run", self.run_sha256)
        try:
            self.ladder()
        except InvalidSettingError as error:
            raise InvalidRecordError(f"ladder: {error}") from error

    def ladder(self) -> AlkaneLadder:
        """Give the ladder as indices are computed from it."""
        return AlkaneLadder(
            carbon_numbers=self.carbon_numbers,
            retention_times_s=tuple(float(time) for time in self.retention_times_s),
            hold_up_time_s=None if self.hold_up_time_s is None else float(self.hold_up_time_s),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceColumns:
    """The header words of the sequence as the laboratory's acquisition software wants them.

    Raises
    ------
    InvalidRecordError
        If two columns have one name, or one reads as a formula.

    Notes
    -----
    The words by default are neutral. Import dialogs of acquisition programs map columns; no particular program's
    header was verified.
    """

    vial: str = "Vial"
    sample_name: str = "Sample Name"
    sample_type: str = "Sample Type"
    data_file: str = "Data File"
    method: str = "Method"
    level: str = "Level"
    byte_order_mark: bool = False
    """Some programs take a file for UTF-8 only with one."""

    def __post_init__(self) -> None:
        """Refuse a header that could not be mapped."""
        for word in self.header:
            require_text("column of the sequence", word)
            require_no_formula("column of the sequence", word)
        if len({word.casefold() for word in self.header}) < len(self.header):
            raise InvalidRecordError(f"columns of the sequence {', '.join(self.header)}; expected different ones")

    @property
    def header(self) -> tuple[str, ...]:
        """The words in the order in which they are written."""
        return tuple(getattr(self, one.name) for one in fields(self) if one.name != "byte_order_mark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Immutable: a change is a new version, and a batch keeps the version that it was planned under."""

    KIND: ClassVar[str] = "method"

    number: str
    name: str
    instrument_kind: InstrumentKind
    acquisition_method: str
    """As the instrument's files name it; empty accepts any."""
    analyte: MeasuredSubstance
    internal_standard: MeasuredSubstance
    quantitation: QuantitationChoices
    limits: AcceptanceLimits
    limits_basis: str
    """Where the limits come from, in the words of who set them: a validation, a guideline, a demonstration."""
    fewest_calibrators: int
    """Different amounts that a batch has to have."""
    demonstration: bool
    """True for a made-up method: it says so wherever it appears."""
    defined_at: datetime
    defined_by: str
    columns: SequenceColumns = field(default_factory=SequenceColumns)
    ladder: LadderRun | None = None
    status: MethodStatus = MethodStatus.IN_USE
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a method that nobody could name, or whose limits come from nowhere."""
        require_text("method number", self.number)
        require_no_formula("method number", self.number)
        require_text("name of the method", self.name)
        clean_text("acquisition method", self.acquisition_method)
        require_no_formula("acquisition method", self.acquisition_method)
        require_text("basis of the limits", self.limits_basis)
        if self.fewest_calibrators < 1:
            raise InvalidRecordError(f"fewest calibrators {self.fewest_calibrators}; expected from 1 on")

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the name; a demonstration says so."""
        return f"{self.name} (demonstration)" if self.demonstration else self.name

    def withdraw(self) -> Self:
        """Take it out of use: no new batch is planned under it, planned ones go on.

        Raises
        ------
        TransitionError
            If it is not in use.
        """
        self.require_in_use()
        return replace(self, status=MethodStatus.WITHDRAWN, version=self.version + 1)

    def require_in_use(self) -> None:
        """Refuse to plan under a withdrawn method.

        Raises
        ------
        TransitionError
            If it is not in use.
        """
        if self.status is not MethodStatus.IN_USE:
            raise TransitionError(f"method {self.number} is {self.state}, not {MethodStatus.IN_USE.value}")
