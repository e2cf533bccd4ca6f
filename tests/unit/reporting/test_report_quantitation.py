"""What a report says of quantitations and of negative results, and that every content can be printed."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import fictitious_law
import fictitious_quantitation
import fictitious_reports
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lims.domain.quantitation import Lacking
from lims.domain.question_answer import AnswerGround, GroundKind, QuestionAnswer
from lims.domain.record import from_body
from lims.domain.report_content import ReportContent
from lims.domain.report_kind import ReportKind
from lims.errors import DocumentError
from lims.reporting.blocks import Bullets, Facts, Heading, Paragraph, Picture, Table
from lims.reporting.content import content_json
from lims.reporting.document import compose
from lims.reporting.figures import calibration_curve
from lims.reporting.sections.answers import answer_sentences, answers
from lims.reporting.sections.conclusions import conclusions
from lims.reporting.sections.introduction import introduction
from lims.reporting.sections.negative import negative
from lims.reporting.sections.quantitation import quantitations, result_sentences
from lims.services.quantitation_flags import QuantitationFlag
from lims.services.quantitation_repeating import quantitation_differences
from lims.services.quantitation_wording import FLAG_TEXTS, LACKING_TEXTS
from lims.translation import LANGUAGES, Translator

MEASURED, ABSENT = fictitious_quantitation.quantitations()
EN = Translator("en")


def texts(blocks):
    """Give every piece of text of blocks, in their order."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Facts):
            yield from (f"{row.label}: {row.value}" for row in block.rows)
        elif isinstance(block, Table):
            yield from (" | ".join(row) for row in (tuple(one.title for one in block.columns), *block.rows))
        elif isinstance(block, Picture):
            yield block.alternative


def said(section, *arguments, **facts):
    return "\n".join(texts(section(*arguments, **{"t": EN, **facts})))


def of_research(*records):
    return said(quantitations, records, figures=iter(range(1, 9)))


# quantitation


def test_17025_7_8_2_1_a_quantitation_names_method_standard_curve_and_every_injection():
    words = of_research(MEASURED)
    for expected in (
        "Quantitation of Etizolam",
        "Method: M-TEST, version 1",
        "Reference standard of the calibrators: RS-EXAMPLE, Etizolam, lot EX-7, certificate EXAMPLE-C7",
        "Its purity: 0.985 ± 0.004 (k = 2); every content was multiplied by it",
        "Form of the curve: parabola, with a free intercept",
        "Range of the calibrators, µg/ml: 25 – 200",
        "Test for lack of fit: unknown: no calibrator was measured repeatedly",
        "2026-9001/3-A1-W1 | (0.05012 ± 0.00012) g; k = 2 | 10.00 ± 0.02 | 5",
        "Not stated by anybody, and so not in the uncertainty: dilution of the measured portion.",
    ):
        assert expected in words
    listed = (*MEASURED.blanks, *MEASURED.controls, *MEASURED.injections, *MEASURED.points)
    assert all(one.run_number in words for one in listed)


def test_wu_5_a_content_is_printed_with_u_and_k_and_the_same_decimals():
    result, total = MEASURED.result, MEASURED.total
    words = list(result_sentences(MEASURED, t=EN))
    assert words[0] == (
        f"The content of Etizolam in the measured portions of exhibit 2026-9001/3 is ({result.percent} ± "
        f"{result.u_percent}) % by mass; k = {result.k}, coverage 95 %."
    )
    assert words[1].startswith(
        f"Calculated for the net mass of the exhibit, (1.234 ± 0.045) g: ({total.mass_g} ± {total.u_g}) g of the "
    )
    assert "That holds if the measured portions stand for the whole exhibit." in words[1]
    assert words[2] == "The amounts are expressed as: base."
    for value, u in ((result.percent, result.u_percent), (total.mass_g, total.u_g)):
        assert value.as_tuple().exponent == u.as_tuple().exponent


@pytest.mark.parametrize("lacking", Lacking)
def test_17025_7_8_6_a_content_that_is_not_stated_says_why_and_the_rule(lacking):
    bare = replace(MEASURED, result=None, total=None, lacking=(lacking,))
    (words,) = result_sentences(bare, t=EN)
    assert words == f"The content of Etizolam in exhibit 2026-9001/3 is not stated: {LACKING_TEXTS[lacking]}."
    content = replace(fictitious_quantitation.quantitation_report(), quantitations=(bare,))
    whole = said(conclusions, content)
    assert words in whole
    assert "Decision rule: a content is stated only if every injection of the exhibit shows the substance" in whole
    assert "The content of the substances in the exhibit is not stated." in whole


