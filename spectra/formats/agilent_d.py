"""Agilent ``.D`` folders with a ChemStation ``data.ms``, as GC-MS instruments of that maker write them.

rainbow-api decodes the scans. Before it sees a byte, the structure is checked here against the file's own scan
directory, and afterwards its result against the totals that the instrument wrote there: a file that is cut,
padded or altered in its structure is refused, never read in part.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from lxml import etree
from rainbow.agilent import chemstation

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError, InvalidSpectrumError
from spectra.formats.content import read_bytes
from spectra.spectrum import FloatArray

DATA_FILE = "data.ms"
_MAGIC = b"\x01\x32\x00\x00"
_FILE_KIND = "GC / MS Data File"
_HEADER_BYTES = 0x148
_DIRECTORY_ROW = struct.Struct(">III")
"""Of each scan: its place in 16-bit words, counted from 1; its time in ms; its total ion current."""
_SCAN_HEADER_BYTES = 18
"""In 16-bit words: length, time in ms (two), length less 8, data type, status, number of peaks, then the base peak as
m/z in twentieths and height."""
_SCAN_TAIL_BYTES = 10
"""Three words that are the same in every scan, then the total ion current (two)."""
_MZ_LATTICE = 0.05
"""The format writes m/z in steps of 1/20; rainbow's bins of that width merge nothing."""
_MAX_XML_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScanDirectory:
    times_ms: tuple[int, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scans:
    times_s: FloatArray
    starts: npt.NDArray[np.int64]
    mz: FloatArray
    intensity: FloatArray


def is_agilent_d(path: Path) -> bool:
    """Tell by content whether a path is a folder that holds a ``data.ms``."""
    return path.is_dir() and any(child.name.casefold() == DATA_FILE for child in path.iterdir())


def read_agilent_d(folder: Path) -> Run:
    """Read the scans of an Agilent ``.D`` folder.

    Returns
    -------
    Run
        Retention times in seconds; m/z on the format's lattice of 0.05; intensities in counts.

    Raises
    ------
    FormatError
        If the folder has no ``data.ms``, the file is no GC/MS data file, is cut or inconsistent with its own
        scan directory, or decodes to other totals than the instrument recorded.
    """
    path = _data_file(folder)
    data = read_bytes(path)
    _require_kind(path, data)
    directory = _read_directory(path, data)
    scans = _decode(path, directory)
    try:
        return Run(
            scan_times_s=scans.times_s,
            scan_starts=scans.starts,
            mz=scans.mz,
            intensity=scans.intensity,
            metadata=_metadata(folder, data),
        )
    except InvalidSpectrumError as error:
        raise FormatError(path, "the scans", str(error), "sound scans") from error


def _data_file(folder: Path) -> Path:
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise FormatError(folder, "the path", found, "an Agilent .D folder")
    names = sorted(child.name for child in folder.iterdir())
    found_names = [name for name in names if name.casefold() == DATA_FILE]
    if len(found_names) != 1:
        shown = ", ".join(names[:5]) or "an empty folder"
        raise FormatError(folder, "the folder", shown, f"an Agilent .D folder with one {DATA_FILE}")
    return folder / found_names[0]


def _require_kind(path: Path, data: bytes) -> None:
    if len(data) < _HEADER_BYTES:
        raise FormatError(path, "the header", f"{len(data)} bytes", f"at least {_HEADER_BYTES}")
    kind = _pascal_text(data, 0x4)
    if not data.startswith(_MAGIC) or kind != _FILE_KIND:
        raise FormatError(
            path, "byte 0", f"{data[:4].hex()} {kind!a}", f"{_MAGIC.hex()} '{_FILE_KIND}' (ChemStation GC/MS)"
        )


def _read_directory(path: Path, data: bytes) -> _ScanDirectory:
    """Walk the scan directory at the end of the file and check every scan that it names."""
    n_scans = struct.unpack_from(">I", data, 0x116)[0]
    count_again = struct.unpack_from("<H", data, 0x142)[0]
    if count_again != n_scans & 0xFFFF or not count_again:
        raise FormatError(path, "byte 0x116", f"{n_scans} scans", "the count that stands at byte 0x142, above 0")
    start = (struct.unpack_from(">I", data, 0x104)[0] - 1) * 2
    end = start + n_scans * _DIRECTORY_ROW.size
    if end != len(data):
        found = f"{len(data)} bytes"
        raise FormatError(path, "the file's size", found, f"{end} bytes for {n_scans} scans and their directory")
    position = (struct.unpack_from(">H", data, 0x10A)[0] - 1) * 2
    if min(start, position) < _HEADER_BYTES:
        found = f"scans at byte {position}, their directory at byte {start}"
        raise FormatError(path, "the header", found, "places after the header")
    rows = list(_DIRECTORY_ROW.iter_unpack(data[start:end]))
    for number, (place, time_ms, _) in enumerate(rows, start=1):
        position = _check_scan(path, data, number, position, (place - 1) * 2, time_ms, start)
    if position != start:
        raise FormatError(path, f"byte {position}", f"{start - position} bytes of no scan", "the scan directory")
    _check_scan_words(path, data, np.array(rows, dtype=np.int64))
    return _ScanDirectory(times_ms=tuple(row[1] for row in rows), totals=tuple(row[2] for row in rows))


def _check_scan(path: Path, data: bytes, number: int, position: int, named: int, time_ms: int, limit: int) -> int:
    """Check one scan against its directory row; give the place where the next one begins."""
    where = f"scan {number} at byte {position}"
    if named != position:
        raise FormatError(path, where, f"the directory names byte {named}", "the end of the scan before")
    if position + _SCAN_HEADER_BYTES > limit:
        raise FormatError(path, where, "the scan directory", "a scan header")
    words, own_time_ms = struct.unpack_from(">HI", data, position)
    n_pairs: int = struct.unpack_from(">H", data, position + 12)[0]
    end = position + _SCAN_HEADER_BYTES + 4 * n_pairs + _SCAN_TAIL_BYTES
    if end > limit or (position + 2 * words) != end:
        raise FormatError(path, where, f"{n_pairs} peaks in {2 * words} bytes", "a scan as long as its peaks")
    if own_time_ms != time_ms:
        raise FormatError(path, where, f"{own_time_ms} ms", f"{time_ms} ms as in the directory")
    return end


def _check_scan_words(path: Path, data: bytes, rows: npt.NDArray[np.int64]) -> None:
    """Hold what the file says twice of a scan against itself, and fixed words against those of the first scan."""
    words = np.frombuffer(data, dtype=">u2").astype(np.int64)
    first = rows[:, 0] - 1
    counts = words[first + 6]
    tail = first + 9 + 2 * counts
    fixed = np.stack([words[place] for place in (first + 4, first + 5, tail, tail + 1, tail + 2)])
    total = words[tail + 3] << 16 | words[tail + 4]
    _refuse_scan(path, words[first + 3] != words[first] - 8, "two lengths that disagree", "one length")
    _refuse_scan(path, (fixed != fixed[:, :1]).any(axis=0), "other fixed words", "those of scan 1")
    _refuse_scan(path, total != rows[:, 2], "another total than in the directory", "one total")
    if not counts.any():
        raise FormatError(path, "the scans", "no peak in any scan", "at least one peak")
    scan = np.repeat(np.arange(len(rows)), counts)
    place = (first + 9)[scan] + 2 * (np.arange(len(scan)) - (np.cumsum(counts) - counts)[scan])
    _check_scan_peaks(path, scan, words[place], words[place + 1], base=(words[first + 7], words[first + 8]))


def _check_scan_peaks(
    path: Path,
    scan: npt.NDArray[np.int64],
    mz: npt.NDArray[np.int64],
    height: npt.NDArray[np.int64],
    *,
    base: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> None:
    """Check the base peak that each scan names, and that all scans list their m/z in one direction."""
    counted = (height & 0x3FFF) * 8 ** (height >> 14)
    highest = np.zeros(len(base[0]), dtype=np.int64)
    np.maximum.at(highest, scan, counted)
    is_base = (mz == base[0][scan]) & (height == base[1][scan]) & (counted == highest[scan])
    has_base = np.bincount(scan[is_base], minlength=len(highest)) > 0
    has_peaks = np.bincount(scan, minlength=len(highest)) > 0
    _refuse_scan(path, has_peaks & ~has_base, "a base peak that is not its highest", "one of its highest peaks")
    inside = scan[1:] == scan[:-1]
    steps = np.sign(np.diff(mz))[inside]
    turned = np.zeros(len(highest), dtype=bool)
    turned[scan[1:][inside][(steps == 0) | (steps != steps[:1])]] = True
    _refuse_scan(path, turned, "m/z out of order", "the order of the first scan")


def _refuse_scan(path: Path, wrong: npt.NDArray[np.bool_], found: str, expected: str) -> None:
    if wrong.any():
        raise FormatError(path, f"scan {int(np.flatnonzero(wrong)[0]) + 1}", found, expected)


def _decode(path: Path, directory: _ScanDirectory) -> _Scans:
    """Let rainbow decode the scans, and hold its result against what the instrument wrote of each."""
    decoded = chemstation.parse_ms(str(path), bin_width=_MZ_LATTICE, display_precision=2)
    if decoded is None or decoded.data.shape[0] != len(directory.times_ms):
        raise FormatError(path, "the scans", "a decoder that gave up", f"{len(directory.times_ms)} scans")
    scan, column = np.nonzero(decoded.data)
    scans = _Scans(
        times_s=np.array(directory.times_ms, dtype=np.float64) / 1000.0,
        starts=np.searchsorted(scan, np.arange(len(directory.times_ms) + 1)),
        mz=np.asarray(decoded.ylabels, dtype=np.float64)[column],
        intensity=decoded.data[scan, column].astype(np.float64),
    )
    _require_totals(path, scans, directory)
    return scans


def _require_totals(path: Path, scans: _Scans, directory: _ScanDirectory) -> None:
    """Compare each scan's decoded sum with the total that the instrument recorded.

    The format keeps 14 bits of an intensity and a factor 8 ** k, cutting the rest off, so a decoded sum falls
    short of the recorded total by less than one step of 8 ** k a peak; it never exceeds it.
    """
    step = 8.0 ** np.searchsorted([2**14, 2**17, 2**20], scans.intensity, side="right")
    running = np.concatenate([[0.0], np.cumsum(scans.intensity)])
    slack = np.concatenate([[0.0], np.cumsum(step)])
    missing = np.array(directory.totals) - np.diff(running[scans.starts])
    wrong = np.flatnonzero((missing < 0) | (missing > np.diff(slack[scans.starts])))
    if len(wrong):
        number = int(wrong[0])
        found = f"peaks that sum to {directory.totals[number] - missing[number]:.0f}"
        raise FormatError(path, f"scan {number + 1}", found, f"the recorded total of {directory.totals[number]}")


def _metadata(folder: Path, data: bytes) -> RunMetadata:
    return RunMetadata(
        sample_name=_pascal_text(data, 0x18),
        acquired_at=_xml_text(folder, "Contents.xml", "AcquiredTime") or _pascal_text(data, 0xB2),
        operator=_pascal_text(data, 0x94),
        instrument=_pascal_text(data, 0xD0),
        method=_method_name(data),
        vial=str(struct.unpack_from(">H", data, 0xFE)[0]),
        source_format="Agilent ChemStation MS (data.ms)",
    )


def _method_name(data: bytes) -> str:
    """Read the method's name: the long form where the file has one, else the header's, cut to 19 characters."""
    short = _pascal_text(data, 0xE4)
    wide = data.find(short.encode("utf-16-le"), _HEADER_BYTES) if short else -1
    if wide < 0:
        return short
    end = data.find(b"\0\0\0", wide)  # the last character's high byte, then the terminator
    return data[wide : end + 1].decode("utf-16-le", "replace") if end > 0 else short


def _xml_text(folder: Path, name: str, tag: str) -> str:
    """Read one element of a small file in AcqData; an empty string where the file or the element is absent."""
    path = folder / "AcqData" / name
    if not path.is_file():
        return ""
    text = read_bytes(path)
    plain = text.replace(b"\0", b"")  # what UTF-16 and UTF-32 put between the letters
    if len(text) > _MAX_XML_BYTES or re.search(rb"<!\s*DOCTYPE", plain, re.IGNORECASE):
        raise FormatError(path, "the file", "a document type or over 1 MB", "a small XML file without DOCTYPE")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser=parser)
    except etree.XMLSyntaxError as error:
        raise FormatError(path, "the XML", str(error), "well-formed XML") from error
    if root.getroottree().docinfo.internalDTD is not None:  # written in an encoding that hides it from the search
        raise FormatError(path, "the XML", "a document type", "XML without DOCTYPE")
    return (root.findtext(f".//{{*}}{tag}") or "").strip()


def _pascal_text(data: bytes, offset: int) -> str:
    """Read a text with its length in the first byte; what is not ASCII there is shown escaped, not dropped."""
    length = data[offset]
    return data[offset + 1 : offset + 1 + length].decode("ascii", "backslashreplace").strip()
