"""Changes of everything at once: an older backup put back, another past signed with the ledger's own key.

What the ledger says of itself is then in order. The signer's memory shows it, or a checkpoint outside.
"""

import dataclasses
import random
from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import delete, insert

from lims.domain.permissions import Act
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from lims.ledger.merkle import CompactRange
from lims.ledger.signer_state import SignerState
from lims.persistence.tables import CHECKPOINT, LEDGER
from tests.tamper.changes import SIGNER, Change, Kind, ShownBy
from tests.tamper.changing_entries import entries_of, following, forged, rechained, row_of
from tests.tamper.changing_lists import Row
from tests.tamper.histories import Moment
from tests.tamper.targets import ImpossibleChangeError, Target


def put_a_backup_back(target: Target, chance: random.Random) -> Change:
    """Put an older backup of the database back; the signer remembers that it signed more."""
    moment = _older(target, chance, than=target.newest_checkpoint)
    target.put_database(moment.rows)
    signed = target.newest_checkpoint
    words = f"a backup of {len(moment.rows['ledger'])} entries in place of {target.size}, {signed} of them signed"
    return Change(words=words, places=((*SIGNER, str(signed)),))


def put_a_backup_back_with_the_signer(target: Target, chance: random.Random) -> Change:
    """Put an older backup of database and signer back: only a newer checkpoint outside shows it."""
    moment = _older(target, chance, than=max(map(_size, target.history.witnesses)))
    target.put_database(moment.rows)
    target.put_file(target.signer.state_file, moment.signer_state)
    size = len(moment.rows["ledger"])
    witness = chance.choice([one for one in target.history.witnesses if _size(one) > size])
    words = f"a backup of {size} entries, and of the signer; the witness has {_size(witness)}"
    return Change(words=words, places=(("witness", str(_size(witness))),), witness=witness)


def cut_the_tail_off_with_its_checkpoints(target: Target, chance: random.Random) -> Change:
    """Take the newest entries away with lists and checkpoints; the signer remembers that it signed more."""
    signed = target.newest_checkpoint
    size = chance.randrange(1, signed)
    rows = target.rows(LEDGER)[:size]
    _write(target, rows, [row for row in target.rows(CHECKPOINT) if row["size"] <= size])
    words = f"all behind entry {size} away, with lists and checkpoints; {signed} were signed"
    return Change(words=words, places=((*SIGNER, str(signed)),))


def rewrite_the_past_with_the_key(target: Target, chance: random.Random) -> Change:
    """Write the past anew and sign it with the ledger's key, signer and all: only a checkpoint outside shows it."""
    witness = chance.choice(target.history.witnesses)
    place = chance.randrange(_size(witness))
    entries = entries_of(target)
    entries[place] = LedgerEntry.from_bytes(forged(target.rows(LEDGER)[place], chance))
    rows = rechained(target.rows(LEDGER)[:place], entries[place:], adapt=_witness_that_fits)
    _write(target, rows, _signed_again(target, rows, target.checkpoint_sizes))
    words = f"entry {place + 1} and everything behind it, signed; the witness has {_size(witness)}"
    return Change(words=words, places=(("witness", str(_size(witness))),), witness=witness)


def show_another_future(target: Target, chance: random.Random) -> Change:
    """Continue an older state in another way, for other eyes: the two have checkpoints that belong to no one ledger."""
    moment = _older(target, chance, than=max(map(_size, target.history.witnesses)))
    begun = len(moment.rows["ledger"])
    witness = chance.choice([one for one in target.history.witnesses if _size(one) > begun])
    continue_otherwise(target, moment, size=_size(witness) + chance.randint(0, 20), chance=chance)
    words = f"another future behind entry {begun}; the witness has {_size(witness)}"
    return Change(words=words, places=(("witness", str(_size(witness))),), witness=witness)


def continue_otherwise(target: Target, moment: Moment, *, size: int, chance: random.Random) -> bytes:
    """Continue an older state with forged acts up to a size; give the checkpoint of that, signed with the key."""
    rows = [*moment.rows["ledger"]]
    while len(rows) < size:
        row = rows[-1]
        rows.append(row_of(following(LedgerEntry.from_bytes(row["data"]), row["leaf"], chance)))
    sizes = [row["size"] for row in moment.rows["checkpoint"]]
    signed = _signed_again(target, rows, [*sizes, size])
    _write(target, rows, signed)
    return bytes(signed[-1]["note"])


def _older(target: Target, chance: random.Random, *, than: int) -> Moment:
    fitting = [one for one in target.history.moments if len(one.rows["ledger"]) < than]
    if not fitting:
        raise ImpossibleChangeError
    return chance.choice(fitting)


def _size(witness: bytes) -> int:
    return SignedCheckpoint.from_bytes(witness).checkpoint.size


def _write(target: Target, entries: Sequence[Row], checkpoints: Sequence[Row]) -> None:
    with target.hands() as connection:
        for table, rows in ((LEDGER, entries), (CHECKPOINT, checkpoints)):
            connection.execute(delete(table))
            if rows:
                connection.execute(insert(table), [*rows])
        target.make_lists(connection)


def _witness_that_fits(one: LedgerEntry, rows: Sequence[Row]) -> LedgerEntry:
    """Let an entry that names a checkpoint outside name the root that the ledger has by now."""
    if one.act != Act.CHECKPOINT_HANDED_OUT:
        return one
    leaves = [bytes.fromhex(row["leaf"]) for row in rows[: int(str(one.body["size"]))]]
    return dataclasses.replace(one, body={**one.body, "root": CompactRange().extend(leaves).root.hex()})


def _signed_again(target: Target, rows: Sequence[Row], sizes: Sequence[int]) -> list[Row]:
    """Sign a past as the ledger's own signer would have, and let the signer remember it."""
    private = load_pem_private_key(target.signer.key_file.read_bytes(), password=None)
    identity = target.signer.identity()
    kept: list[Row] = []
    tree = CompactRange()
    for size in sizes:
        tree = tree.extend([bytes.fromhex(row["leaf"]) for row in rows[tree.size : size]])
        text = Checkpoint(origin=identity.origin, size=size, root=tree.root)
        line = sign_checkpoint(text, key=identity.keys[0], signer=private)
        note = SignedCheckpoint(checkpoint=text, signatures=(line,)).to_bytes()
        kept.append({"sequence": len(kept) + 1, "size": size, "note": note})
    state = SignerState(origin=identity.origin, range=tree)
    target.put_file(target.signer.state_file, state.to_bytes())
    return kept


KINDS = (
    Kind(change=put_a_backup_back, weight=5),
    Kind(change=put_a_backup_back_with_the_signer, weight=5, shown_by=ShownBy.WITNESS),
    Kind(change=cut_the_tail_off_with_its_checkpoints, weight=5),
    Kind(change=rewrite_the_past_with_the_key, weight=3, shown_by=ShownBy.WITNESS),
    Kind(change=show_another_future, weight=3, shown_by=ShownBy.WITNESS),
)
