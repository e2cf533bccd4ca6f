"""Fetching against a real server on this computer: slow, cut, too big, another version, redirected, wrong digest."""

import gzip
import hashlib
import json
import socket

import pytest

from lims.persistence.download import Downloader, DownloadError, DownloadLimits, _require_safe
from substance_library.library_sources import KnownDigest, library_sources
from tests.builders.commands import aigaq
from tests.builders.file_server import serving
from tests.builders.small_library import earlier

DATA = earlier().encode() * 50
DIGEST = hashlib.sha256(DATA).hexdigest()
LIMITS = DownloadLimits(total_bytes=10**6, total_s=20, silence_s=5)


@pytest.fixture
def server():
    with serving(DATA) as served:
        yield served


def fetch(server, folder, limits=LIMITS, url=None, **kept):
    return Downloader(limits=limits, **kept).fetch(url or server.url, folder / "library.msp")


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_whole_with_progress(server, tmp_path):
    told = []
    fetched = fetch(server, tmp_path, progress=told.append)
    assert (fetched.sha256, fetched.size, fetched.resumed_at) == (DIGEST, len(DATA), 0)
    assert told[-1] == len(DATA)
    assert told == sorted(told)
    assert left(tmp_path) == ["library.msp"]


def test_what_was_cut_is_continued(server, tmp_path):
    server.cut_at = 1000
    with pytest.raises(DownloadError) as cut:
        fetch(server, tmp_path)
    assert "kept" in cut.value.advice()
    assert left(tmp_path) == ["library.msp.part", "library.msp.part.json"]
    fetched = fetch(server, tmp_path)
    assert (fetched.sha256, fetched.resumed_at) == (DIGEST, 1000)
    assert server.asked[-1]["Range"] == "bytes=1000-"
    assert server.asked[-1]["If-Range"] == '"1"'


@pytest.mark.parametrize("change", [{"etag": '"2"'}, {"ranges": False}, {"etag": 'W/"1"'}, {"etag": ""}])
def test_another_version_or_a_server_without_ranges_begins_anew(server, tmp_path, change):
    server.cut_at = 1000
    with pytest.raises(DownloadError):
        fetch(server, tmp_path)
    for name, value in change.items():
        setattr(server, name, value)
    fetched = fetch(server, tmp_path)
    assert (fetched.sha256, fetched.resumed_at) == (DIGEST, 0)


def test_what_came_from_another_address_is_not_continued(server, tmp_path):
    server.cut_at = 1000
    with pytest.raises(DownloadError):
        fetch(server, tmp_path)
    fetched = fetch(server, tmp_path, url=server.url.replace("files", "other"))
    assert (fetched.sha256, fetched.resumed_at) == (DIGEST, 0)


def test_a_server_that_continues_elsewhere_is_not_believed(server, tmp_path):
    server.cut_at = 1000
    with pytest.raises(DownloadError):
        fetch(server, tmp_path)
    server.continues_at = 7
    with pytest.raises(DownloadError, match="continues elsewhere than at 1000"):
        fetch(server, tmp_path)
    server.continues_at = None
    assert fetch(server, tmp_path).resumed_at == 0


def test_a_range_that_is_refused_begins_anew(server, tmp_path):
    server.cut_at = 1000
    with pytest.raises(DownloadError):
        fetch(server, tmp_path)
    server.status = 416
    with pytest.raises(DownloadError, match="cannot continue"):
        fetch(server, tmp_path)
    server.status = 200
    assert fetch(server, tmp_path).resumed_at == 0


def test_an_answer_without_a_length_that_is_cut_is_still_whole_only_when_it_ends(server, tmp_path):
    server.length = False
    assert fetch(server, tmp_path).sha256 == DIGEST


@pytest.mark.parametrize("length", [True, False])
def test_a_file_that_is_too_big_is_refused(server, tmp_path, length):
    server.length = length
    with pytest.raises(DownloadError, match="at most 2000 are taken"):
        fetch(server, tmp_path, DownloadLimits(total_bytes=2000, total_s=20))
    assert "library.msp" not in left(tmp_path)


def test_a_server_that_drips_is_ended_by_the_clock(server, tmp_path):
    server.seconds_a_byte = 0.02
    with pytest.raises(DownloadError, match=r"bytes came in 0\.2 s"):
        fetch(server, tmp_path, DownloadLimits(total_s=0.2, silence_s=5))
    server.seconds_a_byte = 0.0
    assert fetch(server, tmp_path).resumed_at > 0


def test_a_server_that_says_nothing_is_ended_by_silence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x.msp"
        with pytest.raises(DownloadError, match="ReadTimeout"):
            Downloader(limits=DownloadLimits(silence_s=0.3)).fetch(url, tmp_path / "x.msp")


def test_a_server_that_is_not_there_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(DownloadError, match="Connect"):
        Downloader().fetch(f"http://127.0.0.1:{port}/x.msp", tmp_path / "x.msp")


