"""A model of a file system that loses power: what was synced stays, of the rest any part may have reached the disk.

A file keeps what it held at its last sync. Of later writes each sector of 512 bytes holds, independently of all others,
what it held after any of them; the length is any that the file had since; one sector may be torn. A folder keeps its
names as they were at its last sync, and of later changes either the first few or any selection (``FolderModel``).
"""

import random
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.crash.recording import Operation

SECTOR = 512


class FolderModel(Enum):
    """When a change of a folder is durable."""

    AT_ONCE = "at once"
    BY_SYNC = "by sync"
    """Only by a sync of the folder; before that the first few changes survive, or any selection of them."""


@dataclass(slots=True, kw_only=True)
class FileNode:
    """A file: what is durable, and what was written since."""

    durable: bytes = b""
    current: bytearray = field(default_factory=bytearray)
    sectors: dict[int, list[bytes]] = field(default_factory=dict)
    """By sector that was written since the last sync: all that it held since then, oldest first."""
    lengths: list[int] = field(default_factory=list)
    """Every length since the last sync, oldest first; empty if it did not change."""

    def write(self, offset: int, data: bytes) -> None:
        """Write, as far as the program can see."""
        first, last = offset // SECTOR, (offset + len(data) - 1) // SECTOR
        for sector in range(first, last + 1):
            self.sectors.setdefault(sector, [self._sector(sector)])
        if len(self.current) < offset:
            self._resize(offset)
        self.current[offset : offset + len(data)] = data
        for sector in range(first, last + 1):
            self.sectors[sector].append(self._sector(sector))
        self._note_length()

    def resize(self, length: int) -> None:
        """Cut off or fill with zeros."""
        self._resize(length)
        self._note_length()

    def sync(self) -> None:
        """Make everything durable."""
        self.durable = bytes(self.current)
        self.sectors.clear()
        self.lengths.clear()

    @property
    def is_durable(self) -> bool:
        """Tell whether nothing is left to lose."""
        return not self.sectors and not self.lengths

    def crashed(self, chance: random.Random, *, tear: bool) -> bytes:
        """Give what may be found after a loss of power now."""
        if self.is_durable:
            return self.durable
        content = bytearray(self.durable)
        length = chance.choice([len(self.durable), *self.lengths])
        torn = chance.choice([*self.sectors]) if tear and self.sectors else None
        for sector, states in self.sectors.items():
            state = chance.choice(states)
            if sector == torn:
                cut = chance.randrange(SECTOR)
                state = chance.choice(states)[:cut] + state[cut:]
            start = sector * SECTOR
            if len(content) < start:
                content += bytes(start - len(content))
            content[start : start + SECTOR] = state
        return bytes(content[:length]) + bytes(max(length - len(content), 0))

    def _sector(self, number: int) -> bytes:
        return bytes(self.current[number * SECTOR : (number + 1) * SECTOR]).ljust(SECTOR, b"\0")

    def _resize(self, length: int) -> None:
        del self.current[length:]
        self.current += bytes(length - len(self.current))

    def _note_length(self) -> None:
        if len(self.current) != (self.lengths[-1] if self.lengths else len(self.durable)):
            self.lengths.append(len(self.current))


@dataclass(slots=True, kw_only=True)
class FolderNode:
    """A folder: its durable names, its names now, and the changes between them."""

    durable: dict[str, "Node"] = field(default_factory=dict)
    current: dict[str, "Node"] = field(default_factory=dict)
    changes: list["Change"] = field(default_factory=list)

    def apply(self, change: "Change") -> None:
        """Change the names, as far as the program can see."""
        change.apply(self.current)
        self.changes.append(change)

    def sync(self) -> None:
        """Make the names durable; not what is under them."""
        self.durable = dict(self.current)
        self.changes.clear()

    def crashed(self, chance: random.Random, model: FolderModel) -> dict[str, "Node"]:
        """Give the names that may be found after a loss of power now."""
        if model is FolderModel.AT_ONCE or not self.changes:
            return self.current
        names = dict(self.durable)
        if chance.random() < 0.5:
            surviving = self.changes[: chance.randrange(len(self.changes) + 1)]
        else:
            surviving = [change for change in self.changes if chance.random() < 0.5]
        for change in surviving:
            change.apply(names)
        return names


Node = FileNode | FolderNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a folder's names; renaming is one change, both names or neither."""

    put: str = ""
    node: Node | None = None
    remove: str = ""

    def apply(self, names: dict[str, Node]) -> None:
        """Change some names; what is to be removed may never have become durable."""
        if self.remove:
            names.pop(self.remove, None)
        if self.put and self.node is not None:
            names[self.put] = self.node


