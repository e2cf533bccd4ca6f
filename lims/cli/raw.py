"""``aigaq raw``: looking after the raw store."""

from pathlib import Path

import typer

from lims.cli.casework import acting
from lims.cli.laboratories import require_laboratory
from lims.cli.output import counting, note, print_json, say
from lims.domain.raw_upkeep import RawSweep, SetAsideFile
from lims.errors import InvalidRecordError
from lims.services.raw_copying import RawRepairing
from lims.services.scrubbing import RawScrub

FAULTS_FOUND = 4
"""Exit code as of a broken ledger."""


def run_raw_sweep(*, by: str, as_json: bool, home: Path | None) -> None:
    """Move what no entry names into the quarantine and say what was moved."""
    laboratory = require_laboratory(home)
    sweep = laboratory.sweeping.sweep(actor=acting(laboratory, by))
    if as_json:
        print_json(_sweep_facts(sweep))
    elif sweep is None:
        say("nothing to sweep")
    else:
        say(f"sweep {sweep.number}: {sweep.title} moved into the quarantine")
        for file in sweep.moved:
            say(f"  {file.name or '(moved by an earlier sweep)'} -> {file.kept_as}")


def run_raw_scrub(*, share: str, copy: bool, as_json: bool, home: Path | None) -> None:
    """Read the store or its copy again and print every fault; the exit code says it too."""
    laboratory = require_laboratory(home)
    scrub = laboratory.raw_copying.scrub_copy if copy else laboratory.scrubbing.scrub
    with counting("raw objects") as progress:
        found = scrub(share=_share(share), progress=progress)
    if as_json:
        print_json(_scrub_facts(found))
    else:
        say(f"{'INTACT' if found.intact else 'DAMAGED'}: {found.objects} objects, {found.bytes_read} bytes read")
        for fault in found.faults:
            say(f"  {fault.kind.value.upper()} {fault.said}")
    raise typer.Exit(0 if found.intact else FAULTS_FOUND)


def run_raw_copy(*, as_json: bool, home: Path | None) -> None:
    """Bring the second copy up to date."""
    laboratory = require_laboratory(home)
    with counting("raw objects") as progress:
        done = laboratory.raw_copying.copy(progress=progress)
    if as_json:
        print_json({"copied": done.copied, "present": done.present, "faults": list(done.faults)})
    else:
        say(f"{done.copied} objects copied, {done.present} were there")
        for fault in done.faults:
            say(f"  FAULT {fault}")
    raise typer.Exit(FAULTS_FOUND if done.faults else 0)


def run_raw_repair(*, by: str, as_json: bool, home: Path | None) -> None:
    """Bring back from the copy what is missing or damaged."""
    laboratory = require_laboratory(home)
    done = laboratory.raw_copying.repair(actor=acting(laboratory, by))
    if as_json:
        print_json(_repair_facts(done))
    else:
        brought_back = [item for repair in done.repairs for item in repair.repaired]
        say(f"{len(brought_back)} objects brought back")
        for item in brought_back:
            say(f"  {item.sha256} was {item.found}")
        for fault in done.faults:
            say(f"  FAULT {fault}")
    raise typer.Exit(FAULTS_FOUND if done.faults else 0)


def note_sweep(sweep: RawSweep | None) -> None:
    """Tell on standard error what a sweep at the start moved; nothing if it moved nothing."""
    if sweep is not None:
        note(f"sweep {sweep.number}: {sweep.title} that no entry names moved into the quarantine of the raw store")


def _share(text: str) -> int:
    first, _, count = text.partition("/")
    if first != "1" or not count.isdecimal():
        raise InvalidRecordError(f"share {text!r}; expected 1/7, or 1/1 for everything")
    return int(count)


def _sweep_facts(sweep: RawSweep | None) -> dict[str, object]:
    if sweep is None:
        return {"sweep": None, "moved": []}
    return {"sweep": sweep.number, "moved": [_file_facts(file) for file in sweep.moved]}


def _file_facts(file: SetAsideFile) -> dict[str, object]:
    return {"name": file.name, "kept_as": file.kept_as, "size": file.size, "sha256": file.sha256}


def _scrub_facts(found: RawScrub) -> dict[str, object]:
    return {
        "intact": found.intact,
        "objects": found.objects,
        "bytes": found.bytes_read,
        "share": f"1/{found.share}",
        "faults": [
            {"kind": fault.kind.value, "name": fault.name, "sha256": fault.sha256, "said": fault.said}
            for fault in found.faults
        ],
    }


def _repair_facts(done: RawRepairing) -> dict[str, object]:
    return {
        "repairs": [
            {
                "number": repair.number,
                "objects": [
                    {
                        "sha256": item.sha256,
                        "found": item.found,
                        "damaged": None if item.damaged is None else _file_facts(item.damaged),
                    }
                    for item in repair.repaired
                ],
            }
            for repair in done.repairs
        ],
        "faults": list(done.faults),
    }
