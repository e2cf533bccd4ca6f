"""JCAMP-DX text with the scans of a GC-MS run: one ``##PAGE= T=...`` a scan.

Two forms are understood. *NTUPLES* (Lampen et al., Appl. Spectrosc. 48 (1994) 1545, doi:10.1366/0003702944027840)
states the unit of its times in ``##UNITS=`` and ends with ``##END NTUPLES=`` and ``##END=``. *Scan reports*, as GC-MS
data systems export them, state no unit and mostly have no end: their times are seconds, as those of NTUPLES files
usually are, and the times in ``##FIRST=`` and ``##LAST=`` (the same, or in minutes) or ``##TIME_RANGE=`` have to say so
too; one of these or ``##END=`` is what shows that no scan is missing at the end.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spectra.chromatogram.run import Run, RunMetadata
from spectra.errors import FormatError, FormatErrors, InvalidSpectrumError
from spectra.formats.andi_scans import TOTAL_RELATIVE
from spectra.formats.content import read_content
from spectra.formats.jcamp_dx import is_jcamp_dx
from spectra.formats.jcamp_labels import (
    LabelledBlock,
    LabelledRecord,
    agrees,
    labelled_records,
    sound_factor,
)
from spectra.formats.text_lines import first_word_that_is_no_number, shown, text_lines
from spectra.formats.text_record import MAX_FAULTS
from spectra.spectrum import RawSpectrum

_SNIFFED_BYTES = 1_000_000
_PAGE_MARK = re.compile(rb"^##\s*(PAGE|NTUPLES)\s*=", re.MULTILINE | re.IGNORECASE)
_PAGE = re.compile(r"T\s*=\s*(\S+)", re.IGNORECASE)
_PAGE_STARTS = ("SCANNUMBER", "PAGE")
_TABLES = ("XYDATA", "DATATABLE", "PEAKTABLE", "XYPOINTS")
_ENDS = ("ENDNTUPLES", "END")
_SECONDS_IN = {"SECONDS": 1.0, "SECOND": 1.0, "SEC": 1.0, "S": 1.0, "MINUTES": 60.0, "MINUTE": 60.0, "MIN": 60.0}
_SECONDS_IN_A_MINUTE = 60.0
_SYMBOLS = ("X", "Y", "T")
_TIME_AXIS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    """What the variables of a series mean: where each stands in the lists, and what its numbers are multiplied by."""

    time: int
    mz_factor: float
    intensity_factor: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    time: str
    """As written."""
    time_s: float
    peaks: RawSpectrum = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """A file's records in three parts: what stands before the scans, the scans, what stands behind them."""

    header: LabelledBlock
    pages: tuple[LabelledBlock, ...]
    ends: tuple[str, ...]


