"""The conclusions of a report where an identification of the exhibit is there, and where none is."""

import dataclasses

import fictitious_reports
import pytest

from lims.domain.identification import Conclusion, Identification, Resolution, Verdict, rule_outcome
from lims.domain.identification_basis import Basis, Isomer, IsomerSet, IsomerState, LeftOut, Support, SupportKind
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.report_content import Finding
from lims.domain.technique import techniques
from lims.errors import DocumentError
from lims.reporting.blocks import Bullets, Paragraph
from lims.reporting.document import compose
from lims.reporting.sections import conclusions
from lims.reporting.sections.identification import TECHNIQUE_TEXTS
from lims.services.report_identification import identification_sections
from lims.translation import LANGUAGES, Translator

NOW = fictitious_reports.report().prepared_at
NONE_KNOWN = IsomerSet(state=IsomerState.NONE_KNOWN, basis="library")
LISTED = IsomerSet(state=IsomerState.LISTED, isomers=(Isomer(name="3-FMA"),), basis="library")
VERDICTS = {
    "identified": (Verdict(conclusion=Conclusion.IDENTIFIED), NONE_KNOWN, Outcome.POSITIVE),
    "limited": (Verdict(conclusion=Conclusion.LIMITED), LISTED, Outcome.POSITIVE),
    "class": (Verdict(conclusion=Conclusion.CLASS_ONLY, class_name="benzodiazepines"), NONE_KNOWN, Outcome.POSITIVE),
    "absent": (Verdict(conclusion=Conclusion.NOT_DETECTED, scope="GC-MS, 1 mg/g."), NONE_KNOWN, Outcome.NEGATIVE),
    "inconclusive": (Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="too little."), LISTED, Outcome.INCONCLUSIVE),
}


def support(name, sampling, outcome):
    known = techniques()[name]
    return Support(
        kind=SupportKind.FINDING,
        number=f"2026-0001/1-T{sampling}",
        version=1,
        technique=name,
        outcome=outcome,
        sampling=sampling,
        system=known.name,
        data=("ab" * 32,),
        comparison=Comparison.LIBRARY,
        reference="release 1",
    )


def identification(which, *, substance="Etizolam"):
    verdict, isomers, outcome = VERDICTS[which]
    basis = Basis(
        supports=(support("infrared spectroscopy", 1, outcome), support("colour test", 2, outcome)),
        left_out=(LeftOut(number="2026-0001/1-T9", reason="broken plate"),),
        isomers=isomers,
        limitations=("The salt form was not determined.",),
    )
    opened = Identification(
        number="2026-0001/1-N1",
        exhibit_number="2026-0001/1",
        procedure_number="EI-IDENTIFICATION",
        expert="expert-a",
        substance=substance,
        inchikey=None,
        basis=basis,
        outcome=rule_outcome(substance, basis),
    )
    return opened.conclude(verdict, expert="expert-a", at=NOW)


def report(*identifications, language="en"):
    plain = fictitious_reports.report(language=language)
    sections = identification_sections(identifications)
    of_it = next((one for one in sections if one.substance == "Etizolam"), None)
    if of_it is not None:
        run = plain.runs[0]
        finding = Finding.IDENTIFIED if of_it.conclusion is Conclusion.IDENTIFIED else Finding.FOUND
        first = dataclasses.replace(run.components[0], finding=finding, identification=of_it.number, lacking=())
        run = dataclasses.replace(run, components=(first, *run.components[1:]))
        plain = dataclasses.replace(plain, runs=(run,))
    return dataclasses.replace(plain, identifications=sections)


def said(content):
    t = Translator(content.language)
    for block in conclusions(content, t=t):
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items


def test_id_7_a_conclusion_stands_with_its_techniques_samplings_and_limits():
    text = "\n".join(said(report(identification("identified"))))
    assert "the substance Etizolam was identified" in text
    assert "infrared spectroscopy (category A), sampling 1, 2026-0001/1-T1: positive" in text
    assert "colour test (category C), sampling 2" in text
    assert "identification/1 (SWGDRUG Recommendations 8.2 (2024-06-27))" in text
    assert "rests on libraries only" in text
    assert "The salt form was not determined." in text
    assert "Not used: 2026-0001/1-T9, because: broken plate" in text
    assert "That is no identification" not in text
    assert "No substance was identified" not in text


def test_id_6_a_set_of_isomers_is_named_whole():
    text = "\n".join(said(report(identification("limited"))))
    assert "one of the following isomers was identified" in text
    assert "Etizolam, 3-FMA" in text
    assert "What was concluded of it says identification" in text
    assert "do not tell all isomers apart" in text


def test_17025_7_8_6_an_identity_comes_with_what_its_rule_asks_for():
    assert "What this rule asks for: One technique of category A and one more" in "\n".join(
        said(report(identification("identified")))
    )
    assert "What this rule asks for" not in "\n".join(said(report(identification("absent"))))


def test_id_2_negative_and_inconclusive_have_their_own_wording():
    negative = "\n".join(said(report(identification("absent"))))
    assert "was not detected. This holds within the scope of the techniques used: GC-MS, 1 mg/g." in negative
    assert "negative" in negative
    assert "it contributes nothing" not in negative, "the conclusion rests on these very results"
    assert "no isomer is known" not in negative
    assert "could not be decided: too little." in "\n".join(said(report(identification("inconclusive"))))
    assert "a substance of the class benzodiazepines was found" in "\n".join(said(report(identification("class"))))


def test_id_1_what_has_no_identification_is_not_called_identified():
    other = "\n".join(said(report(identification("identified", substance="Cocaine"))))
    assert "the substance Cocaine was identified" in other
    assert "Found by gas chromatography with mass spectrometry, and not identified:" in other
    assert "Etizolam (component 1 of run GCMS-0218). Missing for an identification:" in other
    assert "That is no identification" in other
    plain = list(said(fictitious_reports.report()))
    assert "No substance was identified in exhibit 2026-9001/3." in plain


def test_rp_1_1_a_component_is_not_printed_as_identified_without_its_identification():
    founded = report(identification("identified"))
    with pytest.raises(DocumentError, match="component 1 of GCMS-0218 is identified, and no identification"):
        list(conclusions(dataclasses.replace(founded, identifications=()), t=Translator("en")))
    other = identification_sections((identification("class"),))
    with pytest.raises(DocumentError, match="no identification of the report concluded that"):
        list(conclusions(dataclasses.replace(founded, identifications=other), t=Translator("en")))


def test_g_6_only_what_is_concluded_and_undisputed_is_reported():
    concluded = identification("identified")
    disputed = concluded.dispute(by="expert-b", at=NOW, words="Bands are missing.")
    assert identification_sections((disputed,)) == ()
    ended = disputed.resolve(Resolution(by="head", at=NOW, words="They are there.", stands=True))
    text = "\n".join(said(report(ended)))
    assert "A second person disagreed: Bands are missing. Resolved: They are there." in text
    (section,) = identification_sections((concluded.agree(by="expert-b", at=NOW),))
    assert section.checked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", VERDICTS)
def test_every_conclusion_is_set_in_every_language(which, language):
    assert compose(report(identification(which), language=language), Translator(language)).startswith(b"%PDF")


def test_every_technique_of_the_table_has_its_words():
    assert set(TECHNIQUE_TEXTS) == set(techniques())
