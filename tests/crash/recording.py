"""What a program really asked of the file system, recorded with strace and read back as operations in order."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_TRACED = (
    "open,openat,creat,write,writev,pwrite64,pwritev,pwritev2,lseek,ftruncate,truncate,fallocate,fsync,fdatasync,sync,"
    "syncfs,sync_file_range,link,linkat,symlink,symlinkat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,"
    "rmdir,copy_file_range,sendfile,splice,mmap"
)
_LINE = re.compile(r"^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$")
_UNFINISHED = " <unfinished ...>"
_RESULT = re.compile(r"^(.*)\) += (-?\d+|\?)(.*)$")
_NAMED = re.compile(r"^(-?\w+)<([^>]*)>(\(deleted\))?$")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_SHARED_INDEX = "-shm"
"""SQLite's index of a WAL is mapped and made anew after a crash; what it holds does not matter."""


class UnknownCallError(Exception):
    """A call changed the recorded folder in a way that the model does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One change of the recorded folder, one sync, or one mark."""

    kind: str
    """write, size, sync, create, make_folder, link, unlink, rename, remove_folder or mark."""
    path: str
    target: str = ""
    """The new name of a link or a renamed file."""
    offset: int = 0
    data: bytes = b""
    place: int = 0
    """Where in the record it takes effect: a sync where it began, for it covers no more; all others at their end."""


