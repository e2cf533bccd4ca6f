"""Zipped runs: the sound ones are unpacked, each hostile form is refused and leaves nothing."""

import io
import stat
import struct
import unicodedata
import zipfile

import pytest

from spectra.errors import FormatError, InvalidSettingError
from spectra.formats import run_manifest
from spectra.formats import zip_directory as directory_module
from spectra.formats.agilent_d import read_agilent_d
from spectra.formats.zip_names import folded, name_fault
from spectra.formats.zipped_run import is_zip_archive, is_zipped_run, unpack_runs, unpack_zipped_run
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.zip_archives import descriptor, member, run_members, write_zip

RUN = "220223014.D/"
DATA = data_file().data
PASSWORDED, LATER = 0x801, 0x808
"""Flags: an encrypted entry; sizes after the data; both with names in UTF-8."""

SHORT = [member("r.D/data.ms", b"0123456789" * 3), member("r.D/a/b.txt", b"b")]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "fresh"
    path.mkdir()
    return path


def refused(tmp_path, folder, members, match, **written):
    archive = write_zip(tmp_path / "run.zip", members, **written)
    with pytest.raises(FormatError, match=match) as refusal:
        unpack_zipped_run(archive, folder)
    assert refusal.value.path == archive
    assert list(folder.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "run.zip"]


@pytest.mark.parametrize("above", ["", RUN, f"batch/{RUN}"])
def test_a_run_at_up_to_two_levels_is_unpacked(tmp_path, folder, above):
    archive = write_zip(tmp_path / "run.zip", run_members(above), comment=b"made by a test")
    assert is_zipped_run(archive)
    unpacked = unpack_zipped_run(archive, folder)
    assert unpacked == folder / above
    assert len(read_agilent_d(unpacked)) == 3
    assert (unpacked / "AcqData" / "Contents.xml").read_bytes().startswith(b"<c>")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [False, True])
def test_what_python_packs_is_unpacked_to_the_same_files(tmp_path, folder, method, streamed):
    source = write_folder(tmp_path / "220223014.D", DATA, contents_xml=b"<c/>")
    (source / "empty.txt").touch()
    (source / "Новый әдіс.M").mkdir()

    class Pipe(io.BytesIO):
        """What cannot be sought gets descriptors behind the data."""

        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

        tell = None

    out = Pipe() if streamed else io.BytesIO()
    if streamed:
        out.tell = lambda: (_ for _ in ()).throw(AttributeError)
    with zipfile.ZipFile(out, "w", method) as packed:
        for path in sorted(source.rglob("*")):
            packed.write(path, path.relative_to(tmp_path))
    (tmp_path / "run.zip").write_bytes(out.getvalue())
    unpacked = unpack_zipped_run(tmp_path / "run.zip", folder)
    assert run_manifest(unpacked).canonical_bytes == run_manifest(source).canonical_bytes
    assert (unpacked / "Новый әдіс.M").is_dir()


def test_siblings_of_the_run_are_allowed(tmp_path, folder):
    members = [*run_members(), member("__MACOSX/220223014.D/._data.ms", b"x"), member("notes.txt", b"y")]
    assert unpack_zipped_run(write_zip(tmp_path / "run.zip", members), folder) == folder / RUN


def test_named_folders_are_allowed_before_and_after_their_files(tmp_path, folder):
    unix_folder = (stat.S_IFDIR | 0o755) << 16 | 0x10
    members = [member(RUN, attributes=unix_folder), *run_members(), member(f"{RUN}AcqData/", attributes=0x10)]
    assert (unpack_zipped_run(write_zip(tmp_path / "run.zip", members), folder) / "AcqData").is_dir()


@pytest.mark.parametrize("magic", [b"PK\x07\x08", b""])
def test_a_descriptor_that_agrees_is_allowed(tmp_path, folder, magic):
    stream = member("x", DATA).stream
    data = member(f"{RUN}data.ms", DATA, flags=LATER, local=(0, 0, 0), after=descriptor(DATA, stream, magic=magic))
    assert unpack_zipped_run(write_zip(tmp_path / "run.zip", [data]), folder) == folder / RUN


