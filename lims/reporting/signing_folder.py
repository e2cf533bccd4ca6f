"""The folder between this program and one that signs elsewhere: bytes to sign go in, a signature comes back."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lims.errors import SigningError
from lims.services.desk_ports import ExchangeFolder, ExchangeRequest

REQUEST, ANSWER = ".tbs", ".p7s"
_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFolder:
    """One person's folder."""

    folder: Path
    wait_s: int
    number: str
    """Of the report: names the files."""

    def exchange(self, name: str, data: bytes) -> bytes:
        """Lay bytes to sign into the folder and wait for the signature; neither stays there.

        Raises
        ------
        SigningError
            If the folder cannot be used, holds a signature already, or none comes in time.
        """
        stem = _UNFIT.sub("_", f"{self.number}-{name}")
        request, answer = self.folder / f"{stem}{REQUEST}", self.folder / f"{stem}{ANSWER}"
        if answer.exists():
            raise SigningError(f"{answer} is there before it was asked for; remove it; nothing was signed")
        try:
            _lay(request, data)
            return self._awaited(answer, request)
        except OSError as error:
            raise SigningError(f"{self.folder}: {error.strerror or error}; nothing was signed") from error
        finally:
            _remove(request, answer)

    def _awaited(self, answer: Path, request: Path) -> bytes:
        """Give a file that did not grow between two looks."""
        end, before = time.monotonic() + self.wait_s, -1
        while time.monotonic() < end:
            size = answer.stat().st_size if answer.exists() else 0
            if size and size == before:
                return answer.read_bytes()
            before = size
            time.sleep(_LOOK_S)
        raise SigningError(f"no signature of {request.name} within {self.wait_s} s; nothing was signed")


def look_into(folder: Path, *, person: str, wait_s: int) -> ExchangeFolder:
    """Say what lies in a folder; a folder that cannot be read says why."""
    try:
        requests = tuple(_request(path) for path in sorted(folder.glob(f"*{REQUEST}")))
        fault = "" if folder.is_dir() else "there is no such folder"
    except OSError as error:
        requests, fault = (), error.strerror or str(error)
    return ExchangeFolder(person=person, wait_s=wait_s, requests=requests, fault=fault)


def _request(path: Path) -> ExchangeRequest:
    return ExchangeRequest(
        file_name=path.name,
        since=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        answered=path.with_suffix(ANSWER).exists(),
    )


def _lay(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)


def _remove(*paths: Path) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue
