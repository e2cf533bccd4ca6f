"""The tile map's arrangement: every region once, no two in one place, and one tile that is nowhere."""

from lims.domain.region import regions, tiles


def test_every_region_has_a_tile_of_its_own_and_so_has_what_is_not_recorded():
    assert sorted(one.code for one in tiles()) == sorted(("", *regions()))
    assert len({(one.column, one.row) for one in tiles()}) == len(tiles())


def test_tiles_lie_roughly_as_the_regions_do():
    """West of each other, then north of each other."""
    at = {one.code: one for one in tiles()}
    for west, east in (
        ("KZ-27", "KZ-39"),
        ("KZ-23", "KZ-35"),
        ("KZ-43", "KZ-31"),
        ("KZ-35", "KZ-63"),
        ("KZ-61", "KZ-33"),
    ):
        assert at[west].column < at[east].column
    for north, south in (
        ("KZ-59", "KZ-11"),
        ("KZ-27", "KZ-47"),
        ("KZ-39", "KZ-43"),
        ("KZ-55", "KZ-75"),
        ("KZ-61", "KZ-79"),
    ):
        assert at[north].row < at[south].row


def test_the_tile_of_nothing_has_no_neighbour():
    at = {one.code: one for one in tiles()}
    nowhere = at.pop("")
    assert all(abs(one.column - nowhere.column) + abs(one.row - nowhere.row) > 1 for one in at.values())
