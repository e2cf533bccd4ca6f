"""Reports of the week: one returned in review, one amended after its issue, one that waits for its reviewer."""

from lims.demo.crew import QUALITY, Site
from lims.demo.people import not_looked_at
from lims.demo.receiving import NOBODY
from lims.demo.stage import Stage
from lims.domain.examination import Examination
from lims.domain.question_answer import GroundKind
from lims.domain.report import Report
from lims.domain.review_checklist import ReviewKind
from lims.domain.signature import SignatureMeaning
from lims.services.amending import DeliveryFacts, NoticeFacts
from lims.services.answering import AnswerFacts

LANGUAGE = "en"
_BY_HAND = "by hand (demo)"


def draft(stage: Stage, site: Site, examination: Examination) -> Report:
    """Let the expert compose and sign the report of an examination that is concluded."""
    stage.clock.later(10)
    author = site.experts[0]
    examination = _answer(stage, site, examination)
    return stage.laboratory.reporting.draft(
        examination.number,
        reviewer=site.reviewer,
        language=LANGUAGE,
        actor=stage.crew[author],
        confirmation=stage.crew.confirm(author, SignatureMeaning.AUTHOR, examination),
    )


def _answer(stage: Stage, site: Site, examination: Examination) -> Examination:
    """Answer the one question of every order of the week by what was concluded, as far as something was."""
    examining, expert = stage.laboratory.examining, stage.crew[site.experts[0]]
    concluded = tuple(
        one.number for one in examining.grounds(examination.number) if one.kind is GroundKind.IDENTIFICATION
    )
    facts = AnswerFacts(grounds=concluded) if concluded else AnswerFacts(reason="no conclusion was drawn (demo)")
    return examining.answer_question(examination.number, 1, facts, actor=expert)


def send_back(stage: Stage, site: Site, report: Report) -> Examination:
    """Let the reviewer return a report with its points, and the expert conclude again."""
    stage.clock.later(30)
    returned = stage.laboratory.reviewing.send_back(
        report.number,
        actor=stage.crew[site.reviewer],
        comment="to be looked at again (demo)",
        points=("say why the run was measured outside a batch (demo)",),
    )
    stage.clock.later(30)
    return stage.laboratory.examining.conclude(returned.number, actor=stage.crew[site.experts[0]])


def complete(stage: Stage, site: Site, drafted: Report) -> Report:
    """Take a draft through technical review, administrative review and issue, each signed by another person."""
    stage.clock.later(20)
    laboratory, crew = stage.laboratory, stage.crew
    reviewed = laboratory.reviewing.approve(
        drafted.number,
        actor=crew[site.reviewer],
        checklist=not_looked_at(ReviewKind.TECHNICAL),
        confirmation=crew.confirm(site.reviewer, SignatureMeaning.TECHNICAL_REVIEWER, drafted),
    )
    stage.clock.later(15)
    cleared = laboratory.administering.approve(
        reviewed.number,
        actor=crew[QUALITY],
        checklist=not_looked_at(ReviewKind.ADMINISTRATIVE),
        confirmation=crew.confirm(QUALITY, SignatureMeaning.ADMINISTRATIVE_REVIEWER, reviewed),
    )
    stage.clock.later(15)
    return laboratory.releasing.release(
        cleared.number,
        actor=crew[site.head],
        confirmation=crew.confirm(site.head, SignatureMeaning.RELEASER, cleared),
    )


def amend(stage: Stage, site: Site, issued: Report) -> Report:
    """Hand an issued report out, amend it, and tell who has the old one."""
    amending, head, expert = stage.laboratory.amending, stage.crew[site.head], stage.crew[site.experts[0]]
    stage.clock.later(10)
    today = stage.clock.moment.date()
    amending.deliver(issued.number, DeliveryFacts(recipient=NOBODY, delivered_on=today, manner=_BY_HAND), actor=expert)
    stage.clock.later(20)
    amending.order(
        issued.number, what="a word of the conclusion (demo)", why="the sender asked what it means (demo)", actor=head
    )
    stage.clock.later(20)
    concluded = stage.laboratory.examining.conclude(issued.examination_number, actor=expert)
    amended = complete(stage, site, draft(stage, site, concluded))
    stage.clock.later(10)
    amending.notify(issued.number, 1, NoticeFacts(told_on=today, manner=_BY_HAND), actor=expert)
    return amended
