"""Names whose letters are of two scripts: one that looks right and cannot be found."""

import unicodedata
from collections.abc import Sequence

from substance_library.checks.finding import Check, Checked, CheckFinding, Severity
from substance_library.reference_spectrum import ReferenceSpectrum

_SCRIPTS = ("LATIN", "CYRILLIC")


def check_names(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Note every word that holds Latin and Cyrillic letters at once."""
    findings = [
        CheckFinding(
            check=Check.NAME,
            severity=Severity.NOTE,
            accession=one.accession,
            words=f"the word {word!a} has Latin and Cyrillic letters",
        )
        for one in spectra
        for word in mixed_words(one.name)
    ]
    return Checked(looked_at=len(spectra), findings=tuple(findings))


def mixed_words(name: str) -> tuple[str, ...]:
    r"""Give the words of a name that hold letters of both scripts.

    Examples
    --------
    >>> mixed_words("\u0421ocaine base")
    ('Сocaine',)
    """
    return () if name.isascii() else tuple(word for word in name.split() if len(_scripts(word)) > 1)


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(letter, "") for letter in word if letter.isalpha())
    return {script for name in names for script in _SCRIPTS if name.startswith(script)}
