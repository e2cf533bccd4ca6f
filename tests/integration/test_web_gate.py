"""The gate before everything: hosts, origins, sizes, rates, headers; and documents for those who may read them."""

import dataclasses

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from lims.settings import WebSetting
from lims.web.gate import Gate
from lims.web.rates import READS_PER_MINUTE, WRITES_PER_MINUTE, Rates
from tests.builders.laboratories import PASSWORD
from tests.builders.websites import Site, open_site

LOCAL = WebSetting()
SOCKET = "ws://localhost:8501/_stcore/stream"
ORIGINS = [
    "http://localhost:8501",
    "http://localhost",
    "http://localhost:9999",
    "https://localhost:8501",
    "http://127.0.0.1:8501",
    "http://localhost:8501.evil.example",
    "http://evil.example",
    "https://evil.example:8501",
    "http://localhost.evil.example:8501",
    "http://sub.localhost:8501",
    "http://LOCALHOST:8501/",
    "http://localhost:8501/path",
    "http://user@localhost:8501",
    "null",
    "",
    "file://",
    "chrome-extension://localhost:8501",
    "ws://localhost:8501",
    "http://[::1]:8501",
    "http://localhost:08501",
]


async def seen(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "client": request.client.host,
            "scheme": request.url.scheme,
            "headers": dict(request.headers),
            "body": len(await request.body()),
        }
    )


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


def behind(
    setting: WebSetting = LOCAL, *, base: str = "http://localhost:8501", address: str = "192.0.2.7"
) -> TestClient:
    routes = [
        Route("/any", seen, methods=["GET", "POST", "PUT", "DELETE"]),
        Route("/auth/any", seen, methods=["GET", "POST"]),
        Route("/health", seen),
        WebSocketRoute("/_stcore/stream", socket),
    ]
    app = Gate(Starlette(routes=routes), lambda: setting, Rates(seconds=lambda: 0.0))
    return TestClient(app, base_url=base, client=(address, 1))


def test_the_origins_are_twenty_and_all_different():
    assert len(set(ORIGINS)) == 20


def test_of_twenty_origins_one_opens_the_socket():
    client, opened = behind(), []
    for origin in ORIGINS:
        try:
            with client.websocket_connect(SOCKET, headers={"Origin": origin}) as session:
                assert session.receive_text() == "in"
                opened.append(origin)
        except WebSocketDisconnect:
            pass
    assert opened == ["http://localhost:8501"]
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET):
        pass


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_of_twenty_origins_one_may_send(method):
    client = behind()
    allowed = [o for o in ORIGINS if client.request(method, "/any", headers={"Origin": o}).status_code == 200]
    assert allowed == ["http://localhost:8501"]
    assert client.request(method, "/any").status_code == 403


def test_a_configured_origin_is_the_only_one():
    client = behind(WebSetting(origin="https://lims.example.kz"), base="http://lims.example.kz")
    assert client.post("/any", headers={"Origin": "https://lims.example.kz"}).status_code == 200
    for origin in ("http://lims.example.kz", "https://lims.example.kz.evil.example", "https://evil.example"):
        assert client.post("/any", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.0.2.1:8501", "", "localhost@evil.example"]
)
def test_a_host_that_is_not_served_is_refused(host):
    assert behind().get("/any", headers={"Host": host}).status_code == 421
    configured = behind(WebSetting(origin="https://lims.example.kz"), base="http://lims.example.kz")
    assert configured.get("/any", headers={"Host": host}).status_code == 421
    assert configured.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost", "[::1]"])
def test_this_machine_is_served_under_its_own_names(host):
    assert behind().get("/any", headers={"Host": host}).status_code == 200


FORWARDED = {
    "X-Forwarded-For": "203.0.113.5, 198.51.100.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-User": "admin",
    "X-Real-IP": "203.0.113.6",
    "Forwarded": "for=203.0.113.7",
}


def test_what_strangers_forward_does_not_get_in():
    found = behind().get("/any", headers=FORWARDED).json()
    assert (found["client"], found["scheme"]) == ("192.0.2.7", "http")
    assert not [name for name in found["headers"] if name.startswith(("x-forwarded", "forwarded", "x-real"))]


def test_the_named_proxy_is_believed_about_the_last_address_and_nothing_else():
    setting = WebSetting(origin="https://lims.example.kz", proxy="192.0.2.7")
    found = behind(setting, base="http://lims.example.kz").get("/any", headers=FORWARDED).json()
    assert found["client"] == "198.51.100.9"
    assert not [name for name in found["headers"] if name.startswith(("x-forwarded", "forwarded", "x-real"))]
    other = behind(setting, base="http://lims.example.kz", address="192.0.2.8").get("/any", headers=FORWARDED).json()
    assert other["client"] == "192.0.2.8"


