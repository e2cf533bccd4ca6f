"""The words for what waits and how it stands, marked for translation, and the page where each thing is done."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lims.domain.staff import Role
from lims.domain.waiting import Job
from lims.domain.work_queue import Standing
from lims.translation import marked
from lims.ui.selection import EXAMINATION_PAGE

JOB_WORDS: Mapping[Job, str] = MappingProxyType(
    {
        Job.REVIEW_REQUEST: marked("Review the request"),
        Job.ASK_WHETHER_WANTED: marked("The court has decided: ask whether the work is wanted"),
        Job.GET_ANSWER: marked("Get the sender's answer about the discrepancy"),
        Job.TAKE_UP: marked("Take up the exhibit: nobody has begun with it"),
        Job.WEIGH: marked("Weigh the exhibit: no weighing is recorded"),
        Job.EXAMINE: marked("Open an examination"),
        Job.ANSWER_HAND_OVER: marked("Take or refuse the hand-over"),
        Job.OFFER_AGAIN: marked("Offer again or withdraw: nobody took it in time"),
        Job.DRAW_UNITS: marked("Draw the units of the sampling plan"),
        Job.TEST_UNITS: marked("Record the results of the drawn units"),
        Job.MEASURE: marked("Measure the batch"),
        Job.JUDGE: marked("Judge the batch"),
        Job.CONCLUDE: marked("Conclude the examination"),
        Job.REPORT: marked("Write the report"),
        Job.IDENTIFY: marked("Conclude the identification"),
        Job.CHECK: marked("Check the identification"),
        Job.RESOLVE: marked("Resolve the disagreement about the identification"),
        Job.FINISH_REPORT: marked("Finish the report: its number is taken and nothing is signed"),
        Job.REVIEW: marked("Review the report"),
        Job.RESOLVE_REPORT: marked("Resolve the disagreement about the report"),
        Job.REVIEW_PAPER: marked("Review the report administratively"),
        Job.ISSUE: marked("Issue the report"),
        Job.AMEND: marked("Amend the report"),
        Job.NOTIFY: marked("Tell the recipients that the report no longer stands"),
        Job.AUTHORISE: marked("Authorise the deviation"),
        Job.ACCEPT: marked("Get the customer's acceptance of the deviation"),
        Job.ASSESS: marked("Assess the nonconformity"),
        Job.PLAN_ACTION: marked("Plan an action against the nonconformity"),
        Job.CORRECT: marked("Carry out the action"),
        Job.VERIFY: marked("Verify whether the action helped"),
        Job.RESUME: marked("Decide whether held work goes on"),
        Job.CLOSE: marked("Close the nonconformity"),
        Job.CLOSE_MASS: marked("Close the difference of mass"),
        Job.COUNT_AGAIN: marked("Count the place a second time"),
        Job.CONFIRM_ROLES: marked("Confirm the proposed roles"),
        Job.RELEASE_REAGENT: marked("Release the reagent"),
        Job.RELEASE_STANDARD: marked("Release the reference standard"),
        Job.REPLACE_REAGENT: marked("The reagent ends: replace it"),
        Job.REPLACE_STANDARD: marked("The reference standard ends: replace it"),
        Job.CALIBRATE: marked("The calibration ends: have the instrument calibrated"),
        Job.RENEW_COMPETENCE: marked("The competence ends: renew it"),
        Job.GIVE_BACK: marked("Give the exhibit back"),
        Job.LOOK_AGAIN: marked("A new release or edition says something of a component: look at it again"),
        Job.ASSESS_REPORT: marked("An issued report would read differently: assess it"),
    }
)
STANDING_WORDS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.LATE: marked("late"),
        Standing.DUE_SOON: marked("due soon"),
        Standing.IN_TIME: marked("in time"),
        Standing.UNKNOWN: marked("no known deadline"),
        Standing.STOPPED: marked("term suspended"),
    }
)
SHAPES: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.LATE: "■",
        Standing.DUE_SOON: "◆",
        Standing.IN_TIME: "○",
        Standing.UNKNOWN: "?",
        Standing.STOPPED: "‖",
    }
)
"""A shape beside each word: no standing is told by colour alone."""
EXHIBITS_PAGE = ""
"""The page that people begin with has no name in the address."""
_AT_THE_EVIDENCE = frozenset({Role.EXPERT, Role.TECHNICAL_REVIEWER})
_AT_THE_ISSUE = frozenset({Role.HEAD, Role.QUALITY_MANAGER})
_PAGES: Mapping[Job, tuple[str, frozenset[Role]]] = MappingProxyType(
    {
        **dict.fromkeys((Job.CONCLUDE, Job.REPORT, Job.FINISH_REPORT), (EXAMINATION_PAGE, _AT_THE_EVIDENCE)),
        **dict.fromkeys((Job.REVIEW, Job.RESOLVE_REPORT), ("review", _AT_THE_EVIDENCE)),
        **dict.fromkeys((Job.REVIEW_PAPER, Job.ISSUE), ("issue", _AT_THE_ISSUE)),
        Job.RENEW_COMPETENCE: ("administration", _AT_THE_ISSUE),
        **dict.fromkeys((Job.MEASURE, Job.JUDGE, Job.AUTHORISE, Job.ACCEPT), ("batches", frozenset(Role))),
        **dict.fromkeys((Job.ANSWER_HAND_OVER, Job.OFFER_AGAIN, Job.GIVE_BACK), ("custody", frozenset(Role))),
    }
)


def page_of(job: Job, roles: Iterable[Role], *, has_exhibit: bool) -> str | None:
    """Name the page where a person does something, or at least sees the exhibit that it is about; None for none."""
    page, allowed = _PAGES.get(job, ("", frozenset()))
    if page and not allowed.isdisjoint(roles):
        return page
    return EXHIBITS_PAGE if has_exhibit else None
