"""The acceptance truth table of the identification rule (13 rows), and each rule by itself."""

import pytest

from lims.domain.identification_rule import (
    Circumstances,
    Comparison,
    Gap,
    Outcome,
    TechniqueResult,
    check_identification,
)
from lims.domain.technique import Category, technique, techniques
from lims.errors import InvalidRecordError, NotFoundError

DATA = ("ab" * 32,)
NAMES = {
    "FTIR": "infrared spectroscopy",
    "Raman": "Raman spectroscopy",
    "MS": "mass spectrometry",
    "RT": "gas chromatography",
    "TLC": "thin-layer chromatography",
    "colour": "colour test",
    "immunoassay": "immunoassay",
    "eye": "macroscopic examination of cannabis",
    "microscope": "microscopic examination of cannabis",
}


def result(text, **facts):
    """Read "MS/1" as a positive mass spectrum of the first sampling; a minus before it makes it negative."""
    name, _, sampling = text.removeprefix("-").partition("/")
    known = technique(NAMES[name.rstrip("'")])
    values = {
        "technique": known,
        "outcome": Outcome.NEGATIVE if text.startswith("-") else Outcome.POSITIVE,
        "sampling": int(sampling),
        "system": f"system {name}",
        "data": () if known.category is Category.C else DATA,
        "comparison": Comparison.REFERENCE_MATERIAL,
    }
    return TechniqueResult(**values | facts)


def gaps(*texts, **choices):
    return check_identification(
        "X", [result(text) for text in texts], circumstances=Circumstances(**choices) if choices else None
    ).gaps


@pytest.mark.parametrize(
    ("row", "results", "expected"),
    [
        (1, ("FTIR/1", "colour/2"), ()),
        (2, ("MS/1", "RT/1"), (Gap.SECOND_SAMPLING,)),
        (3, ("MS/1", "RT/1", "MS/2", "RT/2"), ()),
        (4, ("MS/1",), (Gap.TECHNIQUES,)),
        (5, ("MS/1", "-colour/2"), (Gap.TECHNIQUES,)),
        (6, ("RT/1", "TLC/2", "colour/2"), ()),
        (7, ("RT/1", "TLC/1", "colour/1"), (Gap.SECOND_SAMPLING,)),
        (8, ("RT/1", "TLC/2"), (Gap.TECHNIQUES,)),
        (9, ("TLC/1", "colour/2", "immunoassay/3"), (Gap.TECHNIQUES,)),
        (10, ("colour/1", "colour'/2", "colour''/3", "colour/4", "colour/5"), (Gap.TECHNIQUES,)),
        (11, ("RT/1", "RT'/2", "colour/2"), (Gap.CORRELATED,)),
        (12, ("FTIR/1", "Raman/2"), ()),
    ],
)
def test_at_8_truth_table(row, results, expected):
    assert gaps(*results) == expected, f"row {row}"


def test_at_8_truth_table_row_2_with_a_written_measure():
    assert gaps("MS/1", "RT/1", limited_sample_measure="A blank of the syringe was run before.") == ()


def test_at_8_truth_table_row_7_has_no_written_way_out():
    found = gaps("RT/1", "TLC/1", "colour/1", limited_sample_measure="Only one tablet.")
    assert found == (Gap.SECOND_SAMPLING,)


def test_at_8_truth_table_row_11_with_a_written_reason():
    assert gaps("RT/1", "RT'/2", "colour/2", correlation_reason="Columns of opposite polarity.") == ()


def test_at_8_truth_table_row_12_where_the_laboratory_holds_the_pair_to_be_one():
    pair = frozenset({technique(NAMES["FTIR"]).principle, technique(NAMES["Raman"]).principle})
    assert gaps("FTIR/1", "Raman/2", correlated_principles=frozenset({pair})) == (Gap.TECHNIQUES,)


