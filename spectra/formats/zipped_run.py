"""Zipped Agilent ``.D`` folders: recognised by content, unpacked by our own walker into a fresh folder.

The archive is the evidence and is kept as it is; what is unpacked here is read once and thrown away.
"""

import shutil
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from spectra.errors import FormatError, InvalidSettingError
from spectra.formats.zip_directory import DEFLATED, LOCAL_MAGIC, ZipLimits, ZipMember, zip_members
from spectra.formats.zip_names import folded

DATA_FILE = "data.ms"
MAX_FOLDERS_ABOVE = 2
"""Folders from the archive's root down to and with the ``.D``: ``data.ms``, ``X.D/data.ms``, ``batch/X.D/data.ms``."""
SEVERAL_RUNS = ZipLimits(entries=0xFFFE, total_bytes=1024**3)
"""Of an archive with a whole batch: 18 real runs have 108 MB unpacked."""
_CHUNK_BYTES = 1024 * 1024
_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 4 * 1024**2
"""Where names are looked for: a directory of 10 000 entries has 1 MB."""


def is_zipped_run(path: Path) -> bool:
    """Tell by content whether a path is a zip archive that names a ``data.ms``, sound or not.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head.startswith(LOCAL_MAGIC):
            return False
        file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
        name = DATA_FILE.encode("ascii")
        return name in head.lower() or name in file.read().lower()


def is_zip_archive(path: Path) -> bool:
    """Tell by content whether a path is a zip archive of whatever.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(LOCAL_MAGIC)) == LOCAL_MAGIC


def unpack_zipped_run(archive: Path, folder: Path) -> Path:
    """Unpack a zipped ``.D`` folder; every size and checksum is checked, and nothing is left after a refusal.

    Parameters
    ----------
    archive : Path
        The zip file.
    folder : Path
        An empty folder, made for this by the caller, who also removes it.

    Returns
    -------
    Path
        The one folder that holds a ``data.ms``: ``folder`` itself, or one or two levels below it.

    Raises
    ------
    FormatError
        If the archive cannot be read, is refused by ``zip_members``, holds not exactly one ``.D`` folder, or unpacks
        to other bytes than its directory says.
    InvalidSettingError
        If ``folder`` is not an empty folder.
    """
    if not folder.is_dir() or any(folder.iterdir()):
        raise InvalidSettingError(f"{folder} is no empty folder; a zipped run is unpacked into a fresh one")
    try:
        with archive.open("rb") as file:
            members = zip_members(archive, file)
            inside = _run_folder(archive, members)
            _unpack(archive, file, members, folder)
    except OSError as error:
        _empty(folder)
        raise FormatError(
            archive, "the archive", error.strerror or str(error), "an archive with room for it"
        ) from error
    except FormatError:
        _empty(folder)
        raise
    return folder / inside


def unpack_runs(archive: Path, folder: Path) -> tuple[Path, ...]:
    """Unpack an archive of several runs, as people send a whole batch; nothing is left after a refusal.

    Parameters
    ----------
    archive : Path
        The zip file.
    folder : Path
        An empty folder, made for this by the caller, who also removes it.

    Returns
    -------
    tuple of Path
        Each ``.D`` folder, and each file outside of them, by name. Of an archive with one ``.D`` folder the archive
        itself, not unpacked: it is the evidence.

    Raises
    ------
    FormatError
        As for ``unpack_zipped_run``, or if a ``.D`` folder lies in another.
    InvalidSettingError
        If ``folder`` is not an empty folder.
    """
    if not folder.is_dir() or any(folder.iterdir()):
        raise InvalidSettingError(f"{folder} is no empty folder; an archive is unpacked into a fresh one")
    try:
        with archive.open("rb") as file:
            members = zip_members(archive, file, SEVERAL_RUNS)
            inside = _run_folders(archive, members)
            if len(inside) == 1:
                return (archive,)
            outside = (m.name for m in members if not m.is_folder and not _is_below(m.name, inside))
            found = tuple(folder / name for name in sorted((*inside, *outside)))
            _unpack(archive, file, members, folder)
    except OSError as error:
        _empty(folder)
        raise FormatError(
            archive, "the archive", error.strerror or str(error), "an archive with room for it"
        ) from error
    except FormatError:
        _empty(folder)
        raise
    return found


