"""``aigaq report packet``, and the check of what it made."""

from dataclasses import replace
from pathlib import Path

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import say
from lims.domain.disclosure import Disclosure
from lims.errors import NotFoundError, UnreadableFileError
from lims.reporting.bag import BagFacts, is_bag, written_bag
from lims.reporting.packet_check import LedgerKeys, PacketCheck, check_packet
from lims.reporting.verification import Verdict, Verification
from lims.services.laboratory import Laboratory


def run_packet(number: str, *, to: Path, by: str, home: Path | None) -> None:
    """Make the disclosure packet of a report."""
    here = seat(require_laboratory(home), by)
    laboratory = here.laboratory
    signed = laboratory.checkpointing.make()
    keys = laboratory.checkpointing.identity().keys
    packet = laboratory.disclosing.gather(number, signed=signed, keys=keys)
    day = laboratory.clock.now().date()
    facts = BagFacts(identifier=number, origin=packet.origin, made_on=day)
    with written_bag(packet.files, to.absolute(), facts) as bag:
        laboratory.disclosing.record(packet, bag_sha256=bag.sha256, actor=here.person)
        bag.put_in_place()
    say(f"packet of {number} in {to}: {packet.entries} entries, {len(packet.files)} files, SHA-256 {bag.sha256}")


def look_into(folder: Path, laboratory: Laboratory | None) -> PacketCheck:
    """Check a packet; with the laboratory at hand, also whether it made this very packet.

    Raises
    ------
    UnreadableFileError
        If the folder is no packet, or cannot be read.
    """
    if not is_bag(folder):
        raise UnreadableFileError(folder, "a folder without bagit.txt: no disclosure packet")
    try:
        found = check_packet(folder, trusted=_keys(laboratory) if laboratory else None)
    except OSError as error:
        raise UnreadableFileError(folder, error.strerror or str(error)) from error
    return found if laboratory is None else _recorded(found, laboratory)


def joined(verification: Verification, packet: PacketCheck) -> Verification:
    """Give the verdict on report and packet: a fault of the packet makes it altered, whatever the report is."""
    verdict = Verdict.ALTERED if packet.faults else verification.verdict
    return replace(verification, verdict=verdict, reasons=(*packet.faults, *packet.notes, *verification.reasons))


def _keys(laboratory: Laboratory) -> LedgerKeys:
    identity = laboratory.checkpointing.identity()
    return LedgerKeys(origin=identity.origin, keys=identity.keys)


def _recorded(found: PacketCheck, laboratory: Laboratory) -> PacketCheck:
    """Look for the packet among those that the ledger knows."""
    for one in _disclosures(found, laboratory):
        if one.bag_sha256 == found.sha256:
            of = found.report.stem if found.report else ""
            note = f"The ledger knows this packet: made of {of} on {one.made_at.date()} by {one.made_by}."
            return replace(found, notes=(note, *found.notes))
    fault = f"the ledger knows no packet {found.sha256 or 'without a tag manifest'}"
    return replace(found, faults=(*found.faults, fault))


def _disclosures(found: PacketCheck, laboratory: Laboratory) -> tuple[Disclosure, ...]:
    """Give what the ledger knows of packets of the report whose document is in this one."""
    try:
        return laboratory.reporting.get(found.report.stem).disclosures if found.report else ()
    except NotFoundError:
        return ()
