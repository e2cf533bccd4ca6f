"""Every act that the machine can do, with the methods of services that it calls and what the ledger then says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lims.domain.permissions import Act
from tests.lifecycle.laboratory import Life

Step = Callable[[Life], object]


@dataclass(frozen=True, kw_only=True)
class LifeAct:
    """One act of a person."""

    name: str
    step: Step
    methods: tuple[str, ...]
    """Service and method, as the rights matrix names them."""
    acts: tuple[Act, ...]
    """What the ledger may say afterwards."""
    several: bool = False
    """Of several transactions: what was recorded before a refusal stays, by design."""


_ACTS: dict[str, LifeAct] = {}
ACTS: Mapping[str, LifeAct] = MappingProxyType(_ACTS)
"""By name; filled by the modules of ``tests.lifecycle`` whose names end in ``_acts``."""


def act(methods: str, *acts: Act, several: bool = False) -> Callable[[Step], Step]:
    """Put a function among the acts, under its own name."""

    def keep(step: Step) -> Step:
        name = step.__name__
        known = _ACTS.get(name)
        if known is not None:  # pytest imports each file once more, under another name
            assert known.step.__code__.co_filename == step.__code__.co_filename, name
            return step
        _ACTS[name] = LifeAct(name=name, step=step, methods=tuple(methods.split()), acts=acts, several=several)
        return step

    return keep
