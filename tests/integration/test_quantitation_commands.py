"""Quantitations and answers to questions from the console."""

import dataclasses
import json

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.permitting import Rights
from lims.services.quantitation_record import MeasuredExhibit, quantitation_of
from lims.settings import load_settings
from tests.builders.commands import aigaq
from tests.builders.devices import code_of_now, enrol
from tests.builders.laboratories import EXAMINATION, EXPERT, PASSWORD, Bench
from tests.builders.plain_homes import plain_settings
from tests.builders.quantified import EXHIBIT, SimulatedBatches, basis_records, quantitation_method

NUMBER = f"{EXHIBIT}-Q1"
FACTS = f"""
exhibit_number = "{EXHIBIT}"
batch_number = "B-2026-0001"
standard_number = "RS-7"
purity_applied = true
preparations = [{{run_number = "{EXHIBIT}-R9", weighing_number = "{EXHIBIT}-A1-W1", volume_ml = 10}}]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, training_file):
    """Give a laboratory with a question, and a quantitation of simulated runs."""
    folder = tmp_path_factory.mktemp("quantitations")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    bench = Bench(engine, folder)
    bench.hire()
    bench.concluded(training_file)
    with bench.store.reading() as work:
        case = work.load(Case, "2026-0001")
    asked = dataclasses.replace(case, questions=("What is it?",), version=case.version + 1)
    records = basis_records()
    batch = next(one for one in records if isinstance(one, Batch))
    method = quantitation_method()
    measured = MeasuredExhibit(
        exhibit_number=EXHIBIT,
        batch=batch,
        method=method,
        release_sha256="ab" * 32,
        preparations=(),
        standard=None,
        net=None,
        expressed_as="",
        expert="expert-a",
    )
    made = quantitation_of(SimulatedBatches().quantify(batch, method), measured, number=NUMBER, at=bench.clock.now())
    with SqlStore(engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in (asked, *records, made):
            work.record(record, act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()
    engine.dispose()
    plain_settings(folder)
    enrol(open_laboratory(load_settings({}, home=folder)).authentication, EXPERT.number)
    return folder


def typed(home):
    return f"{PASSWORD}\n{code_of_now(home, EXPERT.number)}\n"


def test_quantitations_are_listed_and_computed_again(home):
    listed = aigaq("quantitation", "list", EXHIBIT, home=home)
    assert listed.stdout == f"{NUMBER}  measured  Etizolam: preparation not recorded\n"
    (body,) = json.loads(aigaq("quantitation", "list", EXHIBIT, "--json", home=home).stdout)["quantitations"]
    assert (body["analyte"], len(body["points"])) == ("Etizolam", 5)
    repeated = aigaq("quantitation", "repeat", NUMBER, home=home)
    assert (repeated.returncode, repeated.stdout) == (0, f"every number of {NUMBER} follows from the others\n")


def test_what_cannot_be_measured_is_refused_by_the_console_too(home, tmp_path):
    file = tmp_path / "quantitation.toml"
    file.write_text(FACTS, "utf-8")
    refused = aigaq("quantitation", "add", str(file), "--by", EXPERT.number, home=home, typed=typed(home))
    assert refused.returncode != 0
    assert "no compound named 'Bupivacaine'" in refused.stderr  # the batch is measured for real
    file.write_text(FACTS.replace("purity_applied = true\n", ""), "utf-8")
    refused = aigaq("quantitation", "add", str(file), "--by", EXPERT.number, home=home, typed=typed(home))
    assert "standard RS-7 has a purity of 0.985; expected whether" in refused.stderr


def test_rp_1_10_a_question_is_answered_from_the_console(home):
    lacks = aigaq("report", "lacks", EXAMINATION, home=home)
    assert "question 1 of the order has neither an answer nor a reason: 'What is it?' (rule RP-1.10)" in lacks.stdout
    answered = aigaq(
        *("report", "answer", EXAMINATION, "1", "--ground", NUMBER, "--by", EXPERT.number), home=home, typed=typed(home)
    )
    assert answered.stdout.endswith(f"question 1 of {EXAMINATION} is answered: What is it?\n")
    assert "question 1" not in aigaq("report", "lacks", EXAMINATION, home=home).stdout
    said = aigaq(
        *("report", "answer", EXAMINATION, "1", "--not-answered", "not asked of it", "--by", EXPERT.number),
        home=home,
        typed=typed(home),
    )
    assert "is not answered, and the report says why: What is it?" in said.stdout


def test_a_quantitation_is_discarded_from_the_console_and_stays_listed(home):
    said = aigaq(
        *("quantitation", "discard", NUMBER, "--reason", "a test", "--by", EXPERT.number), home=home, typed=typed(home)
    )
    assert said.stdout.endswith(f"{NUMBER} is discarded, and stays listed\n")
    assert "discarded" in aigaq("quantitation", "list", EXHIBIT, home=home).stdout
