"""Measurements: medians and percentiles as JSON; no test depends on a time."""
