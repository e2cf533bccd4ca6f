"""The real nginx with the very file of ``docs/examples``: only addresses, folders and the certificate are others."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
HOST = "localhost"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_UP_WITHIN_S = 20


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx."""

    url: str
    log: Path
    """Where it writes who asked for what."""
    certificate: Path


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def proxied(folder: Path, *, port: int, upstreams: Sequence[int]) -> Iterator[Proxy]:
    """Run nginx before processes of this machine as long as the context lasts.

    Parameters
    ----------
    folder : Path
        For its files; empty.
    port : int
        Where it listens with TLS.
    upstreams : sequence of int
        Two ports, in the order of the file.
    """
    assert NGINX is not None
    certificate = _certificate(folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(_changed(folder, port, upstreams), "utf-8")
    command = [NGINX, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log"), "-g"]
    directives = f"daemon off; pid {folder / 'nginx.pid'};{' user root;' if os.geteuid() == 0 else ''}"
    process = subprocess.Popen([*command, directives])
    try:
        _wait(port, process, folder / "error.log")
        yield Proxy(url=f"https://{HOST}:{port}", log=folder / "access.log", certificate=certificate)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _changed(folder: Path, port: int, upstreams: Sequence[int]) -> str:
    """Put addresses and folders of a test in the place of those of the example; each of them must be there."""
    text = EXAMPLE.read_text("utf-8")
    first, second = upstreams
    for found, wanted in (
        ("127.0.0.1:8501", f"127.0.0.1:{first}"),
        ("127.0.0.1:8502", f"127.0.0.1:{second}"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("lims.example.kz", HOST),
        ("/etc/ssl/aigaq/", f"{folder}/"),
        ("/var/log/nginx/aigaq.log", str(folder / "access.log")),
    ):
        assert found in text, f"{EXAMPLE} lacks {found}"
        text = text.replace(found, wanted)
    temporary = "".join(f"    {name}_temp_path {folder / name};\n" for name in _TEMPORARY)
    return text.replace("http {\n", f"http {{\n{temporary}", 1)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "fullchain.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return path


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nginx did not start: {log.read_text('utf-8') if log.exists() else ''}")
