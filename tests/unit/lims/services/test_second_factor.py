from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlparse

import pytest

from lims.services.second_factor import code_of, enrolment_of, matching_step, new_secret, step_of

SEED = b"12345678901234567890"
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""RFC 6238, appendix B, the rows of SHA-1."""


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_rfc(seconds, code):
    step = step_of(datetime.fromtimestamp(seconds, UTC))
    assert code_of(SEED, step, digits=8) == code
    assert code_of(SEED, step) == code[-6:]


@pytest.mark.parametrize(
    ("shift", "taken"), [(-61, False), (-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_the_neighbouring_codes_are_taken_and_no_others(shift, taken):
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    step = step_of(now + timedelta(seconds=shift))
    assert (matching_step(SEED, code_of(SEED, step), now=now) == step) is taken


@pytest.mark.parametrize("typed", ["", "12345", "0000000", "абвгде", "\ud800", "1" * 100_000])
def test_what_is_no_code_matches_nothing(typed):
    assert matching_step(SEED, typed, now=datetime.fromtimestamp(59, UTC)) is None


def test_a_code_may_be_typed_in_two_groups():
    assert matching_step(SEED, " 287 082 ", now=datetime.fromtimestamp(59, UTC)) == 1


def test_the_first_step_of_all_has_no_neighbour_before_it():
    assert matching_step(SEED, code_of(SEED, 0), now=datetime.fromtimestamp(0, UTC)) == 0


def test_secrets_are_long_and_never_the_same():
    assert len(new_secret()) == 20
    assert len({new_secret() for _ in range(100)}) == 100


def test_a_device_is_told_everything_by_the_address():
    enrolment = enrolment_of(SEED, number="expert-a", laboratory="Зертхана: №1")
    address = urlparse(enrolment.uri)
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/Зертхана: №1:expert-a")
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Зертхана: №1"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert "GEZD" not in repr(enrolment)
