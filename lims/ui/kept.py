"""Values that are dear to make and never change, kept for all browser sessions of the process, in bounded number."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """Keeps the values that were asked for last.

    Parameters
    ----------
    most : int
        How many are kept.

    Notes
    -----
    A key has to say everything that the value depends on. Two sessions that ask for one value at the same time may both
    make it; one of the two stays.
    """

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Give the value of a key, made now if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._values)
