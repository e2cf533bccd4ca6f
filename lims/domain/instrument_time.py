"""Times as instruments write them into their files."""

import re
from datetime import date, datetime, time, timedelta, timezone

from lims.errors import InvalidRecordError

_ANDI = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:([+-])(\d\d)(\d\d))?", re.ASCII)
"""``20220223143034+0000``: ASTM E1947, date and time stamps."""
_CHEMSTATION = re.compile(
    r"(\d\d?)[ -]([a-z]{3})[ -](\d\d|\d{4}),? +(\d\d?):(\d\d)(?::(\d\d))? *([ap])m", re.ASCII | re.IGNORECASE
)
"""``23 Feb 22  02:30 pm``: the header of ``data.ms``, English whatever the computer speaks."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY_TURN = 70
"""Two digits from here on are of the twentieth century: no mass spectrometer wrote files before."""
_NOON = 12


def read_instrument_time(text: str) -> datetime:
    """Read a time of ISO 8601, ANDI or ChemStation form.

    Returns
    -------
    datetime
        Aware if the text states a zone, else naive: then the reader must know the clock that wrote it.

    Raises
    ------
    InvalidRecordError
        If it is none of the three.

    Examples
    --------
    >>> read_instrument_time("2022-02-23T14:30:34Z").isoformat()
    '2022-02-23T14:30:34+00:00'
    >>> read_instrument_time("23 Feb 22  02:30 pm").isoformat(), read_instrument_time("20220223143034").isoformat()
    ('2022-02-23T14:30:00', '2022-02-23T14:30:34')
    """
    stated = text.strip()
    try:
        if match := _ANDI.fullmatch(stated):
            return _andi(match)
        if match := _CHEMSTATION.fullmatch(stated):
            return _chemstation(match)
        return datetime.fromisoformat(stated)
    except ValueError as error:
        raise InvalidRecordError(
            f"acquisition time {text!r}; expected ISO 8601, as 2022-02-23T14:30:34Z, or the form of ANDI or ChemStation"
        ) from error


def _andi(match: re.Match[str]) -> datetime:
    sign, hours, minutes = match[7], match[8], match[9]
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    zone = None
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-offset if sign == "-" else offset)
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _chemstation(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, half = match.groups()
    whole_year = int(year)
    if len(year) == 2:  # noqa: PLR2004 - digits
        whole_year += 1900 if whole_year >= _CENTURY_TURN else 2000
    if not 1 <= int(hour) <= _NOON:
        raise ValueError(f"hour {hour} of a twelve-hour clock")
    whole_hour = int(hour) % _NOON + (_NOON if half.casefold() == "p" else 0)
    month_number = _MONTHS.index(month.casefold()) + 1
    clock = time(whole_hour, int(minute), int(second or 0))
    return datetime.combine(date(whole_year, month_number, int(day)), clock)  # naive: the zone is not stated
