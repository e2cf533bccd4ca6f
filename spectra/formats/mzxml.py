"""mzXML 2 and 3, with or without its index (Pedrioli et al., Nat. Biotechnol. 22 (2004) 1459, doi:10.1038/nbt1031).

Scans may stand inside scans: the products of an ion inside the scan that it was found in. They become a run in the
order in which they begin in the file. What a scan may say and is not compared, because it is of the range that was
scanned or of the data before peaks were picked: ``lowMz``, ``highMz``, ``basePeakMz``, ``basePeakIntensity``,
``totIonCurrent``; nor ``startTime`` and ``endTime`` of the run. The format gives ``collisionEnergy`` no unit, and
Thermo's converters write a normalised energy there: it is not read.
"""

import re
from pathlib import Path

import numpy as np

from spectra.chromatogram.run import Run, RunMetadata
from spectra.chromatogram.scan_facts import HIGHEST_CHARGE, HIGHEST_MS_LEVEL
from spectra.errors import FormatError
from spectra.formats.binary_arrays import Packing, PeakBudget, declared_peaks, packed_bytes, unpacked
from spectra.formats.content import read_content
from spectra.formats.scan_file import PrecursorFacts, ScanFile, ScanRecord
from spectra.formats.xml_claims import Offset, checksum_fault, count_fault, offset_faults, tag_offset_fault
from spectra.formats.xml_guard import Element, XmlWalk, kept_text, local_name, namespace, root_of, text_of
from spectra.formats.xml_numbers import decimal_number, duration_s, whole_number
from spectra.spectrum import MAX_MZ, FloatArray

_NAMESPACE = re.compile(r"http://sashimi\.sourceforge\.net/schema_revision/mzXML_(?P<version>[23]\.[0-9])")
_PARENTS = {
    "mzXML": {""},
    "msRun": {"mzXML"},
    "msModel": {"msInstrument"},
    "dataProcessing": {"msRun"},
    "scan": {"msRun", "scan"},
    "precursorMz": {"scan"},
    "peaks": {"scan"},
    "offset": {"index"},
    "indexOffset": {"mzXML"},
    "sha1": {"mzXML"},
}
"""Where each element stands that the walk stops at; one in any other place is refused, not passed over."""
_ONCE = {"mzXML", "msRun", "indexOffset", "sha1"}
_RECORDS = {"scan", "offset"}
_POLARITIES = {None: 0, "any": 0, "+": 1, "-": -1}
_FLAGS = {"0": 0, "1": 1, "false": 0, "true": 1}
_FLOAT_CODES = {"32": ">f4", "64": ">f8"}
_COMPRESSIONS = {None: False, "none": False, "zlib": True}
_PAIRS = "m/z-int"
_HIGHEST_NUMBER = 10**9


def is_mzxml(path: Path) -> bool:
    """Tell by content whether a path is an mzXML file, also gzipped."""
    return root_of(path) == "mzXML"


def read_mzxml(path: Path) -> Run:
    """Read the scans of an mzXML file of any MS level, also gzipped.

    Returns
    -------
    Run
        Every scan of the file, in its order; retention times in seconds.

    Raises
    ------
    FormatError
        If the file says of itself what it is not (``ScanFile.faults``), a scan is not understood in full, or the scans
        make no sound run.
    """
    return read_mzxml_scans(path).sound_run()


def read_mzxml_scans(path: Path) -> ScanFile:
    """Read the scans of an mzXML file as they are listed, whether or not they make a sound run.

    Raises
    ------
    FormatError
        If it is no mzXML in a safe and complete form, or a scan is not understood in full.
    """
    return _Reader(path, read_content(path).data).scan_file()


