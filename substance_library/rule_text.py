"""The rules that class entries of the book name, by their ids."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from substance_library.generic_definition import generic_rules
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import RuleAnswer
from substance_library.russian_derivation import note_six_rules


class LawRule(Protocol):
    """What a determination needs of a rule."""

    @property
    def id(self) -> str:
        """The id that entries name."""
        ...

    @property
    def title(self) -> str:
        """What it is called."""
        ...

    @property
    def source(self) -> str:
        """The text it was made from."""
        ...

    @property
    def partly_encoded(self) -> bool:
        """Whether parts of the text are not encoded."""
        ...

    def judge(self, structure: PreparedStructure) -> RuleAnswer:
        """Say what the text says of a structure."""
        ...


@lru_cache(maxsize=1)
def shipped_rules() -> Mapping[str, LawRule]:
    """Give every rule of this package by its id."""
    rules: tuple[LawRule, ...] = (*generic_rules(), *note_six_rules())
    return MappingProxyType({rule.id: rule for rule in rules})
