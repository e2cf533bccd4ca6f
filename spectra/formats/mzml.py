"""mzML 1.1, with or without its index (Martens et al., Mol. Cell. Proteomics 10 (2011) R110.000133).

A closed list: what the reader does not know in the place where a number comes from is refused by its name. What a file
may say and is not compared, because converters carry it over from before they pick peaks: total ion current, base
peak, lowest and highest m/z. Chromatograms are counted and not read.
"""

from pathlib import Path

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError
from spectra.formats.binary_arrays import PeakBudget, declared_peaks
from spectra.formats.content import read_content
from spectra.formats.mzml_spectrum import Params, SpectrumElement, params_of
from spectra.formats.mzml_terms import SERIAL_NUMBER
from spectra.formats.scan_file import ScanFile, ScanRecord
from spectra.formats.xml_claims import Offset, checksum_fault, count_fault, offset_faults, tag_offset_fault
from spectra.formats.xml_guard import Element, XmlWalk, kept_text, local_name, namespace, root_of, text_of
from spectra.formats.xml_numbers import whole_number

_ROOTS = {"mzML", "indexedmzML"}
_NAMESPACE = "http://psi.hupo.org/ms/mzml"
_PARENTS = {
    "indexedmzML": {""},
    "mzML": {"", "indexedmzML"},
    "referenceableParamGroup": {"referenceableParamGroupList"},
    "instrumentConfiguration": {"instrumentConfigurationList"},
    "sample": {"sampleList"},
    "run": {"mzML"},
    "spectrumList": {"run"},
    "spectrum": {"spectrumList"},
    "chromatogramList": {"run"},
    "chromatogram": {"chromatogramList"},
    "offset": {"index"},
    "indexListOffset": {"indexedmzML"},
    "fileChecksum": {"indexedmzML"},
}
"""Where each element stands that the walk stops at; one in any other place is refused, not passed over."""
_ONCE = {"indexedmzML", "mzML", "run", "spectrumList", "chromatogramList", "indexListOffset", "fileChecksum"}
_RECORDS = {"spectrum", "chromatogram", "offset"}


def is_mzml(path: Path) -> bool:
    """Tell by content whether a path is an mzML file, also gzipped."""
    return root_of(path) in _ROOTS


def read_mzml(path: Path) -> Run:
    """Read the mass spectra of an mzML file of any MS level, also gzipped.

    Returns
    -------
    Run
        Every spectrum of the file, in its order; retention times in seconds.

    Raises
    ------
    FormatError
        If the file says of itself what it is not (``ScanFile.faults``), a spectrum is not understood in full, or the
        spectra make no sound run.
    """
    return read_mzml_scans(path).sound_run()


def read_mzml_scans(path: Path) -> ScanFile:
    """Read the spectra of an mzML file as they are listed, whether or not they make a sound run.

    Raises
    ------
    FormatError
        If it is no mzML in a safe and complete form, or a spectrum is not understood in full.
    """
    return _Reader(path, read_content(path).data).scan_file()


