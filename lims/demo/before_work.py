"""What comes before an expert's work on the one case: the warning of liability, and the exhibit in hand."""

from lims.demo.people import Cast
from lims.demo.story import Story
from lims.domain.exhibit import Exhibit
from lims.domain.signature import SignatureMeaning
from lims.domain.transfer import TransferKind
from lims.services.custody import TransferFacts
from lims.services.laboratory import Laboratory


def warn(laboratory: Laboratory, cast: Cast, exhibit: Exhibit, story: Story) -> None:
    """Let the expert sign the warning of liability (rule KZ-1)."""
    laboratory.requesting.sign_warning(
        exhibit.case_number,
        signed_on=laboratory.staffing.today(),
        reference="demonstration: no sheet was signed",
        actor=cast.expert,
    )
    story.tell(f"warning of liability signed by {cast.expert.name}")


def hand_over(laboratory: Laboratory, cast: Cast, exhibit: Exhibit, story: Story) -> None:
    """Hand the exhibit from the technician to the expert: both confirm the same list (rules CC-1, CC-6)."""
    facts = TransferFacts(
        kind=TransferKind.HAND_OVER,
        exhibit_numbers=(exhibit.number,),
        purpose="examination (demo)",
        to=cast.expert.number,
    )
    transfer = laboratory.custody.prepare(facts, actor=cast.technician)
    giving = cast.confirm(laboratory, cast.technician, SignatureMeaning.GIVER, transfer)
    offered = laboratory.custody.offer(transfer, actor=cast.technician, confirmation=giving)
    taking = cast.confirm(laboratory, cast.expert, SignatureMeaning.TAKER, offered)
    laboratory.custody.take(offered.number, actor=cast.expert, confirmation=taking)
    story.tell(f"exhibit {exhibit.number} handed over from {cast.technician.name} to {cast.expert.name}")
