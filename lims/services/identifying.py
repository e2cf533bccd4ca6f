"""Identifications of exhibits: put together, weighed by the rule, concluded, checked, disputed and resolved."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.examination import Examination, ExaminedComponent
from lims.domain.exhibit import next_number
from lims.domain.finding import Finding
from lims.domain.identification import (
    Conclusion,
    Identification,
    IdentificationStatus,
    Resolution,
    Verdict,
    missing,
    rule_outcome,
)
from lims.domain.identification_basis import Basis, IsomerSet, LeftOut, Support, SupportKind
from lims.domain.identification_rule import Gap
from lims.domain.isomer_group import GroupStatus, IsomerGroup
from lims.domain.permissions import Act, require_role
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import StaleVersionError, TransitionError
from lims.said import said
from lims.services.curating import CuratingService
from lims.services.isomers import (
    CandidateIsomers,
    KnownIsomers,
    candidate_isomers,
    group_numbers,
    known_isomers,
    told_apart,
    with_known,
)
from lims.services.method_force import require_in_force
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.supporting import (
    ComponentUse,
    ExhibitResults,
    Question,
    examinations_of,
    finding_support,
    findings_of,
    items_of,
    require_nothing_left_unsaid,
    results_of,
    spectrum_support,
    support_of_components,
    support_of_findings,
)
from lims.translation import TIME_ZONE
from substance_library import LibraryRelease

_UNDER_PROCEDURE = frozenset({Act.IDENTIFICATION_REVISED, Act.IDENTIFICATION_CONCLUDED})
_TABLES = "substances of the package, and the library releases of the searches"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisFacts:
    """What the expert puts together for an identification."""

    findings: tuple[str, ...] = ()
    components: tuple[ComponentUse, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    isomers: IsomerSet = field(default_factory=IsomerSet)
    limitations: tuple[str, ...] = ()
    limited_sample_measure: str = ""
    correlation_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyingService:
    """Keeps the identifications of exhibits."""

    store: Store = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    second_sampling: bool = True
    """Whether a second technique has to be made on a separate sampling (rule ID-5)."""

    def open(
        self,
        question: Question,
        facts: BasisFacts,
        *,
        actor: StaffMember,
        procedure_number: str = IDENTIFICATION_METHOD,
    ) -> Identification:
        """Put a substance in question, with the results that are there.

        Raises
        ------
        NotPermittedError, NotCompetentError
            If the actor is no expert, or not competent for the procedure.
        NotFoundError
            If there is no such exhibit, finding, examination or component.
        NotInForceError
            If the procedure is recorded and not in force today.
        TransitionError
            If the substance is in question for that exhibit already.
        InvalidRecordError
            If a result is of another exhibit, discarded or not concluded, or one is neither used nor left out with a
            reason.
        BatchNotUsableError
            If the batch of a run is not usable.
        """
        require_role(actor, Act.IDENTIFICATION_OPENED)
        asked, stated = cleaned(question), cleaned(facts)
        known = self._known_isomers(asked, stated.components)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            require_in_force(work, procedure_number, now, time_zone=self.time_zone)
            basis = self._basis(work, asked, stated, known)
            others = work.children(Identification, asked.exhibit_number)
            _require_new(asked, others)
            opened = Identification(
                number=next_number(f"{asked.exhibit_number}-N", (one.number for one in others)),
                exhibit_number=asked.exhibit_number,
                procedure_number=procedure_number,
                expert=actor.number,
                substance=asked.substance,
                inchikey=asked.inchikey,
                basis=basis,
                outcome=rule_outcome(asked.substance, basis),
            )
            work.record(opened, act=Act.IDENTIFICATION_OPENED, actor=actor, at=now)
            work.commit()
        return opened

    def revise(
        self, number: str, facts: BasisFacts, *, actor: StaffMember, version: int | None = None
    ) -> Identification:
        """Put an identification on other results; a conclusion has to be drawn anew.

        Raises
        ------
        TransitionError
            If it is another expert's, checked, or disputed.
        StaleVersionError
            If it moved on since it was read.
        LimsError
            As ``open``.
        """
        require_role(actor, Act.IDENTIFICATION_REVISED)
        stated = cleaned(facts)
        asked = _question(self.get(number))
        known = self._known_isomers(asked, stated.components)

        def step(work: UnitOfWork, before: Identification) -> Identification:
            return before.revise(self._basis(work, asked, stated, known), expert=actor.number)

        return self._change(number, Act.IDENTIFICATION_REVISED, actor, version, step)

    def conclude(
        self, number: str, verdict: Verdict, *, actor: StaffMember, version: int | None = None
    ) -> Identification:
        """Draw the conclusion.

        Raises
        ------
        TransitionError, StaleVersionError
            If it is not open, is another expert's, or moved on; also if a result that it rests on did.
        InvalidRecordError
            If the results do not suffice for this conclusion; everything that is lacking is named.
        """
        require_role(actor, Act.IDENTIFICATION_CONCLUDED)
        clean, now = cleaned(verdict), self.clock.now()

        def step(work: UnitOfWork, before: Identification) -> Identification:
            moved = moved_grounds(work, before)
            if moved:
                raise TransitionError(f"{number}: {'; '.join(moved)}; revise it first")
            require_nothing_left_unsaid(work, _question(before), before.basis.supports, before.basis.left_out)
            return before.conclude(clean, expert=actor.number, at=now)

        return self._change(number, Act.IDENTIFICATION_CONCLUDED, actor, version, step)

    def agree(self, number: str, *, actor: StaffMember, version: int | None = None) -> Identification:
        """Record that a second person comes to the same conclusion.

        Raises
        ------
        NotPermittedError, TransitionError, StaleVersionError
            If the actor is no technical reviewer or the expert; it is not concluded, or moved on.
        """
        require_role(actor, Act.IDENTIFICATION_CHECKED)
        now = self.clock.now()
        return self._change(
            number, Act.IDENTIFICATION_CHECKED, actor, version, lambda _, one: one.agree(by=actor.number, at=now)
        )

    def dispute(self, number: str, *, words: str, actor: StaffMember, version: int | None = None) -> Identification:
        """Record that a second person comes to another conclusion; it stays with its resolution (G6).

        Raises
        ------
        NotPermittedError, TransitionError, StaleVersionError, InvalidRecordError
            As ``agree``; or if no reason is given.
        """
        require_role(actor, Act.IDENTIFICATION_DISPUTED)
        now, said = self.clock.now(), clean_text("disagreement", words)
        return self._change(
            number,
            Act.IDENTIFICATION_DISPUTED,
            actor,
            version,
            lambda _, one: one.dispute(by=actor.number, at=now, words=said),
        )

    def resolve(
        self, number: str, *, words: str, stands: bool, actor: StaffMember, version: int | None = None
    ) -> Identification:
        """End a disagreement: the conclusion stands, or is drawn anew.

        Raises
        ------
        NotPermittedError, TransitionError, StaleVersionError, InvalidRecordError
            If the actor is neither head nor quality manager, or one of the two; nobody disagrees; nothing is said.
        """
        require_role(actor, Act.IDENTIFICATION_RESOLVED)
        said = clean_text("resolution", words)
        resolution = Resolution(by=actor.number, at=self.clock.now(), words=said, stands=stands)
        return self._change(number, Act.IDENTIFICATION_RESOLVED, actor, version, lambda _, one: one.resolve(resolution))

    def get(self, number: str) -> Identification:
        """Give one identification.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Identification, number)

    def of_exhibit(self, exhibit_number: str) -> tuple[Identification, ...]:
        """Give all identifications of an exhibit, oldest first."""
        with self.store.reading() as work:
            return work.children(Identification, exhibit_number)

    def results(self, exhibit_number: str) -> ExhibitResults:
        """Give every result that an identification of an exhibit uses, or leaves out with a reason."""
        with self.store.reading() as work:
            return results_of(work, exhibit_number)

    def lacking(self, question: Question, components: tuple[ComponentUse, ...] = ()) -> tuple[Gap, ...]:
        """Say what would still be missing if a substance were identified by components and all live findings.

        Nothing is recorded. Isomers are not asked about before there is an identification.

        Raises
        ------
        LimsError
            If a component cannot be used.
        """
        with self.store.reading() as work:
            live = (one for one in findings_of(work, question.exhibit_number) if one.discard is None)
            supports = [support for finding in live for support in finding_support(question, finding)]
            supports += support_of_components(work, question, components)
        basis = Basis(supports=tuple(supports), second_sampling=self.second_sampling)
        return basis.check(question.substance).gaps

    def lacking_for(self, question: Question, examination: Examination, component: int) -> tuple[Gap, ...]:
        """Say what would be missing if a component were decided to be the substance, whatever it is now.

        The spectrum counts as the release of the examination allows; its retention counts only once it is evaluated.
        """
        with self.store.reading() as work:
            run = work.load(RecordedRun, examination.run_number)
            live = (one for one in findings_of(work, question.exhibit_number) if one.discard is None)
            supports = [support for finding in live for support in finding_support(question, finding)]
        use = ComponentUse(examination_number=examination.number, sampling=1, component=component)
        basis = Basis(
            supports=(*supports, spectrum_support(examination, run, use, found=True)),
            second_sampling=self.second_sampling,
        )
        return basis.check(question.substance).gaps

    def known_isomers(self, question: Question, release: LibraryRelease) -> KnownIsomers:
        """Say which isomers of a substance the tables and a release hold; the same for the same release always.

        Raises
        ------
        NotFoundError, RawStoreError
            If there is no such release, or its bytes are missing or altered.
        """
        known = self.curating.known_substances(release.name)
        return known_isomers(question.substance, question.inchikey, (release,), known)

    def isomers_of(self, question: Question, known: KnownIsomers, release: str) -> CandidateIsomers:
        """Say which isomers of a candidate the spectra of a release tell apart, by what a curator confirmed (ID-6).

        Nothing is recorded.
        """
        with self.store.reading() as work:
            groups = work.several(IsomerGroup, group_numbers(known, release))
        return candidate_isomers(question.inchikey, known, groups, release=release)

    def faults(self, exhibit_number: str) -> tuple[str, ...]:
        """Say what of the identities of an exhibit does not satisfy the rules; see ``identity_faults``."""
        with self.store.reading() as work:
            return identity_faults(work, exhibit_number)

    def _basis(self, work: UnitOfWork, question: Question, facts: BasisFacts, known: KnownIsomers) -> Basis:
        items_of(work, question.exhibit_number)
        supports = (
            *support_of_findings(work, question, facts.findings),
            *support_of_components(work, question, facts.components),
        )
        require_nothing_left_unsaid(work, question, supports, facts.left_out)
        return Basis(
            supports=supports,
            left_out=facts.left_out,
            isomers=_isomers(work, question, with_known(facts.isomers, known, source=_TABLES), supports),
            limitations=facts.limitations,
            limited_sample_measure=facts.limited_sample_measure,
            correlation_reason=facts.correlation_reason,
            second_sampling=self.second_sampling,
        )

    def _known_isomers(self, question: Question, uses: Iterable[ComponentUse]) -> KnownIsomers:
        """Ask the tables and the releases in which the runs were searched, before a transaction is open."""
        with self.store.reading() as work:
            names = sorted({work.load(Examination, use.examination_number).basis.release for use in uses})
        releases = [self.curating.release(name) for name in names]
        known = [one for name in names for one in self.curating.known_substances(name)]
        return known_isomers(question.substance, question.inchikey, releases, known)

    def _change(
        self,
        number: str,
        act: Act,
        actor: StaffMember,
        version: int | None,
        step: Callable[[UnitOfWork, Identification], Identification],
    ) -> Identification:
        with self.store.unit_of_work() as work:
            before = work.load(Identification, number)
            if version is not None and before.version != version:
                raise StaleVersionError(Identification.KIND, number, before.version)
            now = self.clock.now()
            if act in _UNDER_PROCEDURE:
                require_in_force(work, before.procedure_number, now, time_zone=self.time_zone)
            changed = step(work, before)
            work.record(changed, act=act, actor=actor, at=now)
            work.commit()
        return changed