class _Reader:
    """One walk through one file."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path = path
        self._data = data
        self._budget = PeakBudget(path, len(data))
        self._groups: dict[str, Params] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._texts: dict[str, str] = {}
        self._instruments: list[str] = []
        self._samples: list[str] = []
        self._scans: list[ScanRecord] = []
        self._chromatograms: list[str] = []
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
        if "spectrumList" not in self._attributes:
            raise FormatError(self._path, "the document", "no spectrumList", "an mzML file with mass spectra")
        return ScanFile(
            path=self._path,
            metadata=self._metadata(),
            scans=tuple(self._scans),
            n_chromatograms=len(self._chromatograms),
            faults=tuple(self._faults()),
        )

    def _start(self, name: str, element: Element) -> None:
        place = f"line {element.sourceline}, {name}"
        if namespace(element) != _NAMESPACE:
            raise FormatError(self._path, place, f"the namespace {namespace(element)[:100]!r}", _NAMESPACE)
        parent = element.getparent()
        above = "" if parent is None else local_name(parent)
        if above not in _PARENTS[name]:
            raise FormatError(
                self._path, place, f"it inside {above[:60] or 'nothing'!r}", "the order of elements of mzML"
            )
        if name in _ONCE:
            if name in self._attributes:
                raise FormatError(self._path, place, f"a second {name}", "one")
            self._attributes[name] = {
                key: kept_text(self._path, element, key)
                for key in ("count", "version", "startTimeStamp")
                if element.get(key) is not None
            }

    def _end(self, name: str, element: Element) -> None:
        match name:
            case "spectrum":
                self._scans.append(self._spectrum(element))
            case "chromatogram":
                self._chromatograms.append(element.get("id", ""))
            case "offset":
                self._keep_offset(element)
            case "referenceableParamGroup":
                self._groups[element.get("id", "")] = params_of(self._path, element, {})
            case "instrumentConfiguration":
                self._instruments.append(_instrument(params_of(self._path, element, self._groups)))
            case "sample":
                self._samples.append(kept_text(self._path, element, "name"))
            case "indexListOffset" | "fileChecksum":
                self._texts[name] = text_of(self._path, element).strip()

    def _spectrum(self, element: Element) -> ScanRecord:
        ordinal = len(self._scans)
        place = f"spectrum {ordinal + 1} (line {element.sourceline})"
        whole_number(self._path, f"{place}, index", element.get("index"), lowest=ordinal, highest=ordinal)
        n_peaks = whole_number(
            self._path, f"{place}, defaultArrayLength", element.get("defaultArrayLength"), lowest=0, highest=2**62
        )
        self._budget.spend(place, declared_peaks(self._path, place, n_peaks))
        return SpectrumElement(self._path, place, self._groups).record(element, n_peaks)

    def _keep_offset(self, element: Element) -> None:
        self._offsets.setdefault(element.getparent().get("name", ""), []).append(
            Offset(
                place=f"line {element.sourceline}, the index",
                identity=kept_text(self._path, element, "idRef"),
                byte=text_of(self._path, element).strip(),
            )
        )

    def _metadata(self) -> RunMetadata:
        version = self._attributes["mzML"].get("version", "")
        return RunMetadata(
            sample_name=self._samples[0] if len(self._samples) == 1 else "",
            acquired_at=self._attributes["run"].get("startTimeStamp", ""),
            instrument="; ".join(dict.fromkeys(filter(None, self._instruments))),
            source_format=f"mzML {version}".strip(),
        )

    def _faults(self) -> list[FormatError]:
        path, data = self._path, self._data
        identities = [scan.identity for scan in self._scans]
        if len(set(identities)) != len(identities):
            found = f"{len(identities) - len(set(identities))} names that another spectrum has"
            doubled = [FormatError(path, "the spectra", found, "a name of its own for each")]
        else:
            doubled = []
        declared = {name: self._attributes.get(name, {}).get("count") for name in ("spectrumList", "chromatogramList")}
        return [
            *count_fault(path, "spectrumList", declared=declared["spectrumList"], found=len(identities)),
            *count_fault(
                path, "chromatogramList", declared=declared["chromatogramList"], found=len(self._chromatograms)
            ),
            *doubled,
            *self._index_faults(identities),
            *(
                checksum_fault(path, data, tag="fileChecksum", stated=self._texts["fileChecksum"])
                if "fileChecksum" in self._texts
                else []
            ),
        ]

    def _index_faults(self, identities: list[str]) -> list[FormatError]:
        faults = []
        for element, found in (("spectrum", identities), ("chromatogram", self._chromatograms)):
            offsets = self._offsets.pop(element, [])  # what is left is an index of something else
            faults += offset_faults(self._path, self._data, offsets, element=element, attribute="id", identities=found)
        faults += [
            FormatError(self._path, offsets[0].place, f"an index of {name[:60]!r}", "of spectra and chromatograms")
            for name, offsets in self._offsets.items()
        ]
        if "indexListOffset" in self._texts:
            faults += tag_offset_fault(
                self._path,
                self._data,
                byte=self._texts["indexListOffset"],
                place="indexListOffset",
                element="indexList",
            )
        return faults


def _instrument(params: Params) -> str:
    """Give the words that name an instrument: the model has no value of its own, the serial number has."""
    words = [param.name for param in params.values() if not param.value]
    serial = params.get(SERIAL_NUMBER)
    return " ".join([*words, *([serial.value] if serial else [])])