def test_at_8_truth_table_row_13_names_the_isomers():
    found = check_identification("2-FMA", [result("MS/1"), result("RT/2")], inseparable=("3-FMA", "4-FMA", "2-FMA"))
    assert found.sufficient
    assert not found.specific
    assert found.identity == ("2-FMA", "3-FMA", "4-FMA")


def test_id_1_a_technique_does_not_confirm_itself():
    assert gaps("MS/1", "MS/2") == (Gap.TECHNIQUES,)


def test_id_2_what_is_not_positive_stays_in_the_record():
    inconclusive = result("RT/2", outcome=Outcome.INCONCLUSIVE)
    found = check_identification("X", [result("MS/1"), inconclusive, result("-colour/1")])
    assert found.gaps == (Gap.TECHNIQUES,)
    assert [r.outcome for r in found.not_counted] == [Outcome.INCONCLUSIVE, Outcome.NEGATIVE]


def test_id_3_a_hyphenated_run_counts_twice_only_if_both_results_are_positive():
    assert gaps("MS/1", "RT/2") == ()
    assert gaps("MS/1", "-RT/2") == (Gap.TECHNIQUES,)


@pytest.mark.parametrize("name", ["MS/1", "TLC/1"])
def test_id_4_without_data_a_result_counts_for_nothing_and_says_so(name):
    found = check_identification("X", [result(name, data=()), result("FTIR/2"), result("colour/1")])
    assert Gap.DATA in found.gaps
    assert not found.sufficient


def test_id_4_a_colour_test_needs_no_file():
    assert not result("colour/1").lacks_data


def test_id_5_may_be_switched_off_by_the_laboratory_only_with_an_a_technique():
    assert gaps("MS/1", "RT/1", second_sampling=False) == ()
    assert gaps("RT/1", "TLC/1", "colour/1", second_sampling=False) == (Gap.SECOND_SAMPLING,)


def test_id_8_a_match_with_a_library_alone_is_labelled():
    library = [result(text, comparison=Comparison.LIBRARY) for text in ("MS/1", "RT/2")]
    assert check_identification("X", library).library_only
    assert not check_identification("X", [*library, result("FTIR/2")]).library_only


def test_id_9_a_field_screen_counts_only_where_it_is_authorised():
    screen = result("Raman/1", field_screen=True, authorised=False)
    assert check_identification("X", [screen, result("colour/2")]).gaps == (Gap.TECHNIQUES,)
    allowed = result("Raman/1", field_screen=True, authorised=True)
    assert check_identification("X", [allowed, result("colour/2")]).sufficient


@pytest.mark.parametrize("name", ["cannabis", "Cannabis sativa L."])
def test_id_1_the_techniques_for_cannabis_count_for_cannabis(name):
    results = [result(text) for text in ("eye/1", "microscope/2", "colour/2")]
    assert check_identification(name, results).sufficient


@pytest.mark.parametrize("name", ["Catha edulis", "cannabis-like powder", "synthetic cannabis", "nabilone"])
def test_id_1_the_techniques_for_cannabis_count_for_nothing_else(name):
    results = [result(text) for text in ("eye/1", "microscope/2", "colour/2")]
    found = check_identification(name, results)
    assert found.gaps == (Gap.TECHNIQUES,)
    assert [one.technique.only_for for one in found.not_counted] == ["cannabis", "cannabis"]


def test_every_check_names_its_rule():
    assert check_identification("X", []).rule == "identification/1 (SWGDRUG Recommendations 8.2 (2024-06-27))"


def test_a_result_needs_a_system():
    with pytest.raises(InvalidRecordError, match="system of the technique"):
        result("MS/1", system=" ")


def test_the_table_of_techniques():
    by_category = [sum(known.category is category for known in techniques().values()) for category in Category]
    assert by_category == [5, 10, 5]
    principles = [known.principle for known in techniques().values()]
    assert len(set(principles)) == len(principles)
    with pytest.raises(NotFoundError, match="there is no technique dowsing"):
        technique("dowsing")