def record(command: list[str], log: Path) -> None:
    """Run a Python module under strace.

    Raises
    ------
    subprocess.CalledProcessError
        If the program fails, or strace cannot trace here.
    """
    strace = ["strace", "--seccomp-bpf", "-f", "-y", "-xx", "-s", str(1 << 28), "-o", str(log), f"-etrace={_TRACED}"]
    subprocess.run([*strace, sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)


def operations(lines: Iterable[str], *, root: str, marks: str) -> list[Operation]:
    """Read a record: everything that changed or synced something below ``root``, and what was written to ``marks``.

    Raises
    ------
    UnknownCallError
        If a call changed something there in a way that is not modelled.
    """
    reader = _Reader(root=root, marks=marks)
    found = [
        operation
        for position, line in enumerate(lines)
        for call in reader.calls(line, position)
        for operation in reader.operations(call)
    ]
    return sorted(found, key=lambda operation: operation.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    name: str
    arguments: list[str]
    result: int
    answer: str
    """What stands after the result: the name of a new descriptor."""
    began: int
    ended: int


@dataclass(slots=True, kw_only=True)
class _Reader:
    root: str
    marks: str
    _begun: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """By process: a call that was interrupted in the record by another process."""
    _offsets: dict[str, int] = field(default_factory=dict)
    _appending: set[str] = field(default_factory=set)

    def calls(self, line: str, position: int) -> Iterator[_Call]:
        found = _LINE.match(line)
        if found is None:
            return  # an exit or a signal
        process, name, rest, resumed, ending = found.groups()
        if resumed is not None:
            name, beginning, began = self._begun.pop(process)
            rest = beginning + ending
        else:
            began = position
        if rest.endswith(_UNFINISHED):
            self._begun[process] = (name, rest.removesuffix(_UNFINISHED), began)
            return
        whole = _RESULT.match(rest)
        if whole is None or whole[2] == "?" or int(whole[2]) < 0:
            return  # refused, or killed in it
        yield _Call(
            name=name,
            arguments=whole[1].split(", "),
            result=int(whole[2]),
            answer=whole[3],
            began=began,
            ended=position,
        )

    def operations(self, call: _Call) -> Iterator[Operation]:
        handler = getattr(self, f"_{call.name}", None)
        if handler is not None:
            yield from handler(call)
        elif self.root in self._texts(call):
            raise UnknownCallError(f"{call.name}({', '.join(call.arguments)[:300]})")

    def _texts(self, call: _Call) -> str:
        return _text(" ".join(call.arguments) + call.answer)

    def _ours(self, path: str) -> bool:
        return path == self.root or path.startswith(f"{self.root}/")

    def _openat(self, call: _Call) -> Iterator[Operation]:
        path = _named(f"{call.result}{call.answer.strip()}")
        flags = call.arguments[2]
        if not self._ours(path):
            if path == self.marks:
                self._appending.add(path)
            return
        if "O_TMPFILE" in flags:
            raise UnknownCallError(f"open without a name: {path}")
        self._offsets[path] = 0
        self._appending -= {path}
        if "O_APPEND" in flags:
            self._appending.add(path)
        if "O_CREAT" in flags:
            yield Operation(kind="create", path=path, place=call.ended)
        if "O_TRUNC" in flags:
            yield Operation(kind="size", path=path, place=call.ended)

    def _open(self, call: _Call) -> Iterator[Operation]:
        call.arguments.insert(0, "AT_FDCWD<>")
        return self._openat(call)

    def _write(self, call: _Call) -> Iterator[Operation]:
        path = _named(call.arguments[0])
        if path != self.marks and not self._ours(path):
            return
        data = _bytes(call.arguments[1])[: call.result]
        if path == self.marks:
            yield Operation(kind="mark", path=path, data=data, place=call.ended)
            return
        if path in self._appending:
            raise UnknownCallError(f"appending to {path}")
        offset = self._offsets[path]
        self._offsets[path] = offset + call.result
        yield Operation(kind="write", path=path, offset=offset, data=data, place=call.ended)

    def _pwrite64(self, call: _Call) -> Iterator[Operation]:
        path = _named(call.arguments[0])
        if self._ours(path):
            data = _bytes(call.arguments[1])[: call.result]
            yield Operation(kind="write", path=path, offset=int(call.arguments[3]), data=data, place=call.ended)

    def _lseek(self, call: _Call) -> Iterator[Operation]:
        self._offsets[_named(call.arguments[0])] = call.result
        yield from ()

    def _ftruncate(self, call: _Call) -> Iterator[Operation]:
        path = _named(call.arguments[0])
        if self._ours(path):
            yield Operation(kind="size", path=path, offset=int(call.arguments[1]), place=call.ended)

    def _fsync(self, call: _Call) -> Iterator[Operation]:
        path = _named(call.arguments[0])
        if self._ours(path):
            yield Operation(kind="sync", path=path, place=call.began)

    _fdatasync = _fsync

    def _mmap(self, call: _Call) -> Iterator[Operation]:
        shared = "PROT_WRITE" in call.arguments[2] and "MAP_SHARED" in call.arguments[3]
        path = _named(call.arguments[4])
        if shared and self._ours(path) and not path.endswith(_SHARED_INDEX):
            raise UnknownCallError(f"{path} is mapped for writing")
        yield from ()

    def _unlink(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_name("unlink", "AT_FDCWD<>", call.arguments[0], call)

    def _unlinkat(self, call: _Call) -> Iterator[Operation]:
        kind = "remove_folder" if "AT_REMOVEDIR" in call.arguments[2] else "unlink"
        yield from self._on_name(kind, call.arguments[0], call.arguments[1], call)

    def _rmdir(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_name("remove_folder", "AT_FDCWD<>", call.arguments[0], call)

    def _mkdir(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_name("make_folder", "AT_FDCWD<>", call.arguments[0], call)

    def _mkdirat(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_name("make_folder", call.arguments[0], call.arguments[1], call)

    def _on_name(self, kind: str, folder: str, name: str, call: _Call) -> Iterator[Operation]:
        path = _joined(folder, name)
        if self._ours(path):
            yield Operation(kind=kind, path=path, place=call.ended)

    def _link(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_names("link", "AT_FDCWD<>", *call.arguments[:1], "AT_FDCWD<>", call.arguments[1], call)

    def _linkat(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_names("link", *call.arguments[:4], call)

    def _rename(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_names("rename", "AT_FDCWD<>", *call.arguments[:1], "AT_FDCWD<>", call.arguments[1], call)

    def _renameat(self, call: _Call) -> Iterator[Operation]:
        yield from self._on_names("rename", *call.arguments[:4], call)

    def _renameat2(self, call: _Call) -> Iterator[Operation]:
        if call.arguments[4] not in {"0", "RENAME_NOREPLACE"}:
            raise UnknownCallError(f"renameat2 with {call.arguments[4]}")
        yield from self._renameat(call)

    def _on_names(
        self, kind: str, folder: str, name: str, new_folder: str, new_name: str, call: _Call
    ) -> Iterator[Operation]:
        path, target = _joined(folder, name), _joined(new_folder, new_name)
        if self._ours(path) != self._ours(target):
            raise UnknownCallError(f"{call.name} over the edge of the folder: {path}, {target}")
        if self._ours(path):
            yield Operation(kind=kind, path=path, target=target, place=call.ended)


def _bytes(quoted: str) -> bytes:
    if quoted.endswith("..."):
        raise UnknownCallError("the record holds only the beginning of a write")
    return bytes.fromhex(quoted.strip('"').replace("\\x", ""))


def _text(escaped: str) -> str:
    return _HEX.sub(lambda found: chr(int(found[1], 16)), escaped)


def _named(argument: str) -> str:
    """Give the path that strace found behind a descriptor; what is deleted already keeps its last name."""
    found = _NAMED.match(argument)
    if found is None or not found[2].startswith("\\x"):
        return ""
    return _bytes(found[2]).decode("utf-8", "surrogateescape")


def _joined(folder: str, name: str) -> str:
    base = _named(folder) or str(Path.cwd())
    return os.path.normpath(os.path.join(base, _bytes(name).decode("utf-8", "surrogateescape")))  # noqa: PTH118 - as text
