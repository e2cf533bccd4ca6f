"""Cells of the rights matrix for ledger, lists, time and raw store, which are kept whole, and for deputies."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from typing import Any

from lims.domain.staff import Delegation, Role, StaffMember
from lims.services.sweeping import GRACE
from lims.services.timekeeping import TimekeepingService
from tests.builders.checkpointing import signed

ORPHAN = b"bytes that no entry names"


def prepare(lab: Any) -> None:
    """Give the laboratory its signer, a checkpoint, and something to sweep."""
    bench = signed(lab.bench)
    bench.timekeeping = TimekeepingService(store=bench.store, clock=bench.clock)
    lab.checkpoint = bench.checkpointing.make()
    sha256 = bench.raw_store.put(ORPHAN)
    long_ago = (bench.clock.now() - 2 * GRACE).timestamp()
    os.utime(bench.folder / "raw" / sha256[:2] / sha256, (long_ago, long_ago))


def write_states(lab: Any, write: Callable[..., None]) -> None:
    """Write a deputy of each person, to whom that person lent the role of the head."""
    today = lab.bench.clock.now().date()
    for number in tuple(lab.people):
        lent = Delegation(role=Role.HEAD, given_by=number, first_day=today, last_day=today)
        write(dataclasses.replace(_DEPUTY, number=f"deputy-{number}", delegations=(lent,)))


def _hand_out(lab: Any, actor: StaffMember) -> object:
    return lab.call("checkpointing").hand_out(lab.checkpoint, to="a court", actor=actor)


def _end_delegation(lab: Any, actor: StaffMember) -> object:
    return lab.call("staffing").end_delegation(Role.HEAD, to=f"deputy-{actor.number}", actor=actor)


_DEPUTY = StaffMember(number="deputy", name="D", post="p", roles=(Role.LIBRARY_CURATOR,))
Cell = Callable[[Any, StaffMember], object]
UPKEEP_CELLS: Mapping[str, tuple[str, Cell]] = {
    "checkpointing.hand_out": ("checkpoint.handed out", _hand_out),
    "relisting.rebuild": ("lists.rebuilt", lambda lab, actor: lab.call("relisting").rebuild(actor=actor)),
    "staffing.end_delegation": ("role.delegation-ended", _end_delegation),
    "sweeping.sweep": ("raw.swept", lambda lab, actor: lab.call("sweeping").sweep(actor=actor)),
    "timekeeping.set_right": (
        "clock.corrected",
        lambda lab, actor: lab.call("timekeeping").set_right(reason="the clock was an hour slow", actor=actor),
    ),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
