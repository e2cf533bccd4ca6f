"""Reference spectra and substances as canonical JSON, and back: the text that lies in frozen releases."""

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

from spectra.spectrum import FloatArray, MassSpectrum, Precursor
from substance_library.errors import InvalidReleaseError
from substance_library.identifiers import InChIKey
from substance_library.known_substance import KnownSubstance
from substance_library.provenance import IonTechnique, SpectrumProvenance, StandardOrigin
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.substance import SubstanceName

_EXPECTED = "a record as this program writes it"


def record_json(reference: ReferenceSpectrum) -> bytes:
    """Write all of a reference spectrum but its peaks as one line of canonical JSON."""
    facts = _content(reference)
    facts["accession"] = reference.accession
    facts["provenance"] = _provenance_json(reference.provenance) if reference.provenance else None
    return _canonical(facts)


def content_json(reference: ReferenceSpectrum) -> bytes:
    """Write what the source says of a spectrum, without the names that the laboratory gives it."""
    return _canonical(_content(reference))


def record_from_json(text: bytes, *, mz: FloatArray, intensity: FloatArray) -> ReferenceSpectrum:
    """Read a reference spectrum back.

    Raises
    ------
    InvalidReleaseError
        If the text is none.
    """
    try:
        facts = json.loads(text)
        precursor = facts["precursor"]
        return ReferenceSpectrum(
            accession=facts["accession"],
            name=facts["name"],
            inchikey=InChIKey(facts["inchikey"]) if facts["inchikey"] else None,
            formula=facts["formula"],
            spectrum=MassSpectrum(mz=mz, intensity=intensity, precursor=_precursor(precursor) if precursor else None),
            fields=tuple((key, value) for key, value in facts["fields"]),
            repairs=tuple(facts["repairs"]),
            provenance=_provenance(facts["provenance"]) if facts["provenance"] else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidReleaseError("record of a release", found=str(error), expected=_EXPECTED) from error


def substance_json(substance: KnownSubstance) -> dict[str, Any]:
    """Write a substance as plain values."""
    return {
        "inchikey": str(substance.inchikey),
        "smiles": substance.smiles,
        "names": [[name.text, name.language, name.source] for name in substance.names],
        "class": substance.substance_class,
        "structure_source": substance.structure_source,
    }


def substance_from_json(facts: dict[str, Any]) -> KnownSubstance:
    """Read a substance back.

    Raises
    ------
    InvalidReleaseError
        If the values are none.
    """
    try:
        names = [
            SubstanceName(text=text, language=language, source=source) for text, language, source in facts["names"]
        ]
        return KnownSubstance(
            inchikey=InChIKey(facts["inchikey"]),
            smiles=facts["smiles"],
            names=tuple(names),
            substance_class=facts["class"],
            structure_source=facts["structure_source"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidReleaseError("substance of a release", found=str(error), expected=_EXPECTED) from error


def _content(reference: ReferenceSpectrum) -> dict[str, Any]:
    precursor = reference.spectrum.precursor
    return {
        "name": reference.name,
        "inchikey": str(reference.inchikey) if reference.inchikey else None,
        "formula": reference.formula,
        "precursor": [precursor.mz, precursor.charge, precursor.adduct] if precursor else None,
        "fields": [list(pair) for pair in reference.fields],
        "repairs": list(reference.repairs),
    }


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _precursor(values: list[Any]) -> Precursor:
    mz, charge, adduct = values
    return Precursor(mz=mz, charge=charge, adduct=adduct)


def _provenance_json(provenance: SpectrumProvenance) -> dict[str, Any]:
    facts: dict[str, Any] = {one.name: getattr(provenance, one.name) for one in fields(provenance)}
    origin = provenance.origin
    facts["origin"] = {one.name: _plain(getattr(origin, one.name)) for one in fields(origin)} if origin else None
    return {**facts, "technique": provenance.technique.value, "marks": list(provenance.marks)}


def _provenance(facts: dict[str, Any]) -> SpectrumProvenance:
    origin = facts["origin"]
    return SpectrumProvenance(
        **{
            **facts,
            "technique": IonTechnique(facts["technique"]),
            "marks": tuple(facts["marks"]),
            "origin": _origin(origin) if origin else None,
        }
    )


def _origin(facts: dict[str, Any]) -> StandardOrigin:
    purity = facts["purity"]
    return StandardOrigin(
        **{
            **facts,
            "purity": None if purity is None else Decimal(purity),
            "retention_time_s": Decimal(facts["retention_time_s"]),
        }
    )


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
