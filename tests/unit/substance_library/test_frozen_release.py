"""Frozen releases: what goes in comes out, bit for bit; NumPy alone reads the files; nothing else is taken."""

import dataclasses
import hashlib
import io
import json
from decimal import Decimal

import numpy as np
import pytest

from spectra import MassSpectrum, Precursor
from substance_library import (
    InChIKey,
    InvalidReferenceSpectrumError,
    InvalidReleaseError,
    InvalidSubstanceError,
    IonTechnique,
    KnownSubstance,
    ReferenceSpectrum,
    SpectrumProvenance,
    StandardOrigin,
    SubstanceName,
    open_mapped,
    pack_release,
)
from substance_library.frozen_release import FrozenManifest, content_digest
from substance_library.provenance import peaks_sha256

ORIGIN = StandardOrigin(
    standard="RS-1",
    lot="L7",
    producer="a producer",
    certificate="C-1",
    purity=Decimal("0.985"),
    run="2026-0001/1-R1",
    raw_sha256="a" * 64,
    method="GC-1",
    retention_time_s=Decimal("301.250"),
)
PROVENANCE = SpectrumProvenance(
    technique=IonTechnique.EI,
    source="the laboratory",
    source_accession="X1",
    measured_by="expert-a",
    checked_by="expert-b",
    marks=("an ion above the molecule: background",),
    origin=ORIGIN,
)


def reference(accession="LI-0001/000001", *, shift=0.0, **changes):
    facts = {
        "accession": accession,
        "name": "Ұлпа .alpha.-PHP",
        "inchikey": InChIKey("MKXZASYAUGDDCJ-NJAFHUGGSA-N"),
        "formula": "C18H25NO",
        "spectrum": MassSpectrum(mz=[40.0 + shift, 59.1, 59.1], intensity=[0.0, 999.0, 1 / 3]),
        "fields": (("Name", "x"), ("Synon", "y"), ("Synon", "z")),
    }
    return ReferenceSpectrum(**{**facts, **changes})


SPECTRA = (
    reference(provenance=PROVENANCE, repairs=("peaks were sorted by m/z",)),
    reference(
        "2",
        inchikey=None,
        formula=None,
        fields=(),
        spectrum=MassSpectrum(mz=[100.0], intensity=[1.0], precursor=Precursor(mz=200.5, charge=1, adduct="[M+H]+")),
        provenance=SpectrumProvenance(technique=IonTechnique.MSMS, source="elsewhere"),
    ),
    reference("3", provenance=dataclasses.replace(PROVENANCE, origin=dataclasses.replace(ORIGIN, purity=None))),
)
SUBSTANCES = (
    KnownSubstance(
        inchikey=InChIKey("MKXZASYAUGDDCJ-NJAFHUGGSA-N"),
        smiles="CC",
        names=(SubstanceName(text="ацетилфентанил", language="ru", source="an edition"),),
        substance_class="opioid",
        structure_source="a table",
    ),
)


def packed(name="3.4", spectra=SPECTRA, substances=SUBSTANCES):
    return pack_release(name, purpose="", spectra=spectra, substances=substances)


def fetch_of(release, **changes):
    parts = {
        part.sha256: memoryview(changes.get(part.name, release.parts[part.name])) for part in release.manifest.parts
    }
    return parts.__getitem__


def opened(release, **changes):
    return open_mapped(release.manifest.canonical_bytes, fetch_of(release, **changes))


def test_what_is_packed_comes_back_bit_for_bit():
    release = packed()
    mapped = opened(release)
    assert mapped.release().spectra == SPECTRA
    assert mapped.substances == SUBSTANCES
    assert len(mapped) == 3
    assert mapped.reference(1) == SPECTRA[1]
    assert mapped.release().sha256 == release.manifest.sha256
    assert mapped.release().name == "3.4"


def test_the_same_input_gives_the_same_bytes():
    assert packed() == packed()
    assert packed().manifest.sha256 != packed("3.5").manifest.sha256


def test_numpy_alone_reads_every_part():
    release = packed()
    arrays = {name: np.load(io.BytesIO(data), allow_pickle=False) for name, data in release.parts.items()}
    assert arrays["offsets"].tolist() == [0, 3, 4, 7]
    assert arrays["mz"].tolist() == [40.0, 59.1, 59.1, 100.0, 40.0, 59.1, 59.1]
    text = arrays["records"].tobytes().decode()
    assert [json.loads(line)["accession"] for line in text.splitlines()] == [one.accession for one in SPECTRA]
    for part in release.manifest.parts:
        assert hashlib.sha256(release.parts[part.name]).hexdigest() == part.sha256
        assert len(release.parts[part.name]) == part.size


