"""Batches of simulated runs: what each kind of trouble is called."""

import math
from pathlib import Path

import numpy as np
import pytest

from lims.domain.sequence import InjectionKind
from lims.services.library_names import (
    AmbiguousCompoundError,
    NamedCompound,
    UnknownCompoundError,
    find_compound,
)
from lims.services.quantifying import CalibratorsNotFoundError, quantify_batch
from lims.services.quantitation_method import GC_EI_INTERNAL_STANDARD, with_settings
from lims.services.quantitation_sequence import SequenceLine
from spectra import MassSpectrum
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from substance_library import InChIKey, LibraryRelease, ReferenceSpectrum

METHOD = with_settings(GC_EI_INTERNAL_STANDARD, {"curve": "linear", "weighting": "1/x"})
COLUMN = SimulatedColumn(
    start_s=0.0,
    end_s=150.0,
    scan_interval_s=0.3,
    background=MassSpectrum(mz=np.array([44.0, 207.0]), intensity=np.array([40.0, 60.0])),
    bleed_growth=2.0,
)


def spectrum(**ions):
    mz = sorted(int(name[1:]) for name in ions)
    return MassSpectrum(mz=np.array(mz, dtype=float), intensity=np.array([float(ions[f"m{m}"]) for m in mz]))


ANALYTE = spectrum(m91=300, m134=999, m162=400, m205=600)
OTHER = spectrum(m77=999, m105=700, m134=900)
WRONG_RATIO = spectrum(m91=300, m134=999, m162=400, m205=250)
STANDARD = spectrum(m84=500, m140=999, m190=700)
STANDARD_HEIGHT = 1e5
PER_UG = 1e3
"""Counts of the analyte's base peak for 1 ug/mL."""


def reference(name, mass_spectrum, *, accession=None, synonyms=(), key=None):
    return ReferenceSpectrum(
        accession=accession or name,
        name=name,
        inchikey=InChIKey(key) if key else None,
        formula=None,
        spectrum=mass_spectrum,
        fields=tuple(("Synon", synonym) for synonym in synonyms),
    )


COMPOUNDS = {
    "analyte": NamedCompound(name="Analyte", references=(reference("Analyte", ANALYTE),)),
    "internal_standard": NamedCompound(name="Standard", references=(reference("Standard", STANDARD),)),
}


class Batch:
    """Lines with simulated runs behind them."""

    def __init__(self):
        self.lines = []
        self.contents = {}

    def add(self, kind, *peaks, nominal=None, standard=STANDARD_HEIGHT):
        """Add an injection of peaks, each a spectrum and a height, all where the analyte elutes."""
        run = f"r{len(self.lines) + 1}"
        self.lines.append(
            SequenceLine(
                number=len(self.lines) + 2,
                run=run,
                sample_name=run,
                kind=kind,
                nominal_ug_per_ml=nominal,
                path=Path(run),
            )
        )
        self.contents[run] = [(STANDARD, 50.0, standard), *((s, 100.0, height) for s, height in peaks)]
        return self

    def with_calibrators(self, *concentrations, peak=ANALYTE):
        for concentration in concentrations or (10.0, 20.0, 50.0, 100.0, 200.0):
            self.add(InjectionKind.CALIBRATOR, (peak, concentration * PER_UG), nominal=concentration)
        return self

    def read(self, line):
        return simulate_run(
            [
                SimulatedPeak(spectrum=s, retention_time_s=at, height=height, width_s=1.0)
                for s, at, height in self.contents[line.run]
                if height
            ],
            COLUMN,
            sample_name=line.run,
            random=np.random.default_rng(line.number),
        )

    def quantified(self, **settings):
        return quantify_batch(self.lines, self.read, method=with_settings(METHOD, settings), **COMPOUNDS)


def last(batch):
    return batch.runs[-1]


