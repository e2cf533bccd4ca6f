"""What the operating system says about raw data, in our words: what was found, where, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from lims.errors import MissingRawError, RawStoreError

_ROOM = "Free space on the disk of the raw store, or have its quota raised"
_RIGHTS = "Give the account that runs Aigaq the right to write there"
_DISK = "Stop work and have the disk checked: it does not keep what it is given"
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "Raise the limit on the size of files (ulimit -f), or keep the raw store on another file system",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "Mount the disk of the raw store so that it can be written",
    errno.EIO: _DISK,
}


def error_of(error: OSError, place: object) -> RawStoreError:
    """Give our error for one of the operating system's."""
    message = f"{place}: {error.strerror or error}"
    if isinstance(error, FileNotFoundError):
        return MissingRawError(message, remedy="Bring the object back from the second copy, see 'aigaq raw repair'")
    remedy = _REMEDIES.get(error.errno or 0)
    return RawStoreError(message, remedy=remedy) if remedy else RawStoreError(message)


@contextmanager
def translated(place: object) -> Iterator[None]:
    """Turn what the operating system says into our error, with the place.

    Raises
    ------
    MissingRawError
        If nothing is there.
    RawStoreError
        For everything else that the operating system refuses.
    """
    try:
        yield
    except OSError as error:
        raise error_of(error, place) from error
