"""Negative controls: with one gate switched off at a time, a sequence leads to a breach, and the twin says so.

In each, sensible people bring a case on, and then one thing is done that a gate is there against. With the gate it is
refused, and the twin has nothing to say; without the gate the twin names the rule that was broken.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from lims.domain.balance_check import BalanceCheck
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.custody import Custody
from lims.domain.examination import Examination
from lims.domain.identification_rule import Outcome
from lims.domain.mass_balance import MassBalance
from lims.domain.nonconformity import Subject
from lims.domain.request import ConsumptionPermission
from lims.domain.sampling_plan import SamplingPlan, UnitOutcome
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer
from lims.errors import LimsError
from lims.services import issue_gate
from lims.services.permitting import Permission, Rights
from lims.services.weighing import WeighingService
from tests.builders.clocks import MORNING
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.measuring_bench import BALANCE, BUDGET, check, reading
from tests.builders.people import QUALITY
from tests.lifecycle import batch_acts, examining_acts, measuring_acts, quality_acts, receiving_acts, report_acts
from tests.lifecycle.laboratory import WEIGHT, Life, end
from tests.lifecycle.onward import Journey
from tests.lifecycle.player import Player, Tally
from tests.lifecycle.stages import ALL_ON, before


def no_fault(*_: Any, **__: Any) -> Iterator[LimsError]:
    """Find nothing: a gate that is switched off."""
    return iter(())


def let_pass(*_: Any, **__: Any) -> None:
    """Refuse nothing."""


Switch = Callable[[pytest.MonkeyPatch], None]


def gates(*rules: str) -> Switch:
    """Switch off items of RP-1."""
    return lambda patch: patch.setattr(issue_gate, "GATES", {**issue_gate.GATES, **dict.fromkeys(rules, no_fault)})


def functions(*names: str, instead: Any = let_pass) -> Switch:
    """Switch off functions of services, by module and name."""

    def off(patch: pytest.MonkeyPatch) -> None:
        for name in names:
            patch.setattr(f"lims.{name}", instead)

    return off


def method(owner: type, name: str, instead: Any = let_pass) -> Switch:
    return lambda patch: patch.setattr(owner, name, instead)


class NotOfferedError(Exception):
    """The step that was wanted is not the next one: the program has taken the case another way."""


@dataclass
class Scene:
    """A laboratory where one case has come to a step; people make no mistakes by chance."""

    rights: Rights
    receives: Mapping[str, Any]
    player: Player = dataclasses.field(init=False)

    @property
    def life(self) -> Life:
        return self.player.life

    @property
    def journey(self) -> Journey:
        assert self.player.onward.journey is not None
        return self.player.onward.journey

    @property
    def exhibit(self) -> str:
        return self.journey.exhibit

    def begin(self, wanted: str) -> None:
        """Bring a case to where a step is the next one, with every gate in force."""
        stage = before(wanted, tuple(self.receives.items()))
        self.player = Player(stage.life(rights=self.rights, mistakes=0.0), Tally())
        self.player.onward.journey = stage.journey

    def report(self, *steps: str) -> None:
        """Draft, review, review administratively and issue, or some of these."""
        for step in steps or ("draft", "review", "administrative review", "issue"):
            self.life.clock.advance(seconds=20)
            name, action = next(self.player.onward._report(self.journey))
            if name != step:
                raise NotOfferedError(f"{name}, not {step}")
            action()


# what is done against each gate


def an_identity_on_one_sampling(scene: Scene) -> None:
    scene.begin("finding")
    life = scene.life
    facts = examining_acts.finding_facts(life, scene.exhibit, "FTIR-1", sampling=1, outcome=Outcome.POSITIVE)
    life.bench.finding.record(facts, files=examining_acts.evidence(life, "FTIR-1"), actor=EXPERT)
    asked, basis = examining_acts.question(scene.exhibit), examining_acts.basis_facts(life, scene.exhibit)
    opened = life.bench.identifying.open(asked, basis, actor=EXPERT)
    life.bench.identifying.conclude(opened.number, examining_acts.VERDICTS[0], actor=EXPERT)
    scene.report()


def a_failed_batch(scene: Scene) -> None:
    scene.begin("draft")
    life = scene.life
    batch_acts.judge_batch_of(life, life.listed(Batch)[0].number, EXPERT, bad=True)
    scene.report()


def an_open_offer(scene: Scene) -> None:
    scene.begin("close seal")
    scene.player.onward._offer(scene.life.load(Custody, scene.exhibit), TECHNICIAN)
    scene.report()


def a_balance_that_failed(scene: Scene) -> None:
    scene.begin("draft")
    scene.life.bench.registering.check_balance(BALANCE, WEIGHT, reading=reading("99.90 g"), actor=EXPERT)
    scene.report()


def a_plan_half_done(scene: Scene) -> None:
    scene.begin("unit")
    plan = scene.life.children(SamplingPlan, scene.exhibit)[0]
    measuring_acts.record_unit_of(scene.life, plan, UnitOutcome.POSITIVE, EXPERT)
    scene.player.onward._units = no_fault
    while next(scene.player.onward._steps(scene.journey))[0] != "draft":
        scene.player.onward.step()
        scene.life.clock.advance(seconds=20)
    scene.report()


def a_reviewer_who_worked(scene: Scene) -> None:
    scene.begin("close seal")
    receiving_acts.photograph_of(scene.life, scene.exhibit, REVIEWER)
    scene.report()


def no_administrative_review(scene: Scene) -> None:
    scene.begin("administrative review")
    report_acts.release_of(scene.life, scene.player.onward._reports(scene.journey)[0], HEAD)


def an_unknown_condition(scene: Scene) -> None:
    scene.begin("draft")
    scene.report()


def a_nonconformity(scene: Scene) -> None:
    scene.begin("draft")
    quality_acts.raise_about(scene.life, Subject(kind="exhibit", number=scene.exhibit), TECHNICIAN)
    scene.report()


def a_run_after_the_signature(scene: Scene) -> None:
    scene.begin("close seal")
    scene.report("draft")
    path = examining_acts.run_file(scene.life)
    scene.life.bench.importing.import_run(path, exhibit_number=scene.exhibit, actor=EXPERT)
    scene.report("review", "administrative review", "issue")


def a_finding_discarded_after_the_signature(scene: Scene) -> None:
    scene.begin("draft")
    scene.report("draft")
    finding = scene.life.children(examining_acts.Finding, scene.exhibit)[0]
    scene.life.bench.finding.discard(finding.number, reason="wrong bag", actor=EXPERT)
    scene.report("review", "administrative review", "issue")


def a_run_by_another_than_the_custodian(scene: Scene) -> None:
    scene.begin("run")
    path = examining_acts.run_file(scene.life)
    scene.life.bench.importing.import_run(path, exhibit_number=scene.exhibit, actor=TECHNICIAN)


def work_without_the_warning(scene: Scene) -> None:
    scene.begin("warning")
    measuring_acts.weigh_item(scene.life, scene.exhibit, EXPERT)


def work_on_a_doubtful_exhibit(scene: Scene) -> None:
    scene.begin("weigh")
    scene.life.bench.clarifying.find(scene.exhibit, receiving_acts.NOT_SEALED, actor=EXPERT)
    measuring_acts.weigh_item(scene.life, scene.exhibit, EXPERT)


def a_balance_nobody_checked(scene: Scene) -> None:
    scene.begin("weigh")
    scene.life.clock.advance(days=1)
    measuring_acts.weigh_item(scene.life, scene.exhibit, EXPERT)


def two_grams_missing(scene: Scene) -> None:
    scene.begin("remainder")
    kept = next(one for one in scene.life.children(MassBalance, scene.exhibit) if one.item_number == scene.exhibit)
    measuring_acts.weigh_back(scene.life, kept, EXPERT, missing=Decimal(2))
    scene.report()


def used_up_without_permission(scene: Scene) -> None:
    scene.begin("warning")
    scene.life.bench.requesting.sign_warning(scene.journey.case, signed_on=scene.life.today, actor=EXPERT)
    measuring_acts.weigh_item(scene.life, scene.exhibit, EXPERT)
    scene.life.bench.weighing.consume(
        scene.exhibit, Decimal("0.5"), u_g=BUDGET.readability_g, purpose="extraction", actor=EXPERT
    )


def an_incompetent_expert(scene: Scene) -> None:
    scene.begin("decide")
    held = [one for one in scene.life.bench.qualifying.of_person(EXPERT.number) if one.method == "EI-IDENTIFICATION"]
    scene.life.bench.qualifying.withdraw(held[0].number, reason="lapsed", actor=QUALITY)
    scene.life.clock.advance(seconds=20)
    scene.player.onward._decide(scene.life.children(Examination, scene.exhibit)[0])


def an_absent_expert(scene: Scene) -> None:
    scene.begin("weigh")
    scene.life.bench.staffing.go_away(EXPERT.number, first_day=scene.life.today, actor=QUALITY)
    measuring_acts.weigh_item(scene.life, scene.exhibit, EXPERT)


def a_hand_over_that_lapsed(scene: Scene) -> None:
    scene.begin("weigh")
    life = scene.life
    scene.player.onward._offer(life.load(Custody, scene.exhibit), TECHNICIAN)
    life.clock.advance(minutes=30)
    transfer = life.load(Transfer, life.listed(Transfer, "offered")[0].number)
    confirmed = life.bench.confirmed(TECHNICIAN, SignatureMeaning.TAKER, transfer)
    life.bench.custody.take(transfer.number, actor=TECHNICIAN, confirmation=confirmed)


# the table


@dataclass(frozen=True, kw_only=True)
class Control:
    """One gate, what is done against it, and the rule that the twin then names."""

    done: Callable[[Scene], None]
    breaks: str
    off: tuple[Switch, ...] = ()
    rights: Rights = ALL_ON
    """Without the gate."""
    receives: Mapping[str, Any] = dataclasses.field(default_factory=dict)


_UNEDITED = tuple(f"services.{module}.require_unedited" for module in ("reviewing", "administering", "releasing"))
_BATCH = tuple(
    f"services.{module}.batch_for_report" for module in ("issue_gate", "reviewing", "report_batch", "supporting")
)
_EDITED = (functions(*_UNEDITED), functions("persistence.store.voided_by", instead=no_fault))


def _yesterdays(checks: Sequence[BalanceCheck]) -> BalanceCheck:
    """Give some check that passed, of any day."""
    return checks[-1] if checks else check(MORNING)


CONTROLS: Mapping[str, Control] = {
    "rp_1_1": Control(
        done=an_identity_on_one_sampling,
        breaks="RP-1.1",
        off=(gates("RP-1.1"), functions("domain.identification._lacking", instead=no_fault)),
    ),
    "rp_1_2": Control(
        done=a_failed_batch,
        breaks="RP-1.2",
        off=(functions(*_BATCH, instead=lambda work, run: work.load(Batch, run.batch_number)),),
        receives={"by_batch": True},
    ),
    "rp_1_3": Control(done=an_open_offer, breaks="RP-1.3", off=(gates("RP-1.3"),)),
    "rp_1_4": Control(done=a_balance_that_failed, breaks="RP-1.4", off=(gates("RP-1.4"),)),
    "rp_1_5": Control(done=a_plan_half_done, breaks="RP-1.5", off=(gates("RP-1.5", "RP-1.1"),), receives={"units": 10}),
    "rp_1_8": Control(
        done=a_reviewer_who_worked,
        breaks="RP-1.8",
        off=(functions("persistence.duty_list.compatible", instead=lambda *_, **__: True), gates("RP-1.8")),
    ),
    "rp_1_9": Control(
        done=no_administrative_review,
        breaks="RP-1.9",
        off=(
            functions("services.releasing._require_administratively_reviewed", "domain.report.Report._require"),
            gates("RP-1.9"),
        ),
    ),
    "rp_1_10": Control(
        done=an_unknown_condition, breaks="RP-1.10", off=(gates("RP-1.10"),), receives={"condition": ""}
    ),
    "rp_1_11": Control(done=a_nonconformity, breaks="RP-1.11", off=(gates("RP-1.11"),)),
    "rp_1_12": Control(done=a_run_after_the_signature, breaks="RP-1.12", off=(*_EDITED, gates("RP-1.12", "RP-1.1"))),
    "rp_2": Control(
        done=a_finding_discarded_after_the_signature, breaks="RP-2", off=(*_EDITED, gates("RP-1.1", "RP-1.12"))
    ),
    "cc_1": Control(done=a_hand_over_that_lapsed, breaks="CC-1", off=(method(Transfer, "require_soon"),)),
    "cc_6": Control(
        done=a_run_by_another_than_the_custodian, breaks="CC-6", rights=dataclasses.replace(ALL_ON, custody_gate=False)
    ),
    "kz_1": Control(
        done=work_without_the_warning, breaks="KZ-1", rights=dataclasses.replace(ALL_ON, liability_warning=False)
    ),
    "kz_2": Control(
        done=used_up_without_permission,
        breaks="KZ-2",
        off=(
            method(
                Case,
                "require_consumption",
                lambda *_, **__: ConsumptionPermission(extent="partial", reference="none"),
            ),
        ),
    ),
    "e_2": Control(
        done=work_on_a_doubtful_exhibit, breaks="E-2", off=(functions("services.readiness.require_workable"),)
    ),
    "wu_1": Control(
        done=a_balance_nobody_checked,
        breaks="WU-1",
        off=(functions("services.registering.require_checked", instead=lambda checks, **_: _yesterdays(checks)),),
    ),
    "wu_7": Control(
        done=two_grams_missing,
        breaks="not done in the same transaction",
        off=(method(WeighingService, "_raise_difference"),),
    ),
    "17025_6_2_5": Control(
        done=an_incompetent_expert, breaks="17025 6.2.5", off=(method(Permission, "_require_competent"),)
    ),
    "sg_5": Control(done=an_absent_expert, breaks="SG-5", off=(method(StaffMember, "require_present"),)),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_with_the_gate_it_is_refused(name):
    control = CONTROLS[name]
    scene = Scene(ALL_ON, control.receives)
    with pytest.raises((LimsError, NotOfferedError)):
        control.done(scene)
    scene.player.read()
    end(scene.life)


@pytest.mark.parametrize("name", CONTROLS)
def test_without_the_gate_the_twin_finds_the_breach(name, monkeypatch):
    control = CONTROLS[name]
    scene = Scene(control.rights, control.receives)
    with pytest.raises(AssertionError, match=control.breaks):
        _play_without(scene, control, monkeypatch)
    end(scene.life)


def _play_without(scene: Scene, control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = scene.begin

    def begin_and_switch_off(wanted: str) -> None:
        begun(wanted)
        for switch in control.off:
            switch(monkeypatch)

    scene.begin = begin_and_switch_off
    control.done(scene)
    scene.player.read()


def test_a_life_without_a_breach_is_quiet():
    """Control of the controls: the same people, the same steps, nothing done against a gate."""
    scene = Scene(ALL_ON, {"units": 10})
    scene.begin("draft")
    scene.report()
    scene.player.read()
    assert scene.player.tally.acts["report.issued"] == 1
    end(scene.life)
