"""The legal status of what was identified: of the day of the seizure and of the report, reproducible years later."""

from dataclasses import dataclass, field
from datetime import date, tzinfo

from lims import __version__
from lims.domain.case import Case
from lims.domain.exhibit import Exhibit, next_number
from lims.domain.legal_determination import DatedStatus, LegalDetermination, Override, StructureLevel
from lims.domain.permissions import Act, require_role
from lims.domain.quantitation import Quantitation
from lims.domain.seizure import Seizure, day_of_law
from lims.domain.staff import StaffMember
from lims.domain.weighing import Weighing
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError
from lims.services.law_book import read_law_book
from lims.services.legal_outlook import LegalOutlook, outlooks
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE
from substance_library.determination import Content, LegalStatus
from substance_library.errors import SubstanceLibraryError
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_sha256
from substance_library.prepared_structure import PreparedStructure, prepare
from substance_library.sizes import size_statements
from substance_library.status import StatusPolicy, determine
from substance_library.thresholds import Basis, Matter, WeighedAmount

GRAM = "g"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationFacts:
    """What the expert asks of the law; see ``LegalDetermination`` for the fields."""

    exhibit_number: str
    substance: str
    structures: tuple[str, ...]
    level: StructureLevel
    jurisdiction: str
    content: Content | None = None
    weighing_number: str = ""
    """Of the amount whose size class is asked; empty for none."""
    basis: Basis | None = None
    """Of that amount."""
    quantitation_number: str = ""
    """Of the quantitation that states the content; with a basis of pure substance its mass is the amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """One day of a determination on which the law reads differently when it is asked again."""

    on_seizure: bool
    """Else the day of the determination."""
    day: date
    then: LegalStatus
    again: LegalStatus
    """May be the same: then the rows or the size differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A determination made again with the book as it was, and what came out differently."""

    number: str
    differences: tuple[str, ...]
    days: tuple[ChangedDay, ...] = ()
    """The days among the differences."""
    other_program: bool = False
    """Whether the book that comes with the program is another one than then."""

    @property
    def same(self) -> bool:
        """Whether it came out bit for bit."""
        return not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of the book on each of the two days."""

    structures: tuple[PreparedStructure, ...]
    jurisdiction: str
    content: Content | None
    policy: StatusPolicy
    weighed: WeighedAmount | None

    def on(self, day: date, book: LawBook) -> DatedStatus:
        """Ask the book about a day."""
        answers = tuple(
            determine(one, self.jurisdiction, day, book, content=self.content, policy=self.policy)
            for one in self.structures
        )
        weighed = self.weighed
        sizes = () if weighed is None else (one for it in answers for one in size_statements(it, book, weighed))
        return DatedStatus(as_of=day, answers=answers, sizes=tuple(dict.fromkeys(sizes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminingService:
    """Makes, overrides, reviews and recomputes determinations."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    isotopologues_alike: bool = True
    """The laboratory's policy where a text does not speak of isotopes."""

    def determine(self, facts: DeterminationFacts, *, actor: StaffMember) -> LegalDetermination:
        """Determine the legal status of what an exhibit holds, on the day of the seizure and today (rule KZ-4).

        Raises
        ------
        NotPermittedError
            If the actor is no expert.
        NotFoundError
            If there is no such exhibit or weighing.
        InvalidRecordError
            If a structure cannot be read, the weighing is of another exhibit, or an amount has no basis.
        """
        require_role(actor, Act.DETERMINATION_MADE)
        clean = cleaned(facts)
        structures = tuple(_structure(text, clean.level) for text in clean.structures)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            exhibit = work.load(Exhibit, clean.exhibit_number)
            measured = _measured(work, clean)
            question = _Question(
                structures=structures,
                jurisdiction=clean.jurisdiction,
                content=clean.content if measured is None else _content(measured),
                policy=StatusPolicy(isotopologues_alike=self.isotopologues_alike),
                weighed=_weighed(work, clean, measured),
            )
            book = read_law_book(work)
            seized_on, today = _seized_on(work, exhibit), now.astimezone(self.time_zone).date()
            taken = (one.number for one in work.children(LegalDetermination, exhibit.number))
            made = LegalDetermination(
                number=next_number(f"{exhibit.number}-L", taken),
                exhibit_number=exhibit.number,
                substance=clean.substance,
                structures=clean.structures,
                level=clean.level,
                jurisdiction=clean.jurisdiction,
                seized_on=seized_on,
                on_seizure=None if seized_on is None else question.on(seized_on, book),
                on_report=question.on(today, book),
                expert=actor.number,
                made_at=now,
                shipped_book_sha256=shipped_law_sha256(),
                program_version=__version__,
                content=question.content,
                isotopologues_alike=self.isotopologues_alike,
                weighed=question.weighed,
                weighing_number=clean.weighing_number,
                quantitation_number=clean.quantitation_number,
            )
            work.record(made, act=Act.DETERMINATION_MADE, actor=actor, at=now)
            work.commit()
        return made

    def override(
        self, number: str, *, result: LegalStatus, reason: str, actor: StaffMember, version: int | None = None
    ) -> LegalDetermination:
        """Put the expert's word beside the answer of the program.

        Raises
        ------
        NotPermittedError, NotFoundError, TransitionError, InvalidRecordError
            If the actor is no expert, there is no such determination, it is another expert's, or no reason is given.
        """
        require_role(actor, Act.DETERMINATION_OVERRIDDEN)
        words = clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            said = Override(result=result, reason=words, by=actor.number, at=now)
            changed = _seen(work, number, version).override(said)
            work.record(changed, act=Act.DETERMINATION_OVERRIDDEN, actor=actor, at=now)
            work.commit()
        return changed

    def review(self, number: str, *, actor: StaffMember, version: int | None = None) -> LegalDetermination:
        """Record that a second person looked at a determination.

        Raises
        ------
        NotPermittedError, NotFoundError, TransitionError
            If the actor is no technical reviewer or worked on the case, there is no such determination, or it is
            reviewed as it stands.
        """
        require_role(actor, Act.DETERMINATION_REVIEWED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            reviewed = _seen(work, number, version).review(by=actor.number, at=now)
            work.record(reviewed, act=Act.DETERMINATION_REVIEWED, actor=actor, at=now)
            work.commit()
        return reviewed

    def determination(self, number: str) -> LegalDetermination:
        """Give the newest version of a determination.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(LegalDetermination, number)

    def determinations(self, exhibit_number: str) -> tuple[LegalDetermination, ...]:
        """Give all determinations of an exhibit."""
        with self.store.reading() as work:
            return work.children(LegalDetermination, exhibit_number)

    def outlook(self, exhibit_number: str, structure: str) -> tuple[LegalOutlook, ...]:
        """Say what the law of the seizure's day and of today would say of a structure; nothing is recorded.

        Parameters
        ----------
        structure : str
            SMILES of a candidate; its stereochemistry is not established, so it is left out.

        Raises
        ------
        NotFoundError
            If there is no such exhibit.
        InvalidRecordError
            If the structure cannot be read.
        """
        with self.store.reading() as work:
            exhibit = work.load(Exhibit, exhibit_number)  # first: who may not read it learns nothing else
            prepared = _structure(structure, StructureLevel.NO_STEREO)
            seized_on, book = _seized_on(work, exhibit), read_law_book(work)
        today = self.clock.now().astimezone(self.time_zone).date()
        policy = StatusPolicy(isotopologues_alike=self.isotopologues_alike)
        return tuple(outlooks(prepared, book, seized_on=seized_on, today=today, policy=policy))

    def recompute(self, number: str) -> Recomputed:
        """Make a determination again with the book as the ledger had it then.

        Returns
        -------
        Recomputed
            A difference is named also where another version of program, RDKit or InChI is at work: then nobody may
            expect the same.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            made = work.load(LegalDetermination, number, version=1)
            entry = work.entry_of(LegalDetermination, number, version=1)
            book = read_law_book(work, before=entry.sequence)
        other = made.shipped_book_sha256 != shipped_law_sha256()
        words, days, question = ["the shipped book of the law is another one"] if other else [], [], _question_of(made)
        for name, day in _days(made):
            again = question.on(day.as_of, book)
            if again != day:
                words.append(f"the status on {name}")
                days.append(_changed(made, day, again))
        return Recomputed(number=number, differences=tuple(words), days=tuple(days), other_program=other)

    def reread(self, number: str) -> Recomputed:
        """Ask the book as it is now about the days of a determination, and name what would read differently.

        Returns
        -------
        Recomputed
            Differences of an answer, of the rows that it names, or of a size class. Nothing is recorded: whether a new
            determination is needed, the expert decides.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            made = work.load(LegalDetermination, number)
            book = read_law_book(work)
        question, words, days = _question_of(made), [], []
        for name, day in _days(made):
            now = question.on(day.as_of, book)
            if _reading(now) != _reading(day):
                words.append(f"on {name}, {day.as_of}: {day.result.value} then, {now.result.value} now")
                days.append(_changed(made, day, now))
        return Recomputed(number=number, differences=tuple(words), days=tuple(days))


def _seen(work: UnitOfWork, number: str, version: int | None) -> LegalDetermination:
    """Give a determination, unless it is no more what the person had on the screen."""
    made = work.load(LegalDetermination, number)
    require_seen(made, version)
    return made


def asked_again(made: LegalDetermination, book: LawBook) -> tuple[DatedStatus, ...]:
    """Ask a book what a determination asked, on each of its days: what the watch compares before and after a change."""
    question = _question_of(made)
    return tuple(question.on(day.as_of, book) for day in (made.on_seizure, made.on_report) if day is not None)


def _question_of(made: LegalDetermination) -> _Question:
    return _Question(
        structures=tuple(_structure(text, made.level) for text in made.structures),
        jurisdiction=made.jurisdiction,
        content=made.content,
        policy=StatusPolicy(isotopologues_alike=made.isotopologues_alike),
        weighed=made.weighed,
    )


def _days(made: LegalDetermination) -> tuple[tuple[str, DatedStatus], ...]:
    report = ("the day of the report", made.on_report)
    return (report,) if made.on_seizure is None else (("the day of the seizure", made.on_seizure), report)


def _changed(made: LegalDetermination, day: DatedStatus, again: DatedStatus) -> ChangedDay:
    return ChangedDay(on_seizure=day is made.on_seizure, day=day.as_of, then=day.result, again=again.result)


def _reading(status: DatedStatus) -> tuple[object, ...]:
    """Give what a report would print: the answer, the rows with their schedules, the sizes."""
    rows = {(it.kind, it.act, it.entry, it.schedule, it.row) for one in status.answers for it in one.findings}
    return status.result, rows, tuple((one.act, one.entry, one.finding.result) for one in status.sizes)


def _structure(text: str, level: StructureLevel) -> PreparedStructure:
    """Prepare a structure; where its stereochemistry is not established, without it."""
    try:
        prepared = prepare(Smiles(text))
        return prepare(Smiles(prepared.parent_smiles)) if level is StructureLevel.NO_STEREO else prepared
    except SubstanceLibraryError as error:
        raise InvalidRecordError(f"structure: {error}") from error


def _seized_on(work: UnitOfWork, exhibit: Exhibit) -> date | None:
    seizure = work.load(Seizure, exhibit.seizure_number) if exhibit.seizure_number else None
    return day_of_law(work.load(Case, exhibit.case_number), seizure)


def _measured(work: UnitOfWork, facts: DeterminationFacts) -> Quantitation | None:
    """Give the quantitation that is named: of this exhibit and substance, in use, with a content."""
    if not facts.quantitation_number:
        return None
    measured = work.load(Quantitation, facts.quantitation_number)
    if measured.exhibit_number != facts.exhibit_number or measured.analyte.casefold() != facts.substance.casefold():
        raise InvalidRecordError(
            f"quantitation {measured.number} is of {measured.analyte} in {measured.exhibit_number}; expected "
            f"{facts.substance} in {facts.exhibit_number}"
        )
    if measured.result is None or measured.discard is not None:
        raise InvalidRecordError(f"quantitation {measured.number} states no content, or is discarded")
    if facts.content is not None:
        raise InvalidRecordError(f"a content beside quantitation {measured.number}, which states one")
    return measured


def _content(measured: Quantitation) -> Content | None:
    found = measured.result
    return None if found is None else Content(percent=found.percent, u_percent=found.u_percent)


def _weighed(work: UnitOfWork, facts: DeterminationFacts, measured: Quantitation | None) -> WeighedAmount | None:
    if measured is not None and facts.basis is not None and facts.basis.matter is Matter.PURE:
        return _pure(measured, facts, facts.basis)
    if not facts.weighing_number:
        return None
    if facts.basis is None:
        raise InvalidRecordError(f"weighing {facts.weighing_number}: of what the amount is was not stated")
    weighing = work.load(Weighing, facts.weighing_number)
    if weighing.exhibit_number != facts.exhibit_number:
        raise InvalidRecordError(f"weighing {weighing.number} is of exhibit {weighing.exhibit_number}")
    stated = weighing.stated
    return WeighedAmount(amount=stated.mass_g, u=stated.u_g, unit=GRAM, basis=facts.basis)


def _pure(measured: Quantitation, facts: DeterminationFacts, basis: Basis) -> WeighedAmount:
    """Give the mass of the substance itself in the whole exhibit."""
    if measured.total is None:
        raise InvalidRecordError(f"quantitation {measured.number} states no mass of the substance")
    if facts.weighing_number:
        raise InvalidRecordError(
            f"weighing {facts.weighing_number} is of the mixture; the pure substance is that of {measured.number}"
        )
    return WeighedAmount(amount=measured.total.mass_g, u=measured.total.u_g, unit=GRAM, basis=basis)
