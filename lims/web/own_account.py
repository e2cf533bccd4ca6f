"""What a person does about the own account: the sessions that are open, the password, the second factor."""

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lims.domain.staff import StaffMember
from lims.errors import LimsError
from lims.web.cookies import SESSION, drop_cookie, read_cookie
from lims.web.opening import laboratory
from lims.web.pages import Field, form, heading, link, page, paragraph, see_other, words_for
from lims.web.signing_in import SECOND_FACTOR, SIGN_IN, SIGN_OUT, address_of, new_password_fields, ours_only, typed

ACCOUNT = "/auth/account"
REVOKE = "/auth/account/revoke"
PASSWORD = "/auth/account/password"  # noqa: S105 - an address


async def account_page(request: Request) -> Response:
    """Show the account."""
    return await run_in_threadpool(_account_page, request)


@ours_only(ACCOUNT)
async def revoke(request: Request) -> Response:
    """End one of the person's own sessions."""
    number = await typed(request, "number")
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    try:
        await run_in_threadpool(lambda: laboratory().sessions.revoke(number, actor=person))
    except LimsError as error:
        return _account_page(request, message=f"{error}. {error.advice()}", status=404)
    return see_other(ACCOUNT)


@ours_only(ACCOUNT)
async def change_password(request: Request) -> Response:
    """Change the person's own password; every session ends, this one too."""
    person = await run_in_threadpool(person_of, request)
    if person is None:
        return see_other(SIGN_IN)
    old, new, again, code = [await typed(request, name) for name in ("password", "new", "again", "code")]
    if new != again:
        t = words_for(request)
        message = t("The two new passwords differ. Nothing was changed.")
        return _account_page(request, message=message, status=400)

    def change() -> None:
        laboratory().authentication.change_password(
            person.number, password=old, code=code, new_password=new, address=address_of(request)
        )

    try:
        await run_in_threadpool(change)
    except LimsError as error:
        return _account_page(request, message=f"{error}. {error.advice()}", status=400)
    response = see_other(SIGN_IN)
    drop_cookie(response, SESSION)
    return response


def person_of(request: Request) -> StaffMember | None:
    """Give the person who is signed in at a browser."""
    return laboratory().sessions.signed_in(read_cookie(request, SESSION))


def _account_page(request: Request, *, message: str = "", status: int = 200) -> Response:
    person = person_of(request)
    if person is None:
        return see_other(SIGN_IN)
    t = words_for(request)
    enrolled = laboratory().authentication.account(person.number).second_factor
    factor = paragraph(t("Your second factor is enrolled.")) if enrolled else link(t("Enrol"), SECOND_FACTOR)
    parts = (
        paragraph(f"{person.name}, {person.post}"),
        link(t("Back to work"), "/"),
        link(t("Sign out"), SIGN_OUT),
        heading(t("Second factor")),
        factor,
        heading(t("Open sessions")),
        _sessions(request, person),
        heading(t("New password")),
        _password_form(request, enrolled=enrolled),
    )
    return page(request, t("Your account"), *parts, message=message, status=status)


def _sessions(request: Request, person: StaffMember) -> str:
    t, sessions = words_for(request), laboratory().sessions
    this = sessions.of_token(read_cookie(request, SESSION))
    lines = []
    for stored in sessions.of_person(person.number):
        text = t("since {opened}, last used {used}", opened=t.moment(stored.opened_at), used=t.moment(stored.used_at))
        if this is not None and stored.number == this.number:
            here = t("this browser")
            lines.append(f"<li>{escape(text)}<br>{escape(here)}</li>")
        else:
            end = form(request, REVOKE, (), t("End this session"), quiet=True, hidden={"number": stored.number})
            lines.append(f"<li>{escape(text)}{end}</li>")
    return f"<ul>{''.join(lines)}</ul>"


def _password_form(request: Request, *, enrolled: bool) -> str:
    t = words_for(request)
    fields = [
        Field(name="password", label=t("Present password"), kind="password", complete="current-password"),
        *new_password_fields(t),
    ]
    if enrolled:
        label = t("Code from your device, six digits")
        fields.append(Field(name="code", label=label, complete="one-time-code", numeric=True))
    return form(request, PASSWORD, fields, t("Change the password"), focus=False)
