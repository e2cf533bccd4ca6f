"""``aigaq inspect``: what files hold, before anything is imported. Its JSON is a contract with others' scripts."""

from dataclasses import asdict
from pathlib import Path

from lims.cli.identify import file_reader
from lims.cli.output import print_json, say, with_progress
from spectra.formats.inspection import FileInspection


def run_inspect(files: list[Path], *, as_json: bool, home: Path | None) -> None:
    """Count scans and peaks of files and print them."""
    reader = file_reader(home)
    found = [(path, reader.inspect(path)) for path in with_progress(files, "reading files")]
    if as_json:
        print_json({"files": [{"file": str(path), **asdict(inspection)} for path, inspection in found]})
        return
    for path, inspection in found:
        _print(path, inspection)


def _print(path: Path, found: FileInspection) -> None:
    levels = "".join(f", MS{level}" for level in found.ms_levels)
    say(f"{path}: {found.source_format}{levels}")
    say(f"  {found.spectra} spectra, {found.peaks} peaks, {found.with_precursor} with precursor")
    if found.times_s:
        say(f"  {found.times_s[0]:.1f} to {found.times_s[1]:.1f} s")
    if found.mz_range:
        say(f"  m/z {found.mz_range[0]:g} to {found.mz_range[1]:g}")
    for fault in found.faults:
        say(f"  cannot be imported: {fault}")
