"""The words that widgets bring along in English only: said in the language of the page, by rules of style."""

import json

import streamlit as st

from lims.translation import SOURCE_LANGUAGE, Translator

_UPLOAD = '[data-testid="stFileUploaderDropzone"] button p'
_LIMITS = '[data-testid="stFileUploaderDropzoneInstructions"] span'
_CAMERA = '[data-testid="stCameraInputButton"]'
_MORE = ".rc-overflow-item-rest button p"
"""What holds the pages that have no room in the navigation."""
_HINT = '[data-testid="InputInstructions"]'


def widget_words(t: Translator) -> None:
    """Put our words in the place of those that Streamlit offers no setting for."""
    if t.language == SOURCE_LANGUAGE:
        return
    said = {
        _UPLOAD: t("Choose a file"),
        _LIMITS: t("200 MB at most, each"),
        _CAMERA: t("Take the photograph"),
        f'[data-testid="stCameraInput"]:has(img) {_CAMERA}': t("Take another one"),
        _MORE: t("More pages"),
        f"{_HINT} span": "Enter ↵",
        f'[data-testid="stTextArea"] {_HINT} span': "Ctrl + Enter ↵",
    }
    st.html(f"<style>{''.join(_instead(where, words) for where, words in said.items())}</style>")


def _instead(where: str, words: str) -> str:
    """Give the rules that hide what stands there, and say something else; no word can end the style."""
    content = json.dumps(words, ensure_ascii=False).replace("<", r"\3c ")
    return f"{where} {{ font-size: 0 }} {where}::after {{ content: {content}; font-size: 0.875rem }}\n"
