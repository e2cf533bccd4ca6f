"""Generated isomer groups, and what the cells of the rights matrix begin from."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from lims.domain.isomer_group import GroupMember, IsomerGroup, MemberPair
from lims.domain.staff import StaffMember
from tests.builders.laboratories import ADMIN

ENTITIES = (IsomerGroup,)
FIRST, SECOND = "A" * 14 + "-UHFFFAOYSA-N", "B" * 14 + "-UHFFFAOYSA-N"
GROUP = "twins EI C2H6O"
_NOT_TOLD_APART = st.sampled_from((False,))
_SHARES = st.decimals(0, 1, places=6)
_PAIR = st.builds(
    MemberPair,
    first=st.just(FIRST),
    second=st.just(SECOND),
    relation=st.sampled_from(("", "positional isomers")),
    likeness=_SHARES,
    share=_SHARES,
    told_apart=st.booleans(),
)
_NAMES = st.lists(st.sampled_from(("Mephedrone", "мефедрон")), min_size=1, max_size=2, unique=True).map(tuple)

SOUND: Mapping[type, Callable[[], Mapping[str, st.SearchStrategy[Any]]]] = {
    GroupMember: lambda: {"inchikey": st.just(FIRST), "names": _NAMES},
    MemberPair: lambda: {"first": st.just(FIRST), "second": st.just(SECOND), "told_apart": _NOT_TOLD_APART},
    IsomerGroup: lambda: {
        "members": _NAMES.map(
            lambda names: tuple(GroupMember(inchikey=key, names=names, spectra=2) for key in (FIRST, SECOND))
        ),
        "pairs": st.lists(_PAIR, max_size=1).map(tuple),
    },
}


def twins(**facts: Any) -> IsomerGroup:
    """Give a group of two substances that nothing tells apart."""
    pair = MemberPair(
        first=FIRST, second=SECOND, relation="", likeness=Decimal("0.99"), share=Decimal("0.6"), told_apart=False
    )
    usual: dict[str, Any] = {
        "number": GROUP,
        "release": "twins",
        "release_sha256": "0" * 64,
        "formula": "C2H6O",
        "technique": "EI",
        "members": tuple(GroupMember(inchikey=key, names=(key[0],), spectra=1) for key in (FIRST, SECOND)),
        "pairs": (pair,),
        "criterion": "alike-as-replicates 1, level 0.05",
        "repetitions": 79,
        "proposed_by": "admin",
    }
    return IsomerGroup(**usual | facts)


def write_states(lab: Any, work: Any, write: Callable[..., None]) -> None:
    """Write a group that waits for its decision, past the door."""
    write(lab, work, twins(proposed_at=lab.bench.clock.now()))


def _propose(lab: Any, actor: StaffMember) -> object:
    return lab.call("isomer_curating").propose(TWINS, actor=actor)


TWINS = "two-alike"
_RECORD = "Name: {name}\nInChIKey: {key}\nFormula: C2H6O\nNum Peaks: 2\n31 999;\n45 {height};\n\n"


def prepare(lab: Any) -> None:
    """Record a library of two substances of one formula."""
    lab.bench.curating.add_release(write_library(lab.bench.folder), actor=ADMIN)


def write_library(folder: Path) -> Path:
    """Write a library of two substances of one formula, each with one spectrum."""
    path = folder / f"{TWINS}.msp"
    records = (("A", FIRST, 500), ("B", SECOND, 490))
    path.write_text("".join(_RECORD.format(name=n, key=k, height=h) for n, k, h in records), "utf-8")
    return path


ISOMER_CELLS: Mapping[str, tuple[str, Callable[[Any, StaffMember], object]]] = {
    "isomer_curating.propose": ("isomer group.proposed", _propose),
    "isomer_curating.confirm": (
        "isomer group.confirmed",
        lambda lab, actor: lab.call("isomer_curating").confirm(GROUP, reason="seen", actor=actor),
    ),
    "isomer_curating.reject": (
        "isomer group.rejected",
        lambda lab, actor: lab.call("isomer_curating").reject(GROUP, reason="seen", actor=actor),
    ),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
