"""Photographs of exhibits."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lims.domain.image_content import ImageType
from lims.domain.wording import require_file_name, require_text
from lims.errors import InvalidRecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One picture of an exhibit. Its bytes lie in the raw store as the camera wrote them."""

    KIND: ClassVar[str] = "photograph"

    number: str
    """The exhibit's number, ``-F`` and the ordinal."""
    exhibit_number: str
    shows: str
    """What is to be seen."""
    sha256: str
    image_type: ImageType
    file_name: str
    size: int
    """Bytes."""
    taken_at: datetime | None
    """As the person says; None for unknown. The camera's own time stands in the bytes."""
    taken_by: str
    added_by: str
    added_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a picture of nothing, or one taken after it was added."""
        require_text("photograph number", self.number)
        require_text("what the photograph shows", self.shows)
        require_text("digest", self.sha256)
        require_text("taken by", self.taken_by)
        require_file_name("file name", self.file_name)
        if self.taken_at is not None and self.taken_at > self.added_at:
            raise InvalidRecordError(f"photograph taken at {self.taken_at}, added at {self.added_at}; expected before")

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Name the kind of picture."""
        return self.image_type.value

    @property
    def title(self) -> str:
        """Show what is to be seen."""
        return self.shows
