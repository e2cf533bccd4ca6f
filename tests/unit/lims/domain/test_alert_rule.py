"""The rule of the watch, case by case."""

from decimal import Decimal

import pytest

from lims.domain.alert import AlertReason
from lims.domain.alert_rule import WatchedHit, judge_hits
from lims.domain.examination import Candidate, Decision, ExaminedComponent

KEY, TWIN, OTHER = "AAAAAAAAAAAAAA-BBBBBBBBBB-N", "AAAAAAAAAAAAAA-CCCCCCCCCC-N", "DDDDDDDDDDDDDD-BBBBBBBBBB-N"


def candidate(rank, name, factor, inchikey=None):
    return Candidate(
        rank=rank,
        accession=name,
        name=name,
        inchikey=inchikey,
        match_factor=Decimal(factor),
        reverse_match_factor=Decimal(factor),
        matched_ions=9,
    )


def hits(*lines):
    """Give a hit list: name, match factor, whether it is new, and what else is known."""
    return [
        WatchedHit(
            candidate=candidate(rank, name, factor, known.get("key")),
            formula=known.get("formula", ""),
            is_new=is_new,
            reaches=factor >= 900,
        )
        for rank, (name, factor, is_new, known) in enumerate(lines, start=1)
    ]


def component(decision=Decision.UNDECIDED, identity=None):
    return ExaminedComponent(
        number=1,
        retention_time_s=Decimal(1),
        area=1,
        area_percent=Decimal(1),
        base_peak_mz=1,
        signal_to_noise=1,
        candidates=(),
        decision=decision,
        identity=identity,
    )


@pytest.mark.parametrize("decision", [Decision.UNDECIDED, Decision.NOT_IDENTIFIED])
def test_a_new_compound_first_on_the_list_is_an_alert_about_an_unresolved_component(decision):
    found = judge_hits(
        component(decision), hits(("new", 950, True, {}), ("old", 940, False, {}), ("new 2", 905, True, {}))
    )
    assert found.reason is AlertReason.UNKNOWN
    assert [one.name for one in found.hits] == ["new", "new 2"]
    assert (found.best_known.name, found.identity_now) == ("old", None)


@pytest.mark.parametrize(
    ("lines", "alerted"),
    [
        ([], False),
        ([("new", 899, True, {})], False),
        ([("new", 900, True, {})], True),
        ([("old", 999, False, {})], False),
        ([("old", 950, False, {}), ("new", 949, True, {})], False),
        ([("old", 950, False, {"formula": "C2H6O"}), ("new", 949, True, {"formula": "C2H6O"})], False),
        ([("old", 950, False, {"key": KEY}), ("new", 949, True, {"key": OTHER})], False),
        ([("old", 950, False, {"key": KEY}), ("new", 949, True, {"key": TWIN})], True),
        ([("new a", 950, True, {}), ("old", 940, False, {}), ("new b", 930, True, {})], True),
    ],
)
def test_what_stands_above_a_new_compound_decides_about_an_unresolved_component(lines, alerted):
    assert (judge_hits(component(), hits(*lines)) is not None) == alerted


@pytest.mark.parametrize(
    ("lines", "reason", "named"),
    [
        ([("new", 950, True, {}), ("mine", 940, False, {})], AlertReason.BETTER, ["new"]),
        ([("mine", 950, False, {}), ("new", 949, True, {})], None, []),
        ([("old", 960, False, {}), ("new", 950, True, {}), ("mine", 940, False, {})], AlertReason.BETTER, ["new"]),
        ([("new", 950, True, {})], AlertReason.BETTER, ["new"]),
        ([("new", 890, True, {}), ("mine", 880, False, {})], None, []),
        (
            [("mine", 950, False, {"formula": "C2H6O"}), ("new", 949, True, {"formula": "C2H6O"})],
            AlertReason.ISOMER,
            ["new"],
        ),
        ([("mine", 950, False, {"formula": "C2H6O"}), ("new", 899, True, {"formula": "C2H6O"})], None, []),
        ([("MINE", 950, True, {})], None, []),
        ([("renamed", 950, True, {"key": KEY})], None, []),
        (
            [("new", 960, True, {}), ("mine", 950, False, {"formula": "C"}), ("isomer", 940, True, {"formula": "C"})],
            AlertReason.BETTER,
            ["new", "isomer"],
        ),
    ],
)
def test_an_identification_is_told_of_what_fits_better_and_of_isomers(lines, reason, named):
    identified = component(Decision.IDENTIFIED, candidate(1, "mine", 930, KEY))
    found = judge_hits(identified, hits(*lines))
    assert (found.reason if found else None) is reason
    assert [one.name for one in found.hits] == named if found else not named


def test_what_the_laboratory_added_raises_none():
    added = component(Decision.INTERNAL_STANDARD, candidate(1, "mine", 930))
    assert judge_hits(added, hits(("new", 999, True, {}))) is None
