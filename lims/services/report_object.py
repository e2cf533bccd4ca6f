"""From the records of an exhibit to what a report says of its kind."""

from lims.domain.donor import Donor
from lims.domain.exhibit import Exhibit
from lims.domain.report_object import BiologicalSection, SceneSection, SeizedObject, of_a_donor, of_a_synthesis
from lims.domain.seizure import Seizure
from lims.services.ports import UnitOfWork


def scene_of(work: UnitOfWork, exhibit: Exhibit) -> SceneSection | None:
    """Give the objects of a seizure; None where nothing points to the making of a substance."""
    seizure = work.load(Seizure, exhibit.seizure_number) if exhibit.seizure_number else None
    if not of_a_synthesis(exhibit, seizure):
        return None
    objects = (
        SeizedObject(number=one.number, kind=one.kind, description=one.description)
        for one in work.children(Exhibit, exhibit.case_number)
        if not one.part_of and one.seizure_number == exhibit.seizure_number
    )
    return SceneSection(
        seizure_number=exhibit.seizure_number, channel=seizure.channel if seizure else None, objects=tuple(objects)
    )


def biological_of(work: UnitOfWork, exhibit: Exhibit) -> BiologicalSection | None:
    """Give matrix and donor of biological material; None for any other object."""
    if exhibit.kind is None or not of_a_donor(exhibit):
        return None
    code = work.load(Donor, exhibit.donor_number).pseudonym if exhibit.donor_number else ""
    return BiologicalSection(
        matrix=exhibit.kind, donor_code=code, collected_at=exhibit.collected_at, storage=exhibit.storage_wish
    )
