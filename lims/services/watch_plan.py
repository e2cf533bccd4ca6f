"""What remains to be searched again: pairs of an examination and a release without a result, cut into parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lims.services.archive_ports import ExaminedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPart:
    """Some examinations that are due for one release and were searched in the same ones before."""

    cause: str
    searched_before: tuple[str, ...]
    examinations: tuple[ExaminedLine, ...] = field(repr=False)

    @property
    def components(self) -> int:
        """How many components it has."""
        return sum(one.components for one in self.examinations)


def due(
    examined: Sequence[ExaminedLine],
    *,
    releases: Sequence[str],
    watched: Mapping[str, frozenset[str]],
    wanted: Sequence[str],
) -> Iterator[WatchPart]:
    """Give what is due, release by release; each part is of one release and one past.

    Parameters
    ----------
    examined : sequence of ExaminedLine
    releases : sequence of str
        All of them, oldest first.
    watched : mapping
        For which releases each examination was looked at again.
    wanted : sequence of str
        The releases that may be searched: those with reference spectra, or one that somebody asked for.

    Notes
    -----
    An examination is due for every release that came after its own and in which it was not searched: also where a
    later one was searched first, because somebody asked for that one alone.
    """
    order = {name: place for place, name in enumerate(releases)}
    past = {one.number: frozenset((one.release, *watched.get(one.number, ()))) for one in examined}
    for release in (name for name in releases if name in set(wanted)):
        groups: dict[tuple[str, ...], list[ExaminedLine]] = {}
        for one in examined:
            if release not in past[one.number] and order[release] > order.get(one.release, -1):
                groups.setdefault(tuple(sorted(past[one.number])), []).append(one)
                past[one.number] |= {release}
        for before in sorted(groups):
            yield WatchPart(
                cause=release,
                searched_before=before,
                examinations=tuple(sorted(groups[before], key=lambda one: one.number)),
            )


def cut(part: WatchPart, *, at_once: int) -> Iterator[WatchPart]:
    """Cut a part into chunks of whole examinations with about so many components: each becomes one ledger entry.

    Cut anew after some chunks are done, the others are the same.
    """
    chunk: list[ExaminedLine] = []
    for one in part.examinations:
        chunk.append(one)
        if sum(line.components for line in chunk) >= at_once:
            yield _chunk(part, chunk)
            chunk = []
    if chunk:
        yield _chunk(part, chunk)


def _chunk(part: WatchPart, examinations: Sequence[ExaminedLine]) -> WatchPart:
    return WatchPart(cause=part.cause, searched_before=part.searched_before, examinations=tuple(examinations))