def is_jcamp_run(path: Path) -> bool:
    """Tell by content whether a path is a JCAMP-DX file with pages of scans."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_SNIFFED_BYTES)
    return is_jcamp_dx(start) and _PAGE_MARK.search(start) is not None


def read_jcamp_run(path: Path) -> Run:
    """Read the scans of a JCAMP-DX file.

    Returns
    -------
    Run
        Retention times in seconds; m/z and intensities as written, multiplied by the factors that the file gives.

    Raises
    ------
    FormatError
        If it is no series of scans, its end is missing, the unit of its times is not known, or what it declares of
        its scans is not what it holds.
    FormatErrors
        If scans are faulty; each fault names its line.
    """
    lines = text_lines(path, read_content(path).data)
    text = labelled_records(path, lines)
    faults = list(text.faults)
    if faults:
        raise FormatErrors.of(path, faults)
    series = _series(path, text.records)
    axes = _axes(series)
    scans: list[_Scan] = []
    for number, page in enumerate(series.pages):
        try:
            scans.append(_scan(page, axes, number, series.pages))
        except FormatError as fault:
            faults.append(fault)
            if len(faults) >= MAX_FAULTS:
                break
    if faults:
        raise FormatErrors.of(path, faults)
    _require_whole(series, axes, scans, last_line_ends=not lines[-1])
    return _run(series, scans)


def _series(path: Path, records: tuple[LabelledRecord, ...]) -> _Series:
    if not records or records[0].key != "TITLE":
        raise FormatError(path, "line 1", "no ##TITLE=", "a JCAMP-DX file that begins with it")
    n_header = next((i for i, record in enumerate(records) if record.key in _PAGE_STARTS), len(records))
    n_before_end = next((i for i, record in enumerate(records) if record.key in _ENDS), len(records))
    if n_header >= n_before_end:
        raise FormatError(path, "the whole file", "no ##PAGE=", "a scan in each ##PAGE=")
    ends = records[n_before_end:]
    wrong = next((record for record in records[1:n_before_end] if record.key == "TITLE"), None) or next(
        (record for record in ends if record.key not in _ENDS or any(line.strip() for line in record.body)), None
    )
    if wrong is not None:
        raise FormatError(path, f"line {wrong.line}", f"'##{wrong.label}='", "nothing but one series and its end")
    return _Series(
        header=LabelledBlock(path, records[0].line, list(records[:n_header])),
        pages=tuple(_pages(path, records[n_header:n_before_end])),
        ends=tuple(record.key for record in ends),
    )


def _pages(path: Path, records: tuple[LabelledRecord, ...]) -> list[LabelledBlock]:
    """Cut the records into pages: a page ends with its table, the next record begins another one."""
    pages: list[LabelledBlock] = []
    current: list[LabelledRecord] = []
    for record in records:
        current.append(record)
        if record.key in _TABLES:
            pages.append(LabelledBlock(path, current[0].line, current))
            current = []
    if current:
        pages.append(LabelledBlock(path, current[0].line, current))
    return pages


def _axes(series: _Series) -> _Axes:
    header = series.header
    header.require_mz()
    if header.find("NTUPLES") is None:
        return _Axes(
            time=_TIME_AXIS,
            mz_factor=header.factor("XFACTOR"),
            intensity_factor=header.factor("YFACTOR"),
            seconds=1.0,
        )
    symbols = _listed(header, "SYMBOL")
    if sorted(symbols) != sorted(_SYMBOLS):
        found = f"##SYMBOL= {shown(header.text('SYMBOL'))}"
        raise FormatError(header.path, f"line {header.line}", found, "X, Y and T in any order")
    x, y, t = (symbols.index(symbol) for symbol in _SYMBOLS)
    units = _listed(header, "UNITS")
    if len(units) != len(symbols) or units[x] != "M/Z" or units[t] not in _SECONDS_IN:
        found = f"##UNITS= {shown(header.text('UNITS'))}"
        raise FormatError(header.path, f"line {header.line}", found, "M/Z for X, and SECONDS or MINUTES for T")
    forms = _listed(header, "VARFORM")
    if any(form not in {"", "AFFN"} for form in forms):
        found = f"##VAR_FORM= {shown(header.text('VARFORM'))}"
        raise FormatError(header.path, f"line {header.line}", found, "AFFN, plain numbers")
    factors = _factors(header, len(symbols))
    return _Axes(time=t, mz_factor=factors[x], intensity_factor=factors[y], seconds=factors[t] * _SECONDS_IN[units[t]])


def _listed(header: LabelledBlock, key: str) -> list[str]:
    text = header.text(key).rstrip(", ")
    return [word.strip().upper() for word in text.split(",")] if text else []


def _factors(header: LabelledBlock, n_symbols: int) -> list[float]:
    words = _listed(header, "FACTOR") or [""] * n_symbols
    if len(words) != n_symbols:
        found = f"##FACTOR= with {len(words)} numbers"
        raise FormatError(header.path, f"line {header.line}", found, f"{n_symbols}, one a symbol")
    return [sound_factor(header.path, header.line, "FACTOR", word) if word else 1.0 for word in words]


def _scan(page: LabelledBlock, axes: _Axes, number: int, pages: tuple[LabelledBlock, ...]) -> _Scan:
    mark = page.find("PAGE")
    if mark is None:
        raise FormatError(page.path, f"line {page.line}", "no ##PAGE=", "the scan's time in ##PAGE= T=")
    match = _PAGE.fullmatch(mark.text)
    if match is None or first_word_that_is_no_number([match[1]]) is not None:
        raise page.fault(mark, f"##{mark.label}= {shown(mark.text)}", "T= and a number")
    table = page.records[-1]
    if table.key not in _TABLES:
        raise page.fault(table, f"##{table.label}= as the last record of a scan", "its table of peaks")
    peaks = page.peaks(table, mz_factor=axes.mz_factor, intensity_factor=axes.intensity_factor)
    _require_said_twice(page, match[1], peaks)
    said = page.find("SCANNUMBER")
    if said is not None and said.text != (
        pages[0].text("SCANNUMBER") if not number else _next_number(pages[number - 1])
    ):
        raise page.fault(said, f"scan {shown(said.text)}", "the number after that of the scan before")
    return _Scan(time=match[1], time_s=float(match[1]) * axes.seconds, peaks=peaks)


def _next_number(page: LabelledBlock) -> str:
    text = page.text("SCANNUMBER")
    return str(int(text) + 1) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else ""


def _require_said_twice(page: LabelledBlock, time: str, peaks: RawSpectrum) -> None:
    """Compare what a scan says of itself beside its page mark and its peaks; a total of 0 means "not recorded"."""
    again = page.find("RETENTIONTIME")
    if again is not None and again.text and again.text != time and not agrees(again.text, float(time)):
        raise page.fault(again, f"##{again.label}= {shown(again.text)}", f"{time}, as in ##PAGE=")
    total = page.find("TIC")
    if total is None or not total.text:
        return
    if first_word_that_is_no_number([total.text]) is not None or not np.isfinite(float(total.text)):
        raise page.fault(total, f"##{total.label}= {shown(total.text)}", "a number")
    recorded, found = float(total.text), sum(peaks.intensity)
    if recorded > 0 and not abs(found - recorded) <= TOTAL_RELATIVE * recorded:
        raise page.fault(total, f"##{total.label}= {shown(total.text)}", f"{found:.6g}, the sum of the scan's peaks")


def _require_whole(series: _Series, axes: _Axes, scans: list[_Scan], *, last_line_ends: bool) -> None:
    """Refuse a series whose end is missing, or that does not hold what its header announces."""
    header = series.header
    is_ntuples = header.find("NTUPLES") is not None
    first, last = _announced(header, "FIRST", axes.time), _announced(header, "LAST", axes.time)
    between = re.fullmatch(r"\(([^,]*),([^,]*)\)", header.text("TIMERANGE"))
    times = [(first, scans[0]), (last, scans[-1])]
    if between is not None:
        times += [(between[1].strip(), scans[0]), (between[2].strip(), scans[-1])]
    units = (1.0,) if is_ntuples else (1.0, _SECONDS_IN_A_MINUTE)
    if not any(all(not text or agrees(text, float(scan.time) / unit) for text, scan in times) for unit in units):
        found = ", ".join(shown(text) for text, _ in times if text)
        place = f"line {header.line}, ##FIRST=, ##LAST= and ##TIME_RANGE="
        raise FormatError(header.path, place, found, f"the times {scans[0].time} and {scans[-1].time} of the scans")
    n_announced = _announced(header, "VARDIM", axes.time)
    if n_announced and n_announced != str(len(scans)):
        raise FormatError(header.path, f"line {header.line}, ##VAR_DIM=", n_announced, f"{len(scans)}, the scans")
    whole = series.ends == (_ENDS if is_ntuples else ("END",))
    if is_ntuples or series.ends:
        if not whole:
            found = " and ".join(series.ends) or "no end: the file is cut"
            raise FormatError(header.path, "the last line", found, "##END NTUPLES= of NTUPLES, and ##END=")
    elif not (last or between) or not last_line_ends:
        found = "neither ##END= nor the last time in the header, or an open line: the file is cut"
        raise FormatError(header.path, "the last line", found, "an end that shows that no scan is missing")


def _announced(header: LabelledBlock, key: str, place: int) -> str:
    """Give what a list of the header says of the time; an empty text where it says nothing."""
    words = header.text(key).split(",")
    return words[place].strip() if place < len(words) else ""


def _run(series: _Series, scans: list[_Scan]) -> Run:
    header = series.header
    date = header.text("LONGDATE") or f"{header.text('DATE')} {header.text('TIME')}".strip()
    metadata = RunMetadata(
        sample_name=header.text("TITLE"),
        acquired_at=date,
        operator=header.text("OPERATOR"),
        instrument=header.text("SPECTROMETERDATASYSTEM") or header.text("SPECTROMETERSYSTEM"),
        method=header.text("METHOD"),
        source_format="JCAMP-DX (mass spectrometry)",
    )
    try:
        return Run(
            scan_times_s=np.array([scan.time_s for scan in scans]),
            scan_starts=np.cumsum([0, *(len(scan.peaks.mz) for scan in scans)]),
            mz=np.array([mz for scan in scans for mz in scan.peaks.mz]),
            intensity=np.array([height for scan in scans for height in scan.peaks.intensity]),
            metadata=metadata,
        )
    except InvalidSpectrumError as error:
        raise FormatError(header.path, "the scans", str(error), "sound scans") from error
