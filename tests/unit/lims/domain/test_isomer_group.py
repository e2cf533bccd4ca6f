"""Isomer groups: what was computed, and what a person made of it."""

import dataclasses
from decimal import Decimal

import pytest

from lims.domain.isomer_group import GroupDecision, GroupMember, MemberPair
from lims.errors import InvalidRecordError, TransitionError
from tests.builders.clocks import MORNING
from tests.builders.isomer_strategies import FIRST, SECOND, twins

THIRD, FOURTH = "C" * 14 + "-UHFFFAOYSA-N", "D" * 14 + "-UHFFFAOYSA-N"
OTHER_FORM = "A" * 14 + "-VIFPVBQESA-N"


def pair(first, second, *, told_apart=False, **facts):
    usual = {"relation": "", "likeness": Decimal("0.5"), "share": Decimal("0.03" if told_apart else "0.4")}
    return MemberPair(first=first, second=second, told_apart=told_apart, **usual | facts)


def member(key):
    return GroupMember(inchikey=key, names=(f"substance {key[0]}",), spectra=1)


def group(*pairs):
    keys = dict.fromkeys(key for one in pairs for key in (one.first, one.second))
    return twins(members=tuple(map(member, keys)), pairs=pairs, proposed_at=MORNING)


def decision(*, confirmed=True, reason="spectra seen"):
    return GroupDecision(confirmed=confirmed, reason=reason, decided_by="curator", decided_at=MORNING)


CHAIN = group(
    pair(FIRST, SECOND),
    pair(SECOND, THIRD),
    pair(FIRST, THIRD, told_apart=True),
    *(pair(key, FOURTH, told_apart=True) for key in (FIRST, SECOND, THIRD)),
)


def test_id_6_a_set_hangs_together_by_pairs_and_one_that_is_told_from_all_is_in_none():
    assert CHAIN.sets == ((FIRST, SECOND, THIRD),)
    assert CHAIN.parent == "twins"
    assert CHAIN.title == "C2H6O: 2 of 6 pairs alike"


def test_nothing_is_told_apart_before_a_person_confirms_it_and_no_more_after_a_rejection():
    confirmed = CHAIN.decide(decision())
    rejected = confirmed.decide(decision(confirmed=False, reason="the spectrum of D is of another instrument"))
    assert [one.tells_apart(FIRST, FOURTH) for one in (CHAIN, confirmed, rejected)] == [False, True, False]
    assert [one.state for one in (CHAIN, confirmed, rejected)] == ["proposed", "confirmed", "rejected"]
    assert [one.version for one in (CHAIN, confirmed, rejected)] == [1, 2, 3]
    assert not confirmed.tells_apart(FIRST, SECOND)
    assert not confirmed.tells_apart(FIRST, "E" * 14 + "-UHFFFAOYSA-N")


def test_a_substance_is_told_apart_only_if_all_its_forms_are():
    both = group(
        pair(FIRST, FOURTH, told_apart=True), pair(OTHER_FORM, FOURTH), pair(FIRST, OTHER_FORM, told_apart=True)
    ).decide(decision())
    assert not both.tells_apart(FIRST, FOURTH)
    assert both.tells_apart(FIRST, OTHER_FORM)


def test_the_same_decision_is_not_made_twice():
    with pytest.raises(TransitionError, match="confirmed already, by curator"):
        CHAIN.decide(decision()).decide(decision(reason="once more"))


def test_a_decision_needs_a_reason():
    with pytest.raises(InvalidRecordError):
        decision(reason=" ")


def test_what_contradicts_itself_is_refused():
    with pytest.raises(InvalidRecordError, match="beside itself"):
        pair(FIRST, FIRST)
    with pytest.raises(InvalidRecordError, match="told apart without a comparison"):
        pair(FIRST, SECOND, told_apart=True, likeness=None, share=None)
    with pytest.raises(InvalidRecordError, match="without a name"):
        GroupMember(inchikey=FIRST, names=(), spectra=1)
    with pytest.raises(InvalidRecordError, match="pairs are of other substances"):
        dataclasses.replace(CHAIN, members=CHAIN.members[:2])
    with pytest.raises(InvalidRecordError, match="repeated"):
        dataclasses.replace(CHAIN, pairs=(CHAIN.pairs[0], pair(SECOND, FIRST)))
