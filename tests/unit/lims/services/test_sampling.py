"""Sampling plans: rules SA-1 to SA-7, and that no statement claims more than the mathematics."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lims.domain.sample_size import finite_posterior, hypergeometric_error
from lims.domain.sampling_plan import (
    PlanDesign,
    Population,
    SamplingMethod,
    SamplingPlan,
    UnitDraw,
    UnitOutcome,
    UnitResult,
    units_to_test,
)
from lims.domain.sampling_statement import StatementKind, state
from lims.domain.unit_draw import BLACK_BOX, GENERATOR, LARGEST_SEED, draw_units
from lims.errors import InvalidRecordError, NotFoundError, SamplingPlanError, TransitionError
from lims.persistence.store import SqlStore
from lims.services.accessioning import ExhibitFacts
from lims.services.permitting import Rights
from lims.services.sampling import PlanFacts, ResultFacts, SamplingService, new_seed
from lims.services.sampling_wording import statement_sentences
from lims.translation import LANGUAGES, Translator
from tests.builders.clocks import MORNING
from tests.builders.kept_benches import kept
from tests.builders.laboratories import EXPERT, TECHNICIAN
from tests.builders.measuring_bench import photograph

HYPERGEOMETRIC = PlanDesign(
    method=SamplingMethod.HYPERGEOMETRIC,
    testing="each unit screened by colour test and confirmed by GC-MS",
    proportion=Decimal("0.9"),
    confidence=Decimal("0.95"),
)
BAYESIAN = dataclasses.replace(
    HYPERGEOMETRIC, method=SamplingMethod.BAYESIAN, prior_positive=Decimal(1), prior_negative=Decimal(1)
)
PLAIN = {"testing": "GC-MS"}
ALL = PlanDesign(method=SamplingMethod.ALL, **PLAIN)
ROOT = PlanDesign(method=SamplingMethod.SQUARE_ROOT, **PLAIN)
FRANK = PlanDesign(method=SamplingMethod.FRANK, **PLAIN)
CUSTOM = PlanDesign(method=SamplingMethod.CUSTOM, custom_units=4, basis="order of the court", **PLAIN)
POSITIVE, NEGATIVE = UnitOutcome.POSITIVE, UnitOutcome.NEGATIVE


def make(bench):
    bench.hire()
    facts = ExhibitFacts(description="tablets", unit_count=100)
    number = bench.accessioning.register_exhibit(bench.case().number, facts, actor=TECHNICIAN).number
    with SqlStore(bench.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(photograph(number, bench.clock.now()), act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()


@pytest.fixture
def item(bench):
    """Give an exhibit of 100 tablets with their photograph."""
    kept(bench, "sampling", make)
    return "2026-0001/1"


def population(item, units=100):
    return Population(units=units, alike_in="size, colour, logo", photograph=f"{item}-F1")


def plan(bench, item, design=HYPERGEOMETRIC, units=100):
    facts = PlanFacts(population=population(item, units), design=design)
    return bench.sampling.plan(item, facts, actor=EXPERT)


def drawn(bench, item, design=HYPERGEOMETRIC, units=100):
    return bench.sampling.draw(plan(bench, item, design, units).number, numbering="by row", actor=TECHNICIAN)


def result(bench, number, unit, outcome=POSITIVE, substance="MDMA"):
    facts = ResultFacts(
        unit=unit, outcome=outcome, substance="" if outcome is NEGATIVE else substance, basis="2026-0001/1-R1-E1"
    )
    return bench.sampling.record_result(number, facts, actor=TECHNICIAN)


def test_17025_7_3_a_sampling_is_recorded_with_plan_days_people_units_and_changes(bench, item):
    planned = drawn(bench, item)
    bench.clock.advance(hours=1)
    result(bench, planned.number, planned.drawn[0])
    wider = dataclasses.replace(HYPERGEOMETRIC, confidence=Decimal("0.99"))
    bench.sampling.change(planned.number, wider, reason="the court asked for it", actor=EXPERT)
    kept = bench.sampling.get(planned.number)
    assert (kept.exhibit_number, kept.planned_by, kept.planned_at) == (item, "expert-a", MORNING)
    assert (kept.population.units, kept.population.alike_in) == (100, "size, colour, logo")
    (draw,) = kept.draws
    assert (draw.drawn_by, draw.drawn_at, draw.words, len(draw.units)) == ("technician", MORNING, "by row", 23)
    (tested,) = kept.results
    assert (tested.recorded_by, tested.recorded_at) == ("technician", MORNING + timedelta(hours=1))
    (change,) = kept.changes
    assert (change.before, change.reason, change.changed_by) == (HYPERGEOMETRIC, "the court asked for it", "expert-a")


def finished(*outcomes, design=HYPERGEOMETRIC, units=100, substances=None):
    """Give a plan of which all units are tested, without a store."""
    names = substances or ["MDMA"] * len(outcomes)
    results = tuple(
        UnitResult(unit=unit, outcome=outcome, substance=name, basis="b", recorded_by="t", recorded_at=MORNING)
        for unit, (outcome, name) in enumerate(zip(outcomes, names, strict=True), start=1)
    )
    draw = UnitDraw(
        units=tuple(range(1, len(outcomes) + 1)),
        generator=BLACK_BOX,
        seed=None,
        words="bag",
        drawn_by="t",
        drawn_at=MORNING,
    )
    return SamplingPlan(
        number="e-S1",
        exhibit_number="e",
        population=Population(units=units, alike_in="all", photograph="f"),
        design=design,
        planned_by="x",
        planned_at=MORNING,
        draws=(draw,),
        results=results,
    )


class TestPopulation:
    def test_sa_1_the_population_is_counted_and_photographed_before_sampling(self, bench, item):
        found = plan(bench, item)
        assert (found.number, found.units, found.population.units) == (f"{item}-S1", 23, 100)
        assert found.state == "planned"
        for change in ({"alike_in": " "}, {"photograph": ""}, {"units": 0}):
            with pytest.raises(InvalidRecordError):
                dataclasses.replace(population(item), **change)
        with pytest.raises(InvalidRecordError, match=r"101 units of .*; 100 were received"):
            plan(bench, item, units=101)

    def test_sa_1_the_photograph_exists_and_shows_this_exhibit(self, bench, item):
        other = bench.exhibit().number
        with pytest.raises(InvalidRecordError, match=f"shows {item}"):
            bench.sampling.plan(other, PlanFacts(population=population(item), design=ALL), actor=EXPERT)
        with pytest.raises(NotFoundError):
            plan(bench, f"{item}7")
        with pytest.raises(NotFoundError):
            bench.sampling.plan(item, PlanFacts(population=population(other), design=ALL), actor=EXPERT)

    def test_an_infeasible_plan_is_not_made(self, bench, item):
        entries = bench.entries
        with pytest.raises(SamplingPlanError, match="not achievable: with 2 negative of 10 units"):
            plan(bench, item, dataclasses.replace(HYPERGEOMETRIC, expected_negatives=2), units=10)
        assert bench.entries == entries

    @pytest.mark.parametrize(
        ("design", "units"), [(HYPERGEOMETRIC, 23), (BAYESIAN, 22), (ALL, 100), (ROOT, 10), (FRANK, 28), (CUSTOM, 4)]
    )
    def test_each_method_asks_for_its_units(self, design, units):
        assert units_to_test(100, design) == units

    @pytest.mark.parametrize(
        ("design", "change"),
        [
            (HYPERGEOMETRIC, {"proportion": None}),
            (HYPERGEOMETRIC, {"prior_positive": Decimal(1), "prior_negative": Decimal(1)}),
            (BAYESIAN, {"prior_negative": None}),
            (ALL, {"confidence": Decimal("0.95")}),
            (ALL, {"expected_negatives": 1}),
            (ALL, {"basis": "b"}),
            (CUSTOM, {"basis": ""}),
            (CUSTOM, {"custom_units": None}),
            (ROOT, {"custom_units": 3}),
        ],
    )
    def test_a_design_has_the_numbers_of_its_method(self, design, change):
        with pytest.raises(SamplingPlanError):
            dataclasses.replace(design, **change)

    def test_a_custom_number_is_at_most_all(self, bench, item):
        with pytest.raises(SamplingPlanError, match="4 units of a population of 3"):
            plan(bench, item, CUSTOM, units=3)

    def test_sa_7_the_plan_says_how_each_unit_is_tested(self):
        with pytest.raises(InvalidRecordError, match="testing: empty"):
            dataclasses.replace(ALL, testing="")


class TestDraw:
    def test_sa_2_seed_generator_and_units_are_kept_and_give_the_same_units_again(self, bench, item):
        found = drawn(bench, item)
        (draw,) = found.draws
        assert (draw.generator, draw.words, len(draw.units)) == (GENERATOR, "by row", 23)
        assert draw_units(tuple(range(1, 101)), count=23, seed=draw.seed) == draw.units
        with pytest.raises(TransitionError, match="its 23 units are drawn"):
            bench.sampling.draw(found.number, numbering="again", actor=TECHNICIAN)

    def test_sa_2_the_way_from_seed_to_units_is_pinned(self):
        """These numbers never change: a court draws them again from the seed in the ledger."""
        expected = (1, 3, 4, 7, 10, 13, 22, 24, 46, 48, 49, 54, 55, 57, 63, 77, 78, 79, 84, 87, 90, 92, 98)
        assert draw_units(tuple(range(1, 101)), count=23, seed=20261122) == expected

    def test_sa_2_every_pair_of_units_is_as_likely_as_any_other(self):
        counts = dict.fromkeys([(a, b) for a in range(1, 7) for b in range(a + 1, 7)], 0)
        for seed in range(15_000):
            counts[draw_units((1, 2, 3, 4, 5, 6), count=2, seed=seed)] += 1
        chi_squared = sum((count - 1000) ** 2 / 1000 for count in counts.values())
        assert chi_squared < 36.1  # 99.9 % of chi squared with 14 degrees of freedom

    def test_sa_2_nobody_chooses_the_seed(self, bench, item):
        seeds = {new_seed() for _ in range(50)}
        assert len(seeds) == 50
        assert all(0 <= seed <= LARGEST_SEED for seed in seeds)
        fixed = SamplingService(store=bench.store, clock=bench.clock, seeds=lambda: 7)
        number = plan(bench, item).number
        assert fixed.draw(number, numbering="n", actor=TECHNICIAN).draws[0].seed == 7

    def test_sa_2_a_black_box_draw_is_recorded_as_such(self, bench, item):
        number = plan(bench, item, CUSTOM).number
        with pytest.raises(InvalidRecordError, match="3 units drawn, 4 are to be drawn"):
            bench.sampling.draw_by_hand(number, (1, 2, 3), words="bag", actor=TECHNICIAN)
        for units in ((1, 1, 2, 3), (0, 1, 2, 3), (1, 2, 3, 101)):
            with pytest.raises(InvalidRecordError, match="each unit once"):
                bench.sampling.draw_by_hand(number, units, words="bag", actor=TECHNICIAN)
        with pytest.raises(InvalidRecordError, match="black box: empty"):
            bench.sampling.draw_by_hand(number, (1, 2, 3, 4), words=" ", actor=TECHNICIAN)
        (draw,) = bench.sampling.draw_by_hand(number, (9, 4, 5, 1), words="opaque bag", actor=TECHNICIAN).draws
        assert (draw.generator, draw.seed, draw.units) == (BLACK_BOX, None, (1, 4, 5, 9))
        with pytest.raises(InvalidRecordError, match="a draw by black box with seed 3"):
            dataclasses.replace(draw, seed=3)


class TestResults:
    def test_sa_3_there_is_no_result_before_the_plan_and_its_draw(self, bench, item):
        number = plan(bench, item).number
        with pytest.raises(TransitionError, match="unit 1 was not drawn; the plan comes before the test"):
            result(bench, number, 1)
        found = bench.sampling.draw(number, numbering="n", actor=TECHNICIAN)
        other = next(unit for unit in range(1, 101) if unit not in found.drawn)
        with pytest.raises(TransitionError, match="was not drawn"):
            result(bench, number, other)
        once = result(bench, number, found.drawn[0])
        assert once.state == "drawn"
        with pytest.raises(TransitionError, match="has its result"):
            result(bench, number, found.drawn[0])

    def test_sa_3_a_changed_plan_keeps_the_one_before_with_the_reason(self, bench, item):
        found = drawn(bench, item, CUSTOM)
        result(bench, found.number, found.drawn[0])
        with pytest.raises(InvalidRecordError, match="reason: empty"):
            bench.sampling.change(found.number, HYPERGEOMETRIC, reason=" ", actor=EXPERT)
        changed = bench.sampling.change(found.number, HYPERGEOMETRIC, reason="the court asks for 95 %", actor=EXPERT)
        assert (changed.units, changed.to_draw, changed.state) == (23, 19, "drawn")
        (change,) = changed.changes
        assert (change.before, change.results_before, change.reason) == (CUSTOM, 1, "the court asks for 95 %")
        more = bench.sampling.draw(found.number, numbering="n", actor=TECHNICIAN)
        assert len(set(more.drawn)) == 23
        with pytest.raises(SamplingPlanError, match="23 units are drawn; all of them are tested"):
            bench.sampling.change(found.number, ROOT, reason="fewer", actor=EXPERT)
        english = statement_sentences(bench.sampling.statement(found.number), Translator("en"))
        assert "The plan was changed after results were known. Before: chosen by the laboratory." in english

    def test_sa_3_a_change_before_the_first_result_is_named_as_such(self, bench, item):
        number = plan(bench, item).number
        bench.sampling.change(number, BAYESIAN, reason="prior agreed", actor=EXPERT)
        english = statement_sentences(bench.sampling.statement(number), Translator("en"))
        assert english[1] == "The plan was changed before the first result. Before: hypergeometric (0.9; 95 %)."

    @pytest.mark.parametrize("outcome", [one for one in UnitOutcome if one is not POSITIVE])
    def test_sa_4_anything_but_positive_takes_the_statement_back_and_it_is_computed_anew(self, outcome):
        clean = state(finished(*[POSITIVE] * 23))
        one_less = state(finished(*[POSITIVE] * 22, outcome))
        assert (clean.at_least, one_less.at_least) == (90, 83)
        assert one_less.not_positive == 1

    def test_sa_4_a_population_that_is_not_alike_is_divided(self, bench, item):
        found = drawn(bench, item)
        parts = tuple(PlanFacts(population=population(item, units), design=HYPERGEOMETRIC) for units in (60, 40))
        with pytest.raises(InvalidRecordError, match=r"60 units; .* has 100, in two parts or more"):
            bench.sampling.split(found.number, parts[:1], reason="two logos", actor=EXPERT)
        made = bench.sampling.split(found.number, parts, reason="two logos", actor=EXPERT)
        assert [(one.number, one.units) for one in made] == [(f"{item}-S2", 20), (f"{item}-S3", 18)]
        before = bench.sampling.get(found.number)
        assert (before.state, before.split.into) == ("split", (f"{item}-S2", f"{item}-S3"))
        assert bench.sampling.statement(found.number).kind is StatementKind.SPLIT
        for step in (
            lambda: result(bench, found.number, found.drawn[0]),
            lambda: bench.sampling.split(found.number, parts, reason="r", actor=EXPERT),
            lambda: bench.sampling.change(found.number, ALL, reason="r", actor=EXPERT),
            lambda: bench.sampling.draw(found.number, numbering="n", actor=TECHNICIAN),
        ):
            with pytest.raises(TransitionError, match="was divided into"):
                step()
        assert len(bench.sampling.of_exhibit(item)) == 3

    def test_sa_4_positive_units_of_different_substances_say_nothing_of_the_whole(self):
        found = state(finished(*[POSITIVE] * 23, substances=["MDMA"] * 22 + ["cocaine"]))
        assert (found.kind, found.at_least) == (StatementKind.MIXED, None)

    def test_a_result_rests_on_something_and_a_positive_names_its_substance(self):
        usual = {"unit": 1, "outcome": POSITIVE, "substance": "x", "basis": "b", "recorded_by": "t"}
        for change in ({"basis": ""}, {"substance": ""}):
            with pytest.raises(InvalidRecordError):
                UnitResult(**usual | change, recorded_at=MORNING)


class TestStatement:
    def test_sa_5_the_words_come_from_the_plan(self, bench, item):
        found = drawn(bench, item)
        for unit in found.drawn:
            result(bench, found.number, unit)
        assert statement_sentences(bench.sampling.statement(found.number), Translator("en")) == (
            (
                "Sampling plan: 23 of 100 units, hypergeometric distribution, proportion 0.9, confidence 95 %, "
                "expected negatives: 0."
            ),
            "23 of 23 tested units contain MDMA. With 95 % confidence at least 90 of 100 units contain MDMA.",
            "A total mass that rests on this statement is that of 90 units, not of all 100.",
        )

    @pytest.mark.parametrize("design", [ROOT, FRANK, CUSTOM, ALL])
    def test_sa_5_a_plan_without_statistics_speaks_of_the_tested_units_only(self, design):
        units = units_to_test(40, design)
        found = state(finished(*[POSITIVE] * (units - 1), NEGATIVE, design=design, units=40))
        assert (found.kind, found.at_least, found.weight_units) == (StatementKind.TESTED_ONLY, None, units - 1)
        english = statement_sentences(found, Translator("en"))
        assert english[-1].endswith("This statement covers the tested units only.")
        assert not any("at least" in sentence for sentence in english)

    def test_sa_5_nothing_is_said_as_long_as_units_are_to_be_tested(self, bench, item):
        found = drawn(bench, item)
        for unit in found.drawn[:-1]:
            result(bench, found.number, unit)
        said = bench.sampling.statement(found.number)
        assert (said.kind, said.at_least) == (StatementKind.NOT_FINISHED, None)
        assert statement_sentences(said, Translator("en"))[-1].startswith("22 of 23 units have been tested")

    def test_sa_5_none_positive_is_a_statement_too(self):
        found = state(finished(*[NEGATIVE] * 23))
        assert (found.kind, found.weight_units) == (StatementKind.NONE_POSITIVE, 0)

    def test_sa_6_a_total_mass_is_that_of_the_units_that_are_claimed(self):
        found = state(finished(*[POSITIVE] * 23))
        assert found.weight_units == 90
        everything = state(
            finished(*[POSITIVE] * 10, units=10, design=dataclasses.replace(HYPERGEOMETRIC, proportion=Decimal(1)))
        )
        assert everything.weight_units == 10
        assert not any("total mass" in one for one in statement_sentences(everything, Translator("en")))

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("design", [HYPERGEOMETRIC, BAYESIAN, ALL, ROOT, FRANK, CUSTOM])
    def test_at_24_the_same_numbers_in_every_language(self, language, design):
        units = units_to_test(100, design)
        found = state(finished(*[POSITIVE] * units, design=design))
        text = " ".join(statement_sentences(found, Translator(language)))
        for number in (units, found.positive, found.at_least, 100):
            assert number is None or str(number) in text


@settings(max_examples=60)
@given(data=st.data(), units=st.integers(2, 60), share=st.sampled_from(("0.5", "0.7", "0.9")))
def test_l_8_sa_5_no_statement_claims_more_than_the_mathematics(data, units, share):
    """The claim K is supported: fewer than K positive units would give so few negatives with at most 5 %. And of a
    Bayesian plan, at least 95 % of the posterior is at or above K."""
    bayesian = data.draw(st.booleans())
    design = dataclasses.replace(BAYESIAN if bayesian else HYPERGEOMETRIC, proportion=Decimal(share))
    count = units_to_test(units, design)
    outcomes = data.draw(st.lists(st.sampled_from(UnitOutcome), min_size=count, max_size=count))
    found = state(finished(*outcomes, design=design, units=units))
    negatives = found.not_positive
    assert found.positive + negatives == count
    if found.at_least is None:
        assert found.kind is StatementKind.NONE_POSITIVE
        return
    assert found.positive <= found.at_least <= units - negatives
    if found.at_least == found.positive:
        return  # what was seen needs no inference
    if bayesian:
        proportion = Fraction(found.at_least, units)
        assert finite_posterior(units, count, negatives, proportion=proportion, prior=design.prior) >= Fraction("0.95")
    else:
        assert hypergeometric_error(units, found.at_least, count, negatives) <= Fraction("0.05")
