"""``aigaq ledger``: verify, rebuild, checkpoint, witness."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import acting
from lims.cli.laboratories import NoLaboratoryError, find_laboratory, require_laboratory
from lims.cli.output import counting, print_json, say
from lims.cli.witness_files import read_witness, write_witness
from lims.errors import SettingsError
from lims.persistence.ledger_key import read_public_keys
from lims.services.auditing import CANNOT_KNOW, LedgerVerification
from lims.services.checkpoint_ports import LedgerIdentity
from lims.services.laboratory import Laboratory
from lims.services.witnessing import Witness, WitnessFinding, WitnessVerdict, compare_witnesses

BROKEN = 4
CANNOT_SAY = 6


def run_verify(*, home: Path | None, witnesses: tuple[Path, ...], as_json: bool) -> None:
    """Verify the ledger and print what was checked, what was found, and what cannot be known."""
    laboratory = require_laboratory(home)
    brought = tuple(map(read_witness, witnesses))
    began = time.monotonic()
    with counting("raw objects") as progress:
        found = laboratory.auditing.verify(progress=progress, witnesses=brought)
    seconds = time.monotonic() - began
    now, separation = laboratory.clock.now(), laboratory.auditing.store.separation()
    unfinished = laboratory.recovering.unfinished()
    if as_json:
        facts = _as_json(found, seconds=seconds, now=now, separation=separation)
        print_json(facts | {"unfinished_reports": list(unfinished)})
    else:
        for line in _lines(found, seconds=seconds, now=now, separation=separation):
            say(line)
        for number in unfinished:
            say(f"  unfinished: report {number} has a number and no document; 'aigaq report recover' gives it up")
    raise typer.Exit(0 if found.intact else BROKEN)


def run_rebuild(*, check: bool, by: str | None, home: Path | None, as_json: bool) -> None:
    """Name the differences between lists and ledger, or make the lists anew."""
    laboratory = require_laboratory(home)
    if not check:
        if by is None:
            raise SettingsError("the lists are made anew by somebody: name the person with --by, or use --check")
        rebuild = laboratory.relisting.rebuild(actor=acting(laboratory, by))
        if as_json:
            print_json({"number": rebuild.number, "differences": rebuild.differences})
        else:
            say(f"{rebuild.number}: every list made anew; {rebuild.differences} differences before")
        return
    differences = laboratory.relisting.differences()
    if as_json:
        names = ("table", "key", "column", "found", "expected", "reason")
        print_json({"differences": [{name: getattr(fault, name) for name in names} for fault in differences]})
    else:
        for fault in differences:
            say(f"  {fault}")
        say(f"{len(differences)} differences between lists and ledger")
    raise typer.Exit(BROKEN if differences else 0)


def run_checkpoint(*, to: Path | None, by: str | None, home: Path | None, as_json: bool) -> None:
    """Make a checkpoint; with ``to``, write it there and record that it was handed out."""
    laboratory = require_laboratory(home)
    if (to is None) != (by is None):
        raise SettingsError("a checkpoint is handed out by somebody: --to and --by belong together")
    actor = acting(laboratory, by) if by else None
    signed = laboratory.checkpointing.make()
    written = ""
    if to is not None and actor is not None:
        written = str(write_witness(signed, to, sender=actor.number, at=laboratory.clock.now()))
        laboratory.checkpointing.hand_out(signed, to=written, actor=actor)
    checkpoint = signed.checkpoint
    if as_json:
        facts = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
        print_json(facts | {"note": signed.to_bytes().decode(), "written": written})
        return
    say(signed.to_bytes().decode().rstrip("\n"))
    if written:
        say(f"\nhanded out: {written}; keep it where nobody of this laboratory can change it")


def run_witness(files: tuple[Path, ...], *, home: Path | None, key: Path | None, as_json: bool) -> None:
    """Hold checkpoints from outside against the ledger; without a laboratory, against one another."""
    witnesses = tuple(map(read_witness, files))
    laboratory = None if key else find_laboratory(home)
    if laboratory is None and home is not None:
        raise NoLaboratoryError(home)
    findings = laboratory.auditing.examine(witnesses) if laboratory else ()
    pairs = compare_witnesses(witnesses, identity=_identity(laboratory, key))
    findings = (*findings, *(pair for pair in pairs if laboratory is None or pair.verdict.proves_fault))
    if not findings:
        findings = (_alone(witnesses[0]),)
    if as_json:
        print_json({"findings": [_finding(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{finding.verdict.value}  {finding.name}")
            say(f"  {finding.reason}")
    raise typer.Exit(_exit_code(findings))


def _identity(laboratory: Laboratory | None, key: Path | None) -> LedgerIdentity | None:
    if laboratory is not None:
        return laboratory.checkpointing.identity()
    keys = read_public_keys(key) if key else ()
    return LedgerIdentity(origin=keys[0].name, keys=keys) if keys else None


def _alone(witness: Witness) -> WitnessFinding:
    reason = "one checkpoint without the ledger proves nothing: bring the laboratory (--home), or a second checkpoint"
    return WitnessFinding(name=witness.name, verdict=WitnessVerdict.CANNOT_SAY, size=None, reason=reason)


def _exit_code(findings: tuple[WitnessFinding, ...]) -> int:
    if any(finding.verdict.proves_fault for finding in findings):
        return BROKEN
    return 0 if all(finding.verdict is WitnessVerdict.CONSISTENT for finding in findings) else CANNOT_SAY


def _finding(finding: WitnessFinding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "verdict": finding.verdict.value,
        "size": finding.size,
        "reason": finding.reason,
    }


def _as_json(found: LedgerVerification, *, seconds: float, now: datetime, separation: str) -> dict[str, Any]:
    checkpoints = found.checkpoints
    return {
        "intact": found.intact,
        "entries": found.chain.entries,
        "head": found.chain.head,
        "root": found.root,
        "raw_objects": found.raw_objects,
        "faults": list(found.faults),
        "cannot_know": list(CANNOT_KNOW),
        "proofs": {"inclusions": found.proofs.inclusions, "consistencies": found.proofs.consistencies},
        "checkpoints": {
            "kept": checkpoints.kept,
            "newest_size": checkpoints.newest_size,
            "signatures_checked": checkpoints.signatures_checked,
            "signer_not_asked": checkpoints.not_asked,
            "uncovered_s": _age_s(found.uncovered_since, now),
        },
        "outside_witness_age_s": _age_s(found.handed_out_at, now),
        "witnesses": [_finding(finding) for finding in checkpoints.witnesses],
        "separation": separation,
        "seconds": round(seconds, 3),
    }


def _lines(found: LedgerVerification, *, seconds: float, now: datetime, separation: str) -> list[str]:
    """Say everything on one screen."""
    entries, checkpoints = found.chain.entries, found.checkpoints
    return [
        f"{'INTACT' if found.intact else 'BROKEN'}: {entries} entries, {found.raw_objects} raw objects",
        f"  head {found.chain.head}",
        f"  root {found.root}",
        f"  checked in {seconds:.1f} s: bytes, hash, place, link, time, version and columns of every entry; every list",
        f"  proofs: {found.proofs.inclusions} of entries, {found.proofs.consistencies} from checkpoints to this root",
        f"  checkpoints: {checkpoints.kept} kept, {_signatures(found)}; {_uncovered(found, now)}",
        f"  last checkpoint handed out: {_handed_out(found, now)}",
        *(f"  witness {finding}" for finding in checkpoints.witnesses),
        *(f"  FAULT {fault}" for fault in found.faults),
        *([f"  not held apart: {separation}"] if separation else []),
        *(f"  not checked: {unknown}" for unknown in CANNOT_KNOW),
    ]


def _signatures(found: LedgerVerification) -> str:
    if found.checkpoints.not_asked:
        return f"signer not asked ({found.checkpoints.not_asked})"
    return "signatures checked" if found.checkpoints.signatures_checked else "signatures not checked"


def _uncovered(found: LedgerVerification, now: datetime) -> str:
    newest = found.checkpoints.newest_size
    if not newest:
        return "no entry is under a checkpoint"
    if found.uncovered_since is None:
        return f"the newest covers all {newest} entries"
    after = found.chain.entries - newest
    return f"the newest covers {newest} entries, {after} came after it, the first {_ago(found.uncovered_since, now)}"


def _handed_out(found: LedgerVerification, now: datetime) -> str:
    if found.handed_out_at is None:
        return "never; nothing outside can show that this ledger was rewritten or rolled back"
    return _ago(found.handed_out_at, now)


def _ago(moment: datetime, now: datetime) -> str:
    span = timedelta(seconds=max(0, int((now - moment).total_seconds())))
    return f"{span} ago ({moment:%Y-%m-%d %H:%M} UTC)"


def _age_s(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else int((now - moment).total_seconds())
