"""Names inside a zip archive: which of them can stand in a folder of any system without meaning another file."""

import re
import unicodedata

MAX_NAME_BYTES = 255
"""Of one part of a path, in UTF-8: the limit of Linux file systems; Windows allows as many characters."""
MAX_PATH_BYTES = 1024
MAX_DEPTH = 16
"""Parts of a path; a real .D folder has two or three."""

_UNSAFE = re.compile(r'[<>:"|?*\\]')
"""Characters that Windows refuses or reads as a drive, a stream, a pattern or a folder."""
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, format (bidirectional marks, zero-width), surrogates, line and paragraph separators."""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
"""Devices of Windows, with or without an ending. Source: Microsoft, "Naming Files, Paths, and Namespaces"."""


def name_fault(name: str) -> str:
    """Say why a path cannot be taken from an archive.

    Parameters
    ----------
    name : str
        As the archive has it, with ``/`` between its parts; a folder's ends with ``/``.

    Returns
    -------
    str
        What was found; empty for a path that means the same file on every system.

    Examples
    --------
    >>> name_fault("220223014.D/AcqData/Contents.xml")
    ''
    >>> name_fault("220223014.D/../../evil.txt")
    "a step '..'"
    """
    if name.startswith("/"):
        return "an absolute path"
    parts = name.removesuffix("/").split("/")
    if len(parts) > MAX_DEPTH or len(name.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES:
        return f"a path of {len(parts)} parts and {len(name)} characters"
    return next((fault for fault in map(_part_fault, parts) if fault), "")


def _part_fault(part: str) -> str:
    unseen = next((c for c in part if unicodedata.category(c) in _UNSEEN_CATEGORIES), "")
    unsafe = _UNSAFE.search(part)
    size = len(part.encode("utf-8", "surrogatepass"))
    faults = (
        (part == "", "an empty part of a path"),
        (part in {".", ".."}, f"a step {part!r}"),
        (bool(unsafe), f"the character {unsafe[0]!a}" if unsafe else ""),
        (bool(unseen), f"the unseen character U+{ord(unseen or '?'):04X}"),
        (part != part.rstrip(". "), "a name that ends with a dot or space, which Windows drops"),
        (bool(_RESERVED.match(part)), "the name of a device of Windows"),
        (size > MAX_NAME_BYTES, f"a name of {size} bytes"),
    )
    return next((fault for is_so, fault in faults if is_so), "")


def folded(name: str) -> str:
    """Give what two names share that some file system takes for one: Unicode NFC, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
