"""The modules that enter words into the vocabulary, named in one place."""

import functools
import importlib

MODULES = (
    "groups",
    "ring_groups",
    "skeletons",
    "chains",
    "side_chains",
    "bridges",
    "bridge_rings",
    "closures",
)
"""Modules of this package with ``@predicate`` or ``@drawing``."""


@functools.cache
def load_words() -> None:
    """Import every module of words; called before a document is read."""
    for name in MODULES:
        importlib.import_module(f"substance_library.generic.{name}")
