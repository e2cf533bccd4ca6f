"""A substance as the library knows it: names, structure, and what is stated about its control, each with a source.

Unknown is a value here. "Nobody has looked it up" and "looked up, not scheduled" are different statements, and no
question about a substance may turn the first into the second.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from substance_library.errors import InvalidSubstanceError, quoted
from substance_library.identifiers import InChIKey, Smiles

ENGLISH = "en"
UNDETERMINED = "und"
"""ISO 639-2 for "language not determined": the source of the name does not say."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Stereo(Enum):
    """How far the structure states its tetrahedral stereocentres; the geometry of double bonds is not meant."""

    NONE = "none"
    """There is no stereocentre."""
    UNSPECIFIED_OR_PARTIAL = "unspecified/partial"
    """At least one stereocentre is left open: a racemate, a mixture, or not known."""
    FULL = "full"
    """Every stereocentre is stated."""


class Convention(Enum):
    """The three drug control conventions of the United Nations."""

    SINGLE_1961 = "1961 Single Convention"
    PSYCHOTROPIC_1971 = "1971 Convention"
    TRAFFIC_1988 = "1988 Convention"


class InternationalStatus(Enum):
    """What the library can say about scheduling under the three conventions."""

    SCHEDULED = "scheduled"
    NOT_SCHEDULED = "not scheduled internationally"
    """Somebody looked and states it, with a source."""
    UNKNOWN = "unknown"
    """Nothing is stated. This is never "not scheduled"."""


class DatePrecision(Enum):
    """What a decision date means. None of them is the entry into force."""

    MONTH_OF_CND_DECISION = "month of CND decision, not entry into force"
    """YYYY-MM, of the decision of the Commission on Narcotic Drugs."""
    YEAR = "year"
    """YYYY."""
    BEFORE_1990 = "original schedule / before 1990"
    """No date is stated, only that it was in an original schedule or came before 1990."""
    UNKNOWN = "unknown"
    """No date is stated."""


_DATE_FORMS = {
    DatePrecision.MONTH_OF_CND_DECISION: re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    DatePrecision.YEAR: re.compile(r"[0-9]{4}"),
    DatePrecision.BEFORE_1990: re.compile(r""),
    DatePrecision.UNKNOWN: re.compile(r""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceName:
    """A name with its language and the place it was taken from.

    Raises
    ------
    InvalidSubstanceError
        If the text or source is blank, or the language is no two- or three-letter code.
    """

    text: str
    language: str
    """ISO 639 code: ``kk``, ``ru``, ``en``; ``und`` where the source does not say."""
    source: str

    def __post_init__(self) -> None:
        """Refuse a name that could not be printed or cited."""
        _require_text("name", self.text)
        _require_text(f"source of the name {quoted(self.text)}", self.source)
        if _LANGUAGE.fullmatch(self.language) is None:
            raise InvalidSubstanceError(
                f"language of the name {quoted(self.text)}",
                found=quoted(self.language),
                expected="a code of two or three lower-case letters",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFact:
    """One statement "this substance is in that schedule of that convention".

    Raises
    ------
    InvalidSubstanceError
        If schedule or source is blank, or the date has not the form that its precision states.
    """

    convention: Convention
    schedule: str
    """As the source puts it, such as ``Schedule I+IV`` or ``Table I``."""
    decided: str
    """Date text of the stated precision, empty where no date is stated."""
    date_precision: DatePrecision
    session: str
    """The session of the Commission on Narcotic Drugs, empty where none is stated."""
    source: str
    """Who says so, and how far it is confirmed."""

    def __post_init__(self) -> None:
        """Refuse a statement without a source and a date that says more than is known."""
        _require_text("schedule", self.schedule)
        _require_text(f"source of {quoted(self.schedule)}", self.source)
        form = _DATE_FORMS[self.date_precision]
        if form.fullmatch(self.decided) is None:
            raise InvalidSubstanceError(
                f"decision date of {quoted(self.schedule)}",
                found=quoted(self.decided),
                expected=f"the form of precision {self.date_precision.value!r}: {form.pattern or 'empty'}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownStatus:
    """A legal status that cannot be stated, and why.

    Raises
    ------
    InvalidSubstanceError
        If no reason is given.
    """

    text: ClassVar[str] = "unknown"
    reason: str

    def __post_init__(self) -> None:
        """Refuse an "unknown" that does not say what is missing."""
        _require_text("reason of an unknown status", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """One substance with everything that its source states about it.

    Raises
    ------
    InvalidSubstanceError
        If a text is blank, the preferred name is not among the names, a mass is not above 0, or the international
        status and the schedule facts contradict each other.
    """

    inchikey: InChIKey
    """As the source states it; ``identify_structure`` recomputes it from ``smiles``."""
    preferred_name: str
    names: tuple[SubstanceName, ...]
    """All names, the preferred one among them. A name never decides identity."""
    substance_class: str
    """A group of chemistry or use for lists and statistics, not a legal class."""
    smiles: Smiles
    formula: str
    exact_mass_da: Decimal
    """Of the most abundant isotopes, with the digits of the source."""
    average_mass_da: Decimal
    """With the natural isotope abundances, with the digits of the source."""
    stereo: Stereo
    international_status: InternationalStatus
    schedule_facts: tuple[ScheduleFact, ...]
    """At least one where the status is ``SCHEDULED``, else none."""
    not_scheduled_source: str
    """Who states that it is not scheduled; empty for any other status."""
    kazakhstan: UnknownStatus
    """Always unknown until an edition of the Kazakh list is loaded."""
    structure_verification: str
    """How the structure was checked, in the words of the source."""
    source: str
    """The table that this substance was read from."""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        for what in ("preferred_name", "substance_class", "formula", "structure_verification", "source"):
            _require_text(what.replace("_", " "), getattr(self, what))
        self._check_names()
        for what, mass in (("exact mass", self.exact_mass_da), ("average mass", self.average_mass_da)):
            if not (mass.is_finite() and mass > 0):
                raise InvalidSubstanceError(self._of(what), found=str(mass), expected="a finite mass above 0 Da")
        self._check_status()

    def _check_names(self) -> None:
        if self.preferred_name not in {name.text for name in self.names}:
            raise InvalidSubstanceError(
                self._of("names"),
                found=f"{len(self.names)} names without the preferred one",
                expected="the preferred name among the names",
            )

    def _check_status(self) -> None:
        status = self.international_status
        if bool(self.schedule_facts) != (status is InternationalStatus.SCHEDULED):
            raise InvalidSubstanceError(
                self._of("international status"),
                found=f"{status.value!r} with {len(self.schedule_facts)} schedule facts",
                expected="schedule facts if, and only if, the status is 'scheduled'",
            )
        if bool(self.not_scheduled_source.strip()) != (status is InternationalStatus.NOT_SCHEDULED):
            raise InvalidSubstanceError(
                self._of("source of 'not scheduled'"),
                found=f"{quoted(self.not_scheduled_source)} with status {status.value!r}",
                expected="a source if, and only if, the status is 'not scheduled internationally'",
            )

    def _of(self, what: str) -> str:
        return f"{what} of {quoted(self.preferred_name)}"


def _require_text(what: str, text: str) -> None:
    if not text.strip():
        raise InvalidSubstanceError(what, found=quoted(text), expected="text that is not blank")
