"""The expert's work on a run: search it, decide about each component, conclude."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from lims import __version__
from lims.domain.completeness import Omission
from lims.domain.examination import Candidate, Examination, ExaminedComponent, SearchBasis
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, require_role
from lims.domain.question_answer import AnswerGround
from lims.domain.report_item import ReportItem
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError, StaleVersionError
from lims.services.answering import AnswerFacts, answer_of, possible_grounds
from lims.services.curating import CuratingService
from lims.services.importing import ImportService
from lims.services.method_force import require_in_force
from lims.services.permitting import method_of
from lims.services.ports import Clock, ListedRecord, Store
from lims.services.retention import index_difference, ladder_of, measured_index
from lims.services.searching import (
    RankedCandidate,
    RunSearch,
    SearchedComponent,
    components_again,
    detection_in_words,
    retention_time,
)
from lims.translation import TIME_ZONE
from spectra import MassSpectrum
from spectra.retention_index import AlkaneLadder
from substance_library import LibraryRelease

CANDIDATES_KEPT = 5
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationService:
    """Opens examinations and records the expert's decisions."""

    store: Store = field(repr=False)
    importing: ImportService = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    def open(self, run_number: str, *, release_name: str, actor: StaffMember) -> Examination:
        """Search a run in a release and open the examination with its hit lists.

        Raises
        ------
        NotPermittedError
            If the actor is no expert.
        NotFoundError
            If there is no such run or release.
        NotInForceError
            If a procedure is recorded under the method's number and not in force today.
        InvalidRecordError
            If the run is a blank, calibrator, control or reference standard.
        """
        require_role(actor, Act.EXAMINATION_OPENED)
        with self.store.reading() as work:
            run = work.load(RecordedRun, run_number)
            if not run.exhibit_number:
                raise InvalidRecordError(
                    f"run {run.number} is of no exhibit; blanks and standards are judged with {run.parent}"
                )
            work.permit(run, act=Act.EXAMINATION_OPENED, actor=actor, at=self.clock.now())  # before the search
            require_in_force(work, method_of(work, run), self.clock.now(), time_zone=self.time_zone)
            ladder = ladder_of(work, run)
        search = RunSearch(self.curating.release(release_name))
        searched = search.search(self.importing.read(run_number), top=CANDIDATES_KEPT)
        total = sum(component.component.area for component in searched.components)
        components = tuple(
            _examined(number, component, total, ladder) for number, component in enumerate(searched.components, start=1)
        )
        return self._record(run_number, search, components, len(searched.below_limit), actor)

    def _record(
        self,
        run_number: str,
        search: RunSearch,
        components: tuple[ExaminedComponent, ...],
        unreported: int,
        actor: StaffMember,
    ) -> Examination:
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            run = work.load(RecordedRun, run_number)
            work.load(Exhibit, run.exhibit_number)
            examination = Examination(
                number=f"{run.number}-E{work.count(Examination, prefix=f'{run.number}-E') + 1}",
                exhibit_number=run.exhibit_number,
                run_number=run.number,
                examiner=actor.number,
                basis=_basis(search),
                components=components,
                unreported_components=unreported,
            )
            work.record(examination, act=Act.EXAMINATION_OPENED, actor=actor, at=now, raw=(run.raw.sha256,))
            work.commit()
        return examination

    def identify(
        self,
        number: str,
        component: int,
        *,
        rank: int,
        actor: StaffMember,
        reason: str = "",
        version: int | None = None,
    ) -> Examination:
        """Record that a component is one of its candidates.

        Parameters
        ----------
        version : int, optional
            The version that the expert saw; a newer one in the store refuses the act.

        Raises
        ------
        TransitionError, NotFoundError, StaleVersionError
            If the examination does not allow it, or moved on since it was read.
        """
        require_role(actor, Act.COMPONENT_IDENTIFIED)
        now = self.clock.now()
        return self._change(
            number,
            Act.COMPONENT_IDENTIFIED,
            actor,
            version,
            lambda e: e.identify(component, rank=rank, examiner=actor.number, reason=reason, at=now),
        )

    def mark_internal_standard(
        self,
        number: str,
        component: int,
        *,
        rank: int,
        actor: StaffMember,
        reason: str = "",
        version: int | None = None,
    ) -> Examination:
        """Record that a component is what the laboratory itself added to the sample.

        Raises
        ------
        TransitionError, NotFoundError, StaleVersionError
            If the examination does not allow it, or moved on since it was read.
        """
        require_role(actor, Act.COMPONENT_MARKED)
        now = self.clock.now()
        return self._change(
            number,
            Act.COMPONENT_MARKED,
            actor,
            version,
            lambda e: e.mark_internal_standard(component, rank=rank, examiner=actor.number, reason=reason, at=now),
        )

    def leave_unidentified(
        self, number: str, component: int, *, reason: str, actor: StaffMember, version: int | None = None
    ) -> Examination:
        """Record that a component is not identified, and why.

        Raises
        ------
        TransitionError, InvalidRecordError, StaleVersionError
            If the examination does not allow it, there is no reason, or it moved on since it was read.
        """
        require_role(actor, Act.COMPONENT_LEFT)
        now = self.clock.now()
        return self._change(
            number,
            Act.COMPONENT_LEFT,
            actor,
            version,
            lambda e: e.leave_unidentified(component, examiner=actor.number, reason=reason, at=now),
        )

    def note(
        self, number: str, component: int, *, words: str, actor: StaffMember, version: int | None = None
    ) -> Examination:
        """Record a note on a component; it decides nothing.

        Raises
        ------
        TransitionError, NotFoundError, InvalidRecordError, StaleVersionError
            If the examination does not allow it, there is no such component, the note is empty, or it moved on.
        """
        require_role(actor, Act.COMPONENT_NOTED)
        now = self.clock.now()
        return self._change(
            number,
            Act.COMPONENT_NOTED,
            actor,
            version,
            lambda e: e.note(component, words=words, examiner=actor.number, at=now),
        )

    def reject(
        self,
        number: str,
        component: int,
        *,
        rank: int,
        reason: str,
        actor: StaffMember,
        version: int | None = None,
    ) -> Examination:
        """Record why a candidate is not what a component is; identifying it later needs a reason.

        Raises
        ------
        TransitionError, NotFoundError, InvalidRecordError, StaleVersionError
            If the examination does not allow it, there is no such candidate or no reason, or it moved on.
        """
        require_role(actor, Act.CANDIDATE_REJECTED)
        now = self.clock.now()
        return self._change(
            number,
            Act.CANDIDATE_REJECTED,
            actor,
            version,
            lambda e: e.reject(component, rank=rank, reason=reason, examiner=actor.number, at=now),
        )

    def conclude(self, number: str, *, actor: StaffMember, version: int | None = None) -> Examination:
        """End the examiner's work.

        Raises
        ------
        TransitionError, InvalidRecordError, StaleVersionError
            If it is not open, a component is undecided, or it moved on since it was read.
        """
        require_role(actor, Act.EXAMINATION_CONCLUDED)
        return self._change(
            number, Act.EXAMINATION_CONCLUDED, actor, version, lambda e: e.conclude(examiner=actor.number)
        )

    def state_omission(
        self, number: str, item: ReportItem, *, reason: str, actor: StaffMember, version: int | None = None
    ) -> Examination:
        """Record why the reports of an examination leave an item out (ISO/IEC 17025:2017, 7.8.2.1); they print it.

        Raises
        ------
        TransitionError, InvalidRecordError, StaleVersionError
            If its review is over, it is another expert's, there is no reason, or it moved on since it was read.
        """
        require_role(actor, Act.EXAMINATION_OMISSION_STATED)
        words = clean_text("reason", reason)
        omission = Omission(item=item, reason=words, stated_by=actor.number, stated_at=self.clock.now())
        return self._change(number, Act.EXAMINATION_OMISSION_STATED, actor, version, lambda e: e.omit(omission))

    def answer_question(
        self, number: str, question: int, facts: AnswerFacts, *, actor: StaffMember, version: int | None = None
    ) -> Examination:
        """Record what answers a question of the order, or why nothing does; reports give it under its number.

        Parameters
        ----------
        question : int
            Its number in the order, from 1.
        facts : AnswerFacts
            The records that answer it and the expert's words, or the reason why it is not answered.

        Raises
        ------
        TransitionError, InvalidRecordError, StaleVersionError
            If the review is over, it is another expert's, the order has no such question, a record is of another
            exhibit, nothing is said, or the examination moved on since it was read.
        """
        require_role(actor, Act.EXAMINATION_QUESTION_ANSWERED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            examination = work.load(Examination, number)
            require_version(examination, version)
            answer = answer_of(work, examination, question, facts, actor=actor, at=now)
            answered = examination.answer(answer)
            work.record(answered, act=Act.EXAMINATION_QUESTION_ANSWERED, actor=actor, at=now)
            work.commit()
        return answered

    def grounds(self, number: str) -> tuple[AnswerGround, ...]:
        """Give the records that may answer the questions of an examination's case.

        Raises
        ------
        NotFoundError
            If there is no such examination.
        """
        with self.store.reading() as work:
            return possible_grounds(work, work.load(Examination, number).exhibit_number)

    def get(self, number: str) -> Examination:
        """Give one examination.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Examination, number)

    def spectra(self, number: str) -> tuple[MassSpectrum, ...]:
        """Give the measured spectrum of each component, read from the raw data again.

        Raises
        ------
        NotFoundError
            If there is no such examination.
        InvalidRecordError
            If the raw data no longer give the components that were examined.
        """
        examination = self.get(number)
        run = self.importing.read(examination.run_number)
        found = components_again(examination, run)
        return tuple(component.spectrum for component in found)

    def listed(
        self, *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[ListedRecord, ...]:
        """Give a page of the list of examinations, newest first.

        Parameters
        ----------
        states : sequence of str
            Only these; empty for all.
        words : str
            Looked for in number and title; empty for no filter.
        """
        with self.store.reading() as work:
            return work.listed(Examination, limit=limit, offset=offset, states=states, words=words)

    def of_exhibit(self, exhibit_number: str) -> tuple[Examination, ...]:
        """Give all examinations of an exhibit."""
        with self.store.reading() as work:
            return work.children(Examination, exhibit_number)

    def _change(
        self,
        number: str,
        act: str,
        actor: StaffMember,
        version: int | None,
        step: Callable[[Examination], Examination],
    ) -> Examination:
        with self.store.unit_of_work() as work:
            examination = work.load(Examination, number)
            require_version(examination, version)
            changed = step(examination)
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed


def require_version(examination: Examination, seen: int | None) -> None:
    """Refuse an act on a version that is no longer the newest.

    Raises
    ------
    StaleVersionError
        If it moved on.
    """
    if seen is not None and examination.version != seen:
        raise StaleVersionError(Examination.KIND, examination.number, examination.version)


def _basis(search: RunSearch) -> SearchBasis:
    release: LibraryRelease = search.release
    return SearchBasis(
        release=release.name,
        release_sha256=release.sha256,
        release_spectra=len(release.spectra),
        release_purpose=release.purpose,
        preset=search.preset.name,
        preset_version=search.preset.version,
        preset_source=search.preset.source,
        detection=detection_in_words(search.detection),
        software_version=__version__,
    )


def _examined(
    number: int, searched: SearchedComponent, total_area: float, ladder: AlkaneLadder | None
) -> ExaminedComponent:
    component = searched.component
    share = component.area / total_area * 100 if total_area else 0.0
    index = measured_index(component.retention_time_s, ladder)
    return ExaminedComponent(
        number=number,
        retention_time_s=retention_time(component),
        area=round(component.area),
        area_percent=Decimal(share).quantize(_CENT),
        base_peak_mz=component.base_peak_mz,
        signal_to_noise=round(component.signal_to_noise),
        candidates=tuple(_candidate(candidate, index) for candidate in searched.candidates),
        retention_index=index,
    )


def _candidate(candidate: RankedCandidate, index: Decimal | None) -> Candidate:
    reference = candidate.reference
    return Candidate(
        rank=candidate.rank,
        accession=reference.accession,
        name=reference.name,
        inchikey=str(reference.inchikey) if reference.inchikey else None,
        match_factor=Decimal(candidate.hit.match_factor).quantize(_CENT),
        reverse_match_factor=Decimal(candidate.hit.reverse_match_factor).quantize(_CENT),
        matched_ions=candidate.hit.matched_ions,
        retention_index_difference=index_difference(index, reference),
    )
