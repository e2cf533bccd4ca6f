import ast
import re
import runpy
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from lims.domain.acceptance import AcceptanceRule
from lims.domain.batch import BatchStatus
from lims.domain.control_chart import ControlQuantity
from lims.domain.examination import Decision, ExaminationStatus
from lims.domain.method import MethodStatus
from lims.domain.report import ReportStatus
from lims.domain.sequence import InjectionKind
from lims.domain.staff import Role
from lims.translation import LANGUAGES, SOURCE_LANGUAGE, Translator
from lims.ui.states import ROLE_TEXTS, STATE_TEXTS

ROOT = Path(__file__).resolve().parents[3]
NOXFILE = runpy.run_path(str(ROOT / "noxfile.py"))
KEYWORDS = frozenset(NOXFILE["TEXT_KEYWORDS"])
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)

SAME_IN_EVERY_LANGUAGE = {"Aigaq {version}", "InChIKey", "SHA-256 {digest}", "m/z", "{name} ({places})"}
SAID_BY_VALUE = (
    {"examination.state", "component.decision.value", "c.decision.value", "detection_words", "rule"}
    | {f"{name}.value" for name in ("one", "quantity", "outcome.rule", "kind")}
    | {"_DESIGNS[design.method]", "_METHODS[design.method]", "_FINDINGS[statement.kind]"}
    | {
        "technique_words",
        "_OUTCOMES[result.outcome]",
        "_COMPARISONS[result.comparison]",
        "_LIMITATIONS[one]",
        "_GAPS[gap]",
        "_ITEMS[one.item]",
    }
    | {"batch.state", "lines[n].state", "role.value", "_MEANINGS[request.meaning]", "_STANDING[report.status]"}
    | {"_STANDING[mark.status]", "_FORMS[copy.form]", "_NOT_PRINTED[one.not_printed]"}
    | {"KIND_TEXTS[one.kind]", "KIND_TEXTS[material.matrix]", "CHANNEL_TEXTS[scene.channel]"}
    | {"SIGNED_IN_ELSEWHERE"}
    | {"DIMENSIONS[dimension]", "DIMENSIONS[Dimension(one)]", "_ALERT_STATES[one.state]", "_CHANNEL_TEXTS[name]"}
    | {"JOB_WORDS[one.job]", "JOB_WORDS[item.job]", "STANDING_WORDS[one]", "STANDING_WORDS[one.standing]"}
    | {
        "GAP_TEXTS[gap]",
        "gap.text",
        "_EXTENTS[around.permission.extent]",
        "_PURPOSES[one.purpose]",
        "_DECISIONS[one.decision]",
    }
    | {"_WITH[one.place]", "one.status.value", "GROUND_TEXTS[ground.kind]", "GROUND_TEXTS[one.kind]"}
    | {"FLAG_TEXTS[flag]", "LACKING_TEXTS[why]", "PART_TEXTS.get(name, name)", "PART_TEXTS.get(part.name, part.name)"}
    | {"one.kind.value", "technique_name", "REPORT_KIND_TEXTS[one]"}
    | {"_VERDICTS[verification.verdict]", "_CHECKS[check.name]", "_STATES[check.state]"}
    | {"_STANDING[one]", "_STANDING.get(report.status, report.state)"}
    | {"_STATUS[day.status]", "_STATUS[one.override]", "_LEVELS[one.level]", "_STANDINGS[standing]"}
    | {"_KINDS[entry.kind]", "_SIZES[size.result]", "_SIZES[one]", "_SIZES[_CLASSES[one.size]]"}
    | {"_REACHED[one.decision]", "_MATTERS[basis.matter]", "_FORMS[basis.form]", "_DRYNESS[basis.dryness]"}
    | {"_HOLDERS[holder.kind]", "_EVENTS[kind]", "_CONDITIONS[condition]", "_TRANSFERS[kind]", "_SCANS[scan.verdict]"}
    | {"_GAPS[gap.kind]", "_WORDS[one]", "_MEANINGS[request.own]", "page.title", "PAGES_NOT_READ"}
    | {"_ASKS[detector]", "_BLIND[detector]", "suspicion.template", "_KINDS[kind]", "sections[one]"}
    | {"_STATES[found.status]", "_STATES[NonconformityStatus(one.state)]"}
    | {"_FORESEEN[design.method]", "_STATES[plan.status]", "_METHODS[one]", "_PURPOSES[purpose]"}
    | {"_OUTCOMES[one]", "_OUTCOMES[one.outcome]"}
    | {"_OUTCOMES[outcome]", "_COMPARISONS[one]", "_KINDS[one]", "one.technique", "technique", "_ISOMERS[one]"}
    | {"review.kind.value", "one.state", "item.question", "one.answer.value", "answer.value", "signature.meaning.value"}
    | {"KIND_TEXTS[_KINDS[one.kind]]", "KIND_TEXTS[_KINDS[line.kind]]", "STATE_TEXTS[text.status]"}
    | {"STATE_TEXTS[LawTextStatus(one.state)]", "FINDING_TEXTS[found.kind]", "STANDING_TEXTS[one.standing]"}
    | {"STATUS_TEXTS[answer.result]", "_SHEETS[one]", "STATUS_TEXTS[said.result]"}
    | {"LEVEL_TEXTS[one.level]", "LEVEL_TEXTS[one]", "SIZE_TEXTS[size.finding.result]", "SIZE_TEXTS[one]", "texts[one]"}
    | {"IMPORT_STATES[found.status]", "IMPORT_STATES[ImportState(one.state)]", "CHECK_TEXTS[one.check]"}
    | {"CHECK_TEXTS[Check(one.check)]", "SEVERITY_TEXTS[one.severity]", "VERDICT_TEXTS[one]"}
    | {"VERDICT_TEXTS[verdicts[one.accession].verdict]", "REASON_TEXTS[alert.reason]", "OUTCOME_TEXTS[one]"}
    | {"OUTCOME_TEXTS[said.outcome]", "GROUP_STATES[GroupStatus(one.state)]"}
    | {"_LIBRARY_MEANINGS.get((record.KIND, request.meaning)) or _MEANINGS[request.meaning]"}
    | {"words", "words[one]", "one", "title", "TITLES[name]", "TITLES[column]", "DELIVERY_TEXTS[one.delivery]"}
    | {"DECISION_TEXTS[one.answer.decision]", "SUBJECT_TEXTS[one.subject]", "_GAP_TEXTS[one]", "str(one)"}
    | {"_SCREEN_TITLES[name]", "CONSUMPTION_TEXTS[known.extent]"}
    | {"_RETENTIONS[one]", "_CONCLUSIONS[one]", "_CONCLUSIONS[found.verdict.conclusion]", "_STATES[one.status]"}
)
"""What the code translates without a literal text: values of enumerations, all of them in ``STATE_TEXTS``, the words of
``DETECTIONS``, and texts that a module marks in a table of its own."""

RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
CYRILLIC = {"kk": RUSSIAN | set("әғқңөұүһі"), "ru": RUSSIAN}
LATIN_NAMES_AND_CODES = {
    *("gc", "ei", "deconvolution"),  # the name of a preset
    *("batch", "watch", "folder", "method", "add", "CSV"),
    *("mzML", "mzXML", "JCAMP", "DX", "zip", "TOML"),
    *("JPEG", "PNG"),
    *("database", "prepare", "raw", "copy", "url", "DART", "d"),  # commands, settings, a technique, readability
    *("Aigaq", "aigaq", "import", "Agilent", "D", "cdf", "InChIKey", "PDF", "SHA", "SWGDRUG", "PIN", "m", "z"),
    *("A", "B"),  # categories of techniques
    "QR",
    *("U", "k"),  # expanded uncertainty and its coverage factor
    *("x", "y"),  # of the equation of a calibration
    *("ISO", "IEC", "JSON", "Schema", "Python", "ZIP", "UTC"),
    "records",  # a folder of a disclosure packet
    *("VALID", "SUPERSEDED", "WITHDRAWN", "ALTERED", "NOT", "ISSUED", "CANNOT", "SAY"),  # verdicts, as they are printed
    *("MF", "RMF", "RT", "RI", "M"),  # match factors, retention, the mark of a molecule's ion
    *("InChI", "KZ", "RDKit", "SMILES", "MassBank", "MSP", "SDF", "MGF"),
}
_LETTERS = re.compile(r"[^\W\d_]+")


