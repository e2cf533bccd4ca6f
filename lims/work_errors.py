"""Errors of work that has to wait: for a permission, a signature, the court or the sender."""

from lims.errors import LimsError
from lims.said import said


class ConsumptionRefusedError(LimsError):
    """An act that uses something of an object up, without the permission of the appointing body."""

    def advice(self) -> str:
        """Name who permits it."""
        return "Ask the appointing body for the permission and record it with its reference"


class NotWarnedError(LimsError):
    """Work on a case before the expert signed the warning of liability."""

    def __init__(self, case: str, person: str = "") -> None:
        """Keep the case, and the person whose signature is missing; empty where anybody's would do."""
        super().__init__(f"case {case}: {person or 'no expert'} has not signed the warning of liability")
        self.case = case
        self.person = person

    def advice(self) -> str:
        """Say what comes before the work."""
        return "Sign the warning first and record it with the case"


class CaseDecidedError(LimsError):
    """Work on a case that the court has decided."""

    def __init__(self, case: str, decision: str) -> None:
        """Keep case and decision."""
        super().__init__(f"case {case}: the court has decided ({decision}), and nobody said that the work is wanted")
        self.case = case
        self.decision = decision

    def advice(self) -> str:
        """Name who can say so."""
        return "Ask the appointing body whether it still wants the examination; the head records the answer"


class DiscrepancyOpenError(LimsError):
    """Work on an object whose receipt raised a question that the sender has not settled."""

    def __init__(self, exhibit: str, discrepancy: str, *, answered: bool) -> None:
        """Keep the exhibit and what does not agree; ``answered`` if the sender does not want it examined."""
        said = "the sender does not want it examined" if answered else "the sender has not answered"
        super().__init__(f"exhibit {exhibit}: {discrepancy}; {said}")
        self.exhibit = exhibit
        self.discrepancy = discrepancy
        self.answered = answered

    def advice(self) -> str:
        """Say what the sender decides."""
        if self.answered:
            return "Return the object to the sender"
        return "Ask the sender and record the answer with the discrepancy; work goes on after that"


class ReportBlockedError(LimsError):
    """A precondition of a report that is not met (rule RP-1)."""

    def __init__(self, rule: str, fault: str, *, remedy: str) -> None:
        """Keep the numbered item of the rule, what is missing, and what helps."""
        super().__init__(said("{fault} (rule {rule})", fault=fault, rule=rule))
        self.rule = rule
        self.fault = fault
        self.remedy = remedy

    def advice(self) -> str:
        """Give the remedy."""
        return self.remedy


class OmissionNeededError(ReportBlockedError):
    """A report that would leave out an item of ISO/IEC 17025:2017, 7.8.2.1, without a recorded reason."""

    def __init__(self, rule: str, item: str, what: str) -> None:
        """Keep the letter of the item, and what is missing of it."""
        super().__init__(
            rule,
            said("the report would not say {what} (ISO/IEC 17025:2017, 7.8.2.1 {item})", what=what, item=item),
            remedy=said("Record it, or state with the examination why the report omits it"),
        )
        self.item = item


class AnswerNeededError(ReportBlockedError):
    """A report that would leave a question of the order without an answer and without a reason."""

    def __init__(self, rule: str, question: int, wording: str) -> None:
        """Keep the number of the question, and its words."""
        super().__init__(
            rule,
            said(
                "question {question} of the order has neither an answer nor a reason: {wording}",
                question=question,
                wording=repr(wording),
            ),
            remedy=said("State with the examination what answers it, or why it is not answered"),
        )
        self.question = question


class AlreadyWatchedError(LimsError):
    """A re-search of what another worker looked at meanwhile."""

    def __init__(self, watch: str, cause: str) -> None:
        """Keep what was being recorded, and what came."""
        super().__init__(f"{watch}: another worker has looked at one of its examinations for {cause} meanwhile")
        self.watch = watch
        self.cause = cause

    def advice(self) -> str:
        """Say that nothing is lost."""
        return "Nothing is missing and nothing was recorded twice; run the watch again"


class SelfConfirmedError(LimsError):
    """A clerk who confirms what the same person drafted."""

    def __init__(self, kind: str, number: str, person: str) -> None:
        """Keep the text and the person."""
        super().__init__(f"{person} drafted {kind} {number} and cannot confirm it")
        self.kind = kind
        self.number = number
        self.person = person

    def advice(self) -> str:
        """Another person has to do it."""
        return "Ask another person to compare it with the official text and to confirm it"


class LawTableErrors(LimsError):  # noqa: N818 - the plural of the faults of one table
    """All faults of the rows of one table of the law; nothing was taken from it."""

    def __init__(self, name: str, faults: tuple[str, ...]) -> None:
        """Keep the faults, each with its line."""
        super().__init__(f"{name}: {len(faults)} fault(s), nothing was taken from it: {'; '.join(faults)}")
        self.name = name
        self.faults = faults

    def advice(self) -> str:
        """Every fault is named."""
        return "Correct every row that is named, then import the file again"


class EditionOpenError(LimsError):
    """An edition that cannot be published yet."""

    def advice(self) -> str:
        """Say what comes first."""
        return "Confirm or correct what is named, then publish the edition"


class SecondPersonNeededError(LimsError):
    """An act that another person has to do than the one who began."""

    def __init__(self, what: str, person: str) -> None:
        """Keep what it is and who began it."""
        super().__init__(f"{what}: {person} began it; another person has to confirm it")
        self.person = person

    def advice(self) -> str:
        """Say what four eyes are for."""
        return "Ask a second person to look at it and to confirm"


class DecisionsOpenError(LimsError):
    """An import of the library that somebody would let pass while something in it is open."""

    def __init__(self, number: str, *, records: int, drawings: int) -> None:
        """Keep how many records and drawings wait."""
        waiting = [f"{records} records with a complaint wait for a decision"] if records else []
        waiting += [f"the drawings of {drawings} structures wait for a look"] if drawings else []
        super().__init__(f"library import {number}: {'; '.join(waiting)}")
        self.records = records
        self.drawings = drawings

    def advice(self) -> str:
        """Name the commands that show them."""
        return (
            "See 'aigaq library findings', decide with 'aigaq library decide', look at 'aigaq library draw' and "
            "confirm the drawings with the check"
        )


class WorkerLostError(LimsError):
    """A process of a pool ended before its work was done."""

    def __init__(self, reason: str) -> None:
        """Keep what the pool says."""
        super().__init__(f"a worker process ended before its work was done: {reason}")
        self.reason = reason

    def advice(self) -> str:
        """Say that nothing is lost."""
        return "What was recorded stands; run it again, with one worker if memory is short"
