"""Aigaq's matching core: mass spectra in, numbers out. No database, no clock, no settings."""
