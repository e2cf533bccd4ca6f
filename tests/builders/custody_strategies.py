"""Generated records of custody: chains, transfers, places, inventories."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from lims.domain.custody import (
    Correction,
    Custody,
    CustodyEvent,
    EventKind,
    Holder,
    HolderKind,
    SealCondition,
    SealFact,
)
from lims.domain.inventory import Count, Inventory
from lims.domain.place import Place
from lims.domain.transfer import Transfer, TransferItem, TransferKind, TransferStatus

ENTITIES = (Custody, Inventory, Place, Transfer)
NAMES = st.text("abc-/.0123456789", min_size=1, max_size=6)
PERSON = NAMES.map(lambda name: Holder(kind=HolderKind.PERSON, name=name))
PLACE = NAMES.map(lambda name: Holder(kind=HolderKind.PLACE, name=name))
EARLY = st.datetimes(max_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as Hypothesis takes it
LATE = st.datetimes(min_value=datetime(2000, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001 - as above
SEALS = st.builds(
    SealFact,
    number=NAMES,
    condition=st.sampled_from((SealCondition.INTACT, SealCondition.DAMAGED)),
    photograph=NAMES,
    expected=NAMES,
)
CORRECTIONS = st.builds(
    Correction,
    corrects=st.integers(1, 99),
    reason=NAMES,
    approved_by=NAMES,
    occurred_at=st.none() | EARLY,
    place=NAMES,
    purpose=NAMES,
)
_TIMES = {"occurred_at": EARLY, "recorded_at": LATE, "purpose": NAMES, "by": NAMES, "late": st.booleans()}
EVENTS = st.one_of(
    st.builds(CustodyEvent, kind=st.just(EventKind.STORED), giver=PERSON, taker=PLACE, **_TIMES),
    st.builds(CustodyEvent, kind=st.just(EventKind.SEAL_OPENED), giver=PERSON, taker=PERSON, seal=SEALS, **_TIMES),
    st.builds(
        CustodyEvent,
        kind=st.just(EventKind.ALIQUOT_TAKEN),
        giver=NAMES.map(lambda name: Holder(kind=HolderKind.CONTAINER, name=name)),
        taker=PERSON,
        container=NAMES,
        **_TIMES,
    ),
    st.builds(
        CustodyEvent,
        kind=st.just(EventKind.CONSUMED),
        giver=PERSON,
        taker=st.just(Holder(kind=HolderKind.CONSUMED)),
        **_TIMES,
    ),
    st.builds(
        CustodyEvent,
        kind=st.just(EventKind.CORRECTED),
        giver=PLACE,
        taker=PLACE,
        correction=CORRECTIONS,
        expected_return=st.none() | st.dates(),
        **_TIMES,
    ),
)
ITEMS = st.lists(
    st.builds(TransferItem, exhibit_number=NAMES, custody_version=st.integers(1, 9), giver=PERSON),
    min_size=1,
    max_size=3,
    unique_by=lambda item: item.exhibit_number,
).map(tuple)
COUNTS = st.builds(
    Count,
    by=st.just("first"),
    counted_at=EARLY,
    expected=st.lists(NAMES, max_size=2).map(tuple),
    found=st.lists(NAMES, max_size=2).map(tuple),
)
SOUND = {
    Custody: lambda: {"event": EVENTS, "holder": PERSON | PLACE},
    Inventory: lambda: {"first": COUNTS, "second": st.none() | COUNTS.map(_by_another)},
    Place: lambda: {
        "number": NAMES.map(lambda name: f"PL-{name}"),
        "inside": st.just("") | NAMES.map(lambda name: f"PL{name}"),
        "capacity": st.none() | st.integers(1, 99),
    },
    Transfer: lambda: {
        "kind": st.just(TransferKind.HAND_OVER),
        "items": ITEMS,
        "taker": PERSON,
        "status": st.sampled_from([one for one in TransferStatus if one is not TransferStatus.DONE]),
        "by": NAMES.map(lambda name: f"x{name}"),
        "witness": NAMES,
        "needs_witness": st.booleans(),
    },
}
"""The fields that a strategy by type alone would fill with what these records refuse."""


def _by_another(count: Count) -> Count:
    return Count(by="second", counted_at=count.counted_at, expected=count.expected, found=count.found)
