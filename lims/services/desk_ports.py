"""What the services need of the desk where reports are composed and signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from lims.domain.copy_mark import CopyMark
from lims.domain.report_content import Person, ReportContent
from lims.ledger.canonical import JsonValue
from lims.ledger.extract import LedgerExtract


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A document after one more signature."""

    pdf: bytes
    proof: Mapping[str, JsonValue]
    """What the ledger keeps of the signature: signer, certificate, level, digest before and after; and ``token``, the
    token's name, where a token made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A photograph as it is printed."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputedPart:
    """One part of a report's arithmetic, done again from the document alone."""

    name: str
    """Word of the check: data, match_factors, sampling, and so on."""
    state: str
    """equal, differs, or not possible."""
    words: str
    """Sentences in the language that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFolder:
    """Where signatures of one person are made by another program, and what lies there."""

    person: str
    """Staff number."""
    wait_s: int
    """How long an act waits for the signature."""
    requests: tuple["ExchangeRequest", ...] = ()
    fault: str = ""
    """Why the folder cannot be looked into; empty: it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRequest:
    """Bytes that lie there to be signed."""

    file_name: str
    since: datetime
    """Aware; after ``wait_s`` nobody waits for the signature any more."""
    answered: bool
    """Whether a signature lies beside it, which the act that waits takes."""


class ReportDesk(Protocol):
    """Where documents are composed and signed."""

    @property
    def evidence(self) -> bool:
        """False as long as development keys sign."""
        ...

    @property
    def signature_level(self) -> str:
        """Name the level of the signatures."""
        ...

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The certificates, as PEM, that signatures of this laboratory and their time stamps must lead to."""
        ...

    @property
    def revocation_lists(self) -> tuple[bytes, ...]:
        """The lists of revoked certificates that the laboratory keeps."""
        ...

    def content_bytes(self, content: ReportContent) -> bytes:
        """Give the canonical bytes of a content."""
        ...

    def compose(
        self,
        content: ReportContent,
        extract: LedgerExtract | None = None,
        pictures: Mapping[str, bytes] = MappingProxyType({}),
    ) -> bytes:
        """Make the unsigned document, with the extract of the ledger that its content names.

        Raises
        ------
        DocumentError
            If a text cannot be set, or the extract is another one.
        """
        ...

    def shown_picture(self, photograph: bytes) -> ShownPicture:
        """Make the picture that is printed of a photograph: small, and with nothing beside the picture.

        Raises
        ------
        DocumentError
            If it cannot be read as a picture.
        """
        ...

    def compose_copy(self, content: ReportContent, mark: CopyMark, pictures: Mapping[str, bytes]) -> bytes:
        """Make a copy or a summary, which carries no signature and names the report that decides.

        Raises
        ------
        DocumentError
            If a text cannot be set, or a summary does not fit on one page.
        """
        ...

    def content_in(self, pdf: bytes) -> bytes:
        """Give the canonical bytes of the content that a document carries.

        Raises
        ------
        DocumentError
            If it carries none.
        """
        ...

    def recompute(self, pdf: bytes, *, language: str) -> tuple[RecomputedPart, ...]:
        """Do the arithmetic of a document again, from what is attached to it alone."""
        ...

    def number_in(self, data: bytes) -> str:
        """Give the number of the report that some bytes are a document of, from its outside; empty if they are none."""
        ...

    def page_count(self, pdf: bytes) -> int:
        """Count the pages of a document.

        Raises
        ------
        DocumentError
            If it cannot be shown.
        """
        ...

    def require_services(self, *, at: datetime) -> None:
        """Ask the services that a signature of this laboratory needs: one that is away is found before an act begins.

        Raises
        ------
        SigningError
            If one of them is away, or would not be believed.
        """
        ...

    def asks_pin(self, person: str) -> bool:
        """Tell whether the key of a person, by staff number, lies on a token that opens with a PIN."""
        ...

    def exchanges(self) -> tuple[ExchangeFolder, ...]:
        """Say what lies in the folders of the people whose signatures are made elsewhere; none: nobody's are."""
        ...

    def check_pin(self, *, person: Person, at: datetime, pin: str) -> None:
        """Open the token of a person and close it again: a wrong PIN is found before a number is used.

        Raises
        ------
        SigningError
            If the person has no token, or it is not there, or does not open with the PIN.
        """
        ...

    def sign_as_expert(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        """Certify a document as its author; with a PIN, by the person's token and by nothing else.

        Raises
        ------
        SigningError
            If there is no valid key for that person; the token is not there, or does not open with the PIN; or a PIN
            is given and the key is no token's, or the other way round.
        """
        ...

    def sign_as_reviewer(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        """Sign a certified document as its reviewer and lock it; with a PIN, by the person's token.

        Raises
        ------
        SigningError
            As for ``sign_as_expert``.
        """
        ...

    def sign_statement(self, statement: bytes, *, person: Person, at: datetime, pin: str) -> Mapping[str, JsonValue]:
        """Let the token of a person sign bytes that are no document; give what the ledger keeps of it.

        Raises
        ------
        SigningError
            If the person has no token, or it is not there, or does not open with the PIN.
        """
        ...
