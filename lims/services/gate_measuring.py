"""Weights and sampling before a report: every weight with its uncertainty, every plan finished (RP-1.4, RP-1.5)."""

from collections.abc import Iterator

from lims.domain.aliquot import Aliquot
from lims.domain.balance_check import BalanceCheck, doubts
from lims.domain.exhibit import Exhibit
from lims.domain.mass_balance import MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.sampling_statement import StatementKind, state
from lims.domain.weighing import Weighing
from lims.said import said
from lims.services.ports import UnitOfWork


def weighings_of(work: UnitOfWork, items: tuple[str, ...]) -> tuple[Weighing, ...]:
    """Give every weighing of an exhibit, its parts and their aliquots."""
    return tuple(one for number in _with_aliquots(work, items) for one in work.children(Weighing, number))


def balances_of(work: UnitOfWork, items: tuple[str, ...]) -> tuple[MassBalance, ...]:
    """Give every mass balance of an exhibit, its parts and their aliquots."""
    return tuple(one for number in _with_aliquots(work, items) for one in work.children(MassBalance, number))


def plans_of(work: UnitOfWork, items: tuple[str, ...]) -> tuple[SamplingPlan, ...]:
    """Give every sampling plan of an exhibit and its parts."""
    return tuple(one for number in items for one in work.children(SamplingPlan, number))


def weight_faults(work: UnitOfWork, items: tuple[str, ...]) -> Iterator[str]:
    """Name every weight without an uncertainty that holds: its balance failed the next check, or none was stated."""
    weighings = weighings_of(work, items)
    checks = {one.balance_number: work.children(BalanceCheck, one.balance_number) for one in weighings}
    for weighing in weighings:
        for doubt in doubts(checks[weighing.balance_number]):
            if doubt.covers(weighing.weighed_at):
                yield said(
                    "{weighing} is to be looked at again: {balance} failed {check} after it",
                    weighing=weighing.number,
                    balance=weighing.balance_number,
                    check=doubt.failed_check,
                )
    for balance in balances_of(work, items):
        for used in balance.consumed:
            if not used.u_g:
                yield said(
                    "{balance}: {mass} g were used up ({purpose}) without an uncertainty",
                    balance=balance.number,
                    mass=used.mass_g,
                    purpose=used.purpose,
                )


def mass_faults(work: UnitOfWork, items: tuple[str, ...]) -> Iterator[str]:
    """Name every difference of mass beyond its uncertainty that waits for the quality manager (rule WU-7)."""
    for number in _with_aliquots(work, items):
        for one in work.children(MassDiscrepancy, number):
            if one.closing is None:
                yield said(
                    "discrepancy {number} of {exhibit} is open: {title}",
                    number=one.number,
                    exhibit=number,
                    title=one.title,
                )


def sampling_faults(work: UnitOfWork, exhibit: Exhibit, items: tuple[str, ...]) -> Iterator[str]:
    """Name every plan whose wording cannot be made yet, and every exhibit of several units without a plan."""
    for number in items:
        plans = work.children(SamplingPlan, number)
        item = exhibit if number == exhibit.number else work.load(Exhibit, number)
        if not plans and (item.unit_count or 1) > 1:
            yield said("exhibit {number} has {count} units and no sampling plan", number=number, count=item.unit_count)
        for plan in plans:
            if state(plan).kind is StatementKind.NOT_FINISHED:
                yield said(
                    "sampling plan {number} is not finished: {done} of {units} units tested",
                    number=plan.number,
                    done=len(plan.results),
                    units=plan.units,
                )


def _with_aliquots(work: UnitOfWork, items: tuple[str, ...]) -> Iterator[str]:
    for number in items:
        yield number
        yield from _with_aliquots(work, tuple(one.number for one in work.children(Aliquot, number)))
