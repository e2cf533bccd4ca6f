"""Folders of laboratories that are dear to make: made once in a session, copied for each test."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any


class KeptHomes:
    """Keeps each by its name, and what its maker told of it; whoever gets a copy may do with it what they like."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: dict[str, Any] = {}

    def copy(self, name: str, home: Path, make: Callable[[Path], Any]) -> Any:
        """Put a laboratory into a new folder; give what ``make`` told when it made the first."""
        kept = self._folder / name
        if name not in self._told:
            self._told[name] = make(kept)
        shutil.copytree(kept, home)
        return copy.deepcopy(self._told[name])
