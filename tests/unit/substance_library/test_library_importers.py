"""Importers: what files state goes into records, everything else is kept, and each record is taken or refused."""

from decimal import Decimal
from importlib import resources

import numpy as np
import pytest

from spectra import Component, MassSpectrum
from spectra.formats.library_records import read_library_records
from substance_library import InvalidValueError, IonTechnique, PackageDataError, Smiles, StandardOrigin
from substance_library.importers.library_file import PRECURSOR_OF_EI, Collection, imported_library
from substance_library.importers.reference_material import ReferenceMaterial, in_house_spectrum
from substance_library.importers.substance_table import MAX_BYTES, merged_substances, read_substance_table
from substance_library.library_sources import library_sources

MSMS = """Name: Caffeine
InChIKey: RYYVLZVUVIJVGH-UHFFFAOYSA-N
SMILES: Cn1cnc2c1c(=O)n(C)c(=O)n2C
Formula: C8H10N4O2
Spectrum_type: MS2
PrecursorMZ: 195.0877
Precursor_type: [M+H]+
Instrument_type: LC-ESI-QTOF
Instrument: a time of flight
Collision_energy: 20 eV
DB#: MSBNK-X-1
Comments: contributor=X_Lab license=CC BY-SA
Weird: kept
Num Peaks: 2
138.066 10
110.071 5
"""
MASSBANK = """ACCESSION: MSBNK-Y-7
RECORD_TITLE: Caffeine; EI-B; MS
AUTHORS: A. Author, B. Author
LICENSE: CC0
CH$NAME: Caffeine
CH$NAME: Guaranine
CH$FORMULA: C8H10N4O2
CH$SMILES: Cn1cnc2c1c(=O)n(C)c(=O)n2C
CH$LINK: INCHIKEY RYYVLZVUVIJVGH-UHFFFAOYSA-N
CH$COMPOUND_CLASS: Natural Product
AC$INSTRUMENT: a sector
AC$INSTRUMENT_TYPE: EI-B
AC$MASS_SPECTROMETRY: MS_TYPE MS
MS$FOCUSED_ION: PRECURSOR_M/Z 194.08
PK$NUM_PEAK: 1
PK$PEAK: m/z int. rel.int.
  194.0 10 999
//
"""
MGF = "BEGIN IONS\nTITLE=Caffeine\nPEPMASS=195.0877 1000\nION SOURCE=ESI\nMSLEVEL=1\n138.066 10\nEND IONS\n"
COLLECTION = Collection(
    source="Collection 1", licence="stated by the importer", contributor="somebody", instrument="some"
)


def imported(tmp_path, text, collection=COLLECTION):
    path = tmp_path / "library.txt"
    path.write_text(text, encoding="utf-8")
    return imported_library(read_library_records(path), collection=collection, prefix="LI-0001/")


def test_an_msp_record_says_how_it_was_measured(tmp_path):
    (one,) = imported(tmp_path, MSMS).spectra
    assert one.accession == "LI-0001/000001"
    assert str(one.inchikey) == "RYYVLZVUVIJVGH-UHFFFAOYSA-N"
    assert (one.spectrum.precursor.mz, one.spectrum.precursor.adduct) == (195.0877, "[M+H]+")
    assert one.spectrum.mz.tolist() == [110.071, 138.066]
    assert one.repairs == ("peaks were sorted by m/z",)
    assert ("Weird", "kept") in one.fields
    provenance = one.provenance
    assert provenance.technique is IonTechnique.MSMS
    assert (provenance.source, provenance.source_accession) == ("Collection 1", "MSBNK-X-1")
    assert (provenance.instrument, provenance.ionisation) == ("a time of flight", "LC-ESI-QTOF")
    assert (provenance.collision_energy, provenance.licence) == ("20 eV", "CC BY-SA")
    assert (provenance.contributor, provenance.measured_by, provenance.checked_by) == ("X_Lab", "", "")