@pytest.mark.parametrize("chunk", [1, 4, 1024 * 1024])
def test_a_stream_that_gives_much_for_little_is_unpacked_whole(tmp_path, folder, monkeypatch, chunk):
    """With a few bytes at a time the decoder holds output back long after it took the last byte of input."""
    monkeypatch.setattr("spectra.formats.zipped_run._CHUNK_BYTES", chunk)
    contents = {f"{length}.txt": b"0" * length for length in (21, 40, 258, 1499)}
    members = [*run_members(), *(member(RUN + name, content) for name, content in contents.items())]
    unpacked = unpack_zipped_run(write_zip(tmp_path / "run.zip", members), folder)
    assert {path.name: path.read_bytes() for path in unpacked.glob("*.txt")} == contents


def test_extra_fields_that_are_whole_are_passed_over(tmp_path, folder):
    times = struct.pack("<HHBI", 0x5455, 5, 1, 1_645_000_000) + struct.pack("<HH", 0x7875, 0)
    members = [*run_members(), member("x", b"x", extra=times, local_extra=times)]
    assert unpack_zipped_run(write_zip(tmp_path / "run.zip", members), folder) == folder / RUN


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt", "a/../../evil.txt", "/etc/passwd", "C:/evil.txt", "c:evil.txt", "a\\b.txt", "\\\\host\\share",
        "a//b.txt", "./a.txt", "a/./b", "a\0b", "a\nb", "a\x7fb", "a\u202eb", "a\u200bb", "a\u2028b", "con", "AUX.txt",
        "x/NUL", "com1.log", "LPT9", "CONIN$", "com¹", "a.", "a ", "a/b. /c", "stream:data", "a*b", "a?b", 'a"b', "a|b",
        "a<b", "x" * 256, "қ" * 128, "/".join("abcdefghijklmnopq"), "/".join(["x" * 200] * 6), "/",
    ],
)  # fmt: skip
def test_a_name_that_could_mean_another_file_is_refused(tmp_path, folder, name):
    assert name_fault(name)
    refused(tmp_path, folder, [*run_members(), member(name, b"x")], "a path that means one file on every system")


@pytest.mark.parametrize("name", ["a", "a/b c/d.M", "Новый әдіс.M/", "console.txt", "nulls", "x" * 255, "co", "a.b.c"])
def test_a_plain_name_is_no_fault(name):
    assert name_fault(name) == ""


def test_lone_surrogates_are_unseen_characters():
    assert name_fault("a\ud800b") == "the unseen character U+D800"


def test_a_name_in_a_code_page_of_dos_is_refused(tmp_path, folder):
    name = "Новый.txt".encode("cp866")
    refused(tmp_path, folder, [*run_members(), member(name, b"x", flags=0)], "a name in UTF-8")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.txt", "A.TXT"),
        ("a/x", "A/y"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("a/", "A/"),
        ("ß.txt", "SS.TXT"),
        (unicodedata.normalize("NFC", "й"), unicodedata.normalize("NFD", "й")),
    ],
)
def test_two_names_of_one_file_are_refused(tmp_path, folder, first, second):
    members = [*run_members(), member(f"{RUN}{first}"), member(f"{RUN}{second}")]
    refused(tmp_path, folder, members, "names that differ by more than case and form")


@pytest.mark.parametrize("name", ["data.ms", "AcqData/"])
def test_a_second_entry_of_one_name_is_refused(tmp_path, folder, name):
    members = [*run_members(), member(f"{RUN}{name}"), member(f"{RUN}{name}")]
    refused(tmp_path, folder, members, "each name once")


def test_names_are_folded_as_a_manifest_folds_them():
    assert folded(unicodedata.normalize("NFD", "Й")) == "й"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (stat.S_IFLNK << 16, "a link"),
        (stat.S_IFCHR << 16, "a device"),
        (stat.S_IFIFO << 16, "a device"),
        (stat.S_IFSOCK << 16, "another kind"),
        (stat.S_IFDIR << 16, "another kind"),
        (0x400, "a link"),
        (0x10, "the mark of a folder on a file"),
    ],
)
def test_a_link_or_device_is_refused(tmp_path, folder, kind, found):
    refused(tmp_path, folder, [*run_members(), member("x", b"/etc/passwd", attributes=kind)], found)


