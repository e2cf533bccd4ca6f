"""How often one address may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

READS_PER_MINUTE = 240
WRITES_PER_MINUTE = 60
_MOST_ADDRESSES = 10_000
_MINUTE_S = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


@dataclass(slots=True)
class Rates:
    """A bucket of requests for each address, filled again evenly; in memory, because waits that matter are stored."""

    seconds: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[tuple[str, bool], _Bucket] = field(default_factory=OrderedDict)

    def allow(self, address: str, *, writes: bool) -> bool:
        """Take one request from an address's bucket; False if it is empty."""
        most = WRITES_PER_MINUTE if writes else READS_PER_MINUTE
        now, key = self.seconds(), (address, writes)
        bucket = self._buckets.pop(key, None) or _Bucket(most, now)
        bucket.left = min(most, bucket.left + (now - bucket.filled_at) * most / _MINUTE_S)
        bucket.filled_at = now
        self._buckets[key] = bucket
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
