"""The one-file verifier's own RSA, ECDSA and Ed25519 against OpenSSL, which it does not use."""

import hashlib
from collections.abc import Callable
from functools import cache

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from lims.verifier import verify_report as own
from tests.builders.examples import fewer

MESSAGES = st.binary(max_size=200)
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
CURVES = {
    "1.2.840.10045.3.1.7": ec.SECP256R1(),
    "1.3.132.0.34": ec.SECP384R1(),
    "1.3.132.0.35": ec.SECP521R1(),
}
ORDER = own.ED_L


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVES[name])


def public_rsa(key: rsa.RSAPrivateKey) -> own.RsaKey:
    numbers = key.public_key().public_numbers()
    return own.RsaKey(numbers.n, numbers.e)


def holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidSignature:
        return False
    return True


def point_of(name: str) -> bytes:
    return ec_key(name).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def flipped(data: bytes, bit: int) -> bytes:
    place = bit % (8 * len(data))
    return bytes(byte ^ (1 << place % 8 if at == place // 8 else 0) for at, byte in enumerate(data))


@fewer(15)
@given(seed=st.binary(min_size=32, max_size=32), message=MESSAGES, bit=st.integers(0, 511), what=st.integers(0, 3))
def test_ed25519_agrees(seed: bytes, message: bytes, bit: int, what: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    if what == 1:
        signature = flipped(signature, bit)
    elif what == 2:
        message = flipped(message + b"x", bit)
    elif what == 3:
        key = flipped(key, bit)
    expected = holds(lambda: Ed25519PublicKey.from_public_bytes(key).verify(signature, message))
    assert own.ed25519(key, signature, message) == expected
    assert expected == (what == 0)


def test_ed25519_of_rfc_8032() -> None:
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b"
    )
    assert own.ed25519(key, signature, b"")
    twin = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not own.ed25519(key, twin, b""), "a second signature of the same text"


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32, b""])
def test_ed25519_keys_under_which_anybody_signs(key: bytes) -> None:
    for signature in (bytes(64), b"\x01" + bytes(63), key[:32].ljust(32, b"\0") + bytes(32)):
        assert not own.ed25519(key, signature, b"anything")


@fewer(12)
@given(
    name=st.sampled_from(sorted(CURVES)),
    hashed=st.sampled_from(sorted(HASHES)),
    message=MESSAGES,
    bit=st.integers(0, 4000),
    what=st.integers(0, 2),
)
def test_ecdsa_agrees(name: str, hashed: str, message: bytes, bit: int, what: int) -> None:
    signature = ec_key(name).sign(message, ec.ECDSA(HASHES[hashed]))
    signature = flipped(signature, bit) if what == 1 else signature
    message = message + b"!" if what == 2 else message
    public = ec_key(name).public_key()
    expected = holds(lambda: public.verify(signature, message, ec.ECDSA(HASHES[hashed])))
    assert own.ecdsa(own.CURVES[name], point_of(name), own.digest(hashed, message), signature) == expected
    assert expected == (what == 0)


@pytest.mark.parametrize("name", sorted(CURVES))
def test_ecdsa_of_numbers_that_prove_nothing(name: str) -> None:
    curve, message = own.CURVES[name], b"text"
    hashed = hashlib.sha256(message).digest()
    r, s = decode_dss_signature(ec_key(name).sign(message, ec.ECDSA(hashes.SHA256())))
    assert own.ecdsa(curve, point_of(name), hashed, encode_dss_signature(r, s))
    assert own.ecdsa(curve, point_of(name), hashed, encode_dss_signature(r, curve.n - s)), "the twin is a signature too"
    pairs = [(0, s), (r, 0), (0, 0), (r, curve.n), (curve.n, s), (r + curve.n, s), (r, s + curve.n), (1, 1)]
    for one, other in pairs:
        assert not own.ecdsa(curve, point_of(name), hashed, encode_dss_signature(one, other)), (one, other)
    good = encode_dss_signature(r, s)
    for bad in (b"", b"\x30\x00", good + b"\x00", good[:-1], b"\x30\x80" + good[2:] + b"\x00\x00", b"\x31" + good[1:]):
        assert not own.ecdsa(curve, point_of(name), hashed, bad), bad.hex()
    with pytest.raises(own.ReadingError, match="no point"):
        own.ecdsa(curve, flipped(point_of(name), 9), hashed, good)


