"""All automatic checks of one import, in one order."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from substance_library.checks.double_check import check_doubles
from substance_library.checks.finding import Check, Checked, CheckReport
from substance_library.checks.mass_check import check_isotopes, check_molecular_ions
from substance_library.checks.name_check import check_names
from substance_library.checks.replicate_check import check_replicates
from substance_library.checks.structure_check import check_structures
from substance_library.reference_spectrum import ReferenceSpectrum

CHECKS: Mapping[Check, Callable[[Sequence[ReferenceSpectrum]], Checked]] = MappingProxyType(
    {
        Check.STRUCTURE: check_structures,
        Check.MOLECULAR_ION: check_molecular_ions,
        Check.ISOTOPES: check_isotopes,
        Check.DUPLICATE: check_doubles,
        Check.REPLICATES: check_replicates,
        Check.NAME: check_names,
    }
)


def check_spectra(spectra: Sequence[ReferenceSpectrum]) -> CheckReport:
    """Let every check look at the spectra of one import; the same spectra give the same report."""
    results = {check: look(spectra) for check, look in CHECKS.items()}
    return CheckReport(
        findings=tuple(finding for one in results.values() for finding in one.findings),
        looked_at=tuple((check, one.looked_at) for check, one in results.items()),
    )