def test_a_massbank_record_of_ei_has_no_isolated_ion(tmp_path):
    (one,) = imported(tmp_path, MASSBANK).spectra
    assert one.name == "Caffeine"
    assert one.spectrum.precursor is None
    assert one.repairs == (PRECURSOR_OF_EI,)
    assert ("MS$FOCUSED_ION: PRECURSOR_M/Z", "194.08") in one.fields
    assert one.provenance.technique is IonTechnique.EI
    assert (one.provenance.licence, one.provenance.measured_by) == ("CC0", "A. Author, B. Author")
    assert one.provenance.contributor == "somebody"


def test_an_mgf_record_may_put_an_intensity_beside_its_precursor(tmp_path):
    (one,) = imported(tmp_path, MGF).spectra
    assert one.spectrum.precursor.mz == 195.0877
    assert one.provenance.technique is IonTechnique.MS1


@pytest.mark.parametrize(
    ("lines", "stated", "technique"),
    [
        ("", IonTechnique.EI, IonTechnique.EI),
        ("", IonTechnique.UNKNOWN, IonTechnique.UNKNOWN),
        ("PrecursorMZ: 100\n", IonTechnique.UNKNOWN, IonTechnique.MSMS),
        ("PrecursorMZ: 100\n", IonTechnique.MS1, IonTechnique.MS1),
        ("Instrument_type: GC-EI-TOF\n", IonTechnique.UNKNOWN, IonTechnique.EI),
        ("Instrument_type: LC-ESI-QTOF\n", IonTechnique.MSMS, IonTechnique.MSMS),
        ("Spectrum_type: MS2\nInstrument_type: GC-EI-QQ\n", IonTechnique.EI, IonTechnique.MSMS),
        ("Spectrum_type: MS1\n", IonTechnique.EI, IonTechnique.EI),
    ],
)
def test_the_record_says_the_technique_before_the_importer_does(tmp_path, lines, stated, technique):
    text = f"Name: X\n{lines}Comments: DEA SWL\nNum Peaks: 1\n40 1\n"
    (one,) = imported(tmp_path, text, Collection(source="s", technique=stated)).spectra
    assert one.provenance.technique is technique
    assert one.provenance.contributor == "DEA SWL"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("InChIKey: RYYVLZVUVIJVGH", "InChIKey: 'RYYVLZVUVIJVGH'"),
        ("InChIKey: RYYVLZVUVIJVGH-UHFFFAOYSA-N\nInChIKey: KDLHZDBZIXYQEI-UHFFFAOYSA-N", "2 different ones"),
        ("PrecursorMZ: heavy", "precursor: 'heavy'"),
        ("PrecursorMZ: 0.0", "precursor: '0.0'"),
        ("PrecursorMZ: 1e9", "precursor: '1e9'"),
    ],
)
def test_a_record_that_cannot_be_taken_is_refused_with_its_place(tmp_path, line, found):
    text = f"Name: Good\nNum Peaks: 1\n40 1\n\nName: Bad\n{line}\nNum Peaks: 1\n40 1\n"
    library = imported(tmp_path, text)
    assert [one.name for one in library.spectra] == ["Good"]
    (refused,) = library.refused
    assert (refused.place, refused.name) == ("line 5", "Bad")
    assert found in refused.found
    assert library.read == 2


@pytest.mark.parametrize("peaks", ["Num Peaks: 1\n40 0\n", "Num Peaks: 0\n", "Num Peaks: 1\n200000 5\n"])
def test_peaks_that_are_no_spectrum_are_refused(tmp_path, peaks):
    library = imported(tmp_path, f"Name: Good\nNum Peaks: 1\n40 1\n\nName: Bad\n{peaks}")
    assert len(library.refused) == 1
    assert library.read == 2


