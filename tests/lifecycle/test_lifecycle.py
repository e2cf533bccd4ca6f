"""No sequence of acts leads to a report that breaks a gate: the machine for a while, and for long at night."""

import inspect
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from lims.domain.permissions import Act
from lims.services.laboratory import Laboratory
from tests.lifecycle import machine
from tests.lifecycle.player import Tally, write_tally
from tests.lifecycle.registry import ACTS
from tests.lifecycle.stages import before
from tests.lifecycle.twin import RULES

APART = {
    **dict.fromkeys(
        (
            Act.SECOND_FACTOR_ENROLLED,
            Act.SECOND_FACTOR_RESET_ASKED,
            Act.SECOND_FACTOR_RESET,
            Act.ACCOUNT_DELAYED,
            Act.SESSION_OPENED,
            Act.SESSION_CLOSED,
            Act.SESSION_REVOKED,
        ),
        "who somebody is: nothing of a case; tests of accounts and sessions",
    ),
    **dict.fromkeys(
        (Act.CLOCK_JUMPED, Act.CLOCK_CORRECTED), "a clock that jumps stops every act; tests of the ledger's clock"
    ),
    **dict.fromkeys(
        (Act.CHECKPOINT_HANDED_OUT, Act.LISTS_REBUILT, Act.RAW_SWEPT, Act.RAW_REPAIRED),
        "upkeep of ledger, lists and raw store: nothing of a case; tests/tamper walks through them",
    ),
    Act.CUSTODY_BEGUN_LATE: "of aliquots that an older program took; tests/unit/lims/services/test_aliquot_custody.py",
}
"""Acts of administration that the machine does not do, and why."""
AREAS_APART = {
    **dict.fromkeys(
        ("library import", "release.published", "isomer group"), "what the curator keeps; tests of library and isomers"
    ),
    **dict.fromkeys(
        ("watch", "alert", "provisional substance"), "what a later release says of old runs; tests of the watch"
    ),
    **dict.fromkeys(("law act", "law edition", "law table", "determination"), "the law's dates; tests of the law"),
    "quantitation": "its numbers need measured calibrators; test_quantitating.py",
}
"""Kinds of records, or acts, of libraries and law that the machine does not keep: no gate of a report asks for them."""
SERVICES_APART = frozenset(
    {
        *("collecting", "vetting", "isomer_curating"),
        *("archiving", "watching", "alerting", "clustering"),
        *("legislating", "determining", "quantitating"),
    }
)
METHODS_APART = {
    "importing.intended": "makes a record and writes nothing",
    "importing.record": "inside the transaction of import_run",
    "curating.add_training_release": "the act of add_release, with a library that identifies nothing",
    "authentication.record_password": "inside the transaction of register",
    "authentication.give_password": "who somebody is",
    "authentication.ask_reset": "who somebody is",
    "authentication.reset": "who somebody is",
    "custody.prepare": "makes a record and writes nothing; begins the other acts of custody",
    "sealing.prepare_correction": "makes a record and writes nothing; begins sealing.correct",
    "releasing.hindrances": "reads",
    "administering.hindrances": "reads",
    "terms.step": "what start, suspend, resume and extend call",
    "sessions.listed": "reads",
    "sessions.revoke": "who somebody is",
    "sweeping.sweep": "upkeep",
    "raw_copying.repair": "upkeep",
    "receipting.make": "records nothing",
    "disclosing.make": "calls disclosing.record, which the machine calls",
    "disclosing.packet": "reads",
    "measuring.import_uploads": "the act of import_run, for several at once",
    "sealing.put_all_in": "the act of put_in, for several at once",
    "sealing.take_all_from": "the act of take_from, for several at once",
    "weighing.read_balance": "reads a balance and records nothing",
    "weighing.would_weigh": "makes a record and writes nothing",
    "accessioning.register_exhibits": "the act of register_exhibit, for several at once",
    "recovering.recover": "upkeep",
    "timekeeping.set_right": "upkeep",
    "checkpointing.hand_out": "upkeep",
    "sealing.begin_late": "of aliquots that an older program took",
    "relisting.rebuild": "upkeep",
}
"""Methods that take an actor and that the machine does not call, and why."""
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
NIGHTLY_STEPS = 20_000
NIGHTLY_LENGTH = 160
FEW = 2
"""Acts at the end of long ways, such as unpacking what was packed together, may not come about."""


