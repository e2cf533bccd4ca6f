"""Quantitations of exhibits: recorded with their portions and standard, in the report, and in its gate."""

import dataclasses
import json
from contextlib import contextmanager
from decimal import Decimal

import pytest

from lims.domain.aliquot import Aliquot
from lims.domain.batch import Batch
from lims.domain.identification import Conclusion, Identification, Verdict, rule_outcome
from lims.domain.identification_basis import Basis
from lims.domain.method import MeasuredSubstance
from lims.domain.quantitation import Lacking, Quantitation
from lims.domain.question_answer import GroundKind
from lims.errors import (
    BatchNotUsableError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TransitionError,
)
from lims.persistence.store import SqlStore
from lims.services.permitting import Rights
from lims.services.quantitating import PreparationFacts, QuantitationFacts
from lims.services.quantitation_repeating import quantitation_differences
from lims.services.quantitation_trial import TrialChoices, tried_method
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REVIEWER, TECHNICIAN, Bench
from tests.builders.quantified import (
    EXHIBIT,
    PLACES,
    SimulatedBatches,
    basis_records,
    quantitation_method,
    run_number,
    standard_lot,
)

BATCH, NET = "B-2026-0001", f"{EXHIBIT}-W1"
NUMBER = f"{EXHIBIT}-Q1"


def write(lab, *records):
    """Write what no service would."""
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in records:
            work.record(record, act="tested", actor=TECHNICIAN, at=lab.clock.now())
        work.commit()


@pytest.fixture
def lab(bench: Bench, training_file) -> Bench:
    bench.hire()
    bench.concluded(training_file)
    write(bench, *basis_records())
    bench.quantitating = dataclasses.replace(bench.quantitating, measurement=SimulatedBatches())
    return bench


def portion(n, **facts):
    usual = {
        "run_number": run_number(EXHIBIT, PLACES[n - 1]),
        "weighing_number": f"{EXHIBIT}-A{n}-W1",
        "volume_ml": Decimal(10),
        "volume_u_ml": Decimal("0.02"),
        "volume_k": Decimal(2),
        "dilution": Decimal(100),
    }
    return PreparationFacts(**{**usual, **facts})


def facts(**changed):
    usual = {
        "exhibit_number": EXHIBIT,
        "batch_number": BATCH,
        "preparations": (portion(1), portion(2)),
        "standard_number": "RS-7",
        "purity_applied": False,
        "net_weighing": NET,
        "expressed_as": " base ",
    }
    return QuantitationFacts(**{**usual, **changed})


def identified(lab):
    """Write an identification of the analyte that was concluded, whatever it rests on."""
    basis = Basis(supports=())
    write(
        lab,
        Identification(
            number=f"{EXHIBIT}-N1",
            exhibit_number=EXHIBIT,
            procedure_number="EI-IDENTIFICATION",
            expert=EXPERT.number,
            substance="Etizolam",
            inchikey=None,
            basis=basis,
            outcome=rule_outcome("Etizolam", basis),
            verdict=Verdict(conclusion=Conclusion.IDENTIFIED),
            concluded_at=lab.clock.now(),
        ),
    )


