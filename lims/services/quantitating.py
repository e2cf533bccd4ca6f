"""Quantitations of exhibits: measured from the raw data of their batch, recorded with all they are made of."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from lims.domain.batch import Batch
from lims.domain.exhibit import Exhibit, next_number
from lims.domain.method import Method
from lims.domain.permissions import Act, require_role
from lims.domain.quantitation import DiscardedQuantitation, Preparation, Quantitation, StandardUsed
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.staff import StaffMember
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.domain.wording import clean_text, cleaned
from lims.errors import BatchNotUsableError, InvalidRecordError, StaleVersionError
from lims.services.curating import CuratingService
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.quantifying import QuantifiedBatch
from lims.services.quantitation_portions import PossiblePortions, possible_portions
from lims.services.quantitation_record import MeasuredExhibit, exhibit_runs, quantitation_of
from lims.services.quantitation_trial import TrialChoices, TriedBatch, tried_batch, tried_method
from lims.services.versions import require_seen


class BatchQuantifier(Protocol):
    """Quantifies every run of a batch."""

    def quantify(self, batch: Batch, method: Method) -> QuantifiedBatch:
        """Quantify; see ``BatchMeasurement``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationFacts:
    """How the portion of one injection was made; see ``Preparation`` for the fields."""

    run_number: str
    weighing_number: str
    """Of the portion: an aliquot of the exhibit."""
    volume_ml: Decimal
    volume_u_ml: Decimal | None = None
    volume_k: Decimal | None = None
    dilution: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitationFacts:
    """What the expert states; everything else is measured, or on record."""

    exhibit_number: str
    batch_number: str
    preparations: tuple[PreparationFacts, ...] = ()
    standard_number: str = ""
    """Of the lot that the calibrators were made of; empty: unknown."""
    purity_applied: bool | None = None
    """Whether the amounts of the calibrators are of the pure substance; needed with a standard that states a purity."""
    net_weighing: str = ""
    """Of the exhibit before the examination; empty: no mass of the substance is stated."""
    expressed_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitationService:
    """Records quantitations, and takes them out of use."""

    store: Store = field(repr=False)
    measurement: BatchQuantifier = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)

    def try_out(self, batch_number: str, choices: TrialChoices, *, actor: StaffMember) -> TriedBatch:
        """Measure a batch for an analyte and an internal standard of choice; nothing is recorded.

        Raises
        ------
        NotPermittedError, NotFoundError
            If the actor is no expert, or batch or release does not exist.
        InvalidRecordError, LimsError
            If a setting means nothing, or a substance is not in the release.
        CalibratorsNotFoundError, CalibrationError, RawStoreError
            If nothing can be measured.
        """
        require_role(actor, Act.QUANTITATION_RECORDED)
        clean = cleaned(choices)
        with self.store.reading() as work:
            batch = work.load(Batch, batch_number)
            method = tried_method(work.load(Method, batch.method_number, version=batch.method_version), clean)
        quantified = self.measurement.quantify(batch, method)
        return tried_batch(quantified, method, number=batch.number, version=batch.version)

    def record(self, facts: QuantitationFacts, *, actor: StaffMember, version: int | None = None) -> Quantitation:
        """Measure an exhibit in its batch, and record the result or why there is none.

        Parameters
        ----------
        version : int, optional
            Of the batch, as the person saw it.

        Raises
        ------
        NotPermittedError, NotFoundError
            If the actor is no expert, or exhibit, batch, weighing or standard does not exist.
        InvalidRecordError
            If the batch holds no injection of the exhibit, a portion is of another exhibit or run, the net mass is
            none, the standard is of another substance, or whether its purity is applied was not stated.
        BatchNotUsableError
            If the batch is not accepted, nor released with a nonconformity (rule RP-1.2).
        CalibratorsNotFoundError, CalibrationError, RawStoreError
            If nothing can be measured.
        StaleVersionError
            If the batch changed while it was measured, or since it was read.
        """
        require_role(actor, Act.QUANTITATION_RECORDED)
        clean = cleaned(facts)
        with self.store.reading() as work:
            batch = work.load(Batch, clean.batch_number)
            require_seen(batch, version)
            work.permit(batch, act=Act.QUANTITATION_RECORDED, actor=actor, at=self.clock.now())  # before it is measured
            method = work.load(Method, batch.method_number, version=batch.method_version)
        release_sha256 = self.curating.release(method.quantitation.release).sha256  # reads for itself: never inside
        with self.store.reading() as work:
            measured = self._measured(work, clean, batch, method, release_sha256, actor)
        quantified = self.measurement.quantify(batch, method)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            if work.load(Batch, batch.number).version != batch.version:
                raise StaleVersionError(Batch.KIND, batch.number, batch.version + 1)
            taken = (one.number for one in work.children(Quantitation, clean.exhibit_number))
            number = next_number(f"{clean.exhibit_number}-Q", taken)
            made = quantitation_of(quantified, measured, number=number, at=now)
            work.record(made, act=Act.QUANTITATION_RECORDED, actor=actor, at=now)
            work.commit()
        return made

    def discard(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Quantitation:
        """Take a quantitation out of use; it stays listed, and reports say so.

        Raises
        ------
        NotPermittedError, NotFoundError, TransitionError, InvalidRecordError
            If the actor is no expert, there is none of that number, it is discarded already, or no reason is given.
        StaleVersionError
            If it moved on since it was read.
        """
        require_role(actor, Act.QUANTITATION_DISCARDED)
        words = clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            discard = DiscardedQuantitation(reason=words, by=actor.number, at=now)
            known = work.load(Quantitation, number)
            require_seen(known, version)
            discarded = known.discard_it(discard)
            work.record(discarded, act=Act.QUANTITATION_DISCARDED, actor=actor, at=now)
            work.commit()
        return discarded

    def get(self, number: str) -> Quantitation:
        """Give one quantitation.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Quantitation, number)

    def of_exhibit(self, exhibit_number: str) -> tuple[Quantitation, ...]:
        """Give all quantitations of an exhibit, discarded ones too."""
        with self.store.reading() as work:
            return work.children(Quantitation, exhibit_number)

    def portions(self, batch_number: str, exhibit_number: str) -> PossiblePortions:
        """Give what a quantitation of an exhibit in a batch may name.

        Raises
        ------
        NotFoundError
            If there is no such batch or exhibit.
        """
        with self.store.reading() as work:
            batch = work.load(Batch, batch_number)
            work.load(Exhibit, exhibit_number)
            method = work.load(Method, batch.method_number, version=batch.method_version)
            return possible_portions(work, batch, method, exhibit_number)

    def quantitations(self, *, limit: int, offset: int = 0, words: str = "") -> tuple[ListedRecord, ...]:
        """Give a page of the quantitations whose number or title has these words, newest first."""
        with self.store.reading() as work:
            return work.listed(Quantitation, limit=limit, offset=offset, words=words)

    def _measured(
        self,
        work: UnitOfWork,
        facts: QuantitationFacts,
        batch: Batch,
        method: Method,
        release_sha256: str,
        actor: StaffMember,
    ) -> MeasuredExhibit:
        work.load(Exhibit, facts.exhibit_number)
        runs = exhibit_runs(batch, facts.exhibit_number)
        if not runs:
            raise InvalidRecordError(f"batch {batch.number} holds no run of exhibit {facts.exhibit_number}")
        if not batch.usable:
            raise BatchNotUsableError(runs[0], batch.number, f"it is {batch.state}")
        strangers = [one.run_number for one in facts.preparations if one.run_number not in runs]
        if strangers or len({one.run_number for one in facts.preparations}) < len(facts.preparations):
            raise InvalidRecordError(
                f"portions of {', '.join(strangers) or 'the same run twice'}; the exhibit has {', '.join(runs)}"
            )
        return MeasuredExhibit(
            exhibit_number=facts.exhibit_number,
            batch=batch,
            method=method,
            release_sha256=release_sha256,
            preparations=tuple(_preparation(work, one, facts.exhibit_number) for one in facts.preparations),
            standard=_standard(work, facts, method),
            net=_net(work, facts),
            expressed_as=facts.expressed_as,
            expert=actor.number,
        )


def _preparation(work: UnitOfWork, facts: PreparationFacts, exhibit_number: str) -> Preparation:
    weighing = _weighing(work, facts.weighing_number, exhibit_number, WeighingPurpose.ALIQUOT)
    return Preparation(
        run_number=facts.run_number,
        weighing_number=weighing.number,
        sample_g=weighing.stated.mass_g,
        sample_u_g=weighing.stated.u_g,
        sample_k=weighing.stated.k,
        volume_ml=facts.volume_ml,
        volume_u_ml=facts.volume_u_ml,
        volume_k=facts.volume_k,
        dilution=facts.dilution,
    )


def _net(work: UnitOfWork, facts: QuantitationFacts) -> Weighing | None:
    if not facts.net_weighing:
        return None
    return _weighing(work, facts.net_weighing, facts.exhibit_number, WeighingPurpose.BEFORE)


def _weighing(work: UnitOfWork, number: str, exhibit_number: str, purpose: WeighingPurpose) -> Weighing:
    weighing = work.load(Weighing, number)
    if (weighing.exhibit_number, weighing.purpose) != (exhibit_number, purpose):
        raise InvalidRecordError(
            f"weighing {number} is of {weighing.exhibit_number}, {weighing.purpose.value}; expected "
            f"{exhibit_number}, {purpose.value}"
        )
    return weighing


def _standard(work: UnitOfWork, facts: QuantitationFacts, method: Method) -> StandardUsed | None:
    if not facts.standard_number:
        return None
    lot, analyte = work.load(ReferenceStandard, facts.standard_number), method.analyte
    same_key = bool(lot.inchikey) and lot.inchikey == analyte.inchikey
    if not same_key and lot.substance.casefold() != analyte.name.casefold():
        raise InvalidRecordError(f"standard {lot.number} is of {lot.substance}; the method measures {analyte.name}")
    if lot.purity is not None and facts.purity_applied is None:
        raise InvalidRecordError(
            f"standard {lot.number} has a purity of {lot.purity}; expected whether the calibrators' amounts have it"
        )
    return StandardUsed(
        number=lot.number,
        version=lot.version,
        substance=lot.substance,
        lot=lot.lot,
        certificate=lot.certificate,
        purity=lot.purity,
        purity_u=lot.purity_u,
        purity_k=lot.purity_k,
        applied=bool(facts.purity_applied),
    )
