"""Generic definitions as data: each shipped rule with its source and dates, and the judge that reads it."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from substance_library.generic.document import RuleDocument, read_document
from substance_library.generic.judging import judge
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import RuleAnswer

RULE_FOLDER = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericRule:
    """One class of substances as a text defines it. ``generic_rules`` gives the shipped ones."""

    id: str
    """Such as ``US_FRS``: the class in tables of cases."""
    jurisdiction: str
    """ISO 3166 code of the country whose law it is."""
    title: str
    source: str
    """Act, number, date, and how far the text was confirmed."""
    valid_from: date
    """First day in force, inclusive."""
    valid_to: date | None
    """Last day in force, inclusive; None while it is in force."""
    partly_encoded: bool
    """Whether parts of the text are unknown: then "no match" holds for the encoded part only."""
    document: Mapping[str, Any] = field(repr=False, compare=False)
    """The rule as it is shipped; see ``docs/generic-rules.md``."""
    ready: RuleDocument = field(repr=False, compare=False)
    """The same, checked, as the judge reads it."""

    def judge(self, structure: PreparedStructure) -> RuleAnswer:
        """Say whether a structure falls under this rule, whatever the date."""
        return judge(self.ready, structure)


@functools.cache
def generic_rules() -> tuple[GenericRule, ...]:
    """Give all shipped rules in the order of their ids; read once."""
    folder = resources.files("substance_library").joinpath("data", RULE_FOLDER)
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")]
    return tuple(sorted((_rule(json.loads(text)) for text in texts), key=lambda rule: rule.id))


def _rule(document: dict[str, Any]) -> GenericRule:
    return GenericRule(
        id=document["id"],
        jurisdiction=document["jurisdiction"],
        title=document["title"],
        source=document["source"],
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_to=date.fromisoformat(document["valid_to"]) if document["valid_to"] else None,
        partly_encoded=document["partly_encoded"],
        document=document,
        ready=read_document(document),
    )
