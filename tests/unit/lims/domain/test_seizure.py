import dataclasses
from datetime import date

import pytest

from lims.domain.region import SOURCE, regions, require_region
from lims.domain.seizure import AuthorisedScreen, FieldScreen, ScreenResult, Seizure, day_of_law
from lims.errors import InvalidRecordError
from tests.unit.lims.domain.test_case_request import CASE

SCREEN = FieldScreen(device="Raman 0042", operator="Officer A", result=ScreenResult.POSITIVE, substance="cathinone")
SEIZURE = Seizure(
    number="2026-0001-S1",
    case_number="2026-0001",
    seized_on=date(2026, 10, 1),
    place="",
    region="KZ-75",
    channel=None,
    seizing_body="Police",
    reference="",
    screens=(SCREEN,),
    registered_by="technician",
)


def test_the_regions_are_those_of_the_standard():
    assert len(regions()) == 20
    assert {one.kind for one in regions().values()} == {"region", "city"}
    assert regions()["KZ-62"].name_kk == "Ұлытау облысы"
    assert all(name for one in regions().values() for name in dataclasses.astuple(one))
    assert "ISO 3166-2:KZ" in SOURCE
    require_region("")
    for code in ("KZ-ALA", "kz-75", "RU-MOW"):
        with pytest.raises(InvalidRecordError, match="expected a code of ISO 3166-2:KZ"):
            dataclasses.replace(SEIZURE, region=code)


def test_id_9_a_field_screen_is_presumptive():
    assert SCREEN.presumptive
    kit = FieldScreen(kit="colour kit", kit_lot="L7", operator="Officer A", result=ScreenResult.POSITIVE)
    line = AuthorisedScreen(device="Raman 0042", operator="Officer A", basis="record 5")
    assert kit.judged((line,)).presumptive
    assert SCREEN.judged(()).presumptive
    assert dataclasses.replace(SCREEN, operator="Officer B").judged((line,)).presumptive
    assert dataclasses.replace(SCREEN, device="Raman 0043").judged((line,)).presumptive
    assert dataclasses.replace(SCREEN, authorisation="said so himself").judged(()).presumptive


def test_id_9_a_screen_counts_only_with_device_and_operator_on_the_list():
    line = AuthorisedScreen(device="Raman 0042", operator="Officer A", basis="record 5")
    judged = SCREEN.judged((line,))
    assert (judged.presumptive, judged.authorisation) == (False, "record 5")
    with pytest.raises(InvalidRecordError, match="operator of an authorised screen"):
        dataclasses.replace(judged, operator="")


def test_a_screen_is_by_a_device_or_by_a_kit():
    for facts in ({"device": ""}, {"kit": "colour kit"}):
        with pytest.raises(InvalidRecordError, match="expected one of them"):
            dataclasses.replace(SCREEN, **facts)


def test_kz_4_the_law_is_that_of_the_day_of_the_seizure():
    case = dataclasses.replace(CASE, seizure_date=date(2026, 9, 1))
    assert day_of_law(case, SEIZURE) == date(2026, 10, 1)
    assert day_of_law(case, None) == date(2026, 9, 1)
    assert day_of_law(case, dataclasses.replace(SEIZURE, seized_on=None)) is None
    assert day_of_law(CASE, None) is None


def test_lists_show_a_seizure_by_its_place_or_region():
    assert (SEIZURE.parent, SEIZURE.title, SEIZURE.state) == ("2026-0001", "KZ-75", "reported")
    assert dataclasses.replace(SEIZURE, place="Checkpoint").title == "Checkpoint"
