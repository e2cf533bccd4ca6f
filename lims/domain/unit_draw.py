"""Drawing units at random so that anybody can draw the same ones again from the seed."""

from numpy.random import PCG64

GENERATOR = "PCG64 (numpy), raw 64-bit words, rejection, partial Fisher-Yates; version 1"
"""Name of the whole way from the seed to the numbers. Raw words of PCG64 and its seeding are kept stable by numpy
(NEP 19); its higher functions are not, so they are not used."""
BLACK_BOX = "black box"
"""Drawn by hand, unseen (SWGDRUG IIIA.3.3.2): there is no seed."""
LARGEST_SEED = 2**53 - 1
"""What the ledger can hold as a number."""
_WORD = 2**64


def draw_units(candidates: tuple[int, ...], *, count: int, seed: int) -> tuple[int, ...]:
    """Draw some of the candidates at random, without putting back; sorted.

    Parameters
    ----------
    candidates : tuple of int
        Numbers of the units that may be drawn.
    count : int
        How many are drawn; at most as many as there are.
    seed : int
        0 to ``LARGEST_SEED``.

    Examples
    --------
    >>> draw_units(tuple(range(1, 11)), count=3, seed=1)
    (1, 2, 8)
    """
    words = PCG64(seed)
    left = list(candidates)
    for place in range(count):
        other = place + _below(words, len(left) - place)
        left[place], left[other] = left[other], left[place]
    return tuple(sorted(left[:count]))


def _below(words: PCG64, limit: int) -> int:
    """Give a number from 0 to below a limit, each as likely: words that would favour some are thrown away."""
    fair = _WORD - _WORD % limit
    word = int(words.random_raw())
    while word >= fair:
        word = int(words.random_raw())
    return word % limit
