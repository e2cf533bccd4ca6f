"""Spectra side by side: common ions, shifted ions, the standard's component, and what tells isomers apart."""

import numpy as np
import pytest

from lims.services.comparing import (
    explaining_shift,
    hybrid_match_factor,
    ion_current,
    isomer_ions,
    molecular_mass,
    pair_spectra,
    read_ions,
    standard_match,
)
from spectra import Component, MassSpectrum, Run, RunMetadata
from substance_library import InChIKey, LibraryRelease, ReferenceSpectrum

SKELETON = "VOJUXHHACRXLTD"


def spectrum(**peaks: float) -> MassSpectrum:
    """Make one of peaks such as ``m58=999``."""
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=np.float64)
    )


def reference(accession: str, name: str, inchikey: str | None, found: MassSpectrum, formula: str | None = "C10H15N"):
    return ReferenceSpectrum(
        accession=accession,
        name=name,
        inchikey=None if inchikey is None else InChIKey(inchikey),
        formula=formula,
        fields=(),
        spectrum=found,
    )


RUN = Run(
    scan_times_s=np.array([0.0, 1.0]),
    scan_starts=np.array([0, 2, 3]),
    mz=np.array([58.1, 91.0, 57.9]),
    intensity=np.array([5.0, 7.0, 11.0]),
    metadata=RunMetadata(source_format="test"),
)


def component(time: float, found: MassSpectrum) -> Component:
    return Component(
        retention_time_s=time,
        apex_scan=1,
        first_scan=0,
        last_scan=2,
        area=1.0,
        signal_to_noise=10.0,
        spectrum=found,
    )


MEASURED = spectrum(m58=999.0, m91=200.0, m105=100.0)


def test_common_ions_are_those_of_both_and_the_base_peaks_are_999():
    pair = pair_spectra(MEASURED, spectrum(m44=50.0, m58=10.0, m91=1.0))
    assert pair.common == {58.0, 91.0}
    assert (pair.shift, pair.shifted) == (0, frozenset())
    assert float(pair.reference.intensity.max()) == 999.0
    assert float(pair.reference.mz[0]) == 58.0, "cut where the measured one begins"


def test_a_shift_explains_ions_that_stand_elsewhere_and_takes_none_that_are_common():
    pair = pair_spectra(MEASURED, spectrum(m58=999.0, m77=200.0, m91=100.0), shift=14)
    assert pair.common == {58.0, 91.0}
    assert pair.shifted == frozenset(), "77 + 14 is 91, which both have; 91 is common itself"
    moved = pair_spectra(MEASURED, spectrum(m58=999.0, m77=200.0), shift=14)
    assert moved.shifted == {77.0}


def test_the_shift_that_explains_most_is_found_and_none_where_nothing_is_gained():
    lighter = spectrum(m44=999.0, m77=200.0, m91=100.0)
    assert explaining_shift(MEASURED, lighter) == 14
    assert hybrid_match_factor(MEASURED, lighter, shift=14) > hybrid_match_factor(MEASURED, lighter, shift=0)
    assert explaining_shift(MEASURED, MEASURED) == 0
    assert hybrid_match_factor(MEASURED, MEASURED, shift=0) == pytest.approx(999.0)


@pytest.mark.parametrize(("formula", "mass"), [("C10H15N", 149), (None, None), ("not a formula", None)])
def test_the_mass_of_a_molecule_is_known_by_its_formula_or_not_at_all(formula, mass):
    assert molecular_mass(reference("1", "X", None, MEASURED, formula)) == mass


def test_id_3_the_standards_component_is_the_most_alike_one_and_the_difference_is_stated():
    other = component(500.0, spectrum(m40=10.0, m200=999.0))
    same = component(620.5, spectrum(m58=900.0, m91=210.0, m105=90.0))
    found = standard_match(MEASURED, 621.0, (other, same), lowest_mz=40.0)
    assert found is not None
    assert found.component is same
    assert found.difference_s == pytest.approx(0.5)
    assert found.match_factor > 990.0
    assert standard_match(MEASURED, 621.0, (), lowest_mz=40.0) is None


def test_id_6_ions_that_tell_isomers_apart_are_named_by_their_difference():
    ours = reference("1", "One", f"{SKELETON}-UHFFFAOYSA-N", MEASURED)
    rival_key = "AAAAAAAAAAAAAA-UHFFFAOYSA-N"
    alike = reference("2", "Two", rival_key, spectrum(m58=999.0, m91=180.0, m105=400.0))
    unlike = reference("3", "Two", rival_key, spectrum(m44=999.0, m91=10.0))
    unnamed = reference("4", "No key", None, MEASURED)
    release = LibraryRelease(name="r", sha256="ab" * 32, purpose="", spectra=(ours, alike, unlike, unnamed))
    (told,) = isomer_ions(ours, [rival_key], release)
    assert (told.name, told.accession) == ("Two", "2")
    assert [(ion.mz, ion.here, ion.there) for ion in told.ions] == [(105, 100, 400), (91, 200, 180)]
    assert isomer_ions(ours, [], release) == ()


def test_the_current_of_an_ion_is_that_of_its_nominal_mass_in_each_scan():
    assert ion_current(RUN, 58).tolist() == [5.0, 11.0]
    assert ion_current(RUN, 91).tolist() == [7.0, 0.0]
    assert ion_current(RUN, 44).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "ions"),
    [("58, 91", (58, 91)), ("91 58;58", (91, 58)), ("", ()), ("m/z 0, 12345 x", ()), ("1 2 3 4 5 6", (1, 2, 3, 4, 5))],
)
def test_ions_are_read_in_their_order_and_what_is_none_is_left_out(text, ions):
    assert read_ions(text) == ions
