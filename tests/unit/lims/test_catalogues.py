import ast
import re
import runpy
import unicodedata
from collections.abc import Iterator
from importlib import import_module
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
SAID_BY_VALUE = frozenset(
    {
        "PAGES_NOT_READ",
        "SIGNED_IN_ELSEWHERE",
        "_LIBRARY_MEANINGS.get((record.KIND, request.meaning)) or _MEANINGS[request.meaning]",
        "answer.value",
        "batch.state",
        "c.decision.value",
        "chart.quantity.value",
        "component.decision.value",
        "detection_words",
        "each.value",
        "examination.state",
        "gap.text",
        "item.question",
        "kind.value",
        "kinds[each]",
        "lent.role.value",
        "line",
        "line.state",
        "lines[n].state",
        "lines[one].state",
        "method.state",
        "one",
        "one.answer.value",
        "one.kind.value",
        "one.state",
        "one.status.value",
        "one.technique",
        "one.value",
        "outcome.rule.value",
        "page.title",
        "procedure.state",
        "quantity",
        "quantity.value",
        "result.technique",
        "review.kind.value",
        "role.value",
        "rule",
        "sections[one]",
        "signature.meaning.value",
        "state",
        "str(one)",
        "suspicion.template",
        "technique",
        "technique_name",
        "technique_words",
        "text",
        "texts[one]",
        "title",
        "words",
        "words[key]",
        "words[one]",
    }
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
    *("XLSX", "n"),  # n: how many a figure rests on
    *("VALID", "SUPERSEDED", "WITHDRAWN", "ALTERED", "NOT", "ISSUED", "CANNOT", "SAY"),  # verdicts, as they are printed
    *("MF", "RMF", "RT", "RI", "M"),  # match factors, retention, the mark of a molecule's ion
    *("InChI", "KZ", "RDKit", "SMILES", "MassBank", "MSP", "SDF", "MGF"),
}
_TABLE = re.compile(r"(_?[A-Z][A-Z_]*)(?:\[.+\]|\.get\(.+\))", re.DOTALL)
"""A word of a table of the module, which is a constant."""
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
        if path.parent.name == "verifier":  # shares no code with the rest: what it calls "said" is its own
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in KEYWORDS:
                yield str(path.relative_to(ROOT)), node


def literal(call: ast.Call) -> str | None:
    """Give the text of a call where it is written out."""
    match call.args:
        case [ast.Constant(value=str(text)), *_]:
            return text
    return None


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
        computed = {(file, ast.unparse(call.args[0])) for file, call in translator_calls() if literal(call) is None}
        others = {(file, text) for file, text in computed if _TABLE.fullmatch(text) is None}
        assert {text for _, text in others} <= SAID_BY_VALUE, others

    def test_every_table_of_words_has_texts_of_the_catalogues(self, texts_in_the_code):
        tables = {
            (file, found.group(1))
            for file, call in translator_calls()
            if literal(call) is None and (found := _TABLE.fullmatch(ast.unparse(call.args[0])))
        }
        assert len(tables) > 100
        strange = {
            (file, name, word)
            for file, name in tables
            for word in getattr(import_module(file.removesuffix(".py").replace("/", ".")), name).values()
            if word not in texts_in_the_code
        }
        assert strange == set()

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
        assert re.search(r"\b(19|20)\d\d\b", text.replace("ISO/IEC 17025:2017", "")) is None
        assert all(line.startswith("#: lims/") for line in text.splitlines() if line.startswith("#:"))

    def test_the_plural_rule_is_the_language_s_own(self, language):
        assert read_catalogue(language).num_plurals == {"kk": 2, "ru": 3}[language]
