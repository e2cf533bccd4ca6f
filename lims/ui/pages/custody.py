"""Custody: scan labels one after another, then one act for all of them; offers, overdue returns, timelines."""

import streamlit as st

from lims.domain.permissions import PERMITTED, WITNESSES, Act
from lims.domain.place import PlaceStatus
from lims.domain.staff import Role, StaffMember
from lims.ui import scan_list
from lims.ui.custody_desk import Around, desk
from lims.ui.custody_offers import offers
from lims.ui.custody_story import overdue, timeline_of_one
from lims.ui.plain import plain
from lims.ui.session import Visit
from lims.ui.transfer_dialog import said, transfer_dialog


def render(visit: Visit) -> None:
    """Show the desk, what waits, and what is told of one exhibit."""
    t = visit.t
    scan_list.refresh(visit)
    around = _around(visit)
    st.title(t("Custody"))
    done = said()
    if done:
        st.success(plain(done))
    offers(visit, around.names)
    desk(visit, around)
    overdue(visit, around.names)
    timeline_of_one(visit, around.names)
    transfer_dialog(visit, around.names)


def _around(visit: Visit) -> Around:
    staffing, storing = visit.laboratory.staffing, visit.laboratory.storing
    return Around(
        names={one.number: one.name for one in staffing.everybody()},
        takers=_with_any(visit, PERMITTED[Act.TRANSFER_TAKEN]),
        witnesses=_with_any(visit, WITNESSES),
        places=tuple(one for one in storing.places() if one.status is PlaceStatus.IN_USE),
    )


def _with_any(visit: Visit, roles: frozenset[Role]) -> tuple[StaffMember, ...]:
    """Give the people with one of some roles today, each once."""
    found = {one.number: one for role in sorted(roles) for one in visit.laboratory.staffing.with_role(role)}
    return tuple(found[number] for number in sorted(found))