def test_wu_1_a_quantitation_states_content_and_mass_from_recorded_weighings(lab):
    made = lab.quantitating.record(facts(), actor=EXPERT)
    assert (made.number, made.expert, made.expressed_as, made.lacking) == (NUMBER, "expert-a", "base", ())
    assert [(one.weighing_number, one.sample_g) for one in made.preparations] == [
        (f"{EXHIBIT}-A1-W1", Decimal("0.5100")),
        (f"{EXHIBIT}-A2-W1", Decimal("0.5200")),
    ]
    assert (made.standard.lot, made.standard.purity, made.standard.applied) == ("7", Decimal("0.985"), False)
    truth = (Decimal(33) / Decimal("0.51") + Decimal(34) / Decimal("0.52")) / 2 * Decimal("0.1") * Decimal("0.985")
    assert abs(made.result.percent - truth) <= made.result.u_percent
    assert abs(made.total.mass_g - truth / 100 * Decimal("12.34")) <= made.total.u_g
    assert (made.total.weighing_number, made.total.exhibit_g) == (NET, Decimal("12.3400"))
    assert quantitation_differences(made) == ()
    assert lab.quantitating.get(NUMBER) == made
    assert lab.quantitating.record(facts(preparations=()), actor=EXPERT).lacking == (Lacking.NO_PREPARATION,)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"exhibit_number": "2026-0001/1", "batch_number": BATCH, "net_weighing": f"{EXHIBIT}-A1-W1"},
            "expected .* before",
        ),
        ({"preparations": (portion(1, weighing_number=NET),)}, "expected 2026-0001/1, aliquot"),
        ({"preparations": (portion(1, run_number="R9"),)}, "portions of R9; the exhibit has"),
        ({"preparations": (portion(1), portion(1))}, "portions of the same run twice"),
        ({"preparations": (portion(1, volume_ml=Decimal(0)),)}, "expected above 0"),
        ({"purity_applied": None}, "has a purity of 0.985; expected whether"),
        ({"standard_number": "RS-8"}, "standard RS-8 is of heroin; the method measures Etizolam"),
    ],
)
def test_a_quantitation_takes_no_record_of_something_else(lab, changed, words):
    write(lab, standard_lot(number="RS-8", substance="heroin"))
    before = lab.entries
    with pytest.raises(InvalidRecordError, match=words):
        lab.quantitating.record(facts(**changed), actor=EXPERT)
    assert lab.entries == before


def test_rp_1_2_nothing_is_quantified_in_a_batch_that_is_not_usable(lab):
    with lab.store.reading() as work:
        batch = work.load(Batch, BATCH)
    write(lab, dataclasses.replace(batch, verdicts=(), version=batch.version + 1))
    with pytest.raises(BatchNotUsableError, match="it is measured"):
        lab.quantitating.record(facts(), actor=EXPERT)


def test_rp_1_1_a_content_needs_an_identification_of_its_substance(lab):
    assert lab.reporting.faults(EXAMINATION) == ()
    lab.quantitating.record(facts(), actor=EXPERT)
    (found,) = lab.reporting.faults(EXAMINATION)
    assert found.rule == "RP-1.1"
    assert "quantitation 2026-0001/1-Q1 states a content of Etizolam, which no identification concluded" in str(found)
    lab.quantitating.discard(NUMBER, reason="the wrong portion", actor=EXPERT)
    assert lab.reporting.faults(EXAMINATION) == ()


def test_rp_1_2_a_quantitation_of_a_batch_that_fails_later_keeps_the_report_back(lab):
    lab.quantitating.record(facts(preparations=()), actor=EXPERT)
    assert lab.reporting.faults(EXAMINATION) == ()
    with lab.store.reading() as work:
        batch = work.load(Batch, BATCH)
    write(lab, dataclasses.replace(batch, verdicts=(), version=batch.version + 1))
    (found,) = lab.reporting.faults(EXAMINATION)
    assert isinstance(found, BatchNotUsableError)
    assert "2026-0001/1-Q1 belongs to batch B-2026-0001" in str(found)


def test_the_report_carries_the_quantitation_whole_and_a_new_one_voids_it(lab):
    lab.quantitating.record(facts(preparations=()), actor=EXPERT)
    report = lab.draft(EXAMINATION)
    content = json.loads(lab.reporting.document(report.number).split(b"\n")[0])
    assert content["kinds"] == ["identification", "quantitation"]
    (found,) = content["quantitations"]
    assert (found["number"], found["lacking"], len(found["points"])) == (NUMBER, ["preparation not recorded"], 5)
    lab.quantitating.discard(NUMBER, reason="another batch is better", actor=EXPERT)
    voided = lab.reporting.get(report.number)
    assert (voided.state, "quantitation 2026-0001/1-Q1" in voided.void_reason) == ("voided", True)


