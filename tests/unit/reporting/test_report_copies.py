import hashlib
import io
from dataclasses import replace

import fictitious_kinds as kinds
import fictitious_law
import fictitious_quantitation as quantitated
import fictitious_reports as fictitious
import pdfa_structure
import pikepdf
import pytest
from fictitious_copies import OF_SHA256, copy_mark

from lims.domain.report import ReportStatus
from lims.domain.report_copy import CopyForm, ReportCopy
from lims.errors import DocumentError
from lims.reporting.copies import compose_copy
from lims.reporting.pades import attached_bytes
from lims.reporting.sections.negative import not_meant
from lims.reporting.sections.quantitation import result_sentences
from lims.reporting.summary import TEXT_SIZES, compose_summary, page_count
from lims.reporting.verification import Verdict, verify_report
from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator

NOTHING_ATTACHED = "no associated files"
"""What the check demands of reports; copies have none."""
COMPOSE = {CopyForm.FULL: compose_copy, CopyForm.SUMMARY: compose_summary}


def mark(content, form=CopyForm.FULL, language="ru", **changes):
    return copy_mark(content, language, form=form, **changes)


@pytest.fixture(scope="module")
def content():
    return fictitious_law.golden_report("kk")


@pytest.fixture(scope="module")
def documents(content):
    """Give a copy and a summary in each language that there may be."""
    made = {}
    for form, compose in COMPOSE.items():
        for language in LANGUAGES:
            if form is CopyForm.SUMMARY or language != content.language:
                made[form, language] = compose(content, Translator(language), mark(content, form, language))
    return made


def test_each_page_of_a_copy_names_the_report_that_decides(documents, content, pages_of):
    for (form, language), pdf in documents.items():
        t = Translator(language)
        notice = {CopyForm.FULL: "COPY WITHOUT SIGNATURES", CopyForm.SUMMARY: "SUMMARY WITHOUT SIGNATURES"}[form]
        for page in pages_of(pdf):
            assert t(notice) in page
            assert OF_SHA256 in page
            assert LANGUAGE_NAMES["kk"] in page
            assert content.number in page


def test_a_copy_has_neither_signature_fields_nor_attachments_nor_the_mark_of_a_report(documents):
    for pdf in documents.values():
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert "/AcroForm" not in opened.Root
            assert not opened.attachments
        assert attached_bytes(pdf) is None
        assert b"aigaq-report:" not in pdf
        assert b"aigaq-copy:2026-9001/3-R1" in pdf


def test_copies_keep_the_form_of_pdf_a(documents):
    for pdf in documents.values():
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert pdfa_structure.faults(opened) == [NOTHING_ATTACHED]


def test_equal_content_and_mark_give_equal_bytes(documents, content):
    again = compose_copy(content, Translator("ru"), mark(content))
    assert again == documents[CopyForm.FULL, "ru"]


def test_a_copy_says_that_words_of_people_are_not_translated(documents, content, pages_of):
    first = pages_of(documents[CopyForm.FULL, "en"])[0]
    assert "are not translated" in first
    assert content.exhibit.description in " ".join(pages_of(documents[CopyForm.FULL, "ru"]))


def test_a_copy_in_the_language_of_the_report_is_no_copy(content):
    with pytest.raises(DocumentError, match="expected another language"):
        compose_copy(content, Translator("kk"), mark(content, language="kk"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"report_number": "2026-9001/3-R2"}, "the copy of 2026-9001/3-R2"),
        ({"report_language": "en"}, "in 'en'"),
        ({"language": "en"}, "the translator in 'ru'"),
        ({"status": ReportStatus.REVIEWED}, "a copy is made of a report that was issued"),
    ],
)
def test_a_mark_that_does_not_fit_is_refused(content, changes, words):
    for compose in COMPOSE.values():
        with pytest.raises(DocumentError, match=words):
            compose(content, Translator("ru"), mark(content, **changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"status": ReportStatus.SUPERSEDED, "superseded_by": "2026-9001/3-R2"},
            "REPLACED by another report: No. 2026",
        ),
        ({"status": ReportStatus.WITHDRAWN, "withdrawal_reason": "mixed up"}, "WITHDRAWN by the laboratory. mixed up"),
    ],
)
def test_each_page_says_that_the_report_no_longer_stands(content, pages_of, changes, words):
    changed = mark(content, CopyForm.SUMMARY, "en", **changes)
    assert all(words in page for page in pages_of(compose_summary(content, Translator("en"), changed)))


