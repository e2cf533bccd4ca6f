"""One row or rule of the law in a report: where it stands, why it speaks of the structure, and the proof."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.report_law import EditionNote, LegalDay, LegalEntryNote
from lims.reporting.blocks import Align, Block, Bullets, Column, Paragraph, Table
from lims.translation import Translator, marked
from substance_library.determination import FindingKind
from substance_library.editions import Standing

_KINDS: Mapping[FindingKind, str] = MappingProxyType(
    {
        FindingKind.LISTED: marked("listed by name"),
        FindingKind.COVERED: marked("covered by a rule"),
        FindingKind.EXEMPT: marked("exempt after the match"),
        FindingKind.OPEN: marked("open"),
    }
)
_STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.IN_FORCE: marked("in force"),
        Standing.NOT_IN_FORCE: marked("not in force"),
        Standing.DOUBTFUL: marked("not known whether in force"),
    }
)


def in_quotes(words: str, *, t: Translator) -> str:
    """Mark words that stand in the record of the determination, whose language is English."""
    return t("“{words}”", words=words)


def entry_blocks(day: LegalDay, *, t: Translator) -> Iterator[Block]:
    """Give every row and rule of a day, each with its proof; several that stand side by side are all printed."""
    if len(day.entries) > 1:
        count = t.number(len(day.entries))
        yield Paragraph(text=t("Rows and rules that speak of it, all of them: {count}", count=count), with_next=True)
    for entry in day.entries:
        place = ", ".join(filter(None, (entry.citation, *entry.editions, entry.place)))
        lines = tuple(_lines(entry, t=t))
        yield Paragraph(text=f"{t(_KINDS[entry.kind])}: {entry.name} ({place})", with_next=bool(lines))
        if lines:
            yield Bullets(items=lines)
        if entry.slots:
            yield _proof(entry, t=t)


def edition_lines(day: LegalDay, *, t: Translator) -> Iterator[str]:
    """Name every edition that stood on a day, or may have; they are the texts that were asked."""
    for standing in _STANDINGS:
        editions = "; ".join(_edition(one, t=t) for one in day.editions if one.standing is standing)
        if editions:
            yield t("Texts asked, {standing}: {editions}", standing=t(_STANDINGS[standing]), editions=editions)


def _edition(one: EditionNote, *, t: Translator) -> str:
    amended = t("amended by {words}", words=one.amended_by) if one.amended_by else t("text as first adopted")
    return f"{one.number} ({amended})"


def _lines(entry: LegalEntryNote, *, t: Translator) -> Iterator[str]:
    if entry.how:
        yield t("How it was matched: {words}", words=in_quotes(entry.how, t=t))
    if entry.rule:
        yield t("Rule {rule}; form of the core: {core}", rule=entry.rule, core=in_quotes(entry.core, t=t))
    if entry.base:
        yield t("Derived from row {base}", base=entry.base)
    if entry.substituents:
        yield t("Substituents: {rows}", rows="; ".join(entry.substituents))
    yield from entry.proof
    for point in entry.open_points:
        yield t("It turns on: {point}", point=in_quotes(point, t=t))
    if entry.exemption:
        yield t("Exemption: {words}", words=in_quotes(entry.exemption, t=t))
    for note in entry.notes:
        yield t("Note: {words}", words=in_quotes(note, t=t))
    if entry.source:
        yield t("Source: {words}", words=entry.source)


def _proof(entry: LegalEntryNote, *, t: Translator) -> Table:
    return Table(
        columns=(
            Column(title=t("Place in the rule"), align=Align.LEFT, share=5),
            Column(title=t("Fragment there"), align=Align.LEFT, share=5),
            Column(title=t("Words of the rule that allow it"), align=Align.LEFT, share=9),
        ),
        rows=tuple((one.slot, one.fragment, in_quotes(one.allowed_by, t=t)) for one in entry.slots),
    )