@pytest.mark.parametrize(
    ("written", "match"),
    [
        ({"flags": PASSWORDED}, "encrypted"),
        ({"flags": 0x841}, "encrypted"),
        ({"flags": 0x2801}, "encrypted"),
        ({"method": 9, "packed": b"12345"}, "compression method 9"),
        ({"method": 12, "packed": b"12345"}, "compression method 12"),
        ({"method": 99, "packed": b"12345"}, "compression method 99"),
        ({"extra": struct.pack("<HH8x", 1, 8)}, "zip64"),
        ({"local_extra": struct.pack("<HH8x", 1, 8)}, "zip64"),
        ({"extra": struct.pack("<HH", 0x5455, 9)}, "extra fields that are cut"),
        ({"extra": b"abc"}, "extra fields that are cut"),
        ({"listed": (None, None, 0xFFFFFFFF)}, "zip64"),
        ({"disk": 1}, "zip64 or another part"),
        ({"local_magic": b"PK\x03\x05"}, "no header at byte"),
        ({"local_name": b"other"}, "another name in its own header"),
        ({"local_method": 0}, "as the directory says"),
        ({"local": (1, None, None)}, "as the directory says"),
        ({"local": (None, None, 10**6)}, "as the directory says"),
        ({"local": (0, 0, 0)}, "as the directory says"),
        ({"listed": (7, None, None), "local": (7, None, None)}, "with CRC 00000007"),
        ({"listed": (None, None, 9), "local": (None, None, 9)}, "more than 9 bytes"),
        ({"listed": (None, None, 11), "local": (None, None, 11)}, "found 10 bytes"),
        ({"listed": (None, None, 9), "local": (None, None, 9), "method": 0}, "more than 9 bytes"),
        ({"packed": b"\xff" * 9}, "an undamaged stream"),
        ({"packed": member("x", b"0123456789").stream[:-2]}, "a stream that is cut"),
        ({"packed": member("x", b"0123456789").stream + b"junk"}, "bytes after the end of its stream"),
        ({"packed": b""}, "10 bytes packed in 0"),
        ({"after": b"junk"}, "other bytes after its data"),
        ({"after": b"much more junk" * 3}, "other bytes after its data"),
        ({"flags": LATER, "local": (0, 0, 0)}, "a descriptor with the directory's sizes"),
        ({"flags": LATER, "after": descriptor(b"0123456789", b"x" * 12, size=11)}, "a descriptor with"),
        ({"start": 3}, "expected an end before 3"),
        ({"start": 10**6}, "other bytes after its data"),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_what_it_says_is_refused(tmp_path, folder, written, match):
    wrong = member("x.txt", b"0123456789", **written)
    refused(tmp_path, folder, [*run_members(), wrong], match)


def test_a_stream_that_goes_on_in_the_next_chunk_after_its_end_is_refused(tmp_path, folder, monkeypatch):
    monkeypatch.setattr("spectra.formats.zipped_run._CHUNK_BYTES", 4)
    stream = member("x", b"0123456789").stream
    longer = stream + b"j" * (-len(stream) % 4 + 4)
    refused(
        tmp_path,
        folder,
        [*run_members(), member("x", b"0123456789", packed=longer)],
        "bytes after the end of its stream",
    )


def test_a_folder_with_content_is_refused(tmp_path, folder):
    refused(tmp_path, folder, [*run_members(), member("a/", b"x")], "a folder with content")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, folder):
    zeros = member(f"{RUN}zeros", bytes(10**6))
    refused(tmp_path, folder, [*run_members(), zeros], "1000000 bytes packed in .* at most 200 times")


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path, folder):
    """64 MB of zeros that call themselves 9 bytes: nothing beyond the ninth is written."""
    zeros = member(f"{RUN}zeros", bytes(64 * 1024**2), listed=(None, None, 9), local=(None, None, 9))
    refused(tmp_path, folder, [*run_members(), zeros], "more than 9 bytes")


def test_members_that_overlap_are_refused(tmp_path, folder):
    """One stream that two entries name, as in CVE-2024-0450."""
    inner = member("b", b"0123456789")
    start = sum(30 + len(m.raw_name) + len(m.stream) for m in run_members())
    refused(tmp_path, folder, [*run_members(), inner, member("c", b"0123456789", start=start)], "an end before")
    quine = member("c", b"", method=0, listed=(None, 60, None), local=(None, 60, None))
    refused(tmp_path, folder, [*run_members(), quine, inner], "an end before")


