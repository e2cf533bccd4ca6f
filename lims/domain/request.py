"""What belongs to an order for an examination: permission to consume, review, warning, links, the court's decision."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class Delivery(StrEnum):
    """How something came to the laboratory."""

    BY_HAND = "by hand"
    COURIER = "courier"
    POST = "post"
    ELECTRONIC = "electronic"


class Consumption(StrEnum):
    """How much of an object the appointing body lets the examination use up."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumptionPermission:
    """What the appointing body said about using objects up."""

    extent: Consumption
    reference: str = ""
    """Where it says so: the order's own number, or that of a later letter."""

    def __post_init__(self) -> None:
        """Refuse a permission that nobody could look up (rule KZ-2)."""
        clean_text("reference of the permission", self.reference)
        if self.extent is not Consumption.NONE:
            require_text("reference of the permission", self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationRequest:
    """The order as it came in; its number, date and questions stand in the case. None and empty mean unknown."""

    appointed_by: str = ""
    """The person who signed the order."""
    received_at: datetime | None = None
    delivery: Delivery | None = None
    delivered_by: str = ""
    """Who handed it in, or the number of the parcel."""
    permission: ConsumptionPermission | None = None
    """None: the order says nothing, so nothing may be used up."""

    def __post_init__(self) -> None:
        """Refuse texts that cannot be kept."""
        clean_text("appointed by", self.appointed_by)
        clean_text("delivered by", self.delivered_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReview:
    """Whether the laboratory can do what is asked, before it begins (ISO/IEC 17025:2017, 7.1)."""

    questions_understood: bool
    method_available: bool
    capable: bool
    """People, instruments and time are there."""
    methods: tuple[str, ...]
    """Numbers of the methods that were chosen."""
    deviation: str
    """What will be done otherwise than asked; empty for nothing."""
    told_to: str
    """Who of the customer was told of the deviation."""
    told_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime

    def __post_init__(self) -> None:
        """Refuse a deviation that the customer does not know of."""
        for name, text in (("deviation", self.deviation), ("told to", self.told_to)):
            clean_text(name, text)
        for method in self.methods:
            require_text("method", method)
        able = self.questions_understood and self.method_available and self.capable
        if not able and not self.deviation:
            raise InvalidRecordError(
                "review of the request: something is not as asked; expected the deviation in words"
            )
        if self.deviation and not (self.told_to and self.told_at):
            raise InvalidRecordError(
                "review of the request: a deviation is told to the customer; expected to whom, when"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityWarning:
    """That an expert was warned of the liability for a knowingly false conclusion (rule KZ-1)."""

    person: str
    """Staff number of the expert who signed it."""
    signed_on: date
    recorded_at: datetime
    reference: str = ""
    """Where the signed sheet is kept."""

    def __post_init__(self) -> None:
        """Refuse a warning of nobody."""
        require_text("person", self.person)
        clean_text("reference of the warning", self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLink:
    """Another case that has to do with this one."""

    case_number: str
    reason: str
    linked_by: str
    linked_at: datetime

    def __post_init__(self) -> None:
        """Refuse a link without a reason."""
        require_text("case number", self.case_number)
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudication:
    """The court decided the case while the laboratory still has it; work goes on only if somebody still wants it."""

    decided_on: date
    reference: str
    recorded_by: str
    recorded_at: datetime
    wanted_reason: str = ""
    """Why the work is wanted all the same; empty as long as nobody said so."""
    wanted_by: str = ""
    """Who of the appointing body said so."""
    resumed_by: str = ""
    """Staff number of who recorded it."""
    resumed_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a decision that nobody could look up."""
        require_text("reference of the decision", self.reference)
        clean_text("reason", self.wanted_reason)
        clean_text("wanted by", self.wanted_by)

    @property
    def stops_work(self) -> bool:
        """Tell whether nobody asked for the work since."""
        return not self.wanted_reason
