import gzip
import hashlib

import pytest

from spectra.errors import FormatError, FormatErrors
from spectra.spectrum import Precursor
from substance_library import (
    REFERENCE_PURPOSE,
    InChIKey,
    RecordError,
    RecordErrors,
    SubstanceLibraryError,
    release_from_msp,
)

TWO_RECORDS = """\
Name: .alpha.-PVP
Synon: flakka
Synon: O-2387
InChIKey: YDIIDRWHPFMLGR-UHFFFAOYSA-N
Formula: C15H21NO
Comments: free  text
Num Peaks: 3
77 20
126 999
126 5

Name: Irbesartan
ID: 1102
Num Peaks: 2
207.1 999
41 17

"""


@pytest.fixture
def library(tmp_path):
    def write(text, name="library.msp"):
        path = tmp_path / name
        data = text.encode()
        path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
        return path

    return write


def record(*fields, peaks="58 999"):
    lines = [f"{key}: {value}" for key, value in (("Name", "compound"), *fields)]
    return "\n".join([*lines, f"Num Peaks: {peaks.count(' ')}", *peaks.split(","), "", ""])


def faults_of(path):
    with pytest.raises(RecordErrors) as refusal:
        release_from_msp(path)
    return refusal.value.exceptions


def test_everything_of_a_record_is_kept(library):
    first, second = release_from_msp(library(TWO_RECORDS)).spectra
    assert (first.accession, first.name, first.formula) == ("000001", ".alpha.-PVP", "C15H21NO")
    assert first.inchikey == InChIKey("YDIIDRWHPFMLGR-UHFFFAOYSA-N")
    assert first.fields == (
        ("Name", ".alpha.-PVP"),
        ("Synon", "flakka"),
        ("Synon", "O-2387"),
        ("InChIKey", "YDIIDRWHPFMLGR-UHFFFAOYSA-N"),
        ("Formula", "C15H21NO"),
        ("Comments", "free  text"),
    )
    assert (second.accession, second.inchikey, second.formula) == ("000002", None, None)


def test_peaks_out_of_order_are_sorted_and_that_is_stated(library):
    in_order, sorted_here = release_from_msp(library(TWO_RECORDS)).spectra
    assert in_order.repairs == ()
    assert sorted_here.repairs == ("peaks were sorted by m/z",)
    assert sorted_here.spectrum.mz.tolist() == [41.0, 207.1]
    assert sorted_here.spectrum.intensity.tolist() == [17.0, 999.0]


def test_peaks_of_equal_mz_are_kept_in_their_order(library):
    spectrum = release_from_msp(library(TWO_RECORDS)).spectra[0].spectrum
    assert spectrum.mz.tolist() == [77.0, 126.0, 126.0]
    assert spectrum.intensity.tolist() == [20.0, 999.0, 5.0]


@pytest.mark.parametrize(
    ("file_name", "release"),
    [
        ("swgdrug-3.4.msp", "swgdrug-3.4"),
        ("swgdrug-3.4.msp.gz", "swgdrug-3.4"),
        ("SWGDRUG.MSP.GZ", "SWGDRUG"),
        ("swgdrug.msp.txt", "swgdrug.msp.txt"),
        ("swgdrug", "swgdrug"),
    ],
)
def test_the_release_is_named_after_the_file(library, file_name, release):
    assert release_from_msp(library(TWO_RECORDS, file_name)).name == release


def test_the_release_can_be_named_by_the_caller(library):
    assert release_from_msp(library(TWO_RECORDS), name="in-house-7").name == "in-house-7"


