"""Signing in through an identity provider, over real HTTP, and everything that must not let anybody in."""

import dataclasses
import re
import time
from html import unescape

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from lims.domain.account import SignInWay
from lims.domain.staff import Role
from lims.settings import OidcSetting
from lims.web import provider_routes
from tests.builders.identity_provider import CLIENT, SECRET, Provider, provider_at_work, query_of
from tests.builders.laboratories import PASSWORD
from tests.builders.websites import ORIGIN, Site, Visitor, open_site


@pytest.fixture
def provider():
    with provider_at_work() as at_work:
        yield at_work


@pytest.fixture
def site(tmp_path, monkeypatch, provider) -> Site:
    secret = tmp_path / "client-secret"
    secret.write_text(SECRET + "\n", "utf-8")
    setting = OidcSetting(
        issuer=provider.issuer, client_id=CLIENT, client_secret_file=secret, staff_number_claim="staff_number"
    )
    return open_site(tmp_path / "home", monkeypatch, change=lambda s: dataclasses.replace(s, oidc=setting))


def start(visitor: Visitor) -> str:
    answer = visitor.client.get("/auth/provider")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(visitor: Visitor, address: str):
    assert address.startswith(f"{ORIGIN}/auth/provider/back?")
    return visitor.client.get(address.removeprefix(ORIGIN))


def go(site: Site, provider: Provider, visitor: Visitor | None = None):
    visitor = visitor or site.visitor()
    return visitor, come_back(visitor, provider.browse(start(visitor)))


def refused(answer) -> str:
    assert answer.status_code == 403
    return unescape(re.search(r'role="alert">([^<]*)<', answer.text)[1])


def test_a_person_comes_in_through_the_provider(site, provider):
    visitor, answer = go(site, provider)
    assert answer.status_code == 200  # a page of ours that leads on: a redirect would not bring the new cookie
    assert 'url=/"' in answer.text
    assert visitor.signed_in
    (stored,) = site.laboratory.sessions.of_person("technician")
    assert stored.way is SignInWay.PROVIDER
    person = site.laboratory.sessions.signed_in(visitor.client.cookies["aigaq-session"])
    assert person.roles == (Role.TECHNICIAN,)  # whatever the claims say of roles and groups


def test_the_sign_in_page_leads_there(site):
    assert 'href="/auth/provider"' in site.visitor().client.get("/auth/sign-in").text


def test_the_way_there_asks_for_a_code_with_pkce_and_a_fresh_sign_in(site):
    visitor = site.visitor()
    asked = query_of(start(visitor))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["max_age"] == "300"
    assert asked["redirect_uri"] == f"{ORIGIN}/auth/provider/back"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = query_of(start(site.visitor()))
    assert not {asked[n] for n in ("state", "nonce", "code_challenge")} & set(again.values())
    cookie = visitor.client.cookies["aigaq-oidc"]
    assert asked["nonce"] not in cookie


def test_a_signing_person_still_gives_the_code_of_the_second_factor(site, provider):
    code = site.code("expert-a")
    provider.person = "expert-a"
    visitor, answer = go(site, provider)
    assert 'url=/auth/code"' in answer.text
    assert not visitor.signed_in
    assert visitor.post("/auth/code", code=code).headers["location"] == "/"
    assert visitor.signed_in


def test_a_signing_person_without_a_device_can_only_enrol(site, provider):
    provider.person = "expert-b"
    visitor, answer = go(site, provider)
    assert 'url=/auth/second-factor"' in answer.text
    assert not visitor.signed_in


@pytest.mark.parametrize("person", ["nobody", "", "TECHNICIAN", "technician ", "a\0b", 7, None, ["technician"]])
def test_who_is_not_on_the_staff_stays_out(site, provider, person):
    provider.change = lambda claims: claims.update(staff_number=person)
    visitor, answer = go(site, provider)
    refused(answer)
    assert not visitor.signed_in


def claim(name, value):
    def change(claims):
        claims[name] = value(claims[name]) if callable(value) else value

    return change


NOW = time.time
BAD_CLAIMS = {
    "wrong nonce": (claim("nonce", "x"), "another attempt"),
    "no nonce": (lambda claims: claims.pop("nonce"), "another attempt"),
    "wrong audience": (claim("aud", "another"), "for another application"),
    "no audience": (lambda claims: claims.pop("aud"), "for another application"),
    "several audiences without azp": (claim("aud", [CLIENT, "another"]), "asked for by another"),
    "another azp": (claim("azp", "another"), "asked for by another"),
    "wrong issuer": (claim("iss", "http://127.0.0.1:1"), "not of the provider"),
    "expired": (claim("exp", lambda exp: exp - 300 - 61), "expired"),
    "no end": (lambda claims: claims.pop("exp"), "no time in exp"),
    "from the future": (claim("iat", lambda iat: iat + 61 + 10), "from the future"),
    "signed in too long ago": (claim("auth_time", lambda at: at - 361 - 10), "too long ago"),
    "no time of signing in": (lambda claims: claims.pop("auth_time"), "no time in auth_time"),
    "time that is true": (claim("auth_time", lambda _: True), "no time in auth_time"),
    "time that is text": (claim("exp", "9999999999"), "no time in exp"),
}


