"""The week: Monday to Friday in three laboratories, in the order in which things happen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from lims.demo import keeping, quality, reports
from lims.demo.bench import MACROSCOPY, MICROSCOPY, colour, immunoassay, infrared, perform, plant
from lims.demo.casebook import Template
from lims.demo.concluding import INCONCLUSIVE, NOT_DETECTED, agree, class_only, conclude, determine, dispute
from lims.demo.crew import SITES, Site, hire
from lims.demo.people import Cast
from lims.demo.receiving import OpenCase, clarify, receive_all
from lims.demo.registers import (
    ANALYTE,
    INTERNAL_STANDARD,
    Shelves,
    check_balances,
    discard_kit,
    furnish,
    write_procedures,
)
from lims.demo.runs import Simulated, bring_run, component_of, examine, measure, plan_batch
from lims.demo.stage import SEED, Stage
from lims.demo.story import Story
from lims.demo.story_clock import WORKING_DAYS, StoryClock, morning_of
from lims.demo.weighing import (
    MISSING_G,
    record_units,
    sample_cards,
    sample_tablets,
    take_aliquot,
    weigh_all,
    weigh_back,
)
from lims.domain.batch import Batch
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.identification_rule import Outcome
from lims.domain.nonconformity import NonconformingWork
from lims.domain.sampling_plan import SamplingPlan
from lims.services.laboratory import Laboratory
from lims.services.quantitating import QuantitationFacts
from lims.services.supporting import ComponentUse

_AFTERNOON = 5
"""Hours after the day began."""
OPENED = 6
"""How many exhibits of a laboratory have their seals opened."""
_OFF_G = Decimal("0.02")
"""By how much a balance of the second region fails its check on Tuesday, before it weighs anything."""


@dataclass(slots=True, kw_only=True)
class Week:
    """What the days hand on to each other."""

    stage: Stage
    monday: date
    received: tuple[OpenCase, ...] = ()
    shelves: dict[str, Shelves] = field(default_factory=dict)
    """By the code of the laboratory."""
    plans: dict[str, SamplingPlan] = field(default_factory=dict)
    """By exhibit."""
    findings: dict[str, list[str]] = field(default_factory=dict)
    """By exhibit."""
    batches: list[Batch] = field(default_factory=list)
    examined: dict[str, list[ComponentUse]] = field(default_factory=dict)
    """Components of GC-MS runs, by exhibit."""
    nonconformity: NonconformingWork | None = None
    reports: list[str] = field(default_factory=list)
    """Numbers of those that were signed."""

    def case(self, site: Site, template: Template) -> OpenCase:
        """Give the first case of a kind in a laboratory: the one that the week works on."""
        return next(one for one in self.received if one.site is site and one.planned.template is template)

    def worked(self, site: Site) -> tuple[Exhibit, ...]:
        """Give the exhibits that a laboratory works on in the week."""
        cases = (one for one in self.received if one.site is site and one.planned.worked)
        return tuple(exhibit for one in cases for exhibit in one.exhibits)

    def day(self, ordinal: int, hour: int = 0) -> None:
        """Go to the morning of a day of the week, or some hours later."""
        zone = ZoneInfo(self.stage.laboratory.settings.time_zone)
        morning = morning_of(self.monday + timedelta(days=ordinal), zone) + timedelta(hours=hour)
        self.stage.clock.go_to(max(morning, self.stage.clock.moment))

    def add(self, exhibit: Exhibit, numbers: Sequence[str]) -> None:
        """Keep the findings on an exhibit."""
        self.findings.setdefault(exhibit.number, []).extend(numbers)


def play_week(
    laboratory: Laboratory,
    cast: Cast,
    *,
    clock: StoryClock,
    story: Story,
    seed: int = SEED,
    days: int = WORKING_DAYS,
) -> Week:
    """Play the week in a laboratory that is founded.

    Parameters
    ----------
    laboratory : Laboratory
        Opened with this very clock, on a Monday morning, and ``prepared``.
    seed : int, optional
        Of what the story itself draws, as masses and the noise of runs.
    days : int, optional
        How many days are played, for a look at the beginning.
    """
    folder = laboratory.settings.home / "week"
    folder.mkdir()
    crew = hire(laboratory, cast)
    stage = Stage(laboratory=laboratory, crew=crew, clock=clock, story=story, folder=folder, seed=seed)
    week = Week(stage=stage, monday=clock.moment.date())
    story.tell(f"three laboratories, {len(crew.people)} people, all of them made up")
    for play in _DAYS[:days]:
        play(week)
    return week


def _monday(week: Week) -> None:
    stage = week.stage
    write_procedures(stage)
    for site in SITES:
        week.shelves[site.code] = furnish(stage, site)
        check_balances(stage, site)
    week.received = receive_all(stage)
    clarify(stage, week.received)
    for site in SITES:
        keeping.store_monday(stage, site, week.shelves[site.code], week.received)
    exhibits = sum(len(one.exhibits) for one in week.received)
    stage.story.tell(f"Monday: {len(week.received)} cases with {exhibits} exhibits came in and lie in three vaults")


def _tuesday(week: Week) -> None:
    stage = week.stage
    week.day(1)
    check_balances(stage, SITES[2], off_g=_OFF_G)
    for site in SITES:
        check_balances(stage, site)
        first, second = site.technicians
        worked = week.worked(site)
        keeping.take_out(stage, [one.number for one in worked], by=first, witness=second, purpose="weighing and tests")
        keeping.open_seals(stage, worked[:OPENED], by=first)
        _plan_samplings(week, site)
        weigh_all(stage, worked, site)
        _screen(week, site)
    quality.let_a_deadline_pass(stage, week.received)
    quality.link_cases(stage, week.received)
    stage.story.tell(f"Tuesday: {sum(map(len, week.findings.values()))} tests, weighings, units drawn at random")


def _plan_samplings(week: Week, site: Site) -> None:
    """Plan which units are tested, before the first of them is."""
    tablets, powders = week.case(site, Template.TABLETS), week.case(site, Template.POWDERS)
    week.plans[tablets.exhibits[0].number] = sample_tablets(week.stage, tablets)
    if site is SITES[1]:
        cards = powders.exhibits[2]
        week.plans[cards.number] = sample_cards(week.stage, powders, cards)


def _screen(week: Week, site: Site) -> None:
    """Make the tests of the first technician."""
    stage, by = week.stage, site.technicians[0]
    powders, tablets = week.case(site, Template.POWDERS), week.case(site, Template.TABLETS)
    plants, medical = week.case(site, Template.PLANTS), week.case(site, Template.MEDICAL)
    table = (
        (powders.exhibits[0], (colour("Ketamine"),)),
        (powders.exhibits[1], (colour("Ketamine", Outcome.INCONCLUSIVE),)),
        (powders.exhibits[2], (colour(ANALYTE),)),
        (tablets.exhibits[0], (colour("MDMA"),)),
        (tablets.exhibits[1], (colour("phenethylamines", is_class=True),)),
        (tablets.exhibits[2], (colour("MDMA", Outcome.NEGATIVE),)),
        (plants.exhibits[0], (plant(MACROSCOPY, sampling=1), colour("cannabis"))),
        (medical.exhibits[0], (immunoassay("benzodiazepines", Outcome.POSITIVE),)),
        (medical.exhibits[1], (immunoassay("benzodiazepines", Outcome.NEGATIVE),)),
    )
    for exhibit, tests in table:
        week.add(exhibit, perform(stage, exhibit, site, tests, by=by))
    for one, exhibit, substance in ((tablets, tablets.exhibits[0], "MDMA"), (powders, powders.exhibits[2], ANALYTE)):
        if exhibit.number in week.plans:
            basis = week.findings[exhibit.number][0]
            record_units(stage, one, week.plans[exhibit.number], substance=substance, basis=basis)


def _wednesday(week: Week) -> None:
    stage = week.stage
    week.day(2)
    for site in SITES:
        worked = week.worked(site)
        check_balances(stage, site)
        aliquot = take_aliquot(stage, worked[0], site)
        numbers = [*(one.number for one in worked), aliquot]
        keeping.hand_over(stage, numbers, by=site.technicians[0], to=site.experts[0], purpose="spectra", back_in=2)
        _measure_spectra(week, site)
    quality.break_spectrometer(stage, SITES[2])
    quality.service_chromatograph(stage, SITES[0])
    first = SITES[1]
    batch = plan_batch(stage, first, [week.case(first, Template.POWDERS).exhibits[2].number])
    failed = _measure_batch(week, batch, recovery=0.5)
    week.nonconformity = quality.raise_failed_batch(stage, first, failed)
    stage.story.tell(f"Wednesday: batch {failed.number} is {failed.state}; nonconformity {week.nonconformity.number}")


def _measure_spectra(week: Week, site: Site) -> None:
    """Make the tests of the first expert."""
    stage, by = week.stage, site.experts[0]
    powders, tablets = week.case(site, Template.POWDERS), week.case(site, Template.TABLETS)
    plants = week.case(site, Template.PLANTS)
    table = (
        (powders.exhibits[0], (infrared("Ketamine", site),)),
        (powders.exhibits[1], (infrared("Ketamine", site, Outcome.INCONCLUSIVE),)),
        (powders.exhibits[2], (infrared(ANALYTE, site),)),
        (tablets.exhibits[0], (infrared("MDMA", site),)),
        (tablets.exhibits[2], (infrared("MDMA", site, Outcome.NEGATIVE),)),
        (plants.exhibits[0], (plant(MICROSCOPY, sampling=2),)),
    )
    for exhibit, tests in table:
        week.add(exhibit, perform(stage, exhibit, site, tests, by=by))


def _measure_batch(week: Week, batch: Batch, *, recovery: float) -> Batch:
    exhibit = week.case(SITES[1], Template.POWDERS).exhibits[2].number
    judged = measure(week.stage, SITES[1], batch, amounts={exhibit: 60.0}, recovery=recovery)
    week.batches.append(judged)
    return judged


def _thursday(week: Week) -> None:
    stage = week.stage
    week.day(3)
    for site in SITES:
        check_balances(stage, site)
    quality.use_standards(stage)
    quality.end_competences(stage)
    first = SITES[1]
    repeated = _measure_batch(
        week, plan_batch(stage, first, [week.case(first, Template.POWDERS).exhibits[2].number]), recovery=1.0
    )
    if week.nonconformity is not None:
        quality.close_failed_batch(stage, first, week.nonconformity, repeated)
    _examine(week, first, repeated.runs[-2].run_number, ANALYTE)
    _quantify(week, first, repeated)
    for site in (SITES[0], SITES[2]):
        _run_alone(week, site)
    stage.story.tell(f"Thursday: batch {repeated.number}, the repetition, is {repeated.state}")
    week.day(3, _AFTERNOON)
    for site in SITES:
        _conclude(week, site)
    count = sum(len(stage.laboratory.identifying.of_exhibit(one)) for one in week.findings)
    stage.story.tell(f"{count} conclusions, also negative and inconclusive ones; one disputed and resolved")


def _quantify(week: Week, site: Site, batch: Batch) -> None:
    """Record how much of the analyte the solution held; nobody weighed a portion, so no content is stated."""
    exhibit = week.case(site, Template.POWDERS).exhibits[2].number
    facts = QuantitationFacts(exhibit_number=exhibit, batch_number=batch.number)
    made = week.stage.laboratory.quantitating.record(facts, actor=week.stage.crew[site.experts[0]])
    week.stage.story.tell(f"quantitation {made.number}: {made.title}")


def _run_alone(week: Week, site: Site) -> None:
    """Measure the powder of a laboratory alone; nobody claims that a blank was measured."""
    exhibit = week.case(site, Template.POWDERS).exhibits[0]
    aliquot = week.stage.laboratory.weighing.aliquots(exhibit.number)[0].number
    simulated = Simulated(sample="EX 1 (demo)", amounts={INTERNAL_STANDARD: 150_000.0, "Ketamine": 220_000.0})
    run = bring_run(week.stage, exhibit.number, site, simulated, aliquot=aliquot)
    _examine(week, site, run.number, "Ketamine")


def _examine(week: Week, site: Site, run_number: str, substance: str) -> None:
    """Decide about each component of a run, and keep which one is the substance in question."""
    examination = examine(week.stage, site, run_number)
    number = component_of(examination, substance)
    use = ComponentUse(examination_number=examination.number, sampling=1, component=number)
    week.examined.setdefault(examination.exhibit_number, []).append(use)


def _friday(week: Week) -> None:
    stage = week.stage
    week.day(4)
    for site in SITES:
        check_balances(stage, site)
        _put_away(week, site)
    _report(week)
    last = week.case(SITES[0], Template.WORKSHOP)
    keeping.destroy(stage, last.exhibits[-1], by=SITES[0].technicians[0], witness=SITES[0].technicians[1])
    returned = keeping.give_back(stage, week.case(SITES[1], Template.VAPOUR))
    discard_kit(stage, SITES[2])
    stage.story.tell(f"an exhibit was destroyed and {len(returned.items)} returned, each before a witness")


def _report(week: Week) -> None:
    """Write three reports: one is returned and issued, one issued and amended, one waits for its reviewer."""
    stage = week.stage
    examinations = {site.code: _examination(week, site) for site in SITES}
    first, second, third = SITES
    returned = reports.send_back(stage, first, reports.draft(stage, first, examinations["HQ"]))
    issued = reports.complete(stage, first, reports.draft(stage, first, returned))
    stage.story.tell(f"Friday: report {issued.number} was returned in review, drafted anew and issued")
    before = reports.complete(stage, second, reports.draft(stage, second, examinations["R1"]))
    after = reports.amend(stage, second, before)
    stage.story.tell(f"report {after.number} amends {before.number}, whose recipient was told")
    waiting = reports.draft(stage, third, examinations["R2"])
    stage.story.tell(f"report {waiting.number} waits for {waiting.reviewer}")
    week.reports += (issued.number, before.number, after.number, waiting.number)


def _examination(week: Week, site: Site) -> Examination:
    """Give the examination of a laboratory's week, as it is now."""
    worked = {one.number for one in week.worked(site)}
    uses = (use for exhibit, all_uses in week.examined.items() if exhibit in worked for use in all_uses)
    return week.stage.laboratory.examining.get(next(uses).examination_number)


