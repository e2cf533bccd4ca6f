"""Numbers in base64, as mzML and mzXML carry them: bounded inflation, lengths exactly as declared."""

import binascii
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spectra.errors import FormatError
from spectra.spectrum import FloatArray

MAX_SCANS = 1_000_000
MAX_SCAN_PEAKS = 1_000_000
"""Of one scan. An array of more than 10 MB of base64 is already refused by the XML parser."""
MAX_RUN_PEAKS = 20_000_000
"""Of one file: 320 MB of numbers."""
MAX_INFLATION = 200
"""Numbers may take this many times the bytes of the file; real arrays shrink to a fifth at best."""
_BYTES_PER_PEAK = 16
_EXACT_INTEGERS = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How the numbers of one array are written."""

    dtype: str
    """NumPy's code with the byte order, for example ``<f8``."""
    zlib: bool


def unpacked(path: Path, place: str, text: str, *, packing: Packing, n_numbers: int) -> FloatArray:
    """Decode one array.

    Parameters
    ----------
    path, place
        For messages.
    text : str
        Base64; white space in it is passed over.
    packing : Packing
        How the numbers are written.
    n_numbers : int
        How many are declared; nothing larger is ever allocated.

    Returns
    -------
    ndarray, shape (n_numbers,), float64
        Exactly the numbers of the file, whatever they are.

    Raises
    ------
    FormatError
        If it is no base64, no whole zlib stream, or not exactly as long as declared; or if an integer is too large to
        be exact as a float.
    """
    kind = np.dtype(packing.dtype)
    n_bytes = n_numbers * kind.itemsize
    stored = packed_bytes(path, place, text)
    raw = _inflated(path, place, stored, n_bytes) if packing.zlib and stored else stored
    if len(raw) != n_bytes:
        expected = f"{n_bytes} bytes for {n_numbers} numbers"
        raise FormatError(path, place, f"{len(raw)} bytes", expected)
    numbers = np.frombuffer(raw, dtype=kind)
    if kind.kind == "i" and len(numbers) and max(int(numbers.max()), -int(numbers.min())) > _EXACT_INTEGERS:
        raise FormatError(path, place, "an integer beyond 2^53", "integers that a float holds exactly")
    return numbers.astype(np.float64)


def packed_bytes(path: Path, place: str, text: str) -> bytes:
    """Decode base64 strictly: no foreign character, whole padding, nothing after it.

    Raises
    ------
    FormatError
        If it is anything else.
    """
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError as error:
        raise FormatError(path, place, f"no base64: {error}", "base64") from error


def declared_peaks(path: Path, place: str, n_peaks: int) -> int:
    """Check a declared number of peaks before anything is made of it.

    Raises
    ------
    FormatError
        If it is above ``MAX_SCAN_PEAKS``.
    """
    if n_peaks > MAX_SCAN_PEAKS:
        raise FormatError(path, place, f"{n_peaks} peaks", f"at most {MAX_SCAN_PEAKS}")
    return n_peaks


class PeakBudget:
    """Counts scans and peaks of a file against what a file of its size may hold."""

    def __init__(self, path: Path, n_bytes: int) -> None:
        """Take the size of the file, inflated."""
        self._path = path
        self._n_scans = 0
        self._n_peaks = 0
        by_size = max(MAX_SCAN_PEAKS, n_bytes * MAX_INFLATION // _BYTES_PER_PEAK)
        self._max_peaks = min(MAX_RUN_PEAKS, by_size)

    def spend(self, place: str, n_peaks: int) -> None:
        """Count one more scan, before it is decoded.

        Raises
        ------
        FormatError
            If the file holds more than is allowed.
        """
        self._n_scans += 1
        self._n_peaks += n_peaks
        if self._n_scans > MAX_SCANS or self._n_peaks > self._max_peaks:
            found = f"{self._n_peaks} peaks in {self._n_scans} scans"
            expected = f"at most {self._max_peaks} peaks and {MAX_SCANS} scans in a file of this size"
            raise FormatError(self._path, place, found, expected)


def _inflated(path: Path, place: str, stored: bytes, n_bytes: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(stored, n_bytes + 1)
    except zlib.error as error:
        raise FormatError(path, place, f"no zlib stream: {error}", "an undamaged zlib stream") from error
    if len(raw) > n_bytes:
        raise FormatError(path, place, f"more than {n_bytes} bytes", f"{n_bytes} bytes, as declared")
    if not stream.eof or stream.unused_data:
        found = "bytes after the zlib stream" if stream.eof else "a zlib stream that does not end"
        raise FormatError(path, place, found, "one whole zlib stream")
    return raw
