"""Photographs of exhibits: their bytes kept untouched, what they show recorded."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from lims.domain.exhibit import Exhibit
from lims.domain.image_content import image_type
from lims.domain.permissions import Act, require_role
from lims.domain.photograph import Photograph
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import UnreadableFileError
from lims.services.ports import Clock, RawStore, Store

MAX_BYTES = 50_000_000
"""A picture of a camera of today has up to about 30 megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographFacts:
    """What a person says of a picture."""

    shows: str
    taken_at: datetime | None = None
    """None for unknown."""
    taken_by: str = ""
    """Empty for the person who adds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographService:
    """Keeps photographs of exhibits."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    clock: Clock = field(repr=False)

    def add(self, exhibit_number: str, path: Path, facts: PhotographFacts, *, actor: StaffMember) -> Photograph:
        """Keep a picture as the camera wrote it, with whatever the camera wrote into it.

        Raises
        ------
        UnreadableFileError
            If the file cannot be read or is too large.
        InvalidRecordError
            If it is neither a JPEG nor a PNG by its content, or not whole; or was taken at a time that is not yet.
        NotFoundError
            If there is no such exhibit.
        RawStoreError
            If the bytes cannot be kept.
        """
        require_role(actor, Act.PHOTOGRAPH_ADDED)
        data = _read(path)
        intended = self._intended(exhibit_number, data, cleaned(facts), name=path.name, actor=actor)
        with self.store.reading() as reading:
            reading.load(Exhibit, exhibit_number)
            reading.permit(
                intended, act=Act.PHOTOGRAPH_ADDED, actor=actor, at=self.clock.now()
            )  # before bytes are kept
        self.raw_store.put(data)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            number = f"{intended.number}{work.count(Photograph, prefix=intended.number) + 1}"
            photograph = replace(intended, number=number, added_at=now)
            work.record(photograph, act=Act.PHOTOGRAPH_ADDED, actor=actor, at=now, raw=(photograph.sha256,))
            work.commit()
        return photograph

    def of_exhibit(self, exhibit_number: str) -> tuple[Photograph, ...]:
        """Give all photographs of an exhibit in the order in which they were added."""
        with self.store.reading() as work:
            return work.children(Photograph, exhibit_number)

    def read(self, number: str) -> bytes:
        """Give the bytes of a photograph, checked against their digest.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        RawStoreError
            If the bytes are missing or altered.
        """
        with self.store.reading() as work:
            sha256 = work.load(Photograph, number).sha256
        return self.raw_store.get(sha256)

    def _intended(
        self, exhibit_number: str, data: bytes, facts: PhotographFacts, *, name: str, actor: StaffMember
    ) -> Photograph:
        """Make the record before any byte is kept; its ordinal is added when it is recorded."""
        return Photograph(
            number=f"{exhibit_number}-F",
            exhibit_number=exhibit_number,
            shows=facts.shows,
            sha256=hashlib.sha256(data).hexdigest(),
            image_type=image_type(data),
            file_name=clean_text("file name", name),
            size=len(data),
            taken_at=facts.taken_at,
            taken_by=facts.taken_by or actor.number,
            added_by=actor.number,
            added_at=self.clock.now(),
        )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or "cannot be read") from error
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(path, f"more than {MAX_BYTES} bytes; a photograph has less")
    return data
