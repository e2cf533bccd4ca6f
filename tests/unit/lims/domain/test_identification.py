"""Identifications: which conclusion the results allow, what is missing, and a disagreement that stays."""

from datetime import UTC, datetime, timedelta

import pytest

from lims.domain.identification import (
    Conclusion,
    Identification,
    Limitation,
    Resolution,
    Verdict,
    missing,
    rule_outcome,
)
from lims.domain.identification_basis import Basis, Isomer, IsomerSet, IsomerState, LeftOut, Support, SupportKind
from lims.domain.identification_rule import RULE_VERSION, Comparison, Gap, Outcome
from lims.domain.technique import Category, technique
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NAMES = {
    "FTIR": "infrared spectroscopy",
    "Raman": "Raman spectroscopy",
    "MS": "mass spectrometry",
    "RT": "gas chromatography",
    "TLC": "thin-layer chromatography",
    "colour": "colour test",
    "immunoassay": "immunoassay",
}
NONE_KNOWN = IsomerSet(state=IsomerState.NONE_KNOWN, basis="the library of the laboratory")
RING = IsomerSet(
    state=IsomerState.LISTED, isomers=(Isomer(name="3-FMA"), Isomer(name="4-FMA")), basis="starter substances"
)
IDENTIFIED = Verdict(conclusion=Conclusion.IDENTIFIED)
LIMITED = Verdict(conclusion=Conclusion.LIMITED)
CLASS = Verdict(conclusion=Conclusion.CLASS_ONLY, class_name="amphetamines")
ABSENT = Verdict(conclusion=Conclusion.NOT_DETECTED, scope="GC-MS from 1 mg/g on")
NOTHING = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="too little")


def support(text, **facts):
    """Read "MS/1" as a positive mass spectrum of the first sampling; a minus before it makes it negative."""
    name, _, sampling = text.removeprefix("-").partition("/")
    known = technique(NAMES[name.rstrip("'")])
    usual = {
        "kind": SupportKind.FINDING,
        "number": f"2026-0001/1-{name}{sampling}",
        "version": 1,
        "technique": known.name,
        "outcome": Outcome.NEGATIVE if text.startswith("-") else Outcome.POSITIVE,
        "sampling": int(sampling),
        "system": f"system {name}",
        "data": () if known.category is Category.C else ("ab" * 32,),
        "comparison": Comparison.REFERENCE_MATERIAL,
        "reference": "RS-1",
    }
    return Support(**usual | facts)


def opened(*texts, isomers=NONE_KNOWN, **facts):
    basis = Basis(supports=tuple(one if isinstance(one, Support) else support(one) for one in texts), isomers=isomers)
    basis = facts.pop("basis", basis)
    usual = {
        "number": "2026-0001/1-N1",
        "exhibit_number": "2026-0001/1",
        "procedure_number": "EI-IDENTIFICATION",
        "expert": "expert-a",
        "substance": "2-FMA",
        "inchikey": None,
        "basis": basis,
        "outcome": rule_outcome("2-FMA", basis),
    }
    return Identification(**usual | facts)


def concluded(*texts, verdict=IDENTIFIED, at=NOW, **facts):
    return opened(*texts, **facts).conclude(verdict, expert="expert-a", at=at)


@pytest.mark.parametrize(
    ("row", "results", "isomers", "verdict"),
    [
        (1, ("FTIR/1", "colour/2"), NONE_KNOWN, IDENTIFIED),
        (3, ("MS/1", "RT/1", "MS/2", "RT/2"), NONE_KNOWN, IDENTIFIED),
        (6, ("RT/1", "TLC/2", "colour/2"), NONE_KNOWN, IDENTIFIED),
        (12, ("FTIR/1", "Raman/2"), NONE_KNOWN, IDENTIFIED),
        (13, ("MS/1", "RT/2"), RING, LIMITED),
    ],
)
def test_at_8_what_the_table_identifies_can_be_concluded(row, results, isomers, verdict):
    one = concluded(*results, isomers=isomers, verdict=verdict)
    assert one.state == "concluded", row
    assert missing(one) == ()
    assert one.outcome.rule == RULE_VERSION


