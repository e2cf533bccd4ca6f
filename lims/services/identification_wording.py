"""What an identification lacks, and what it says of isomers, in words of the catalogues."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from lims.domain.identification_basis import IsomerSet
from lims.domain.identification_rule import Gap
from lims.domain.report_content import IsomerLine
from lims.translation import Translator, marked

GAP_TEXTS: Mapping[Gap, str] = MappingProxyType(
    {
        Gap.TECHNIQUES: marked(
            "One technique of category A and one more of another principle, or three with two uncorrelated ones of "
            "category B."
        ),
        Gap.DATA: marked("A positive result of category A or B links to nothing that can be reviewed."),
        Gap.SECOND_SAMPLING: marked(
            "A second technique on a separate sampling, or what was done because the sample is limited."
        ),
        Gap.CORRELATED: marked("A written reason why techniques of category B on one principle count as two."),
        Gap.ISOMERS: marked("Which isomers the techniques do not tell apart."),
    }
)
"""A sentence for each gap."""

_TESTS: Mapping[str, str] = MappingProxyType(
    {"gas chromatography": marked("gas chromatography beside reference standards of each of them")}
)
"""Techniques that need something more to tell isomers apart."""


def isomer_lines(isomers: IsomerSet) -> tuple[IsomerLine, ...]:
    """Give the isomers of a substance as a report takes them."""
    return tuple(
        IsomerLine(
            name=one.name,
            relation=one.relation,
            tests=one.tests,
            separated_by=one.separated_by,
            group=f"{one.group}, {one.group_version}" if one.group else "",
        )
        for one in isomers.isomers
    )


def isomer_sentences(lines: Sequence[IsomerLine], possible: int, *, t: Translator) -> Iterator[str]:
    """Say what tells each isomer apart, or would, and what nothing was compared with."""
    told = sorted((one for one in lines if one.group), key=lambda one: one.separated_by)
    for number, same in groupby(told, key=lambda one: one.separated_by):
        kept = list(same)
        yield t(
            "Told apart by the mass spectrum of {number}, as the spectra of the library show (isomer group {group}): "
            "{names}.",
            number=number,
            group=kept[0].group,
            names=_names(kept),
        )
    alike = [one for one in lines if not one.separated_by]
    for tests, same in groupby(sorted(alike, key=lambda one: one.tests), key=lambda one: one.tests):
        yield _would_tell(tests, list(same), t=t)
    if possible:
        yield t(
            "Ring isomers that the structure allows and no searched table holds: {count}; nothing was compared with "
            "them.",
            count=possible,
        )


def _would_tell(tests: tuple[str, ...], lines: list[IsomerLine], *, t: Translator) -> str:
    if not tests:
        return t("Which test would tell the substance from these isomers is not known: {names}.", names=_names(lines))
    known = (_TESTS.get(one, one) for one in tests)
    return t(
        "Tests that would tell the substance from {names}: {tests}.",
        names=_names(lines),
        tests=", ".join(t(technique_words) for technique_words in known),
    )


def _names(lines: list[IsomerLine]) -> str:
    return ", ".join(one.name for one in lines)
