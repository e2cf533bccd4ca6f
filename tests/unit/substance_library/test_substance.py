from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest

from substance_library import (
    Convention,
    DatePrecision,
    InChIKey,
    InternationalStatus,
    InvalidSubstanceError,
    ScheduleFact,
    Smiles,
    Stereo,
    Substance,
    SubstanceName,
    UnknownStatus,
)

FACT = ScheduleFact(
    convention=Convention.PSYCHOTROPIC_1971,
    schedule="Schedule I",
    decided="1986",
    date_precision=DatePrecision.YEAR,
    session="",
    source="a list",
)
CATHINONE = Substance(
    inchikey=InChIKey("PUAQLLVFLMYYJJ-UHFFFAOYSA-N"),
    preferred_name="Cathinone",
    names=(SubstanceName(text="Cathinone", language="en", source="a table"),),
    substance_class="cathinone",
    smiles=Smiles("CC(N)C(=O)c1ccccc1"),
    formula="C9H11NO",
    exact_mass_da=Decimal("149.08406"),
    average_mass_da=Decimal("149.193"),
    stereo=Stereo.UNSPECIFIED_OR_PARTIAL,
    international_status=InternationalStatus.SCHEDULED,
    schedule_facts=(FACT,),
    not_scheduled_source="",
    kazakhstan=UnknownStatus(reason="no edition is loaded"),
    structure_verification="recomputed",
    source="a table",
)


def test_unknown_and_not_scheduled_are_different_statements():
    unknown = replace(CATHINONE, international_status=InternationalStatus.UNKNOWN, schedule_facts=())
    free = replace(unknown, international_status=InternationalStatus.NOT_SCHEDULED, not_scheduled_source="a list")
    assert unknown != free
    assert not unknown.schedule_facts
    assert not free.schedule_facts
    assert len({CATHINONE, unknown, free}) == 3


def test_not_scheduled_needs_somebody_who_says_so():
    with pytest.raises(InvalidSubstanceError) as refusal:
        replace(CATHINONE, international_status=InternationalStatus.NOT_SCHEDULED, schedule_facts=())
    assert refusal.value.found == "'' with status 'not scheduled internationally'"


@pytest.mark.parametrize("status", [InternationalStatus.UNKNOWN, InternationalStatus.SCHEDULED])
def test_only_not_scheduled_has_such_a_source(status):
    facts = (FACT,) if status is InternationalStatus.SCHEDULED else ()
    with pytest.raises(InvalidSubstanceError, match="source of 'not scheduled' of 'Cathinone'"):
        replace(CATHINONE, international_status=status, schedule_facts=facts, not_scheduled_source="a list")


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        (InternationalStatus.SCHEDULED, ()),
        (InternationalStatus.UNKNOWN, (FACT,)),
        (InternationalStatus.NOT_SCHEDULED, (FACT,)),
    ],
)
def test_schedule_facts_stand_with_the_status_scheduled_and_with_no_other(status, facts):
    with pytest.raises(InvalidSubstanceError, match="international status of 'Cathinone'") as refusal:
        replace(CATHINONE, international_status=status, schedule_facts=facts)
    assert refusal.value.found == f"{status.value!r} with {len(facts)} schedule facts"


def test_the_status_in_kazakhstan_is_the_word_unknown_with_a_reason():
    assert CATHINONE.kazakhstan.text == "unknown"
    with pytest.raises(InvalidSubstanceError, match="reason of an unknown status: found ' '"):
        UnknownStatus(reason=" ")


@pytest.mark.parametrize(
    ("precision", "decided"),
    [
        (DatePrecision.MONTH_OF_CND_DECISION, "2020-03"),
        (DatePrecision.MONTH_OF_CND_DECISION, "2020-12"),
        (DatePrecision.YEAR, "1984"),
        (DatePrecision.BEFORE_1990, ""),
        (DatePrecision.UNKNOWN, ""),
    ],
)
def test_a_date_of_its_precision_is_kept(precision, decided):
    assert replace(FACT, date_precision=precision, decided=decided).decided == decided


@pytest.mark.parametrize(
    ("precision", "decided"),
    [
        (DatePrecision.MONTH_OF_CND_DECISION, "2020"),
        (DatePrecision.MONTH_OF_CND_DECISION, "2020-13"),
        (DatePrecision.MONTH_OF_CND_DECISION, "2020-00"),
        (DatePrecision.YEAR, "2020-03"),
        (DatePrecision.YEAR, ""),
        (DatePrecision.BEFORE_1990, "1961"),
        (DatePrecision.UNKNOWN, "2015-03"),
    ],
)
def test_a_date_that_says_more_or_less_than_its_precision_is_refused(precision, decided):
    with pytest.raises(InvalidSubstanceError, match="decision date of 'Schedule I'") as refusal:
        replace(FACT, date_precision=precision, decided=decided)
    assert refusal.value.found == repr(decided)
    assert precision.value in refusal.value.expected


@pytest.mark.parametrize("field", ["schedule", "source"])
def test_a_schedule_fact_without_schedule_or_source_is_refused(field):
    with pytest.raises(InvalidSubstanceError, match=f"{field}.*expected text that is not blank"):
        replace(FACT, **{field: "  "})


@pytest.mark.parametrize("field", ["substance_class", "formula", "structure_verification", "source"])
def test_a_blank_text_is_refused(field):
    with pytest.raises(InvalidSubstanceError) as refusal:
        replace(CATHINONE, **{field: ""})
    assert refusal.value.what == field.replace("_", " ")


def test_a_blank_preferred_name_is_refused():
    with pytest.raises(InvalidSubstanceError, match="preferred name: found ''"):
        replace(CATHINONE, preferred_name="")


def test_the_preferred_name_is_one_of_the_names():
    with pytest.raises(InvalidSubstanceError, match="found 1 names without the preferred one"):
        replace(CATHINONE, preferred_name="Khat")


@pytest.mark.parametrize("mass", ["0", "-1", "NaN", "Infinity"])
@pytest.mark.parametrize("field", ["exact_mass_da", "average_mass_da"])
def test_an_impossible_mass_is_refused(field, mass):
    with pytest.raises(InvalidSubstanceError, match="mass of 'Cathinone'") as refusal:
        replace(CATHINONE, **{field: Decimal(mass)})
    assert refusal.value.found == mass


@pytest.mark.parametrize("language", ["", "EN", "e", "kazakh", "k1"])
def test_a_language_is_a_code_of_two_or_three_letters(language):
    with pytest.raises(InvalidSubstanceError, match="language of the name 'Heroin'"):
        SubstanceName(text="Heroin", language=language, source="a table")


@pytest.mark.parametrize("field", ["text", "source"])
def test_a_name_without_text_or_source_is_refused(field):
    with pytest.raises(InvalidSubstanceError, match="expected text that is not blank"):
        SubstanceName(**{"text": "Heroin", "language": "kk", "source": "a table", field: ""})


def test_a_substance_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        CATHINONE.formula = "C9H11N"
