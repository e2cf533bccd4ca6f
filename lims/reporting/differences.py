"""How a copy differs from an original: how much of it is equal, and where the first difference stands."""

from lims.translation import Translator

BLOCK = 1024
"""Bytes that are compared at once."""


def equal_share(copy: bytes, original: bytes) -> float:
    """Tell how much of a copy stands in the original, at the same distance from the beginning or from the end.

    Counting from both ends finds a copy that something was put into or taken out of.

    Parameters
    ----------
    copy, original : bytes

    Returns
    -------
    float
        0 to 1, of the copy's whole blocks of 1 KiB; 0 for a copy that is shorter than one.

    Examples
    --------
    >>> equal_share(b"a" * 4096 + b"x" * 10 + b"b" * 4096, b"a" * 4096 + b"b" * 4096)
    0.875
    """
    blocks = len(copy) // BLOCK
    shift = len(original) - len(copy)
    equal = 0
    for start in range(0, blocks * BLOCK, BLOCK):
        block = copy[start : start + BLOCK]
        from_end = start + shift
        at_end = from_end >= 0 and original[from_end : from_end + BLOCK] == block
        equal += at_end or original[start : start + BLOCK] == block
    return equal / blocks if blocks else 0.0


def describe_difference(copy: bytes, original: bytes, *, t: Translator) -> str:
    """Say in a sentence where a copy leaves the original; offsets count from 0."""
    same = _common_beginning(copy, original)
    if len(copy) == len(original):
        return t(
            "Number of bytes that differ: {count}. The first of them is at offset {offset}.",
            count=t.number(_different_bytes(copy, original)),
            offset=same,
        )
    if same == len(original):
        return t("The issued file is followed by further bytes: {count}.", count=t.number(len(copy) - same))
    if same == len(copy):
        return t("The file ends at offset {offset}; the issued one goes on.", offset=same)
    return t(
        "It has {length} bytes, the issued file {expected}. The first difference is at offset {offset}.",
        length=t.number(len(copy)),
        expected=t.number(len(original)),
        offset=same,
    )


def _different_bytes(copy: bytes, original: bytes) -> int:
    """Count the places where two files of one length differ: the bytes of their exclusive or that are not zero."""
    both = int.from_bytes(copy) ^ int.from_bytes(original)
    return len(copy) - both.to_bytes(len(copy)).count(0)


def _common_beginning(copy: bytes, original: bytes) -> int:
    """Count the equal bytes at the beginning, by halving."""
    low, high = 0, min(len(copy), len(original))
    while low < high:
        middle = (low + high + 1) // 2
        if copy[low:middle] == original[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
