"""Damaged copies of a file, as disks, cables and people make them; the same seed gives the same copies."""

import random
from collections.abc import Iterator

NASTY = (
    b"nan",
    b"inf",
    b"-5",
    b"1e999",
    b"999999999",
    b"0",
    b"-0",
    b"\xff",
    b"\0",
    b"\xe2\x80\x8b",
    b",",
    b"##",
    b"\n",
)


def damaged(data: bytes, *, count: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 - places to damage
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            chance.choice((_flip, _flip, _byte, _cut, _double, _drop, _insert, _digit))(copy, chance)
        yield bytes(copy)


def _place(copy, chance):
    """Half of the time in the first 4 kB: that is where headers lie."""
    end = min(len(copy), 4096) if chance.random() < 0.5 else len(copy)
    return chance.randrange(end) if end else 0


def _flip(copy, chance):
    if copy:
        copy[_place(copy, chance)] ^= 1 << chance.randrange(8)


def _byte(copy, chance):
    if copy:
        copy[_place(copy, chance)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))


def _cut(copy, chance):
    del copy[_place(copy, chance) :]


def _double(copy, chance):
    begin = _place(copy, chance)
    copy[begin:begin] = copy[begin : begin + chance.choice((1, 8, 64, 512))]


def _drop(copy, chance):
    begin = _place(copy, chance)
    del copy[begin : begin + chance.choice((1, 8, 64, 512))]


def _insert(copy, chance):
    begin = _place(copy, chance)
    copy[begin:begin] = chance.choice(NASTY)


def _digit(copy, chance):
    """Make one digit of a number another one."""
    digits = [i for i in range(min(len(copy), 4096)) if 0x30 <= copy[i] <= 0x39]
    if digits:
        copy[chance.choice(digits)] = 0x30 + chance.randrange(10)
