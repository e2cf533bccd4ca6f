"""What stands in the laboratories when the week begins: instruments, lots, standards, procedures and a batch method."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lims.domain.acceptance import AcceptanceLimits
from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.instrument import BalanceRange, EquipmentKind
from lims.domain.method import InstrumentKind, MeasuredSubstance, Method, QuantitationChoices, QuantitationSetting
from lims.domain.place import PlaceKind
from lims.domain.reagent import LotStatus
from lims.domain.weighing import Reading, ReadingSource
from lims.domain.weight_uncertainty import BalanceBudget
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.services.validating import ProcedureFacts

if TYPE_CHECKING:
    from lims.demo.crew import Site
    from lims.demo.stage import Stage

COLOUR, FTIR, IMMUNO, PLANT = "DEMO-COLOUR", "DEMO-FTIR", "DEMO-IMMUNO", "DEMO-PLANT"
METHOD_NUMBER = "DEMO-GCMS"
RELEASE = "principal-ions"
"""The packaged ions, which are for training: they identify nothing by themselves."""
ANALYTE, INTERNAL_STANDARD = "Etizolam", "Caffeine"
NOBODY = "demonstration: nobody validated it"
STANDARDS = ("Ketamine", "Etizolam", "MDMA")
_PROCEDURES = (
    (COLOUR, "colour tests (demo)", ("colour test",), ("negative control",)),
    (FTIR, "infrared spectroscopy, ATR (demo)", ("infrared spectroscopy",), ("background",)),
    (IMMUNO, "immunoassay of urine and blood (demo)", ("immunoassay",), ("negative control", "positive control")),
    (
        PLANT,
        "plant material under the microscope (demo)",
        ("macroscopic examination of cannabis", "microscopic examination of cannabis", "colour test"),
        (),
    ),
    (
        IDENTIFICATION_METHOD,
        "identification by electron ionisation spectra (demo)",
        ("mass spectrometry", "gas chromatography"),
        (),
    ),
)
_BUDGET = BalanceBudget(
    readability_g=Decimal("0.001"),
    repeatability_g=Decimal("0.001"),
    linearity_g=Decimal("0.002"),
    calibration_u_g=Decimal("0.002"),
)
_RANGE = BalanceRange(capacity_g=Decimal(220), minimum_g=Decimal("0.05"))
_WEIGHT = CheckWeight(number="CW-100 (demo)", nominal_g=Decimal(100), tolerance_g=Decimal("0.005"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Where a laboratory keeps exhibits."""

    vault: str
    cabinet: str


def balance_of(site: "Site") -> str:
    """Name a laboratory's balance."""
    return f"BAL-{site.code}"


def instrument_of(site: "Site") -> str:
    """Name a laboratory's GC-MS, as its files do."""
    return f"SIM-GCMS-{site.code}"


def spectrometer_of(site: "Site") -> str:
    """Name a laboratory's infrared spectrometer."""
    return f"FTIR-{site.code}"


def kit_of(site: "Site") -> str:
    """Name a laboratory's lot of colour test kits."""
    return f"KIT-{site.code}"


def standard_of(site: "Site", substance: str) -> str:
    """Name a laboratory's reference standard."""
    return f"RS-{site.code}-{substance}"


def shown(site: "Site", mass_g: Decimal) -> Reading:
    """Give a reading in the words of a balance's interface; the serial number says that no balance answered it."""
    return Reading(
        raw=f"S S {mass_g:>10.3f} g",
        mass_g=mass_g.quantize(Decimal("0.001")),
        stable=True,
        source=ReadingSource.BALANCE,
        serial=_serial(balance_of(site)),
    )


def furnish(stage: "Stage", site: "Site") -> Shelves:
    """Put one laboratory's equipment, lots and places on record."""
    _equip(stage, site)
    _stock(stage, site)
    storing, head = stage.laboratory.storing, stage.crew[site.head]
    stage.clock.later()
    building = storing.add(f"{site.name} (made up)", kind=PlaceKind.BUILDING, actor=head)
    vault = storing.add("vault", kind=PlaceKind.ROOM, inside=building.number, vault=True, actor=head)
    cabinet = storing.add("cabinet 1", kind=PlaceKind.CABINET, inside=building.number, capacity=80, actor=head)
    return Shelves(vault=vault.number, cabinet=cabinet.number)


def write_procedures(stage: "Stage") -> None:
    """Record the procedures of the week and put them in force; each says that nobody validated it."""
    expert, quality = stage.crew["expert-a"], stage.crew["quality"]
    for number, name, techniques, controls in _PROCEDURES:
        stage.clock.later()
        facts = ProcedureFacts(
            number=number,
            name=name,
            techniques=techniques,
            matrices=("powder", "tablet", "plant", "paper or card", "liquid", "blood", "urine"),
            required_controls=controls,
            acceptance_criteria=f"as the expert sees it; {NOBODY}",
        )
        stage.laboratory.validating.record(facts, actor=expert)
        stage.laboratory.validating.validate(number, validated_on=_before(stage, 90), record=NOBODY, actor=quality)
    stage.laboratory.batching.define_method(_method(stage), actor=expert)


