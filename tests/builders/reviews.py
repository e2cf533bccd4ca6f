"""Answered checklists, as a reviewer fills them in who has nothing against a report."""

from lims.domain.review_checklist import NEWEST, Answer, AnsweredChecklist, ReviewKind, answered


def all_yes(kind: ReviewKind) -> AnsweredChecklist:
    return answered(kind, dict.fromkeys(NEWEST[kind].keys, Answer.YES))


TECHNICAL_YES = all_yes(ReviewKind.TECHNICAL)
ADMINISTRATIVE_YES = all_yes(ReviewKind.ADMINISTRATIVE)
