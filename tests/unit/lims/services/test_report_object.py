import json
from datetime import timedelta

import pytest

from lims.domain.exhibit import ExhibitKind
from lims.domain.identification import Conclusion
from lims.domain.report_kind import ReportKind, report_kinds
from lims.domain.seizure import Channel
from lims.errors import InvalidRecordError
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.donors import DonorIdentity
from lims.services.report_object import biological_of, scene_of
from tests.builders.laboratories import EXPERT, REPORT, TECHNICIAN


@pytest.fixture
def case(bench):
    bench.hire()
    return bench.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=TECHNICIAN).number


def registered(bench, case, **facts):
    return bench.accessioning.register_exhibit(case, ExhibitFacts(description="an object", **facts), actor=TECHNICIAN)


def seized(bench, case, channel):
    return bench.accessioning.register_seizure(case, SeizureFacts(channel=channel), actor=TECHNICIAN).number


@pytest.mark.parametrize(
    ("kind", "channel", "expected"),
    [
        (ExhibitKind.PRECURSOR, None, True),
        (ExhibitKind.EQUIPMENT, Channel.POST, True),
        (ExhibitKind.POWDER, Channel.LABORATORY, True),
        (None, Channel.LABORATORY, True),
        (ExhibitKind.POWDER, Channel.POST, False),
        (None, None, False),
    ],
)
def test_a_scene_follows_from_kind_and_channel(bench, case, kind, channel, expected):
    seizure = "" if channel is None else seized(bench, case, channel)
    exhibit = registered(bench, case, kind=kind, seizure_number=seizure)
    with bench.store.reading() as work:
        assert (scene_of(work, exhibit) is not None) is expected


def test_a_scene_names_the_objects_of_its_seizure_and_no_other(bench, case):
    seizure = seized(bench, case, Channel.LABORATORY)
    flask = registered(bench, case, kind=ExhibitKind.EQUIPMENT, seizure_number=seizure)
    powder = registered(bench, case, kind=ExhibitKind.POWDER, seizure_number=seizure)
    registered(bench, case, kind=ExhibitKind.TABLET)
    part = bench.accessioning.register_part(powder.number, ExhibitFacts(description="a part"), actor=TECHNICIAN)
    with bench.store.reading() as work:
        scene = scene_of(work, flask)
    assert (scene.seizure_number, scene.channel) == (seizure, Channel.LABORATORY)
    assert [(one.number, one.kind) for one in scene.objects] == [
        (flask.number, ExhibitKind.EQUIPMENT),
        (powder.number, ExhibitKind.POWDER),
    ]
    assert part.number not in repr(scene)


def test_biological_material_has_a_code_for_its_donor_and_never_the_person(bench, case):
    donor = bench.donors.register(case, DonorIdentity(name="A Person"), actor=TECHNICIAN)
    taken = bench.clock.now() - timedelta(hours=2)
    blood = registered(
        bench, case, kind=ExhibitKind.BLOOD, donor_number=donor.number, storage_wish="cold", collected_at=taken
    )
    part = bench.accessioning.register_part(blood.number, ExhibitFacts(description="a part"), actor=TECHNICIAN)
    assert part.collected_at == taken
    with bench.store.reading() as work:
        found = biological_of(work, blood)
    assert (found.matrix, found.donor_code, found.storage) == (ExhibitKind.BLOOD, donor.pseudonym, "cold")
    assert found.collected_at == taken
    assert "Person" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "hours", "words"),
    [(ExhibitKind.POWDER, -1, "is taken from a person"), (None, -1, "unknown kind"), (ExhibitKind.URINE, 1, "before")],
)
def test_a_time_of_collection_is_of_biological_material_and_before_its_receipt(bench, case, kind, hours, words):
    with pytest.raises(InvalidRecordError, match=words):
        registered(bench, case, kind=kind, collected_at=bench.clock.now() + timedelta(hours=hours))


def test_biological_material_without_a_donor_has_no_code(bench, case):
    with bench.store.reading() as work:
        assert biological_of(work, registered(bench, case, kind=ExhibitKind.URINE)).donor_code == ""
        assert biological_of(work, registered(bench, case, kind=ExhibitKind.POWDER)) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"synthesis": True}, (ReportKind.IDENTIFICATION, ReportKind.SYNTHESIS)),
        ({"biological": True}, (ReportKind.IDENTIFICATION, ReportKind.BIOLOGICAL)),
        ({}, (ReportKind.IDENTIFICATION,)),
    ],
)
def test_the_kind_follows_from_the_object(facts, expected):
    assert report_kinds(conclusions=[Conclusion.IDENTIFIED], found=1, measured=0, **facts) == expected


def test_a_report_of_a_usual_object_has_neither_part(bench, training_file):
    bench.hire()
    bench.drafted(training_file)
    content = json.loads(bench.desk.content_in(bench.reporting.document(REPORT)))
    assert (content["scene"], content["biological"]) == (None, None)
    assert bench.reporting.get(REPORT).expert == EXPERT.number