def test_limits_of_number_and_size_hold(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(directory_module, "MAX_ENTRIES", 2)
    refused(tmp_path, folder, [*run_members(), member("x")], "3 entries; expected at most 2")
    monkeypatch.setattr(directory_module, "MAX_ENTRIES", 10_000)
    monkeypatch.setattr(directory_module, "_MAX_DIRECTORY_BYTES", 100)
    refused(tmp_path, folder, run_members(), "a directory of ")
    monkeypatch.setattr(directory_module, "_MAX_DIRECTORY_BYTES", 10**6)
    monkeypatch.setattr(directory_module, "MAX_TOTAL_BYTES", 2_000)
    refused(tmp_path, folder, [*run_members(), member("x", b"ab" * 1000)], "bytes unpacked")
    refused(tmp_path, folder, [*run_members(), member("x", bytes(3000), method=0)], "the archive's size")


@pytest.mark.parametrize(
    ("end", "match"),
    [
        ({"disk": 1}, "one part of several"),
        ({"first": 1}, "one part of several"),
        ({"here": 1}, "one part of several"),
        ({"total": 0xFFFF, "here": 0xFFFF}, "zip64"),
        ({"start": 0xFFFFFFFF}, "zip64"),
        ({"total": 1, "here": 1}, "bytes after its entries"),
        ({"total": 3, "here": 3}, "no entry"),
        ({"start": 0}, "one that ends where this record begins"),
        ({"length": 0}, "one that ends where this record begins"),
        ({"before": b"MZ"}, "its header named at byte 2"),
    ],
)
def test_an_end_record_that_is_not_true_is_refused(tmp_path, folder, end, match):
    refused(tmp_path, folder, run_members(), match, **end)


def test_an_archive_of_no_member_but_bytes_is_refused(tmp_path, folder):
    refused(tmp_path, folder, [], "20 bytes of no member", before=b"PK\x03\x04data.ms" + bytes(9))


def test_an_entry_of_the_directory_that_is_cut_is_refused(tmp_path, folder):
    archive = write_zip(tmp_path / "run.zip", run_members())
    data = bytearray(archive.read_bytes())
    last = data.rfind(b"PK\x01\x02")
    struct.pack_into("<H", data, last + 32, 5)  # a comment that is not there
    archive.write_bytes(data)
    with pytest.raises(FormatError, match="an entry that is cut"):
        unpack_zipped_run(archive, folder)


@pytest.mark.parametrize("after", [b"x", b"\0" * 100])
def test_bytes_after_the_archive_are_refused(tmp_path, folder, after):
    archive = write_zip(tmp_path / "run.zip", run_members())
    archive.write_bytes(archive.read_bytes() + after)
    with pytest.raises(FormatError, match="bytes after the end record"):
        unpack_zipped_run(archive, folder)


def test_an_archive_that_is_cut_anywhere_is_refused(tmp_path, folder):
    whole = write_zip(tmp_path / "run.zip", SHORT).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "run.zip").write_bytes(whole[:length])
        with pytest.raises(FormatError):
            unpack_zipped_run(tmp_path / "run.zip", folder)
        assert list(folder.iterdir()) == []


def test_a_byte_that_is_changed_is_found_or_changes_no_file(tmp_path, folder):
    """Times, versions and comments may change; what is unpacked may not, down to its names."""
    archive = write_zip(tmp_path / "run.zip", SHORT)
    whole = archive.read_bytes()
    expected = run_manifest(unpack_zipped_run(archive, folder)).canonical_bytes
    unchanged = 0
    for place in range(len(whole)):
        target = tmp_path / f"at {place}"
        target.mkdir()
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        archive.write_bytes(altered)
        try:
            unpacked = unpack_zipped_run(archive, target)
        except FormatError:
            assert list(target.iterdir()) == []
            continue
        assert run_manifest(unpacked).canonical_bytes == expected
        unchanged += 1
    assert unchanged < len(whole) // 3


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ([member("a.txt", b"x")], "no data.ms"),
        ([], "no data.ms"),
        ([*run_members(), member("b.D/DATA.MS", b"x")], "2 files data.ms"),
        (run_members("a/b/c.D/"), "under 3 folders"),
        ([member(f"{RUN}data.ms/", b"")], "no data.ms"),
    ],
)
def test_an_archive_without_exactly_one_run_is_refused(tmp_path, folder, members, match):
    refused(tmp_path, folder, members, match)


