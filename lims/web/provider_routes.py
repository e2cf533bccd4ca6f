"""The other way in: to the identity provider of the organisation and back."""

import hmac
import json
from datetime import timedelta
from functools import lru_cache
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from lims.errors import LimsError, SettingsError
from lims.ledger.entry import moment_text, read_moment
from lims.services.sessions import OpenedSession
from lims.web.cookies import PROVIDER, drop_cookie, read_cookie, set_cookie
from lims.web.gate import own_origin
from lims.web.opening import laboratory, web_setting
from lims.web.pages import link, page, words_for
from lims.web.provider import Attempt, IdentityProvider, ProviderError
from lims.web.signing_in import SIGN_IN, go_on

BACK = "/auth/provider/back"
_LIFE = timedelta(minutes=10)
_OWNER = "way to the identity provider"
_ON = (
    '<!doctype html><meta charset="utf-8"><title>Aigaq</title>'
    '<meta http-equiv="refresh" content="0;url={0}"><a href="{0}">Aigaq</a>'
)


@lru_cache(maxsize=1)
def identity_provider() -> IdentityProvider | None:
    """Give the provider that the settings name, if any."""
    setting = laboratory().settings.oidc
    return None if setting is None else IdentityProvider(setting=setting, clock=laboratory().clock)


async def start(request: Request) -> Response:
    """Send the browser to the provider."""
    provider = await run_in_threadpool(identity_provider)
    if provider is None:
        return _unknown()
    attempt = Attempt.begin(laboratory().clock.now())
    try:
        address = await run_in_threadpool(lambda: provider.address_for(attempt, back=_back(request)))
    except ProviderError as error:
        return _refused(request, error)
    response = RedirectResponse(address, status_code=303)
    # Lax, because the way back begins at the provider's page; it is sealed, short-lived and opens nothing by itself.
    set_cookie(response, PROVIDER, _sealed(attempt), lax=True, seconds=int(_LIFE.total_seconds()))
    return response


async def come_back(request: Request) -> Response:
    """Take what the provider says, and begin a session of our own."""
    provider = await run_in_threadpool(identity_provider)
    if provider is None:
        return _unknown()
    try:
        opened = await run_in_threadpool(lambda: _opened(request, provider))
    except LimsError as error:
        response = _refused(request, error)
    else:
        response = go_on(opened, after=_on)
    drop_cookie(response, PROVIDER)
    return response


def _opened(request: Request, provider: IdentityProvider) -> OpenedSession:
    attempt = _unsealed(read_cookie(request, PROVIDER))
    state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
    if not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise ProviderError("the answer belongs to another attempt")
    if laboratory().clock.now() - attempt.began_at > _LIFE:
        raise ProviderError("the attempt took too long")
    if not code:
        raise ProviderError(f"the provider refuses: {request.query_params.get('error', 'no code')[:100]}")
    opened = laboratory().signing_in.by_provider(provider.staff_number(code, attempt, back=_back(request)))
    if opened is None:
        raise ProviderError("nobody on the staff has the number that the provider names")
    return opened


def _on(address: str) -> Response:
    """Send the browser on by a page of ours: after a redirect from elsewhere it would not send the new cookie."""
    return HTMLResponse(_ON.format(escape(address)), headers={"Content-Security-Policy": "default-src 'none'"})


def _back(request: Request) -> str:
    return own_origin(request.scope, web_setting()) + BACK


def _sealed(attempt: Attempt) -> str:
    facts = [attempt.state, attempt.nonce, attempt.verifier, moment_text(attempt.began_at)]
    return laboratory().authentication.box.seal(json.dumps(facts).encode(), owner=_OWNER)


def _unsealed(cookie: str) -> Attempt:
    try:
        facts = json.loads(laboratory().authentication.box.open(cookie, owner=_OWNER))
    except SettingsError as error:
        raise ProviderError("the browser did not keep the attempt") from error
    state, nonce, verifier, began_at = facts
    return Attempt(state=state, nonce=nonce, verifier=verifier, began_at=read_moment(began_at))


def _refused(request: Request, error: LimsError) -> Response:
    t = words_for(request)
    message = f"{error}. {error.advice()}"
    return page(request, t("Sign in to Aigaq"), link(t("Begin anew"), SIGN_IN), message=message, status=403)


def _unknown() -> Response:
    return JSONResponse({"error": "no identity provider is configured"}, status_code=404)