def test_a_quantitation_answers_a_question_until_it_is_discarded(lab):
    lab.quantitating.record(facts(), actor=EXPERT)
    assert [(one.kind, one.number) for one in lab.examining.grounds(EXAMINATION)] == [
        (GroundKind.QUANTITATION, NUMBER),
        (GroundKind.WEIGHING, NET),
    ]
    discarded = lab.quantitating.discard(NUMBER, reason=" the wrong portion ", actor=EXPERT)
    assert (discarded.state, discarded.discard.reason) == ("discarded", "the wrong portion")
    assert [one.kind for one in lab.examining.grounds(EXAMINATION)] == [GroundKind.WEIGHING]
    with pytest.raises(TransitionError, match="was discarded by expert-a: the wrong portion"):
        lab.quantitating.discard(NUMBER, reason="again", actor=EXPERT)
    assert lab.quantitating.of_exhibit(EXHIBIT) == (discarded,)


@pytest.mark.parametrize("actor", [TECHNICIAN, HEAD])
def test_au_2_only_an_expert_records_a_quantitation(lab, actor):
    before = lab.entries
    with pytest.raises(NotPermittedError):
        lab.quantitating.record(facts(), actor=actor)
    with pytest.raises(NotPermittedError):
        lab.quantitating.record(facts(), actor=dataclasses.replace(actor, roles=REVIEWER.roles))
    assert lab.entries == before


def test_a_record_says_what_it_is(lab):
    made = lab.quantitating.record(facts(), actor=EXPERT)
    assert (made.KIND, made.parent, made.state, made.substance) == ("quantitation", EXHIBIT, "measured", "Etizolam")
    assert made.title == f"Etizolam: {made.result.percent} % (U {made.result.u_percent} %)"
    bare = lab.quantitating.record(facts(preparations=()), actor=EXPERT)
    assert bare.title == "Etizolam: preparation not recorded"
    with pytest.raises(InvalidRecordError, match="without its content"):
        dataclasses.replace(bare, total=made.total)
    assert isinstance(made, Quantitation)


def test_a_trial_measures_the_batch_as_its_method_says_and_records_nothing(lab):
    before = lab.entries
    tried = lab.quantitating.try_out(BATCH, TrialChoices(), actor=EXPERT)
    assert lab.entries == before
    made = lab.quantitating.record(facts(), actor=EXPERT, version=tried.batch_version)
    assert (tried.curve, tried.points, tried.release) == (made.curve, made.points, made.by.release)
    assert [one for one in tried.injections if one.place in PLACES] == list(made.injections)
    assert [one.place for one in tried.injections] == [1, 7, 8, 9, 10, 11]
    assert (tried.analyte.name, tried.internal_standard.name) == (made.analyte, made.internal_standard)
    assert tried.analyte.retention_time_s == pytest.approx(120.0, abs=1.0)


def test_a_trial_takes_other_substances_and_settings_than_the_method(lab):
    chosen = TrialChoices(analyte=" Other ", release="another", settings={"curve": "quadratic", "purity_u": "0.5%"})
    tried = lab.quantitating.try_out(BATCH, chosen, actor=EXPERT)
    assert (tried.analyte.name, tried.internal_standard.name, tried.curve.degree) == ("Other", "Bupivacaine", 2)
    assert tried.release == "another"
    assert {one.name: one.value for one in tried.settings} == {
        "curve": "quadratic",
        "purity_u": "0.5%",
        "volume_u": "0.2%",
        "weighing_u": "0.1%",
    }
    assert all("uncertainty of calibration only" not in one.flags for one in tried.injections)


def test_ions_of_the_method_are_those_of_its_own_substances():
    own = quantitation_method(analyte_ions="91,134", internal_standard_ions="140,84")
    kept = tried_method(own, TrialChoices(analyte="etizolam"))
    assert kept == own, "the same name in other letters is the same substance"
    other = tried_method(own, TrialChoices(analyte="Diazepam"))
    assert {"analyte_ions", "internal_standard_ions"} & {one.name for one in other.quantitation.settings} == {
        "internal_standard_ions"
    }
    assert other.analyte == MeasuredSubstance(name="Diazepam")