class _Reader:
    """One walk through one file."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path = path
        self._data = data
        self._budget = PeakBudget(path, len(data))
        self._identities: list[str] = []
        self._scans: dict[str, ScanRecord] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._texts: dict[str, str] = {}
        self._models: list[str] = []
        self._centroided: set[int] = set()
        self._offsets: dict[str, list[Offset]] = {}

    def scan_file(self) -> ScanFile:
        walk = XmlWalk(self._path, self._data, tuple(_PARENTS))
        for event, element in walk:
            name = local_name(element)
            if event == "start":
                self._start(name, element)
            else:
                self._end(name, element)
                if name in _RECORDS:
                    walk.release(element)
        if "msRun" not in self._attributes:
            raise FormatError(self._path, "the document", "no msRun", "an mzXML file with a run")
        return ScanFile(
            path=self._path,
            metadata=self._metadata(),
            scans=tuple(self._scans[identity] for identity in self._identities),
            n_chromatograms=0,
            faults=tuple(self._faults()),
        )

    def _start(self, name: str, element: Element) -> None:
        place = f"line {element.sourceline}, {name}"
        if not _NAMESPACE.fullmatch(namespace(element)):
            found = f"the namespace {namespace(element)[:100]!r}"
            raise FormatError(self._path, place, found, "that of mzXML 2 or 3")
        parent = element.getparent()
        above = "" if parent is None else local_name(parent)
        if above not in _PARENTS[name]:
            found = f"it inside {above[:60] or 'nothing'!r}"
            raise FormatError(self._path, place, found, "the order of elements of mzXML")
        if name in _ONCE:
            if name in self._attributes:
                raise FormatError(self._path, place, f"a second {name}", "one")
            self._attributes[name] = {
                "namespace": namespace(element),
                **({"scanCount": kept_text(self._path, element, "scanCount")} if element.get("scanCount") else {}),
            }
        elif name == "scan":
            self._begin_scan(element)

    def _begin_scan(self, element: Element) -> None:
        """Keep the place of a scan in the order of the file: those inside it end before it does."""
        place = f"scan {len(self._identities) + 1} (line {element.sourceline})"
        before = int(self._identities[-1]) if self._identities else -1
        number = whole_number(
            self._path, f"{place}, num", element.get("num"), lowest=before + 1, highest=_HIGHEST_NUMBER
        )
        self._identities.append(str(number))

    def _end(self, name: str, element: Element) -> None:
        match name:
            case "precursorMz":
                self._require_unread(element)
            case "peaks":
                self._require_unread(element)
                self._keep_scan(element.getparent(), element)
            case "scan":
                self._require_read(element)
            case "offset":
                self._keep_offset(element)
            case "msModel":
                self._models.append(kept_text(self._path, element, "value"))
            case "dataProcessing":
                if element.get("centroided") is not None:
                    self._centroided.add(self._flag(f"line {element.sourceline}", element.get("centroided")))
            case "indexOffset" | "sha1":
                self._texts[name] = text_of(self._path, element).strip()

    def _require_unread(self, element: Element) -> None:
        """Refuse what would be lost: it stands after the peaks of its scan, or after a scan inside."""
        identity = str(int(element.getparent().get("num")))
        if identity in self._scans or identity != self._identities[-1]:
            place = f"scan {identity} (line {element.sourceline})"
            found = f"{local_name(element)} after the peaks or after a scan inside"
            raise FormatError(self._path, place, found, "the precursor, then the peaks once, then the scans inside")

    def _keep_scan(self, scan: Element, peaks: Element) -> None:
        identity = str(int(scan.get("num")))
        place = f"scan {identity} (line {scan.sourceline})"
        n_peaks = whole_number(self._path, f"{place}, peaksCount", scan.get("peaksCount"), lowest=0, highest=2**62)
        self._budget.spend(place, declared_peaks(self._path, place, n_peaks))
        ms_level = whole_number(
            self._path, f"{place}, msLevel", scan.get("msLevel"), lowest=1, highest=HIGHEST_MS_LEVEL
        )
        pairs = self._pairs(place, peaks, n_peaks).reshape(n_peaks, 2)
        self._scans[identity] = ScanRecord(
            place=place,
            identity=identity,
            retention_time_s=self._time_s(place, scan),
            ms_level=ms_level,
            polarity=self._polarity(place, scan),
            centroided=self._representation(place, scan),
            precursor=self._precursor(place, scan, ms_level),
            mz=pairs[:, 0],
            intensity=pairs[:, 1],
        )
        peaks.clear()

    def _require_read(self, scan: Element) -> None:
        place = f"scan {scan.get('num')} (line {scan.sourceline})"
        if str(int(scan.get("num"))) not in self._scans:
            raise FormatError(self._path, place, "no peaks element", "one, even if it is empty")

    def _pairs(self, place: str, peaks: Element, n_peaks: int) -> FloatArray:
        content = peaks.get("contentType", peaks.get("pairOrder"))
        order = peaks.get("byteOrder")
        code = _FLOAT_CODES.get(peaks.get("precision"))
        if content != _PAIRS or order != "network" or code is None:
            found = (
                f"{str(content)[:40]!r} of {str(peaks.get('precision'))[:40]} bits in byte order {str(order)[:40]!r}"
            )
            raise FormatError(self._path, place, found, f"{_PAIRS!r} of 32 or 64 bits in byte order 'network'")
        if peaks.get("compressionType") not in _COMPRESSIONS:
            found = f"the compression {peaks.get('compressionType')[:60]!r}"
            raise FormatError(self._path, place, found, "zlib or none")
        compressed = _COMPRESSIONS[peaks.get("compressionType")]
        text = text_of(self._path, peaks)
        self._require_length(place, peaks, text, compressed=compressed)
        return unpacked(self._path, place, text, packing=Packing(dtype=code, zlib=compressed), n_numbers=2 * n_peaks)

    def _require_length(self, place: str, peaks: Element, text: str, *, compressed: bool) -> None:
        """Compare ``compressedLen`` with the bytes before base64; without compression some write 0."""
        if peaks.get("compressedLen") is None:
            return
        n_bytes = len(packed_bytes(self._path, place, text))
        stated = whole_number(
            self._path, f"{place}, compressedLen", peaks.get("compressedLen"), lowest=0, highest=2**40
        )
        if stated != n_bytes and (compressed or stated):
            raise FormatError(self._path, f"{place}, compressedLen", f"{n_bytes} bytes", f"{stated}, as declared")

    def _time_s(self, place: str, scan: Element) -> float:
        text = scan.get("retentionTime")
        return float("nan") if text is None else duration_s(self._path, f"{place}, retentionTime", text)

    def _polarity(self, place: str, scan: Element) -> int:
        if scan.get("polarity") not in _POLARITIES:
            found = f"the polarity {scan.get('polarity')[:60]!r}"
            raise FormatError(self._path, place, found, "+, - or any")
        return _POLARITIES[scan.get("polarity")]

    def _representation(self, place: str, scan: Element) -> int:
        """Tell whether a scan is centroided: by its own word, else by that of the processing if it has one meaning."""
        if scan.get("centroided") is not None:
            return self._flag(place, scan.get("centroided"))
        return max(self._centroided, default=-1)

    def _flag(self, place: str, text: str) -> int:
        if text not in _FLAGS:
            raise FormatError(self._path, f"{place}, centroided", repr(text[:60]), "0 or 1")
        return _FLAGS[text]

    def _precursor(self, place: str, scan: Element, ms_level: int) -> PrecursorFacts:
        found = [child for child in scan.iterchildren("*") if local_name(child) == "precursorMz"]
        if len(found) > (ms_level > 1):
            expected = "at most one, and none for MS1"
            raise FormatError(self._path, place, f"{len(found)} precursors of an MS{ms_level} scan", expected)
        if not found:
            return PrecursorFacts()
        path, ion = self._path, found[0]
        text = text_of(path, ion).strip()
        half_width = self._half_width(place, ion)
        return PrecursorFacts(
            mz=decimal_number(path, f"{place}, precursorMz", text, above=0.0, highest=MAX_MZ) if text else np.nan,
            charge=whole_number(
                path,
                f"{place}, precursorCharge",
                ion.get("precursorCharge", "0"),
                lowest=-HIGHEST_CHARGE,
                highest=HIGHEST_CHARGE,
            ),
            isolation_lower_offset=half_width,
            isolation_upper_offset=half_width,
            activation=kept_text(path, ion, "activationMethod"),
        )

    def _half_width(self, place: str, ion: Element) -> float:
        """Halve the width of the isolation window, which the format takes to be even."""
        text = ion.get("windowWideness")
        if text is None:
            return float("nan")
        return decimal_number(self._path, f"{place}, windowWideness", text, above=-1e-300, highest=MAX_MZ) / 2.0

    def _keep_offset(self, element: Element) -> None:
        self._offsets.setdefault(element.getparent().get("name", ""), []).append(
            Offset(
                place=f"line {element.sourceline}, the index",
                identity=kept_text(self._path, element, "id"),
                byte=text_of(self._path, element).strip(),
            )
        )

    def _metadata(self) -> RunMetadata:
        version = _NAMESPACE.fullmatch(self._attributes["mzXML"]["namespace"])
        return RunMetadata(
            instrument="; ".join(dict.fromkeys(filter(None, self._models))),
            source_format=f"mzXML {version['version'] if version else ''}".strip(),
        )

    def _faults(self) -> list[FormatError]:
        path, data = self._path, self._data
        offsets = self._offsets.pop("scan", [])
        faults = [
            *count_fault(
                path, "msRun", declared=self._attributes["msRun"].get("scanCount"), found=len(self._identities)
            ),
            *offset_faults(path, data, offsets, element="scan", attribute="num", identities=self._identities),
            *(
                FormatError(path, others[0].place, f"an index of {name[:60]!r}", "of scans")
                for name, others in self._offsets.items()
            ),
        ]
        if "indexOffset" in self._texts:
            byte = self._texts["indexOffset"]
            faults += tag_offset_fault(path, data, byte=byte, place="indexOffset", element="index")
        if "sha1" in self._texts:
            faults += checksum_fault(path, data, tag="sha1", stated=self._texts["sha1"])
        return faults
