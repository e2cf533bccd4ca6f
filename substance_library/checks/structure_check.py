"""Whether the structure that a record states gives the InChIKey and the formula beside it."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from substance_library.checks.finding import Check, Checked, CheckFinding, Severity
from substance_library.errors import InvalidFormulaError
from substance_library.formula import element_counts
from substance_library.identifiers import InChIKey, StructureIdentity
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.stated_structure import StatedStructure, stated_structure, structure_of_smiles

_NOTHING: Mapping[InChIKey, str] = MappingProxyType({})


def check_structures(spectra: Sequence[ReferenceSpectrum], structures: Mapping[InChIKey, str] = _NOTHING) -> Checked:
    """Recompute key and formula of every structure and compare them with those that the records state.

    Parameters
    ----------
    spectra : sequence of ReferenceSpectrum
        Of one import.
    structures : mapping
        SMILES by InChIKey, for records that state a key and no structure.

    Notes
    -----
    A key that agrees in its first block and not in the others differs in stereochemistry, isotopes or charge only; it
    is a complaint all the same, because the law tells such substances apart.
    """
    stated = [(one, stated_structure(one) or _known(one, structures)) for one in spectra]
    findings: list[CheckFinding] = []
    for one, structure in stated:
        if structure is not None and structure.identity is None:
            findings.append(_complaint(one, f"the structure cannot be used: {structure.problem}"))
        elif structure is not None and structure.identity is not None:
            findings.extend(_complaint(one, words) for words in _differences(one, structure.identity))
    return Checked(looked_at=sum(structure is not None for _, structure in stated), findings=tuple(findings))


def _known(reference: ReferenceSpectrum, structures: Mapping[InChIKey, str]) -> StatedStructure | None:
    smiles = structures.get(reference.inchikey) if reference.inchikey else None
    return structure_of_smiles(smiles) if smiles else None


def _differences(reference: ReferenceSpectrum, identity: StructureIdentity) -> Iterator[str]:
    key = reference.inchikey
    if key is not None and key != identity.inchikey:
        how = (
            "in stereochemistry, isotopes or charge"
            if key.skeleton == identity.inchikey.skeleton
            else "in its skeleton"
        )
        yield f"states InChIKey {key}, its structure gives {identity.inchikey}: they differ {how}"
    if reference.formula is not None and _differs(reference.formula, identity.formula):
        yield f"states formula {reference.formula}, its structure gives {identity.formula}"


def _differs(stated: str, computed: str) -> bool:
    """Compare atom by atom; a formula that is no plain list of elements, such as that of an ion, is not compared."""
    try:
        return _without_isotopes(element_counts(stated)) != element_counts(computed)
    except InvalidFormulaError:
        return False


def _without_isotopes(counts: dict[str, int]) -> dict[str, int]:
    hydrogen = sum(counts.get(symbol, 0) for symbol in ("H", "D", "T"))
    others = {symbol: count for symbol, count in counts.items() if symbol not in {"H", "D", "T"}}
    return {**others, "H": hydrogen} if hydrogen else others


def _complaint(reference: ReferenceSpectrum, words: str) -> CheckFinding:
    return CheckFinding(check=Check.STRUCTURE, severity=Severity.COMPLAINT, accession=reference.accession, words=words)