@pytest.mark.parametrize(
    ("settings", "error"), [({"curve": "cubic"}, InvalidRecordError), ({"control_deviation": "1"}, InvalidRecordError)]
)
def test_a_trial_refuses_what_means_nothing(lab, settings, error):
    with pytest.raises(error):
        lab.quantitating.try_out(BATCH, TrialChoices(settings=settings), actor=EXPERT)
    with pytest.raises(NotFoundError):
        lab.quantitating.try_out("B-none", TrialChoices(), actor=EXPERT)
    with pytest.raises(NotPermittedError):
        lab.quantitating.try_out(BATCH, TrialChoices(), actor=TECHNICIAN)


def test_what_moved_on_since_it_was_seen_is_neither_recorded_nor_discarded(lab):
    with lab.store.reading() as work:
        seen = work.load(Batch, BATCH).version
    before = lab.entries
    with pytest.raises(StaleVersionError):
        lab.quantitating.record(facts(), actor=EXPERT, version=seen - 1)
    assert lab.entries == before
    made = lab.quantitating.record(facts(), actor=EXPERT, version=seen)
    lab.quantitating.discard(made.number, reason="r", actor=EXPERT, version=made.version)
    with pytest.raises(StaleVersionError):
        lab.quantitating.discard(made.number, reason="r", actor=EXPERT, version=made.version)


def test_what_was_found_of_a_known_amount_is_stated_for_controls_alone(lab):
    made = lab.quantitating.record(facts(), actor=EXPERT)
    (control,) = made.controls
    assert control.recovery_percent == control.concentration.value / 40 * 100
    assert [one.recovery_percent for one in (*made.blanks, *made.injections)] == [None] * 5


def test_portions_are_those_of_aliquots_and_of_aliquots_of_those(lab):
    aliquots = [
        Aliquot(
            number=f"{EXHIBIT}-A{n}",
            item_number=item,
            exhibit_number=EXHIBIT,
            weighing_number=f"{EXHIBIT}-A{n}-W1",
            mass_g=Decimal("0.5"),
            u_g=Decimal("0.001"),
            purpose="p",
            container="",
            taken_by="technician",
            taken_at=lab.clock.now(),
        )
        for n, item in ((1, EXHIBIT), (2, f"{EXHIBIT}-A1"))
    ]
    assert lab.quantitating.portions(BATCH, EXHIBIT).portions == ()
    write(lab, *aliquots)
    found = lab.quantitating.portions(BATCH, EXHIBIT)
    assert [one.number for one in found.portions] == [f"{EXHIBIT}-A1-W1", f"{EXHIBIT}-A2-W1"]
    assert [one.number for one in found.nets] == [NET]
    assert [one.number for one in found.lots] == ["RS-7"]
    assert found.runs == tuple(run_number(EXHIBIT, place) for place in PLACES)
    with pytest.raises(NotFoundError):
        lab.quantitating.portions(BATCH, "2026-0001/9")


def test_no_transaction_is_open_while_a_release_is_read(lab, monkeypatch):
    """On SQLite a second connection waits for a writer that waits for the first: nobody gets on for half a minute."""
    open_now, real = [], SqlStore.reading

    @contextmanager
    def counted(store):
        with real(store) as work:
            open_now.append(work)
            assert len(open_now) == 1
            yield work
            open_now.pop()

    monkeypatch.setattr(SqlStore, "reading", counted)
    assert lab.quantitating.record(facts(), actor=EXPERT).number == NUMBER


def test_quantitations_are_listed_by_pages(lab):
    for _ in range(3):
        lab.quantitating.record(facts(preparations=()), actor=EXPERT)
    listed = lab.quantitating.quantitations(limit=2)
    assert [one.number for one in listed] == [f"{EXHIBIT}-Q3", f"{EXHIBIT}-Q2"]
    assert [one.number for one in lab.quantitating.quantitations(limit=2, offset=2)] == [NUMBER]
    assert [one.number for one in lab.quantitating.quantitations(limit=9, words="-Q2")] == [f"{EXHIBIT}-Q2"]
