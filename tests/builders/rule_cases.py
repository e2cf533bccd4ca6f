"""One question to one shipped rule of law, for the tests of the rules."""

from functools import cache

from substance_library.generic_definition import GenericRule, generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from substance_library.rule_answer import RuleAnswer

YES, NO, OPEN = "match", "no_match", "cannot_decide"


@cache
def rule_of(rule_id: str) -> GenericRule:
    """Find the one rule of this name."""
    (rule,) = [rule for rule in generic_rules() if rule.id == rule_id]
    return rule


def answered(rule_id: str, smiles: str) -> RuleAnswer:
    """Judge one structure by one rule."""
    return rule_of(rule_id).judge(prepare(Smiles(smiles)))
