"""Servers of Debian's PostgreSQL, each on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Find the newest that is installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def started_server(*, options: str = "", checksums: bool = True) -> Iterator[str]:
    """Run a server for as long as the context lasts; give its URL.

    It syncs as it must; its folder lies in memory where there is one, where that costs nothing.
    """
    memory = Path("/dev/shm")  # noqa: S108 - see above
    folder = Path(tempfile.mkdtemp(prefix="aigaq-postgresql-", dir=memory if memory.is_dir() else None))
    owner: dict[str, str | int] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        owner = {"user": account.pw_uid, "group": account.pw_gid}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries() / program), "-D", str(folder / "data"), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **owner,
        )

    try:
        sums = ("-k",) if checksums else ()
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", *sums)
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses='' {options}", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
