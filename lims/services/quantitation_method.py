"""Methods of quantitation: every choice behind a concentration under one name and version; files that change it."""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from lims.errors import InvalidRecordError
from spectra import SIMPLE_EI, FormatError, FormatErrors, UnitMass
from spectra.chromatogram.calibration import CalibrationModel, CalibrationWeighting
from spectra.chromatogram.ion_chromatogram import IonIntegration
from spectra.chromatogram.quantitation import StatedUncertainties
from spectra.chromatogram.target_ions import TargetIonRule, TargetIons
from spectra.chromatogram.targets import QuantifiedSignal, TargetLimits


class Extrapolation(StrEnum):
    """What becomes of a concentration outside the range of the calibrators."""

    FLAG = "flag"
    """The number is given and flagged."""
    REFUSE = "refuse"
    """No number is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitationMethod:
    """All choices that change a concentration or a flag.

    Raises
    ------
    InvalidRecordError
        If a fraction is not above 0.
    """

    name: str
    version: int
    """Raised with every change that can change a number; old versions stay, so that old results can be redone."""
    changed: tuple[str, ...]
    """The settings that a file or the command changed, by name; what is changed is not the preset any more."""
    model: CalibrationModel
    limits: TargetLimits
    ion_rule: TargetIonRule
    analyte_ions: TargetIons | None
    """None where ``ion_rule`` chooses."""
    internal_standard_ions: TargetIons | None
    stated: StatedUncertainties
    confidence: float
    extrapolation: Extrapolation
    blank_fraction: float
    """Largest response of a clean blank, as a fraction of the lowest calibrator's."""
    calibrator_deviation: float
    """Largest relative deviation of a back-calculated calibrator from its nominal value."""
    lowest_calibrator_deviation: float
    control_deviation: float
    internal_standard_spread: float
    """Largest relative deviation of an internal standard's area from the calibrators' median."""

    def __post_init__(self) -> None:
        """Refuse limits that nothing or everything passes."""
        for name in (
            "blank_fraction",
            "calibrator_deviation",
            "lowest_calibrator_deviation",
            "control_deviation",
            "internal_standard_spread",
        ):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise InvalidRecordError(f"{name} is {getattr(self, name)}; expected above 0")
        if not 0.0 < self.confidence < 1.0:
            raise InvalidRecordError(f"confidence is {self.confidence}; expected inside (0, 1)")


GC_EI_INTERNAL_STANDARD = QuantitationMethod(
    name="gc-ei-internal-standard",
    version=1,
    changed=(),
    # docs/quantitation.md has the figures of the other forms: lines and curves through the origin leave the lowest
    # calibrators 19 to 70 % off, because a fronting peak loses response at small amounts.
    model=CalibrationModel(degree=2, weighting=CalibrationWeighting.INVERSE, through_origin=False),
    limits=TargetLimits(
        integration=IonIntegration(
            end_fraction=0.01,
            valley_fraction=0.05,
            neighbourhood_s=30.0,
            minimum_signal_to_noise=10.0,  # the ratio at which ICH Q2(R2) takes a response to be quantifiable
            minimum_width_scans=2,
        ),
        signal=QuantifiedSignal.QUANTIFIER_ION,
        preset=SIMPLE_EI,
        minimum_match_factor=800.0,
        retention_tolerance_s=6.0,
        ratio_tolerance=0.30,
        background_scans=5,
    ),
    ion_rule=TargetIonRule(
        unit_mass=UnitMass(),
        lowest_mz=60,
        minimum_fraction_of_base_peak=0.05,
        largest_foreign_fraction=0.20,  # targets are parted in time; this guards against a shared main ion
        isotope_span=3,
        qualifiers=2,
    ),
    analyte_ions=None,
    internal_standard_ions=None,
    stated=StatedUncertainties(weighing=math.nan, volume=math.nan, purity=math.nan),
    confidence=0.95,
    extrapolation=Extrapolation.FLAG,
    blank_fraction=0.20,  # blank below 20 % of the lowest calibrator: ICH M10; CLSI C62-A
    calibrator_deviation=0.15,  # 15 %, the lowest 20 %: the same
    lowest_calibrator_deviation=0.20,
    control_deviation=0.15,
    internal_standard_spread=0.50,
)
"""Area of an ion over that of an internal standard, unit mass. Tolerances without a source are the method's own."""


def read_method_file(path: Path, *, base: QuantitationMethod) -> QuantitationMethod:
    """Read a method from a TOML file: ``name`` and ``version``, and the settings that differ from the base.

    Raises
    ------
    FormatErrors
        With every fault of the file: no TOML, no name or version, an unknown setting, a value that cannot be meant.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatErrors.of(path, [_fault(path, "the file", str(error), "a TOML file in UTF-8")]) from error
    name, version = values.pop("name", None), values.pop("version", None)
    faults = []
    if not (isinstance(name, str) and name.strip()):
        faults.append(_fault(path, "name", repr(name), "text that is not blank"))
    if type(version) is not int or version < 1:
        faults.append(_fault(path, "version", repr(version), "a whole number from 1"))
    method, wrong = _changed(base, values, path)
    if faults or wrong:
        raise FormatErrors.of(path, [*faults, *wrong])
    return replace(method, name=str(name), version=int(str(version)))


def with_settings(method: QuantitationMethod, values: Mapping[str, object]) -> QuantitationMethod:
    """Change settings of a method.

    Parameters
    ----------
    method : QuantitationMethod
        The method to start from.
    values : mapping of str to object
        Settings as a method file writes them, or as text.

    Returns
    -------
    QuantitationMethod
        The same name and version; ``changed`` says what is different.

    Raises
    ------
    InvalidRecordError
        If a setting is unknown, or its value cannot be meant; with all of them in the message.
    """
    changed, faults = _changed(method, values, Path("options"))
    if faults:
        raise InvalidRecordError("; ".join(f"{f.place}: found {f.found}, expected {f.expected}" for f in faults))
    return changed


def _changed(
    method: QuantitationMethod, values: Mapping[str, object], path: Path
) -> tuple[QuantitationMethod, list[FormatError]]:
    faults = []
    for key, value in values.items():
        if key not in SETTINGS:
            faults.append(_fault(path, key, "an unknown setting", f"one of {', '.join(SETTINGS)}"))
            continue
        setting = SETTINGS[key]
        try:
            method = setting.apply(method, value)
        except (ValueError, TypeError, KeyError) as error:
            faults.append(_fault(path, key, f"{value!r} ({error})", setting.expected))
    names = tuple(sorted({*method.changed, *values}))
    return replace(method, changed=names), faults


def _fault(path: Path, place: str, found: str, expected: str) -> FormatError:
    return FormatError(path, place, found, expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a method file may say."""

    expected: str
    apply: Callable[[QuantitationMethod, object], QuantitationMethod]