@pytest.mark.parametrize("file_name", ["a.msp", "a.msp.gz"])
def test_the_digest_is_that_of_the_bytes_on_disk(library, file_name):
    path = library(TWO_RECORDS, file_name)
    assert release_from_msp(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_msp_file_is_reference_data(library):
    assert release_from_msp(library(TWO_RECORDS)).purpose == REFERENCE_PURPOSE


@pytest.mark.parametrize("stated", ["", "N/A", "NA", "n/a"])
def test_what_the_file_does_not_know_is_none_and_its_words_are_kept(library, stated):
    path = library(record(("InChIKey", stated), ("Formula", stated), ("PrecursorMZ", stated)))
    (spectrum,) = release_from_msp(path).spectra
    assert (spectrum.inchikey, spectrum.formula, spectrum.spectrum.precursor) == (None, None, None)
    assert spectrum.fields[1:] == (("InChIKey", stated), ("Formula", stated), ("PrecursorMZ", stated))


def test_sodium_is_a_formula(library):
    assert release_from_msp(library(record(("Formula", "Na")))).spectra[0].formula == "Na"


def test_a_precursor_is_read_with_its_adduct(library):
    path = library(record(("PRECURSORMZ", "337.2274"), ("Precursor_type", "[M+H]+")))
    assert release_from_msp(path).spectra[0].spectrum.precursor == Precursor(mz=337.2274, adduct="[M+H]+")


def test_a_precursor_without_an_adduct_is_read(library):
    path = library(record(("PrecursorMZ", "337.")))
    assert release_from_msp(path).spectra[0].spectrum.precursor == Precursor(mz=337.0)


@pytest.mark.parametrize("text", ["337,2", "-1", "0", "0.0", "1e3", "100000.5", "337.2274 / 359", "nan", "\u0663"])
def test_a_precursor_that_is_no_mz_is_a_fault(library, text):
    (fault,) = faults_of(library(record(("PrecursorMZ", text))))
    assert fault.problem == f"PrecursorMZ: found {text!a}; expected an m/z above 0 and at most 100000"


def test_the_same_inchikey_twice_is_one_and_two_different_ones_are_a_fault(library):
    keys = ("YDIIDRWHPFMLGR-UHFFFAOYSA-N", "MYWUZJCMWCOHBA-UHFFFAOYSA-N")
    twice = library(record(("InChIKey", keys[0]), ("InChIKey", keys[0])))
    assert release_from_msp(twice).spectra[0].inchikey == InChIKey(keys[0])
    (fault,) = faults_of(library(record(("InChIKey", keys[0]), ("INCHIKEY", keys[1]))))
    assert fault.problem == "InChIKey: found 2 different ones; expected at most one"


def test_all_faults_of_all_records_are_reported_at_once(library):
    path = library(
        TWO_RECORDS
        + record(("InChIKey", "MYWUZJCMWCOHBA"), ("PrecursorMZ", "unknown"), peaks="")
        + record()
        + record(("InChIKey", "mywuzjcmwcohba-uhfffaoysa-n"))
        + record(peaks="58 0,91 0")
        + record(peaks="58 1,200000 2")
    )
    faults = faults_of(path)
    assert [(fault.ordinal, fault.line, fault.problem.partition(":")[0]) for fault in faults] == [
        (3, 18, "InChIKey"),
        (3, 18, "PrecursorMZ"),
        (3, 18, "spectrum of 'compound'"),
        (5, 28, "InChIKey"),
        (6, 33, "spectrum of 'compound'"),
        (7, 38, "peak 2"),
    ]


def test_a_fault_says_file_record_line_name_what_was_found_and_what_was_expected(library):
    path = library(record(("InChIKey", "unknown")))
    (fault,) = faults_of(path)
    assert str(fault) == (
        f"{path}, record 1 (line 1, 'compound'): InChIKey: found 'unknown'; "
        "expected 14, 10 and 1 capital letters joined by hyphens"
    )
    assert (fault.path, fault.name) == (path, "compound")
    assert isinstance(fault, ValueError)


def test_a_faulty_file_is_one_error_of_this_package_and_splits_into_its_faults(library):
    path = library(record(("InChIKey", "x")) + record(("InChIKey", "y")))
    with pytest.raises(SubstanceLibraryError, match=r"2 fault\(s\), nothing was taken from it") as refusal:
        release_from_msp(path)
    first = refusal.value.subgroup(lambda fault: isinstance(fault, RecordError) and fault.ordinal == 1)
    assert isinstance(first, RecordErrors)
    assert len(first.exceptions) == 1


def test_a_file_that_is_no_msp_is_refused_by_its_reader(library, tmp_path):
    with pytest.raises(FormatErrors):
        release_from_msp(library("PK\x03\x04"))
    with pytest.raises(FormatError):
        release_from_msp(tmp_path / "absent.msp")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "spectra", "without_key", "compounds"),
    [("swgdrug/swgdrug-3.3.msp.gz", 2861, 35, 2783), ("swgdrug/swgdrug-3.4.msp.gz", 2988, 14, 2906)],
)
def test_swgdrug_comes_in_whole(real_file, file, spectra, without_key, compounds):
    release = release_from_msp(real_file(file))
    assert len(release.spectra) == spectra
    assert sum(spectrum.inchikey is None for spectrum in release.spectra) == without_key
    assert not any(spectrum.repairs for spectrum in release.spectra)
    assert len({spectrum.compound_key for spectrum in release.spectra}) == compounds
    assert release.spectra[0].name == "Epiandrosterone"
    assert release.spectra[-1].accession == f"{spectra:06d}"


@pytest.mark.real_data
def test_the_ei_spectra_of_massbank_come_in_whole(real_file):
    release = release_from_msp(real_file("massbank/massbank-ei.msp.gz"))
    assert release.name == "massbank-ei"
    assert len(release.spectra) == 1665
    assert sum(spectrum.inchikey is None for spectrum in release.spectra) == 162
    assert sum(spectrum.spectrum.precursor is not None for spectrum in release.spectra) == 35


@pytest.mark.real_data
@pytest.mark.nightly
def test_the_msms_spectra_of_massbank_come_in_whole(real_file):
    release = release_from_msp(real_file("massbank/massbank-msms-positive.msp.gz"))
    assert len(release.spectra) == 48106
    assert sum(spectrum.inchikey is None for spectrum in release.spectra) == 567
    assert sum(spectrum.spectrum.precursor is not None for spectrum in release.spectra) == 46012


@pytest.mark.real_data
def test_swgdrug_unites_isomers_under_one_key(real_file):
    names = {}
    for reference in release_from_msp(real_file("swgdrug/swgdrug-3.4.msp.gz")).spectra:
        names.setdefault(reference.compound_key, []).append(reference.name)
    shared = {key: group for key, group in names.items() if len(group) > 1}
    assert (len(shared), sum(len({name.casefold() for name in group}) > 1 for group in shared.values())) == (79, 76)
    assert shared["KWGRBVOPPLSCSI-UHFFFAOYSA-N"] == ["Ephedrine", "Pseudoephedrine"]
    assert shared["ZPUCINDJVBIVPJ-UHFFFAOYSA-N"] == ["Pseudococaine", "Cocaine"]