@pytest.mark.parametrize(
    ("row", "results", "gap"),
    [
        (2, ("MS/1", "RT/1"), Gap.SECOND_SAMPLING),
        (4, ("MS/1",), Gap.TECHNIQUES),
        (5, ("MS/1", "-colour/2"), Gap.TECHNIQUES),
        (7, ("RT/1", "TLC/1", "colour/1"), Gap.SECOND_SAMPLING),
        (8, ("RT/1", "TLC/2"), Gap.TECHNIQUES),
        (9, ("TLC/1", "colour/2", "immunoassay/3"), Gap.TECHNIQUES),
        (10, ("colour/1", "colour'/2", "colour''/3", "colour/4", "colour/5"), Gap.TECHNIQUES),
        (11, ("RT/1", "RT'/2", "colour/2"), Gap.CORRELATED),
    ],
)
@pytest.mark.parametrize("verdict", [IDENTIFIED, LIMITED])
def test_at_8_what_the_table_does_not_identify_cannot_be_concluded(row, results, gap, verdict):
    one = opened(*results)
    assert missing(one) == (gap,), row
    with pytest.raises(InvalidRecordError, match=gap.value.split(":")[0]):
        one.conclude(verdict, expert="expert-a", at=NOW)


def test_id_5_a_written_measure_takes_the_place_of_a_second_sampling():
    supports = (support("MS/1"), support("RT/1"))
    basis = Basis(supports=supports, isomers=NONE_KNOWN, limited_sample_measure="A blank of the syringe before.")
    assert missing(opened(basis=basis)) == ()
    relaxed = Basis(supports=supports, isomers=NONE_KNOWN, second_sampling=False)
    assert missing(opened(basis=relaxed)) == ()


def test_id_6_isomers_that_are_not_told_apart_limit_the_conclusion_to_the_set():
    one = opened("MS/1", "RT/2", isomers=RING)
    assert one.outcome.identity == ("2-FMA", "3-FMA", "4-FMA")
    with pytest.raises(InvalidRecordError, match="no result tells it from 3-FMA, 4-FMA"):
        one.conclude(IDENTIFIED, expert="expert-a", at=NOW)
    with pytest.raises(InvalidRecordError, match="there is no isomer"):
        opened("MS/1", "RT/2").conclude(LIMITED, expert="expert-a", at=NOW)


def test_id_6_an_isomer_that_a_used_result_tells_apart_is_out_of_the_set():
    apart = IsomerSet(
        state=IsomerState.LISTED, isomers=(Isomer(name="3-FMA", separated_by="2026-0001/1-FTIR1"),), basis="b"
    )
    assert concluded("FTIR/1", "colour/2", isomers=apart).outcome.identity == ("2-FMA",)
    with pytest.raises(InvalidRecordError, match="which is not used here"):
        opened("MS/1", "RT/2", isomers=apart)


def test_id_6_isomers_that_nobody_examined_are_a_gap_and_never_none():
    one = opened("FTIR/1", "colour/2", isomers=IsomerSet())
    assert one.outcome.gaps == ()
    assert missing(one) == (Gap.ISOMERS,)
    assert Limitation.ISOMERS_NOT_EXAMINED in one.limitations
    with pytest.raises(InvalidRecordError, match="ID-6: nobody examined"):
        one.conclude(IDENTIFIED, expert="expert-a", at=NOW)
    for wrong in ({"state": IsomerState.LISTED}, {"isomers": RING.isomers}, {"state": IsomerState.NONE_KNOWN}):
        with pytest.raises(InvalidRecordError):
            IsomerSet(**wrong)


