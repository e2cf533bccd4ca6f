"""Cases and the orders that start them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Self

from lims.domain.deadline import TermEvent, require_next
from lims.domain.request import (
    Adjudication,
    CaseLink,
    Consumption,
    ConsumptionPermission,
    ExaminationRequest,
    LiabilityWarning,
    RequestReview,
)
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import CaseDecidedError, ConsumptionRefusedError, NotWarnedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One examination request; None and empty text mean unknown.

    Immutable: every step returns a new case, the old one stays as evidence.
    """

    KIND: ClassVar[str] = "case"
    FROM_THE_SENDER: ClassVar[tuple[str, ...]] = (
        *("appointing_body", "order_number", "order_date", "questions", "seizure_date", "seizure_place"),
        *("seizing_body", "seizing_reference"),
    )
    """Fields that the laboratory took over and did not find out (ISO/IEC 17025:2017, 7.8.2.2)."""

    number: str
    laboratory: str
    appointing_body: str
    order_number: str
    order_date: date | None
    seizure_date: date | None
    """Of a case with one seizure that is not recorded by itself."""
    seizure_place: str
    questions: tuple[str, ...]
    """Of the order, word for word and in its order."""
    demonstration: bool
    """True for a made-up case: it says so wherever it appears."""
    request: ExaminationRequest | None = None
    """None: registered before requests were recorded, or nothing more is known."""
    seizing_body: str = ""
    seizing_reference: str = ""
    """The number under which the seizing body keeps the case."""
    category: str = ""
    """Of complexity, in the words of the setting ``terms``; empty for unknown."""
    reviews: tuple[RequestReview, ...] = ()
    """All of them, the newest last."""
    warnings: tuple[LiabilityWarning, ...] = ()
    links: tuple[CaseLink, ...] = ()
    term_events: tuple[TermEvent, ...] = ()
    adjudication: Adjudication | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a case without an origin."""
        require_text("case number", self.number)
        require_text("laboratory", self.laboratory)
        require_text("appointing body", self.appointing_body)
        clean_text("order number", self.order_number)
        clean_text("place of seizure", self.seizure_place)
        clean_text("seizing body", self.seizing_body)
        clean_text("reference of the seizing body", self.seizing_reference)
        clean_text("category", self.category)
        for question in self.questions:
            require_text("question", question)

    @property
    def parent(self) -> str:
        """Belong to no other record."""
        return ""

    @property
    def state(self) -> str:
        """Say whether it is a demonstration."""
        return "demonstration" if self.demonstration else "open"

    @property
    def title(self) -> str:
        """Show who asked."""
        return self.appointing_body

    # what work asks before it begins

    def require_consumption(self, *, entire: bool = False) -> ConsumptionPermission:
        """Give the permission under which something of an object is used up (rule KZ-2).

        Parameters
        ----------
        entire : bool, optional
            Whether nothing is left of the object afterwards; that needs a full permission.

        Raises
        ------
        ConsumptionRefusedError
            If the appointing body did not permit it.
        """
        permission = self.request.permission if self.request else None
        if permission is None or permission.extent is Consumption.NONE:
            said = "permits none" if permission else "says nothing of it"
            raise ConsumptionRefusedError(f"case {self.number}: nothing may be used up; the appointing body {said}")
        if entire and permission.extent is not Consumption.FULL:
            raise ConsumptionRefusedError(
                f"case {self.number}: an object may not be used up entirely; {permission.reference} permits a part"
            )
        return permission

    def require_warned(self, person: str = "") -> LiabilityWarning:
        """Give the signed warning that work needs (rule KZ-1): of a person, or of anybody in the case.

        Raises
        ------
        NotWarnedError
            If it was not signed.
        """
        for warning in self.warnings:
            if person in {"", warning.person}:
                return warning
        raise NotWarnedError(self.number, person)

    def require_wanted(self) -> None:
        """Refuse work on a case that the court has decided, as long as nobody said that it is still wanted.

        Raises
        ------
        CaseDecidedError
            Naming the decision.
        """
        if self.adjudication is not None and self.adjudication.stops_work:
            raise CaseDecidedError(self.number, self.adjudication.reference)

    # steps

    def permit(self, permission: ConsumptionPermission) -> Self:
        """Record what the appointing body says about using objects up, in place of what it said before."""
        request = replace(self.request or ExaminationRequest(), permission=permission)
        return replace(self, request=request, version=self.version + 1)

    def categorise(self, category: str) -> Self:
        """Put the case into a category of complexity."""
        require_text("category", category)
        return replace(self, category=category, version=self.version + 1)

    def review(self, review: RequestReview) -> Self:
        """Record that the request was reviewed; a later review stands beside the ones before."""
        return replace(self, reviews=(*self.reviews, review), version=self.version + 1)

    def sign_warning(self, warning: LiabilityWarning) -> Self:
        """Record that an expert signed the warning of liability.

        Raises
        ------
        TransitionError
            If that expert signed it before.
        """
        if any(one.person == warning.person for one in self.warnings):
            raise TransitionError(f"{warning.person} signed the warning of case {self.number} before")
        return replace(self, warnings=(*self.warnings, warning), version=self.version + 1)

    def link(self, link: CaseLink) -> Self:
        """Tie the case to another one.

        Raises
        ------
        InvalidRecordError
            If it is the same case, or tied already.
        """
        if link.case_number in {self.number, *(one.case_number for one in self.links)}:
            raise InvalidRecordError(f"case {self.number} and case {link.case_number}: the same, or linked already")
        return replace(self, links=(*self.links, link), version=self.version + 1)

    def step_term(self, event: TermEvent) -> Self:
        """Start, stop, resume or extend the term.

        Raises
        ------
        TransitionError
            If the step does not follow from those before.
        """
        require_next(self.term_events, event)
        return replace(self, term_events=(*self.term_events, event), version=self.version + 1)

    def adjudicate(self, decision: Adjudication) -> Self:
        """Record that the court decided the case: work stops until somebody says that it is wanted.

        Raises
        ------
        TransitionError
            If a decision is recorded already.
        """
        if self.adjudication is not None:
            raise TransitionError(f"case {self.number} was decided: {self.adjudication.reference}")
        return replace(self, adjudication=decision, version=self.version + 1)

    def want_work(self, *, reason: str, wanted_by: str, recorded_by: str, at: datetime) -> Self:
        """Record that the work is wanted although the court has decided.

        Raises
        ------
        TransitionError
            If there is no decision that stops it.
        """
        require_text("reason", reason)
        require_text("wanted by", wanted_by)
        if self.adjudication is None or not self.adjudication.stops_work:
            raise TransitionError(f"nothing stops the work on case {self.number}")
        wanted = replace(
            self.adjudication, wanted_reason=reason, wanted_by=wanted_by, resumed_by=recorded_by, resumed_at=at
        )
        return replace(self, adjudication=wanted, version=self.version + 1)