def identity_faults(work: UnitOfWork, exhibit_number: str) -> tuple[str, ...]:
    """Say what of the identities of an exhibit does not satisfy the rules ID-1 to ID-9 (gate RP-1.1).

    Every substance that an examination of the exhibit names as identified needs an identification that is concluded
    positively; every identification has to be concluded, undisputed, and to rest on results as they are now.
    """
    identifications = work.children(Identification, exhibit_number)
    faults = [fault for one in identifications for fault in faults_of(work, one)]
    for examination in examinations_of(work, exhibit_number):
        for component in examination.identified:
            identity = component.identity
            if identity is not None and not any(
                _question(one).is_about(identity.name, identity.inchikey) for one in identifications
            ):
                faults.append(
                    f"{examination.number} component {component.number}: {identity.name} has no identification"
                )
    return tuple(faults)


def component_gaps(work: UnitOfWork, examination: Examination, component: ExaminedComponent) -> tuple[Gap, ...]:
    """Say what an identification of what a component was taken for would need, by all live findings of the exhibit.

    The spectrum counts as the release of the examination allows; its retention only once it is evaluated. Isomers are
    examined with an identification, and there is none.
    """
    identity = component.identity
    if identity is None:
        return ()
    question = Question(exhibit_number=examination.exhibit_number, substance=identity.name, inchikey=identity.inchikey)
    run = work.load(RecordedRun, examination.run_number)
    live = (one for one in findings_of(work, question.exhibit_number) if one.discard is None)
    supports = [support for finding in live for support in finding_support(question, finding)]
    use = ComponentUse(examination_number=examination.number, sampling=1, component=component.number)
    basis = Basis(supports=(*supports, spectrum_support(examination, run, use, found=True)))
    return (*basis.check(identity.name).gaps, Gap.ISOMERS)


