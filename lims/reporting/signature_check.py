"""What the two signatures of a report say: frozen values with reasons in words, for every file that anybody brings.

Loading this module is cheap; the first check loads pyHanko.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial

from lims.reporting.event_loops import outside_of_event_loops
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
    """As the signature itself states it; no outside service confirms it."""
    intact: bool = False
    """The signed bytes are what was signed, and the place of the signature holds nothing else."""
    trusted: bool = False
    """The certificate's chain leads to a given root and held at the moment of the check."""
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
        """Tell whether the signature holds and its maker is trusted."""
        return self.unbroken and self.trusted


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
    def both_valid(self) -> bool:
        """Tell whether both signatures hold and both makers are trusted."""
        return self.both_unbroken and self.expert.trusted and self.reviewer.trusted

    @property
    def all_reasons(self) -> tuple[str, ...]:
        """Everything that was found, in order."""
        return (*self.reasons, *self.expert.reasons, *self.reviewer.reasons)


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
        PEM certificates that chains must lead to.
    revocation_lists : sequence of bytes
        CRLs; without any, revocation is not checked and the reasons say so.
    at : datetime, optional
        Aware; the moment at which the chains must hold. By default the time that each signature states.
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
