"""Frames as a process that went wrong could write them, and what of a value a frame lost."""

import json
from dataclasses import fields, is_dataclass

import numpy as np

from spectra.formats.transport import HEAD, MAGIC


def framed(node, arrays=b""):
    text = json.dumps(node).encode()
    return HEAD.pack(MAGIC, b"V", len(text), len(arrays)) + text + arrays


def differences(one, other, name="value"):
    """Name every part in which two values differ, arrays compared bit by bit."""
    if type(one) is not type(other):
        return [name]
    if is_dataclass(one):
        return [
            found
            for item in fields(one)
            for found in differences(getattr(one, item.name), getattr(other, item.name), f"{name}.{item.name}")
        ]
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
        return [] if same else [name]
    if isinstance(one, tuple) and len(one) == len(other):
        return [found for pair in zip(one, other, strict=True) for found in differences(*pair, name)]
    return [] if one == other else [name]
