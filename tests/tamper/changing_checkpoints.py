"""Changes of the kept checkpoints by somebody who does not hold the ledger's key."""

import dataclasses
import random
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import delete, insert, update

from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.persistence.tables import CHECKPOINT
from tests.tamper.changes import SIGNER, Change, Kind, Place, checkpoint
from tests.tamper.changing_lists import Row, other_bytes, other_value
from tests.tamper.targets import ImpossibleChangeError, Target


def flip_checkpoint_bytes(target: Target, chance: random.Random) -> Change:
    """Flip a bit of a signed checkpoint, cut it, or add bytes to it."""
    row = _some(target, chance)
    _update(target, row, note=other_bytes(row["note"], chance))
    return Change(words=f"bytes of the checkpoint of {row['size']}", places=(checkpoint(row["sequence"]),))


def change_checkpoint_size(target: Target, chance: random.Random) -> Change:
    """Change the size beside a checkpoint."""
    row = _some(target, chance)
    known = [one["size"] for one in target.rows(CHECKPOINT)]
    size = other_value(CHECKPOINT.c.size, row["size"], known, chance)
    _update(target, row, size=size)
    words = f"checkpoint of {row['size']} kept as of {size}"
    return Change(words=words, places=(checkpoint(row["sequence"]),))


def change_checkpoint_sequence(target: Target, chance: random.Random) -> Change:
    """Give a checkpoint a number behind the last."""
    row = _some(target, chance)
    sequence = len(target.rows(CHECKPOINT)) + chance.randint(1, 5)
    _update(target, row, sequence=sequence)
    return Change(
        words=f"checkpoint of {row['size']} moved behind the others", places=(*_near(target, row), checkpoint(sequence))
    )


def rewrite_checkpoint(target: Target, chance: random.Random) -> Change:
    """Write another size, root or origin, and leave the signature."""
    row = _some(target, chance)
    signed = SignedCheckpoint.from_bytes(row["note"])
    forged = dataclasses.replace(signed, checkpoint=_forged(signed.checkpoint, chance))
    _update(target, row, note=forged.to_bytes(), size=forged.checkpoint.size)
    return Change(words=f"checkpoint of {row['size']} rewritten", places=(checkpoint(row["sequence"]),))


def sign_with_another_key(target: Target, chance: random.Random) -> Change:
    """Sign a checkpoint, as it is or rewritten, with a key that is not the ledger's."""
    row = _some(target, chance)
    signed = SignedCheckpoint.from_bytes(row["note"])
    text = signed.checkpoint if chance.random() < 0.5 else _forged(signed.checkpoint, chance)
    _update(target, row, note=_signed_elsewhere(text, signed, chance), size=text.size)
    words = f"checkpoint of {row['size']} signed with another key"
    return Change(words=words, places=(checkpoint(row["sequence"]),))


def add_a_signature(target: Target, chance: random.Random) -> Change:
    """Add the signature of another key to a checkpoint."""
    row = _some(target, chance)
    signed = SignedCheckpoint.from_bytes(row["note"])
    other = SignedCheckpoint.from_bytes(_signed_elsewhere(signed.checkpoint, signed, chance))
    both = (*signed.signatures, *other.signatures)
    note = dataclasses.replace(signed, signatures=both if chance.random() < 0.5 else both[::-1]).to_bytes()
    _update(target, row, note=note)
    return Change(words=f"a signature added to the checkpoint of {row['size']}", places=(checkpoint(row["sequence"]),))


def delete_checkpoint(target: Target, chance: random.Random) -> Change:
    """Delete one: the oldest, the newest or one between them."""
    rows = target.rows(CHECKPOINT)
    row = chance.choice((rows[0], rows[-1], chance.choice(rows)))
    with target.hands() as connection:
        connection.execute(delete(CHECKPOINT).where(CHECKPOINT.c.sequence == row["sequence"]))
    return Change(words=f"checkpoint of {row['size']} deleted", places=_near(target, row))


def delete_checkpoint_and_close_the_gap(target: Target, chance: random.Random) -> Change:
    """Delete one and give the others new numbers."""
    rows = target.rows(CHECKPOINT)
    row = chance.choice((rows[0], rows[-1], chance.choice(rows)))
    _replace_all(target, [one for one in rows if one is not row])
    return Change(words=f"checkpoint of {row['size']} deleted, the others moved up", places=_near(target, row))


def delete_all_checkpoints(target: Target, _: random.Random) -> Change:
    """Delete every one."""
    with target.hands() as connection:
        connection.execute(delete(CHECKPOINT))
    return Change(words="all checkpoints deleted", places=(SIGNER,))


