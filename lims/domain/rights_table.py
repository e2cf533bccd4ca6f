"""The two tables of rights as people read them, in the manual and on the screen: a row for each act and each kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from lims.domain.competence import COMPETENT_ACTS
from lims.domain.duties import Side, side_of
from lims.domain.permissions import OWN_ACTS, PERMITTED, SYSTEM_ACTS
from lims.domain.reading_rights import OWN_KINDS, READABLE
from lims.domain.staff import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """Who may do one act."""

    act: str
    roles: frozenset[Role]
    competence: bool
    """Whether the person needs a competence for the method on that day."""
    side: Side | None
    about_oneself: bool
    """Whether everybody on the staff may do it about the own account."""
    by_program: bool
    """Whether the program records it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """Who may read one kind of records."""

    kind: str
    roles: frozenset[Role]
    the_own: bool
    """Whether everybody reads those about the own person."""


def act_rows() -> Iterator[ActRow]:
    """Give a row for each act, in the order of the table of permissions."""
    for act, roles in PERMITTED.items():
        yield ActRow(
            act=act.value,
            roles=roles,
            competence=act in COMPETENT_ACTS,
            side=side_of(act),
            about_oneself=act in OWN_ACTS,
            by_program=act in SYSTEM_ACTS,
        )


def kind_rows() -> Iterator[KindRow]:
    """Give a row for each kind of records, in the order of the table of kinds."""
    for kind, roles in READABLE.items():
        yield KindRow(kind=kind, roles=roles, the_own=kind in OWN_KINDS)
