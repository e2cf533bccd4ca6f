"""The steps of signing in, as pages: name and password, code, an own password, enrolment; and the way out."""

import io
from collections.abc import Awaitable, Callable
from functools import wraps

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lims.errors import BusyError, LimsError
from lims.services.account_ports import Stage
from lims.services.second_factor import Enrolment
from lims.services.sessions import OpenedSession
from lims.translation import Translator
from lims.ui.session import SIGNED_IN_ELSEWHERE
from lims.web.checking import TRUST, VERIFY
from lims.web.cookies import CSRF, HALFWAY, SESSION, drop_cookie, form_is_ours, read_cookie, set_cookie
from lims.web.opening import laboratory
from lims.web.pages import Field, form, heading, link, page, paragraph, see_other, words_for

SIGN_IN = "/auth/sign-in"
CODE = "/auth/code"
OWN_PASSWORD = "/auth/own-password"  # noqa: S105 - an address
SECOND_FACTOR = "/auth/second-factor"
SIGN_OUT = "/auth/sign-out"
PROVIDER_START = "/auth/provider"
Endpoint = Callable[[Request], Awaitable[Response]]


def ours_only(back: str) -> Callable[[Endpoint], Endpoint]:
    """Let a form in only if a page of ours gave it to this very browser; else send the person back to it."""

    def around(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)
        async def checked(request: Request) -> Response:
            sent = await request.form(max_files=0, max_fields=10)
            if form_is_ours(request, sent):
                return await endpoint(request)
            t = words_for(request)
            message = t("The form was too old. Nothing was done.")
            return page(request, t("Sign in to Aigaq"), link(t("Begin anew"), back), message=message, status=403)

        return checked

    return around


async def typed(request: Request, name: str) -> str:
    """Give one text of a form."""
    value = (await request.form()).get(name, "")
    return value if isinstance(value, str) else ""


def address_of(request: Request) -> str:
    """Give where a request comes from."""
    return request.client.host if request.client else ""


async def sign_in_page(request: Request) -> Response:
    """Ask for name and password."""
    return await run_in_threadpool(_sign_in_page, request)


