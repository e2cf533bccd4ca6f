"""What Streamlit cannot do: sign-in with a cookie that survives a reload, and reports only for those signed in."""

import hmac
import secrets
from functools import lru_cache
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lims.bootstrap import open_laboratory
from lims.domain.staff import StaffMember
from lims.errors import LimsError, NotFoundError
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from lims.translation import LANGUAGES, Translator
from lims.ui.session import SESSION_COOKIE

_CSRF_COOKIE = "aigaq-csrf"
_SIGN_IN = "/auth/sign-in"
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"


@lru_cache(maxsize=1)
def laboratory() -> Laboratory:
    """Open the laboratory once a process; the environment says which."""
    return open_laboratory(load_settings())


async def sign_in_form(request: Request) -> Response:
    """Show the form."""
    return _form(request, message="")


async def sign_in(request: Request) -> Response:
    """Check name and password; a new session begins with a new token."""
    form = await request.form()
    t = _translator(request)
    expected = request.cookies.get(_CSRF_COOKIE, "")
    if not expected or not hmac.compare_digest(str(form.get("csrf", "")), expected):
        return _form(request, message=t("The form was too old. Please sign in again."), status=403)
    authentication = (await run_in_threadpool(laboratory)).authentication
    name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
    member = await run_in_threadpool(authentication.check, name, password)
    if member is None:
        return _form(request, message=t("User name or password is wrong."), status=401)
    token = secrets.token_urlsafe(32)
    await run_in_threadpool(authentication.open_session, token, member)
    response = RedirectResponse("/", status_code=303)
    _set_cookie(response, request, SESSION_COOKIE, token, path="/")
    response.delete_cookie(_CSRF_COOKIE, path="/auth")
    return response


async def sign_out(request: Request) -> Response:
    """End the session. By link, so that a page needs no script: the worst a forged link does is a new sign-in."""
    authentication = (await run_in_threadpool(laboratory)).authentication
    await run_in_threadpool(authentication.close_session, request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse(_SIGN_IN, status_code=303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


async def report_pdf(request: Request) -> Response:
    """Give a report's document to a person who is signed in."""
    if await run_in_threadpool(_signed_in, request) is None:
        return RedirectResponse(_SIGN_IN, status_code=303)
    number = request.path_params["number"]
    try:
        data = await run_in_threadpool(laboratory().reporting.document, number)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    except LimsError as error:
        return JSONResponse({"error": f"{error}. {error.advice()}"}, status_code=409)
    headers = {"Content-Disposition": f'inline; filename="{number}.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


async def health(_: Request) -> Response:
    """Say that the process answers and its store can be read."""
    await run_in_threadpool(laboratory().curating.releases)
    return JSONResponse({"status": "ok"})


class SecurityHeaders(BaseHTTPMiddleware):
    """Adds the headers that Streamlit does not send."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass the request on and add the headers to its answer."""
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


ROUTES = (
    Route(_SIGN_IN, sign_in_form, methods=["GET"]),
    Route(_SIGN_IN, sign_in, methods=["POST"]),
    Route("/auth/sign-out", sign_out, methods=["GET"]),
    Route("/reports/{number}.pdf", report_pdf, methods=["GET"]),
    Route("/health", health, methods=["GET"]),
)
MIDDLEWARE = (Middleware(SecurityHeaders),)


def _signed_in(request: Request) -> StaffMember | None:
    return laboratory().authentication.signed_in(request.cookies.get(SESSION_COOKIE, ""))


def _translator(request: Request) -> Translator:
    """Speak the browser's language where it is one of ours, else the laboratory's."""
    wanted = request.query_params.get("language") or request.headers.get("accept-language", "")
    named = wanted[:2].casefold()
    return Translator(named if named in LANGUAGES else laboratory().settings.language)


def _set_cookie(response: Response, request: Request, name: str, value: str, *, path: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path=path)


def _form(request: Request, *, message: str, status: int = 200) -> Response:
    t = _translator(request)
    token = secrets.token_urlsafe(32)
    page = _FORM.format(
        language=t.language,
        title=escape(t("Sign in to Aigaq")),
        message=f'<p role="alert">{escape(message)}</p>' if message else "",
        name=escape(t("User name")),
        password=escape(t("Password")),
        button=escape(t("Sign in")),
        csrf=token,
    )
    response = HTMLResponse(page, status_code=status, headers={"Content-Security-Policy": _PAGE_POLICY})
    _set_cookie(response, request, _CSRF_COOKIE, token, path="/auth")
    return response


_FORM = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root {{ color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }}
body {{ display: grid; place-content: center; min-height: 90vh; margin: 0 1rem; }}
form {{ display: grid; gap: .6rem; width: 20rem; }} h1 {{ font-size: 1.4rem; }}
input, button {{ font: inherit; padding: .6rem .7rem; border: 1px solid #888; border-radius: .4rem; }}
button {{ background: #0072b2; border-color: #0072b2; color: #fff; margin-top: .6rem; }}
[role=alert] {{ border-left: .3rem solid #d55e00; padding-left: .7rem; }}
</style></head><body><h1>{title}</h1>{message}
<form method="post" action="/auth/sign-in"><input type="hidden" name="csrf" value="{csrf}">
<label for="name">{name}</label><input id="name" name="name" autocomplete="username" autofocus required>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>{button}</button></form></body></html>
"""
