"""``aigaq quantify``: one analyte in every run of a batch. Its JSON is a contract with others' scripts."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lims.cli.identify import EmptyRunError, file_reader, load_library
from lims.cli.output import note, print_json, say, with_progress
from lims.services.library_names import find_compound
from lims.services.quantifying import QuantifiedBatch, QuantifiedRun, SoughtTarget, quantify_batch
from lims.services.quantitation_flags import QuantitationFlag
from lims.services.quantitation_method import (
    GC_EI_INTERNAL_STANDARD,
    QuantitationMethod,
    read_method_file,
    with_settings,
)
from lims.services.quantitation_sequence import SequenceLine, read_sequence_file
from spectra import Run
from spectra.chromatogram.calibration import Calibration, LackOfFit
from spectra.chromatogram.quantitation import MeasuredConcentration
from spectra.chromatogram.targets import TargetFinding, TargetPeak
from substance_library import LibraryRelease


def run_quantify(  # noqa: PLR0913 - each option is a parameter
    sequence: Path,
    *,
    runs: Path,
    analyte: str,
    internal_standard: str,
    library: str,
    method_file: Path | None,
    settings: Mapping[str, object],
    as_json: bool,
    home: Path | None,
) -> None:
    """Quantify a batch and print calibration and results."""
    method = GC_EI_INTERNAL_STANDARD
    if method_file is not None:
        method = read_method_file(method_file, base=method)
    method = with_settings(method, settings)
    lines = read_sequence_file(sequence, runs=runs, fewest_calibrators=method.model.least_calibrators)
    release = load_library(library, home=home)
    compounds = find_compound(release, analyte), find_compound(release, internal_standard)
    read = _Reading(lines, home)
    batch = quantify_batch(lines, read, analyte=compounds[0], internal_standard=compounds[1], method=method)
    if as_json:
        results = [_result(run) for run in batch.runs]
        print_json({"calibration": _calibration(batch, release), "results": results})
    else:
        _print(batch, release)
    if method.stated.not_stated:
        note(f"{QuantitationFlag.CALIBRATION_ONLY.meaning} Not stated: {', '.join(method.stated.not_stated)}.")


class _Reading:
    """Reads runs as ``aigaq identify`` does, counting them on standard error."""

    def __init__(self, lines: tuple[SequenceLine, ...], home: Path | None) -> None:
        self._reader = file_reader(home)
        self._progress = iter(with_progress(lines, "reading runs"))

    def __call__(self, line: SequenceLine) -> Run:
        next(self._progress, None)
        run = self._reader.run(line.path).run
        if not len(run.mz):
            raise EmptyRunError(line.path)
        return run


def _result(run: QuantifiedRun) -> dict[str, Any]:
    measured = run.measured
    return {
        "run": run.line.run,
        "sample_name": run.line.sample_name,
        "sample_type": run.line.kind.value,
        "analyte_area": _area(run.analyte),
        "internal_standard_area": _area(run.internal_standard),
        "concentration_ug_per_ml": _rounded(measured.concentration if measured else None),
        "expanded_uncertainty_ug_per_ml": _rounded(measured.expanded_uncertainty if measured else None),
        "coverage_factor": _rounded(measured.coverage_factor if measured else None),
        "flags": [flag.value for flag in run.flags],
        "evidence": {
            "analyte": _finding(run.analyte),
            "internal_standard": _finding(run.internal_standard),
            "response_at_retention": _rounded(run.response_at_retention, 1),
            "effective_degrees_of_freedom": _rounded(measured.effective_degrees_of_freedom if measured else None, 2),
            "standard_uncertainties_ug_per_ml": {
                line.name: _rounded(line.standard_uncertainty) for line in (measured.budget if measured else ())
            },
        },
    }


def _area(finding: TargetFinding) -> float | None:
    return _rounded(finding.peak.area, 1) if finding.found and finding.peak is not None else None


def _rounded(value: float | None, digits: int = 4) -> float | None:
    """Round for printing; what is not known, or has no end, is null: JSON has no word for it."""
    return round(value, digits) if value is not None and math.isfinite(value) else None


def _finding(finding: TargetFinding) -> dict[str, Any]:
    return {"outcome": finding.outcome.value, **(_peak(finding.peak) if finding.peak is not None else {})}


def _peak(peak: TargetPeak) -> dict[str, Any]:
    return {
        "retention_time_s": round(peak.retention_time_s, 3),
        "area_standard_uncertainty": round(peak.area_standard_uncertainty, 1),
        "signal_to_noise": round(peak.signal_to_noise, 1),
        "match_factor": round(peak.factors.match_factor),
        "reverse_match_factor": round(peak.factors.reverse_match_factor),
        "qualifiers": [
            {"mz": q.mz, "ratio": _rounded(q.ratio), "expected": _rounded(q.expected), "within": q.within}
            for q in peak.qualifiers
        ],
    }


def _calibration(batch: QuantifiedBatch, release: LibraryRelease) -> dict[str, Any]:
    fitted, method = batch.calibration, batch.method
    return {
        "unit": "ug/mL",
        "method": {"name": method.name, "version": method.version, "changed_settings": list(method.changed)},
        "library": {"name": release.name, "sha256": release.sha256},
        "analyte": _target(batch.analyte),
        "internal_standard": _target(batch.internal_standard),
        "response": f"area of the analyte over that of the internal standard, {method.limits.signal.value}",
        "curve": "quadratic" if method.model.degree > 1 else "linear",
        "weighting": method.model.weighting.value,
        "through_origin": method.model.through_origin,
        "coefficients": {f"x^{p}": float(c) for p, c in zip(method.model.powers, fitted.coefficients, strict=True)},
        "lowest": fitted.lowest,
        "highest": fitted.highest,
        "degrees_of_freedom": fitted.degrees_of_freedom,
        "residual_standard_deviation": fitted.residual_standard_deviation,
        "r_squared": _rounded(fitted.r_squared, 6),
        "lack_of_fit": _lack_of_fit(fitted.lack_of_fit),
        "detection_limit_estimate": _rounded(fitted.detection_limit_estimate),
        "quantitation_limit_estimate": _rounded(fitted.quantitation_limit_estimate),
        "calibrators": _calibrators(batch),
        "confidence": method.confidence,
        "stated_relative_uncertainties": {**method.stated.stated, **dict.fromkeys(method.stated.not_stated)},
        "flag_meanings": {flag.value: flag.meaning for flag in _used(batch)},
    }


def _target(sought: SoughtTarget) -> dict[str, Any]:
    ions, expected = sought.target.ions, sought.expected
    return {
        "name": sought.target.name,
        "quantifier_mz": ions.quantifier_mz,
        "qualifiers": [
            {"mz": mz, "ratio": _rounded(ratio)}
            for mz, ratio in zip(ions.qualifier_mz, expected.qualifier_ratios, strict=True)
        ],
        "retention_time_s": round(expected.retention_time_s, 3),
    }


def _lack_of_fit(found: LackOfFit | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"f": found.f_statistic, "degrees_of_freedom": list(found.degrees_of_freedom), "p_value": found.p_value}


def _calibrators(batch: QuantifiedBatch) -> list[dict[str, Any]]:
    fitted: Calibration = batch.calibration
    columns = zip(
        batch.calibrators,
        fitted.concentrations,
        fitted.responses,
        fitted.residuals,
        fitted.back_calculated,
        strict=True,
    )
    return [
        {
            "run": run,
            "nominal": float(nominal),
            "response": float(response),
            "residual": float(residual),
            "back_calculated": _rounded(float(back)),
            "deviation_percent": _rounded(100.0 * (float(back) / float(nominal) - 1.0), 2),
        }
        for run, nominal, response, residual, back in columns
    ]


def _used(batch: QuantifiedBatch) -> list[QuantitationFlag]:
    given = {flag for run in batch.runs for flag in run.flags}
    return [flag for flag in QuantitationFlag if flag in given]


def _print(batch: QuantifiedBatch, release: LibraryRelease) -> None:
    method: QuantitationMethod = batch.method
    changed = f", changed: {', '.join(method.changed)}" if method.changed else ""
    say(f"method {method.name}/{method.version}{changed}; library {release.name}, SHA-256 {release.sha256}")
    for sought in (batch.analyte, batch.internal_standard):
        ratios = zip(sought.target.ions.qualifier_mz, sought.expected.qualifier_ratios, strict=True)
        qualifiers = ", ".join(f"{mz} ({ratio:.3f})" for mz, ratio in ratios) or "none"
        say(
            f"{sought.target.name}: m/z {sought.target.ions.quantifier_mz}, qualifiers {qualifiers}, "
            f"expected at {sought.expected.retention_time_s:.1f} s"
        )
    _print_calibration(batch)
    for run in batch.runs:
        measured = run.measured
        number = _number(measured) if measured is not None else f"{'-':>9}"
        say(f"{run.line.run}  {run.line.kind.value:10}  {run.line.sample_name}")
        say(f"  {number}  {'; '.join(run.flags)}")
    for flag in _used(batch):
        say(f"{flag.value}: {flag.meaning}")


def _print_calibration(batch: QuantifiedBatch) -> None:
    fitted, model = batch.calibration, batch.method.model
    form = f"{'quadratic' if model.degree > 1 else 'linear'}, weighted {model.weighting.value}"
    origin = "through the origin" if model.through_origin else "free intercept"
    say(f"calibration {form}, {origin}, {fitted.lowest:g} to {fitted.highest:g} ug/mL, {len(batch.calibrators)} runs")
    for calibrator in _calibrators(batch):
        back, deviation = calibrator["back_calculated"], calibrator["deviation_percent"]
        say(f"  {calibrator['run']}  {calibrator['nominal']:8g} -> {back:9.2f}  ({deviation:+.1f} %)")
    say(
        f"  estimates by the curve: detection limit {fitted.detection_limit_estimate:.1f}, "
        f"quantitation limit {fitted.quantitation_limit_estimate:.1f} ug/mL; "
        f"lack of fit: {_words(fitted.lack_of_fit)}"
    )


def _number(measured: MeasuredConcentration) -> str:
    uncertainty = f"{measured.expanded_uncertainty:.2f} ug/mL (k = {measured.coverage_factor:.2f})"
    return f"{measured.concentration:9.2f} +- {uncertainty}"


def _words(found: LackOfFit | None) -> str:
    if found is None:
        return "unknown, no calibrator was repeated"
    return f"F = {found.f_statistic:.2f}, p = {found.p_value:.3f}"
