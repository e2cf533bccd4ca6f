"""mzML and mzXML beside pyteomics, an independent reader: the same scans, the same bits."""

import math
import warnings

import numpy as np
import pytest

from spectra import FormatError
from spectra.formats import mzml_terms
from spectra.formats.mzml import is_mzml, read_mzml, read_mzml_scans
from spectra.formats.mzxml import is_mzxml, read_mzxml, read_mzxml_scans
from tests.builders.scan_files import mzml_file, mzxml_file, sealed_mzml, sealed_mzxml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # psims asks for an optional package when it is imported
    from psims.controlled_vocabulary.controlled_vocabulary import load_psims
    from pyteomics import mzml as pyteomics_mzml
    from pyteomics import mzxml as pyteomics_mzxml

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*psi-ms.obo:ResourceWarning")
"""psims does not close its copy of the vocabulary."""


def same_bits(scan, other):
    return (
        scan.mz.tobytes() == np.asarray(other["m/z array"], dtype=np.float64).tobytes()
        and scan.intensity.tobytes() == np.asarray(other["intensity array"], dtype=np.float64).tobytes()
    )


def pyteomics_mzml_scans(path):
    with pyteomics_mzml.read(str(path), use_index=False) as reader:
        return list(reader)


def pyteomics_mzxml_scans(path):
    with pyteomics_mzxml.read(str(path), use_index=False) as reader:
        return list(reader)


def compare_mzml(path):
    ours, theirs = read_mzml_scans(path).scans, pyteomics_mzml_scans(path)
    assert [scan.identity for scan in ours] == [scan["id"] for scan in theirs]
    assert [scan.ms_level for scan in ours] == [scan["ms level"] for scan in theirs]
    for scan, other in zip(ours, theirs, strict=True):
        assert same_bits(scan, other)
        time = other["scanList"]["scan"][0].get("scan start time")
        if time is None:
            assert math.isnan(scan.retention_time_s)
        else:
            assert scan.retention_time_s == float(time) * (60.0 if time.unit_info == "minute" else 1.0)
        if "precursorList" in other:
            precursor = other["precursorList"]["precursor"][0]
            ion = precursor["selectedIonList"]["selectedIon"][0]
            assert scan.precursor.mz == ion["selected ion m/z"]
            assert scan.precursor.charge == ion["charge state"]
            assert (
                scan.precursor.isolation_lower_offset == precursor["isolationWindow"]["isolation window lower offset"]
            )
            assert scan.precursor.collision_energy_ev == precursor["activation"]["collision energy"]
    return ours


def compare_mzxml(path):
    ours, theirs = read_mzxml_scans(path).scans, pyteomics_mzxml_scans(path)
    assert [scan.identity for scan in ours] == [scan["num"] for scan in theirs]
    assert [scan.ms_level for scan in ours] == [scan["msLevel"] for scan in theirs]
    for scan, other in zip(ours, theirs, strict=True):
        assert same_bits(scan, other)
        assert scan.retention_time_s == pytest.approx(float(other["retentionTime"]) * 60.0, abs=1e-9)
        if "precursorMz" in other:
            assert scan.precursor.mz == other["precursorMz"][0]["precursorMz"]
    return ours


@pytest.mark.parametrize("compression", ["zlib", "none"])
def test_files_made_for_the_tests_are_read_alike(tmp_path, compression):
    path = tmp_path / "a.mzML"
    path.write_bytes(mzml_file(compression=compression, codes=("f8", "f4")))
    assert len(compare_mzml(path)) == 3
    path.write_bytes(mzxml_file(compression=compression))
    assert len(compare_mzxml(path)) == 3


def test_every_term_has_its_name_in_the_vocabulary():
    vocabulary = load_psims()
    named = {
        mzml_terms.MS_LEVEL: "ms level",
        mzml_terms.SCAN_START_TIME: "scan start time",
        mzml_terms.ISOLATION_TARGET: "isolation window target m/z",
        mzml_terms.ISOLATION_LOWER_OFFSET: "isolation window lower offset",
        mzml_terms.ISOLATION_UPPER_OFFSET: "isolation window upper offset",
        mzml_terms.SELECTED_ION_MZ: "selected ion m/z",
        mzml_terms.OLD_SELECTED_ION_MZ: "m/z",
        mzml_terms.CHARGE_STATE: "charge state",
        mzml_terms.COLLISION_ENERGY: "collision energy",
        mzml_terms.MZ_ARRAY: "m/z array",
        mzml_terms.INTENSITY_ARRAY: "intensity array",
        mzml_terms.SERIAL_NUMBER: "instrument serial number",
        "MS:1000130": "positive scan",
        "MS:1000129": "negative scan",
        "MS:1000127": "centroid spectrum",
        "MS:1000128": "profile spectrum",
        "MS:1000519": "32-bit integer",
        "MS:1000521": "32-bit float",
        "MS:1000522": "64-bit integer",
        "MS:1000523": "64-bit float",
        "MS:1000574": "zlib compression",
        "MS:1000576": "no compression",
        **mzml_terms.ACTIVATIONS,
        **mzml_terms.UNREAD_ARRAYS,
        **{key: name for key, name in mzml_terms.INTENSITY_UNITS.items() if key},
    }
    assert {key: vocabulary[key].name for key in named} == named


