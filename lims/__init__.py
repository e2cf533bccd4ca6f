"""Aigaq: a forensic laboratory information system for new synthetic substances."""

__version__ = "0.1.0"
