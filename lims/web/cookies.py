"""Cookies, and the token that proves that a form was ours."""

import hmac
import re
import secrets

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from lims.ui.session import cookie_name
from lims.web.opening import web_setting

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
SESSION = "session"
HALFWAY = "halfway"
"""Of a browser that still has to show the second factor."""
CSRF = "csrf"
PROVIDER = "oidc"
LANGUAGE = "language"


def read_cookie(request: Request, kind: str) -> str:
    """Give one of our cookies; empty where there is none."""
    return request.cookies.get(cookie_name(kind, secure=web_setting().secure), "")


def set_cookie(response: Response, kind: str, value: str, *, lax: bool = False, seconds: int | None = None) -> None:
    """Set one of our cookies: no script reads it, and no other site's request carries it."""
    secure = web_setting().secure
    response.set_cookie(
        cookie_name(kind, secure=secure),
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax" if lax else "strict",
        secure=secure,
        path="/",
    )


def drop_cookie(response: Response, kind: str) -> None:
    """Take one of our cookies away."""
    secure = web_setting().secure
    response.delete_cookie(cookie_name(kind, secure=secure), path="/", secure=secure, httponly=True, samesite="strict")


def form_token(request: Request) -> str:
    """Give the token for the forms of one answer: the browser's own, so that two tabs do not spoil each other's."""
    if not hasattr(request.state, "form_token"):
        known = read_cookie(request, CSRF)
        request.state.form_token = known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)
    return str(request.state.form_token)


def form_is_ours(request: Request, form: FormData) -> bool:
    """Tell whether a form was sent by a page that we gave to this very browser."""
    expected, sent = read_cookie(request, CSRF), form.get("csrf")
    return bool(expected) and isinstance(sent, str) and hmac.compare_digest(sent.encode(), expected.encode())