def test_redirects_are_followed_and_counted(server, tmp_path):
    with serving(b"") as first:
        first.location = server.url
        assert fetch(first, tmp_path).url == server.url
        first.location = first.url
        with pytest.raises(DownloadError, match="more than 5 redirects"):
            Downloader(limits=LIMITS).fetch(first.url, tmp_path / "again.msp")


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "x.msp"])
def test_only_https_is_taken_but_from_this_computer(server, tmp_path, url):
    with pytest.raises(DownloadError, match="not https"):
        fetch(server, tmp_path, url=url)
    server.location = url if "://" in url else f"http://example.org/{url}"
    with pytest.raises(DownloadError, match="not https"):
        fetch(server, tmp_path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_server_elsewhere_leads_to_no_service_of_this_computer(host):
    for scheme in ("http", "https"):
        with pytest.raises(DownloadError, match=r"https://example\.org/x leads to this computer"):
            _require_safe(f"{scheme}://{host}:8501/x", asked="https://example.org/x")
    _require_safe("https://files.example.org/x", asked="https://example.org/x")


def test_a_part_that_nobody_asked_for_is_not_taken_for_the_file(server, tmp_path):
    for begins in (0, 7):
        server.continues_at = begins
        with pytest.raises(DownloadError, match="continues elsewhere than at 0"):
            fetch(server, tmp_path)
        assert left(tmp_path) == []


def test_an_address_that_is_none_is_told(tmp_path):
    with pytest.raises(DownloadError, match="no address"):
        Downloader().fetch("https://exa mple\x00.org/x", tmp_path / "x")


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_of_the_server_is_told(server, tmp_path, status):
    server.status = status
    with pytest.raises(DownloadError, match=f"answers {status}"):
        fetch(server, tmp_path)


def test_nothing_is_written_over(server, tmp_path):
    (tmp_path / "library.msp").write_text("mine")
    with pytest.raises(DownloadError, match="exists"):
        fetch(server, tmp_path)
    assert (tmp_path / "library.msp").read_text() == "mine"


def run(server, folder, *options, process=False):
    return aigaq("library", "fetch", "swgdrug", "--url", server.url, "--to", folder, *options, process=process)


def test_an_unknown_digest_is_printed_and_waits_to_be_confirmed(server, tmp_path):
    first = run(server, tmp_path, process=True)
    assert first.returncode == 3
    assert DIGEST in first.stdout
    assert f"--digest {DIGEST}" in first.stderr
    assert left(tmp_path) == ["SWGDRUG-3.99.msp.unconfirmed"]
    second = run(server, tmp_path, "--digest", DIGEST, "--json")
    assert second.returncode == 0
    assert json.loads(second.stdout)["confirmed"] is True
    assert left(tmp_path) == ["SWGDRUG-3.99.msp"]
    assert (tmp_path / "SWGDRUG-3.99.msp").read_bytes() == DATA
    assert len(server.asked) == 1


def test_a_wrong_digest_throws_the_file_away(server, tmp_path):
    done = run(server, tmp_path, "--digest", "0" * 64)
    assert done.returncode == 2
    assert DIGEST in done.stderr
    assert left(tmp_path) == []


def test_a_known_digest_needs_no_confirmation_gzipped_or_not(server, tmp_path, monkeypatch):
    known = KnownDigest(sha256=DIGEST, of="the file of the tests", stated_by="the tests")
    source = library_sources()[0]
    with_it = type(source)(**{name: getattr(source, name) for name in type(source).__slots__} | {"digests": (known,)})
    monkeypatch.setattr("lims.cli.library_fetch.library_sources", lambda: (with_it,))
    done = run(server, tmp_path)
    assert (done.returncode, "the file of the tests" in done.stdout) == (0, True)
    server.data = gzip.compress(DATA)
    again = run(server, tmp_path / "gzipped")
    assert (again.returncode, "the file of the tests" in again.stdout) == (0, True)


def test_a_cut_fetch_is_continued_by_the_same_command(server, tmp_path):
    server.cut_at = 1000
    assert run(server, tmp_path).returncode == 2
    done = run(server, tmp_path, "--digest", DIGEST)
    assert done.returncode == 0
    assert "1000 bytes were there" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "no source 'nothing'"),
        (("swgdrug",), "no fixed address"),
        (("massbank", "--digest", "x"), "no SHA-256"),
        (("swgdrug", "--url", "http://example.org/x.msp"), "not https"),
    ],
)
def test_what_cannot_be_fetched_is_told(tmp_path, arguments, words):
    done = aigaq("library", "fetch", *arguments, "--to", tmp_path)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_file_in_the_way_stays(server, tmp_path):
    (tmp_path / "SWGDRUG-3.99.msp").write_text("mine")
    done = run(server, tmp_path, "--digest", DIGEST)
    assert done.returncode == 2
    assert (tmp_path / "SWGDRUG-3.99.msp").read_text() == "mine"


def test_names_of_addresses_are_made_plain(server, tmp_path):
    server.url = server.url.rsplit("/", 1)[0] + "/..%2F..%2Fetc/"
    done = run(server, tmp_path, "--digest", DIGEST)
    assert done.returncode == 0
    assert left(tmp_path) == ["swgdrug"]