def test_a_known_amount_is_found_within_its_uncertainty():
    batch = Batch().with_calibrators().add(InjectionKind.EXHIBIT, (ANALYTE, 75.0 * PER_UG)).quantified()
    found = last(batch)
    assert found.measured.concentration == pytest.approx(75.0, rel=0.03)
    assert abs(found.measured.concentration - 75.0) <= found.measured.expanded_uncertainty
    assert found.flags == ("uncertainty of calibration only",)
    assert (batch.analyte.target.ions.quantifier_mz, batch.analyte.target.ions.qualifier_mz) == (134, (205, 162))
    assert batch.calibrators == ("r1", "r2", "r3", "r4", "r5")


def test_results_keep_the_order_of_injection():
    batch = Batch().add(InjectionKind.BLANK).with_calibrators().add(InjectionKind.BLANK)
    assert [run.line.run for run in batch.quantified().runs] == [line.run for line in batch.lines]


def test_each_run_is_read_once():
    batch, reads = Batch().add(InjectionKind.BLANK).with_calibrators(), []

    def read(line):
        reads.append(line.run)
        return batch.read(line)

    quantify_batch(batch.lines, read, method=METHOD, **COMPOUNDS)
    assert sorted(reads) == sorted(line.run for line in batch.lines)


@pytest.mark.parametrize(
    ("kind", "peaks", "flags"),
    [
        (InjectionKind.EXHIBIT, (), ("not detected",)),
        (InjectionKind.EXHIBIT, ((OTHER, 5e4),), ("other spectrum",)),
        (InjectionKind.EXHIBIT, ((WRONG_RATIO, 5e4),), ("qualifier ratio out",)),
        (InjectionKind.BLANK, (), ("not detected", "clean blank")),
        (InjectionKind.BLANK, ((OTHER, 5e4),), ("other spectrum", "blank not clean", "carry-over suspected")),
    ],
)
def test_what_is_not_the_analyte_gets_no_concentration(kind, peaks, flags):
    found = last(Batch().with_calibrators().add(kind, *peaks).quantified())
    assert (found.flags, found.measured) == (flags, None)


def test_outside_the_calibrators():
    high = Batch().with_calibrators().add(InjectionKind.EXHIBIT, (ANALYTE, 400.0 * PER_UG))
    found = last(high.quantified())
    assert found.flags[:2] == ("above highest calibrator", "extrapolated")
    assert found.measured.concentration == pytest.approx(400.0, rel=0.05)
    refused = last(high.quantified(extrapolation="refuse"))
    assert refused.flags[:2] == ("above highest calibrator", "extrapolation refused")
    assert refused.measured is None
    low = last(Batch().with_calibrators().add(InjectionKind.EXHIBIT, (ANALYTE, 6.0 * PER_UG)).quantified())
    assert "below lowest calibrator" in low.flags


def test_beyond_a_parabola_that_bends_there_is_no_number():
    batch = Batch()
    for x in (10.0, 50.0, 100.0, 150.0, 200.0):
        batch.add(InjectionKind.CALIBRATOR, (ANALYTE, (x - 0.002 * x * x) * PER_UG), nominal=x)  # turns at 250
    found = last(batch.add(InjectionKind.EXHIBIT, (ANALYTE, 200.0 * PER_UG)).quantified(curve="quadratic"))
    assert (found.flags, found.measured) == (("beyond the curve",), None)


def test_below_the_quantitation_limit():
    batch = Batch()
    for x, response in ((10.0, 16.0), (20.0, 17.0), (50.0, 54.0), (100.0, 96.0), (200.0, 205.0)):
        batch.add(InjectionKind.CALIBRATOR, (ANALYTE, response * PER_UG), nominal=x)
    found = batch.add(InjectionKind.EXHIBIT, (ANALYTE, 18.0 * PER_UG)).quantified()
    assert found.calibration.quantitation_limit_estimate > 20.0
    assert "below loq" in last(found).flags
    assert "calibrator out" in found.runs[0].flags


def test_controls_are_judged_by_their_nominal_value():
    good = Batch().with_calibrators().add(InjectionKind.CONTROL, (ANALYTE, 42e3), nominal=40.0)
    bad = Batch().with_calibrators().add(InjectionKind.CONTROL, (ANALYTE, 50e3), nominal=40.0)
    assert "control out" not in last(good.quantified()).flags
    assert "control out" in last(bad.quantified()).flags


