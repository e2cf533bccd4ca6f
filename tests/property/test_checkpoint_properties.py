"""A checkpoint has one written form, and no change of a byte leaves it signed."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lims.errors import CheckpointError
from lims.ledger.checkpoint import Checkpoint, NoteSignature, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.ledger.merkle import EMPTY_ROOT
from tests.builders.checkpoints import LOG_CHECKPOINTS, LOG_KEY, LOG_ORIGIN, PETER_KEY, PETER_SEED, private_key

KEYS = [VerifierKey.from_text(text) for text in (LOG_KEY, PETER_KEY)]
SEVEN = SignedCheckpoint.from_bytes(LOG_CHECKPOINTS[7])
TWICE_SIGNED = SignedCheckpoint(
    checkpoint=SEVEN.checkpoint,
    signatures=(
        *SEVEN.signatures,
        sign_checkpoint(SEVEN.checkpoint, key=KEYS[1], signer=private_key(PETER_SEED)),
    ),
).to_bytes()
PLACES = st.integers(0, len(LOG_CHECKPOINTS[7]) - 1)

LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
NAMES = LINES.filter(lambda name: "+" not in name and not any(character.isspace() for character in name))
DIGESTS = st.binary(min_size=32, max_size=32)


@st.composite
def checkpoints(draw):
    size = draw(st.integers(0, 2**63 - 1))
    return Checkpoint(
        origin=draw(LINES),
        size=size,
        root=draw(DIGESTS) if size else EMPTY_ROOT,
        extensions=tuple(draw(st.lists(LINES, max_size=3))),
    )


SIGNATURES = st.builds(
    NoteSignature,
    name=NAMES,
    key_id=st.binary(min_size=4, max_size=4),
    signature=st.binary(min_size=1, max_size=90),
)
SIGNED = st.builds(
    SignedCheckpoint,
    checkpoint=checkpoints(),
    signatures=st.lists(SIGNATURES, min_size=1, max_size=4, unique=True).map(tuple),
)


def signed_by(data):
    """Give the keys that a reader would rely on."""
    try:
        check = SignedCheckpoint.from_bytes(data).check_signatures(origin=LOG_ORIGIN, keys=KEYS)
    except CheckpointError:
        return ()
    return check.signed_by if check.trusted else ()


@given(SIGNED)
def test_a_signed_checkpoint_reads_back(signed):
    data = signed.to_bytes()
    assert SignedCheckpoint.from_bytes(data) == signed
    assert SignedCheckpoint.from_bytes(data).to_bytes() == data


@given(SIGNED, st.data())
def test_what_is_read_was_in_the_one_form(signed, data):
    """Whatever is put in, left out or exchanged: refused, or written again as the same bytes."""
    stored = signed.to_bytes()
    start = data.draw(st.integers(0, len(stored)))
    end = data.draw(st.integers(start, min(len(stored), start + 4)))
    put_in = data.draw(st.sampled_from([b"", b"\n", b"0", b" ", b"=", b"\r", b"\xe2\x80\x94 "]) | st.binary(max_size=3))
    changed = stored[:start] + put_in + stored[end:]
    try:
        read = SignedCheckpoint.from_bytes(changed)
    except CheckpointError:
        return
    assert read.to_bytes() == changed


@given(NAMES, DIGESTS, checkpoints())
def test_a_new_key_signs_and_verifies_and_reads_back(name, seed, checkpoint):
    signer = Ed25519PrivateKey.from_private_bytes(seed)
    key = VerifierKey(name=name, public_key=signer.public_key().public_bytes_raw())
    assert VerifierKey.from_text(key.to_text()) == key
    signed = SignedCheckpoint(checkpoint=checkpoint, signatures=(sign_checkpoint(checkpoint, key=key, signer=signer),))
    read = SignedCheckpoint.from_bytes(signed.to_bytes())
    assert read.check_signatures(origin=checkpoint.origin, keys=[key]).trusted


@given(st.binary(max_size=60))
def test_a_key_is_in_its_one_form_or_refused(data):
    text = f"laboratory+00000000+{base64.b64encode(data).decode()}"
    try:
        read = VerifierKey.from_text(text)
    except CheckpointError:
        return
    assert read.to_text() == text


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_no_byte_of_a_signed_checkpoint_can_be_changed(mask):
    stored = LOG_CHECKPOINTS[7]
    assert signed_by(stored) == (KEYS[0],)
    for place in range(len(stored)):
        assert signed_by(stored[:place] + bytes([stored[place] ^ mask]) + stored[place + 1 :]) == (), place


@given(PLACES, st.integers(1, 255))
def test_a_changed_byte_never_stays_signed(place, mask):
    stored = LOG_CHECKPOINTS[7]
    assert signed_by(stored[:place] + bytes([stored[place] ^ mask]) + stored[place + 1 :]) == ()


@given(PLACES, st.binary(min_size=1, max_size=1))
def test_a_byte_cut_out_or_put_in_never_stays_signed(place, byte):
    stored = LOG_CHECKPOINTS[7]
    assert signed_by(stored[:place] + stored[place + 1 :]) == ()
    assert signed_by(stored[:place] + byte + stored[place:]) == ()


@given(st.integers(0, len(TWICE_SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_never_leaves_both_signatures(place, mask):
    assert signed_by(TWICE_SIGNED) == tuple(KEYS)
    changed = TWICE_SIGNED[:place] + bytes([TWICE_SIGNED[place] ^ mask]) + TWICE_SIGNED[place + 1 :]
    assert len(signed_by(changed)) < 2
