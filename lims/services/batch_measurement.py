"""Measuring a batch for its verdict: the quantitation of the laboratory, applied to the runs of the raw store."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lims.domain.acceptance import Measured
from lims.domain.batch import Batch
from lims.domain.method import MeasuredSubstance, Method, QuantitationChoices
from lims.domain.sequence import Injection, InjectionKind
from lims.errors import InvalidRecordError
from lims.services.curating import CuratingService
from lims.services.importing import ImportService
from lims.services.library_names import NamedCompound, find_compound
from lims.services.quantifying import QuantifiedBatch, QuantifiedRun, quantify_batch
from lims.services.quantitation_method import GC_EI_INTERNAL_STANDARD, QuantitationMethod, with_settings
from lims.services.quantitation_sequence import SequenceLine
from substance_library import LibraryRelease

PRESETS: Mapping[tuple[str, int], QuantitationMethod] = {
    (preset.name, preset.version): preset for preset in (GC_EI_INTERNAL_STANDARD,)
}
"""Every preset that a method may name; old ones stay, so that old batches can be judged again."""
_LIMITS_ELSEWHERE = frozenset(
    {
        "blank_fraction",
        "calibrator_deviation",
        "lowest_calibrator_deviation",
        "control_deviation",
        "internal_standard_spread",
    }
)
"""Settings of the preset whose place in a method is its acceptance limits."""
_AREA = Decimal("0.1")
_TIME = Decimal("0.001")
_RATIO = Decimal("0.000001")
_AMOUNT = Decimal("0.0001")


def quantitation_of(choices: QuantitationChoices) -> QuantitationMethod:
    """Give the quantitation that a method's choices describe.

    Raises
    ------
    InvalidRecordError
        If there is no such preset, or a setting is unknown, out of its domain, or an acceptance limit.
    """
    preset = PRESETS.get((choices.preset, choices.preset_version))
    if preset is None:
        known = ", ".join(f"{name}/{version}" for name, version in PRESETS)
        raise InvalidRecordError(f"quantitation preset {choices.preset}/{choices.preset_version}; known: {known}")
    settings = {setting.name: setting.value for setting in choices.settings}
    misplaced = sorted(_LIMITS_ELSEWHERE & settings.keys())
    if misplaced:
        raise InvalidRecordError(
            f"settings {', '.join(misplaced)}: limits of a batch stand under its acceptance limits"
        )
    return with_settings(preset, settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMeasurement:
    """Measures batches with the laboratory's own library releases and raw data."""

    importing: ImportService = field(repr=False)
    curating: CuratingService = field(repr=False)

    def check(self, method: Method) -> None:
        """Refuse a method that nothing could be measured with.

        Raises
        ------
        InvalidRecordError
            If its quantitation means nothing, its batches may have too few calibrators for the curve, or a substance
            is another one in the library than the method states.
        NotFoundError, LimsError
            If there is no such release, or no such substance in it.
        """
        quantitation = quantitation_of(method.quantitation)
        needed = quantitation.model.least_calibrators
        if method.fewest_calibrators < needed:
            raise InvalidRecordError(f"fewest calibrators {method.fewest_calibrators}; the curve needs {needed}")
        release = self.curating.release(method.quantitation.release)
        for substance in (method.analyte, method.internal_standard):
            _compound(release, substance)

    def measure(self, batch: Batch, method: Method) -> tuple[Measured, ...]:
        """Measure analyte and internal standard in every run of a batch.

        Raises
        ------
        CalibratorsNotFoundError, CalibrationError
            If too few calibrators show both substances, or no sound curve goes through them.
        NotFoundError, RawStoreError
            If a release or raw data are missing.
        """
        return tuple(_measured(run) for run in self.quantify(batch, method).runs)

    def quantify(self, batch: Batch, method: Method) -> QuantifiedBatch:
        """Quantify every run of a batch, with all that the numbers are made of.

        Raises
        ------
        CalibratorsNotFoundError, CalibrationError, NotFoundError, RawStoreError
            As for ``measure``.
        """
        release = self.curating.release(method.quantitation.release)
        return quantify_batch(
            [_line(batch, batch.injection(run.place), run.run_number) for run in batch.runs],
            lambda line: self.importing.read(line.run),
            analyte=_compound(release, method.analyte),
            internal_standard=_compound(release, method.internal_standard),
            method=quantitation_of(method.quantitation),
        )


def _compound(release: LibraryRelease, substance: MeasuredSubstance) -> NamedCompound:
    """Find a substance in a release by name; what else the method states about it must be true of what is found."""
    found = find_compound(release, substance.name)
    references = tuple(
        reference
        for reference in found.references
        if substance.accession in {None, reference.accession}
        and substance.inchikey in {None, str(reference.inchikey) if reference.inchikey else ""}
    )
    if not references:
        stated = ", ".join(one for one in (substance.inchikey, substance.accession) if one)
        raise InvalidRecordError(f"{substance.name} in release {release.name} is not {stated}")
    return NamedCompound(name=found.name, references=references)


def _line(batch: Batch, injection: Injection, run_number: str) -> SequenceLine:
    amount = injection.nominal_ug_per_ml
    return SequenceLine(
        number=injection.place,
        run=run_number,
        sample_name=injection.sample_name,
        kind=injection.kind,
        nominal_ug_per_ml=None if amount is None else float(amount),
        path=Path(batch.number),  # the run is read from the raw store by its number
    )


def _measured(run: QuantifiedRun) -> Measured:
    standard = run.internal_standard.peak if run.internal_standard.found else None
    analyte = run.analyte.peak if run.analyte.found else None
    area = run.response_at_retention if run.line.kind is InjectionKind.BLANK else None
    if analyte is not None:
        area = analyte.area
    ratio = None if standard is None or area is None or standard.area <= 0 else area / standard.area
    return Measured(
        place=run.line.number,
        internal_standard_area=None if standard is None else _decimal(standard.area, _AREA),
        internal_standard_retention_s=None if standard is None else _decimal(standard.retention_time_s, _TIME),
        analyte_response=None if ratio is None else _decimal(ratio, _RATIO),
        concentration_ug_per_ml=None if run.measured is None else _decimal(run.measured.concentration, _AMOUNT),
    )


def _decimal(value: float, step: Decimal) -> Decimal | None:
    return Decimal(value).quantize(step) if math.isfinite(value) else None