@ours_only(SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Check name and password. The answer to everything wrong is one and the same."""
    number, password = (await typed(request, "name")).strip(), await typed(request, "password")
    address = address_of(request)

    def attempt() -> OpenedSession | None:
        return laboratory().signing_in.by_password(number, password, address=address)

    t = words_for(request)
    try:
        opened = await run_in_threadpool(attempt)
    except BusyError:
        return _sign_in_page(request, message=t("The program is busy. Try again in a minute."), status=503)
    except LimsError as error:  # the password was right, and the person is away
        return _sign_in_page(request, message=f"{error}. {error.advice()}", status=403)
    if opened is None:
        return _sign_in_page(request, message=t("Name or password is wrong, or there were too many tries."), status=401)
    return go_on(opened)


def go_on(opened: OpenedSession, *, after: Callable[[str], Response] = see_other) -> Response:
    """Hand the browser its token and send it to the next step."""
    steps = {Stage.CODE: CODE, Stage.PASSWORD: OWN_PASSWORD, Stage.ENROLMENT: SECOND_FACTOR, Stage.WHOLE: "/"}
    response = after(steps[opened.stage])
    if opened.stage is Stage.WHOLE:
        drop_cookie(response, HALFWAY)
        drop_cookie(response, CSRF)
        set_cookie(response, SESSION, opened.token)
    else:
        set_cookie(response, HALFWAY, opened.token)
    return response


async def code_page(request: Request) -> Response:
    """Ask for the code of the second factor."""
    return _code_page(request)


@ours_only(SIGN_IN)
async def enter_code(request: Request) -> Response:
    """Check the code."""
    token, code, address = read_cookie(request, HALFWAY), await typed(request, "code"), address_of(request)

    def attempt() -> OpenedSession | None:
        return laboratory().signing_in.enter_code(token, code, address=address)

    try:
        opened = await run_in_threadpool(attempt)
    except LimsError as error:
        return _code_page(request, message=f"{error}. {error.advice()}", status=503)
    if opened is None:
        return _code_page(request, message=_wrong_code(request), status=401)
    return go_on(opened)


async def own_password_page(request: Request) -> Response:
    """Ask for an own password in place of the one that another person set."""
    return await run_in_threadpool(_own_password_page, request)


@ours_only(SIGN_IN)
async def choose_password(request: Request) -> Response:
    """Take the own password."""
    token, new, again = read_cookie(request, HALFWAY), await typed(request, "new"), await typed(request, "again")
    if new != again:
        t = words_for(request)
        message = t("The two new passwords differ. Nothing was changed.")
        return await run_in_threadpool(lambda: _own_password_page(request, message=message, status=400))
    try:
        opened = await run_in_threadpool(lambda: laboratory().signing_in.choose_password(token, new))
    except LimsError as error:
        message = f"{error}. {error.advice()}"
        return await run_in_threadpool(lambda: _own_password_page(request, message=message, status=400))
    return see_other(SIGN_IN) if opened is None else go_on(opened)


async def enrolment_page(request: Request) -> Response:
    """Show what the device must learn, and ask for its first code."""
    return await _enrolment_page(request)


@ours_only(SIGN_IN)
async def enrol(request: Request) -> Response:
    """Take the first code of the device."""
    token, code, address = _enrolling_token(request), await typed(request, "code"), address_of(request)

    def attempt() -> OpenedSession | None:
        return laboratory().signing_in.enrol(token, code, address=address)

    try:
        opened = await run_in_threadpool(attempt)
    except LimsError as error:
        return await _enrolment_page(request, message=f"{error}. {error.advice()}", status=409)
    if opened is None:
        return await _enrolment_page(request, message=_wrong_code(request), status=401)
    return go_on(opened)


async def sign_out_page(request: Request) -> Response:
    """Ask once more: a link alone ends no session, because other pages can hold that link."""
    t = words_for(request)
    way_back = link(t("Back to work"), "/")
    return page(request, t("Sign out"), form(request, SIGN_OUT, (), t("Sign out")), way_back)


@ours_only(SIGN_OUT)
async def sign_out(request: Request) -> Response:
    """End the session."""
    for kind in (SESSION, HALFWAY):
        await run_in_threadpool(laboratory().sessions.close, read_cookie(request, kind))
    response = see_other(SIGN_IN)
    for kind in (SESSION, HALFWAY, CSRF):
        drop_cookie(response, kind)
    return response


def _sign_in_page(request: Request, *, message: str = "", status: int = 200) -> Response:
    t = words_for(request)
    fields = (
        Field(name="name", label=t("User name"), complete="username"),
        Field(name="password", label=t("Password"), kind="password", complete="current-password"),
    )
    parts = [form(request, SIGN_IN, fields, t("Sign in"))]
    if laboratory().settings.oidc is not None:
        parts.append(link(t("Sign in through your organisation"), PROVIDER_START))
    parts += [
        heading(t("Without signing in")),
        link(t("Check a report"), VERIFY),
        link(t("Trust file of this laboratory"), TRUST),
    ]
    if not message and laboratory().sessions.replaced(read_cookie(request, SESSION)):
        message = t(SIGNED_IN_ELSEWHERE)
    return page(request, t("Sign in to Aigaq"), *parts, message=message, status=status)


def _own_password_page(request: Request, *, message: str = "", status: int = 200) -> Response:
    if not laboratory().signing_in.chooses_password(read_cookie(request, HALFWAY)):
        return see_other(SIGN_IN)
    t = words_for(request)
    parts = (
        paragraph(t("Your password was set by another person, who knows it. Choose one that only you know.")),
        form(request, OWN_PASSWORD, new_password_fields(t), t("Continue")),
        link(t("Begin anew"), SIGN_IN),
    )
    return page(request, t("Choose your own password"), *parts, message=message, status=status)


def new_password_fields(t: Translator) -> tuple[Field, Field]:
    """Ask twice for a new password."""
    return (
        Field(name="new", label=t("New password, 12 characters or more"), kind="password", complete="new-password"),
        Field(name="again", label=t("The new one again"), kind="password", complete="new-password"),
    )


def _code_page(request: Request, *, message: str = "", status: int = 200) -> Response:
    t = words_for(request)
    field = Field(name="code", label=t("Code from your device, six digits"), complete="one-time-code", numeric=True)
    parts = (form(request, CODE, (field,), t("Continue")), link(t("Begin anew"), SIGN_IN))
    return page(request, t("Second factor"), *parts, message=message, status=status)


async def _enrolment_page(request: Request, *, message: str = "", status: int = 200) -> Response:
    t = words_for(request)

    def begin() -> Enrolment | None:
        return laboratory().signing_in.enrolment(_enrolling_token(request))

    try:
        enrolment = await run_in_threadpool(begin)
    except LimsError as error:
        return page(request, t("Second factor"), message=f"{error}. {error.advice()}", status=409)
    if enrolment is None:
        return see_other(SIGN_IN)
    field = Field(name="code", label=t("Code from your device, six digits"), complete="one-time-code", numeric=True)
    key = t("Key")
    parts = (
        paragraph(t("Read this picture with an authenticator application, or type the key. Do it once.")),
        f'<div class="qr">{_picture(enrolment)}</div>',
        f"<p>{key}: <code>{' '.join(_groups(enrolment.secret))}</code></p>",
        form(request, SECOND_FACTOR, (field,), t("Confirm the device")),
    )
    return page(request, t("Enrol your second factor"), *parts, message=message, status=status)


def _enrolling_token(request: Request) -> str:
    return read_cookie(request, HALFWAY) or read_cookie(request, SESSION)


def _wrong_code(request: Request) -> str:
    t = words_for(request)
    return t("The code is wrong or was used, or there were too many tries. Wait for the next code.")


def _picture(enrolment: Enrolment) -> str:
    buffer = io.BytesIO()
    segno.make(enrolment.uri, error="m", micro=False).save(
        buffer, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass=None, lineclass=None
    )
    return buffer.getvalue().decode()


def _groups(secret: str) -> list[str]:
    return [secret[place : place + 4] for place in range(0, len(secret), 4)]