def faults_of(work: UnitOfWork, identification: Identification) -> list[str]:
    """Say what keeps one identification from a report: not concluded, disputed, with a gap, or moved since."""
    number = identification.number
    faults: list[str] = []
    if identification.status in {IdentificationStatus.OPEN, IdentificationStatus.DISPUTED}:
        faults.append(said("{number} is {state}", number=number, state=identification.status))
    verdict = identification.verdict
    if verdict is not None and verdict.conclusion in {Conclusion.IDENTIFIED, Conclusion.LIMITED}:
        faults += [said("identification {number}: {what}", number=number, what=gap) for gap in missing(identification)]
    return faults + [
        said("identification {number}: {what}", number=number, what=words)
        for words in moved_grounds(work, identification)
    ]


def moved_grounds(work: UnitOfWork, identification: Identification) -> list[str]:
    """Name the results whose records say something else now than when they were used."""
    seen: dict[tuple[SupportKind, str], int] = {
        (one.kind, one.number): one.version for one in identification.basis.supports
    }
    moved = []
    for (kind, number), version in seen.items():
        if kind is SupportKind.FINDING:
            finding = work.load(Finding, number)
            now, changed = finding.state, finding.version != version
        else:
            examination = work.load(Examination, number)
            now, changed = examination.state, _decisions_changed(work, examination, version)
        if changed:
            moved.append(
                said(
                    "{number} was used in version {version}, says something else by now and is {state}",
                    number=number,
                    version=version,
                    state=now,
                )
            )
    return moved + list(_groups_moved(work, identification))


