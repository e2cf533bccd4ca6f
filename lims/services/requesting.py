"""What is recorded of an order after it came in: permission, category, review, warning, links, a court's decision."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from lims.domain.case import Case
from lims.domain.permissions import Act, require_role
from lims.domain.request import (
    Adjudication,
    CaseLink,
    Consumption,
    ConsumptionPermission,
    LiabilityWarning,
    RequestReview,
)
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, Store
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

Step = Callable[[Case, datetime], Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """The answers of a review of a request (ISO/IEC 17025:2017, 7.1)."""

    questions_understood: bool
    method_available: bool
    capable: bool
    methods: tuple[str, ...] = ()
    deviation: str = ""
    told_to: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestService:
    """Keeps what belongs to the order of a case: one fact, one method.

    ``version`` is that of the case which the person saw: an act on a case that was changed since is refused with
    ``StaleVersionError``.
    """

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days count."""

    def permit(
        self,
        case_number: str,
        *,
        extent: Consumption,
        actor: StaffMember,
        reference: str = "",
        version: int | None = None,
    ) -> Case:
        """Record what the appointing body says about using objects up (rule KZ-2).

        Parameters
        ----------
        reference : str, optional
            Where it says so; needed for anything but "none".

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If a permission has no reference.
        """
        permission = ConsumptionPermission(extent=extent, reference=clean_text("reference", reference))
        return self._step(
            case_number, Act.CASE_PERMISSION_RECORDED, actor, lambda case, _: case.permit(permission), version
        )

    def categorise(self, case_number: str, category: str, *, actor: StaffMember, version: int | None = None) -> Case:
        """Put a case into a category of complexity.

        Raises
        ------
        NotFoundError
            If there is no such case.
        """
        clean = clean_text("category", category)
        return self._step(case_number, Act.CASE_CATEGORISED, actor, lambda case, _: case.categorise(clean), version)

    def review(self, case_number: str, facts: ReviewFacts, *, actor: StaffMember, version: int | None = None) -> Case:
        """Record that the request was reviewed before the work.

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If something is not as asked and the deviation, or who was told of it, is missing.
        """
        clean = cleaned(facts)

        def step(case: Case, now: datetime) -> Case:
            return case.review(
                RequestReview(
                    questions_understood=clean.questions_understood,
                    method_available=clean.method_available,
                    capable=clean.capable,
                    methods=clean.methods,
                    deviation=clean.deviation,
                    told_to=clean.told_to,
                    told_at=clean.told_at,
                    reviewed_by=actor.number,
                    reviewed_at=now,
                )
            )

        return self._step(case_number, Act.CASE_REQUEST_REVIEWED, actor, step, version)

    def sign_warning(self, case_number: str, *, signed_on: date, actor: StaffMember, reference: str = "") -> Case:
        """Record that the expert who acts signed the warning of liability (rule KZ-1).

        Parameters
        ----------
        signed_on : date
            The day on the signed sheet.
        reference : str, optional
            Where the sheet is kept.

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If the day is not yet.
        TransitionError
            If this expert signed it before.
        """
        clean = clean_text("reference of the warning", reference)

        def step(case: Case, now: datetime) -> Case:
            self._require_past(signed_on, now)
            return case.sign_warning(
                LiabilityWarning(person=actor.number, signed_on=signed_on, recorded_at=now, reference=clean)
            )

        return self._step(case_number, Act.CASE_WARNING_SIGNED, actor, step)

    def link(
        self, case_number: str, other: str, *, reason: str, actor: StaffMember, version: int | None = None
    ) -> Case:
        """Tie two cases to each other, both ways, with the reason.

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If both are the same, or tied already, or there is no reason.
        """
        require_role(actor, Act.CASE_LINKED)
        words = clean_text("reason", reason)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            ends = work.load(Case, case_number), work.load(Case, other)
            require_seen(ends[0], version)
            tied = []
            for one, far in (ends, ends[::-1]):
                link = CaseLink(case_number=far.number, reason=words, linked_by=actor.number, linked_at=now)
                tied.append(one.link(link))
                work.record(tied[-1], act=Act.CASE_LINKED, actor=actor, at=now)
            work.commit()
        return tied[0]

    def adjudicate(
        self,
        case_number: str,
        *,
        decided_on: date,
        reference: str,
        actor: StaffMember,
        version: int | None = None,
    ) -> Case:
        """Record that the court has decided the case: work on it stops until somebody says that it is wanted.

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If the day is not yet, or there is no reference.
        TransitionError
            If a decision is recorded already.
        """
        clean = clean_text("reference of the decision", reference)

        def step(case: Case, now: datetime) -> Case:
            self._require_past(decided_on, now)
            return case.adjudicate(
                Adjudication(decided_on=decided_on, reference=clean, recorded_by=actor.number, recorded_at=now)
            )

        return self._step(case_number, Act.CASE_ADJUDICATED, actor, step, version)

    def want_work(
        self, case_number: str, *, reason: str, wanted_by: str, actor: StaffMember, version: int | None = None
    ) -> Case:
        """Record that the appointing body wants the work although the court has decided.

        Raises
        ------
        NotFoundError
            If there is no such case.
        TransitionError
            If nothing stops the work.
        """
        words, who = clean_text("reason", reason), clean_text("wanted by", wanted_by)

        def step(case: Case, now: datetime) -> Case:
            return case.want_work(reason=words, wanted_by=who, recorded_by=actor.number, at=now)

        return self._step(case_number, Act.CASE_WORK_WANTED, actor, step, version)

    def _step(self, case_number: str, act: Act, actor: StaffMember, step: Step, version: int | None = None) -> Case:
        require_role(actor, act)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            case = work.load(Case, case_number)
            require_seen(case, version)
            after = step(case, now)
            work.record(after, act=act, actor=actor, at=now)
            work.commit()
        return after

    def _require_past(self, day: date, now: datetime) -> None:
        if day > now.astimezone(self.time_zone).date():
            raise InvalidRecordError(f"{day} is not yet; expected a day that has come")