def test_all_kinds_of_dissociation_are_there():
    vocabulary = load_psims()
    waiting, kinds = ["MS:1000044"], set()
    while waiting:
        children = {child.id for child in vocabulary[waiting.pop()].children} - kinds
        kinds |= children
        waiting += children
    assert kinds == set(mzml_terms.ACTIVATIONS)


@pytest.mark.real_data
def test_the_cut_file_of_a_hybrid_instrument(shared_data, tmp_path):
    """Its makers took 46 of 48 spectra out and left index and checksum as they were."""
    path = shared_data / "formats" / "test.mzML"
    assert is_mzml(path)
    scans = compare_mzml(path)
    assert [len(scan.mz) for scan in scans] == [19914, 19914]
    assert [(scan.ms_level, scan.polarity, scan.centroided) for scan in scans] == [(1, 1, 0)] * 2
    found = read_mzml_scans(path)
    assert (found.n_peaks, found.n_chromatograms) == (39828, 1)
    assert [fault.place for fault in found.faults] == [
        "the index of spectrum",
        "line 232, the index",
        "indexListOffset",
        "fileChecksum",
    ]
    with pytest.raises(FormatError, match=r"48 offsets for 2 elements \(and 3 more that cannot be\)"):
        read_mzml(path)
    data = path.read_bytes()
    whole = tmp_path / "sealed.mzML"
    begin, end = data.index(b"<mzML "), data.index(b"</mzML>") + len(b"</mzML>")
    whole.write_bytes(sealed_mzml(data[begin:end], head=data[:begin]))
    run = read_mzml(whole)
    assert (len(run), len(run.mz)) == (2, 39828)
    assert run.mz.tobytes() == found.run().mz.tobytes()


@pytest.mark.real_data
def test_the_small_example_of_proteowizard(shared_data):
    """Whole, with a true checksum and index, but made up: peaks at m/z 0, a spectrum without a time."""
    path = shared_data / "formats" / "tiny.pwiz.1.1.mzML"
    scans = compare_mzml(path)
    assert [len(scan.mz) for scan in scans] == [15, 10, 0, 15]
    assert [scan.ms_level for scan in scans] == [1, 2, 1, 1]
    found = read_mzml_scans(path)
    assert (found.n_peaks, found.n_chromatograms, found.faults) == (40, 2, ())
    with pytest.raises(FormatError, match=r"spectrum 3 .*: found no retention time"):
        read_mzml(path)


@pytest.mark.real_data
def test_the_cut_mzxml_file(shared_data, tmp_path):
    """Its makers took 3111 of 3113 scans out and left count, index and checksum as they were."""
    path = shared_data / "formats" / "test.mzXML"
    assert is_mzxml(path)
    assert [len(scan.mz) for scan in compare_mzxml(path)] == [1313, 43]
    found = read_mzxml_scans(path)
    assert found.n_peaks == 1356
    assert [fault.place for fault in found.faults] == ["msRun", "line 60, the index", "indexOffset", "sha1"]
    with pytest.raises(FormatError, match=r"found 2 \(and 3113 declared\) \(and 3 more"):
        read_mzxml(path)
    data = path.read_bytes().replace(b'scanCount="3113"', b'scanCount="2"')
    begin, end = data.index(b"<msRun "), data.index(b"</msRun>") + len(b"</msRun>")
    whole = tmp_path / "sealed.mzXML"
    whole.write_bytes(sealed_mzxml(data[begin:end], head=data[:begin]))
    run = read_mzxml(whole)
    assert (len(run), len(run.mz)) == (2, 1356)
    assert run.facts.ms_level.tolist() == [1, 2]
    assert run.facts.precursor_mz[1] == 445.35
    assert run.mz.tobytes() == found.run().mz.tobytes()