def _groups_moved(work: UnitOfWork, identification: Identification) -> Iterator[str]:
    """Name the isomer groups that a curator does not confirm any more."""
    for isomer in identification.basis.isomers.isomers:
        group = work.load(IsomerGroup, isomer.group) if isomer.group else None
        if group is not None and group.status is not GroupStatus.CONFIRMED:
            yield said(
                "isomer group {group} told {name} apart in version {version} and is {state}",
                group=group.number,
                name=isomer.name,
                version=isomer.group_version,
                state=group.status,
            )


def _decisions_changed(work: UnitOfWork, now: Examination, version: int) -> bool:
    """Tell whether an examination decides otherwise; its review alone changes nothing."""
    return work.load(Examination, now.number, version=version).components != now.components


def _isomers(work: UnitOfWork, question: Question, isomers: IsomerSet, supports: Sequence[Support]) -> IsomerSet:
    """Let the isomer groups of the releases say what the spectra tell apart."""
    used = {one.number for one in supports if one.kind is SupportKind.EXAMINATION}
    releases = {number: work.load(Examination, number).basis.release for number in sorted(used)}
    groups = {number: work.children(IsomerGroup, release) for number, release in releases.items()}
    return told_apart(isomers, question.inchikey, supports, groups)


def _question(identification: Identification) -> Question:
    return Question(
        exhibit_number=identification.exhibit_number,
        substance=identification.substance,
        inchikey=identification.inchikey,
    )


def _require_new(question: Question, others: Iterable[Identification]) -> None:
    for other in others:
        if question.is_about(other.substance, other.inchikey):
            raise TransitionError(f"{question.substance} is in question in {other.number} already; revise that")