def test_every_act_of_the_table_can_be_done_by_the_machine():
    can = {one for act in ACTS.values() for one in act.acts}
    apart = {act for act in Act if act in AREAS_APART or act.partition(".")[0] in AREAS_APART} | set(APART)
    assert set(Act) - can - apart == set()
    assert can & apart == set()


def test_every_writing_method_of_every_service_is_called_by_the_machine():
    """A new act of a service fails here until the machine does it, or it says why not."""
    found = set()
    for name, annotation in Laboratory.__annotations__.items():
        service = inspect.getmodule(Laboratory).__dict__.get(annotation, annotation)
        for method, function in inspect.getmembers(service, inspect.isfunction):
            if not method.startswith("_") and "actor" in inspect.signature(function).parameters:
                found.add(f"{name}.{method}")
    called = {method for act in ACTS.values() for method in act.methods}
    apart = {method for method in found if method.partition(".")[0] in SERVICES_APART}
    assert found - called - apart - set(METHODS_APART) == set()
    assert not called & apart
    assert called <= found
    assert set(METHODS_APART) <= found


def test_no_sequence_of_acts_breaks_a_gate():
    """Some laboratories, at most a hundred steps each; the same ones every time."""
    machine.TALLY = Tally()
    _by_day(machine.LifeMachine, lives=3, length=100)
    assert machine.TALLY.steps >= 200
    assert machine.TALLY.done["onward"] > 30
    assert machine.TALLY.refused.total() > 20
    assert len(RULES) > 30


def test_by_day_too_a_life_comes_to_an_issued_report():
    """Five laboratories in which a report is about to be drafted, and everything may still happen to it."""
    machine.TALLY = Tally()
    _by_day(LateMachine, lives=5, length=40)
    assert machine.TALLY.acts["report.issued"]


class LateMachine(machine.LifeMachine):
    """Begins where a report is the next step."""

    beginnings = (partial(before, "draft"),)


def _by_day(played: type[machine.LifeMachine], *, lives: int, length: int) -> None:
    run_state_machine_as_test(
        played,
        settings=settings(
            max_examples=lives,
            stateful_step_count=length,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=QUIET,
            phases=(Phase.generate,),
        ),
    )


@pytest.mark.nightly
def test_rp_1_twenty_thousand_steps_reach_no_report_that_breaks_a_gate():
    """Random sequences, with counts of what they reached; ``AIGAQ_LIFECYCLE_TALLY`` names a file for the counts."""
    machine.TALLY = Tally()
    while machine.TALLY.steps < NIGHTLY_STEPS:
        run_state_machine_as_test(
            machine.LifeMachine,
            settings=settings(
                max_examples=NIGHTLY_STEPS // NIGHTLY_LENGTH,
                stateful_step_count=NIGHTLY_LENGTH,
                deadline=None,
                database=None,
                suppress_health_check=QUIET,
                phases=(Phase.generate, Phase.shrink),
            ),
        )
    tally = machine.TALLY
    write_tally(tally)
    print(tally.to_json())  # noqa: T201 - the counts belong to what the night gives
    for act in ("report.issued", "report.withdrawn", "report.superseded", "report.voided", "report.reviewed"):
        assert tally.acts[act] >= 20, f"{act}: {tally.acts[act]}; the machine hardly reaches what it is for"
    never = [one for act in ACTS.values() for one in act.acts if not tally.acts[one]]
    assert len(never) <= FEW, f"acts that no sequence came to: {never}"