@pytest.mark.parametrize("name", sorted(CURVES))
def test_points_of_special_sums(name: str) -> None:
    """Sums that meet the point at infinity and equal points, where careless formulas divide by nothing."""
    curve = own.CURVES[name]
    generator = (curve.gx, curve.gy, 1)
    minus = (curve.gx, curve.p - curve.gy, 1)
    assert own.added(curve, generator, minus)[2] == 0
    assert own.combined(curve, curve.n, 0, generator)[2] == 0
    assert own.combined(curve, 1, curve.n - 1, generator)[2] == 0
    twice, sum_ = own.doubled(curve, generator), own.combined(curve, 1, 1, generator)
    assert twice[0] * sum_[2] ** 2 % curve.p == sum_[0] * twice[2] ** 2 % curve.p


@fewer(12)
@given(
    hashed=st.sampled_from(sorted(HASHES)),
    message=MESSAGES,
    bit=st.integers(0, 2047),
    what=st.integers(0, 2),
    salt=st.sampled_from([None, 0, 20, 32, 190]),
)
def test_rsa_agrees(hashed: str, message: bytes, bit: int, what: int, salt: int | None) -> None:
    private, name = rsa_key(2048), HASHES[hashed]
    how: padding.AsymmetricPadding = padding.PKCS1v15()
    if salt is not None:
        how = padding.PSS(mgf=padding.MGF1(name), salt_length=salt)
    signature = private.sign(message, how, name)
    signature = flipped(signature, bit) if what == 1 else signature
    message = message + b"!" if what == 2 else message
    expected = holds(lambda: private.public_key().verify(signature, message, how, name))
    if salt is None:
        found = own.rsa_pkcs1(public_rsa(private), hashed, signature, message)
    else:
        found = own.rsa_pss(public_rsa(private), own.PssParameters(hashed, hashed, salt), signature, message)
    assert found == expected
    assert expected == (what == 0)


def test_rsa_pss_of_a_modulus_with_odd_bits() -> None:
    private = rsa_key(2049)
    how = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = private.sign(b"text", how, hashes.SHA256())
    parameters = own.PssParameters("sha256", "sha256", 32)
    assert own.rsa_pss(public_rsa(private), parameters, signature, b"text")
    assert not own.rsa_pss(public_rsa(private), parameters._replace(salt=31), signature, b"text")


def raw_rsa(private: rsa.RSAPrivateKey, block: bytes) -> bytes:
    """Sign a block that is padded in a way of one's own."""
    numbers = private.private_numbers()
    n, size = numbers.public_numbers.n, (private.key_size + 7) // 8
    return pow(int.from_bytes(block, "big"), numbers.d, n).to_bytes(size, "big")


def test_rsa_with_paddings_that_only_look_right() -> None:
    private, message = rsa_key(2048), b"text"
    told = own.DIGEST_INFO["sha256"] + hashlib.sha256(message).digest()
    without_null = bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20" + hashlib.sha256(message).digest()
    good = b"\x00\x01" + b"\xff" * (256 - len(told) - 3) + b"\x00" + told
    blocks = [
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + told + bytes(256 - len(told) - 11),
        b"\x00\x02" + good[2:],
        b"\x00\x01" + b"\xfe" + good[3:],
        b"\x00\x01" + b"\xff" * (256 - len(without_null) - 3) + b"\x00" + without_null,
        good[:-1] + bytes([good[-1] ^ 1]),
    ]
    assert own.rsa_pkcs1(public_rsa(private), "sha256", raw_rsa(private, good), message)
    for block in blocks:
        assert not own.rsa_pkcs1(public_rsa(private), "sha256", raw_rsa(private, block), message), block.hex()


def test_rsa_cube_roots_are_no_signatures() -> None:
    """With the exponent 3 a number whose cube begins like a padded digest needs no key (Bleichenbacher 2006)."""
    private = rsa.generate_private_key(public_exponent=3, key_size=2048)
    told = own.DIGEST_INFO["sha256"] + hashlib.sha256(b"text").digest()
    wanted = int.from_bytes((b"\x00\x01" + b"\xff" * 8 + b"\x00" + told).ljust(256, b"\xff"), "big")
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= wanted else (low, middle - 1)
    forged = low.to_bytes(256, "big")
    assert pow(low, 3).to_bytes(256, "big")[: 11 + len(told)] == b"\x00\x01" + b"\xff" * 8 + b"\x00" + told
    assert not own.rsa_pkcs1(public_rsa(private), "sha256", forged, b"text")


def test_rsa_signatures_of_another_length_or_beyond_the_modulus() -> None:
    private = rsa_key(2048)
    signature = private.sign(b"text", padding.PKCS1v15(), hashes.SHA256())
    key = public_rsa(private)
    beyond = (int.from_bytes(signature, "big") + key.n).to_bytes(257, "big")
    for bad in (b"", signature[:-1], b"\x00" + signature, beyond, beyond[1:], key.n.to_bytes(256, "big")):
        assert not own.rsa_pkcs1(key, "sha256", bad, b"text")