def test_what_is_not_known_of_a_quantitation_is_called_unknown():
    preparation = replace(MEASURED.preparations[0], volume_u_ml=None, volume_k=None)
    curve = replace(MEASURED.curve, detection_limit_ug_per_ml=None, r_squared=None)
    bare = replace(
        MEASURED, standard=None, expressed_as="", curve=curve, total=None, preparations=(preparation,), lacking=()
    )
    words = of_research(bare)
    for expected in (
        "Reference standard of the calibrators: unknown",
        "Amounts expressed as: unknown",
        "Coefficient of determination: unknown",
        "µg/ml: unknown; 14.986",
        "10.00 ± unknown",
    ):
        assert expected in words
    assert "In which form, base or salt, the amounts are expressed is not on record." in said_result(bare)
    assert "The mass of the substance in the whole exhibit is not stated: unknown." in said_result(bare)
    assert "the certificate states none" in of_research(
        replace(MEASURED, standard=replace(MEASURED.standard, purity=None, purity_u=None, purity_k=None))
    )
    assert "are not on record." in of_research(replace(MEASURED, preparations=(), result=None, total=None))


def said_result(one):
    return "\n".join(result_sentences(one, t=EN))


@pytest.mark.parametrize("flag", QuantitationFlag)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_has_its_sentence_in_every_language(flag, language):
    assert len(Translator(language)(FLAG_TEXTS[flag])) > 20


def test_rp_1_1_a_content_of_what_nobody_identified_is_not_printed():
    content = replace(fictitious_quantitation.quantitation_report(), identifications=(), answers=())
    runs = fictitious_reports.report().runs
    with pytest.raises(DocumentError, match="2026-9001/3-Q1 states a content of what no identification names"):
        list(conclusions(replace(content, runs=runs), t=EN))


# the figure


def svg_of(one):
    return ET.fromstring(calibration_curve(one, t=EN))  # noqa: S314 - our own text


def test_the_curve_tells_calibrators_left_out_ones_and_the_exhibit_apart_by_shape():
    left_out = replace(MEASURED.points[2], used=False, residual=None, back_calculated_ug_per_ml=None)
    points = (*MEASURED.points[:2], left_out, *MEASURED.points[3:])
    drawn = svg_of(replace(MEASURED, points=points))
    kinds = [one.tag.rpartition("}")[2] for one in drawn]
    assert (kinds.count("circle"), kinds.count("rect"), kinds.count("polyline")) == (4, 2, 1)
    whole = [one.tag.rpartition("}")[2] for one in svg_of(MEASURED)]
    assert (whole.count("circle"), kinds.count("line") - whole.count("line")) == (5, 2)  # a cross is two lines
    words = "".join(drawn.itertext())
    assert "Area ratio" in words
    assert "Concentration, µg/ml" in words


def test_the_curve_is_drawn_within_the_range_of_the_calibrators():
    drawn = svg_of(MEASURED)
    (line,) = (one for one in drawn if one.tag.endswith("polyline"))
    xs = [float(place.split(",")[0]) for place in line.get("points").split()]
    dots = sorted(float(one.get("cx")) for one in drawn if one.tag.endswith("circle"))
    assert (xs[0], xs[-1]) == pytest.approx((dots[0], dots[-1]), abs=0.02)
    width, height = float(drawn.get("width")), float(drawn.get("height"))
    for one in drawn.iter():
        assert 0 <= float(one.get("cx", one.get("x", 1))) <= width
        assert 0 <= float(one.get("cy", one.get("y", 1))) <= height


def test_no_curve_is_drawn_of_one_calibrator():
    with pytest.raises(DocumentError, match="no curve can be drawn of 1 calibrator"):
        calibration_curve(replace(MEASURED, points=MEASURED.points[:1]), t=EN)


# questions


def answer(**facts):
    usual = {"question": 1, "wording": "w", "stated_by": "E-07", "stated_at": fictitious_reports.PREPARED_AT}
    return QuestionAnswer(**{**usual, **facts})


def test_every_question_has_its_answer_under_its_number():
    words = said(answers, fictitious_law.golden_report("en"))
    assert "The mass of 2026-9001/3 (as received, with its package) is (14.200 ± 0.050) g" in words
    first, second = words.split("Question 2. ")
    assert "Question 1. Is there a narcotic substance in the tablets, and which?" in first
    for expected in (
        "In exhibit 2026-9001/3 the substance Etizolam was identified. See identification 2026-9001/3-N1.",
        "Etizolam, law of ZZ. On the day of the seizure, 05.03.2021: listed by name. See determination 2026-9001/3-L1.",
        "See weighing 2026-9001/3-W1.",
        "See sampling plan 2026-9001/3-S1.",
        "In the words of the expert: Both tablets that were opened hold the same substance (made up).",
    ):
        assert expected in first
    assert "Not answered. Reason: only two of twelve tablets were weighed (made up)" in second


