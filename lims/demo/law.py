"""What the shipped book of the law says of what the one case found: nothing can be decided, and it names why."""

from lims.demo.people import Cast
from lims.demo.story import Story
from lims.domain.examination import Decision, Examination
from lims.domain.legal_determination import LegalDetermination, StructureLevel
from lims.services.determining import DeterminationFacts
from lims.services.laboratory import Laboratory
from substance_library import structure_of
from substance_library.identifiers import InChIKey

JURISDICTION = "KZ"


def determine_found(
    laboratory: Laboratory, cast: Cast, concluded: Examination, story: Story
) -> tuple[LegalDetermination, ...]:
    """Determine the legal status of every found substance whose structure is on file, and let the reviewer look.

    A search by mass spectra is no identification, which the report says: the determination is about the structure.
    """
    made = []
    for name, structure in _structures(concluded):
        facts = DeterminationFacts(
            exhibit_number=concluded.exhibit_number,
            substance=name,
            structures=(structure,),
            level=StructureLevel.NO_STEREO,
            jurisdiction=JURISDICTION,
        )
        one = laboratory.determining.determine(facts, actor=cast.expert)
        status = one.on_report.result.value.replace("_", " ")
        story.tell(f"{name}, law of {JURISDICTION}: {status}; missing: {'; '.join(one.on_report.missing)}")
        made.append(laboratory.determining.review(one.number, actor=cast.reviewer))
    return tuple(made)


def _structures(examination: Examination) -> tuple[tuple[str, str], ...]:
    """Give name and SMILES of each substance that was found, once, where the package has a structure of it."""
    found = (one.identity for one in examination.components if one.decision is Decision.IDENTIFIED)
    keyed = {one.name: one.inchikey for one in found if one is not None and one.inchikey}
    drawn = ((name, structure_of(InChIKey(key))) for name, key in keyed.items())
    return tuple((name, structure.text) for name, structure in drawn if structure is not None)