def test_every_answer_carries_the_headers():
    for path in ("/any", "/auth/any", "/nowhere"):
        headers = behind().get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert {"camera=(self)", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers
    assert behind().get("/auth/any").headers["Cache-Control"] == "no-store"
    assert behind().post("/any", headers={"Origin": "http://evil.example"}).headers["X-Frame-Options"] == "DENY"
    secure = behind(WebSetting(origin="https://lims.example.kz"), base="http://lims.example.kz")
    assert secure.get("/any").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_long_forms_are_refused_also_without_a_stated_length():
    client, origin = behind(), {"Origin": "http://localhost:8501"}
    assert client.post("/auth/any", content=b"x" * 16_384, headers=origin).json()["body"] == 16_384
    assert client.post("/auth/any", content=b"x" * 16_385, headers=origin).status_code == 413
    assert client.post("/auth/any", content=iter([b"x" * 9_000] * 2), headers=origin).status_code == 413
    assert client.post("/auth/any", headers=origin | {"Content-Length": "-1"}).status_code == 413
    assert client.post("/any", content=b"x" * 100_000, headers=origin).status_code == 200


def test_one_address_asks_so_often_a_minute_and_no_more():
    now = [0.0]
    rates = Rates(seconds=lambda: now[0])
    assert [rates.allow("a", writes=True) for _ in range(WRITES_PER_MINUTE + 1)] == [True] * WRITES_PER_MINUTE + [False]
    assert rates.allow("b", writes=True)
    assert rates.allow("a", writes=False)
    now[0] = 1.0
    assert rates.allow("a", writes=True)
    assert not rates.allow("a", writes=True)


def test_the_memory_of_rates_is_bounded():
    rates = Rates(seconds=lambda: 0.0)
    for n in range(10_100):
        rates.allow(str(n), writes=False)
    assert len(rates._buckets) == 10_000


def test_our_pages_are_limited_and_say_so():
    client = behind()
    answers = [client.get("/auth/any").status_code for _ in range(READS_PER_MINUTE + 1)]
    assert answers == [200] * READS_PER_MINUTE + [429]


# documents and cookies over the whole application


@pytest.fixture
def site(tmp_path, monkeypatch) -> Site:
    return open_site(tmp_path / "home", monkeypatch)


def test_behind_https_cookies_have_the_prefix_and_others_are_not_read(tmp_path, monkeypatch):
    setting = WebSetting(origin="https://lims.example.kz")
    site = open_site(tmp_path / "home", monkeypatch, change=lambda s: dataclasses.replace(s, web=setting))
    visitor = site.visitor(base="https://lims.example.kz", origin="https://lims.example.kz")
    cookies = visitor.sign_in("technician").headers.get_list("set-cookie")
    (session,) = [cookie for cookie in cookies if cookie.startswith("__Host-aigaq-session=")]
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= set(session.split("; "))
    assert visitor.signed_in
    token = visitor.client.cookies["__Host-aigaq-session"]
    other = site.visitor(base="https://lims.example.kz", origin="https://lims.example.kz")
    other.client.cookies.set("aigaq-session", token)
    assert not other.signed_in


def path_tricks() -> list[str]:
    """Five hundred names that lead out of a folder where a name becomes a path."""
    ups = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "..;/", "%252e%252e%252f", "..%c0%af"]
    targets = [
        "etc/passwd",
        "aigaq.sqlite",
        "second-factor.key",
        "aigaq.toml",
        "raw/aa",
        "proc/self/environ",
        "C:/x",
        "x",
        ".git/config",
        "app.py",
    ]
    return [f"{up * depth}{target}" for up in ups for depth in range(1, 6) for target in targets]


def test_names_are_never_paths(site):
    visitor = site.visitor()
    visitor.sign_in("expert-a")
    names = path_tricks()
    assert len(set(names)) == 500
    site_rates = site.rates
    statuses = set()
    for n, name in enumerate(names):
        if n % 200 == 0:
            site_rates._buckets.clear()
        answer = visitor.client.get(f"/reports/{name}.pdf")
        statuses.add(answer.status_code)
        assert answer.headers["content-type"] != "application/pdf"
        assert b"SQLite format" not in answer.content
    assert statuses == {404}


def test_documents_are_for_those_who_may_read_them(site):
    stranger = site.visitor()
    assert stranger.client.get("/reports/2026-0001-P1.pdf").headers["location"] == "/auth/sign-in"
    for number in ("admin", "technician", "expert-a"):
        visitor = site.visitor()
        visitor.sign_in(number)
        answer = visitor.client.get("/reports/2026-0001-P1.pdf")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


def test_health_tells_nothing_and_needs_nobody(site):
    answer = site.visitor(origin=None).client.get("/health")
    assert answer.json() == {"status": "ok"}
    assert PASSWORD not in answer.text
