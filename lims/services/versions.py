"""What was on the screen: an act on a record that somebody changed meanwhile is refused, and nothing is overwritten."""

from lims.domain.record import Record
from lims.errors import StaleVersionError


def require_seen(record: Record, version: int | None) -> None:
    """Refuse an act on another version than the one that the person saw.

    Parameters
    ----------
    record : Record
        The newest version.
    version : int or None
        The one that was on the screen; None where nobody looked, as at a console.

    Raises
    ------
    StaleVersionError
        If it is another one.
    """
    if version is not None and record.version != version:
        raise StaleVersionError(record.KIND, record.number, record.version)
