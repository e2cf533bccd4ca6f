"""Everything that has to be read from inside a file that anybody may have made: signatures, attachments, arithmetic.

``look`` reads in this process, for tests and pages that bring files of their own laboratory; ``bounded_looking`` asks
the same of a process with limits. What is found crosses over as JSON, never as pickled objects.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Self

import cattrs

from lims.ledger.checkpoint import VerifierKey
from lims.reporting.repeating.checks import CheckState, RepeatedCheck
from lims.reporting.signature_check import SignatureCheck, check_signatures
from lims.translation import SOURCE_LANGUAGE, Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """Whom to believe, when, and in which language to answer."""

    trust_roots: tuple[bytes, ...] = field(default=(), repr=False)
    """PEM certificates."""
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)
    ledger_keys: tuple[str, ...] = ()
    """Public keys of ledgers that are believed, as ``VerifierKey.to_text`` writes them."""
    recorded: str = ""
    """SHA-256 of the data, hex, as the record of the report names it; empty for no record at hand."""
    repeats: bool = True
    """False: the arithmetic is left out."""
    at: datetime | None = None
    """The moment of the check; None: the time that each signature states."""
    language: str = SOURCE_LANGUAGE

    def to_json(self) -> str:
        """Write it in one line."""
        return json.dumps(_converter().unstructure(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it; it is our own, so a fault is an error of the program."""
        return _converter().structure(json.loads(text), cls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found."""

    signatures: SignatureCheck
    checks: tuple[RepeatedCheck, ...] = ()
    """Of the arithmetic; none where the file carries no data of a report."""
    damaged: bool = False
    """The file was signed once, and cannot be read as a PDF any more."""
    number: str = ""
    """Of the report, as the data say; empty where they could not be read."""
    expert: str = ""
    reviewer: str = ""
    """Names of the persons who sign by what the data say."""
    demonstration: bool = False
    """By its own data the report is no evidence."""
    checkpoint: str = field(default="", repr=False)
    """The signed note of the ledger that is attached; empty for none that can be read."""

    @property
    def contradictions(self) -> tuple[RepeatedCheck, ...]:
        """The checks that found something else than the report says."""
        return tuple(check for check in self.checks if check.state is CheckState.DIFFERS)

    def to_json(self) -> str:
        """Write it for another process."""
        return json.dumps(_converter().unstructure(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote.

        Raises
        ------
        ValueError
            If it is anything else.
        """
        try:
            return _converter().structure(json.loads(text), cls)
        except (cattrs.BaseValidationError, KeyError, TypeError) as error:
            raise ValueError("not what a look gives") from error


_SIGNED = b"/ByteRange"
"""Stands in every signature of a PDF, and in clear text."""
Looking = Callable[[bytes, LookRequest], Look]


def look(pdf: bytes, request: LookRequest) -> Look:
    """Read everything from a file, in this process.

    Raises
    ------
    SigningError
        If a trust root or a revocation list cannot be read: that is no fault of the file.
    """
    from lims.reporting.repeating.attachments import read_attachments  # noqa: PLC0415 - loads pyHanko
    from lims.reporting.repeating.repetition import repeat  # noqa: PLC0415 - loads the sciences

    t = Translator(request.language)
    signatures = check_signatures(
        pdf,
        trust_roots=request.trust_roots,
        revocation_lists=request.revocation_lists,
        at=request.at,
        translator=t,
    )
    damaged = not signatures.readable and _SIGNED in pdf
    attachments = read_attachments(pdf)
    if not request.repeats:
        return Look(signatures=signatures, damaged=damaged, number=_number(attachments.data))
    trusted = tuple(map(VerifierKey.from_text, request.ledger_keys))
    found = repeat(attachments, trusted=trusted, recorded=request.recorded, t=t)
    content, note = found.content, found.inside.signed
    return Look(
        signatures=signatures,
        damaged=damaged,
        checks=found.checks,
        number=_number(attachments.data) if content is None else content.number,
        expert="" if content is None else content.expert.name,
        reviewer="" if content is None else content.reviewer.name,
        demonstration=content is not None and not content.evidence,
        checkpoint="" if note is None else note.to_bytes().decode(),
    )


def _number(data: bytes | None) -> str:
    """Read the number from data of which nothing else is known."""
    try:
        values = json.loads(data or b"null")
    except (ValueError, RecursionError):
        return ""
    number = values.get("number") if isinstance(values, dict) else None
    return number if isinstance(number, str) else ""


@lru_cache(maxsize=1)
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(bytes, lambda data: b64encode(data).decode())
    converter.register_structure_hook(bytes, lambda text, _: b64decode(text))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    return converter