def test_a_digest_changes_with_any_fact_and_any_peak_and_not_with_our_names():
    one = reference()
    others = (
        reference(shift=1e-9),
        reference(name="another"),
        reference(formula=None),
        reference(fields=(("Name", "x"), ("Synon", "z"), ("Synon", "y"))),
        reference(repairs=("peaks were sorted by m/z",)),
    )
    assert len({content_digest(record) for record in (one, *others)}) == 6
    assert content_digest(reference("LI-0002/000007", provenance=PROVENANCE)) == content_digest(one)
    assert opened(packed()).digests[1].tobytes() == content_digest(SPECTRA[1])


def test_equal_peaks_have_one_digest():
    first, second = reference().spectrum, reference("other", name="other").spectrum
    assert peaks_sha256(first) == peaks_sha256(second)
    assert peaks_sha256(first) != peaks_sha256(reference(shift=1e-9).spectrum)
    one = MassSpectrum(mz=[1.0, 2.0], intensity=[3.0, 4.0])
    other = MassSpectrum(mz=[1.0], intensity=[2.0])
    assert peaks_sha256(one) != peaks_sha256(other)


def test_arrays_are_read_only():
    mapped = opened(packed())
    with pytest.raises(ValueError, match="read-only"):
        mapped.mz[0] = 1.0


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("mz", b"no file of numpy"),
        ("mz", packed().parts["offsets"]),
        ("intensity", packed(spectra=SPECTRA[:2]).parts["intensity"]),
        ("offsets", packed(spectra=SPECTRA[:2]).parts["offsets"]),
        ("record_offsets", packed(spectra=(SPECTRA[1], *SPECTRA[::2])).parts["record_offsets"]),
        ("records", packed(spectra=SPECTRA[:2]).parts["records"]),
        ("digests", packed(spectra=SPECTRA[:2]).parts["digests"]),
        ("mz", packed().parts["mz"][:-8]),
        ("mz", packed().parts["mz"].replace(b"'fortran_order': False", b"'fortran_order': True ")),
        ("mz", packed().parts["mz"].replace(b"NUMPY\x01", b"NUMPY\x02")),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(part, data):
    with pytest.raises(InvalidReleaseError):
        opened(packed(), **{part: data}).release()


@pytest.mark.parametrize("text", [b"[]", b"{}", b"nonsense", b'{"fields":1}'])
def test_a_record_that_is_none_is_refused(text):
    release = packed(spectra=SPECTRA[:1])
    padded = text + b" " * (len(release.parts["records"]) - 128 - len(text))
    broken = release.parts["records"][:128] + padded
    with pytest.raises(InvalidReleaseError):
        opened(release, records=broken).release()


def test_substances_that_are_none_are_refused():
    release = packed()
    data = release.parts["substances"]
    broken = data.replace(b'"inchikey"', b'"inchikez"')
    with pytest.raises(InvalidReleaseError):
        _ = opened(release, substances=broken).substances


@pytest.mark.parametrize("broken", [b"[]", b"{}", b"\xff", b'{"name":"x"}'])
def test_a_manifest_of_another_form_is_refused(broken):
    with pytest.raises(InvalidReleaseError):
        FrozenManifest.from_bytes(broken)


def test_a_manifest_is_taken_only_as_it_is_written():
    data = packed().manifest.canonical_bytes
    assert FrozenManifest.from_bytes(data).canonical_bytes == data
    with pytest.raises(InvalidReleaseError):
        FrozenManifest.from_bytes(data.replace(b'":"', b'": "'))
    facts = json.loads(data)
    facts["parts"].pop()
    with pytest.raises(InvalidReleaseError):
        FrozenManifest.from_bytes((json.dumps(facts, sort_keys=True, separators=(",", ":")) + "\n").encode())


def test_parts_of_other_names_are_refused():
    release = packed()
    with pytest.raises(InvalidReleaseError, match="parts"):
        type(opened(release))(manifest=release.manifest, views={})


@pytest.mark.parametrize("spectra", [(), (SPECTRA[0], SPECTRA[0])])
def test_a_release_that_could_not_be_cited_is_not_packed(spectra):
    with pytest.raises(InvalidReleaseError):
        packed(spectra=spectra)


def test_provenance_names_a_source_and_a_standard_what_it_was():
    with pytest.raises(InvalidReferenceSpectrumError, match="source"):
        SpectrumProvenance(technique=IonTechnique.EI, source=" ")
    for change in ({"standard": ""}, {"lot": ""}, {"run": " "}, {"raw_sha256": "A" * 64}):
        with pytest.raises(InvalidReferenceSpectrumError):
            dataclasses.replace(ORIGIN, **change)


def test_a_substance_of_which_nothing_is_known_is_refused():
    with pytest.raises(InvalidSubstanceError):
        KnownSubstance(inchikey=InChIKey("MKXZASYAUGDDCJ-NJAFHUGGSA-N"))
