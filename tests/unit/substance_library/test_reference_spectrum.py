from dataclasses import replace

import pytest

from spectra.spectrum import MassSpectrum
from substance_library import InChIKey, InvalidReferenceSpectrumError, ReferenceSpectrum

SPECTRUM = MassSpectrum(mz=[58.0, 91.0], intensity=[100.0, 12.0])
METHAMPHETAMINE = ReferenceSpectrum(
    accession="000001",
    name="Methamphetamine",
    inchikey=InChIKey("MYWUZJCMWCOHBA-UHFFFAOYSA-N"),
    formula="C10H15N",
    spectrum=SPECTRUM,
    fields=(("Name", "Methamphetamine"),),
)


def test_a_compound_is_its_whole_inchikey():
    mirror_image = replace(METHAMPHETAMINE, inchikey=InChIKey("MYWUZJCMWCOHBA-VIFPVBQESA-N"), name="other")
    assert METHAMPHETAMINE.compound_key == "MYWUZJCMWCOHBA-UHFFFAOYSA-N"
    assert mirror_image.compound_key == "MYWUZJCMWCOHBA-VIFPVBQESA-N"


@pytest.mark.parametrize("name", ["1,4 Butanediol", "1,4  BUTANEDIOL ", "\t1,4\u00a0butanediol"])
def test_without_an_inchikey_a_compound_is_its_name_without_case_and_extra_spaces(name):
    assert replace(METHAMPHETAMINE, inchikey=None, name=name).compound_key == "1,4 butanediol"


def test_a_name_that_looks_like_an_inchikey_is_not_taken_for_one():
    impostor = replace(METHAMPHETAMINE, inchikey=None, name="MYWUZJCMWCOHBA-UHFFFAOYSA-N")
    assert impostor.compound_key != METHAMPHETAMINE.compound_key


def test_the_name_stays_as_it_was_written():
    assert replace(METHAMPHETAMINE, name=".alpha.-PVP  (HCl)").name == ".alpha.-PVP  (HCl)"


@pytest.mark.parametrize("field", ["accession", "name", "formula"])
def test_a_blank_text_is_refused(field):
    with pytest.raises(InvalidReferenceSpectrumError) as refusal:
        replace(METHAMPHETAMINE, **{field: " "})
    assert (refusal.value.what, refusal.value.found) == (field, "' '")


def test_a_formula_may_be_absent():
    assert replace(METHAMPHETAMINE, formula=None).formula is None


@pytest.mark.parametrize(("mz", "intensity"), [([], []), ([58.0, 91.0], [0.0, 0.0])])
def test_a_spectrum_without_a_peak_is_refused(mz, intensity):
    with pytest.raises(InvalidReferenceSpectrumError) as refusal:
        replace(METHAMPHETAMINE, spectrum=MassSpectrum(mz=mz, intensity=intensity))
    assert str(refusal.value) == (
        f"spectrum of 'Methamphetamine': found {len(mz)} peaks, none with an intensity above 0;"
        " expected at least one such peak"
    )


def test_a_peak_of_no_intensity_beside_another_is_kept():
    spectrum = MassSpectrum(mz=[58.0, 91.0], intensity=[100.0, 0.0])
    assert len(replace(METHAMPHETAMINE, spectrum=spectrum).spectrum) == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((), None),
        ((("RI", "1716"),), 1716.0),
        ((("RETENTION_INDEX", " 1716.5 "),), 1716.5),
        ((("RetentionIndex", "1716"), ("ri", "1716.0")), 1716.0),
        ((("Retention_index", "SemiStdNP=1404/7/125 StdNP=1361/11/49 StdPolar=2568/15/128"),), 1404.0),
        ((("Retention_index", "StdNP=1361/11/49 StdPolar=2568/15/128"),), None),
        ((("RI", "1716"), ("Retention_index", "1720")), None),
        ((("RI", "about 1700"),), None),
        ((("RI", "-5"), ("Retention_time", "613.5")), None),
        ((("RI", "1716"), ("Retention_index", "n/a")), 1716.0),
    ],
)
def test_a_retention_index_is_what_the_source_states_plainly(fields, expected):
    assert replace(METHAMPHETAMINE, fields=fields).retention_index == expected
