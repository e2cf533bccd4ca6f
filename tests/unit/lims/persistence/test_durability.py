"""What an acknowledged act rests on: read back on every connection, refused where it is not so."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import event

from lims.errors import LedgerError, SettingsError
from lims.persistence import durability
from lims.persistence.durability import durable_engine, require_own_disk
from lims.persistence.engine import open_engine
from tests.builders.postgresql_servers import started_server

on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
MOUNTS = """
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /srv/share rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
24 22 0:22 / /srv/share/local rw - xfs /dev/vdb rw
25 22 0:23 / /mnt/with\\040space rw shared:5 master:1 - cifs //server/share rw
26 22 0:24 / /mnt/twice rw - nfs server:/a rw
27 22 0:25 / /mnt/twice rw - ext4 /dev/vdc rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/share/aigaq.sqlite", "nfs4"),
        ("/srv/share/deep/er/aigaq.sqlite", "nfs4"),
        ("/mnt/with space/aigaq.sqlite", "cifs"),
        ("/srv/share/local/aigaq.sqlite", None),
        ("/srv/shared/aigaq.sqlite", None),
        ("/home/aigaq.sqlite", None),
        ("/mnt/twice/aigaq.sqlite", None),
    ],
)
def test_an_sqlite_file_lies_on_a_disk_of_this_computer(path, kind):
    if kind is None:
        require_own_disk(Path(path), mounts=MOUNTS)
        return
    with pytest.raises(SettingsError, match=f"a file system of kind {kind} that several computers share"):
        require_own_disk(Path(path), mounts=MOUNTS)


def test_where_mounts_are_not_listed_nothing_is_refused(tmp_path, monkeypatch):
    require_own_disk(tmp_path / "a.sqlite", mounts="")
    monkeypatch.setattr(durability, "_MOUNTS", tmp_path / "none")
    require_own_disk(tmp_path / "a.sqlite")


def test_a_shared_folder_is_refused_before_a_file_is_made(tmp_path, monkeypatch):
    listed = tmp_path / "mountinfo"
    listed.write_text(f"1 1 0:1 / {tmp_path} rw - nfs server:/export rw\n")
    monkeypatch.setattr(durability, "_MOUNTS", listed)
    with pytest.raises(SettingsError, match="nfs"):
        open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    assert not (tmp_path / "a.sqlite").exists()


def test_every_connection_is_set_and_read_back(tmp_path, monkeypatch):
    engine = durable_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    expected = {"foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0}
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected} == expected
    engine.dispose()
    monkeypatch.setitem(durability._LEVELS, "EXTRA", 7)
    monkeypatch.setitem(durability._LEVELS, "FULL", 7)
    with pytest.raises(LedgerError, match="SQLite keeps synchronous at"), engine.connect():
        pass
    engine.dispose()


@on_postgresql
@pytest.mark.parametrize("found", ["off", "local", "remote_write"])
def test_postgresql_that_may_lose_an_act_is_refused(database_url, found):
    url = f"{database_url}&options=-c%20synchronous_commit%3D{found}"
    with pytest.raises(SettingsError, match=f"runs with synchronous_commit = {found}, .*; expected on or remote_apply"):
        open_engine(url)


@on_postgresql
def test_a_connection_that_is_set_otherwise_later_is_refused_too(database_url):
    engine = open_engine(database_url)
    options = {"options": "-c synchronous_commit=off"}
    event.listen(engine, "do_connect", lambda *facts: facts[3].update(options))
    engine.dispose()
    with pytest.raises(SettingsError, match="synchronous_commit = off"), engine.connect():
        pass
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
@pytest.mark.usefixtures("postgresql_url")
def test_a_server_that_does_not_sync_is_refused(setting):
    with (
        started_server(options=f"-c {setting}=off") as url,
        pytest.raises(SettingsError, match=f"PostgreSQL runs with {setting} = off, so that acts could be lost"),
    ):
        open_engine(url)


def connect_twice(url):
    engine = durable_engine(url)
    with engine.connect(), engine.connect():
        pass
    engine.dispose()


@pytest.mark.postgresql
def test_a_server_without_page_checksums_is_told(postgresql_url, caplog):
    caplog.set_level(logging.WARNING)
    connect_twice(postgresql_url)
    assert caplog.messages == []
    with started_server(checksums=False) as url:
        connect_twice(url)
    assert [message[:35] for message in caplog.messages] == ["PostgreSQL keeps no page checksums:"]
