"""DER in its one form, and nothing else: what could be written otherwise could be changed unnoticed."""

import random

import pytest
from asn1crypto import cms, x509

from lims.reporting.strict_der import is_strict_der

GOOD = {
    "a number": "020105",
    "a number above 127": "02020080",
    "a negative number": "0201ff",
    "a truth value": "0101ff",
    "nothing": "0500",
    "an identifier": "06092a864886f70d010702",
    "a bit string": "03020780",
    "an empty bit string": "030100",
    "an ordered set": "3106020101020102",
    "a long sequence": "308180" + "0402aaaa" * 32,
    "a text": "0c02c3a9",
    "something implicit": "800180",
    "an empty sequence": "3000",
}
BAD = {
    "nothing at all": "",
    "one octet": "30",
    "two elements": "05000500",
    "an octet after it": "050000",
    "an endless length": "30800000",
    "a longer length": "308103020105",
    "a length with a zero": "30820003020105",
    "a reserved length": "30ff",
    "beyond its frame": "3005020105",
    "a number with a zero": "02020005",
    "a number with ones": "0202ff80",
    "an empty number": "0200",
    "another truth": "010101",
    "nothing with something": "050100",
    "an identifier with a needless octet": "06038001" + "05",
    "a needless octet later": "06032a8005",
    "an identifier without end": "06022a86",
    "an empty identifier": "0600",
    "bits that are not zero": "03020781",
    "nine unused bits": "03020900",
    "unused bits of nothing": "030101",
    "an empty bit string without its octet": "0300",
    "a set out of order": "3106020102020101",
    "a text in parts": "2c040c02c3a9",
    "a primitive sequence": "1000",
    "a tag of two octets": "1f8101" + "00",
    "a fault inside": "3004308100" + "00",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_in_its_one_form(name):
    assert is_strict_der(bytes.fromhex(GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_what_is_not(name):
    assert not is_strict_der(bytes.fromhex(BAD[name]))


def test_depth_has_an_end():
    data = b"\x05\x00"
    for _ in range(60):
        data = b"\x30" + bytes([len(data)]) + data if len(data) < 128 else b"\x30\x81" + bytes([len(data)]) + data
    assert not is_strict_der(data)


def test_other_bytes_of_the_same_meaning_are_not_strict():
    """Whatever another reader takes for the same value, and is written otherwise, is refused."""
    chance = random.Random(7)  # noqa: S311 - no secret
    alike = 0
    for _ in range(3000):
        name = x509.Name.build({"common_name": str(chance.randrange(10**6))})
        data = cms.IssuerAndSerialNumber({"issuer": name, "serial_number": chance.randrange(10**9)}).dump()
        assert is_strict_der(data)
        changed = _loosened(data, chance)
        try:
            read = cms.IssuerAndSerialNumber.load(changed, strict=True).native
            same = read == cms.IssuerAndSerialNumber.load(data).native
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        if same and changed != data:
            alike += 1
            assert not is_strict_der(changed), changed.hex()
    assert alike > 100


def _loosened(data: bytes, chance: random.Random) -> bytes:
    """Change an octet, or write the length of the whole longer than needed."""
    if chance.random() < 0.1:
        return data[:1] + b"\x81" + data[1:]
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
