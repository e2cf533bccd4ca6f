import unicodedata

import pytest

from lims.domain.wording import MAX_TEXT, clean_text, require_text
from lims.errors import InvalidRecordError


def test_text_is_brought_to_nfc_and_stripped():
    assert clean_text("name", unicodedata.normalize("NFD", "  Новый  ")) == "Новый"
    assert clean_text("name", "") == ""


def test_line_breaks_and_tabs_are_kept_inside():
    assert clean_text("reason", "one\n\ttwo\n") == "one\n\ttwo"


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\0", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\u00ad", "U+00AD"),
        ("\ue000", "U+E000"),
        ("\ud800", "U+D800"),
        ("\u0378", "U+0378"),
    ],
)
@pytest.mark.parametrize("text", ["a{}b", "{}ab", "ab{}"], ids=["inside", "first", "last"])
def test_a_character_that_cannot_be_seen_is_refused(character, shown, text):
    with pytest.raises(InvalidRecordError, match=f"^seal number: the invisible character U\\+{shown[2:]};"):
        clean_text("seal number", text.format(character))


@pytest.mark.parametrize("character", ["\r", "\u2028", "\u2029"])
def test_a_hidden_line_end_is_refused_inside_and_stripped_at_the_ends(character):
    assert clean_text("reason", f"{character}a{character}") == "a"
    with pytest.raises(InvalidRecordError, match=r"^reason: the invisible character U\+"):
        clean_text("reason", f"a{character}b")


def test_the_length_is_bounded():
    assert len(clean_text("reason", "x" * MAX_TEXT)) == MAX_TEXT
    with pytest.raises(InvalidRecordError, match="reason: 10001 characters; at most 10000"):
        clean_text("reason", "x" * (MAX_TEXT + 1))


def test_a_needed_text_is_there_and_clean():
    require_text("name", "a")
    with pytest.raises(InvalidRecordError, match="name: empty; it is needed"):
        require_text("name", "")
    for text in (" a", "a ", "\n", "e\u0301"):
        with pytest.raises(InvalidRecordError, match="has spaces around it or is not in Unicode NFC"):
            require_text("name", text)
    with pytest.raises(InvalidRecordError, match=r"the invisible character U\+200B"):
        require_text("name", "a\u200b")
