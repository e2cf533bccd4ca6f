"""Instruments that are read over a line while somebody waits."""
