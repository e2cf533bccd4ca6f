"""How the page of the law says what a determination and a text of the law are."""

from collections.abc import Iterator

from lims.domain.law_text import LawAct, LawEdition, LawTable, LawTextStatus
from lims.translation import Translator, marked
from substance_library.determination import Determination, Finding, FindingKind, LegalStatus
from substance_library.editions import Standing

STATUS_TEXTS = {
    LegalStatus.LISTED_BY_NAME: marked("■ Listed by name"),
    LegalStatus.COVERED_BY_RULE: marked("◆ Covered by a rule"),
    LegalStatus.NOT_COVERED: marked(
        "□ Not covered by the texts that were asked, on that day. This does not say that it is not controlled"
    ),
    LegalStatus.CANNOT_DECIDE: marked("▲ Cannot be decided. What is missing is named below"),
}
FINDING_TEXTS = {
    FindingKind.LISTED: marked("listed by name"),
    FindingKind.COVERED: marked("covered by a rule"),
    FindingKind.EXEMPT: marked("exempt after the match"),
    FindingKind.OPEN: marked("open"),
}
STANDING_TEXTS = {
    Standing.IN_FORCE: marked("in force"),
    Standing.NOT_IN_FORCE: marked("not in force"),
    Standing.DOUBTFUL: marked("not known whether in force"),
}
KIND_TEXTS = {LawAct: marked("Act"), LawEdition: marked("Edition"), LawTable: marked("Table")}
STATE_TEXTS = {
    LawTextStatus.DRAFTED: marked("◔ drafted, waits for a second person"),
    LawTextStatus.RETURNED: marked("◑ returned to its clerk"),
    LawTextStatus.IN_BOOK: marked("● in the book"),
}


def finding_lines(t: Translator, found: Finding) -> Iterator[str]:
    """Tell one finding: the row with its place in the law, and why it speaks of the structure."""
    place = ", ".join(filter(None, (found.citation, *found.editions, found.schedule, found.row)))
    yield f"{t(FINDING_TEXTS[found.kind])}: {found.name} ({place})"
    yield found.how
    if found.proof is not None:
        for placed in found.proof.placed:
            yield t(
                "{slot}: {fragment}; allowed by: {words}",
                slot=placed.slot,
                fragment=placed.fragment,
                words=placed.allowed_by,
            )
    if found.substituents:
        yield t("Substituents: {rows}", rows="; ".join(found.substituents))
    for point in found.open_points:
        yield t("It turns on: {point}", point=point)
    if found.exemption:
        yield t("Exemption: {words}", words=found.exemption)
    yield from found.notes
    if found.source:
        yield t("Source: {words}", words=found.source)


def ground_lines(t: Translator, answer: Determination) -> Iterator[str]:
    """Tell what the answer rests on: structure, editions, versions."""
    yield t("Judged as: {smiles} ({key})", smiles=answer.parent_smiles, key=answer.inchikey or t("no InChIKey"))
    for one in answer.editions:
        words = t(STANDING_TEXTS[one.standing])
        yield t("Edition {number}: {standing}", number=one.number, standing=words)
    versions = answer.versions
    yield t(
        "Computed with engine {engine}, RDKit {rdkit}, InChI {inchi}.",
        engine=versions.engine,
        rdkit=versions.rdkit,
        inchi=versions.inchi,
    )