@dataclass(slots=True, kw_only=True)
class Disk:
    """The recorded folder while its operations are played."""

    root: str
    top: FolderNode = field(default_factory=FolderNode)

    def load(self, folder: Path) -> None:
        """Begin with what lies in a folder, all of it durable."""
        self.top = _loaded(folder)

    def play(self, operation: Operation) -> None:
        """Do one operation."""
        match operation.kind:
            case "create":
                folder, name = self._place(operation.path)
                if name not in folder.current:
                    folder.apply(Change(put=name, node=FileNode()))
            case "make_folder":
                folder, name = self._place(operation.path)
                folder.apply(Change(put=name, node=FolderNode()))
            case "write":
                self.file(operation.path).write(operation.offset, operation.data)
            case "size":
                self.file(operation.path).resize(operation.offset)
            case "sync":
                self.find(operation.path).sync()
            case "link":
                folder, name = self._place(operation.target)
                folder.apply(Change(put=name, node=self.find(operation.path)))
            case "unlink" | "remove_folder":
                folder, name = self._place(operation.path)
                folder.apply(Change(remove=name))
            case "rename":
                self._rename(operation)
            case kind:
                raise ValueError(kind)

    def find(self, path: str) -> Node:
        """Give what has a path now."""
        node: Node = self.top
        for part in self._parts(path):
            if not isinstance(node, FolderNode):
                raise KeyError(path)
            node = node.current[part]
        return node

    def file(self, path: str) -> FileNode:
        """Give the file of a path."""
        node = self.find(path)
        if not isinstance(node, FileNode):
            raise KeyError(path)
        return node

    def _rename(self, operation: Operation) -> None:
        folder, name = self._place(operation.path)
        new_folder, new_name = self._place(operation.target)
        node = folder.current[name]
        if folder is new_folder:
            folder.apply(Change(put=new_name, node=node, remove=name))
        else:
            new_folder.apply(Change(put=new_name, node=node))
            folder.apply(Change(remove=name))

    def _place(self, path: str) -> tuple[FolderNode, str]:
        parent, _, name = path.rpartition("/")
        folder = self.find(parent)
        if not isinstance(folder, FolderNode):
            raise KeyError(path)
        return folder, name

    def _parts(self, path: str) -> list[str]:
        return [part for part in path.removeprefix(self.root).split("/") if part]


def _loaded(path: Path) -> FolderNode:
    folder = FolderNode()
    for child in path.iterdir():
        if child.is_dir():
            folder.current[child.name] = _loaded(child)
        else:
            content = child.read_bytes()
            folder.current[child.name] = FileNode(durable=content, current=bytearray(content))
    folder.sync()
    return folder


@dataclass(slots=True, kw_only=True)
class Image:
    """What is found after one loss of power; contents are drawn when they are looked at, each once."""

    top: FolderNode
    model: FolderModel
    chance: random.Random
    _tears: int = 1
    """How many sectors may still be torn."""
    _names: dict[int, dict[str, Node]] = field(default_factory=dict)
    _contents: dict[int, bytes] = field(default_factory=dict)

    def names(self, folder: FolderNode) -> dict[str, Node]:
        """Give the names that a folder has."""
        key = id(folder)
        if key not in self._names:
            self._names[key] = folder.crashed(self.chance, self.model)
        return self._names[key]

    def content(self, file: FileNode) -> bytes:
        """Give what a file holds."""
        if file.is_durable:
            return file.durable
        key = id(file)
        if key not in self._contents:
            tear = self._tears > 0 and self.chance.random() < 0.5
            self._tears -= tear
            self._contents[key] = file.crashed(self.chance, tear=tear)
        return self._contents[key]

    def folder(self, *parts: str) -> dict[str, Node]:
        """Give the names of a folder by its path; none if it is not there."""
        node: Node = self.top
        for part in parts:
            if not isinstance(node, FolderNode):
                return {}
            found = self.names(node).get(part)
            if found is None:
                return {}
            node = found
        return self.names(node) if isinstance(node, FolderNode) else {}

    def write(self, folder: Path, node: FolderNode | None = None) -> None:
        """Lay everything out in a real folder, readable by its owner alone; rights are not part of the model."""
        for name, child in self.names(node or self.top).items():
            path = folder / name
            if isinstance(child, FolderNode):
                path.mkdir(mode=0o700)
                self.write(path, child)
            else:
                path.write_bytes(self.content(child))
                path.chmod(0o600)
