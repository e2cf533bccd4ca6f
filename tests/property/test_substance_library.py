import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra.formats.msp import MspRecord, write_msp
from spectra.spectrum import RawSpectrum
from substance_library import (
    InChIKey,
    InvalidIdentifierError,
    Smiles,
    identify_structure,
    release_from_msp,
    starter_substances,
)

CAPITALS = st.text(string.ascii_uppercase, min_size=1)
KEYS = st.from_regex(r"[A-Z]{14}-[A-Z]{10}-[A-Z]", fullmatch=True)
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).map(
    lambda text: " ".join(text.split())
)
FIELD_VALUES = WORDS.filter(bool)
PEAKS = st.lists(
    st.tuples(st.floats(1.0, 2000.0), st.floats(0.0, 1e9)),
    min_size=1,
    max_size=12,
).filter(lambda peaks: any(intensity > 0 for _, intensity in peaks))


@st.composite
def records(draw):
    fields = [("Name", draw(FIELD_VALUES))]
    key = draw(st.none() | KEYS)
    if key is not None:
        fields.append(("InChIKey", key))
    fields += draw(st.lists(st.tuples(st.sampled_from(["Synon", "Comments", "DB#", "ID"]), WORDS), max_size=4))
    mz, intensity = zip(*draw(PEAKS), strict=True)
    return MspRecord(line=1, fields=tuple(fields), peaks=RawSpectrum(mz=mz, intensity=intensity))


@given(KEYS)
def test_an_inchikey_reads_back_as_it_prints(text):
    key = InChIKey(text)
    assert str(key) == text
    assert InChIKey(str(key)) == key
    assert text.startswith(f"{key.skeleton}-")


@given(KEYS, st.integers(0, 26), st.characters())
def test_one_character_of_another_kind_makes_it_no_inchikey(text, position, character):
    altered = text[:position] + character + text[position + 1 :]
    same_kind = character == "-" if text[position] == "-" else character in string.ascii_uppercase
    if same_kind:
        assert str(InChIKey(altered)) == altered
    else:
        with pytest.raises(InvalidIdentifierError):
            InChIKey(altered)


@given(st.text(max_size=40))
def test_text_is_a_smiles_or_is_refused_and_nothing_else_happens(text):
    try:
        smiles = Smiles(text)
    except InvalidIdentifierError:
        return
    assert smiles.text == text
    assert text.isascii()
    assert text.isprintable()


@given(st.text("CNOcno123()[]=#+-@HFlBr%.*~$:\\/", min_size=1, max_size=60))
def test_a_structure_that_is_read_has_an_identity_or_is_refused(text):
    try:
        identity = identify_structure(Smiles(text))
    except InvalidIdentifierError:
        return
    assert identity.exact_mass_da > 0
    assert identity.heavy_atoms <= len(text)


@given(st.sampled_from(starter_substances()), st.sampled_from(("[Na+].[Cl-]", "O")))
def test_a_second_component_is_another_structure(substance, other):
    alone = identify_structure(substance.smiles)
    together = identify_structure(Smiles(f"{substance.smiles}.{other}"))
    assert together.inchikey != alone.inchikey
    assert together.exact_mass_da > alone.exact_mass_da


@given(st.lists(records(), min_size=1, max_size=6))
def test_an_import_keeps_count_order_fields_and_peaks(written):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generated.msp"
        path.write_text(write_msp(written), "utf-8")
        release = release_from_msp(path)
    assert [r.accession for r in release.spectra] == [f"{n:06d}" for n in range(1, len(written) + 1)]
    for record, reference in zip(written, release.spectra, strict=True):
        assert reference.fields == record.fields
        assert reference.name == record.name
        assert (str(reference.inchikey) if reference.inchikey else None) == record.first("InChIKey")
        peaks = list(zip(record.peaks.mz, record.peaks.intensity, strict=True))
        by_mz = sorted(peaks, key=lambda peak: peak[0])  # stable, as the import has to be
        assert list(zip(reference.spectrum.mz, reference.spectrum.intensity, strict=True)) == by_mz
        assert bool(reference.repairs) == (by_mz != peaks)
