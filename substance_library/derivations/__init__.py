"""Derivation from a listed base: graphs, the base's skeleton and its mappings, what is left over, and nesting."""
