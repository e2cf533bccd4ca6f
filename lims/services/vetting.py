"""Letting proposals pass: decisions about single records, the check by a second person, the signed release."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lims.domain.library import RecordedRelease
from lims.domain.library_import import ImportState, LibraryImport, RecordDecision, Verdict
from lims.domain.permissions import Act, require_role
from lims.domain.report_content import Person
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError, NotFoundError, TransitionError
from lims.services.collecting import CollectingService
from lims.services.confirming import Confirmation, electronic_signature, require_confirmed
from lims.services.curating import CuratingService
from lims.services.desk_ports import ReportDesk
from lims.services.library_files import keep_packed, parts_of
from lims.services.ports import Clock, RawStore, Store, UnitOfWork
from substance_library.checks.finding import CheckFinding, Severity
from substance_library.errors import InvalidValueError
from substance_library.frozen_release import pack_release
from substance_library.importers.substance_table import merged_substances
from substance_library.known_substance import KnownSubstance
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import REFERENCE_PURPOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePlan:
    """Of what a release is to be made."""

    name: str
    imports: tuple[str, ...]
    """Numbers of checked imports."""
    base: str = ""
    """Name of the release that it continues; empty for none."""
    left_out: tuple[str, ...] = ()
    """Accessions of the base that it is not to hold any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VettingService:
    """Decides, checks and publishes."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)
    desk: ReportDesk = field(repr=False)
    collecting: CollectingService = field(repr=False)
    curating: CuratingService = field(repr=False)

    def decide(
        self, number: str, accessions: Iterable[str], *, verdict: Verdict, reason: str, actor: StaffMember
    ) -> LibraryImport:
        """Decide about single records of an import, for one reason.

        Raises
        ------
        NotFoundError
            If the import has no such record.
        TransitionError
            If it is not proposed any more.
        """
        require_role(actor, Act.LIBRARY_DECIDED)
        now, words, wanted = self.clock.now(), clean_text("reason", reason), tuple(dict.fromkeys(accessions))
        if not wanted:
            raise InvalidRecordError("no record is named; give accessions such as LI-0001/000017")
        self._require_records(number, wanted)
        with self.store.unit_of_work() as work:
            decisions = [
                RecordDecision(accession=one, verdict=verdict, reason=words, by=actor.number, at=now) for one in wanted
            ]
            decided = work.load(LibraryImport, number).decide(decisions)
            work.record(decided, act=Act.LIBRARY_DECIDED, actor=actor, at=now)
            work.commit()
        return decided

    def check(
        self,
        number: str,
        *,
        structures_confirmed: bool,
        actor: StaffMember,
        confirmation: Confirmation,
        comment: str = "",
    ) -> LibraryImport:
        """Let an import pass, as the second person, and sign for it in the ledger.

        Parameters
        ----------
        structures_confirmed : bool
            Whether this person looked at the drawings of all its structures.

        Raises
        ------
        SecondPersonNeededError
            If the actor imported it.
        DecisionsOpenError
            If records with complaints, or drawings, wait.
        TransitionError
            If it is not proposed any more.
        SignatureRefusedError
            If the actor did not confirm this very record.
        """
        require_role(actor, Act.LIBRARY_CHECKED)
        words, meaning = clean_text("comment", comment), SignatureMeaning.APPROVER
        complained = self.collecting.findings(number).report.complained
        with self.store.unit_of_work() as work:
            now, before = self.clock.now(), work.load(LibraryImport, number)
            checked = before.check(
                by=actor.number,
                at=now,
                open_complaints=len(complained - set(before.verdicts)),
                structures_confirmed=before.counts.structures if structures_confirmed else 0,
                comment=words,
            )
            work.permit(checked, act=Act.LIBRARY_CHECKED, actor=actor, at=now)
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=before, now=now)
            proof = electronic_signature(self.desk, confirmation, person=_person(actor), at=now)
            work.record(checked, act=Act.LIBRARY_CHECKED, actor=actor, at=now, signature=proof)
            work.commit()
        return checked

    def refuse(self, number: str, *, reason: str, actor: StaffMember) -> LibraryImport:
        """Refuse an import, as the second person.

        Raises
        ------
        SecondPersonNeededError, TransitionError
            As ``check``.
        """
        require_role(actor, Act.LIBRARY_REFUSED)
        now, words = self.clock.now(), clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            refused = work.load(LibraryImport, number).refuse(by=actor.number, at=now, reason=words)
            work.record(refused, act=Act.LIBRARY_REFUSED, actor=actor, at=now)
            work.commit()
        return refused

    def prepare(self, plan: ReleasePlan, *, actor: StaffMember) -> RecordedRelease:
        """Make the files of a release and the record that is then confirmed; nothing is recorded.

        Raises
        ------
        TransitionError
            If an import is not checked.
        InvalidRecordError
            If the name is taken or empty, nothing would be in it, the base is no curated release, or something to be
            left out is not in it.
        NotFoundError
            If there is no such import or base.
        """
        require_role(actor, Act.RELEASE_PUBLISHED)
        name = clean_text("release name", plan.name)
        with self.store.reading() as work:
            imports = [work.load(LibraryImport, number) for number in plan.imports]
            _require_new_name(work, name)
            _require_checked(imports)
            _require_curated(work, plan.base)
        spectra, substances = self._contents(plan, imports)
        try:
            packed = pack_release(name, purpose=REFERENCE_PURPOSE, spectra=spectra, substances=substances)
        except InvalidValueError as error:
            raise InvalidRecordError(str(error)) from error
        release = RecordedRelease(
            number=name,
            sha256=packed.manifest.sha256,
            file_name="",
            spectra=len(spectra),
            purpose=REFERENCE_PURPOSE,
            recorded_at=self.clock.now(),
            parts=parts_of(packed.manifest),
            imports=plan.imports,
            base=plan.base,
            left_out=plan.left_out,
            substances=len(substances),
        )
        with self.store.reading() as work:
            work.permit(release, act=Act.RELEASE_PUBLISHED, actor=actor, at=release.recorded_at)
        keep_packed(self.raw_store, packed)
        return release

    def publish(self, release: RecordedRelease, *, actor: StaffMember, confirmation: Confirmation) -> RecordedRelease:
        """Record a prepared release with the signature of the person who stands for it; from then on it is frozen.

        Raises
        ------
        SignatureRefusedError
            If the actor did not confirm this very release.
        InvalidRecordError
            If the name was taken meanwhile, or the base is no curated release.
        TransitionError
            If an import is not checked.
        RawStoreError
            If a file of it is missing or altered.
        """
        require_role(actor, Act.RELEASE_PUBLISHED)
        for digest in release.digests:
            self.raw_store.view(digest)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            _require_checked([work.load(LibraryImport, number) for number in release.imports])
            _require_new_name(work, release.number)
            _require_curated(work, release.base)
            work.permit(release, act=Act.RELEASE_PUBLISHED, actor=actor, at=now)
            meaning = SignatureMeaning.RELEASER
            require_confirmed(confirmation, actor=actor, meaning=meaning, record=release, now=now)
            proof = electronic_signature(self.desk, confirmation, person=_person(actor), at=now)
            work.record(release, act=Act.RELEASE_PUBLISHED, actor=actor, at=now, raw=release.digests, signature=proof)
            work.commit()
        return release

    def _require_records(self, number: str, accessions: Sequence[str]) -> None:
        records = self.collecting.records(number)
        known = {records.reference(place).accession for place in range(len(records))}
        for one in accessions:
            if one not in known:
                raise NotFoundError(f"record of {number}", one)

    def _contents(
        self, plan: ReleasePlan, imports: Sequence[LibraryImport]
    ) -> tuple[tuple[ReferenceSpectrum, ...], tuple[KnownSubstance, ...]]:
        base = self.curating.release(plan.base).spectra if plan.base else ()
        missing = set(plan.left_out) - {one.accession for one in base}
        if missing:
            raise InvalidRecordError(f"release {plan.base} has no record {', '.join(sorted(missing))}")
        spectra = [one for one in base if one.accession not in set(plan.left_out)]
        known = list(self.curating.known_substances(plan.base)) if plan.base else []
        for one in imports:
            records = self.collecting.records(one.number)
            findings = self.collecting.findings(one.number).report.findings
            spectra.extend(_accepted(one, records.release().spectra, findings))
            known.extend(records.substances)
        return tuple(spectra), merged_substances(known)


def _accepted(
    library_import: LibraryImport, spectra: Sequence[ReferenceSpectrum], findings: Sequence[CheckFinding]
) -> Iterator[ReferenceSpectrum]:
    """Give the records that go into a release, with who checked them and what is known against them."""
    verdicts = library_import.verdicts
    complaints: dict[str, list[str]] = {}
    for finding in findings:
        if finding.severity is Severity.COMPLAINT:
            complaints.setdefault(finding.accession, []).append(f"{finding.check.value}: {finding.words}")
    for one in spectra:
        decision = verdicts.get(one.accession)
        if (decision is not None and decision.verdict is Verdict.LEAVE_OUT) or one.provenance is None:
            continue
        reason = [f"taken all the same: {decision.reason}"] if decision else []
        marks = (*one.provenance.marks, *complaints.get(one.accession, ()), *reason)
        provenance = replace(one.provenance, checked_by=library_import.checked_by, marks=marks)
        yield replace(one, provenance=provenance)


def _require_checked(imports: Iterable[LibraryImport]) -> None:
    for one in imports:
        if one.status is not ImportState.CHECKED:
            raise TransitionError(f"library import {one.number} is {one.state}, not checked by a second person")


def _require_curated(work: UnitOfWork, base: str) -> None:
    """Refuse to continue records that nobody checked: in a curated release two persons stand for each."""
    if base and not work.load(RecordedRelease, base).is_curated:
        raise InvalidRecordError(
            f"release {base} is not curated: nobody checked its records; import its file, and let another person check"
        )


def _require_new_name(work: UnitOfWork, name: str) -> None:
    try:
        work.load(RecordedRelease, name)
    except NotFoundError:
        return
    raise InvalidRecordError(f"there is a release {name} already; a release is never replaced, give another name")


def _person(actor: StaffMember) -> Person:
    return Person(number=actor.number, name=actor.name, post=actor.post)
