"""An empty database of this program, made once in each process of the tests and copied."""

import tempfile
from functools import cache
from pathlib import Path

from lims.persistence.engine import open_engine


def place_empty(path: Path) -> Path:
    """Put an SQLite database with the tables of this program where a laboratory will open it; the same at each call."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    """Make it as a new laboratory does: every change of the tables, then the guards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "aigaq.sqlite"
        open_engine(f"sqlite:///{path}").dispose()
        assert [one.name for one in Path(folder).iterdir()] == [path.name]  # nothing is left beside it
        return path.read_bytes()
