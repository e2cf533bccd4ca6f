import pickle
from dataclasses import replace

import pytest

from spectra.spectrum import MassSpectrum
from substance_library import (
    REFERENCE_PURPOSE,
    TRAINING_PURPOSE,
    InvalidReleaseError,
    LibraryRelease,
    ReferenceSpectrum,
    UnknownAccessionError,
)

DIGEST = "0123456789abcdef" * 4


def a_spectrum(accession):
    return ReferenceSpectrum(
        accession=accession,
        name=f"compound {accession}",
        inchikey=None,
        formula=None,
        spectrum=MassSpectrum(mz=[58.0], intensity=[1.0]),
        fields=(),
    )


RELEASE = LibraryRelease(
    name="in-house-7",
    sha256=DIGEST,
    purpose=REFERENCE_PURPOSE,
    spectra=tuple(a_spectrum(accession) for accession in ("1", "2", "10")),
)


def test_a_spectrum_is_found_by_its_accession():
    assert [RELEASE.reference(spectrum.accession) for spectrum in RELEASE.spectra] == list(RELEASE.spectra)


@pytest.mark.parametrize("accession", ["3", "", "01", "1 "])
def test_an_unknown_accession_is_an_error_that_names_release_and_accession(accession):
    with pytest.raises(UnknownAccessionError) as refusal:
        RELEASE.reference(accession)
    assert str(refusal.value) == f"release 'in-house-7' holds no accession {accession!r}"
    assert (refusal.value.release, refusal.value.accession) == ("in-house-7", accession)
    assert isinstance(refusal.value, LookupError)


def test_reference_data_carry_no_restriction_and_training_data_do():
    assert REFERENCE_PURPOSE == ""
    assert TRAINING_PURPOSE == "training and presumptive use"


def test_accessions_are_unique():
    repeated = tuple(a_spectrum(accession) for accession in ("1", "2", "1", "2", "3"))
    with pytest.raises(InvalidReleaseError) as refusal:
        replace(RELEASE, spectra=repeated)
    assert refusal.value.found == "repeated accessions '1', '2' (2 in all)"


def test_a_release_of_nothing_is_refused():
    with pytest.raises(InvalidReleaseError, match="spectra of release 'in-house-7': found none; expected at least one"):
        replace(RELEASE, spectra=())


def test_a_release_has_a_name():
    with pytest.raises(InvalidReleaseError, match="release name: found ' '"):
        replace(RELEASE, name=" ")


@pytest.mark.parametrize("digest", ["", DIGEST[:-1], DIGEST + "0", DIGEST.upper(), "g" * 64])
def test_a_digest_has_the_form_of_a_sha256(digest):
    with pytest.raises(InvalidReleaseError, match="expected 64 lower-case hex digits"):
        replace(RELEASE, sha256=digest)


def test_equal_content_is_an_equal_release():
    again = replace(RELEASE, spectra=tuple(a_spectrum(accession) for accession in ("1", "2", "10")))
    assert again == RELEASE
    assert hash(again) == hash(RELEASE)
    assert replace(RELEASE, sha256=DIGEST[::-1]) != RELEASE


def test_a_release_reaches_a_worker_process_whole():
    arrived = pickle.loads(pickle.dumps(RELEASE))  # noqa: S301 - our own bytes
    assert arrived == RELEASE
    assert arrived.reference("10") == RELEASE.reference("10")
