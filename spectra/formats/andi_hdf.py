"""ANDI mass spectrometry in a netCDF-4 container, which is HDF5; h5py reads it, after its structure was checked.

Nothing is followed out of the file and nothing is believed that the file does not hold: only hard links at the root,
only stored chunks, only the three filters that netCDF-4 itself writes. The checks of the scans are those of the
classic container (``andi_scans``).
"""

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spectra.chromatogram.run import Run
from spectra.errors import FormatError
from spectra.formats.andi_scans import NEUTRAL_SCALE, TEXTS, VARIABLES, andi_run
from spectra.formats.content import read_bytes
from spectra.spectrum import FloatArray

if TYPE_CHECKING:
    import h5py

MAX_POINTS = 50_000_000
"""Of one variable; the largest ANDI files of this field have about 5 million points."""
_MAGIC = b"\x89HDF\r\n\x1a\n"
_PLACE = "the HDF5 container"
_MAX_CHUNK_BYTES = 64 * 1024**2
_MAX_RATIO = 200
"""Of inflated to stored bytes: peaks shrink to a third, a bomb to a thousandth."""
_MAX_TEXT_BYTES = 64 * 1024
_FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32"}
"""By the numbers of the HDF5 File Format Specification, IV.A.2.l."""
_CONTAINER_ERRORS = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    UnicodeError,
)
"""What h5py was seen to raise on damaged containers, and its kin."""


def is_andi_hdf(path: Path) -> bool:
    """Tell by content whether a path is an HDF5 file, as netCDF-4 files are."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def read_andi_hdf(path: Path) -> Run:
    """Read the scans of an ANDI file in netCDF-4.

    Returns
    -------
    Run
        Retention times in seconds; peaks of each scan sorted by m/z; intensities in counts.

    Raises
    ------
    FormatError
        If it is no HDF5 file, lacks a variable, stores one in another way than netCDF-4 does or not at all, would
        inflate beyond measure, or its counts, indices or totals disagree.
    """
    data = read_bytes(path)
    if not data.startswith(_MAGIC):
        raise FormatError(path, "byte 0", data[:8].hex(" "), "an HDF5 file (netCDF-4)")
    import h5py  # noqa: PLC0415 - takes 12 MB, and most processes read no such file

    try:
        with h5py.File(io.BytesIO(data), "r") as container:
            variables = {name: _variable(path, container, name) for name in VARIABLES}
            texts = {name: _text(container, name) for name in TEXTS}
            texts["instrument_name"] = _instrument(path, container)
    except _CONTAINER_ERRORS as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, _PLACE, f"{type(error).__name__}: {error}", "a whole file") from error
    return andi_run(path, variables, texts)


def _dataset(path: Path, container: "h5py.File", name: str) -> "h5py.Dataset":
    """Find one stored array at the root, and refuse every way of storing it elsewhere or not at all."""
    import h5py  # noqa: PLC0415 - loaded already, see above

    link = container.get(name, getlink=True)
    if not isinstance(link, h5py.HardLink):
        raise FormatError(path, name, f"a {type(link).__name__}", "a variable that the file itself holds")
    dataset = container[name]
    if not isinstance(dataset, h5py.Dataset):
        raise FormatError(path, name, f"a {type(dataset).__name__}", "a variable")
    storage = dataset.id.get_create_plist()
    if dataset.is_virtual or storage.get_external_count():
        raise FormatError(path, name, "values of another file", "a variable that the file itself holds")
    used = [storage.get_filter(number)[0] for number in range(storage.get_nfilters())]
    foreign = next((number for number in used if number not in _FILTERS), None)
    if foreign is not None:
        raise FormatError(path, name, f"filter {foreign}", " or ".join(_FILTERS.values()))
    _require_stored(path, name, dataset)
    return dataset


def _require_stored(path: Path, name: str, dataset: "h5py.Dataset") -> None:
    """Compare what a variable would unfold to with what lies in the file, before a byte of it is read.

    HDF5 gives the fill value for what was never written: zeros, and no error.
    """
    n_bytes = math.prod(dataset.shape) * dataset.dtype.itemsize
    if n_bytes > MAX_POINTS * np.dtype(np.float64).itemsize:
        raise FormatError(path, name, f"{n_bytes} bytes", f"at most {MAX_POINTS} points")
    stored = dataset.id.get_storage_size()
    if dataset.chunks is None:
        if stored < n_bytes:
            raise FormatError(path, name, f"{stored} stored bytes", f"{n_bytes}, as its shape says")
        return
    if math.prod(dataset.chunks) * dataset.dtype.itemsize > _MAX_CHUNK_BYTES:
        raise FormatError(path, name, f"chunks of {dataset.chunks}", f"at most {_MAX_CHUNK_BYTES} bytes in one")
    pairs = zip(dataset.shape, dataset.chunks, strict=True)
    needed = math.prod(math.ceil(length / step) for length, step in pairs)
    if dataset.id.get_num_chunks() != needed:
        raise FormatError(path, name, f"{dataset.id.get_num_chunks()} stored chunks", f"{needed}, as its shape says")
    if n_bytes > _MAX_RATIO * max(stored, 1):
        raise FormatError(path, name, f"{n_bytes} bytes stored as {stored}", f"at most {_MAX_RATIO} times as many")


def _variable(path: Path, container: "h5py.File", name: str) -> FloatArray:
    if name not in container:
        raise FormatError(path, "the variables", f"no '{name}'", "the variables of an ANDI mass spectrometry file")
    dataset = _dataset(path, container, name)
    if dataset.dtype.kind not in "iuf" or len(dataset.shape) != 1:
        found = f"{dataset.dtype} of shape {dataset.shape}"
        raise FormatError(path, name, found, "one number a scan or a point")
    for attribute, neutral in NEUTRAL_SCALE:
        if attribute not in dataset.attrs:
            continue
        scale = np.asarray(_attribute(dataset, attribute), dtype=np.float64)
        if scale.size != 1 or float(scale.flat[0]) != neutral:
            raise FormatError(path, name, f"{attribute} {scale.ravel()[:3]}", f"{neutral:g}")
    return np.array(dataset[()], dtype=np.float64)


def _text(container: "h5py.File", name: str) -> str:
    return _decoded(_attribute(container, name)) if name in container.attrs else ""


def _attribute(holder: "h5py.File | h5py.Dataset", name: str) -> object:
    """Read an attribute that is short and lies in one piece.

    Values of variable length lie in a heap, and in a damaged heap HDF5 (2.0) was seen to search without end.
    """
    stored = holder.attrs.get_id(name)
    size = stored.get_storage_size()
    if size > _MAX_TEXT_BYTES or stored.dtype.kind not in "iufS":
        raise ValueError(
            f"the attribute {name} is {stored.dtype} of {size} bytes, not a number or text of fixed length"
        )
    value: object = holder.attrs[name]
    return value


def _decoded(value: object) -> str:
    """Give text as text, whether it was stored as bytes, as letters of one byte each, or as a number."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "S":
        value = value.tobytes()
    return value.decode("utf-8", "backslashreplace").strip("\0 ") if isinstance(value, bytes) else str(value)


def _instrument(path: Path, container: "h5py.File") -> str:
    if "instrument_name" not in container:
        return ""
    dataset = _dataset(path, container, "instrument_name")
    if dataset.dtype.kind != "S" or dataset.nbytes > _MAX_TEXT_BYTES:
        raise FormatError(path, "instrument_name", f"{dataset.dtype} of shape {dataset.shape}", "short text")
    return _decoded(np.asarray(dataset[()]))
