from datetime import timedelta

import pytest

from lims.domain.image_content import ImageType
from lims.domain.photograph import Photograph
from lims.domain.report_photographs import (
    MOST_PRINTED,
    NotPrinted,
    PhotographSection,
    SealShown,
    taken_before,
    to_print,
)
from tests.builders.clocks import MORNING

HOUR = timedelta(hours=1)


def photograph(taken_at=None, *, added_at=MORNING):
    return Photograph(
        number="2026-0001/1-F1",
        exhibit_number="2026-0001/1",
        shows="the bag",
        sha256="ab" * 32,
        image_type=ImageType.JPEG,
        file_name="a.jpg",
        size=1,
        taken_at=taken_at,
        taken_by="expert",
        added_by="expert",
        added_at=added_at,
    )


def section(place, *, before=None, seals=()):
    return PhotographSection(
        number=f"F{place}",
        shows="the bag",
        sha256="ab" * 32,
        file_name="a.jpg",
        taken_at=None,
        taken_by="expert",
        before_opening=before,
        seals=seals,
    )


@pytest.mark.parametrize(
    ("taken_at", "added_at", "opened_at", "expected"),
    [
        (None, MORNING, None, True),
        (None, MORNING, MORNING, True),
        (None, MORNING, MORNING - HOUR, None),
        (MORNING - 2 * HOUR, MORNING, MORNING - HOUR, True),
        (MORNING - HOUR, MORNING, MORNING - 2 * HOUR, False),
    ],
)
def test_whether_it_was_taken_before_the_opening_is_known_or_unknown(taken_at, added_at, opened_at, expected):
    assert taken_before(photograph(taken_at, added_at=added_at), opened_at) is expected


def test_before_the_opening_unknown_and_seals_are_printed():
    seal = (SealShown(number="1", opened=True),)
    chosen = to_print(
        [section(1, before=True), section(2), section(3, before=False), section(4, before=False, seals=seal)]
    )
    assert [one.not_printed for one in chosen] == [None, None, NotPrinted.AFTER_OPENING, None]


def test_seals_come_first_where_there_are_too_many_and_the_order_stays():
    seal = (SealShown(number="1", opened=True),)
    many = [section(n, before=True) for n in range(MOST_PRINTED)] + [section("last", before=False, seals=seal)]
    chosen = to_print(many)
    assert [one.number for one in chosen] == [one.number for one in many]
    assert [one.not_printed for one in chosen] == [None] * (MOST_PRINTED - 1) + [NotPrinted.ENOUGH, None]