def test_carry_over_into_a_blank_and_after_it():
    batch = Batch().with_calibrators()
    batch.add(InjectionKind.BLANK, (ANALYTE, 8e3)).add(InjectionKind.EXHIBIT, (ANALYTE, 30e3))
    *_, blank, exhibit = batch.quantified().runs
    assert blank.flags[:2] == ("blank not clean", "carry-over suspected")
    assert "carry-over suspected" in exhibit.flags


def test_the_internal_standard_decides_whether_there_is_a_number():
    batch = Batch().with_calibrators()
    batch.add(InjectionKind.EXHIBIT, (ANALYTE, 30e3), standard=0.0)
    batch.add(InjectionKind.EXHIBIT, (ANALYTE, 30e3), standard=0.3 * STANDARD_HEIGHT)
    *_, without, weak = batch.quantified().runs
    assert (without.flags, without.measured) == (("internal standard not found",), None)
    assert weak.flags[0] == "internal standard area unusual"


def test_a_calibrator_without_the_analyte_is_left_out_by_name():
    batch = Batch().with_calibrators()
    batch.add(InjectionKind.CALIBRATOR, (OTHER, 5e4), nominal=75.0)
    found = batch.quantified()
    assert "r6" not in found.calibrators
    assert last(found).flags == ("other spectrum", "calibrator left out")


def test_too_few_calibrators_with_the_analyte_are_an_error_with_reasons():
    with pytest.raises(CalibratorsNotFoundError, match="Analyte was found in 0 calibrators, expected at least 3; r1"):
        Batch().with_calibrators(peak=OTHER).quantified()
    batch = Batch().with_calibrators(10.0, 20.0)
    batch.add(InjectionKind.CALIBRATOR, (ANALYTE, 5e4), nominal=50.0, standard=0.0)
    batch.add(InjectionKind.CALIBRATOR, nominal=70.0)
    with pytest.raises(CalibratorsNotFoundError, match="Analyte together with Standard was found in 2") as caught:
        batch.quantified()
    assert "r3: Analyte found, Standard no peak" in str(caught.value)
    assert "names" in caught.value.advice()


def test_an_analyte_of_one_ion_says_that_it_has_no_qualifier():
    found = last(Batch().with_calibrators().add(InjectionKind.EXHIBIT, (ANALYTE, 3e4)).quantified(analyte_ions=[134]))
    assert found.flags[0] == "no qualifier ion"
    assert not math.isnan(found.measured.concentration)


KEYS = ("MYWUZJCMWCOHBA-UHFFFAOYSA-N", "VMZUTJCNQWMAGF-UHFFFAOYSA-N")
RELEASE = LibraryRelease(
    name="small",
    sha256="0" * 64,
    purpose="",
    spectra=(
        reference("Etizolam", ANALYTE, accession="1", synonyms=("Depas", "Common"), key=KEYS[0]),
        reference("Etizolam", STANDARD, accession="2", key=KEYS[0]),
        reference("Depas", OTHER, accession="3", synonyms=("Common",), key=KEYS[1]),
    ),
)


def test_names_and_synonyms_in_any_case():
    assert [r.accession for r in find_compound(RELEASE, " eTIZOLAM ").references] == ["1", "2"]
    assert [r.accession for r in find_compound(RELEASE, "depas").references] == ["3"]  # a name before a synonym


def test_unknown_and_ambiguous_names_say_what_there_is():
    with pytest.raises(UnknownCompoundError, match="nearest names: Etizolam") as unknown:
        find_compound(RELEASE, "etizolan")
    assert "synonym" in unknown.value.advice()
    with pytest.raises(UnknownCompoundError, match=r"named 'zzz'$"):
        find_compound(RELEASE, "zzz")
    with pytest.raises(AmbiguousCompoundError, match="2 compounds named 'common'") as ambiguous:
        find_compound(RELEASE, "common")
    assert "main name" in ambiguous.value.advice()
