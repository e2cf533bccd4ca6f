"""What the two signatures of a report say: frozen values with reasons in words, for every file that anybody brings.

Loading this module is cheap; the first check loads pyHanko.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from lims.reporting.event_loops import outside_of_event_loops
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.signing_settings import SignatureLevel
from lims.translation import SOURCE_LANGUAGE, Translator

ENGLISH = Translator(SOURCE_LANGUAGE)


class Coverage(StrEnum):
    """How much of the file a signature speaks for."""

    NOTHING_CERTAIN = "nothing certain"
    BEGINNING = "the beginning of the file"
    REVISION = "a whole revision of the file"
    FILE = "the whole file"


class Modification(StrEnum):
    """What was added to the file after a signature."""

    NONE = "nothing"
    LONG_TERM_DATA = "data for long-term validation"
    FORM_FILLING = "form fields or signatures"
    ANNOTATIONS = "annotations"
    OTHER = "something that the signature does not allow"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCheck:
    """What was found in one of the two signature fields."""

    name: str
    present: bool
    """The field exists and is signed."""
    signer: str = ""
    """The holder named in the certificate."""
    certificate_sha256: str = ""
    public_key: bytes = field(default=b"", repr=False)
    signed_at: datetime | None = None
    """As the signature itself states it."""
    stamped_at: datetime | None = None
    """As a believed time stamp of a service proves it; None: nobody else confirms the time."""
    stamped_by: str = ""
    """The service, as its certificate names it."""
    level: SignatureLevel | None = None
    """That was found; None where the signature is not intact."""
    intact: bool = False
    """The signed bytes are what was signed, and the place of the signature holds nothing else."""
    trusted: bool = False
    """The certificate is made for signatures, its chain leads to a given root, held at the moment that counts, and is
    not revoked. That moment: when a believed time stamp proves that the signature existed, else that of the check."""
    person: str = ""
    """Whom the document itself names for this field; empty: it names nobody."""
    of_person: bool = True
    """The certificate can be that person's."""
    covers: Coverage = Coverage.NOTHING_CERTAIN
    modification: Modification = Modification.OTHER
    allowed: bool = False
    """What was added afterwards is what this field's signature allows."""
    reasons: tuple[str, ...]

    @property
    def unbroken(self) -> bool:
        """Tell whether the signature holds, whoever made it."""
        return self.present and self.intact and self.allowed

    @property
    def valid(self) -> bool:
        """Tell whether the signature holds and its maker is trusted and the person that the document names."""
        return self.unbroken and self.trusted and self.of_person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What was found in a file."""

    readable: bool
    """It is a PDF that can be read to its end."""
    expert: FieldCheck
    reviewer: FieldCheck
    others: tuple[str, ...]
    """Names of further signature fields, which a report does not have."""
    reasons: tuple[str, ...]
    """About the file as a whole."""
    stated_level: SignatureLevel | None = None
    """As the document's own data state it; reports from before levels were stated are at B-B."""
    stamped_at: datetime | None = None
    """As a believed time stamp over the whole file proves it; None where there is none."""

    @property
    def broken(self) -> bool:
        """Tell whether one of the two signatures is there and no longer holds."""
        return any(found.present and not found.unbroken for found in (self.expert, self.reviewer))

    @property
    def both_unbroken(self) -> bool:
        """Tell whether both signatures hold, whoever made them, two keys were used, and nothing else is signed."""
        two_keys = self.expert.public_key != self.reviewer.public_key
        return self.readable and self.expert.unbroken and self.reviewer.unbroken and two_keys and not self.others

    @property
    def level(self) -> SignatureLevel | None:
        """The level of both signatures, which is the lower of the two; None where one of them does not hold."""
        found = (self.expert.level, self.reviewer.level)
        return min((one for one in found if one is not None), key=lambda one: one.rank) if all(found) else None

    @property
    def reaches_level(self) -> bool:
        """Tell whether the signatures have the level that the document states."""
        if self.stated_level is None:
            return True
        return self.level is not None and self.level.rank >= self.stated_level.rank

    @property
    def both_valid(self) -> bool:
        """Tell whether both signatures hold, both makers are trusted, and the stated level is reached."""
        return self.both_unbroken and self.expert.valid and self.reviewer.valid and self.reaches_level

    @property
    def all_reasons(self) -> tuple[str, ...]:
        """Everything that was found, in order."""
        return (*self.reasons, *self.expert.reasons, *self.reviewer.reasons)


def named_person(data: Mapping[str, Any], field_name: str) -> str:
    """Give the person whom the data of a report name for a field; empty if they name none."""
    part = {EXPERT_FIELD.name: "expert", REVIEWER_FIELD.name: "reviewer"}.get(field_name, "")
    person = data.get(part)
    name = person.get("name") if isinstance(person, dict) else None
    return name if isinstance(name, str) else ""


def stated_level(data: Mapping[str, Any]) -> SignatureLevel | None:
    """Give the level that the data of a report state; None if they state one that does not exist."""
    try:
        return SignatureLevel(data.get("signature_level", SignatureLevel.BASIC))
    except ValueError:
        return None


def check_field(pdf: bytes, name: str, *, trust_roots: Sequence[bytes]) -> FieldCheck:
    """Check one of the two signatures, at the time that it states or that its time stamp proves.

    Parameters
    ----------
    pdf : bytes
        Any bytes.
    name : str
        Of the field.
    trust_roots : sequence of bytes
        As for ``check_signatures``.

    Raises
    ------
    SigningError
        If a trust root cannot be read.
    """
    from lims.reporting.pades_check import PadesCheck  # noqa: PLC0415 - loads pyHanko
    from lims.reporting.trust import Trust  # noqa: PLC0415 - as above

    check = PadesCheck(trust=Trust.read(trust_roots), at=None, t=ENGLISH)
    return outside_of_event_loops(partial(check.examine_one, pdf, name))


def check_signatures(
    pdf: bytes,
    *,
    trust_roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
    at: datetime | None = None,
    translator: Translator = ENGLISH,
) -> SignatureCheck:
    """Check both signatures of a report.

    Parameters
    ----------
    pdf : bytes
        Any bytes.
    trust_roots : sequence of bytes
        PEM certificates that chains must lead to, those of time-stamp services too.
    revocation_lists : sequence of bytes
        CRLs; without any, and below B-LT, revocation is not checked and the reasons say so.
    at : datetime, optional
        Aware; the moment of the check: at which chains must hold that no time stamp settles. By default the time that
        each signature states.
    translator : Translator
        Language of the reasons.

    Returns
    -------
    SignatureCheck
        Also for damaged files and for files that are no PDF.

    Raises
    ------
    SigningError
        If a trust root or a revocation list cannot be read: that is no fault of the file.
    """
    from lims.reporting.pades_check import PadesCheck  # noqa: PLC0415 - loads pyHanko
    from lims.reporting.trust import Trust  # noqa: PLC0415 - as above

    check = PadesCheck(trust=Trust.read(trust_roots, revocation_lists), at=at, t=translator)
    return outside_of_event_loops(partial(check.examine, pdf))
