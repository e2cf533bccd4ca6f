"""Changes of the tables, one module each, in the order of their numbers."""

NEWEST = "0011"
"""The last of them: what the tables of this program are."""
