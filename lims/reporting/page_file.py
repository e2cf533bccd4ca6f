"""The page that checks a report offline, put together from its parts: one file without anything from elsewhere.

The parts are ES modules in ``lims/verifier/page``, one concept each; a browser that opens a file from a disk does not
load modules, so they are joined here into one script, each after those that it imports.
"""

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Final

from lims.errors import DocumentError
from lims.reporting.page_words import page_words

PAGE_FILE: Final = "verify_report.html"
"""Under this name the page is given out."""
ENTRY: Final = "page.js"
_IMPORT = re.compile(r'^import \{(?P<names>[^}]*)\} from "\./(?P<module>[a-z0-9_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|class|const) (\w+)", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=function|class|const)", re.MULTILINE)
_FOREIGN = re.compile(r"^\s*(?:import|export)\b", re.MULTILINE)


@cache
def verification_page() -> bytes:
    """Give the page: the same bytes for the same parts and words.

    Raises
    ------
    DocumentError
        If two modules use one name, or one has an import or export of another form.
    TranslationError
        If a language lacks a text.
    """
    words = json.dumps(page_words(), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    script = f'(() => {{\n"use strict";\nconst WORDS = {words};\n{joined(ENTRY)}}})();\n'
    style = _part("page.css")
    page = _part("page.html")
    for place, text in (
        ("{script_hash}", _hash(script)),
        ("{style_hash}", _hash(style)),
        ("{style}", style),
        ("{script}", script),
    ):
        before, after = page.split(place)
        page = f"{before}{text}{after}"
    return page.encode()


def joined(entry: str) -> str:
    """Join a module and all that it imports into one script, each after those that it imports.

    Each module keeps its names to itself: it becomes a function that gives what it exports.

    Raises
    ------
    DocumentError
        If a module has an import or export of another form, or modules import each other in a circle.
    """
    scripts: dict[str, str] = {}
    _collect(entry, scripts, above=())
    return "".join(scripts.values())


def _collect(module: str, scripts: dict[str, str], *, above: tuple[str, ...]) -> None:
    """Add a module after those that it imports."""
    if module in above:
        raise DocumentError(f"modules of the page import each other in a circle: {' '.join((*above, module))}")
    if module in scripts:
        return
    text = _part(module)
    for imported in _IMPORT.finditer(text):
        _collect(imported["module"], scripts, above=(*above, module))
    given = ", ".join(_EXPORT.findall(text))
    inside = _EXPORTED.sub("", _IMPORT.sub(_as_constants, text))
    if _FOREIGN.search(inside):
        raise DocumentError(f"the module {module} of the page has an import or export of another form")
    scripts[module] = f"const {_name(module)} = (() => {{\n{inside}return {{ {given} }};\n}})();\n"


def _as_constants(imported: re.Match[str]) -> str:
    return f"const {{{imported['names']}}} = {_name(imported['module'])};\n"


def _name(module: str) -> str:
    return f"module_{module.removesuffix('.js')}"


def _part(name: str) -> str:
    return resources.files("lims.verifier").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