class TestSummary:
    def test_it_is_one_page_in_each_language(self, documents):
        assert [page_count(pdf) for (form, _), pdf in documents.items() if form is CopyForm.SUMMARY] == [1, 1, 1]

    def test_it_answers_with_every_limit_and_says_that_the_report_decides(self, documents, pages_of):
        (page,) = pages_of(documents[CopyForm.SUMMARY, "en"])
        for words in (
            "It is not the report and cannot stand in its place",
            "The full report decides",
            "Is there a narcotic substance in the tablets, and which?",
            "In exhibit 2026-9001/3 the substance Etizolam was identified.",
            "DEMO - NOT EVIDENCE. This document was made with development keys and proves nothing.",
            "On the day of the seizure, 05.03.2021: listed by name",
            "Cathinone: no legal determination is recorded",
            "No validated error rate exists for this comparison method",
            "The education, the speciality and the length of service of the expert are not stated.",
        ):
            assert words in page, words

    def test_it_is_never_more_certain_than_the_report(self, content, pages_of):
        limited = replace(content.identifications[0], added_limitations=("Only the upper layer was taken.",))
        changed = replace(content, identifications=(limited, *content.identifications[1:]))
        (page,) = pages_of(compose_summary(changed, Translator("en"), mark(changed, CopyForm.SUMMARY, "en")))
        assert "Only the upper layer was taken." in page

    def test_nothing_identified_is_said(self, pages_of):
        plain = fictitious.report()
        (page,) = pages_of(compose_summary(plain, Translator("en"), mark(plain, CopyForm.SUMMARY, "en")))
        assert "No substance was identified in exhibit 2026-9001/3." in page
        assert "not identified: Etizolam (component 1 of run GCMS-0218)." in page
        assert "No legal determination is recorded for this exhibit" in page

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("make", [quantitated.quantitation_report, kinds.biological_report, kinds.synthesis_report])
    def test_every_kind_of_report_has_a_summary(self, make, language):
        content = make(language)
        pdf = compose_summary(content, Translator(language), mark(content, CopyForm.SUMMARY, language))
        assert page_count(pdf) == 1

    def test_a_content_stands_there_with_its_uncertainty_or_the_reason_why_not(self, pages_of):
        content = quantitated.quantitation_report("en")
        (page,) = pages_of(compose_summary(content, Translator("en"), mark(content, CopyForm.SUMMARY, "en")))
        for measured in content.quantitations:
            assert next(iter(result_sentences(measured, t=Translator("en")))) in page

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_negative_result_says_what_it_does_not_mean(self, pages_of, language):
        content, t = quantitated.negative_report(language), Translator(language)
        (page,) = pages_of(compose_summary(content, t, mark(content, CopyForm.SUMMARY, language)))
        assert all(sentence in page for sentence in not_meant(t=t))

    def test_long_words_are_set_smaller(self, content):
        long = replace(content, case=replace(content.case, questions=tuple("Which? " * 20 for _ in range(3))))
        pdf = compose_summary(long, Translator("en"), mark(long, CopyForm.SUMMARY, "en"))
        assert page_count(pdf) == 1

    def test_what_does_not_fit_on_one_page_is_an_error(self, content):
        long = replace(content, case=replace(content.case, questions=tuple("Which? " * 200 for _ in range(9))))
        with pytest.raises(DocumentError, match=rf"needs \d pages at {TEXT_SIZES[-1]:g} points; expected one page"):
            compose_summary(long, Translator("en"), mark(long, CopyForm.SUMMARY, "en"))


@pytest.fixture(scope="module")
def recorded(documents, issued):
    copies = tuple(
        ReportCopy(
            form=form,
            language=language,
            copy_sha256=hashlib.sha256(pdf).hexdigest(),
            of_sha256=hashlib.sha256(issued).hexdigest(),
            made_by="E-07",
            made_at=fictitious.REVIEWED_AT,
        )
        for (form, language), pdf in documents.items()
    )
    return (replace(fictitious.recorded(issued), copies=copies),)


class TestVerification:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("form", CopyForm)
    def test_a_copy_is_not_issued_and_names_the_report(self, documents, recorded, issued, form, language):
        made = "ru" if form is CopyForm.FULL else language
        found = verify_report(documents[form, made], recorded=recorded, trust_roots=[], translator=Translator(language))
        assert (found.verdict, found.number, found.is_copy) == (Verdict.NOT_ISSUED, fictitious.NUMBER, True)
        assert hashlib.sha256(issued).hexdigest() in found.reasons[-1]
        assert LANGUAGE_NAMES[made] in found.reasons[0]

    def test_a_changed_copy_is_none_that_is_known(self, documents, recorded):
        changed = documents[CopyForm.FULL, "en"] + b"\n"
        found = verify_report(changed, recorded=recorded, trust_roots=[])
        assert (found.verdict, found.number) == (Verdict.NOT_ISSUED, fictitious.NUMBER)
        assert "No copy with its SHA-256 is recorded" in found.reasons[0]

    def test_a_report_that_says_that_it_is_a_copy_stays_an_altered_report(self, recorded, issued, roots):
        changed = issued + b"\naigaq-copy:2026-9001/3-R1 "
        found = verify_report(changed, recorded=recorded, trust_roots=roots)
        assert (found.verdict, found.is_copy) == (Verdict.ALTERED, False)
