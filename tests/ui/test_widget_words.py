"""The words of Streamlit's own widgets: ours in their place, and nothing but a style."""

import pytest
from streamlit.testing.v1 import AppTest

from lims.translation import Translator


def _page(language: str, choose: str) -> None:
    from lims.translation import Translator as Words
    from lims.ui.widget_words import widget_words

    class Planted(Words):
        def __call__(self, message: str, **facts: object) -> str:
            return choose if choose and message == "Choose a file" else super().__call__(message, **facts)

    widget_words(Planted(language))


def drawn(language, choose=""):
    test = AppTest.from_function(_page, args=(language, choose)).run()
    assert not test.exception
    return [one.proto.body for one in test.get("html")]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_widgets_speak_the_language_of_the_page(language):
    (style,) = drawn(language)
    assert Translator(language)("Choose a file") in style
    assert style.startswith("<style>")
    assert style.endswith("</style>")


def test_in_english_nothing_is_changed():
    assert drawn("en") == []


def test_no_word_ends_the_style():
    (style,) = drawn("ru", "</style><script>alert(1)</script>")
    assert style.count("<") == 2
