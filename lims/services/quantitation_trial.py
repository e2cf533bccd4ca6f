"""Trying a quantitation out: a batch measured for substances of choice; nothing is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lims.domain.method import MeasuredSubstance, Method, QuantitationSetting
from lims.domain.quantitation import CalibrationPoint, Curve, QuantifiedInjection
from lims.domain.sequence import InjectionKind
from lims.services.quantifying import QuantifiedBatch, SoughtTarget
from lims.services.quantitation_record import curve_of, injection_of, points_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialChoices:
    """What a trial does otherwise than the method of the batch; empty is as the method says."""

    analyte: str = ""
    """As the library release writes it, or a synonym there."""
    internal_standard: str = ""
    release: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    """By the names of ``SETTINGS`` in ``quantitation_method``; they come before those of the method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtIons:
    """By what one of the two substances was found."""

    name: str
    quantifier_mz: int
    qualifier_mz: tuple[int, ...]
    retention_time_s: float
    """Median over the calibrators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedBatch:
    """What a trial gave."""

    batch_number: str
    batch_version: int
    release: str
    settings: tuple[QuantitationSetting, ...]
    analyte: SoughtIons
    internal_standard: SoughtIons
    curve: Curve
    points: tuple[CalibrationPoint, ...]
    injections: tuple[QuantifiedInjection, ...]
    """All but the calibrators, in their order."""


def tried_method(method: Method, choices: TrialChoices) -> Method:
    """Give the method as a trial changes it; of a substance named anew only its name is stated."""
    analyte = _named(choices.analyte, method.analyte)
    standard = _named(choices.internal_standard, method.internal_standard)
    foreign = {
        "analyte_ions": analyte != method.analyte,
        "internal_standard_ions": standard != method.internal_standard,
    }
    own = {one.name: one.value for one in method.quantitation.settings if not foreign.get(one.name)}
    kept = own | dict(choices.settings)
    return replace(
        method,
        analyte=analyte,
        internal_standard=standard,
        quantitation=replace(
            method.quantitation,
            release=choices.release or method.quantitation.release,
            settings=tuple(QuantitationSetting(name=name, value=kept[name]) for name in sorted(kept)),
        ),
    )


def tried_batch(quantified: QuantifiedBatch, method: Method, *, number: str, version: int) -> TriedBatch:
    """Say what a trial gave, as records write it."""
    return TriedBatch(
        batch_number=number,
        batch_version=version,
        release=method.quantitation.release,
        settings=method.quantitation.settings,
        analyte=_ions(quantified.analyte),
        internal_standard=_ions(quantified.internal_standard),
        curve=curve_of(quantified),
        points=points_of(quantified),
        injections=tuple(injection_of(one) for one in quantified.runs if one.line.kind is not InjectionKind.CALIBRATOR),
    )


def _named(name: str, substance: MeasuredSubstance) -> MeasuredSubstance:
    same = not name or name.casefold() == substance.name.casefold()
    return substance if same else MeasuredSubstance(name=name)


def _ions(sought: SoughtTarget) -> SoughtIons:
    ions = sought.target.ions
    return SoughtIons(
        name=sought.target.name,
        quantifier_mz=ions.quantifier_mz,
        qualifier_mz=ions.qualifier_mz,
        retention_time_s=sought.expected.retention_time_s,
    )
