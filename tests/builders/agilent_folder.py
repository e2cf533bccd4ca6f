"""Small Agilent ``.D`` folders, valid to the last byte, and the places in them that a test may damage.

The layout is the one of real files of a MassHunter GC-MS: header, scans, directory of the scans at the end.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DATA_START = 0x200
KIND = "GC / MS Data File"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenScan:
    """One scan as the instrument would write it."""

    time_ms: int
    peaks: tuple[tuple[int, int], ...]
    """Pairs of m/z in twentieths and counts, in falling m/z."""
    fraction: int = 0
    """Counts that the recorded total has above the sum of the peaks."""

    @property
    def total(self) -> int:
        return sum(decoded(encoded(counts)) for _, counts in self.peaks) + self.fraction

    def to_bytes(self) -> bytes:
        pairs = [(twentieths, encoded(counts)) for twentieths, counts in self.peaks]
        base = max(pairs, key=lambda pair: decoded(pair[1]), default=(0, 0))
        words = 14 + 2 * len(pairs)
        head = struct.pack(">HIHHHHHH", words, self.time_ms, words - 8, 1, 0, len(pairs), *base)
        body = b"".join(struct.pack(">HH", *pair) for pair in pairs)
        return head + body + bytes.fromhex("000500040000") + struct.pack(">I", self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """The bytes of a ``data.ms`` and where its parts begin."""

    data: bytes
    scans: tuple[int, ...]
    directory: int


THREE_SCANS = (
    WrittenScan(time_ms=185_502, peaks=((4_000, 50), (1_160, 900), (880, 20_000))),
    WrittenScan(time_ms=185_864, peaks=((1_820, 300_000), (1_160, 16_383))),
    WrittenScan(time_ms=186_226, peaks=((1_820, 7), (1_819, 3), (900, 2_000_000)), fraction=9),
)


def encoded(counts: int) -> int:
    """Write counts as 14 bits and a power of eight, cutting off what does not fit."""
    power = 0
    while counts >= 2**14:
        counts //= 8
        power += 1
    return power << 14 | counts


def decoded(word: int) -> int:
    return (word & 0x3FFF) * 8 ** (word >> 14)


def data_file(
    scans: Sequence[WrittenScan] = THREE_SCANS, *, method: str = "", sample: str = "made by a test"
) -> DataFile:
    header = bytearray(DATA_START)
    header[0:4] = bytes.fromhex("01320000")
    for place, text in (
        (0x04, KIND),
        (0x18, sample),
        (0x94, "CN"),
        (0xB2, "23 Feb 22  02:30 pm"),
        (0xD0, "GCMS"),
        (0xE4, method[:19]),
    ):
        header[place : place + 1 + len(text)] = bytes([len(text)]) + text.encode("latin-1")
    struct.pack_into(">H", header, 0xFE, 7)
    if method:
        wide = method.encode("utf-16-le")
        header[0x180 : 0x180 + len(wide)] = wide
    places = [DATA_START]
    body = bytearray()
    for scan in scans:
        body += scan.to_bytes()
        places.append(DATA_START + len(body))
    *starts, directory = places
    struct.pack_into(">I", header, 0x104, directory // 2 + 1)
    struct.pack_into(">H", header, 0x10A, DATA_START // 2 + 1)
    struct.pack_into(">I", header, 0x116, len(scans))
    struct.pack_into("<H", header, 0x142, len(scans) & 0xFFFF)
    rows = b"".join(
        struct.pack(">III", start // 2 + 1, scan.time_ms, scan.total) for start, scan in zip(starts, scans, strict=True)
    )
    return DataFile(data=bytes(header + body + rows), scans=tuple(starts), directory=directory)


def write_folder(folder: Path, data: bytes, *, contents_xml: bytes | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.ms").write_bytes(data)
    if contents_xml is not None:
        (folder / "AcqData").mkdir(exist_ok=True)
        (folder / "AcqData" / "Contents.xml").write_bytes(contents_xml)
    return folder