def insert_forged_checkpoint(target: Target, chance: random.Random) -> Change:
    """Put a checkpoint between the others that another key signed; its root is true, or not."""
    rows = target.rows(CHECKPOINT)
    row = _some(target, chance)
    signed = SignedCheckpoint.from_bytes(row["note"])
    text = _forged(signed.checkpoint, chance)
    added = {"size": text.size, "note": _signed_elsewhere(text, signed, chance)}
    kept = sorted([*rows, added], key=lambda one: one["size"])
    _replace_all(target, kept)
    return Change(words=f"a checkpoint of {text.size} put in", places=(checkpoint(kept.index(added) + 1),))


def repeat_checkpoint(target: Target, chance: random.Random) -> Change:
    """Keep one twice."""
    rows = target.rows(CHECKPOINT)
    row = _some(target, chance)
    place = rows.index(row) + 1
    _replace_all(target, [*rows[:place], row, *rows[place:]])
    return Change(words=f"checkpoint of {row['size']} twice", places=(checkpoint(place + 1),))


def swap_checkpoints(target: Target, chance: random.Random) -> Change:
    """Give two each other's place."""
    rows = target.rows(CHECKPOINT)
    if len(rows) < 2:
        raise ImpossibleChangeError
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    _replace_all(target, rows)
    words = f"checkpoints {one + 1} and {other + 1} exchanged"
    return Change(words=words, places=tuple(map(checkpoint, (one + 1, other + 1, one + 2, other + 2))))


def _some(target: Target, chance: random.Random) -> Row:
    rows = target.rows(CHECKPOINT)
    if not rows:
        raise ImpossibleChangeError
    return chance.choice(rows)


def _near(target: Target, row: Row) -> tuple[Place, ...]:
    """Point to a checkpoint or to the one behind it; behind the newest there is the signer's memory."""
    is_newest = row["sequence"] == len(target.rows(CHECKPOINT))
    return (*map(checkpoint, (row["sequence"], row["sequence"] + 1)), *((SIGNER,) if is_newest else ()))


def _update(target: Target, row: Row, **values: object) -> None:
    _require_change(any(row[name] != value for name, value in values.items()))
    with target.hands() as connection:
        connection.execute(update(CHECKPOINT).where(CHECKPOINT.c.sequence == row["sequence"]).values(**values))


def _replace_all(target: Target, rows: Sequence[Row]) -> None:
    with target.hands() as connection:
        connection.execute(delete(CHECKPOINT))
        if rows:
            connection.execute(insert(CHECKPOINT), [{**row, "sequence": n} for n, row in enumerate(rows, start=1)])


def _require_change(changed: bool) -> None:  # noqa: FBT001 - a condition
    if not changed:
        raise ImpossibleChangeError


def _forged(text: Checkpoint, chance: random.Random) -> Checkpoint:
    forgery: Callable[[Checkpoint, random.Random], Checkpoint] = chance.choice(
        (_other_size, _other_root, _other_origin)
    )
    return forgery(text, chance)


def _other_size(text: Checkpoint, chance: random.Random) -> Checkpoint:
    return dataclasses.replace(text, size=max(1, text.size + chance.choice((-1, 1, 7))))


def _other_root(text: Checkpoint, chance: random.Random) -> Checkpoint:
    return dataclasses.replace(text, root=chance.randbytes(len(text.root)))


def _other_origin(text: Checkpoint, _: random.Random) -> Checkpoint:
    return dataclasses.replace(text, origin=f"{text.origin}-b")


def _signed_elsewhere(text: Checkpoint, signed: SignedCheckpoint, chance: random.Random) -> bytes:
    """Sign with a key that has the name of the ledger's key."""
    private = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = VerifierKey(name=signed.signatures[0].name, public_key=public)
    line = sign_checkpoint(text, key=key, signer=private)
    if chance.random() < 0.3:  # and claims to be the ledger's key
        line = dataclasses.replace(line, key_id=signed.signatures[0].key_id)
    return SignedCheckpoint(checkpoint=text, signatures=(line,)).to_bytes()


KINDS = (
    Kind(change=flip_checkpoint_bytes, weight=30),
    Kind(change=change_checkpoint_size),
    Kind(change=change_checkpoint_sequence),
    Kind(change=rewrite_checkpoint),
    Kind(change=sign_with_another_key),
    Kind(change=add_a_signature),
    Kind(change=delete_checkpoint, weight=20),
    Kind(change=delete_checkpoint_and_close_the_gap, weight=20),
    Kind(change=delete_all_checkpoints, weight=2),
    Kind(change=insert_forged_checkpoint),
    Kind(change=repeat_checkpoint),
    Kind(change=swap_checkpoints),
)
