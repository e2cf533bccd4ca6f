"""Errors of reports on their way to the issue, and of what came after it."""

from lims.errors import LimsError
from lims.said import said


class ReviewIncompleteError(LimsError, ValueError):
    """A review whose checklist does not allow an approval."""

    def advice(self) -> str:
        """Say what the reviewer can do."""
        return said("Answer every question; return the report with its points if one is answered with no")


class DisagreementOpenError(LimsError):
    """A report about which a checker disagrees with its author."""

    def __init__(self, number: str, person: str, *, stands: bool | None = None) -> None:
        """Keep the report and who disagrees; ``stands`` is False where it ended against the report."""
        super().__init__(
            said("the disagreement of {person} about {number} ended against it", person=person, number=number)
            if stands is False
            else said("the disagreement of {person} about {number} is open", person=person, number=number)
        )
        self.number = number
        self.person = person

    def advice(self) -> str:
        """Say how it ends."""
        return said(
            "The author or the named third person records how it ended; if it ended against the report, return it"
        )


class ReportOutdatedError(LimsError):
    """A report of which something was changed after it was signed (rule RP-2)."""

    def __init__(self, number: str, changes: str) -> None:
        """Keep the report and what was changed, in words."""
        super().__init__(said("after {number} was signed, this was changed: {changes}", number=number, changes=changes))
        self.number = number
        self.changes = changes

    def advice(self) -> str:
        """Only a new report says what is now."""
        return said("Return the report to its author; a new one describes the records as they are now")


class AmendmentNeededError(LimsError):
    """A second report of an examination whose first one left the laboratory (rule RP-3)."""

    def __init__(self, number: str) -> None:
        """Keep the issued report."""
        super().__init__(said("{number} was issued; from then on there are only amendments to it", number=number))
        self.number = number

    def advice(self) -> str:
        """Say how an amendment begins."""
        return said("The head orders an amendment, with what changes and why")


class ReceiptError(LimsError, ValueError):
    """A file that is no receipt of a report."""

    def advice(self) -> str:
        """Say where a good one comes from."""
        return "Ask the laboratory for the receipt anew; a changed or reformatted file is not read"
