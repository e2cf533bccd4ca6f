"""An MS/MS index on disk: one ``.npy`` file for each array and a manifest that says what they must be."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spectra.errors import FormatError, InvalidSettingError, InvalidToleranceError
from spectra.search.fragment_postings import FragmentPostings
from spectra.search.fragment_rows import FragmentRows
from spectra.search.fragment_segment import FragmentSegment
from spectra.tolerance import Dalton, Ppm, Tolerance

MANIFEST = "manifest.json"
_FORMAT = "aigaq-fragment-index"
_VERSION = 1
_UNITS: dict[str, type[Dalton] | type[Ppm]] = {"Da": Dalton, "ppm": Ppm}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredIndex:
    """What an index consists of."""

    tolerance: Tolerance
    weighted: bool
    closest_udalton: int
    segments: tuple[FragmentSegment, ...] = field(repr=False)


def write_index(folder: Path, index: StoredIndex) -> None:
    """Write arrays, then the manifest: a folder without one was not finished.

    Raises
    ------
    InvalidSettingError
        If the folder holds anything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InvalidSettingError(f"{folder} is not empty; an index is written into a folder of its own")
    segments = []
    for number, segment in enumerate(index.segments):
        digests = {}
        for name, array in segment.arrays().items():
            path = _array_path(folder, number, name)
            np.save(path, array, allow_pickle=False)
            digests[name] = _digest(path)
        segments.append({"sha256": digests, "by_mz": segment.by_mz.scale(), "by_loss": segment.by_loss.scale()})
    manifest = {
        "format": _FORMAT,
        "version": _VERSION,
        "tolerance": {
            "unit": next(unit for unit, kind in _UNITS.items() if isinstance(index.tolerance, kind)),
            "width": index.tolerance.width,
        },
        "weighted": index.weighted,
        "closest_udalton": index.closest_udalton,
        "segments": segments,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def read_index(folder: Path, *, memory_map: bool) -> StoredIndex:
    """Read what ``write_index`` wrote, each file checked against its digest.

    Raises
    ------
    FormatError
        If the manifest or a file is missing, unreadable or not as the manifest says.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FormatError(path, "the manifest", str(error), "a JSON file") from error
    try:
        if (manifest["format"], manifest["version"]) != (_FORMAT, _VERSION):
            raise FormatError(path, "format", f"{manifest['format']} {manifest['version']}", f"{_FORMAT} {_VERSION}")
        return StoredIndex(
            tolerance=_UNITS[manifest["tolerance"]["unit"]](manifest["tolerance"]["width"]),
            weighted=bool(manifest["weighted"]),
            closest_udalton=int(manifest["closest_udalton"]),
            segments=tuple(
                _segment(folder, number, stated, memory_map=memory_map)
                for number, stated in enumerate(manifest["segments"])
            ),
        )
    except (KeyError, TypeError, InvalidToleranceError) as error:
        raise FormatError(path, "the manifest", repr(error), "every field of the format") from error


def _segment(folder: Path, number: int, stated: dict[str, Any], *, memory_map: bool) -> FragmentSegment:
    arrays = {
        name: _array(_array_path(folder, number, name), stated["sha256"][name], memory_map=memory_map)
        for name in FragmentSegment.ARRAYS
    }
    return FragmentSegment(
        rows=FragmentRows(**{name: arrays[name] for name in FragmentRows.ARRAYS}),
        by_mz=FragmentPostings(ends=arrays["mz_ends"], packed=arrays["mz_packed"], **stated["by_mz"]),
        by_loss=FragmentPostings(ends=arrays["loss_ends"], packed=arrays["loss_packed"], **stated["by_loss"]),
    )


def _array(path: Path, sha256: str, *, memory_map: bool) -> npt.NDArray[Any]:
    try:
        found = _digest(path)
    except OSError as error:
        raise FormatError(path, "the whole file", str(error), "a readable file") from error
    if found != sha256:
        raise FormatError(path, "the whole file", f"SHA-256 {found}", f"SHA-256 {sha256}")
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if memory_map else None, allow_pickle=False)
    return np.asarray(array)  # a plain view of the map: the map's own class makes each slice dearer


def _array_path(folder: Path, number: int, name: str) -> Path:
    return folder / f"segment-{number}-{name}.npy"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
