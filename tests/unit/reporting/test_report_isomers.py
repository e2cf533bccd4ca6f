"""What a report says of isomers: told apart by what, which tests would decide, and what nothing was compared with."""

import dataclasses

import fictitious_reports
import pytest

from lims.domain.identification import Conclusion, Identification, Verdict, rule_outcome
from lims.domain.identification_basis import Basis, Isomer, IsomerSet, IsomerState, Support, SupportKind
from lims.domain.identification_rule import Comparison, Outcome
from lims.reporting.blocks import Bullets
from lims.reporting.sections.identification import identification
from lims.services.identification_wording import isomer_lines, isomer_sentences
from lims.services.report_identification import identification_sections
from lims.translation import LANGUAGES, Translator

NOW = fictitious_reports.report().prepared_at
TESTS = ("infrared spectroscopy", "gas chromatography", "nuclear magnetic resonance")
RUN = "2026-0001/1-E1"
ISOMERS = (
    Isomer(name="3-MMC", relation="positional isomers", tests=TESTS),
    Isomer(name="2-MMC", relation="positional isomers", tests=TESTS),
    Isomer(name="mirror image", relation="enantiomers"),
    Isomer(name="Phenmetrazine", separated_by=RUN, group="SWGDRUG 3.4 C11H15NO", group_version=2),
    Isomer(name="Buphedrone", separated_by="2026-0001/1-T2"),
)


def support(name, number, sampling, kind):
    return Support(
        kind=kind,
        number=number,
        version=1,
        technique=name,
        outcome=Outcome.POSITIVE,
        sampling=sampling,
        system=name,
        data=("ab" * 32,),
        comparison=Comparison.LIBRARY,
        reference="release 1",
    )


def section(isomers=ISOMERS, *, conclusion=Conclusion.LIMITED, possible=("C", "CC")):
    basis = Basis(
        supports=(
            support("mass spectrometry", RUN, 1, SupportKind.EXAMINATION),
            support("colour test", "2026-0001/1-T2", 2, SupportKind.FINDING),
        ),
        isomers=IsomerSet(state=IsomerState.LISTED, isomers=isomers, basis="library", possible=possible),
    )
    opened = Identification(
        number="2026-0001/1-N1",
        exhibit_number="2026-0001/1",
        procedure_number="EI-IDENTIFICATION",
        expert="expert-a",
        substance="Mephedrone",
        inchikey="YELGFTGWJGBAQU-UHFFFAOYSA-N",
        basis=basis,
        outcome=rule_outcome("Mephedrone", basis),
    )
    concluded = opened.conclude(Verdict(conclusion=conclusion, reason="too little"), expert="expert-a", at=NOW)
    (found,) = identification_sections([concluded.agree(by="expert-b", at=NOW)])
    return found


def lines(found, language="en"):
    blocks = identification(found, exhibit="2026-0001/1", t=Translator(language))
    return [item for block in blocks if isinstance(block, Bullets) for item in block.items]


def test_l_3_the_report_names_the_tests_that_would_decide_or_says_that_none_is_known():
    said = lines(section())
    assert (
        "Tests that would tell the substance from 3-MMC, 2-MMC: infrared spectroscopy, gas chromatography beside "
        "reference standards of each of them, nuclear magnetic resonance." in said
    )
    assert "Which test would tell the substance from these isomers is not known: mirror image." in said


def test_id_6_what_a_confirmed_group_tells_apart_is_said_with_the_group():
    assert (
        f"Told apart by the mass spectrum of {RUN}, as the spectra of the library show (isomer group SWGDRUG 3.4 "
        "C11H15NO, 2): Phenmetrazine." in lines(section())
    )
    assert not any("Buphedrone" in one for one in lines(section()) if one.startswith("Told apart"))


def test_id_6_ring_isomers_in_no_table_are_a_limit_that_is_printed():
    wanted = "Ring isomers that the structure allows and no searched table holds: 2; nothing was compared with them."
    assert wanted in lines(section())
    assert wanted not in lines(section(possible=()))


def test_where_nothing_is_named_no_isomer_is():
    said = lines(section(conclusion=Conclusion.INCONCLUSIVE))
    assert not any("MMC" in one or "Ring isomers" in one for one in said)


def test_a_section_of_an_older_report_says_nothing_of_it():
    older = dataclasses.replace(section(), isomer_lines=(), possible_isomers=0)
    assert not any("isomer" in one for one in lines(older) if "techniques used" not in one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_as_much(language):
    said = lines(section(), language)
    assert len(said) == len(lines(section()))
    if language != "en":
        assert not {one for one in said if "would" in one or "Ring" in one}


def test_a_page_says_the_same_as_the_report():
    """The sentences come from one place; a page hands in the basis, a report its section."""
    basis = IsomerSet(state=IsomerState.LISTED, isomers=ISOMERS, basis="library", possible=("C", "CC"))
    said = list(isomer_sentences(isomer_lines(basis), len(basis.possible), t=Translator("en")))
    assert said
    assert set(said) <= set(lines(section()))
