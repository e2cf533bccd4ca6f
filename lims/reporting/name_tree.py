"""The names in a PDF under which files are attached; a damaged or hostile file may name them without end."""

from collections.abc import Iterator
from typing import Any

_MOST_NODES = 1_000
"""Of a name tree; that of a report has one."""


def leaves(tree: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a PDF dictionary
    """Walk a name tree; one with a circle in it, or with branches without end, ends after a thousand nodes."""
    waiting, seen = [tree], 0
    while waiting and seen < _MOST_NODES:
        node, seen = waiting.pop(), seen + 1
        pairs = node.get("/Names", ())
        for position in range(0, min(len(pairs) - 1, _MOST_NODES), 2):
            yield str(pairs[position]), pairs[position + 1]
        children = node.get("/Kids", ())
        waiting.extend(children[place] for place in reversed(range(min(len(children), _MOST_NODES))))
