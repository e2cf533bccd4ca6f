"""BagIt folders (RFC 8493): written whole or not at all, and checked file by file."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lims.errors import LimsError
from lims.services.disclosing import PacketFile

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_DECLARED, _INFO = "bagit.txt", "bag-info.txt"
_MANIFEST, _TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_BLOCK = 2**20


class PacketNotWrittenError(LimsError):
    """A packet could not be put where it was to go."""

    def advice(self) -> str:
        """Say that nothing is there."""
        return "Nothing was left behind. Name a folder that does not exist yet, on a disk with room and rights to write"


class PacketNotPlacedError(LimsError):
    """A packet was recorded, and could not be given its name."""

    def advice(self) -> str:
        """Say that it is whole."""
        return "The packet is whole and recorded; give that folder another name by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagFacts:
    """What ``bag-info.txt`` says."""

    identifier: str
    origin: str
    made_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A written bag that does not carry its name yet."""

    folder: Path
    to: Path
    sha256: str
    """Of its tag manifest."""

    def put_in_place(self) -> None:
        """Give it its name.

        Raises
        ------
        PacketNotPlacedError
            If something else has that name by now.
        """
        try:
            self.folder.rename(self.to)
        except OSError as error:
            raise PacketNotPlacedError(f"{self.folder}: not renamed to {self.to}: {error.strerror or error}") from error


@contextmanager
def written_bag(files: Iterable[PacketFile], to: Path, facts: BagFacts) -> Iterator[Bag]:
    """Write a bag beside its place; what fails, here or in the caller, leaves nothing behind.

    Only a bag that is recorded and cannot be given its name stays as it is.

    Raises
    ------
    PacketNotWrittenError
        If there is something of that name, or it cannot be written.
    """
    scratch = _scratch(to)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, scratch, ignore_errors=True)  # once it has its name, there is nothing to remove
        with _translated(to):
            sha256 = _write(scratch, files, facts)
        try:
            yield Bag(folder=scratch, to=to, sha256=sha256)
        except PacketNotPlacedError:
            undo.pop_all()  # it is recorded, so it stays
            raise


def bag_sha256(folder: Path) -> str:
    """Give the digest by which the ledger knows a bag; empty if it has no tag manifest."""
    path = folder / _TAGS
    return _digest(path) if path.is_file() else ""


def is_bag(folder: Path) -> bool:
    """Tell whether a folder calls itself a bag."""
    return (folder / _DECLARED).is_file()


def bag_faults(folder: Path) -> tuple[str, ...]:
    """Say what is wrong with a bag: files that are missing, altered, not named, or no files; nothing: it is whole.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    faults: list[str] = []
    if (folder / _DECLARED).read_bytes() != DECLARATION:
        faults.append(f"{_DECLARED}: not a bag of BagIt 1.0")
    lying = set(_lying(folder, faults))
    payload = _read_manifest(folder / _MANIFEST, faults)
    tags = _read_manifest(folder / _TAGS, faults)
    faults.extend(_compared(folder, payload | tags, lying))
    expected = set(payload) | set(tags) | {_TAGS}
    faults.extend(f"{path}: no manifest names it, it was added" for path in sorted(lying - expected))
    faults.extend(f"{name}: is not named in {_TAGS}" for name in (_DECLARED, _INFO, _MANIFEST) if name not in tags)
    faults.extend(f"{path}: is named in {_MANIFEST} and lies outside data/" for path in payload if path[:5] != "data/")
    return tuple(faults)


def _write(scratch: Path, files: Iterable[PacketFile], facts: BagFacts) -> str:
    payload, size = {}, 0
    for one in files:
        data = one.read()
        payload[f"data/{one.path}"] = _put(scratch / "data" / one.path, data)
        size += len(data)
    info = (
        f"Bag-Software-Agent: Aigaq\nBagging-Date: {facts.made_on.isoformat()}\n"
        f"External-Identifier: {facts.identifier}\nPayload-Oxum: {size}.{len(payload)}\n"
        f"Source-Organization: {facts.origin}\n"
    )
    tags = {
        _DECLARED: _put(scratch / _DECLARED, DECLARATION),
        _INFO: _put(scratch / _INFO, info.encode()),
        _MANIFEST: _put(scratch / _MANIFEST, _manifest(payload)),
    }
    return _put(scratch / _TAGS, _manifest(tags))


def _put(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{sha256}  {_encoded(path)}\n" for path, sha256 in sorted(digests.items())).encode()


def _encoded(path: str) -> str:
    """Write a path as RFC 8493, section 2.1.3, has it: of all characters only these three are encoded."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _decoded(path: str) -> str:
    return path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def _read_manifest(path: Path, faults: list[str]) -> dict[str, str]:
    if not path.is_file():
        faults.append(f"{path.name}: missing")
        return {}
    found: dict[str, str] = {}
    for place, line in enumerate(path.read_bytes().decode(errors="replace").split("\n")[:-1], start=1):
        match = _LINE.fullmatch(line)
        name = _decoded(match[2]) if match else ""
        if match is None or name.startswith("/") or ".." in name.split("/") or name in found:
            faults.append(f"{path.name}, line {place}: {line[:100]!r} names no file of this folder")
        else:
            found[name] = match[1]
    return found


def _compared(folder: Path, digests: Mapping[str, str], lying: set[str]) -> Iterator[str]:
    for path, sha256 in sorted(digests.items()):
        if path not in lying:
            yield f"{path}: missing"
        elif (found := _digest(folder / path)) != sha256:
            yield f"{path}: altered, its SHA-256 is {found}, the manifest says {sha256}"


def _lying(folder: Path, faults: list[str]) -> Iterator[str]:
    """Give every file of a folder; a link is a fault, since what it leads to is not in the bag."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            faults.append(f"{name}: a link, not a file")
        elif path.is_file():
            yield name
        elif not path.is_dir():
            faults.append(f"{name}: neither a file nor a folder")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _scratch(to: Path) -> Path:
    if os.path.lexists(to):
        raise PacketNotWrittenError(f"{to} exists already")
    with _translated(to):
        return Path(tempfile.mkdtemp(prefix=f".{to.name}.unfinished-", dir=to.parent))


@contextmanager
def _translated(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PacketNotWrittenError(f"{to}: {error.strerror or error}") from error
