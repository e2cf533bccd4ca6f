"""Real libraries, found beside the project; tests that need them say so when they are absent."""

from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.fixture
def real_file() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        path = DATA / name
        if not path.is_file():
            pytest.skip(f"no real library at {path}")
        return path

    return find
