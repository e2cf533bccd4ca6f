"""Changes of the tables, one module each, in the order of their numbers."""

NEWEST = "0012"
"""The last of them: what the tables of this program are."""
NEWEST_OF_LISTS = "0010"
"""The last that made or altered a list; only a database from before it has its lists made anew, which takes long."""
