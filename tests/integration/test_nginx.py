"""The example for nginx before two servers that say what reached them: one seat a browser, headers, sizes, sockets."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.builders.proxies import HOST, NGINX, Proxy, free_port, proxied

pytestmark = pytest.mark.skipif(NGINX is None, reason="Debian's nginx is not installed")
FORGED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Real-IP": "198.51.100.7",
    "Forwarded": "for=198.51.100.7",
}


class Echo(BaseHTTPRequestHandler):
    """Says what it got; a socket is answered by the switch of protocols alone."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        if self.headers.get("Upgrade"):
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.wfile.write(self.server.server_name.encode())
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(length)
        facts = {"port": self.server.server_address[1], "headers": dict(self.headers.items()), "length": length}
        body = json.dumps(facts).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names of the standard library

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def servers() -> Iterator[list[ThreadingHTTPServer]]:
    made = [ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in range(2)]
    for one in made:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    yield made
    for one in made:
        one.shutdown()
        one.server_close()


@pytest.fixture(scope="module")
def proxy(servers: list[ThreadingHTTPServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    with proxied(folder, port=free_port(), upstreams=[one.server_address[1] for one in servers]) as running:
        yield running


@pytest.fixture
def browser(proxy: Proxy) -> Iterator[httpx.Client]:
    with client(proxy) as opened:
        yield opened


def client(proxy: Proxy) -> httpx.Client:
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    return httpx.Client(base_url=proxy.url, verify=context, trust_env=False)


def test_a_browser_stays_with_one_process_and_many_are_spread(proxy: Proxy) -> None:
    found = []
    for _ in range(20):
        with client(proxy) as one:
            paths = ("/", "/_stcore/upload_file/a/b", "/media/c.png", "/auth/sign-in", "/reports/a.pdf")
            ports = {one.get(path).json()["port"] for path in paths}
            one.cookies.delete("aigaq-session")
            ports.add(one.get("/exhibits").json()["port"])
        assert len(ports) == 1
        found += ports
    assert len(set(found)) == 2


def test_the_mark_of_a_browser_is_no_script_s_and_no_other_site_s(browser: httpx.Client) -> None:
    given = browser.get("/").headers["set-cookie"].casefold()
    assert given.startswith("aigaq-seat=")
    assert {"secure", "httponly", "samesite=strict"} <= {part.strip() for part in given.split(";")}


def test_what_a_browser_says_of_its_address_is_replaced(browser: httpx.Client, proxy: Proxy) -> None:
    for path in ("/", "/auth/sign-in", "/labels/sheet.pdf", "/_stcore/health"):
        headers = {
            name.casefold(): value for name, value in browser.get(path, headers=FORGED).json()["headers"].items()
        }
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["host"] == proxy.url.removeprefix("https://")
        assert not {"x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded"} & set(headers)


def test_a_form_is_small_and_an_upload_may_be_large(browser: httpx.Client) -> None:
    for path in ("/auth/sign-in", "/reports/a.pdf", "/labels/sheet.pdf"):
        assert browser.post(path, content=b"x" * 17_000).status_code == 413
    sent = browser.put("/_stcore/upload_file/a/b", content=b"x" * 3_000_000)
    assert sent.json()["length"] == 3_000_000


def test_the_connection_of_a_page_goes_through_with_its_address(proxy: Proxy) -> None:
    port = int(proxy.url.rpartition(":")[2])
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with context.wrap_socket(plain, server_hostname=HOST) as opened:
        lines = (
            "GET /_stcore/stream HTTP/1.1",
            f"Host: {HOST}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )
        opened.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert opened.recv(4096).startswith(b"HTTP/1.1 101")


def test_the_log_holds_no_question_of_an_address(browser: httpx.Client, proxy: Proxy) -> None:
    browser.get("/custody", params={"exhibit": "2026-4711/9"})
    text = proxy.log.read_text("utf-8")
    assert '"GET /custody"' in text
    assert "4711" not in text


def test_without_one_process_its_browsers_work_at_the_other(servers: list[ThreadingHTTPServer], tmp_path: Path) -> None:
    alive = servers[0].server_address[1]
    with ExitStack() as stack:
        running = stack.enter_context(proxied(tmp_path, port=free_port(), upstreams=[alive, free_port()]))
        for _ in range(8):
            with client(running) as one:
                assert one.get("/").json()["port"] == alive
