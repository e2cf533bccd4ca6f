"""The list that fills by scanning: kept in the browser session, and in the address, so that a reload loses nothing."""

from collections.abc import Sequence

import streamlit as st

from lims.services.scanning import ExhibitThere, Scan, ScanVerdict
from lims.ui.plain import REFUSALS
from lims.ui.session import Visit
from lims.ui.signing import require_session

_LIST, _SCANS, _PLACE = "scan-list", "scans", "scanned-place"
_REFUSED, _ORDINAL, _DRAWN = "scan-refused", "scan-list-ordinal", "scan-list-drawn"
_IN_ADDRESS = "exhibit"
_MOST = 2000
"""Exhibits that an address may bring; servers refuse longer ones."""


def scanned() -> tuple[ExhibitThere, ...]:
    """Give the exhibits on the list, in the order in which they were scanned."""
    return tuple(st.session_state.get(_LIST, ()))


def scans() -> tuple[Scan, ...]:
    """Give what every scan since the list was begun turned out to be, the newest last."""
    return tuple(st.session_state.get(_SCANS, ()))


def scanned_place() -> str:
    """Give the place whose label was scanned last; empty for none."""
    return str(st.session_state.get(_PLACE, ""))


def note(visit: Visit, text: str) -> None:
    """Take one scan."""
    listed = scanned()
    scan = visit.laboratory.scanning.read(text, listed=[one.number for one in listed])
    st.session_state[_SCANS] = (*scans(), scan)
    if scan.exhibit is not None:
        _keep((*listed, scan.exhibit))
        _drawn()[scan.exhibit.number] = scan.exhibit.custody.version
    elif scan.place is not None:
        st.session_state[_PLACE] = scan.place.number


def add(visit: Visit, numbers: Sequence[str]) -> None:
    """Put several exhibits on the list, those that are not there yet."""
    listed = scanned()
    new = [number for number in numbers if number not in {one.number for one in listed}]
    _keep((*listed, *visit.laboratory.scanning.there(new[: _MOST - len(listed)])))


def seen_version(number: str) -> int | None:
    """Give the version of the custody of an exhibit that was on the screen when a button was pressed."""
    return _drawn().get(number)


def note_drawn() -> None:
    """Note that the list as it is now is on the screen: for the end of a drawing of the page."""
    st.session_state[_DRAWN] = {one.number: one.custody.version for one in scanned()}


def take_off(number: str) -> None:
    """Take one exhibit off the list."""
    _keep(tuple(one for one in scanned() if one.number != number))


def clear() -> None:
    """Begin a new list."""
    _keep(())
    for key in (_SCANS, _PLACE):
        st.session_state.pop(key, None)
    st.session_state[_ORDINAL] = ordinal() + 1


def ordinal() -> int:
    """Count the lists of this browser session: the forms of a new one begin empty."""
    return int(st.session_state.get(_ORDINAL, 0))


def refresh(visit: Visit) -> None:
    """Look again where the exhibits are; after a reload take them from the address, those that are on record."""
    if _LIST in st.session_state:
        _keep(visit.laboratory.scanning.there([one.number for one in scanned()]))
        return
    found: list[ExhibitThere] = []
    for number in st.query_params.get_all(_IN_ADDRESS)[:_MOST]:
        scan = visit.laboratory.scanning.read(number, listed=[one.number for one in found])
        if scan.verdict is ScanVerdict.EXHIBIT and scan.exhibit is not None:
            found.append(scan.exhibit)
    _keep(tuple(found))


def _keep(listed: tuple[ExhibitThere, ...]) -> None:
    st.session_state[_LIST] = listed
    numbers = [one.number for one in listed]
    if st.query_params.get_all(_IN_ADDRESS) != numbers:
        st.query_params[_IN_ADDRESS] = numbers


def take(visit: Visit, text: str) -> None:
    """Take one code of a session that is alive; a refusal is said on the page and stops nothing."""
    try:
        require_session(visit)
        note(visit, text)
    except REFUSALS as error:
        st.session_state[_REFUSED] = error


def take_typed(visit: Visit, field: str) -> None:
    """Take what a person typed into a field."""
    take(visit, str(st.session_state.get(field, "")))


def refuse(error: Exception) -> None:
    """Keep why an act on the list was refused; the page says it when it is drawn anew."""
    st.session_state[_REFUSED] = error


def _drawn() -> dict[str, int]:
    drawn: dict[str, int] = st.session_state.setdefault(_DRAWN, {})
    return drawn


def refusal() -> Exception | None:
    """Give why the last scan was refused, once."""
    error = st.session_state.pop(_REFUSED, None)
    return error if isinstance(error, Exception) else None
