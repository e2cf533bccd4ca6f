"""Changes of raw data: what a person with the folder in hand can do to an object that an entry names."""

import random
from pathlib import Path

from tests.tamper.changes import Change, Kind, ShownBy, raw_object
from tests.tamper.changing_lists import other_bytes, other_text
from tests.tamper.targets import ImpossibleChangeError, Target


def flip_raw_bit(target: Target, chance: random.Random) -> Change:
    """Flip one bit."""
    sha256, data = target.some_object(chance)
    changed = bytearray(data)
    changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    target.put_file(target.file_of(sha256), bytes(changed))
    return Change(words=f"a bit of raw object {sha256}", places=(raw_object(sha256),))


def change_raw_length(target: Target, chance: random.Random) -> Change:
    """Cut or extend an object."""
    sha256, data = target.some_object(chance)
    cut = chance.random() < 0.5
    changed = data[: chance.randrange(len(data))] if cut else data + chance.randbytes(chance.randint(1, 600))
    target.put_file(target.file_of(sha256), changed)
    words = f"raw object {sha256} of {len(data)} bytes to {len(changed)}"
    return Change(words=words, places=(raw_object(sha256),))


def rewrite_raw(target: Target, chance: random.Random) -> Change:
    """Change an object in several ways at once."""
    sha256, data = target.some_object(chance)
    changed = data
    while changed == data:
        for _ in range(chance.randint(2, 6)):
            changed = other_bytes(changed, chance)
    target.put_file(target.file_of(sha256), changed)
    return Change(words=f"bytes of raw object {sha256}", places=(raw_object(sha256),))


def delete_raw(target: Target, chance: random.Random) -> Change:
    """Delete an object."""
    sha256, _ = target.some_object(chance)
    _remove(target, sha256)
    return Change(words=f"raw object {sha256} deleted", places=(raw_object(sha256),))


def replace_raw(target: Target, chance: random.Random) -> Change:
    """Put another object in place of one."""
    sha256, data = target.some_object(chance)
    other_sha256, other = target.some_object(chance)
    if other == data:
        raise ImpossibleChangeError
    target.put_file(target.file_of(sha256), other)
    return Change(words=f"raw object {other_sha256} in place of {sha256}", places=(raw_object(sha256),))


def replace_raw_by_a_link(target: Target, chance: random.Random) -> Change:
    """Put a link to another object in place of one."""
    sha256, data = target.some_object(chance)
    other_sha256, other = target.some_object(chance)
    if other == data:
        raise ImpossibleChangeError
    _remove(target, sha256).symlink_to(target.file_of(other_sha256))
    return Change(words=f"raw object {sha256} as a link to {other_sha256}", places=(raw_object(sha256),))


def make_raw_writable(target: Target, chance: random.Random) -> Change:
    """Let others write to an object, and change no byte."""
    sha256, _ = target.some_object(chance)
    path = target.file_of(sha256)
    target.remember(path)
    path.chmod(chance.choice((0o600, 0o644, 0o666, 0o777)))
    return Change(words=f"raw object {sha256} made writable", places=(raw_object(sha256),))


def put_a_stranger_in(target: Target, chance: random.Random) -> Change:
    """Put a file into the store that is no object."""
    sha256, data = target.some_object(chance)
    name = other_text(sha256, chance).replace("/", "_").strip() or "x"
    path = target.file_of(sha256).with_name(name)
    if path.exists():
        raise ImpossibleChangeError
    target.put_file(path, data)
    return Change(words=f"{path.name} put into the raw store", places=((path.name,),))


def _remove(target: Target, sha256: str) -> Path:
    path = target.file_of(sha256)
    target.remember(path)
    path.unlink()
    return path


KINDS = (
    Kind(change=flip_raw_bit, weight=40),
    Kind(change=change_raw_length, weight=30),
    Kind(change=rewrite_raw),
    Kind(change=delete_raw, weight=20),
    Kind(change=replace_raw, weight=20),
    Kind(change=replace_raw_by_a_link, weight=5),
    Kind(change=make_raw_writable, weight=5, shown_by=ShownBy.SCRUBBING),
    Kind(change=put_a_stranger_in, weight=5, shown_by=ShownBy.SCRUBBING),
)
