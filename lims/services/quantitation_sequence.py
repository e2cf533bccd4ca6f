"""The sequence of a batch as a file: which run holds what, and how much of it where that is known."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lims.domain.sequence import InjectionKind
from spectra import FormatError, FormatErrors

REQUIRED = ("run", "sample_name", "sample_type", "nominal_ug_per_ml")
"""Columns that the file must have; others are left alone."""
MAX_BYTES = 1_000_000
MAX_LINES = 2_000
"""No batch of this field comes near; larger files are something else."""
_UNKNOWN = frozenset({"", "na", "n/a", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceLine:
    """One injection of the file."""

    number: int
    """Of the line in the file, the header being 1."""
    run: str
    sample_name: str
    kind: InjectionKind
    nominal_ug_per_ml: float | None
    """None where the file states none: always for blanks and exhibits."""
    path: Path
    """The run's file or folder."""


def read_sequence_file(path: Path, *, runs: Path, fewest_calibrators: int) -> tuple[SequenceLine, ...]:
    """Read a sequence file and find its runs.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with the columns ``REQUIRED``.
    runs : Path
        The folder with the runs: ``RUN``, ``RUN.D``, or one file or folder whose name without its ending is ``RUN``.
    fewest_calibrators : int
        Different concentrations that the method needs.

    Returns
    -------
    tuple of SequenceLine
        In the order of the file, which is the order of injection.

    Raises
    ------
    FormatErrors
        With every fault of the file and its line.
    """
    faults: list[FormatError] = []
    rows = list(_rows(path, faults))
    found: list[SequenceLine] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        line = _line(path, number, row, runs, faults)
        if line is None:
            continue
        if line.run.casefold() in seen:
            faults.append(
                _fault(path, number, f"run {line.run!r} again (line {seen[line.run.casefold()]})", "one line")
            )
        seen.setdefault(line.run.casefold(), number)
        found.append(line)
    if not faults:
        faults.extend(_calibration_faults(path, found, fewest_calibrators))
    if faults:
        raise FormatErrors.of(path, faults)
    return tuple(found)


def _rows(path: Path, faults: list[FormatError]) -> Iterator[tuple[int, dict[str, str]]]:
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in REQUIRED if header.count(name) != 1]
        if missing:
            faults.append(_fault(path, 1, f"columns {', '.join(header) or 'none'}", f"{', '.join(missing)} once each"))
            return
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if reader.line_num > MAX_LINES:
                faults.append(_fault(path, reader.line_num, "more lines", f"at most {MAX_LINES}"))
                return
            if len(values) != len(header):
                faults.append(_fault(path, reader.line_num, f"{len(values)} fields", f"{len(header)}, as the header"))
                continue
            yield reader.line_num, {name: value.strip() for name, value in zip(header, values, strict=True)}
    except csv.Error as error:
        faults.append(_fault(path, reader.line_num, str(error), "comma-separated fields"))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise FormatErrors.of(path, [FormatError(path, "the file", "more bytes", f"at most {MAX_BYTES}")])
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fault = FormatError(path, "the file", str(error), "a readable file in UTF-8")
        raise FormatErrors.of(path, [fault]) from error


def _line(path: Path, number: int, row: dict[str, str], runs: Path, faults: list[FormatError]) -> SequenceLine | None:
    before = len(faults)
    kind = _kind(path, number, row["sample_type"], faults)
    nominal = _nominal(path, number, row["nominal_ug_per_ml"], kind, faults)
    place = _run_path(path, number, row["run"], runs, faults)
    if len(faults) > before or kind is None or place is None:
        return None
    return SequenceLine(
        number=number,
        run=row["run"],
        sample_name=row["sample_name"],
        kind=kind,
        nominal_ug_per_ml=nominal,
        path=place,
    )


def _kind(path: Path, number: int, text: str, faults: list[FormatError]) -> InjectionKind | None:
    try:
        return InjectionKind(text.casefold())
    except ValueError:
        faults.append(_fault(path, number, f"sample type {text!r}", " or ".join(kind.value for kind in InjectionKind)))
        return None


def _nominal(path: Path, number: int, text: str, kind: InjectionKind | None, faults: list[FormatError]) -> float | None:
    if text.casefold() in _UNKNOWN:
        if kind is InjectionKind.CALIBRATOR:
            faults.append(_fault(path, number, "a calibrator without a nominal concentration", "a number above 0"))
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        faults.append(_fault(path, number, f"nominal concentration {text!r}", "a number above 0, or nothing"))
        return None
    if kind in {InjectionKind.BLANK, InjectionKind.EXHIBIT}:
        faults.append(_fault(path, number, f"{kind.value} with a nominal concentration {text!r}", "nothing"))
        return None
    return value


def _run_path(path: Path, number: int, run: str, runs: Path, faults: list[FormatError]) -> Path | None:
    if not run or run in {".", ".."} or any(sign in run for sign in "/\\\0"):
        faults.append(_fault(path, number, f"run {run!r}", "the name of a run in the folder, without a path"))
        return None
    for exact in (runs / run, runs / f"{run}.D"):
        if exact.exists():
            return exact
    near = sorted(entry for entry in runs.iterdir() if entry.stem == run) if runs.is_dir() else []
    if len(near) == 1:
        return near[0]
    found = f"{len(near)} runs {run!r} in {runs}" if near else f"no run {run!r} in {runs}"
    faults.append(_fault(path, number, found, "one file or folder of that name"))
    return None


def _calibration_faults(path: Path, lines: list[SequenceLine], fewest: int) -> Iterator[FormatError]:
    levels = {line.nominal_ug_per_ml for line in lines if line.kind is InjectionKind.CALIBRATOR}
    if len(levels) < fewest:
        found = f"{len(levels)} calibrators of different concentration"
        yield FormatError(path, "the calibrators", found, f"at least {fewest} for the curve of the method")


def _fault(path: Path, number: int, found: str, expected: str) -> FormatError:
    return FormatError(path, f"line {number}", found, expected)
