"""What the operating system says about raw data, in our words: what was found, where, and what to do."""

import errno
from contextlib import AbstractContextManager

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
_CLIENTS = {"botocore", "aiohttp"}
"""Packages under s3fs that have errors of their own; none of them is needed unless s3fs is."""
_CONNECTION = "Check the connection to the object store and the account that it knows Aigaq by"


def error_of(error: OSError, place: object) -> RawStoreError:
    """Give our error for one of the operating system's."""
    message = f"{place}: {error.strerror or error}"
    if isinstance(error, FileNotFoundError):
        return MissingRawError(message, remedy="Bring the object back from the second copy, see 'aigaq raw repair'")
    remedy = _REMEDIES.get(error.errno or 0)
    return RawStoreError(message, remedy=remedy) if remedy else RawStoreError(message)


def translated(place: object) -> AbstractContextManager[None]:
    """Turn what the operating system or an object store says into our error, with the place.

    Raises
    ------
    MissingRawError
        If nothing is there.
    RawStoreError
        For everything else that is refused.
    """
    return _Translation(place)


class _Translation(AbstractContextManager[None]):
    def __init__(self, place: object) -> None:
        self._place = place

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise error_of(error, self._place) from error
        if error is not None and type(error).__module__.partition(".")[0] in _CLIENTS:
            raise RawStoreError(f"{self._place}: {error}", remedy=_CONNECTION) from error
