"""The library spectra that the examinations of a case name, as MSP text for a search of one's own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lims.services.curating import CuratingService
from lims.services.packet_selection import ChosenEntry
from spectra.formats.msp import MspRecord, write_msp
from spectra.spectrum import RawSpectrum
from substance_library.reference_spectrum import ReferenceSpectrum


def used_spectra(chosen: Iterable[ChosenEntry], curating: CuratingService) -> Iterator[tuple[str, str]]:
    """Give, for each release, its name and every spectrum of it that stands in a hit list of the case."""
    for name, used in sorted(_used(chosen).items()):
        release = curating.release(name)
        digest = curating.recorded(name).sha256
        records = (_record(release.reference(one), release=name, digest=digest) for one in sorted(used))
        yield name, write_msp(records)


def _used(chosen: Iterable[ChosenEntry]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for one in chosen:
        if one.entry.kind == "examination":
            body: Mapping[str, Any] = one.entry.body
            named = used.setdefault(body["basis"]["release"], set())
            named.update(hit["accession"] for part in body["components"] for hit in part["candidates"])
    return used


def _record(reference: ReferenceSpectrum, *, release: str, digest: str) -> MspRecord:
    """Write a spectrum with where it comes from; the digest is that of the release's file or manifest."""
    facts = {
        "Name": reference.name,
        "Comment": f"release {release}, SHA-256 {digest}, accession {reference.accession}",
        "InChIKey": str(reference.inchikey or ""),
        "Formula": reference.formula or "",
    }
    fields = tuple((name, " ".join(text.split())) for name, text in facts.items() if text)
    spectrum = reference.spectrum
    peaks = RawSpectrum(mz=tuple(map(float, spectrum.mz)), intensity=tuple(map(float, spectrum.intensity)))
    return MspRecord(line=1, fields=fields, peaks=peaks)
