"""What every desk does, the true one and the one that other tests use: the fake may promise nothing more or less."""

import dataclasses
import hashlib

import pytest

from lims.domain.record import body_of
from lims.errors import SigningError
from lims.ledger import canonical_bytes
from lims.persistence.engine import open_engine
from lims.reporting.desk import open_desk
from lims.services.ports import LedgerHead
from lims.services.report_building import Issue, build_content
from lims.settings import load_settings
from tests.builders.clocks import MORNING
from tests.builders.laboratories import REPORT, Bench, PlainDesk


@pytest.fixture(scope="module")
def content(tmp_path_factory, states, training_file):
    folder = tmp_path_factory.mktemp("contract")
    bench = Bench(open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}"), folder, states)
    bench.drafted(training_file)
    with bench.store.reading() as work:
        file = bench.reporting._case_file(work, bench.reporting.get(REPORT))
    bench.engine.dispose()
    head = LedgerHead(entries=1, leaf="ab" * 32, root="ef" * 32)
    return build_content(file, Issue(number=REPORT, language="en", prepared_at=MORNING, head=head, evidence=False))


@pytest.fixture(scope="module", params=["plain", "true"])
def desk(request, tmp_path_factory):
    if request.param == "plain":
        return PlainDesk()
    return open_desk(load_settings({}, home=tmp_path_factory.mktemp("desk")))


@pytest.fixture(scope="module")
def unsigned(desk, content):
    return desk.compose(content)


@pytest.fixture(scope="module")
def certified(desk, content, unsigned):
    return desk.sign_as_expert(unsigned, person=content.expert, number=REPORT, at=MORNING, pin=None)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def assert_signed(signed, before):
    assert signed.pdf.startswith(before)
    assert len(signed.pdf) > len(before)
    assert signed.proof["sha256_before"] == digest(before)
    assert signed.proof["sha256_after"] == digest(signed.pdf)
    assert signed.proof["signer"]
    canonical_bytes(dict(signed.proof))


def test_it_says_what_it_is(desk):
    assert desk.evidence is False
    assert desk.signature_level
    assert isinstance(desk.trust_roots, tuple)
    assert desk.revocation_lists == ()
    assert desk.require_services(at=MORNING) is None


def test_the_bytes_of_a_content_are_canonical(desk, content):
    assert desk.content_bytes(content) == canonical_bytes(body_of(content))


def test_the_same_content_gives_the_same_document_and_another_one_another(desk, content, unsigned):
    assert desk.compose(content) == unsigned
    assert desk.compose(dataclasses.replace(content, number="2026-0001-P2")) != unsigned


def test_each_signature_adds_to_what_was_signed(desk, content, unsigned, certified):
    assert_signed(certified, unsigned)
    issued = desk.sign_as_reviewer(certified.pdf, person=content.reviewer, number=REPORT, at=MORNING, pin=None)
    assert_signed(issued, certified.pdf)
    assert issued.proof["signer"] != certified.proof["signer"]


def test_a_reviewer_signs_nothing_that_its_author_did_not_certify(desk, content, unsigned):
    with pytest.raises(SigningError):
        desk.sign_as_reviewer(unsigned, person=content.reviewer, number=REPORT, at=MORNING, pin=None)


def test_nobody_signs_a_document_of_another_number(desk, content, unsigned, certified):
    with pytest.raises(SigningError):
        desk.sign_as_expert(unsigned, person=content.expert, number="2026-0001-P2", at=MORNING, pin=None)
    with pytest.raises(SigningError):
        desk.sign_as_reviewer(certified.pdf, person=content.reviewer, number="2026-0001-P2", at=MORNING, pin=None)


def test_a_pin_opens_nothing_that_is_no_token(desk, content, unsigned, certified):
    assert not desk.asks_pin(content.expert.number)
    with pytest.raises(SigningError):
        desk.sign_as_expert(unsigned, person=content.expert, number=REPORT, at=MORNING, pin="1234")
    with pytest.raises(SigningError):
        desk.sign_as_reviewer(certified.pdf, person=content.reviewer, number=REPORT, at=MORNING, pin="1234")
    with pytest.raises(SigningError):
        desk.sign_statement(b"{}", person=content.expert, at=MORNING, pin="1234")