def test_a_question_nobody_assigned_says_so_and_a_record_of_nothing_is_refused():
    content = fictitious_reports.report()
    assert "what answers this question was not recorded" in said(answers, content)
    for kind in GroundKind:
        lost = answer(grounds=(AnswerGround(kind=kind, number="X"),))
        with pytest.raises(DocumentError, match=f"{kind.value} X, of which the report says nothing"):
            list(answer_sentences(lost, content, t=EN))
    assert said(answers, replace(content, case=replace(content.case, questions=()))) == ""


def test_how_much_is_answered_by_the_quantitation():
    words = said(answers, fictitious_quantitation.quantitation_report())
    assert "% by mass; k = 3.91, coverage 95 %." in words.split("Question 2.")[1]
    assert "See quantitation 2026-9001/3-Q1." in words


# negative results


def test_a_negative_result_says_what_was_looked_for_within_which_limits_and_what_it_does_not_mean():
    words = said(negative, fictitious_quantitation.negative_report())
    for expected in (
        "Looked for: Cathinone",
        "mass spectrometry, sampling 1, 2026-9001/3-T1: negative",
        fictitious_quantitation.SCOPE,
        "Estimated limit of detection by quantitation 2026-9001/3-Q2: 4.95 µg/ml in the measured solution.",
        "compared with the 3,610 spectra of library EXAMPLE-3.4/7",
        "It does not say that the substance is absent",
    ):
        assert expected in words
    unmeasured = replace(fictitious_quantitation.negative_report(), quantitations=())
    assert "A limit of detection as a number is not on record: unknown." in said(negative, unmeasured)
    unlimited = replace(ABSENT, curve=replace(ABSENT.curve, detection_limit_ug_per_ml=None))
    assert "quantitation 2026-9001/3-Q2: unknown." in said(negative, replace(unmeasured, quantitations=(unlimited,)))


def test_nothing_in_question_and_nothing_named_is_said_and_never_that_there_is_no_drug():
    content = replace(fictitious_quantitation.negative_report(), identifications=(), answers=(), quantitations=())
    words = said(conclusions, content)
    assert "No substance in particular was in question; no component was given a name." in words
    assert "No substance was identified in exhibit 2026-9001/3." in words
    assert not re.search(r"no (drug|narcotic)|free of|contains no", words, re.IGNORECASE)


def test_a_report_that_is_not_negative_has_no_such_part():
    assert said(negative, fictitious_quantitation.quantitation_report()) == ""


def test_the_kinds_of_a_report_stand_in_its_introduction():
    words = said(introduction, fictitious_quantitation.quantitation_report())
    assert "Kind of this report: identification of substances; quantitation" in words
    assert "Kind of this report" not in said(introduction, fictitious_reports.report())
    for kind in ReportKind:
        said(introduction, replace(fictitious_reports.report(), kinds=(kind,)))


# data


@pytest.mark.parametrize("make", [fictitious_quantitation.quantitation_report, fictitious_quantitation.negative_report])
def test_at_24_the_attached_data_repeat_in_every_language(make):
    import json

    found = []
    for language in LANGUAGES:
        data = json.loads(content_json(make(language)))
        content = from_body(ReportContent, data)
        assert [quantitation_differences(one) for one in content.quantitations] == [()]
        found.append(content.quantitations)
    assert found[0] == found[1] == found[2]


NAMES = st.text("abcxyzABCXYZ0189абвгжюяӘәҒғҚқҢңӨөҰұҮүҺһІіЁё", min_size=1, max_size=8)


@given(
    language=st.sampled_from(LANGUAGES),
    names=st.lists(NAMES, min_size=3, max_size=3),
    kinds=st.lists(st.sampled_from(ReportKind), unique=True),
    share=st.decimals("0.01", "9", places=2),
    lacking=st.lists(st.sampled_from(Lacking), max_size=2, unique=True),
    flags=st.lists(st.sampled_from(QuantitationFlag), max_size=3, unique=True),
)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_content_of_these_kinds_composes_without_a_missing_glyph(language, names, kinds, share, lacking, flags):
    content = fictitious_quantitation.quantitation_report(language)
    measured = replace(
        MEASURED,
        expressed_as=names[0],
        by=replace(MEASURED.by, changed=(names[1],)),
        injections=tuple(replace(one, flags=tuple(flags)) for one in MEASURED.injections),
        result=None if lacking else replace(MEASURED.result, percent=share, u_percent=Decimal("0.01")),
        total=None,
        lacking=tuple(lacking),
    )
    spoken = replace(content.answers[0], words=names[2])
    content = replace(
        content, kinds=tuple(kinds), quantitations=(measured,), answers=(spoken, *content.answers[1:]), runs=()
    )
    assert compose(content, Translator(language)).startswith(b"%PDF-")
