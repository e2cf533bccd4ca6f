"""What comes in during the week: cases and exhibits, all made up, and which of them are worked on."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lims.demo.crew import SITES, Site
from lims.domain.exhibit import ExhibitKind
from lims.domain.seizure import Channel


class Template(StrEnum):
    """What kind of case comes in."""

    POWDERS = "powders"
    TABLETS = "tablets"
    PLANTS = "plant material"
    VAPOUR = "electronic cigarettes"
    WORKSHOP = "a workshop"
    MEDICAL = "a medical examination"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedExhibit:
    """One exhibit as it will come in."""

    kind: ExhibitKind
    description: str
    units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """One case as it will come in."""

    site: Site
    ordinal: int
    """In its laboratory, from 1."""
    template: Template
    region: str
    channel: Channel
    exhibits: tuple[PlannedExhibit, ...]

    @property
    def worked(self) -> bool:
        """Whether the week gets to it; the others wait."""
        return self.ordinal <= WORKED_CASES


WORKED_CASES = 4
"""Of each laboratory: one of powders, of tablets, of plant material and of a medical examination."""
_ORDER = (
    *(Template.POWDERS, Template.TABLETS, Template.PLANTS, Template.MEDICAL, Template.VAPOUR, Template.WORKSHOP),
    *(Template.POWDERS, Template.TABLETS, Template.VAPOUR, Template.POWDERS, Template.WORKSHOP, Template.TABLETS),
    Template.MEDICAL,
)
_CONTENT = {
    Template.POWDERS: (
        PlannedExhibit(kind=ExhibitKind.POWDER, description="white powder in a bag"),
        PlannedExhibit(kind=ExhibitKind.POWDER, description="grey powder in foil"),
        PlannedExhibit(kind=ExhibitKind.PAPER, description="cards with a printed pattern", units=12),
    ),
    Template.TABLETS: (
        PlannedExhibit(kind=ExhibitKind.TABLET, description="round tablets, one bag", units=60),
        PlannedExhibit(kind=ExhibitKind.TABLET, description="blue tablets, blister", units=20),
        PlannedExhibit(kind=ExhibitKind.LIQUID, description="clear liquid in a flask"),
    ),
    Template.PLANTS: (
        PlannedExhibit(kind=ExhibitKind.PLANT, description="dried green plant material"),
        PlannedExhibit(kind=ExhibitKind.PLANT, description="plant fragments, mixed"),
        PlannedExhibit(kind=ExhibitKind.RESIDUE, description="residue in a pipe"),
    ),
    Template.VAPOUR: (
        PlannedExhibit(kind=ExhibitKind.E_LIQUID, description="e-liquid, bottle of 30 ml"),
        PlannedExhibit(kind=ExhibitKind.EQUIPMENT, description="electronic cigarette"),
        PlannedExhibit(kind=ExhibitKind.RESIDUE, description="residue in a cartridge"),
    ),
    Template.WORKSHOP: (
        PlannedExhibit(kind=ExhibitKind.PRECURSOR, description="canister marked as a precursor"),
        PlannedExhibit(kind=ExhibitKind.EQUIPMENT, description="glassware"),
        PlannedExhibit(kind=ExhibitKind.RESIDUE, description="residue in a flask"),
    ),
    Template.MEDICAL: (
        PlannedExhibit(kind=ExhibitKind.URINE, description="urine, two tubes"),
        PlannedExhibit(kind=ExhibitKind.BLOOD, description="blood, two tubes"),
        PlannedExhibit(kind=ExhibitKind.BIOLOGICAL, description="hair, one strand"),
    ),
}
_FOURTH = PlannedExhibit(kind=ExhibitKind.LIQUID, description="liquid found beside it")
_WITH_A_FOURTH = frozenset({("HQ", 6), ("R1", 6)})


def casebook() -> tuple[PlannedCase, ...]:
    """Give the week's cases in the order in which they come in: 39, with 119 exhibits of every kind."""
    return tuple(_planned())


def _planned() -> Iterator[PlannedCase]:
    channels = tuple(Channel)
    for place, template in enumerate(_ORDER, start=1):
        for number, site in enumerate(SITES):
            more = (_FOURTH,) if (site.code, place) in _WITH_A_FOURTH else ()
            yield PlannedCase(
                site=site,
                ordinal=place,
                template=template,
                region=site.regions[place % len(site.regions)],
                channel=Channel.LABORATORY
                if template is Template.WORKSHOP
                else channels[(3 * place + number) % len(channels)],
                exhibits=(*_CONTENT[template], *more),
            )
