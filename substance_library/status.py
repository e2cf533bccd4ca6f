"""The legal status of a structure: every act of a jurisdiction is asked, and everything that was found is given.

Name goes before class, class before derivation; exemptions are looked at after a match; what is not loaded, partly
encoded or of unknown date makes "cannot decide" and never "not covered".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from substance_library.act_question import ActAnswer, ActQuestion, Asked
from substance_library.determination import (
    Content,
    Determination,
    EditionStanding,
    Finding,
    FindingKind,
    LegalStatus,
    versions,
)
from substance_library.editions import Standing, edition_faults
from substance_library.law_book import LawBook, StandingAct
from substance_library.named_match import compared, parent_inchikey
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_text import LawRule, shipped_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPolicy:
    """What a laboratory chooses where the law is silent."""

    isotopologues_alike: bool = True
    """Whether an isotopologue is the same substance where the text does not say."""
    acts: tuple[str, ...] = ()
    """The acts that are asked; empty: all of the jurisdiction."""
    rules: Mapping[str, LawRule] = field(default_factory=shipped_rules, repr=False)


def determine(
    structure: PreparedStructure,
    jurisdiction: str,
    as_of: date,
    law_book: LawBook,
    known_at: datetime | None = None,
    *,
    content: Content | None = None,
    policy: StatusPolicy | None = None,
) -> Determination:
    """Find the legal status of a structure on one day.

    Parameters
    ----------
    structure : PreparedStructure
        Of one substance.
    jurisdiction : str
        As acts name it: ``KZ``, ``UN``.
    as_of : date
        The day whose law counts: that of the seizure, unless the appointing body says otherwise.
    law_book : LawBook
        In all versions.
    known_at : datetime, optional
        Aware; the book as it was known then. None: as it is.
    content : Content, optional
        Of a preparation; None: not known.
    policy : StatusPolicy, optional
        None for the default.

    Returns
    -------
    Determination
        The same for the same arguments, always.
    """
    chosen = policy or StatusPolicy()
    book = law_book.as_known(known_at)
    acts = [one for one in book.on(as_of, jurisdiction) if not chosen.acts or one.act.number in chosen.acts]
    asked = Asked(
        structure=structure,
        compared=compared(structure),
        as_of=as_of,
        content=content,
        isotopologues_alike=chosen.isotopologues_alike,
        rules=chosen.rules,
    )
    answers = [ActQuestion(act, asked).answer() for act in acts]
    findings = sorted((found for one in answers for found in one.findings), key=_order)
    missing = _once(words for one in answers for words in one.missing) or _nothing_loaded(acts, jurisdiction)
    open_points = _once(f"{_named(one)}: {point}" for one in findings for point in one.open_points)
    result = _result(findings, missing)
    found = result in {LegalStatus.LISTED_BY_NAME, LegalStatus.COVERED_BY_RULE}
    key = parent_inchikey(structure.stereo_smiles)
    return Determination(
        smiles=structure.smiles.text,
        parent_smiles=structure.stereo_smiles,
        inchikey=key.text if key else "",
        jurisdiction=jurisdiction,
        as_of=as_of,
        known_at=known_at,
        acts=tuple(one.act.number for one in acts),
        result=result,
        findings=tuple(findings),
        tried=tuple(tried for one in answers for tried in one.tried),
        missing=missing if found else (*open_points, *missing),
        warnings=_once([*_of_structure(structure), *_of_acts(acts, book, as_of), *_of_answers(answers, findings)]),
        editions=tuple(_editions(acts)),
        versions=versions(),
    )


def _result(findings: Sequence[Finding], missing: Sequence[str]) -> LegalStatus:
    kinds = {one.kind for one in findings}
    if FindingKind.LISTED in kinds:
        return LegalStatus.LISTED_BY_NAME
    if FindingKind.COVERED in kinds:
        return LegalStatus.COVERED_BY_RULE
    return LegalStatus.CANNOT_DECIDE if FindingKind.OPEN in kinds or missing else LegalStatus.NOT_COVERED


def _order(finding: Finding) -> tuple[int, int, str, str]:
    certain = (FindingKind.LISTED, FindingKind.COVERED, FindingKind.EXEMPT, FindingKind.OPEN)
    return finding.rank, certain.index(finding.kind), finding.act, finding.entry


def _named(finding: Finding) -> str:
    return f"{finding.citation}, {finding.name}"


def _nothing_loaded(acts: Sequence[StandingAct], jurisdiction: str) -> tuple[str, ...]:
    return () if acts else (f"no act of {jurisdiction} is in the book",)


def _of_structure(structure: PreparedStructure) -> Iterator[str]:
    taken = structure.taken_off
    if taken.parts:
        yield f"judged as the parent; taken off: {', '.join(taken.parts)}. Whether a weight is of base or salt is open"
    if taken.isotopes:
        yield "the structure is isotope-labelled: a labelled standard is no seizure"
    if structure.other_organic:
        yield f"more than one substance: {', '.join(structure.other_organic)} are to be judged by themselves"


def _of_acts(acts: Sequence[StandingAct], book: LawBook, as_of: date) -> Iterator[str]:
    for one in acts:
        act = one.act
        if act.loaded_to is not None and as_of > act.loaded_to:
            yield f"{act.citation}: amendments after {act.loaded_to} are not loaded"
        editions = book.editions_of(act.number)
        if editions and not one.editions:
            yield f"{act.citation}: no edition of it stood on {as_of}"
        doubtful = [edition.number for edition, standing in one.editions if standing is Standing.DOUBTFUL]
        if doubtful:
            yield f"{act.citation}: it is not known which stood on {as_of}: {', '.join(doubtful)}"
        for fault in edition_faults(editions):
            if fault.first <= as_of <= fault.last:
                yield str(fault)


def _of_answers(answers: Sequence[ActAnswer], findings: Sequence[Finding]) -> Iterator[str]:
    for one in answers:
        yield from one.warnings
    kinds = {one.kind for one in findings}
    if {FindingKind.LISTED, FindingKind.COVERED} <= kinds:
        yield "listed by name and covered by a rule: the name goes before the rule"


def _editions(acts: Sequence[StandingAct]) -> Iterator[EditionStanding]:
    for one in acts:
        for edition, standing in one.editions:
            yield EditionStanding(
                act=one.act.number, number=edition.number, amended_by=edition.amended_by, standing=standing
            )


def _once(words: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
