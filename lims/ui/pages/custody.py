"""Custody: scan labels, then one act for all of them; the line of time of an exhibit; places and how full they are."""

import streamlit as st

from lims.domain.permissions import PERMITTED, WITNESSES, Act
from lims.domain.place import PlaceStatus
from lims.domain.staff import Role, StaffMember
from lims.translation import marked
from lims.ui import scan_list
from lims.ui.custody_desk import Around, desk
from lims.ui.custody_offers import offers
from lims.ui.custody_places import places
from lims.ui.custody_story import overdue, timeline_of_one
from lims.ui.plain import plain
from lims.ui.sections import chosen_section
from lims.ui.session import Visit
from lims.ui.transfer_dialog import last_words, transfer_dialog

_SECTION = "custody-section"
_SECTIONS = {"desk": marked("Scan and record"), "timeline": marked("Timeline"), "places": marked("Places")}


def render(visit: Visit) -> None:
    """Show what waits for an answer, then the chosen section."""
    t = visit.t
    scan_list.refresh(visit)
    around = _around(visit)
    st.title(t("Custody"))
    told, done = st.container(), last_words()
    if done:
        told.success(plain(done))
    offers(visit, around.names)
    section = chosen_section(visit, _SECTIONS, key=_SECTION)
    if section == "timeline":
        timeline_of_one(visit, around.names)
    elif section == "places":
        places(visit)
    else:
        desk(visit, around)
        overdue(visit, around.names)
    transfer_dialog(visit, around.names)
    scan_list.note_drawn()


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
