"""Folders of this machine from which people may import at a page: those of the settings, and the folders in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lims.errors import NotFoundError

MAX_OFFERED = 200
"""Folders that are offered at once, those that changed last."""
_RUN_ENDING = ".d"
_HIDDEN = (".", "~")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolders:
    """What may be imported from; nobody names a path at a page."""

    roots: tuple[Path, ...] = ()

    def offered(self) -> tuple[str, ...]:
        """Name the folders: each root, then those in it that are no runs, what changed last first.

        A root that cannot be read offers itself, and the import says why it cannot be read.
        """
        return tuple(str(folder) for root in self.roots for folder in (root, *_below(root)))[:MAX_OFFERED]

    def chosen(self, name: str) -> Path:
        """Give a folder that is offered now.

        Raises
        ------
        NotFoundError
            If it is not, whatever lies there.
        """
        if name not in self.offered():
            raise NotFoundError("folder of runs", name)
        return Path(name)


def _below(root: Path) -> list[Path]:
    try:
        found = [(entry.stat().st_mtime_ns, entry) for entry in _folders(root)]
    except OSError:
        return []
    return [entry for _, entry in sorted(found, reverse=True)]


def _folders(root: Path) -> Iterator[Path]:
    """Give the folders of a root; links are left out, because they may lead anywhere."""
    for entry in root.iterdir():
        if entry.name.startswith(_HIDDEN) or entry.suffix.casefold() == _RUN_ENDING:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield entry
