"""The gate before everything, Streamlit's pages and sockets included: host, origin, rate, size, headers."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lims.settings import WebSetting
from lims.web.opening import web_setting
from lims.web.rates import Rates

HEALTH = "/health"
_BODY_LIMIT = 16 * 1024
"""Of our own forms; Streamlit limits its uploads itself (``server.maxUploadSize``)."""
_OURS = ("/auth/", "/reports/", "/labels/", "/intakes/", "/verify")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip")
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a browser's own forms come with "Origin: null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
_STREAMLIT_POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; media-src 'self'; "
    "object-src 'none'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The strictest under which Streamlit 1.67 with plotly works: it writes styles into elements."""
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HSTS = "max-age=31536000"


class Refusal(Exception):  # noqa: N818 - an answer, and no error of the program
    """A request that does not pass."""

    def __init__(self, status: int, text: str) -> None:
        """Keep the answer."""
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Gate:
    """An ASGI application around another one."""

    app: ASGIApp
    setting: Callable[[], WebSetting] = web_setting
    rates: Rates = field(default_factory=Rates)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass with our headers on its answer, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        setting = self.setting()
        scope = _seen_from(scope, setting)
        send = _with_headers(send, scope, setting)
        try:
            self._check(scope, setting)
            receive = await _whole_body(receive) if _is_ours(scope) else receive
        except Refusal as refusal:
            await _refuse(refusal, scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope, setting: WebSetting) -> None:
        headers = Headers(scope=scope)
        if scope["path"] == HEALTH and scope["type"] == "http":
            return
        own = own_origin(scope, setting)
        reads_only = scope["type"] == "http" and scope["method"] in _READING
        if not reads_only and headers.get("origin") != own:
            raise Refusal(403, "This request comes from another page.")
        if _is_ours(scope) and not self.rates.allow(_address(scope), writes=not reads_only):
            raise Refusal(429, "Too many requests. Wait a minute.")
        length = headers.get("content-length", "0")
        if _is_ours(scope) and (not length.isdecimal() or int(length) > _BODY_LIMIT):
            raise Refusal(413, "This form is too long.")


MIDDLEWARE = (Middleware(Gate),)


@lru_cache(maxsize=1)
def streamlit_policy() -> str:
    """Give the policy for Streamlit's pages: of inline scripts those of its own page alone, by their digests."""
    page = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return _STREAMLIT_POLICY.format(scripts=hashes)


def own_origin(scope: Scope, setting: WebSetting) -> str:
    """Give the origin under which browsers see the application.

    Raises
    ------
    Refusal
        If the request is for another host. Without ``web.origin`` only this machine's own names are known.
    """
    host = Headers(scope=scope).get("host", "").casefold()
    if setting.origin:
        if host != setting.origin.partition("://")[2]:
            raise Refusal(421, "This host is not served here; web.origin names another.")
        return setting.origin
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name not in _LOOPBACK:
        raise Refusal(421, "Only this machine is served; for others set web.origin.")
    secure = scope["scheme"] in {"https", "wss"}
    return f"{'https' if secure else 'http'}://{host}"


def _seen_from(scope: Scope, setting: WebSetting) -> Scope:
    """Take address and scheme from the proxy that a setting names; what others forward does not get in."""
    headers = Headers(scope=scope)
    changed = dict(scope)
    if setting.proxy and _address(scope) == setting.proxy:
        address = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        changed["client"] = (address or setting.proxy, 0)
    kept = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_FORWARDED)]
    return changed | {"headers": kept}


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_ours(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["path"].startswith(_OURS))


async def _whole_body(receive: Receive) -> Receive:
    """Read a form before anybody sees it; the length that was stated may be none, or a lie.

    Raises
    ------
    Refusal
        If it is too long.
    """
    body, message = b"", await receive()
    while message["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > _BODY_LIMIT:
            raise Refusal(413, "This form is too long.")
        if not message.get("more_body", False):
            break
        message = await receive()
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


def _with_headers(send: Send, scope: Scope, setting: WebSetting) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", streamlit_policy())
            if _is_ours(scope):
                headers["Cache-Control"] = "no-store"
            if setting.secure:
                headers["Strict-Transport-Security"] = _HSTS
        await send(message)

    return sending


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.text})
        return
    await PlainTextResponse(refusal.text, refusal.status)(scope, receive, send)
