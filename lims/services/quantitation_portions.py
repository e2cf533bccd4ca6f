"""What a quantitation of an exhibit may name: its runs in a batch, weighed portions, lots of the standard."""

from collections.abc import Iterator
from dataclasses import dataclass

from lims.domain.aliquot import Aliquot
from lims.domain.batch import Batch
from lims.domain.method import Method
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.services.ports import ListedRecord, UnitOfWork
from lims.services.quantitation_record import exhibit_runs

_MAX_LOTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PossiblePortions:
    """What is on record."""

    runs: tuple[str, ...]
    """Of the exhibit in the batch, in their order."""
    portions: tuple[Weighing, ...]
    """Of its aliquots, and of aliquots of those."""
    nets: tuple[Weighing, ...]
    """Of the exhibit before the examination."""
    lots: tuple[ListedRecord, ...]
    """Of the reference standard of the analyte, by its name."""


def exhibits_in(batch: Batch) -> tuple[str, ...]:
    """Name the exhibits of which a batch holds a run, in their order."""
    places = (batch.injection(run.place).exhibit_number for run in batch.runs)
    return tuple(dict.fromkeys(number for number in places if number))


def possible_portions(work: UnitOfWork, batch: Batch, method: Method, exhibit_number: str) -> PossiblePortions:
    """Find what a quantitation of an exhibit may name."""
    own = work.children(Weighing, exhibit_number)
    portions = (one for item in _aliquots(work, exhibit_number) for one in work.children(Weighing, item))
    return PossiblePortions(
        runs=exhibit_runs(batch, exhibit_number),
        portions=tuple(one for one in portions if one.purpose is WeighingPurpose.ALIQUOT),
        nets=tuple(one for one in own if one.purpose is WeighingPurpose.BEFORE),
        lots=work.listed(ReferenceStandard, limit=_MAX_LOTS, words=method.analyte.name),
    )


def _aliquots(work: UnitOfWork, item: str) -> Iterator[str]:
    for one in work.children(Aliquot, item):
        yield one.number
        yield from _aliquots(work, one.number)
