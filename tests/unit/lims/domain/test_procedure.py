"""Procedures and deviations: what is in force on a day, and what may depart from it."""

from datetime import UTC, date, datetime

import pytest

from lims.domain.deviation import CustomerAcceptance, Deviation
from lims.domain.procedure import Procedure, Validation
from lims.domain.technique import Category
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, TransitionError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()


def procedure(**facts):
    usual = {
        "number": "FTIR-1",
        "name": "FTIR of powders",
        "techniques": ("infrared spectroscopy",),
        "matrices": ("powder",),
        "required_controls": ("polystyrene film",),
        "acceptance_criteria": "Every band of the reference is there.",
        "recorded_by": "expert-a",
        "recorded_at": NOW,
    }
    return Procedure(**usual | facts)


def validation(day=TODAY):
    return Validation(validated_on=day, record="VR-7", stated_by="quality", stated_at=NOW)


def test_17025_7_2_2_only_a_validated_procedure_is_in_force():
    drafted = procedure()
    assert drafted.state == "in validation"
    assert not drafted.in_force(TODAY)
    validated = drafted.validate(validation(date(2026, 11, 20)), today=TODAY)
    assert (validated.state, validated.version) == ("validated", 2)
    assert [validated.in_force(date(2026, 11, day)) for day in (19, 20, 22)] == [False, True, True]


def test_17025_7_2_2_a_withdrawn_procedure_is_in_force_until_that_day():
    withdrawn = procedure(validation=validation(date(2026, 11, 1))).withdraw(on=TODAY, by="head", reason="replaced")
    assert withdrawn.state == "withdrawn"
    assert [withdrawn.in_force(date(2026, 11, day)) for day in (1, 21, 22, 23)] == [True, True, False, False]
    with pytest.raises(TransitionError, match="withdrawn since 2026-11-22"):
        withdrawn.withdraw(on=TODAY, by="head", reason="again")
    with pytest.raises(TransitionError, match="is withdrawn, not in validation"):
        withdrawn.validate(validation(), today=TODAY)


def test_a_validation_needs_a_record_and_a_day_that_has_come():
    with pytest.raises(InvalidRecordError, match="record of the validation"):
        Validation(validated_on=TODAY, record="", stated_by="quality", stated_at=NOW)
    with pytest.raises(InvalidRecordError, match="expected a day past"):
        procedure().validate(validation(date(2026, 11, 23)), today=TODAY)
    with pytest.raises(InvalidRecordError, match="reason"):
        procedure().withdraw(on=TODAY, by="head", reason="")


def test_categories_come_from_the_table():
    assert procedure(techniques=("mass spectrometry", "gas chromatography")).categories == (Category.A, Category.B)
    with pytest.raises(NotFoundError, match="dowsing"):
        procedure(techniques=("dowsing",))
    with pytest.raises(InvalidRecordError, match="each once"):
        procedure(techniques=("colour test", "colour test"))
    with pytest.raises(InvalidRecordError, match="each once"):
        procedure(techniques=())


def test_kz_5_the_number_in_the_register_may_be_unknown():
    assert procedure().register_number == ""
    assert procedure(register_number="0123").register_number == "0123"


def test_id_9_a_field_screen_is_authorised_by_device_and_operator():
    listed = procedure(field_devices=("Raman 5",), field_operators=("border-3",))
    assert listed.authorises(device="Raman 5", operator="border-3")
    assert not listed.authorises(device="Raman 5", operator="border-4")
    assert not listed.authorises(device="Raman 6", operator="border-3")
    assert not procedure().authorises(device="Raman 5", operator="border-3")


def deviation(**facts):
    usual = {
        "number": "2026-0001/1-D1",
        "exhibit_number": "2026-0001/1",
        "procedure_number": "FTIR-1",
        "departure": "A pellet in place of ATR.",
        "justification": "Too little for ATR.",
        "asked_by": "technician",
        "asked_at": NOW,
    }
    return Deviation(**usual | facts)


def acceptance(day=TODAY):
    return CustomerAcceptance(
        customer="Court", reference="letter 5", accepted_on=day, recorded_by="head", recorded_at=NOW
    )


def covered(one, **facts):
    usual = {"exhibit_number": "2026-0001/1", "procedure_number": "FTIR-1", "day": TODAY}
    return one.covers(**usual | facts)


def test_17025_7_2_2_a_deviation_covers_once_it_is_authorised_and_accepted():
    asked = deviation()
    authorised = asked.authorise(by="head", at=NOW)
    accepted = authorised.accept(acceptance(), today=TODAY)
    assert [one.state for one in (asked, authorised, accepted)] == ["asked", "authorised", "accepted"]
    assert [covered(one) for one in (asked, authorised, accepted)] == [False, False, True]
    assert not covered(accepted, exhibit_number="2026-0001/2")
    assert not covered(accepted, procedure_number="TLC-1")
    assert not covered(accepted, day=date(2026, 11, 21))


def test_17025_7_2_2_nobody_authorises_the_own_deviation_and_no_step_is_left_out():
    with pytest.raises(NotPermittedError, match="asked for"):
        deviation().authorise(by="technician", at=NOW)
    with pytest.raises(TransitionError, match="is asked, not authorised"):
        deviation().accept(acceptance(), today=TODAY)
    authorised = deviation().authorise(by="head", at=NOW)
    with pytest.raises(TransitionError, match="was authorised by head"):
        authorised.authorise(by="quality", at=NOW)
    with pytest.raises(InvalidRecordError, match="expected a day past"):
        authorised.accept(acceptance(date(2026, 11, 23)), today=TODAY)
    with pytest.raises(TransitionError, match="is accepted"):
        authorised.accept(acceptance(), today=TODAY).accept(acceptance(), today=TODAY)


@pytest.mark.parametrize("name", ["departure", "justification", "procedure_number", "number"])
def test_17025_7_2_2_a_deviation_is_described_and_justified(name):
    with pytest.raises(InvalidRecordError):
        deviation(**{name: ""})
