"""What one process found in the later part of a long ledger, and how it tells it to the one that checked the rest.

Only what holds is told. Whatever is wrong, anywhere, is found again and named by one check of the whole ledger.
"""

import json
from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Self

from lims.errors import LedgerError
from lims.ledger.entry import GENESIS
from lims.ledger.growing_tree import TreePart
from lims.ledger.merkle import DIGEST_BYTES

_NAME_BYTES = 8
_VERSION_BYTES = array("q").itemsize

Name = Hashable
"""Of a record, as a check remembers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A place in the ledger, and what the next entry has to follow."""

    entries: int
    head: str
    """Leaf hash of the newest entry."""
    time: str
    """When it was recorded, as its bytes say."""


BEGINNING = Milestone(entries=0, head=GENESIS, time="")
"""Before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPart:
    """A part of a ledger in which nothing is wrong."""

    begin: Milestone
    end: Milestone
    names: bytes = field(repr=False)
    """Of the records that it has, 8 bytes each, one behind the other."""
    firsts: Sequence[int] = field(repr=False)
    """With which version each of them begins here."""
    newest: Sequence[int] = field(repr=False)
    """With which version it ends."""
    tree: TreePart = field(repr=False)

    @classmethod
    def of(
        cls, *, begin: Milestone, end: Milestone, firsts: Mapping[Name, int], newest: Mapping[Name, int], tree: TreePart
    ) -> Self:
        """Make a part of what a check remembers, by the names of ``record_namer``.

        Parameters
        ----------
        firsts : mapping
            Of the records that do not begin with version 1 here.
        """
        return cls(
            begin=begin,
            end=end,
            names=b"".join(name for name in newest if isinstance(name, bytes)),
            firsts=array("q", (firsts.get(name, 1) for name in newest)),
            newest=array("q", newest.values()),
            tree=tree,
        )

    def records(self) -> Iterator[tuple[bytes, int, int]]:
        """Give name, first and newest version of each record."""
        names = (self.names[at : at + _NAME_BYTES] for at in range(0, len(self.names), _NAME_BYTES))
        return zip(names, self.firsts, self.newest, strict=True)

    def to_bytes(self) -> bytes:
        """Write the part for another process of this computer."""
        tree = self.tree
        head = {
            "begin": [self.begin.entries, self.begin.head, self.begin.time],
            "end": [self.end.entries, self.end.head, self.end.time],
            "records": len(self.newest),
            "blocks": len(tree.blocks),
            "rest": len(tree.rest),
            "ends": [[size, len(nodes)] for size, nodes in tree.ends.items()],
        }
        versions = array("q", self.firsts) + array("q", self.newest)
        digests = (*tree.blocks, *tree.rest, *(node for nodes in tree.ends.values() for node in nodes))
        return b"".join((json.dumps(head).encode(), b"\n", self.names, versions.tobytes(), *digests))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote.

        Raises
        ------
        LedgerError
            If it is anything else.
        """
        try:
            return cls._read(data)
        except (ValueError, TypeError, KeyError) as error:
            raise LedgerError(f"no checked part of a ledger: {error}") from error

    @classmethod
    def _read(cls, data: bytes) -> Self:
        line, _, rest = data.partition(b"\n")
        head = json.loads(line)
        records = head["records"]
        end_of_names, end_of_versions = records * _NAME_BYTES, records * (_NAME_BYTES + 2 * _VERSION_BYTES)
        names, versions = rest[:end_of_names], array("q", rest[end_of_names:end_of_versions])
        rest = rest[end_of_versions:]
        digests = [rest[at : at + DIGEST_BYTES] for at in range(0, len(rest), DIGEST_BYTES)]
        tree, nodes = head["blocks"] + head["rest"], {}
        place = tree
        for size, count in head["ends"]:
            nodes[size] = tuple(digests[place : place + count])
            place += count
        if len(rest) % DIGEST_BYTES or place != len(digests) or len(versions) != 2 * records:
            raise ValueError(f"{len(data)} bytes")
        (begin, end) = (Milestone(entries=one[0], head=one[1], time=one[2]) for one in (head["begin"], head["end"]))
        return cls(
            begin=begin,
            end=end,
            names=names,
            firsts=versions[:records],
            newest=versions[records:],
            tree=TreePart(
                behind=begin.entries,
                blocks=tuple(digests[: head["blocks"]]),
                rest=tuple(digests[head["blocks"] : tree]),
                ends=nodes,
            ),
        )


def record_namer(key: bytes) -> Callable[[tuple[object, object]], bytes]:
    """Give names of records that are the same in every process, and that nobody without the key can make collide.

    Parameters
    ----------
    key : bytes
        Drawn for one check, up to 64 bytes.
    """

    def name(record: tuple[object, object]) -> bytes:
        return blake2b(repr(record).encode(), digest_size=_NAME_BYTES, key=key).digest()

    return name