def check_balances(stage: "Stage", site: "Site", *, off_g: Decimal = Decimal(0)) -> None:
    """Check the balance of the morning."""
    stage.clock.later()
    person = stage.crew[site.technicians[0]]
    reading = shown(site, _WEIGHT.nominal_g + off_g)
    stage.laboratory.registering.check_balance(balance_of(site), _WEIGHT, reading=reading, actor=person)


def _equip(stage: "Stage", site: "Site") -> None:
    registering, expert = stage.laboratory.registering, stage.crew[site.experts[0]]
    table = (
        (balance_of(site), EquipmentKind.BALANCE, ""),
        (instrument_of(site), EquipmentKind.GC_MS, instrument_of(site)),
        (spectrometer_of(site), EquipmentKind.FTIR, ""),
        (f"MIC-{site.code}", EquipmentKind.MICROSCOPE, ""),
    )
    for number, kind, name_in_files in table:
        stage.clock.later()
        is_balance = kind is EquipmentKind.BALANCE
        facts = InstrumentFacts(
            number=number,
            kind=kind,
            model="made up for the demonstration",
            serial=_serial(number),
            place=f"bench of {site.name}",
            name_in_files=name_in_files,
            needs_calibration=kind is not EquipmentKind.MICROSCOPE,
            balance_range=_RANGE if is_balance else None,
        )
        registering.add(facts, actor=expert)
        if facts.needs_calibration:
            certificate = CalibrationFacts(
                certificate=f"C-{number} (demo)",
                body="demonstration: no body calibrated it",
                calibrated_on=_before(stage, 120),
                due_on=_before(stage, -245),
                budget=_BUDGET if is_balance else None,
            )
            registering.calibrate(number, certificate, actor=expert)


def _stock(stage: "Stage", site: "Site") -> None:
    stocking, expert = stage.laboratory.stocking, stage.crew[site.experts[0]]
    stage.clock.later()
    kit = ReagentFacts(
        number=kit_of(site),
        name="colour test kit (demo)",
        producer="made up",
        lot=f"L-{site.code}-1",
        received_on=_before(stage, 30),
        expires_on=_before(stage, -300),
    )
    stocking.add_reagent(kit, actor=expert)
    stocking.release_reagent(kit.number, reason="demonstration: no test was made", actor=expert)
    stocking.open_reagent(kit.number, actor=stage.crew[site.technicians[0]])
    for substance in STANDARDS:
        stage.clock.later()
        facts = StandardFacts(
            number=standard_of(site, substance),
            substance=f"{substance} (demo, no substance is behind it)",
            producer="made up",
            lot=f"{substance[:3].upper()}-{site.code}",
            certificate="demonstration: no certificate",
            received_on=_before(stage, 60),
            received_mg=Decimal(50),
            reweigh_tolerance_mg=Decimal("0.5"),
        )
        stocking.add_standard(facts, actor=expert)
        stocking.release_standard(facts.number, reason="demonstration: nobody checked it", actor=expert)


def discard_kit(stage: "Stage", site: "Site") -> None:
    """Take a lot of kits out of use at the end of the week."""
    stage.clock.later()
    stage.laboratory.stocking.block_reagent(
        kit_of(site), status=LotStatus.DISCARDED, reason="used up (demo)", actor=stage.crew[site.experts[0]]
    )


def _method(stage: "Stage") -> Method:
    settings = {"curve": "linear", "through_origin": "false", "weighting": "1/x"}
    return Method(
        number=METHOD_NUMBER,
        name=f"{ANALYTE} by an internal standard (demo)",
        instrument_kind=InstrumentKind.GC_EI_MS,
        acquisition_method="simulation",
        analyte=MeasuredSubstance(name=ANALYTE),
        internal_standard=MeasuredSubstance(name=INTERNAL_STANDARD),
        quantitation=QuantitationChoices(
            preset="gc-ei-internal-standard",
            preset_version=1,
            release=RELEASE,
            settings=tuple(QuantitationSetting(name=name, value=value) for name, value in settings.items()),
        ),
        limits=_LIMITS,
        limits_basis="demonstration: chosen for training, validated by nobody",
        fewest_calibrators=3,
        demonstration=True,
        defined_at=stage.clock.now(),
        defined_by="expert-a",
    )


_LIMITS = AcceptanceLimits(
    blank_fraction=Decimal("0.20"),
    carry_over_fraction=Decimal("0.01"),
    internal_standard_low=Decimal("0.70"),
    internal_standard_high=Decimal("1.30"),
    retention_drift_s=Decimal("3.0"),
    control_low=Decimal("0.85"),
    control_high=Decimal("1.15"),
    calibrator_deviation=Decimal("0.15"),
    lowest_calibrator_deviation=Decimal("0.20"),
)


def _before(stage: "Stage", days: int) -> date:
    return stage.clock.moment.date() - timedelta(days=days)


def _serial(number: str) -> str:
    return f"SIM-{number}"
