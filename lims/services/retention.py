"""Retention indices in casework: by the ladder of the method that a run was measured by, never estimated."""

from decimal import Decimal

from lims.domain.batch import Batch
from lims.domain.method import Method
from lims.domain.run import RecordedRun
from lims.services.ports import UnitOfWork
from spectra.errors import OutsideLadderError
from spectra.retention_index import AlkaneLadder, linear_retention_index
from substance_library import ReferenceSpectrum

_TENTH = Decimal("0.1")


def ladder_of(work: UnitOfWork, run: RecordedRun) -> AlkaneLadder | None:
    """Give the ladder of the method version that a run's batch was planned under; None without batch or ladder."""
    if not run.batch_number:
        return None
    batch = work.load(Batch, run.batch_number)
    ladder = work.load(Method, batch.method_number, version=batch.method_version).ladder
    return None if ladder is None else ladder.ladder()


def measured_index(retention_time_s: float, ladder: AlkaneLadder | None) -> Decimal | None:
    """Give the linear retention index of a time; None without a ladder, or outside it: nothing is extrapolated."""
    if ladder is None:
        return None
    try:
        return Decimal(linear_retention_index(retention_time_s, ladder=ladder)).quantize(_TENTH)
    except OutsideLadderError:
        return None


def index_difference(measured: Decimal | None, reference: ReferenceSpectrum) -> Decimal | None:
    """Give the measured index less that of the library; None where either is not known."""
    stated = reference.retention_index
    return None if measured is None or stated is None else (measured - Decimal(stated)).quantize(_TENTH)
