"""Values that say who a donor is: kept beside the ledger, in the transactions of its acts, and erasable."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from lims.domain.donor import IdentityField, PersonalValue
from lims.persistence.tables import PERSONAL_DATA, can_be_stored


def keep_personal(connection: Connection, donor: str, values: Sequence[PersonalValue]) -> None:
    """Keep the values of a donor, by its number."""
    rows = [{"donor": donor, "field": one.field.value, "value": one.value, "salt": one.salt} for one in values]
    if rows:
        connection.execute(insert(PERSONAL_DATA), rows)


def personal_of(connection: Connection, donor: str) -> tuple[PersonalValue, ...]:
    """Give the values of a donor; none if they were erased, or never kept."""
    if not can_be_stored(donor):
        return ()
    found = select(PERSONAL_DATA).where(PERSONAL_DATA.c.donor == donor).order_by(PERSONAL_DATA.c.field)
    return tuple(
        PersonalValue(field=IdentityField(row.field), value=row.value, salt=row.salt)
        for row in connection.execute(found)
    )


def erase_personal(connection: Connection, donor: str) -> int:
    """Erase values and salts of a donor; give how many there were.

    On SQLite the freed bytes are overwritten (``secure_delete``, see ``durability.py``). PostgreSQL frees them at its
    next vacuum. Backups made before still hold them.
    """
    return connection.execute(delete(PERSONAL_DATA).where(PERSONAL_DATA.c.donor == donor)).rowcount
