"""Our own pages: small, in three languages, without a script."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lims.translation import LANGUAGE_NAMES, LANGUAGES, Translator
from lims.web.cookies import CSRF, LANGUAGE, form_token, read_cookie, set_cookie
from lims.web.opening import laboratory

_STYLE = """
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; --line: #888; --accent: #0063a0; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 30rem; padding: 1.2rem 1rem 3rem; }
nav { display: flex; gap: 1rem; justify-content: flex-end; margin-bottom: 3rem; }
nav [aria-current] { font-weight: 700; text-decoration: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; }
.laboratory { margin: 0 0 1.4rem; opacity: .8; }
form { display: grid; gap: .35rem; }
input, button, .button { font: inherit; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: .4rem; }
input { width: 100%; margin-bottom: .7rem; background: Field; color: FieldText; }
button, .button { background: var(--accent); border-color: var(--accent); color: #fff; cursor: pointer;
  display: block; width: 100%; text-align: center; text-decoration: none; margin-top: .5rem; }
button.quiet, .button.quiet { background: transparent; color: inherit; border-color: var(--line); }
:focus-visible { outline: .2rem solid #e69f00; outline-offset: .1rem; }
[role=alert] { border-left: .3rem solid #d55e00; padding: .2rem .8rem; }
code { font-size: 1.05rem; overflow-wrap: anywhere; user-select: all; }
.qr { background: #fff; padding: .8rem; width: 15rem; margin: 1rem 0; }
.qr svg { display: block; width: 100%; height: auto; }
ul { list-style: none; padding: 0; } li { border-top: 1px solid var(--line); padding: .7rem 0; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a form."""

    name: str
    label: str
    kind: str = "text"
    complete: str = "off"
    """What a browser may fill in; HTML, section 4.10.18.7."""
    numeric: bool = False


def words_for(request: Request) -> Translator:
    """Speak the language that the person chose, else the browser's where it is ours, else the laboratory's."""
    asked = request.query_params.get("language") or read_cookie(request, LANGUAGE)
    named = (asked or request.headers.get("accept-language", ""))[:2].casefold()
    return Translator(named if named in LANGUAGES else laboratory().settings.language)


def page(request: Request, title: str, *parts: str, message: str = "", status: int = 200) -> Response:
    """Give a page of parts that are HTML; ``title`` and ``message`` are plain text."""
    t = words_for(request)
    alert = f'<p role="alert">{escape(message)}</p>' if message else ""
    body = (
        f'<!doctype html><html lang="{t.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{_languages(request, t)}<main><h1>{escape(title)}</h1>"
        f'<p class="laboratory">{escape(laboratory().settings.laboratory)}</p>'
        f"{alert}{''.join(parts)}</main></body></html>"
    )
    response = HTMLResponse(body, status_code=status, headers={"Content-Security-Policy": _POLICY})
    set_cookie(response, CSRF, form_token(request))
    if request.query_params.get("language") in LANGUAGES:
        set_cookie(response, LANGUAGE, t.language)
    return response


def form(
    request: Request,
    action: str,
    fields: Iterable[Field],
    button: str,
    *,
    quiet: bool = False,
    focus: bool = True,
    hidden: Mapping[str, str] | None = None,
) -> str:
    """Write a form with the token that proves that it is ours; ``page`` gives the browser the other half."""
    known = {"csrf": form_token(request), **(hidden or {})}
    kept = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in known.items())
    lines = "".join(_line(line, first=focus and place == 0) for place, line in enumerate(fields))
    style = ' class="quiet"' if quiet else ""
    return f'<form method="post" action="{escape(action)}">{kept}{lines}<button{style}>{escape(button)}</button></form>'


def link(text: str, address: str, *, quiet: bool = True) -> str:
    """Write a link that looks like a button."""
    return f'<a class="button{" quiet" if quiet else ""}" href="{escape(address)}">{escape(text)}</a>'


def heading(text: str) -> str:
    """Write the heading of a part."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """Write a plain text."""
    return f"<p>{escape(text)}</p>"


def see_other(address: str) -> Response:
    """Send the browser on after a form."""
    return RedirectResponse(address, status_code=303)


def _line(line: Field, *, first: bool) -> str:
    focus = " autofocus" if first else ""
    digits = ' inputmode="numeric"' if line.numeric else ""
    return (
        f'<label for="{line.name}">{escape(line.label)}</label><input id="{line.name}" name="{line.name}" '
        f'type="{line.kind}" autocomplete="{line.complete}" maxlength="1024"{digits}{focus} required>'
    )


def _languages(request: Request, t: Translator) -> str:
    path = quote(request.url.path)
    links = (
        f'<a lang="{code}" href="{path}?language={code}"{" aria-current=true" if code == t.language else ""}>{name}</a>'
        for code, name in LANGUAGE_NAMES.items()
    )
    return f'<nav aria-label="Тіл · Язык · Language">{"".join(links)}</nav>'
