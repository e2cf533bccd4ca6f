"""An OpenID Connect provider, asked to say who somebody is: authorization code with PKCE, and nothing else.

Sources: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3; OpenID Connect Discovery 1.0, section 4; RFC 7636; RFC 9700.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lims.errors import LimsError
from lims.services.ports import Clock
from lims.settings import OidcSetting

FRESH = timedelta(minutes=5)
"""How long ago the person may have shown itself to the provider: a shared computer keeps the provider's session."""
_SLACK = timedelta(seconds=60)
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures with a public key. Never ``none``; never HMAC, whose key the provider shares with us."""
_TIMEOUT_S = 10.0
_MOST_BYTES = 1_000_000


class ProviderError(LimsError):
    """What the identity provider sent cannot be relied on, or it does not answer."""

    def advice(self) -> str:
        """Say that nobody was let in."""
        return "Nobody was signed in. Try again; if it happens again, tell the administrator what stands above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way to the provider and back: what the browser keeps sealed meanwhile."""

    state: str
    nonce: str
    verifier: str
    began_at: datetime

    @classmethod
    def begin(cls, now: datetime) -> "Attempt":
        """Begin a way with new random values of 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, began_at=now)


@dataclass(slots=True, kw_only=True)
class IdentityProvider:
    """The provider that the settings name. No request goes anywhere else."""

    setting: OidcSetting
    clock: Clock
    _facts: Mapping[str, str] | None = field(default=None, init=False)
    _keys: KeySet | None = field(default=None, init=False)

    def address_for(self, attempt: Attempt, *, back: str) -> str:
        """Give the address at the provider to which the browser is sent.

        Raises
        ------
        ProviderError
            If the provider does not answer, or names addresses outside its own.
        """
        challenge = hashlib.sha256(attempt.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.setting.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
            "max_age": str(int(FRESH.total_seconds())),
        }
        return f"{self._fact('authorization_endpoint')}?{urlencode(asked)}"

    def staff_number(self, code: str, attempt: Attempt, *, back: str) -> str:
        """Exchange a code and give the staff number that the provider vouches for.

        Raises
        ------
        ProviderError
            If the code is not taken, or the ID token is not signed by the provider, not for us, not for this
            attempt, not of now, or without the claim that the settings name.
        """
        token = self._redeem(code, attempt, back=back)
        claims = self._signed_claims(token)
        self._check(claims, attempt)
        number = claims.get(self.setting.staff_number_claim)
        if not isinstance(number, str) or not number:
            raise ProviderError(f"the ID token has no text in the claim {self.setting.staff_number_claim}")
        return number

    def _redeem(self, code: str, attempt: Attempt, *, back: str) -> str:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": attempt.verifier,
        }
        try:
            secret = self.setting.client_secret_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ProviderError(f"oidc.client_secret_file: {error}") from error
        answer = self._ask("POST", self._fact("token_endpoint"), data=sent, auth=(self.setting.client_id, secret))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("the provider sent no ID token")
        return token

    def _signed_claims(self, token: str) -> Mapping[str, object]:
        """Check the signature; with keys fetched again once, because providers change theirs."""
        for keys in (self._keys, None):
            known = keys or self._fetch_keys()
            try:
                return jwt.decode(token, known, algorithms=_ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                if keys is None:
                    raise ProviderError(f"the ID token is not signed by the provider: {error}") from error
        raise ProviderError("the ID token is not signed by the provider")

    def _fetch_keys(self) -> KeySet:
        answer = self._ask("GET", self._fact("jwks_uri"))
        try:
            self._keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]  # it checks the form itself
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderError(f"the provider's keys cannot be read: {error}") from error
        return self._keys

    def _check(self, claims: Mapping[str, object], attempt: Attempt) -> None:
        now = self.clock.now().timestamp()
        slack = _SLACK.total_seconds()
        if claims.get("iss") != self.setting.issuer:
            raise ProviderError(f"the ID token is of {claims.get('iss')!r}, not of the provider")
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if self.setting.client_id not in audiences:
            raise ProviderError("the ID token is for another application")
        if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != self.setting.client_id:
            raise ProviderError("the ID token was asked for by another application")
        if claims.get("nonce") != attempt.nonce:
            raise ProviderError("the ID token belongs to another attempt")
        if now > _seconds(claims, "exp") + slack:
            raise ProviderError("the ID token has expired")
        if _seconds(claims, "iat") > now + slack:
            raise ProviderError("the ID token is from the future")
        age = now - _seconds(claims, "auth_time")
        if not -slack <= age <= FRESH.total_seconds() + slack:
            raise ProviderError("the person showed itself to the provider too long ago")

    def _fact(self, name: str) -> str:
        if self._facts is None:
            found = self._ask("GET", self.setting.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.setting.issuer:
                raise ProviderError(f"the provider calls itself {found.get('issuer')!r}, not as oidc.issuer says")
            self._facts = {name: value for name, value in found.items() if isinstance(value, str)}
        address = self._facts.get(name, "")
        if _origin(address) != _origin(self.setting.issuer):
            raise ProviderError(f"{name} is {address!r}, outside the provider")
        return address

    def _ask(
        self, method: str, address: str, *, data: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Mapping[str, object]:
        """Make one request; no proxy, no cookie and no redirect is taken from the surroundings."""
        try:
            with httpx.Client(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
                answer = client.request(method, address, data=data, auth=auth, headers={"Accept": "application/json"})
            found = answer.json() if len(answer.content) <= _MOST_BYTES else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderError(f"the provider does not answer: {error}") from error
        if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
            raise ProviderError(f"the provider answers {answer.status_code} to {method} {urlsplit(address).path}")
        return found


def _seconds(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderError(f"the ID token has no time in {name}")
    return float(value)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
