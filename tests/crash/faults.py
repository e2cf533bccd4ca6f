"""Faults planted on purpose: the checks must find each of them, else they prove nothing."""

import dataclasses
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from lims.domain.record import Record
from lims.services.laboratory import Laboratory
from lims.services.ports import RawStore, Store, UnitOfWork
from spectra import run_manifest
from tests.crash.acts import acknowledged
from tests.crash.forking import Say

_LATE_S = 0.05


class _HastyWork:
    """A transaction that says its acts before it commits them."""

    def __init__(self, work: UnitOfWork, say: Say) -> None:
        self._work = work
        self._say = say
        self._lines: list[bytes] = []

    def __enter__(self) -> Self:
        self._work.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._work.__exit__(*failure)

    def __getattr__(self, name: str) -> object:
        return getattr(self._work, name)

    def record(self, record: Record, **facts: object) -> None:
        self._work.record(record, **facts)
        self._lines.append(acknowledged(record).to_line())

    def commit(self) -> None:
        for line in self._lines:
            self._say(line)
        self._work.commit()


class _HastyStore:
    def __init__(self, store: Store, say: Say) -> None:
        self._store = store
        self._say = say

    def unit_of_work(self) -> _HastyWork:
        return _HastyWork(self._store.unit_of_work(), self._say)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class _LateRawStore:
    """A raw store that returns before the bytes lie under their name."""

    def __init__(self, store: RawStore) -> None:
        self._store = store

    def put_run(self, path: Path) -> str:
        threading.Timer(_LATE_S, self._store.put_run, (path,)).start()
        return run_manifest(path).sha256

    def put(self, data: bytes) -> str:
        threading.Timer(_LATE_S, self._store.put, (data,)).start()
        return hashlib.sha256(data).hexdigest()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def _says_before_commit(laboratory: Laboratory, say: Say) -> Laboratory:
    store = _HastyStore(laboratory.auditing.store, say)
    return dataclasses.replace(laboratory, accessioning=dataclasses.replace(laboratory.accessioning, store=store))


def _keeps_raw_data_later(laboratory: Laboratory, _: Say) -> Laboratory:
    raw_store = _LateRawStore(laboratory.importing.raw_store)
    return dataclasses.replace(laboratory, importing=dataclasses.replace(laboratory.importing, raw_store=raw_store))


def _none(laboratory: Laboratory, _: Say) -> Laboratory:
    return laboratory


FAULTS: dict[str, Callable[[Laboratory, Say], Laboratory]] = {
    "": _none,
    "says-before-commit": _says_before_commit,
    "keeps-raw-data-later": _keeps_raw_data_later,
}
"""What makes a faulty laboratory of a good one."""