def test_id_7_limitations_are_found_and_never_typed():
    library = [support(text, comparison=Comparison.LIBRARY) for text in ("MS/1", "RT/1")]
    one = opened(*library, isomers=RING, inchikey="ABCDEFGHIJKLMN-UHFFFAOYSA-N")
    assert set(one.limitations) == {
        Limitation.LIBRARY_ONLY,
        Limitation.STEREOCHEMISTRY,
        Limitation.ISOMERS,
        Limitation.ONE_SAMPLING,
    }
    assert one.outcome.library_only
    assert opened("FTIR/1", "colour/2").limitations == ()
    assert opened("-FTIR/1").limitations == ()
    supports = (support("RT/1"), support("RT'/2"), support("colour/2"))
    reasoned = Basis(supports=supports, isomers=NONE_KNOWN, correlation_reason="columns of opposite polarity")
    assert opened(basis=reasoned).limitations == (Limitation.CORRELATED,)


def test_id_2_a_negative_result_stays_in_the_record_and_contributes_nothing():
    one = opened("FTIR/1", "colour/2", "-TLC/2")
    assert one.outcome.not_counted == ("thin-layer chromatography of 2026-0001/1-TLC2",)
    assert len(one.basis.supports) == 3


def test_id_9_a_presumptive_field_screen_identifies_nothing():
    screen = support("Raman/1", field_screen=True, authorised=False, data=())
    assert missing(opened(screen, "colour/2")) == (Gap.DATA, Gap.TECHNIQUES)
    with pytest.raises(InvalidRecordError, match="no result is positive and counts"):
        opened(screen).conclude(CLASS, expert="expert-a", at=NOW)


def test_a_class_needs_one_positive_result_and_its_name():
    assert concluded("colour/1", verdict=CLASS).title == "2-FMA: class only"
    with pytest.raises(InvalidRecordError, match="no result is positive"):
        concluded("-colour/1", verdict=CLASS)
    with pytest.raises(InvalidRecordError, match="class"):
        Verdict(conclusion=Conclusion.CLASS_ONLY)


def test_a_negative_conclusion_needs_a_negative_result_a_scope_and_nothing_positive():
    assert concluded("-MS/1", "-colour/1", verdict=ABSENT).verdict == ABSENT
    with pytest.raises(InvalidRecordError, match=r"colour test of .* is positive and counts"):
        concluded("-MS/1", "colour/1", verdict=ABSENT)
    with pytest.raises(InvalidRecordError, match="no result is negative"):
        concluded(support("MS/1", outcome=Outcome.INCONCLUSIVE), verdict=ABSENT)
    with pytest.raises(InvalidRecordError, match="scope"):
        Verdict(conclusion=Conclusion.NOT_DETECTED)


def test_inconclusive_is_a_conclusion_with_a_reason():
    assert concluded(verdict=NOTHING).verdict == NOTHING
    with pytest.raises(InvalidRecordError, match="reason"):
        Verdict(conclusion=Conclusion.INCONCLUSIVE)


def test_a_conclusion_is_drawn_by_its_expert_and_once():
    with pytest.raises(TransitionError, match="is of expert-a, not of expert-b"):
        opened("FTIR/1", "colour/2").conclude(IDENTIFIED, expert="expert-b", at=NOW)
    with pytest.raises(TransitionError, match="is concluded, not open"):
        concluded("FTIR/1", "colour/2").conclude(IDENTIFIED, expert="expert-a", at=LATER)


def test_a_revision_takes_the_conclusion_away():
    basis = Basis(supports=(support("FTIR/1"),), isomers=NONE_KNOWN)
    revised = concluded("FTIR/1", "colour/2").revise(basis, expert="expert-a")
    assert (revised.state, revised.verdict, revised.version) == ("open", None, 3)
    assert missing(revised) == (Gap.TECHNIQUES,)


