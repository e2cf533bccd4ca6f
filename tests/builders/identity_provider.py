"""A small OpenID Connect provider over real HTTP, which a test may make misbehave."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "aigaq", "a secret of the tests"
Claims = dict[str, object]


@dataclass
class Provider:
    """Signs everybody in as ``person`` without asking; each code is good once."""

    issuer: str = ""
    person: str = "technician"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    change: Callable[[Claims], None] = lambda _: None
    """Changes the claims before they are signed."""
    sign: Callable[["Provider", Claims], str] | None = None
    """Signs in another way."""
    facts: dict[str, str] = field(default_factory=dict)
    """Replaces facts of the discovery document."""
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)})

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)}, claims, self.key)

    async def discover(self, _: Request) -> Response:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return JSONResponse({"issuer": self.issuer, **{n: self.issuer + p for n, p in paths.items()}, **self.facts})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form["code"]), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest()).decode()
        if (
            asked is None
            or request.headers.get("authorization") not in {f"Basic {basic}", f"Basic {plain}"}
            or asked["code_challenge"] != proof.rstrip("=")
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "0001",
            "staff_number": self.person,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "roles": ["administrator", "expert"],
            "groups": ["everything"],
        }
        self.change(claims)
        token = self.sign(self, claims) if self.sign else self.signed(claims)
        return JSONResponse({"id_token": token, "access_token": "x", "token_type": "Bearer"})

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def watched(self, endpoint):
        async def noting(request: Request) -> Response:
            self.asked.append(request.url.path)
            return await endpoint(request)

        return noting

    def browse(self, address: str) -> str:
        """Follow an address as a browser does; give where the provider sends it back to."""
        answer = httpx.get(address, follow_redirects=False, trust_env=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


@contextmanager
def provider_at_work() -> Iterator[Provider]:
    """Serve a provider on a free port of this machine."""
    provider = Provider()
    routes = [
        Route("/.well-known/openid-configuration", provider.watched(provider.discover)),
        Route("/authorize", provider.watched(provider.authorize)),
        Route("/token", provider.watched(provider.token), methods=["POST"]),
        Route("/keys", provider.watched(provider.keys)),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
