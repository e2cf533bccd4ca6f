"""A report that was composed and signed once, for all tests that only look at it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import fictitious_reports as fictitious
import pytest
from signing_room import SigningRoom

from lims.reporting.development import development_keys
from lims.reporting.document import compose
from lims.reporting.signing import SignedPdf, prepare
from lims.reporting.verification import SignedReport
from lims.translation import Translator


@pytest.fixture(scope="session")
def english() -> Translator:
    return Translator("en")


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def room(key_folder: Path, english: Translator) -> SigningRoom:
    people = (fictitious.EXPERT, fictitious.REVIEWER)
    return SigningRoom(english=english, keys=development_keys(key_folder, people, now=fictitious.PREPARED_AT))


@pytest.fixture(scope="session")
def roots(room: SigningRoom) -> list[bytes]:
    return [room.keys.root]


@pytest.fixture(scope="session")
def unsigned(english: Translator) -> bytes:
    return compose(fictitious.report(), english)


@pytest.fixture(scope="session")
def prepared(unsigned: bytes) -> bytes:
    return prepare(unsigned)


@pytest.fixture(scope="session")
def certified(room: SigningRoom, prepared: bytes) -> SignedPdf:
    return room.expert_signs(prepared)


@pytest.fixture(scope="session")
def issued(room: SigningRoom, certified: SignedPdf) -> bytes:
    return room.reviewer_signs(certified.pdf).pdf


@pytest.fixture(scope="session")
def ledger(issued: bytes) -> tuple[SignedReport, ...]:
    return (fictitious.recorded(issued),)


@pytest.fixture(scope="session")
def pages_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[str]]:
    """Read the words of each page, as poppler sees them; blanks and ends of lines are one blank."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")
    path = tmp_path_factory.mktemp("pages") / "document.pdf"

    def pages(pdf: bytes) -> list[str]:
        path.write_bytes(pdf)
        said = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
        return [" ".join(page.split()) for page in said.stdout.decode().split("\f")[:-1]]

    return pages
