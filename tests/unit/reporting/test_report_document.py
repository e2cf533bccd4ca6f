import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import fictitious_reports as fictitious
import pdfa_structure
import pikepdf
import pytest

from lims.domain.report_content import Finding, ReportContent
from lims.errors import DocumentError
from lims.reporting.blocks import Facts
from lims.reporting.content import content_json
from lims.reporting.document import compose
from lims.reporting.sections.research import research
from lims.reporting.signing import SignedPdf
from lims.translation import Translator
from spectra.formats.msp import read_msp

HOSTILE = (
    '#read("/etc/passwd") *bold* _emph_ $x^2$ `raw` <label> @ref // comment /* no */ = heading \\ #{1+1} '
    "[content] ~ --- <script>alert(1)</script> &amp; {number} %(signer)s"
)


def text_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils are not installed")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def one_line(text: str) -> str:
    return " ".join(text.split())


def open_pdf(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def attached(pdf: bytes, name: str) -> bytes:
    with open_pdf(pdf) as opened:  # an attachment does not keep its document alive
        return opened.attachments[name].get_file().read_bytes()


def with_description(text: str) -> ReportContent:
    content = fictitious.report()
    return replace(content, exhibit=replace(content.exhibit, description=text))


class TestStructure:
    def test_unsigned_document_has_no_structural_fault(self, unsigned: bytes) -> None:
        assert pdfa_structure.faults(open_pdf(unsigned)) == []

    def test_signed_document_has_none_either(self, issued: bytes) -> None:
        assert pdfa_structure.faults(open_pdf(issued)) == []

    def test_check_finds_a_fault(self, unsigned: bytes) -> None:
        pdf = open_pdf(unsigned)
        del pdf.Root.OutputIntents
        del pdf.Root.Lang
        assert pdfa_structure.faults(pdf) == ["no /Lang", "no output intent with an ICC profile"]

    @pytest.mark.parametrize("stage", ["unsigned", "issued"])
    def test_qpdf_finds_nothing(self, stage: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        if shutil.which("qpdf") is None:
            pytest.skip("qpdf is not installed")
        path = tmp_path / "report.pdf"
        path.write_bytes(request.getfixturevalue(stage))
        subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)

    def test_language_title_and_author_stand_in_the_metadata(self, unsigned: bytes) -> None:
        pdf = open_pdf(unsigned)
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == f"Forensic examination report {fictitious.NUMBER}"
        assert str(pdf.docinfo["/Author"]) == "Example Laboratory of Nowhere"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261122090500Z"


class TestAttachments:
    def test_content_is_attached_byte_for_byte(self, unsigned: bytes) -> None:
        assert attached(unsigned, "report-data.json") == content_json(fictitious.report())

    def test_content_survives_signing(self, issued: bytes) -> None:
        assert attached(issued, "report-data.json") == content_json(fictitious.report())

    def test_content_is_canonical_with_decimals_and_times_as_text(self) -> None:
        data = json.loads(content_json(fictitious.report()))
        assert data["prepared_at"] == "2026-11-22T09:05:00.000000Z"
        assert data["runs"][0]["components"][0]["retention_time_s"] == "613.51"
        assert data["case"]["order_date"] == "2026-11-02"
        assert data["case"]["seizure_date"] is None

    def test_spectra_are_attached_as_msp(self, unsigned: bytes, tmp_path: Path) -> None:
        path = tmp_path / "spectra.msp"
        path.write_bytes(attached(unsigned, "identified-spectra.msp"))
        (record,) = read_msp(path).records
        assert record.name == "Etizolam (report 2026-9001/3-R1)"
        measured = fictitious.identity().measured
        assert record.peaks.mz == tuple(float(peak.mz) for peak in measured)
        assert record.peaks.intensity == tuple(float(peak.intensity) for peak in measured)

    def test_no_spectra_without_an_identity(self, english: Translator) -> None:
        content = fictitious.report(runs=(fictitious.run((fictitious.component(1, time_s="600"),)),))
        with open_pdf(compose(content, english)) as opened:
            assert list(opened.attachments) == ["report-data.json", "report-data.schema.json"]


class TestDeterminism:
    def test_same_content_gives_same_bytes(self, unsigned: bytes, english: Translator) -> None:
        assert compose(fictitious.report(), english) == unsigned

    def test_another_process_gives_the_same_bytes(self, unsigned: bytes, tmp_path: Path) -> None:
        path = tmp_path / "other.pdf"
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import fictitious_reports as f; "
            "from pathlib import Path; from lims.reporting.document import compose; "
            "from lims.translation import Translator; "
            f"Path({str(path)!r}).write_bytes(compose(f.report(), Translator('en')))"
        )
        environment = {"PYTHONHASHSEED": "1", "TZ": "America/Lima", "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=Path(__file__).parents[3])
        assert path.read_bytes() == unsigned


@pytest.mark.poppler
class TestText:
    def test_every_page_names_case_report_page_and_demonstration(self, unsigned: bytes, tmp_path: Path) -> None:
        pages = text_of(unsigned, tmp_path).split("\f")[:-1]
        for number, page in enumerate(pages, start=1):
            assert "Case 2026-9001" in page
            assert f"Report {fictitious.NUMBER}" in page
            assert f"page {number} of {len(pages)}" in page
            assert "DEMO - NOT EVIDENCE" in page

    def test_last_page_holds_the_end_and_both_signatures(self, issued: bytes, tmp_path: Path) -> None:
        last = text_of(issued, tmp_path).split("\f")[-2]
        assert f"End of report {fictitious.NUMBER}" in last
        for words in (fictitious.EXPERT.name, fictitious.REVIEWER.name, "Signature level PAdES B-B"):
            assert words in last

    @pytest.mark.parametrize("length", range(0, 60, 4))
    def test_nobody_signs_a_page_without_a_text(self, length: int, english: Translator, tmp_path: Path) -> None:
        content = fictitious.report(runs=())
        questions = tuple(f"Question {n}?" for n in range(length))
        pdf = compose(replace(content, case=replace(content.case, questions=questions)), english)
        last = text_of(pdf, tmp_path).split("\f")[-2]
        assert "Annexes and how to check this report" in last
        assert "SHA-256 of report-data.json" in last
        assert f"End of report {fictitious.NUMBER}" in last

    @pytest.mark.parametrize(
        ("language", "record", "both"),
        [
            ("en", "the head of the laboratory issues it", "the reviewer may also review the paper"),
            ("ru", "а руководитель лаборатории выдаёт его", "выдать заключение может и проверяющий"),
            ("kk", "Бұл қорытындының ресімделуін басқа адам тексереді", "қорытындыны беруді тексеруші де жасай алады"),
        ],
    )
    def test_it_says_who_issues_it(self, language: str, record: str, both: str, tmp_path: Path) -> None:
        content = replace(fictitious.report(runs=()), language=language)
        of_three = one_line(text_of(compose(content, Translator(language)), tmp_path))
        assert record in of_three
        assert both not in of_three
        of_two = replace(content, release_by_reviewer=True)
        assert both in one_line(text_of(compose(of_two, Translator(language)), tmp_path))

    def test_evidence_carries_no_mark(self, english: Translator, tmp_path: Path) -> None:
        text = text_of(compose(replace(fictitious.report(), evidence=True), english), tmp_path)
        assert "DEMO" not in text

    def test_simulated_data_are_named_on_every_page(self, english: Translator, tmp_path: Path) -> None:
        pdf = compose(fictitious.large_report(components=6), english)
        for page in text_of(pdf, tmp_path).split("\f")[:-1]:
            assert "SIMULATED DATA (run GCMS-0001): SIMULATED DATA made up for a test" in one_line(page)

    def test_nothing_simulated_is_called_measured(self, english: Translator, tmp_path: Path) -> None:
        found = (fictitious.component(1, time_s="613.51", found_as="Etizolam"),)
        content = fictitious.report(runs=(fictitious.run(found, statement="made up by a program"),))
        text = one_line(text_of(compose(content, english), tmp_path))
        assert "identified-spectra.msp: the spectra of all components that this report names." in text
        for claim in ("measured spectra", "measured spectrum", " measured Figure"):
            assert claim not in text

    def test_what_is_unknown_is_called_unknown(self, unsigned: bytes, tmp_path: Path) -> None:
        text = one_line(text_of(unsigned, tmp_path, "-layout"))
        assert "Date of seizure unknown" in text

    def test_id_1_what_a_run_shows_is_found_and_not_identified(self, unsigned: bytes, tmp_path: Path) -> None:
        text = one_line(text_of(unsigned, tmp_path))
        assert "No substance was identified in exhibit 2026-9001/3." in text
        assert "Etizolam (component 1 of run GCMS-0218). Missing for an identification: One technique of " in text
        assert "found: Etizolam; not identified" in text
        assert "identified as" not in text
        assert "That is no identification" in text
        assert "No validated error rate exists for this comparison method; none is stated." in text
        assert "No legal determination is recorded for this exhibit: no legal status is stated." in text
        assert text.count("training and presumptive use") == 2

    def test_nothing_identified_is_said_plainly(self, english: Translator, tmp_path: Path) -> None:
        content = fictitious.report(runs=(fictitious.run((fictitious.component(1, time_s="600"),)),))
        text = one_line(text_of(compose(content, english), tmp_path))
        assert "No substance was identified in exhibit 2026-9001/3." in text
        assert "That is no identification" not in text
        assert "are not excluded" in text

    def test_no_sentence_claims_certainty(self, unsigned: bytes, tmp_path: Path) -> None:
        text = one_line(text_of(unsigned, tmp_path)).casefold()
        for claim in ("without doubt", "no uncertainty", "certainly", "conclusively", "unambiguous", "100 %"):
            assert claim not in text

    def test_internal_standard_is_no_substance_of_the_exhibit(self, english: Translator, tmp_path: Path) -> None:
        standard = replace(
            fictitious.component(1, time_s="600"), finding=Finding.INTERNAL_STANDARD, reason="Bupivacaine."
        )
        text = one_line(text_of(compose(fictitious.report(runs=(fictitious.run((standard,)),)), english), tmp_path))
        assert "internal standard, added by the laboratory Note of the expert: Bupivacaine." in text
        assert "No substance was identified" in text
        assert "Number of components that the laboratory added as internal standard: 1." in text

    def test_same_substance_in_two_runs_is_named_once(self, english: Translator, tmp_path: Path) -> None:
        found = (fictitious.component(1, time_s="613.51", found_as="Etizolam"),)
        runs = (fictitious.run(found, number="A-1"), fictitious.run(found, number="A-2"))
        text = one_line(text_of(compose(fictitious.report(runs=runs), english), tmp_path))
        assert "1. Etizolam (component 1 of run A-1; component 1 of run A-2)" in text
        assert "2. Etizolam" not in text

    def test_missing_structure_is_said(self, english: Translator, tmp_path: Path) -> None:
        found = replace(
            fictitious.component(1, time_s="613.51", found_as="Etizolam"),
            identity=fictitious.identity(with_structure=False),
        )
        text = text_of(compose(fictitious.report(runs=(fictitious.run((found,)),)), english), tmp_path)
        assert "No structure is on file." in text

    @pytest.mark.parametrize(
        ("seal", "intact", "words"),
        [
            ("00917", True, "No. 00917; intact"),
            ("00917", False, "No. 00917; NOT intact"),
            ("", None, "No. unknown; whether it was intact is unknown"),
        ],
    )
    def test_seal(self, seal: str, intact: bool | None, words: str, english: Translator, tmp_path: Path) -> None:  # noqa: FBT001
        content = fictitious.report(runs=())
        content = replace(content, exhibit=replace(content.exhibit, seal_number=seal, seal_intact=intact))
        assert words in text_of(compose(content, english), tmp_path)

    def test_what_the_record_lacks_of_a_substance(self, english: Translator, tmp_path: Path) -> None:
        bare = replace(fictitious.identity(with_structure=False), formula=None, inchikey=None)
        found = replace(fictitious.component(1, time_s="613.51", found_as="Etizolam"), identity=bare)
        found = replace(found, candidates=())
        run = replace(fictitious.run((found,)), unreported_components=0, instrument="")
        content = replace(fictitious.report(runs=(run,)), library=replace(fictitious.report().library, purpose=""))
        text = one_line(text_of(compose(content, english), tmp_path, "-layout"))
        assert "Formula of the library entry unknown" in text
        assert "Instrument unknown" in text
        assert "Components without a candidate on record: 1." in text
        assert "No peak below the reporting limit (0.5 % of the largest area) was counted." in text
        assert "training and presumptive use" not in text

    def test_established_stereochemistry(self, english: Translator, tmp_path: Path) -> None:
        established = replace(fictitious.identity("Cathinone"), stereochemistry_established=True)
        found = replace(fictitious.component(1, time_s="613.51", found_as="Cathinone"), identity=established)
        text = one_line(text_of(compose(fictitious.report(runs=(fictitious.run((found,)),)), english), tmp_path))
        assert "it is on record that the stereochemistry was established" in text

    def test_no_component_at_all(self, english: Translator, tmp_path: Path) -> None:
        text = one_line(text_of(compose(fictitious.report(runs=(fictitious.run(()),)), english), tmp_path))
        assert "No component is reported for this run." in text
        assert "No substance was identified in exhibit 2026-9001/3." in text

    def test_no_run_no_chromatogram_no_question(self, english: Translator, tmp_path: Path) -> None:
        content = fictitious.report(runs=())
        text = text_of(compose(replace(content, case=replace(content.case, questions=())), english), tmp_path)
        assert "No run of an instrument is recorded for this exhibit." in text
        assert "No question of the order is recorded." in text
        bare = replace(fictitious.run(()), chromatogram=())
        text = text_of(compose(fictitious.report(runs=(bare,)), english), tmp_path)
        assert "No chromatogram of this run is on file." in text

    def test_forty_components_break_over_pages(self, english: Translator, tmp_path: Path) -> None:
        pdf = compose(fictitious.large_report(components=40, runs=1), english)
        pages = text_of(pdf, tmp_path).split("\f")[:-1]
        assert len(pages) > 8
        assert sum("Finding" in page for page in pages) == 2  # the table's titles are repeated
        assert "component 35 of run GCMS-0000" in one_line("".join(pages))


@pytest.mark.poppler
class TestHostileText:
    def test_markup_in_data_is_printed_as_it_is(self, english: Translator, tmp_path: Path) -> None:
        content = with_description(HOSTILE)
        content = replace(content, case=replace(content.case, questions=(HOSTILE,)), laboratory=HOSTILE)
        text = one_line(text_of(compose(content, english), tmp_path))
        assert text.count(HOSTILE) == 5  # the laboratory stands there twice, and so does the question
        assert "root:" not in text

    def test_kazakh_and_russian_letters_and_signs_are_printed(self, english: Translator, tmp_path: Path) -> None:
        letters = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі Ёё Ээ Ъъ № ≤ ≥ ≈ ± → ⁻³ ° µ Δ ₸ β-C₆H₅"
        assert letters in text_of(compose(with_description(letters), english), tmp_path)

    @pytest.mark.parametrize("letter", ["W", "Щ", "-", "0", "1-", "β/"])
    def test_very_long_words_stay_on_the_page(self, letter: str, english: Translator, tmp_path: Path) -> None:
        word = letter * 600
        content = with_description(word)
        found = fictitious.component(1, time_s="613.51")
        named = replace(found, candidates=(replace(found.candidates[0], name=word),), reason=word)
        content = replace(content, runs=(replace(fictitious.run((named,)), file_name=word),))
        pdf = compose(content, english)
        assert text_of(pdf, tmp_path, "-raw").count(letter[0]) >= 4 * 600
        cropped = text_of(pdf, tmp_path, "-raw", "-x", "50", "-y", "0", "-W", "500", "-H", "842")
        assert cropped.count(letter[0]) >= 4 * 600

    def test_a_character_without_glyph_is_named(self, english: Translator) -> None:
        with pytest.raises(DocumentError, match=r"'🧪' \(U\+1F9EA\)"):
            compose(with_description("blue 🧪 tablet"), english)

    def test_an_invisible_character_in_typed_text_is_named(self, english: Translator) -> None:
        with pytest.raises(DocumentError, match=r"description: .*U\+202E.* cannot be seen"):
            compose(with_description("eno\u202ecod"), english)

    def test_an_invisible_character_of_an_instrument_is_shown(self, english: Translator, tmp_path: Path) -> None:
        run = replace(fictitious.run(()), sample_name="A\u202eB\x00")
        text = text_of(compose(fictitious.report(runs=(run,)), english), tmp_path)
        assert "A[U+202E]B[U+0000]" in text

    def test_line_breaks_are_kept(self, english: Translator, tmp_path: Path) -> None:
        assert "first\nsecond" in text_of(compose(with_description("first\nsecond"), english), tmp_path, "-raw")

    def test_a_long_simulation_statement_pushes_the_text_down(self, english: Translator, tmp_path: Path) -> None:
        statement = "not measured by any instrument, " * 20
        run = fictitious.run((), statement=statement)
        pdf = compose(fictitious.report(runs=(run,)), english)
        for page in text_of(pdf, tmp_path).split("\f")[:-1]:
            assert one_line(statement) in one_line(page)


class TestLanguages:
    @pytest.mark.poppler
    @pytest.mark.parametrize(
        ("language", "title", "unknown"),
        [("ru", "Заключение эксперта", "неизвестно"), ("kk", "Сарапшының қорытындысы", "белгісіз")],
    )
    def test_official_languages(self, language: str, title: str, unknown: str, tmp_path: Path) -> None:
        pdf = compose(fictitious.large_report(components=5, language=language), Translator(language))
        text = text_of(pdf, tmp_path)
        assert title in text
        assert unknown in text
        assert "10,225" not in text
        assert "3,733" in text
        with open_pdf(pdf) as opened:
            assert str(opened.Root.Lang) == language
            assert pdfa_structure.faults(opened) == []


class TestRefusals:
    def test_translator_of_another_language(self, english: Translator) -> None:
        with pytest.raises(DocumentError, match="content is in 'ru'"):
            compose(fictitious.report(language="ru"), english)

    @pytest.mark.parametrize("number", ["", "x" * 81, "a\nb"])
    def test_number_that_does_not_fit_in_the_head(self, number: str, english: Translator) -> None:
        with pytest.raises(DocumentError, match="report number"):
            compose(replace(fictitious.report(), number=number), english)

    def test_an_inchikey_that_is_none(self, english: Translator) -> None:
        found = fictitious.component(1, time_s="600")
        wrong = replace(found, candidates=(replace(found.candidates[0], inchikey="X" * 200),))
        with pytest.raises(DocumentError, match="is no InChIKey"):
            compose(fictitious.report(runs=(fictitious.run((wrong,)),)), english)

    def test_a_decimal_that_is_no_number(self, english: Translator) -> None:
        wrong = replace(fictitious.component(1, time_s="600"), area_percent=Decimal("NaN"))
        with pytest.raises(DocumentError, match="area percent: NaN is no number"):
            compose(fictitious.report(runs=(fictitious.run((wrong,)),)), english)

    def test_finding_against_identity(self, english: Translator) -> None:
        wrong = replace(fictitious.component(1, time_s="600"), finding=Finding.IDENTIFIED)
        with pytest.raises(DocumentError, match="its identity says otherwise"):
            compose(fictitious.report(runs=(fictitious.run((wrong,)),)), english)

    def test_area_below_the_last_decimal_is_not_zero(self, english: Translator, tmp_path: Path) -> None:
        tiny = replace(fictitious.component(1, time_s="600"), area_percent=Decimal("0.001"))
        pdf = compose(fictitious.report(runs=(fictitious.run((tiny,)),)), english)
        assert "< 0.01" in text_of(pdf, tmp_path)


def test_certified_draft_is_marked_and_carries_its_number(certified: SignedPdf) -> None:
    assert b"aigaq-report:2026-9001/3-R1" in certified.pdf


@pytest.mark.parametrize("curated", [False, True])
def test_the_report_says_whether_the_laboratory_checked_its_library(*, curated: bool, english: Translator) -> None:
    whole = fictitious.report()
    content = replace(whole, library=replace(whole.library, curated=curated))
    facts = [row for block in research(content, t=english) if isinstance(block, Facts) for row in block.rows]
    (checked,) = [row.value for row in facts if row.label == "Check of the library"]
    assert checked.startswith("Two persons" if curated else "It was taken in as a whole")