def _run_folders(archive: Path, members: tuple[ZipMember, ...]) -> tuple[str, ...]:
    """Name the folders that hold a data file; the root of the archive is an empty name."""
    names = [m.name.rpartition("/") for m in members if not m.is_folder]
    found = tuple(sorted({above for above, _, name in names if folded(name) == DATA_FILE}))
    nested = [name for name in found if _is_below(name, tuple(other for other in found if other != name))]
    if nested:
        raise FormatError(archive, "the archive", f"{nested[0]!a} inside another .D folder", "runs beside each other")
    return found


def _is_below(name: str, folders: tuple[str, ...]) -> bool:
    return any(not above or name.startswith(f"{above}/") for above in folders)


def _run_folder(archive: Path, members: tuple[ZipMember, ...]) -> str:
    """Find the one folder that holds a data file."""
    found = [m.name.split("/") for m in members if not m.is_folder and folded(m.name.split("/")[-1]) == DATA_FILE]
    if len(found) != 1:
        what = f"{len(found)} files {DATA_FILE}" if found else f"no {DATA_FILE}"
        raise FormatError(archive, "the archive", what, f"exactly one .D folder, with one {DATA_FILE}")
    above = found[0][:-1]
    if len(above) > MAX_FOLDERS_ABOVE:
        place = f"{DATA_FILE} under {len(above)} folders"
        raise FormatError(archive, "the archive", place, f"a .D folder at most {MAX_FOLDERS_ABOVE} levels deep")
    return "/".join(above)


def _unpack(archive: Path, file: BufferedReader, members: tuple[ZipMember, ...], folder: Path) -> None:
    for member in members:
        target = folder / member.name
        if member.is_folder:
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        file.seek(member.data_start)
        with target.open("xb") as out:
            for part in member_content(archive, file, member):
                out.write(part)


def member_content(archive: Path, file: BufferedReader, member: ZipMember) -> Iterator[bytes]:
    """Give a member's bytes, never more than it declares, checked to the last one."""
    total = checksum = 0
    for part in _inflated(archive, file, member) if member.method == DEFLATED else _packed(file, member.packed):
        total += len(part)
        checksum = zlib.crc32(part, checksum)
        if total > member.size:
            break
        yield part
    if (total, checksum) != (member.size, member.crc):
        more = "more than " if total > member.size else ""
        size = member.size if more else total
        found = f"{more}{size} bytes" + ("" if more else f" with CRC {checksum:08x}")
        expected = f"{member.size} bytes with CRC {member.crc:08x}"
        raise FormatError(archive, f"entry {member.name!a}", found, expected)


def _packed(file: BufferedReader, length: int) -> Iterator[bytes]:
    while length and (chunk := file.read(min(length, _CHUNK_BYTES))):
        length -= len(chunk)
        yield chunk


def _inflated(archive: Path, file: BufferedReader, member: ZipMember) -> Iterator[bytes]:
    stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    for chunk in _packed(file, member.packed):
        rest = chunk
        while rest and not stream.eof:
            try:
                yield stream.decompress(rest, _CHUNK_BYTES)
            except zlib.error as error:
                raise FormatError(archive, f"entry {member.name!a}", str(error), "an undamaged stream") from error
            rest = stream.unconsumed_tail
        if stream.unused_data or (stream.eof and rest):
            raise FormatError(archive, f"entry {member.name!a}", "bytes after the end of its stream", "none")
    while not stream.eof and (part := stream.decompress(b"", _CHUNK_BYTES)):  # what the last call had no room for
        yield part
    if not stream.eof:
        raise FormatError(archive, f"entry {member.name!a}", "a stream that is cut", "a complete stream")


def _empty(folder: Path) -> None:
    for child in folder.iterdir():
        if child.is_dir():
            shutil.rmtree(child)
        else:
            child.unlink()
