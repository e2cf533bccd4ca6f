"""The engine of generic definitions: cores, places, predicates and the judge. See ``docs/generic-rules.md``."""
