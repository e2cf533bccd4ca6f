"""The field for a keyboard-wedge scanner: it keeps the focus, empties itself, and loses no code.

A field of Streamlit's own loses codes that arrive while the server still answers: of eleven codes sent without a pause
six were lost.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

_PACKAGE, _FIELD = "aigaq", "scan_field"
_NAME = f"{_PACKAGE}.{_FIELD}"
_KEY, _READ, _DRAWN = "scanner", "scanner-read", "scanner-drawn"
_LONGEST = 200


def scan_field(label: str, take: Callable[[str], None]) -> None:
    """Draw the field; each code is taken once, in the order of the scans.

    Without a server, as in a test of the page alone, there is no browser to draw it in, and nothing is drawn.
    """
    manager: object = get_bidi_component_manager()
    if not isinstance(manager, BidiComponentManager) or not st.runtime.exists():
        return
    if manager.get_component_asset_root(_NAME) is None:
        manifest = ComponentManifest(
            name=_PACKAGE, version="1", components=[ComponentConfig(name=_FIELD, asset_dir=_FIELD)]
        )
        manager.register_from_manifest(manifest, Path(__file__).parent)
    draw = st.components.v2.component(_NAME, js=f"{_FIELD}.js", css=f"{_FIELD}.css")
    st.session_state[_DRAWN] = drawn = st.session_state.get(_DRAWN, 0) + 1
    draw(key=_KEY, data={"label": label, "drawn": drawn}, on_scans_change=lambda: _take_new(take))


def new_codes(sent: object, read: tuple[str, int]) -> tuple[tuple[str, int], tuple[str, ...]]:
    """Give what of a browser's list was not read yet, and how far it is read then.

    Parameters
    ----------
    sent : object
        What the browser sent: ``reader``, the mark of one field; ``total``, how many codes it read; ``codes``, the last
        of them. Anything else gives nothing.
    read : tuple of str and int
        The field that was read last, and how many of its codes.

    Examples
    --------
    >>> new_codes({"reader": "a", "total": 3, "codes": ["x", "y", "z"]}, ("a", 1))
    (('a', 3), ('y', 'z'))
    """
    if not isinstance(sent, dict):
        return read, ()
    reader, total, codes = (sent.get(name) for name in ("reader", "total", "codes"))
    if not isinstance(reader, str) or not isinstance(total, int) or not _are_texts(codes):
        return read, ()
    new = total - (read[1] if reader == read[0] else 0)
    return (reader, total), tuple(str(code)[:_LONGEST] for code in codes[-new:]) if new > 0 else ()


def _are_texts(codes: object) -> TypeGuard[Sequence[str]]:
    return isinstance(codes, Sequence) and not isinstance(codes, str) and all(isinstance(one, str) for one in codes)


def _take_new(take: Callable[[str], None]) -> None:
    state: Any = st.session_state.get(_KEY, {})
    st.session_state[_READ], codes = new_codes(state.get("scans"), st.session_state.get(_READ, ("", 0)))
    for code in codes:
        take(code)
