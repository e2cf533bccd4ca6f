"""Arrays in a folder: one plain ``.npy`` file each, and a manifest that says what must be there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spectra.errors import FormatError

MANIFEST = "manifest.json"

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArrays:
    """What a folder holds."""

    facts: Mapping[str, Any]
    """Everything that is no array."""
    arrays: Mapping[str, Array]
    """By name; read-only."""


def write_arrays(folder: Path, stored: StoredArrays) -> None:
    """Write a new folder. The manifest comes last: a folder that was left half-written cannot be loaded.

    Raises
    ------
    FormatError
        If the folder exists or cannot be written.
    """
    try:
        folder.mkdir(parents=True)
        files = {name: _write(folder / f"{name}.npy", array) for name, array in stored.arrays.items()}
        content = json.dumps({"facts": dict(stored.facts), "arrays": files}, indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise FormatError(folder, "folder", str(error), "a new folder that can be written") from error


def read_arrays(folder: Path, *, memory_map: bool, verify: bool) -> StoredArrays:
    """Read a folder that ``write_arrays`` wrote.

    Parameters
    ----------
    folder : Path
        The folder.
    memory_map : bool
        Leave the arrays on disk and let the operating system read what is used.
    verify : bool
        Compare the SHA-256 digest of every file. Without it only types and shapes are compared.

    Raises
    ------
    FormatError
        If a file is missing, unreadable, or not what the manifest says.
    """
    manifest = _manifest(folder)
    arrays = {}
    for name, described in manifest["arrays"].items():
        path = folder / f"{name}.npy"
        if verify:
            _compare(path, "SHA-256", _digest(path), described["sha256"])
        arrays[name] = _load(path, memory_map=memory_map)
        _compare(path, "type and shape", [arrays[name].dtype.str, list(arrays[name].shape)], described["layout"])
    return StoredArrays(facts=manifest["facts"], arrays=arrays)


def _write(path: Path, array: Array) -> dict[str, Any]:
    with path.open("xb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    return {"sha256": _digest(path), "layout": [array.dtype.str, list(array.shape)]}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(path, "file", str(error), "a file that can be read") from error


def _load(path: Path, *, memory_map: bool) -> Array:
    try:
        loaded = np.load(path, mmap_mode="r" if memory_map else None, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise FormatError(path, "file", str(error), "an array as numpy writes it, without objects") from error
    array = np.asarray(loaded)  # a memmap object costs microseconds at every slice; a plain view of it does not
    array.flags.writeable = False
    return array


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        plain = isinstance(manifest["facts"], dict) and all(
            Path(name).name == name and set(described) == {"sha256", "layout"}
            for name, described in manifest["arrays"].items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FormatError(path, "file", f"{type(error).__name__}: {error}", "the manifest of an index") from error
    if not plain:
        raise FormatError(path, "arrays", "other names or keys", "plain names, each with sha256 and layout")
    return manifest  # type: ignore[no-any-return]  # JSON, its shape compared above


def _compare(path: Path, place: str, found: object, expected: object) -> None:
    if found != expected:
        raise FormatError(path, place, str(found), str(expected))
