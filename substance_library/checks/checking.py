"""All automatic checks of one import, in one order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from substance_library.checks.double_check import check_doubles
from substance_library.checks.finding import Check, Checked, CheckReport
from substance_library.checks.mass_check import check_isotopes, check_molecular_ions
from substance_library.checks.name_check import check_names
from substance_library.checks.replicate_check import check_replicates
from substance_library.checks.structure_check import check_structures
from substance_library.known_substance import KnownSubstance
from substance_library.reference_spectrum import ReferenceSpectrum

CHECKS: Mapping[Check, Callable[[Sequence[ReferenceSpectrum]], Checked]] = MappingProxyType(
    {
        Check.MOLECULAR_ION: check_molecular_ions,
        Check.ISOTOPES: check_isotopes,
        Check.DUPLICATE: check_doubles,
        Check.REPLICATES: check_replicates,
        Check.NAME: check_names,
    }
)
"""Those that look at spectra alone, after the check of structures."""


def check_spectra(spectra: Sequence[ReferenceSpectrum], substances: Iterable[KnownSubstance] = ()) -> CheckReport:
    """Let every check look at the spectra of one import; the same spectra give the same report.

    Parameters
    ----------
    spectra : sequence of ReferenceSpectrum
        Of one import.
    substances : iterable of KnownSubstance
        What came beside them, with structures for records that state a key alone.
    """
    structures = {one.inchikey: one.smiles for one in substances if one.smiles}
    results = {Check.STRUCTURE: check_structures(spectra, structures)}
    results |= {check: look(spectra) for check, look in CHECKS.items()}
    return CheckReport(
        findings=tuple(finding for one in results.values() for finding in one.findings),
        looked_at=tuple((check, one.looked_at) for check, one in results.items()),
    )