def _conclude(week: Week, site: Site) -> None:
    stage = week.stage
    powders, tablets = week.case(site, Template.POWDERS), week.case(site, Template.TABLETS)
    plants, medical = week.case(site, Template.PLANTS), week.case(site, Template.MEDICAL)
    weak = class_only("phenethylamines")
    table = (
        (powders.exhibits[0], "Ketamine", None),
        (powders.exhibits[1], "Ketamine", INCONCLUSIVE),
        (powders.exhibits[2], ANALYTE, None),
        (tablets.exhibits[0], "MDMA", None),
        (tablets.exhibits[1], "MDMA", weak),
        (tablets.exhibits[2], "MDMA", NOT_DETECTED),
        (plants.exhibits[0], "cannabis", None),
        (medical.exhibits[0], "Diazepam", class_only("benzodiazepines")),
    )
    for exhibit, substance, verdict in table:
        examined = week.examined.get(exhibit.number, ())
        found = conclude(
            stage, exhibit, site, substance, week.findings[exhibit.number], verdict=verdict, components=examined
        )
        if verdict is weak and site is SITES[2]:
            dispute(stage, site, found)
        elif verdict is None:
            agree(stage, site, found)
            determine(stage, exhibit, site, substance)


def _put_away(week: Week, site: Site) -> None:
    """Weigh what is left, close the seals and bring everything back into the vault, which is counted."""
    stage, worked = week.stage, week.worked(site)
    aliquots = (one for exhibit in worked for one in stage.laboratory.weighing.aliquots(exhibit.number))
    numbers = [*(one.number for one in worked), *(one.number for one in aliquots)]
    first, second = site.technicians
    keeping.hand_over(stage, numbers, by=site.experts[0], to=first, purpose="weighing back")
    weigh_back(stage, worked[0], site)
    weigh_back(stage, worked[1], site, missing_g=MISSING_G if site is SITES[2] else Decimal(0))
    keeping.close_seals(stage, worked[:OPENED], by=first)
    keeping.store(stage, numbers, by=first, witness=second, place=week.shelves[site.code].vault)
    keeping.count_vault(stage, site, week.shelves[site.code])


_DAYS: Sequence[Callable[[Week], None]] = (_monday, _tuesday, _wednesday, _thursday, _friday)
