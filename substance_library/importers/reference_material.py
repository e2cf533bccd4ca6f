"""An in-house standard: the spectrum of a reference material, out of a run of the laboratory itself.

The best evidence there is: measured here, of a lot with a certificate, on the instrument of casework, with the raw data
at hand.
"""

from dataclasses import dataclass

from spectra.chromatogram.component import Component
from substance_library.identifiers import InChIKey, Smiles, identify_structure
from substance_library.provenance import IonTechnique, SpectrumProvenance, StandardOrigin
from substance_library.reference_spectrum import ReferenceSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceMaterial:
    """The substance of a reference standard, and where and by whom its spectrum was measured."""

    name: str
    """As the register of reference standards has it."""
    inchikey: InChIKey | None
    """As the register states it."""
    smiles: Smiles | None
    """As whoever proposes it states it; the formula follows from it."""
    origin: StandardOrigin
    """Lot, purity, run and raw data."""
    instrument: str
    """As the run names it."""
    laboratory: str
    measured_by: str
    """Staff number of the person who imported the run."""


def in_house_spectrum(component: Component, material: ReferenceMaterial, *, accession: str) -> ReferenceSpectrum:
    """Make a reference spectrum of one component of a run.

    Parameters
    ----------
    component : Component
        Found in the run as casework finds components.
    material : ReferenceMaterial
        What was injected.
    accession : str
        Of the record to be.
    """
    identity = identify_structure(material.smiles) if material.smiles else None
    return ReferenceSpectrum(
        accession=accession,
        name=material.name,
        inchikey=material.inchikey or (identity.inchikey if identity else None),
        formula=identity.formula if identity else None,
        spectrum=component.spectrum,
        fields=(("SMILES", str(material.smiles)),) if material.smiles else (),
        provenance=SpectrumProvenance(
            technique=IonTechnique.EI,
            source=material.laboratory,
            source_accession=material.origin.run,
            instrument=material.instrument,
            measured_by=material.measured_by,
            contributor=material.laboratory,
            origin=material.origin,
        ),
    )
