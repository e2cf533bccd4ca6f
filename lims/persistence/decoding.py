"""From the bytes of an entry to the record in it; what was read a moment ago is not read again.

The same bytes give the same frozen record, whoever asks: nothing that is kept here can be out of date.
"""

from functools import lru_cache
from typing import TypeVar, cast

from lims.domain.record import Record, from_body
from lims.ledger import LedgerEntry

R = TypeVar("R", bound=Record)
_KEPT = 8192
"""Records that are kept, some tens of megabytes: more than a laboratory has open."""


def decoded(kind: type[R], data: bytes) -> R:
    """Read the record that the bytes of an entry hold.

    Raises
    ------
    CanonicalFormError
        If the bytes are no entry.
    InvalidRecordError
        If the body is no record of this kind.
    """
    return cast("R", _decoded(kind, data))


@lru_cache(maxsize=_KEPT)
def _decoded(kind: type[Record], data: bytes) -> Record:
    return from_body(kind, LedgerEntry.from_bytes(data).body)
