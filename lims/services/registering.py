"""The register of instruments: registered, calibrated, kept up, taken out of service and put back, checked each day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal

from lims.domain.balance_check import BalanceCheck, require_checked
from lims.domain.instrument import (
    BalanceRange,
    Calibration,
    EquipmentKind,
    Instrument,
    InstrumentStatus,
    Upkeep,
    UpkeepKind,
)
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.usability import require_usable
from lims.domain.weighing import CheckedBalance, Reading
from lims.domain.weight_uncertainty import BalanceBudget
from lims.domain.wording import clean_text, cleaned
from lims.errors import NotUsableError, WeighingError
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

_MAX_LISTED = 10_000
_MOST_BALANCES = 100
"""At the benches of one laboratory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFacts:
    """What a person states of an instrument."""

    number: str
    kind: EquipmentKind
    model: str
    serial: str
    place: str
    firmware: str = ""
    name_in_files: str = ""
    needs_calibration: bool = True
    balance_range: BalanceRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFacts:
    """What a certificate states."""

    certificate: str
    body: str
    calibrated_on: date
    due_on: date | None = None
    budget: BalanceBudget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepFacts:
    """What was done to an instrument, or happened to it."""

    kind: UpkeepKind
    words: str
    happened_on: date
    done_by: str
    place: str = ""
    """Where it stands from now on; empty for where it stood."""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWeight:
    """A weight that a balance is checked with."""

    number: str
    nominal_g: Decimal
    tolerance_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceAtBench:
    """A balance in service, and whether it may weigh now."""

    balance: Instrument
    hindrance: str
    """Why not; empty where nothing stands against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteringService:
    """Keeps the instruments."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days count for calibrations and checks."""

    def add(self, facts: InstrumentFacts, *, actor: StaffMember) -> Instrument:
        """Register an instrument.

        Raises
        ------
        NotPermittedError
            If the actor is neither expert nor quality manager.
        InvalidRecordError
            If a text is missing, or a balance has no range.
        StaleVersionError
            If the number is taken.
        """
        require_role(actor, Act.INSTRUMENT_REGISTERED)
        facts = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            instrument = Instrument(
                number=facts.number,
                kind=facts.kind,
                model=facts.model,
                serial=facts.serial,
                place=facts.place,
                firmware=facts.firmware,
                name_in_files=facts.name_in_files,
                needs_calibration=facts.needs_calibration,
                balance_range=facts.balance_range,
                registered_by=actor.number,
                registered_at=now,
            )
            work.record(instrument, act=Act.INSTRUMENT_REGISTERED, actor=actor, at=now)
            work.commit()
        return instrument

    def calibrate(
        self, number: str, facts: CalibrationFacts, *, actor: StaffMember, version: int | None = None
    ) -> Instrument:
        """Record a calibration.

        Parameters
        ----------
        version : int or None
            Of the instrument as the actor saw it; None: whatever it is now. So with every step below.

        Raises
        ------
        StaleVersionError
            If the instrument moved on since it was seen. So with every step below.
        NotFoundError, InvalidRecordError
            If there is no such instrument, or the certificate does not fit it.
        """
        require_role(actor, Act.INSTRUMENT_CALIBRATED)
        facts = cleaned(facts)
        calibration = Calibration(
            certificate=facts.certificate,
            body=facts.body,
            calibrated_on=facts.calibrated_on,
            due_on=facts.due_on,
            budget=facts.budget,
            recorded_by=actor.number,
            recorded_at=self.clock.now(),
        )
        return self._change(number, Act.INSTRUMENT_CALIBRATED, actor, version, lambda one: one.calibrate(calibration))

    def keep_up(self, number: str, facts: UpkeepFacts, *, actor: StaffMember, version: int | None = None) -> Instrument:
        """Record service, repair, damage, a move or new firmware; damage takes the instrument out of service.

        Raises
        ------
        NotFoundError, InvalidRecordError
            If there is no such instrument, or nothing is said.
        """
        require_role(actor, Act.INSTRUMENT_KEPT_UP)
        facts = cleaned(facts)
        upkeep = Upkeep(
            kind=facts.kind,
            words=facts.words,
            happened_on=facts.happened_on,
            done_by=facts.done_by,
            recorded_by=actor.number,
            recorded_at=self.clock.now(),
        )
        return self._change(
            number,
            Act.INSTRUMENT_KEPT_UP,
            actor,
            version,
            lambda one: one.keep_up(upkeep, place=facts.place, firmware=facts.firmware),
        )

    def take_out(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Instrument:
        """Take an instrument out of service.

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such instrument, it is out already, or no reason is given.
        """
        require_role(actor, Act.INSTRUMENT_TAKEN_OUT)
        words, now = clean_text("reason", reason), self.clock.now()
        return self._change(
            number,
            Act.INSTRUMENT_TAKEN_OUT,
            actor,
            version,
            lambda one: one.take_out(reason=words, by=actor.number, at=now),
        )

    def put_back(self, number: str, *, check: str, actor: StaffMember, version: int | None = None) -> Instrument:
        """Put an instrument back into service, with the check that showed that it works (6.4.4).

        Raises
        ------
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such instrument, it is in service, or no check is named.
        """
        require_role(actor, Act.INSTRUMENT_PUT_BACK)
        words, now = clean_text("check", check), self.clock.now()
        return self._change(
            number,
            Act.INSTRUMENT_PUT_BACK,
            actor,
            version,
            lambda one: one.put_back(check=words, by=actor.number, at=now),
        )

    def check_balance(self, number: str, weight: CheckWeight, *, reading: Reading, actor: StaffMember) -> BalanceCheck:
        """Check a balance with a weight; a check that fails is recorded too.

        Raises
        ------
        NotFoundError, NotUsableError
            If there is no such balance, or it is out of service or its calibration not in date.
        WeighingError
            If it is no balance, or the reading came from another one, or was not stable.
        """
        require_role(actor, Act.BALANCE_CHECKED)
        weight = cleaned(weight)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            balance = work.load(Instrument, number)
            require_usable(balance, on=self._day())
            _require_reading_of(balance, reading)
            prefix = self._of_the_day(balance.number)
            check = BalanceCheck(
                number=f"{prefix}{work.count(BalanceCheck, prefix=prefix) + 1}",
                balance_number=balance.number,
                check_weight=weight.number,
                nominal_g=weight.nominal_g,
                tolerance_g=weight.tolerance_g,
                reading_g=reading.mass_g,
                raw=reading.raw,
                checked_by=actor.number,
                checked_at=now,
            )
            work.record(check, act=Act.BALANCE_CHECKED, actor=actor, at=now)
            work.commit()
        return check

    def checked(self, work: UnitOfWork, number: str) -> CheckedBalance:
        """Give a balance that may weigh now, with the check that this rests on, in a transaction of the caller.

        Raises
        ------
        NotFoundError, NotUsableError
            If there is no such balance, it is out of service, its calibration is not in date, it was not checked
            today, or its newest check failed (rule WU-1).
        """
        balance = work.load(Instrument, number)
        require_usable(balance, on=self._day())
        prefix = self._of_the_day(number)
        found = range(1, work.count(BalanceCheck, prefix=prefix) + 1)
        checks = [work.load(BalanceCheck, f"{prefix}{ordinal}") for ordinal in found]
        check = require_checked(checks, balance=number, on=self._day(), time_zone=self.time_zone)
        return CheckedBalance(instrument=balance, check=check)

    def balances(self) -> tuple[BalanceAtBench, ...]:
        """Give the balances in service, newest first, and of each why it may not weigh now (rule WU-1)."""
        in_service = (InstrumentStatus.IN_SERVICE.value,)
        with self.store.reading() as work:
            lines = work.listed(Instrument, limit=_MOST_BALANCES, states=in_service, words=EquipmentKind.BALANCE.value)
            found = (work.load(Instrument, line.number) for line in lines)
            return tuple(self._at_bench(work, one) for one in found if one.kind is EquipmentKind.BALANCE)

    def get(self, number: str) -> Instrument:
        """Give one instrument.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Instrument, number)

    def instruments(
        self, *, limit: int = _MAX_LISTED, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[ListedRecord, ...]:
        """List instruments, the one that changed last first: one page, in these states, with these words."""
        with self.store.reading() as work:
            return work.listed(Instrument, limit=limit, offset=offset, states=states, words=words)

    def several(self, numbers: Sequence[str]) -> tuple[Instrument, ...]:
        """Give named instruments in the order of their names; of one that is not there, none."""
        with self.store.reading() as work:
            found = {one.number: one for one in work.several(Instrument, numbers)}
        return tuple(found[number] for number in numbers if number in found)

    def today(self) -> date:
        """Give the laboratory's day: calibrations count by it."""
        return self._day()

    def checks(self, number: str) -> tuple[BalanceCheck, ...]:
        """Give all checks of a balance, oldest first."""
        with self.store.reading() as work:
            return work.children(BalanceCheck, number)

    def _at_bench(self, work: UnitOfWork, balance: Instrument) -> BalanceAtBench:
        hindrance = ""
        try:
            self.checked(work, balance.number)
        except NotUsableError as error:
            hindrance = str(error)
        return BalanceAtBench(balance=balance, hindrance=hindrance)

    def _day(self) -> date:
        return self.clock.now().astimezone(self.time_zone).date()

    def _of_the_day(self, number: str) -> str:
        return f"{number}/{self._day()}/"

    def _change(
        self, number: str, act: Act, actor: StaffMember, version: int | None, step: Callable[[Instrument], Instrument]
    ) -> Instrument:
        with self.store.unit_of_work() as work:
            found = work.load(Instrument, number)
            require_seen(found, version)
            changed = step(found)
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed


def require_instrument(work: UnitOfWork, name: str, *, on: date) -> None:
    """Refuse a registered instrument that must not be used on a day; of one that is not registered nothing is said.

    Parameters
    ----------
    name : str
        Number of the instrument, or its name in files.

    Raises
    ------
    NotUsableError
        If it is out of service, or its calibration not in date (6.4.9).
    """
    for line in work.listed(Instrument, limit=_MAX_LISTED) if name else ():
        instrument = work.load(Instrument, line.number)
        if name in {instrument.number, instrument.name_in_files}:
            require_usable(instrument, on=on)


def _require_reading_of(balance: Instrument, reading: Reading) -> None:
    if balance.kind is not EquipmentKind.BALANCE:
        raise WeighingError(f"{balance.number} is {balance.kind}, no balance")
    if reading.serial not in {"", balance.serial}:
        raise WeighingError(f"the reading came from the balance {reading.serial}; {balance.number} is {balance.serial}")
    if not reading.stable:
        raise WeighingError(f"{balance.number}: the reading {reading.raw!r} was not stable")