def test_what_is_no_zipped_run_is_told_apart(tmp_path):
    (tmp_path / "other.zip").write_bytes(b"PK\x03\x04 no run in here")
    (tmp_path / "text.txt").write_bytes(b"data.ms")
    for name in ("other.zip", "text.txt", "missing.zip", "."):
        assert not is_zipped_run(tmp_path / name)


def test_a_run_is_recognised_by_its_directory_however_large_it_is(tmp_path):
    members = [member("a.bin", bytes(range(256)) * 400, method=0), *run_members()]
    assert is_zipped_run(write_zip(tmp_path / "x", members))
    (tmp_path / "cut").write_bytes(write_zip(tmp_path / "x", run_members()).read_bytes()[:100])
    assert is_zipped_run(tmp_path / "cut")


def test_the_folder_must_be_fresh(tmp_path, folder):
    archive = write_zip(tmp_path / "run.zip", run_members())
    (folder / "mine").touch()
    for place in (folder, tmp_path / "missing"):
        with pytest.raises(InvalidSettingError, match="no empty folder"):
            unpack_zipped_run(archive, place)
    assert (folder / "mine").exists()


def test_an_archive_that_cannot_be_read_is_refused(tmp_path, folder):
    with pytest.raises(FormatError, match="No such file"):
        unpack_zipped_run(tmp_path / "missing.zip", folder)


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, folder, monkeypatch):
    """The second file meets a full disk; the real error of the system, planted where it would come from."""
    from spectra.formats import zipped_run

    real = zipped_run.member_content

    def full(archive, file, one):
        if one.name.endswith(".xml"):
            raise OSError(28, "No space left on device")
        yield from real(archive, file, one)

    monkeypatch.setattr(zipped_run, "member_content", full)
    archive = write_zip(tmp_path / "run.zip", [member("top.txt", b"x"), *run_members()])
    with pytest.raises(FormatError, match="No space left on device"):
        unpack_zipped_run(archive, folder)
    assert list(folder.iterdir()) == []


def batch_members(*names):
    return [one for name in names for one in run_members(name)]


def test_an_archive_of_several_runs_is_unpacked_to_its_runs_and_what_lies_beside(tmp_path, folder):
    members = [*batch_members("batch/1.D/", "batch/2.D/"), member("batch/notes.txt", b"n"), member("batch/e/")]
    archive = write_zip(tmp_path / "batch.zip", members)
    found = unpack_runs(archive, folder)
    assert found == tuple(folder / "batch" / name for name in ("1.D", "2.D", "notes.txt"))
    assert [len(read_agilent_d(run)) for run in found[:2]] == [3, 3]


def test_one_zipped_run_stays_what_it_is(tmp_path, folder):
    archive = write_zip(tmp_path / "run.zip", [*run_members(), member("top.txt", b"x")])
    assert unpack_runs(archive, folder) == (archive,)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (batch_members("1.D/", "1.D/2.D/"), "inside another .D folder"),
        (batch_members("", "1.D/"), "inside another .D folder"),
        ([*batch_members("1.D/", "2.D/"), member("3.txt", b"0123", local=(1, None, None))], "CRC|says"),
        ([*batch_members("1.D/"), *batch_members("2.D/"), member("../x.txt", b"x")], "a step"),
    ],
)
def test_an_archive_of_several_runs_that_is_not_sound_leaves_nothing(tmp_path, folder, members, match):
    archive = write_zip(tmp_path / "batch.zip", members)
    with pytest.raises(FormatError, match=match):
        unpack_runs(archive, folder)
    assert list(folder.iterdir()) == []


def test_an_archive_of_several_runs_needs_a_fresh_folder_and_can_be_read(tmp_path, folder):
    with pytest.raises(FormatError, match="No such file"):
        unpack_runs(tmp_path / "missing.zip", folder)
    (folder / "mine").touch()
    for place in (folder, tmp_path / "missing"):
        with pytest.raises(InvalidSettingError, match="no empty folder"):
            unpack_runs(tmp_path / "missing.zip", place)


def test_an_archive_is_told_by_its_first_bytes(tmp_path):
    assert is_zip_archive(write_zip(tmp_path / "run.dat", [member("a", b"a")]))
    (tmp_path / "text.zip").write_text("P")
    assert not is_zip_archive(tmp_path / "text.zip")
    assert not is_zip_archive(tmp_path)