def _number(value: object) -> float:
    """Read a number, or a percentage as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("not a number")
    text = str(value).strip()
    number = float(text[:-1]) / 100.0 if text.endswith("%") else float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _flag(value: object) -> bool:
    return {"true": True, "false": False}[str(value).lower()]


def _model(name: str, read: Callable[[object], object]) -> Setting:
    def apply(method: QuantitationMethod, value: object) -> QuantitationMethod:
        return replace(method, model=replace(method.model, **{name: read(value)}))  # type: ignore[arg-type]

    return Setting(expected=_EXPECTED[name], apply=apply)


def _limit(name: str, read: Callable[[object], object] = _number) -> Setting:
    def apply(method: QuantitationMethod, value: object) -> QuantitationMethod:
        return replace(method, limits=replace(method.limits, **{name: read(value)}))  # type: ignore[arg-type]

    return Setting(expected=_EXPECTED.get(name, "a number above 0"), apply=apply)


def _integration(name: str, read: Callable[[object], float]) -> Setting:
    def apply(method: QuantitationMethod, value: object) -> QuantitationMethod:
        changed = replace(method.limits.integration, **{name: read(value)})  # type: ignore[arg-type]
        return replace(method, limits=replace(method.limits, integration=changed))

    return Setting(expected=_EXPECTED.get(name, "a number above 0"), apply=apply)


def _uncertainty(name: str) -> Setting:
    def apply(method: QuantitationMethod, value: object) -> QuantitationMethod:
        return replace(method, stated=replace(method.stated, **{name: _number(value)}))

    return Setting(expected="a relative standard uncertainty, for example 0.005 or 0.5%", apply=apply)


def _own(name: str, read: Callable[[object], object] = _number) -> Setting:
    def apply(method: QuantitationMethod, value: object) -> QuantitationMethod:
        return replace(method, **{name: read(value)})  # type: ignore[arg-type]

    return Setting(expected=_EXPECTED.get(name, "a fraction above 0, for example 0.2 or 20%"), apply=apply)


def _ions(value: object) -> TargetIons:
    masses = value if isinstance(value, list) else [part for part in str(value).split(",") if part.strip()]
    whole = [int(str(mz)) for mz in masses]
    if not whole:
        raise ValueError("no ion")
    return TargetIons(quantifier_mz=whole[0], qualifier_mz=tuple(whole[1:]))


_DEGREES = {"linear": 1, "quadratic": 2}
_EXPECTED = {
    "degree": "linear or quadratic",
    "weighting": ", ".join(CalibrationWeighting),
    "through_origin": "true or false",
    "signal": " or ".join(QuantifiedSignal),
    "extrapolation": " or ".join(Extrapolation),
    "confidence": "a number inside (0, 1)",
    "analyte_ions": "whole m/z, the quantifier first, for example [342, 266, 313]",
    "internal_standard_ions": "whole m/z, the quantifier first, for example [140, 84]",
    "end_fraction": "a number inside (0, 1)",
    "valley_fraction": "a number inside (0, 1)",
}

SETTINGS: Mapping[str, Setting] = {
    "curve": _model("degree", lambda value: _DEGREES[str(value)]),
    "weighting": _model("weighting", lambda value: CalibrationWeighting(str(value))),
    "through_origin": _model("through_origin", _flag),
    "signal": _limit("signal", lambda value: QuantifiedSignal(str(value))),
    "minimum_match_factor": _limit("minimum_match_factor"),
    "retention_tolerance_s": _limit("retention_tolerance_s"),
    "ratio_tolerance": _limit("ratio_tolerance"),
    "minimum_signal_to_noise": _integration("minimum_signal_to_noise", _number),
    "end_fraction": _integration("end_fraction", _number),
    "valley_fraction": _integration("valley_fraction", _number),
    "analyte_ions": _own("analyte_ions", _ions),
    "internal_standard_ions": _own("internal_standard_ions", _ions),
    "weighing_u": _uncertainty("weighing"),
    "volume_u": _uncertainty("volume"),
    "purity_u": _uncertainty("purity"),
    "confidence": _own("confidence"),
    "extrapolation": _own("extrapolation", lambda value: Extrapolation(str(value))),
    "blank_fraction": _own("blank_fraction"),
    "calibrator_deviation": _own("calibrator_deviation"),
    "lowest_calibrator_deviation": _own("lowest_calibrator_deviation"),
    "control_deviation": _own("control_deviation"),
    "internal_standard_spread": _own("internal_standard_spread"),
}
"""What a method file may say, and the options of the command."""
