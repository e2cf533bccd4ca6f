"""A report that was composed and signed once, for all tests that only look at it."""

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
