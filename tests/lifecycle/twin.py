"""The slow, obvious twin of the gates: the rule book read once more, entry by entry, over the ledger's own words.

Each rule is a function of the history up to an entry and of that entry; it yields what is wrong. Nothing here asks the
program whether something is allowed.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from tests.lifecycle.history import Entry, History

Rule = Callable[[History, Entry], Iterator[str]]
_RULES: dict[str, Rule] = {}
RULES: Mapping[str, Rule] = MappingProxyType(_RULES)
"""By name, each name beginning with the rule's number in the rule book; filled by the modules ``twin_*``."""


def rule(name: str) -> Callable[[Rule], Rule]:
    """Put a function among the rules."""

    def keep(function: Rule) -> Rule:
        known = _RULES.setdefault(name, function)  # pytest imports each file once more, under another name
        assert known.__code__.co_filename == function.__code__.co_filename, name
        return function

    return keep


def breaches(history: History, entry: Entry) -> list[str]:
    """Say everything that an entry breaks."""
    return [
        f"{name}: {words} (entry {entry.sequence}, {entry.act} of {entry.number} by {entry.actor})"
        for name, function in RULES.items()
        for words in function(history, entry)
    ]