def test_g_3_a_second_person_checks_a_conclusion():
    checked = concluded("FTIR/1", "colour/2").agree(by="expert-b", at=LATER)
    assert checked.state == "checked"
    assert (checked.checks[0].by, checked.checks[0].conclusion) == ("expert-b", Conclusion.IDENTIFIED)
    with pytest.raises(NotPermittedError, match="a second person checks it"):
        concluded("FTIR/1", "colour/2").agree(by="expert-a", at=LATER)
    with pytest.raises(TransitionError, match="is open, not concluded"):
        opened("FTIR/1", "colour/2").agree(by="expert-b", at=LATER)
    with pytest.raises(TransitionError, match="a second person has a word in it"):
        checked.revise(checked.basis, expert="expert-a")


def test_g_3_a_check_is_of_the_conclusion_that_stood_then():
    one = concluded("FTIR/1", "colour/2").dispute(by="expert-b", at=LATER, words="bands are missing")
    ended = one.resolve(Resolution(by="head", at=LATER, words="measured again", stands=False))
    again = ended.conclude(NOTHING, expert="expert-a", at=LATER + timedelta(hours=1))
    assert again.state == "concluded"
    assert again.agree(by="expert-b", at=LATER + timedelta(hours=2)).state == "checked"


def test_g_6_a_disagreement_stays_with_its_resolution():
    disputed = concluded("FTIR/1", "colour/2").dispute(by="expert-b", at=LATER, words="bands are missing")
    assert (disputed.state, disputed.verdict) == ("disputed", IDENTIFIED)
    upheld = disputed.resolve(Resolution(by="head", at=LATER, words="the bands are there", stands=True))
    assert (upheld.state, upheld.verdict) == ("concluded", IDENTIFIED)
    fallen = disputed.resolve(Resolution(by="head", at=LATER, words="measured again", stands=False))
    assert (fallen.state, fallen.verdict) == ("open", None)
    for ended in (upheld, fallen):
        (kept,) = ended.disagreements
        assert (kept.by, kept.words, kept.against) == ("expert-b", "bands are missing", Conclusion.IDENTIFIED)
        assert kept.resolution.by == "head"
    with pytest.raises(TransitionError, match="is disputed"):
        disputed.revise(disputed.basis, expert="expert-a")


@pytest.mark.parametrize("person", ["expert-a", "expert-b"])
def test_g_6_neither_of_the_two_ends_it(person):
    disputed = concluded("FTIR/1", "colour/2").dispute(by="expert-b", at=LATER, words="bands are missing")
    with pytest.raises(NotPermittedError, match="one of the two"):
        disputed.resolve(Resolution(by=person, at=LATER, words="w", stands=True))


def test_rp_3_a_checked_conclusion_is_put_in_question_again_only_for_a_reason_and_by_another():
    checked = concluded("FTIR/1", "colour/2").agree(by="expert-b", at=LATER)
    reopened = checked.reopen(by="head", at=LATER, words="the report is to be amended")
    assert (reopened.state, reopened.verdict, reopened.checks) == ("open", None, checked.checks)
    assert [(one.by, one.words) for one in reopened.reopenings] == [("head", "the report is to be amended")]
    assert reopened.revise(reopened.basis, expert="expert-a").state == "open"
    with pytest.raises(NotPermittedError, match="the head puts it in question again"):
        checked.reopen(by="expert-a", at=LATER, words="w")
    with pytest.raises(TransitionError, match="is open"):
        reopened.reopen(by="head", at=LATER, words="w")
    with pytest.raises(InvalidRecordError, match="reason"):
        checked.reopen(by="head", at=LATER, words="")


def test_g_6_what_nobody_disputes_is_not_resolved():
    one = concluded("FTIR/1", "colour/2")
    with pytest.raises(TransitionError, match="not disputed"):
        one.resolve(Resolution(by="head", at=LATER, words="w", stands=True))
    with pytest.raises(NotPermittedError):
        one.dispute(by="expert-a", at=LATER, words="w")
    for wrong in (lambda: one.dispute(by="expert-b", at=LATER, words=""), lambda: LeftOut(number="x", reason="")):
        with pytest.raises(InvalidRecordError):
            wrong()
