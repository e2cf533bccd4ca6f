"""The register of instruments: calibration, service, place and status (ISO/IEC 17025:2017, 6.4)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.usability import Hindrance
from lims.domain.weight_uncertainty import BalanceBudget
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, NotUsableError, TransitionError
from lims.said import said


class EquipmentKind(StrEnum):
    """What an instrument is."""

    BALANCE = "balance"
    GC_MS = "GC-MS"
    GC_FID = "GC-FID"
    LC_MS = "LC-MS"
    DART_MS = "DART-MS"
    FTIR = "FTIR"
    RAMAN = "Raman"
    MICROSCOPE = "microscope"
    PIPETTE = "pipette"
    OTHER = "other"


class InstrumentStatus(StrEnum):
    """in service <-> out of service; the way back needs a check by a competent person (6.4.4)."""

    IN_SERVICE = "in service"
    OUT_OF_SERVICE = "out of service"


class UpkeepKind(StrEnum):
    """What was done to an instrument, or happened to it (6.4.13)."""

    SERVICE = "service"
    REPAIR = "repair"
    DAMAGE = "damage"
    MOVE = "move"
    FIRMWARE = "firmware"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRange:
    """Between which masses a balance weighs."""

    capacity_g: Decimal
    minimum_g: Decimal
    """Minimum weight: below it the uncertainty is too large for use. Stated by the laboratory; nothing is assumed."""

    def __post_init__(self) -> None:
        """Refuse a range that is none."""
        if not (self.minimum_g.is_finite() and self.capacity_g.is_finite() and 0 <= self.minimum_g < self.capacity_g):
            raise InvalidRecordError(
                f"minimum weight {self.minimum_g} g, capacity {self.capacity_g} g: expected 0 <= minimum < capacity"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One calibration, as its certificate says."""

    certificate: str
    body: str
    """Who calibrated."""
    calibrated_on: date
    due_on: date | None
    """The last day on which it counts; None where no day was set."""
    recorded_by: str
    recorded_at: datetime
    budget: BalanceBudget | None = None
    """Of a balance: from this certificate and the laboratory's own checks."""

    def __post_init__(self) -> None:
        """Refuse a calibration without a certificate, or due before it was made."""
        require_text("certificate", self.certificate)
        require_text("calibrating body", self.body)
        if self.due_on is not None and self.due_on < self.calibrated_on:
            raise InvalidRecordError(f"calibrated on {self.calibrated_on}, due on {self.due_on}; the due day is first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """One line of the history of service, repair and damage."""

    kind: UpkeepKind
    words: str
    happened_on: date
    done_by: str
    """Person or firm."""
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        """Refuse a line that says nothing."""
        require_text("what was done", self.words)
        require_text("done by", self.done_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """Why an instrument was taken out of service, or what showed that it works again."""

    status: InstrumentStatus
    reason: str
    """Of the way back: the check that was made, and its outcome."""
    changed_by: str
    changed_at: datetime

    def __post_init__(self) -> None:
        """Refuse a change without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Immutable: every step returns a new instrument, the old one stays as evidence."""

    KIND: ClassVar[str] = "instrument"

    number: str
    kind: EquipmentKind
    model: str
    serial: str
    place: str
    firmware: str
    """Software or firmware version; empty for unknown."""
    needs_calibration: bool
    """False for what measures nothing, as a microscope for morphology; a balance needs it always."""
    registered_by: str
    registered_at: datetime
    name_in_files: str = ""
    """As it names itself in its files; batches name it so. Empty for unknown, or none."""
    balance_range: BalanceRange | None = None
    """Of a balance."""
    calibrations: tuple[Calibration, ...] = ()
    """All of them, the newest last."""
    upkeep: tuple[Upkeep, ...] = ()
    changes: tuple[StatusChange, ...] = ()
    """The newest last; none: in service since it was registered."""
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse an instrument that nobody could find, and a balance without its range."""
        for name in ("number", "model", "serial", "place"):
            require_text(f"instrument {name}", getattr(self, name))
        clean_text("firmware", self.firmware)
        clean_text("name in files", self.name_in_files)
        is_balance = self.kind is EquipmentKind.BALANCE
        if is_balance != (self.balance_range is not None) or (is_balance and not self.needs_calibration):
            raise InvalidRecordError(
                f"{self.number} is {self.kind}: a balance states capacity and minimum weight and needs calibration, "
                "and nothing else has a range of masses"
            )

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
        """Show what it is."""
        return f"{self.kind}, {self.model}"

    @property
    def name_at_the_bench(self) -> str:
        """Name it as errors do."""
        return f"instrument {self.number}"

    @property
    def status(self) -> InstrumentStatus:
        """Where it stands."""
        return self.changes[-1].status if self.changes else InstrumentStatus.IN_SERVICE

    @property
    def calibration(self) -> Calibration | None:
        """The newest calibration."""
        return self.calibrations[-1] if self.calibrations else None

    @property
    def budget(self) -> BalanceBudget:
        """The uncertainty budget of a balance.

        Raises
        ------
        NotUsableError
            If it has none: then no weight of it can be stated.
        """
        found = self.calibration.budget if self.calibration else None
        if found is None:
            raise NotUsableError(
                self.name_at_the_bench,
                "has no uncertainty budget",
                remedy="Record its calibration with the budget, from the certificate and the laboratory's own checks",
            )
        return found

    def hindrances(self, on: date) -> tuple[Hindrance, ...]:
        """Give every reason against its use on a day (6.4.8, 6.4.9)."""
        found = []
        if self.status is InstrumentStatus.OUT_OF_SERVICE:
            last = self.changes[-1]
            found.append(
                Hindrance(
                    reason=said(
                        "out of service since {day} ({reason})", day=last.changed_at.date(), reason=last.reason
                    ),
                    remedy=said("A competent person checks it and puts it back into service"),
                )
            )
        if self.needs_calibration:
            found.extend(self._uncalibrated(on))
        return tuple(found)

    def _uncalibrated(self, on: date) -> tuple[Hindrance, ...]:
        remedy = said("Have it calibrated and record the certificate, or take another instrument")
        last = self.calibration
        if last is None:
            return (Hindrance(reason=said("no calibration is recorded"), remedy=remedy),)
        if on < last.calibrated_on:
            words = said("its calibration is of {day}, after {asked}", day=last.calibrated_on, asked=on)
            return (Hindrance(reason=words, remedy=remedy),)
        if last.due_on is not None and on > last.due_on:
            return (Hindrance(reason=said("its calibration ended on {day}", day=last.due_on), remedy=remedy),)
        return ()

    # steps

    def calibrate(self, calibration: Calibration) -> Self:
        """Record a calibration.

        Raises
        ------
        InvalidRecordError
            If a balance's comes without a budget, or another instrument's with one, or it is older than the last.
        """
        if (self.kind is EquipmentKind.BALANCE) != (calibration.budget is not None):
            raise InvalidRecordError(f"{self.number} is {self.kind}: the budget belongs to a balance, and only to one")
        last = self.calibration
        if last is not None and calibration.calibrated_on < last.calibrated_on:
            raise InvalidRecordError(f"{self.number} was calibrated on {last.calibrated_on}; this one is older")
        return replace(self, calibrations=(*self.calibrations, calibration), version=self.version + 1)

    def keep_up(self, upkeep: Upkeep, *, place: str = "", firmware: str = "") -> Self:
        """Record service, repair, damage, a move or new firmware; damage takes it out of service at once.

        Parameters
        ----------
        place, firmware : str, optional
            What they are from now on; empty for unchanged.
        """
        changes = self.changes
        if upkeep.kind is UpkeepKind.DAMAGE and self.status is InstrumentStatus.IN_SERVICE:
            changes = (*changes, _out(upkeep.words, by=upkeep.recorded_by, at=upkeep.recorded_at))
        return replace(
            self,
            upkeep=(*self.upkeep, upkeep),
            place=place or self.place,
            firmware=firmware or self.firmware,
            changes=changes,
            version=self.version + 1,
        )

    def take_out(self, *, reason: str, by: str, at: datetime) -> Self:
        """Take it out of service.

        Raises
        ------
        TransitionError
            If it is out already.
        """
        if self.status is InstrumentStatus.OUT_OF_SERVICE:
            raise TransitionError(f"{self.number} is out of service already")
        return replace(self, changes=(*self.changes, _out(reason, by=by, at=at)), version=self.version + 1)

    def put_back(self, *, check: str, by: str, at: datetime) -> Self:
        """Put it back into service, with the check that showed that it works.

        Raises
        ------
        TransitionError
            If it is in service.
        """
        if self.status is InstrumentStatus.IN_SERVICE:
            raise TransitionError(f"{self.number} is in service")
        change = StatusChange(status=InstrumentStatus.IN_SERVICE, reason=check, changed_by=by, changed_at=at)
        return replace(self, changes=(*self.changes, change), version=self.version + 1)


def _out(reason: str, *, by: str, at: datetime) -> StatusChange:
    return StatusChange(status=InstrumentStatus.OUT_OF_SERVICE, reason=reason, changed_by=by, changed_at=at)