def read_catalogue(language: str) -> Catalog:
    with (ROOT / "lims" / "locale" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages_of(language: str) -> list[Message]:
    return [message for message in read_catalogue(language) if message.id]


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def messages(language: str) -> list[Message]:
    return messages_of(language)


@pytest.fixture(scope="module")
def texts_in_the_code() -> set[str]:
    found = extract_from_dir(ROOT / "lims", [("**.py", "python")], keywords=dict.fromkeys(KEYWORDS))
    return {str(text) for _, _, text, _, _ in found}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def words(text: str) -> list[str]:
    """Give the runs of letters outside placeholders."""
    return [word for part, _, _, _ in Formatter().parse(text) for word in _LETTERS.findall(part)]


def scripts(word: str) -> set[str]:
    return {unicodedata.name(letter).split()[0] for letter in word}


def translator_calls() -> Iterator[tuple[str, ast.Call]]:
    """Give every call of a translator in the code with its file."""
    for path in sorted((ROOT / "lims").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in KEYWORDS:
                yield str(path.relative_to(ROOT)), node


class TestCompleteness:
    def test_catalogue_has_exactly_the_texts_of_the_code(self, messages, texts_in_the_code):
        ids = {message.id for message in messages}
        assert sorted(texts_in_the_code - ids) == [], "missing; run nox -s texts and translate"
        assert sorted(ids - texts_in_the_code) == [], "left over; run nox -s texts"

    def test_every_text_is_translated(self, messages):
        assert [message.id for message in messages if not message.string] == []

    def test_no_text_is_left_in_english(self, messages):
        assert {m.id for m in messages if m.string == m.id} <= SAME_IN_EVERY_LANGUAGE

    def test_nothing_is_fuzzy_and_nothing_obsolete(self, language):
        catalogue = read_catalogue(language)
        assert [message.id for message in catalogue if message.id and message.fuzzy] == []
        assert not catalogue.obsolete

    def test_every_text_is_a_literal_that_the_extraction_finds(self):
        computed = {
            (file, ast.unparse(call.args[0]))
            for file, call in translator_calls()
            if not (call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
        }
        assert {text for _, text in computed} <= SAID_BY_VALUE, computed

    @pytest.mark.parametrize(
        "value",
        [
            *ExaminationStatus,
            *Decision,
            *ReportStatus,
            *BatchStatus,
            *MethodStatus,
            *InjectionKind,
            *AcceptanceRule,
            *ControlQuantity,
            *Role,
        ],
    )
    def test_every_state_has_its_word(self, value, language):
        assert value.value in {*STATE_TEXTS, *ROLE_TEXTS}
        assert Translator(language)(value.value) != value.value


class TestWording:
    def test_placeholders_are_those_of_the_text(self, messages):
        assert [m.id for m in messages if placeholders(m.string) != placeholders(m.id)] == []

    def test_placeholders_are_filled(self, messages):
        for message in messages:
            facts = {name: f"<{name}>" for name in placeholders(message.id)}
            assert all(value in message.string.format(**facts) for value in facts.values()), message.id

    def test_no_word_mixes_letters_of_two_scripts(self, messages):
        assert [word for m in messages for word in words(m.string) if len(scripts(word)) > 1] == []

    def test_latin_letters_stand_in_names_and_codes_alone(self, messages):
        latin = {word for m in messages for word in words(m.string) if scripts(word) == {"LATIN"}}
        assert latin <= LATIN_NAMES_AND_CODES

    def test_every_other_letter_is_of_the_language_s_alphabet(self, messages, language):
        letters = {c for m in messages for word in words(m.string) if scripts(word) != {"LATIN"} for c in word.lower()}
        assert letters <= CYRILLIC[language]

    def test_texts_are_in_composed_form_without_stray_spaces(self, messages):
        for message in messages:
            assert unicodedata.is_normalized("NFC", message.string), message.id
            assert message.string == message.string.strip(), message.id
            assert "  " not in message.string, message.id

    def test_a_sentence_stays_a_sentence(self, messages):
        ends = (".", ":")
        assert {m.id for m in messages if m.id.endswith(ends) != m.string.endswith(ends)} <= {"No."}


NO_ROOM_FOR_DOUBT = {
    "en": (
        "doubt",
        "is certain",
        "certainly",
        "absolute",
        "conclusively",
        "unquestion",
        "infallib",
        "no uncertainty",
        "100 %",
    ),
    "ru": ("сомнен", "безусловно", "абсолют", "неоспорим", "безошибочн", "достоверно уст", "непогрешим", "100 %"),
    "kk": ("күмән", "шүбәсіз", "абсолют", "даусыз", "қатесіз", "мүлтіксіз", "100 %"),
}
"""What no text says of an identification (the statement that a scheme leaves no uncertainty was taken out of E2329)."""


def claims(language: str, text: str) -> list[str]:
    return [word for word in NO_ROOM_FOR_DOUBT[language] if word in text.casefold()]


class TestUncertainty:
    def test_id_7_no_text_claims_that_there_is_no_uncertainty(self, texts_in_the_code):
        assert [text for text in texts_in_the_code if claims("en", text)] == []

    def test_id_7_no_translation_does(self, messages, language):
        assert [message.string for message in messages if claims(language, message.string)] == []

    @pytest.mark.parametrize(
        ("language", "text"),
        [("en", "Identified beyond doubt."), ("ru", "Установлено без сомнений."), ("kk", "Күмәнсіз анықталды.")],
    )
    def test_id_7_such_a_text_would_be_found(self, language, text):
        assert claims(language, text)


class TestFile:
    def test_header_is_the_one_that_never_changes(self, language):
        header = NOXFILE["CATALOGUE_HEADER"].format(language=language, plural_forms=NOXFILE["PLURAL_FORMS"][language])
        assert (ROOT / "lims" / "locale" / f"{language}.po").read_text("utf-8").startswith(header)

    def test_no_line_names_a_person_a_day_or_a_machine(self, language):
        text = (ROOT / "lims" / "locale" / f"{language}.po").read_text("utf-8")
        assert "@" not in text
        assert re.search(r"\b(19|20)\d\d\b", text) is None
        assert all(line.startswith("#: lims/") for line in text.splitlines() if line.startswith("#:"))

    def test_the_plural_rule_is_the_language_s_own(self, language):
        assert read_catalogue(language).num_plurals == {"kk": 2, "ru": 3}[language]
