"""The ledger read back as plain JSON, entry by entry: what the twin judges by.

Nothing of the program's domain is used here but the bytes that it stored.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One act as the ledger has it."""

    sequence: int
    at: datetime
    actor: str
    act: str
    kind: str
    number: str
    version: int
    body: Body
    signature: Body | None
    raw: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.number


def moment(text: str) -> datetime:
    """Read a time of the ledger."""
    return datetime.fromisoformat(text)


def digest(body: Body) -> str:
    """Give the SHA-256 of a body in canonical form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class History:
    """All entries so far."""

    time_zone: tzinfo
    entries: list[Entry] = field(default_factory=list)
    versions: dict[tuple[str, str], list[Entry]] = field(default_factory=lambda: defaultdict(list))
    of_kind: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    owed: list[str] = field(default_factory=list)
    """What has still to be recorded within the transaction: a difference of mass, an aliquot's custody, a successor."""
    read_raw: Callable[[str], bytes] = field(default=lambda _: b"")
    """Gives the bytes of a digest."""

    def read(self, stored: Iterable[Any]) -> Iterator[Entry]:
        """Take the entries that are new, one after the other, each after those before it."""
        for one in stored:
            said = json.loads(one.data)
            entry = Entry(
                sequence=said["sequence"],
                at=moment(said["recorded_at"]),
                actor=said["actor"],
                act=said["act"],
                kind=said["kind"],
                number=said["number"],
                version=said["version"],
                body=said["body"],
                signature=said["signature"],
                raw=tuple(said["raw"]),
            )
            self.entries.append(entry)
            self.versions[entry.key].append(entry)
            self.of_kind[entry.kind].append(entry)
            yield entry

    def day(self, at: datetime) -> date:
        """Give the laboratory's day of a moment."""
        return at.astimezone(self.time_zone).date()

    def newest(self, kind: str, number: str, before: int | None = None) -> Body | None:
        """Give a record as it was before an entry, or is now; None where there is none."""
        found = [one for one in self.versions.get((kind, number), ()) if before is None or one.sequence < before]
        return found[-1].body if found else None

    def entry(self, kind: str, number: str, version: int) -> Entry | None:
        return next((one for one in self.versions.get((kind, number), ()) if one.version == version), None)

    def records(self, kind: str, **facts: Any) -> list[Body]:
        """Give the newest version of every record of a kind with such facts."""
        numbers = dict.fromkeys(one.number for one in self.of_kind.get(kind, ()))
        bodies = (self.versions[kind, number][-1].body for number in numbers)
        return [body for body in bodies if all(body.get(name) == value for name, value in facts.items())]

    def acts(self, act: str, **facts: Any) -> list[Entry]:
        """Give the entries of an act whose bodies have such facts."""
        kind = {"component": "examination"}.get(act.partition(".")[0], act.partition(".")[0])
        return [
            one
            for one in self.of_kind.get(kind, ())
            if one.act == act and all(one.body.get(name) == value for name, value in facts.items())
        ]

    # the tree of items

    def items(self, exhibit: str) -> list[str]:
        """Name an exhibit and its parts."""
        numbers = dict.fromkeys(one.number for one in self.of_kind.get("exhibit", ()))
        return [number for number in numbers if number == exhibit or number.startswith(f"{exhibit}.")]

    def case_of(self, exhibit: str) -> str:
        body = self.newest("exhibit", exhibit)
        return body["case_number"] if body else exhibit.partition("/")[0]
