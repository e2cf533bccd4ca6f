"""Numbers that a person types at the bench, with a point or a comma."""

from decimal import Decimal, InvalidOperation

from lims.errors import InvalidRecordError


def decimal_of(text: str, what: str) -> Decimal:
    """Read a number exactly.

    Raises
    ------
    InvalidRecordError
        If it is none.

    Examples
    --------
    >>> decimal_of("0,95", "confidence")
    Decimal('0.95')
    """
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise InvalidRecordError(f"{what} {text!r} is no number; expected one such as 0.95") from error
    if not found.is_finite():
        raise InvalidRecordError(f"{what} {text!r} is no number; expected one such as 0.95")
    return found