def test_a_record_in_a_folder_is_refused_with_its_file(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.txt").write_text(MASSBANK)
    (folder / "b.txt").write_text(MASSBANK.replace("194.0 10 999", "194.0 0 0"))
    library = imported_library(read_library_records(folder), collection=COLLECTION, prefix="")
    assert [one.place for one in library.refused] == ["b.txt, line 1"]


def test_an_in_house_standard_names_lot_purity_and_run():
    origin = StandardOrigin(
        standard="RS-1",
        lot="L7",
        producer="p",
        certificate="c",
        purity=Decimal("0.99"),
        run="2026-0001/1-R1",
        raw_sha256="a" * 64,
        method="GC-1",
        retention_time_s=Decimal("260.010"),
    )
    material = ReferenceMaterial(
        name="caffeine",
        inchikey=None,
        smiles=Smiles("Cn1cnc2c1c(=O)n(C)c(=O)n2C"),
        origin=origin,
        instrument="GC",
        laboratory="the laboratory",
        measured_by="expert-a",
    )
    spectrum = MassSpectrum(mz=np.array([194.0]), intensity=np.array([10.0]))
    component = Component(
        retention_time_s=260.01,
        apex_scan=1,
        first_scan=0,
        last_scan=2,
        area=1.0,
        signal_to_noise=100.0,
        spectrum=spectrum,
    )
    one = in_house_spectrum(component, material, accession="LI-0002/000001")
    assert str(one.inchikey) == "RYYVLZVUVIJVGH-UHFFFAOYSA-N"
    assert one.formula == "C8H10N4O2"
    assert one.spectrum == spectrum
    assert one.provenance.origin == origin
    assert one.provenance.measured_by == "expert-a"
    bare = ReferenceMaterial(
        name="s", inchikey=None, smiles=None, origin=origin, instrument="", laboratory="l", measured_by="p"
    )
    nothing = in_house_spectrum(component, bare, accession="x")
    assert (nothing.inchikey, nothing.formula, nothing.fields) == (None, None, ())


ETHANOL, WATER = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "XLYOFNOQVPJJNP-UHFFFAOYSA-N"


def test_a_table_of_structures_is_recomputed_line_by_line():
    text = f"inchikey,smiles\n{ETHANOL},CCO\n\n{WATER},CCO\nnothing,O\n{WATER},O=(\n"
    table = read_substance_table(text.encode(), source="structures.csv")
    assert [str(one.inchikey) for one in table.substances] == [ETHANOL]
    assert table.substances[0].structure_source == "structures.csv"
    assert [one.place for one in table.refused] == [f"structures.csv, line {n}" for n in (4, 5, 6)]
    assert table.lines == 4


def test_a_table_of_names_keeps_language_and_source():
    text = (
        "inchikey,name,language,source,class\n"
        f"{ETHANOL},этанол,ru,an edition,alcohol\n"
        f"{ETHANOL},этил спирті,kk,an edition,\n"
        f"{WATER},су,kk,,\n"
        f"{WATER},,kk,an edition,\n"
    )
    table = read_substance_table(text.encode(), source="names.csv")
    (one,) = table.substances
    assert [(name.text, name.language) for name in one.names] == [("этанол", "ru"), ("этил спирті", "kk")]
    assert one.substance_class == "alcohol"
    assert len(table.refused) == 2


def test_tables_are_merged_by_substance():
    names = read_substance_table(f"inchikey,name,language,source\n{ETHANOL},A,en,s\n".encode(), source="n")
    structures = read_substance_table(f"inchikey,smiles\n{ETHANOL},OCC\n".encode(), source="t")
    again = read_substance_table(f"inchikey,smiles\n{ETHANOL},CCO\n".encode(), source="u")
    (one,) = merged_substances([*names.substances, *structures.substances, *again.substances])
    assert (one.smiles, one.structure_source, len(one.names)) == ("OCC", "t", 1)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"", b"\xff", b'inchikey,smiles\n"x', b"x" * (MAX_BYTES + 1)])
def test_what_is_no_table_is_refused_as_a_whole(data):
    with pytest.raises(InvalidValueError):
        read_substance_table(data, source="t")


def test_known_sources_have_pages_and_digests_with_their_origin():
    for one in library_sources():
        assert one.page.startswith("https://")
        assert one.url == "" or one.url.startswith("https://")
        for digest in one.digests:
            assert len(digest.sha256) == 64
            assert digest.stated_by
        assert one.known("0" * 64) is None
        assert one.known("x", one.digests[0].sha256) == one.digests[0]


@pytest.mark.parametrize("text", ["[]", "{", '{"sources": [{}]}', '{"sources": [{"digests": 1}]}'])
def test_a_damaged_list_of_sources_is_told(monkeypatch, tmp_path, text):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "library_sources.json").write_text(text)
    library_sources.cache_clear()
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(PackageDataError):
        library_sources()
    monkeypatch.undo()
    library_sources.cache_clear()
