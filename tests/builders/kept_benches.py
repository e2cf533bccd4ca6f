"""Laboratories that the tests of one file begin with: made once in a process of the tests, copied for each of them."""

from collections.abc import Callable

from lims.persistence.engine import open_engine
from tests.builders.databases import place_empty
from tests.builders.laboratories import Bench, State


def kept(bench: Bench, name: str, make: Callable[[Bench], None]) -> Bench:
    """Bring a new laboratory to where ``make`` brings one, its clock too; the name is that of the file."""
    states = bench.states
    if states is None:
        make(bench)
        return bench
    if name not in states._made:
        folder = states.folder / name
        folder.mkdir()
        first = Bench(open_engine(f"sqlite:///{place_empty(folder / 'aigaq.sqlite')}"), folder, states)
        make(first)
        states._made[name] = State.of(first)
    assert states.bring(bench, name), "it is new"
    clock = states._made[name].bench.clock
    bench.clock.moment, bench.clock.jumped = clock.moment, clock.jumped
    return bench