@pytest.mark.parametrize("fault", BAD_CLAIMS)
def test_a_token_with_a_wrong_claim_lets_nobody_in(site, provider, fault):
    provider.change, message = BAD_CLAIMS[fault]
    visitor, answer = go(site, provider)
    assert message in refused(answer)
    assert not visitor.signed_in
    assert site.laboratory.sessions.of_person("technician") == ()


def none_signed(_, claims):
    return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x"), algorithms=["none"])


def with_our_secret(_, claims):
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 3))


def with_the_public_key_as_secret(provider, claims):
    return jwt.encode(
        {"alg": "HS256", "kid": str(provider.key.kid)}, claims, OctKey.import_key(provider.key.as_pem(private=False))
    )


def with_a_strangers_key(provider, claims):
    stranger = RSAKey.generate_key(2048, {"kid": str(provider.key.kid)})
    return jwt.encode({"alg": "RS256", "kid": str(provider.key.kid)}, claims, stranger)


def altered(provider, claims):
    head, _, signature = provider.signed(claims).split(".")
    return ".".join((head, provider.signed(claims | {"staff_number": "admin"}).split(".")[1], signature))


SIGNED_OTHERWISE = (
    none_signed,
    with_our_secret,
    with_the_public_key_as_secret,
    with_a_strangers_key,
    altered,
    lambda *_: "x",
    lambda *_: "",
)


@pytest.mark.parametrize("sign", SIGNED_OTHERWISE)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(site, provider, sign):
    provider.sign = sign
    visitor, answer = go(site, provider)
    refused(answer)
    assert not visitor.signed_in


def test_a_code_is_good_once(site, provider):
    visitor = site.visitor()
    back = provider.browse(start(visitor))
    jar = visitor.client.cookies["aigaq-oidc"]
    assert come_back(visitor, back).status_code == 200
    thief = site.visitor()
    thief.client.cookies.set("aigaq-oidc", jar)
    assert "answers 400" in refused(come_back(thief, back))
    assert not thief.signed_in


def test_an_answer_to_another_browser_is_refused(site, provider):
    attacker, victim = site.visitor(), site.visitor()
    back = provider.browse(start(attacker))
    assert "did not keep the attempt" in refused(come_back(victim, back))
    start(victim)
    assert "another attempt" in refused(come_back(victim, back))
    assert not victim.signed_in


@pytest.mark.parametrize("cookie", ["x", "aes-256-gcm/1:AAAA", "none:e30="])
def test_a_forged_attempt_is_refused(site, provider, cookie):
    visitor = site.visitor()
    back = provider.browse(start(visitor))
    visitor.client.cookies.clear()
    visitor.client.cookies.set("aigaq-oidc", cookie)
    assert "did not keep the attempt" in refused(come_back(visitor, back))


def test_an_attempt_does_not_wait_for_ever(site, provider, monkeypatch):
    visitor = site.visitor()
    back = provider.browse(start(visitor))
    monkeypatch.setattr(provider_routes, "_LIFE", -provider_routes._LIFE)
    assert "took too long" in refused(come_back(visitor, back))


def test_what_the_provider_refuses_is_said(site):
    visitor = site.visitor()
    state = query_of(start(visitor))["state"]
    answer = visitor.client.get("/auth/provider/back", params={"state": state, "error": "<script>access_denied"})
    assert "the provider refuses: <script>access_denied" in refused(answer)
    assert "<script>" not in answer.text


def test_new_keys_of_the_provider_are_fetched_once_and_kept(site, provider):
    assert go(site, provider)[0].signed_in
    assert go(site, provider)[0].signed_in
    assert provider.asked.count("/keys") == 1
    provider.rotate()
    assert go(site, provider)[0].signed_in
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1:1/x", "http://169.254.169.254/latest", "file:///etc/passwd", ""]
)
def test_no_request_goes_anywhere_but_to_the_provider(site, provider, name, elsewhere):
    provider.facts[name] = elsewhere
    visitor = site.visitor()
    if name == "authorization_endpoint":
        assert "outside the provider" in refused(visitor.client.get("/auth/provider"))
        return
    assert "outside the provider" in refused(come_back(visitor, provider.browse(start(visitor))))


def test_a_provider_under_another_name_is_not_believed(site, provider):
    provider.facts["issuer"] = "http://127.0.0.1:1"
    assert "not as oidc.issuer says" in refused(site.visitor().client.get("/auth/provider"))


def test_a_provider_that_does_not_answer_lets_nobody_in(tmp_path, monkeypatch):
    setting = OidcSetting(
        issuer="http://127.0.0.1:9", client_id="x", client_secret_file=tmp_path / "none", staff_number_claim="x"
    )
    site = open_site(tmp_path / "home", monkeypatch, change=lambda s: dataclasses.replace(s, oidc=setting))
    assert "does not answer" in refused(site.visitor().client.get("/auth/provider"))
    assert site.visitor().sign_in("technician", PASSWORD).status_code == 303  # the other way in still works


def test_without_a_provider_there_is_no_such_way(tmp_path, monkeypatch):
    site = open_site(tmp_path / "home", monkeypatch)
    visitor = site.visitor()
    assert visitor.client.get("/auth/provider").status_code == 404
    assert visitor.client.get("/auth/provider/back").status_code == 404
    assert "/auth/provider" not in visitor.client.get("/auth/sign-in").text
