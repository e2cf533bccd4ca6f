"""What people say of a report before it is issued: reviews, comments, and disagreements with their resolution."""

from dataclasses import dataclass
from datetime import datetime

from lims.domain.review_checklist import AnsweredChecklist, ReviewKind
from lims.domain.review_point import ReviewPoint
from lims.domain.wording import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReview:
    """The outcome of one review of a report."""

    kind: ReviewKind
    by: str
    at: datetime
    approved: bool
    comment: str = ""
    checklist: AnsweredChecklist | None = None
    """None for a report that was reviewed before there were checklists, or returned without one."""
    points: tuple[str, ...] = ()
    """What has to be mended, of a report that was returned."""
    placed: tuple[ReviewPoint, ...] = ()
    """The same, each at the place that it concerns; none of a report that was returned before places were kept."""

    def __post_init__(self) -> None:
        """Refuse points that say nothing."""
        for point in self.points:
            require_text("point", point)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRemark:
    """A comment on a report; it asks for nothing and stays."""

    by: str
    at: datetime
    words: str

    def __post_init__(self) -> None:
        """Refuse a comment that says nothing."""
        require_text("comment", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResolution:
    """How a disagreement about a report ended."""

    by: str
    at: datetime
    words: str
    stands: bool
    """Whether the report stands; otherwise it is returned."""

    def __post_init__(self) -> None:
        """Refuse a resolution that says nothing."""
        require_text("resolution", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDisagreement:
    """What a checker holds against a report; it is never taken away (rule G6)."""

    by: str
    at: datetime
    words: str
    third_person: str
    """Who decides if author and checker do not come to one view."""
    resolution: ReportResolution | None = None

    def __post_init__(self) -> None:
        """Refuse a disagreement without its reason, or without the person who may end it."""
        require_text("disagreement", self.words)
        require_text("third person", self.third_person)
