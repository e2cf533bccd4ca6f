import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lims.errors import CheckpointError
from lims.ledger.checkpoint import (
    LARGEST_BYTES,
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    VerifierKey,
    sign_checkpoint,
)
from lims.ledger.merkle import (
    EMPTY_ROOT,
    ConsistencyProof,
    leaf_digest,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from tests.builders.checkpoints import (
    ENOCH_KEY,
    ENOCH_LINE,
    LOG_CHECKPOINTS,
    LOG_KEY,
    LOG_LEAVES,
    LOG_ORIGIN,
    LOG_SEED,
    NOTE_TEXT,
    PETER_KEY,
    PETER_LINE,
    PETER_SEED,
    SPECIFICATION,
    private_key,
)

KEY = VerifierKey.from_text(LOG_KEY)
PETER = VerifierKey.from_text(PETER_KEY)
DIGESTS = [leaf_digest(data) for data in LOG_LEAVES]
SEVEN = SignedCheckpoint.from_bytes(LOG_CHECKPOINTS[7])
FIFTEEN = SignedCheckpoint.from_bytes(LOG_CHECKPOINTS[15])
ROOT = base64.b64encode(SEVEN.checkpoint.root).decode()
PRIME = 2**255 - 19


def checkpoint(**changes):
    return Checkpoint(**({"origin": "laboratory.example/ledger", "size": 7, "root": bytes(32)} | changes))


# Published keys, notes and checkpoints


@pytest.mark.parametrize("text", [PETER_KEY, ENOCH_KEY, LOG_KEY])
def test_a_published_key_is_read_and_written(text):
    key = VerifierKey.from_text(text)
    assert key.to_text() == text
    assert (key.name, key.key_id.hex()) == tuple(text.split("+")[:2])


@pytest.mark.parametrize(("key", "line"), [(PETER_KEY, PETER_LINE), (ENOCH_KEY, ENOCH_LINE)])
def test_a_published_signature_of_a_note_verifies(key, line):
    signature = NoteSignature.from_text(line)
    verifier = VerifierKey.from_text(key)
    assert signature.to_text() == f"{line}\n"
    assert (signature.name, signature.key_id) == (verifier.name, verifier.key_id)
    assert verifier.verifies(NOTE_TEXT, signature.signature)
    assert not verifier.verifies(NOTE_TEXT + b"\n", signature.signature)


def test_the_published_private_key_gives_the_published_signature():
    signature = private_key(PETER_SEED).sign(NOTE_TEXT)
    assert NoteSignature(name=PETER.name, key_id=PETER.key_id, signature=signature).to_text() == f"{PETER_LINE}\n"


@pytest.mark.parametrize("size", LOG_CHECKPOINTS)
def test_from_leaves_and_key_the_published_checkpoint_follows_byte_for_byte(size):
    made = Checkpoint(origin=LOG_ORIGIN, size=size, root=tree_root(DIGESTS[:size]))
    signed = SignedCheckpoint(
        checkpoint=made, signatures=(sign_checkpoint(made, key=KEY, signer=private_key(LOG_SEED)),)
    )
    assert signed.to_bytes() == LOG_CHECKPOINTS[size]


@pytest.mark.parametrize("size", LOG_CHECKPOINTS)
def test_a_published_checkpoint_verifies(size):
    signed = SignedCheckpoint.from_bytes(LOG_CHECKPOINTS[size])
    check = signed.check_signatures(origin=LOG_ORIGIN, keys=[KEY, PETER])
    assert check.trusted
    assert (check.signed_by, check.faults, check.unknown) == ((KEY,), (), ())


def test_the_example_of_the_specification_is_read_and_written():
    signed = SignedCheckpoint.from_bytes(SPECIFICATION)
    assert signed.to_bytes() == SPECIFICATION
    assert (signed.checkpoint.origin, signed.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    (line,) = signed.signatures
    assert (line.name, line.key_id.hex(), len(line.signature)) == ("example.com/behind-the-sofa", "033de0ae", 64)


# Who signed


def test_a_signature_of_an_unknown_key_is_kept_and_not_counted():
    check = SEVEN.check_signatures(origin=LOG_ORIGIN, keys=[PETER])
    assert not check.trusted
    assert (check.signed_by, check.faults, check.unknown) == ((), (), SEVEN.signatures)


def test_signatures_of_other_kinds_travel_along():
    other = NoteSignature(name="witness.example", key_id=b"\x01\x02\x03\x04", signature=bytes(2424))
    signed = SignedCheckpoint(checkpoint=SEVEN.checkpoint, signatures=(other, *SEVEN.signatures))
    assert SignedCheckpoint.from_bytes(signed.to_bytes()) == signed
    check = signed.check_signatures(origin=LOG_ORIGIN, keys=[KEY])
    assert check.trusted
    assert check.unknown == (other,)


def test_two_known_keys_are_both_counted():
    second = sign_checkpoint(SEVEN.checkpoint, key=PETER, signer=private_key(PETER_SEED))
    signed = SignedCheckpoint(checkpoint=SEVEN.checkpoint, signatures=(*SEVEN.signatures, second))
    assert signed.check_signatures(origin=LOG_ORIGIN, keys=[PETER, KEY, KEY]).signed_by == (KEY, PETER)


def test_a_signature_of_a_known_key_that_does_not_verify_speaks_against_the_whole():
    wrong = NoteSignature(name=PETER.name, key_id=PETER.key_id, signature=SEVEN.signatures[0].signature)
    signed = SignedCheckpoint(checkpoint=SEVEN.checkpoint, signatures=(*SEVEN.signatures, wrong))
    check = signed.check_signatures(origin=LOG_ORIGIN, keys=[KEY, PETER])
    assert check.signed_by == (KEY,)
    assert check.faults == ("the signature of PeterNeumann+c74f20a3 does not verify",)
    assert not check.trusted


def test_a_checkpoint_of_another_ledger_is_not_trusted_even_with_a_known_key():
    check = SEVEN.check_signatures(origin="laboratory.example/ledger", keys=[KEY])
    assert check.faults == ("the checkpoint is of 'example.com/testdata', expected 'laboratory.example/ledger'",)
    assert not check.trusted


def test_a_signature_for_another_checkpoint_does_not_verify():
    moved = SignedCheckpoint(checkpoint=FIFTEEN.checkpoint, signatures=SEVEN.signatures)
    assert not moved.check_signatures(origin=LOG_ORIGIN, keys=[KEY]).trusted


def test_a_key_of_the_same_name_is_another_key():
    renamed = VerifierKey(name=KEY.name, public_key=PETER.public_key)
    check = SEVEN.check_signatures(origin=LOG_ORIGIN, keys=[renamed])
    assert (check.trusted, check.faults, check.unknown) == (False, (), SEVEN.signatures)


class SameIdKey(VerifierKey):
    """A key whose ID collides with that of another: 2**32 trials would find one."""

    @property
    def key_id(self):
        return KEY.key_id


def test_two_keys_of_the_same_name_and_id_are_refused():
    twin = SameIdKey(name=KEY.name, public_key=PETER.public_key)
    with pytest.raises(CheckpointError, match=r"^two keys are called astra\+cad5a3d2$"):
        SEVEN.check_signatures(origin=LOG_ORIGIN, keys=[KEY, twin])


def test_a_signer_of_another_key_is_found_before_anything_leaves():
    with pytest.raises(CheckpointError, match=r"^the signer does not hold the private key of PeterNeumann\+"):
        sign_checkpoint(SEVEN.checkpoint, key=PETER, signer=private_key(LOG_SEED))


# What a checkpoint proves


@pytest.mark.parametrize("index", [0, 3, 6])
def test_an_entry_is_proved_against_a_published_checkpoint(index):
    proof = prove_inclusion(DIGESTS[:7], index)
    assert SEVEN.checkpoint.check_inclusion(proof, leaf=DIGESTS[index]).holds
    assert not SEVEN.checkpoint.check_inclusion(proof, leaf=DIGESTS[index + 1]).holds


def test_a_proof_of_another_size_is_refused_where_its_path_would_do():
    resized = prove_inclusion(DIGESTS[:8], 0)
    assert SEVEN.checkpoint.check_inclusion(resized, leaf=DIGESTS[0]).reason == (
        "the proof is for 8 leaves, the checkpoint for 7"
    )


def test_a_published_checkpoint_follows_an_older_one():
    proof = prove_consistency(DIGESTS, 7)
    assert FIFTEEN.checkpoint.check_consistency(proof, older=SEVEN.checkpoint).holds


def test_a_check_says_why_a_checkpoint_does_not_follow():
    proof = prove_consistency(DIGESTS, 7)
    forged = Checkpoint(origin=LOG_ORIGIN, size=7, root=tree_root(DIGESTS[1:8]))
    other = Checkpoint(origin="laboratory.example/ledger", size=7, root=SEVEN.checkpoint.root)
    resized = ConsistencyProof(old_size=6, size=15, path=proof.path)
    newer = FIFTEEN.checkpoint
    assert newer.check_consistency(proof, older=forged).reason.startswith("the root of 7 leaves is ")
    assert newer.check_consistency(proof, older=other).reason == (
        "the older checkpoint is of 'laboratory.example/ledger', this one of 'example.com/testdata'"
    )
    assert newer.check_consistency(resized, older=SEVEN.checkpoint).reason == (
        "the proof is from 6 to 15 leaves, the checkpoints are from 7 to 15"
    )


# What is refused


@pytest.mark.parametrize("position", range(len(PETER_KEY)))
def test_a_key_with_a_character_changed_or_cut_is_refused(position):
    """TestNewVerifier of golang/mod, sumdb/note/note_test.go."""
    raised = PETER_KEY[:position] + chr(ord(PETER_KEY[position]) + 1) + PETER_KEY[position + 1 :]
    for text in (raised, PETER_KEY[:position], PETER_KEY[position + 1 :]):
        with pytest.raises(CheckpointError):
            VerifierKey.from_text(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "not in canonical base64"),
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAAA=", "34 bytes, expected 32"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "algorithm 65, expected 01"),
        (PETER_KEY.replace("c74f20a3", "C74F20A3"), "not in canonical form"),
        ("PeterNeumann", "algorithm none, expected 01"),
        ("", "algorithm none, expected 01"),
        ("+c74f20a3+" + PETER_KEY.split("+", 2)[2], "is empty"),
        ("Peter Neumann+c74f20a3+" + PETER_KEY.split("+", 2)[2], "has a space or a plus"),
    ],
)
def test_a_key_in_another_form_is_refused(text, message):
    with pytest.raises(CheckpointError, match=message):
        VerifierKey.from_text(text)


def small_order_encodings():
    """Multiply the point of order 8 by 0 to 7, by the affine addition law of RFC 8032, section 5.1."""
    d = -121665 * pow(121666, -1, PRIME) % PRIME
    y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    square = (y * y - 1) * pow(d * y * y + 1, -1, PRIME) % PRIME
    roots = {pow(square, (PRIME + 3) // 8, PRIME) * pow(2, k * (PRIME - 1) // 4, PRIME) % PRIME for k in (0, 1)}
    (x,) = (root for root in roots if root * root % PRIME == square)
    point, points = (0, 1), []
    for _ in range(8):
        points.append(point)
        (a, b), product = point, d * point[0] * x * point[1] * y
        point = (
            (a * y + b * x) * pow(1 + product, -1, PRIME) % PRIME,
            (b * y + a * x) * pow(1 - product, -1, PRIME) % PRIME,
        )
    assert point == (0, 1)
    assert len(set(points)) == 8
    heights = {b + extra for _, b in points for extra in (0, PRIME) if b + extra < 2**255}
    return sorted(height + sign for height in heights for sign in (0, 2**255))


@pytest.mark.parametrize("encoding", small_order_encodings(), ids=hex)
def test_a_key_under_which_anybody_can_sign_is_refused(encoding):
    with pytest.raises(CheckpointError, match=r"^key laboratory: a point of small order"):
        VerifierKey(name="laboratory", public_key=encoding.to_bytes(32, "little"))


def test_under_a_key_of_small_order_the_library_verifies_a_made_up_signature():
    """Why such keys are refused: point and signature 1, 0 fit every text."""
    one = (1).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(one).verify(one + bytes(32), b"any text")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "0 whole lines"),
        ("o\n7\n", "2 whole lines"),
        (f"o\n7\n{ROOT}", "2 whole lines"),
        (f"o\n7\n{ROOT}\nmore", "3 whole lines"),
        (f"\n7\n{ROOT}\n", "'' is empty"),
        (f"o\n7\n{ROOT}\n\n", "'' is empty"),
        (f"o\n7\n{ROOT}\n\nmore\n", "'' is empty"),
        (f"o\r\n7\n{ROOT}\n", "control character"),
        (f"o\x7f\n7\n{ROOT}\n", "control character"),
        (f"o\x85\n7\n{ROOT}\n", "control character"),
        (f"o\n07\n{ROOT}\n", "size '07'"),
        (f"o\n00\n{ROOT}\n", "size '00'"),
        (f"o\n+7\n{ROOT}\n", r"size '\+7'"),
        (f"o\n-7\n{ROOT}\n", "size '-7'"),
        (f"o\n 7\n{ROOT}\n", "size ' 7'"),
        (f"o\n7.0\n{ROOT}\n", "size '7.0'"),
        (f"o\n1_0\n{ROOT}\n", "size '1_0'"),
        (f"o\n٧\n{ROOT}\n", "size '٧'"),
        (f"o\nseven\n{ROOT}\n", "size 'seven'"),
        (f"o\n\n{ROOT}\n", "size ''"),
        (f"o\n9223372036854775808\n{ROOT}\n", "size 9223372036854775808, expected 0 to"),
        (f"o\n{'9' * 5000}\n{ROOT}\n", r"^size '9{100}\.\.\.', expected"),
        ("o\n7\nAAAA\n", "a root of 3 bytes, expected 32"),
        (f"o\n7\n{ROOT[:-1]}\n", "the root is not base64"),
        (f"o\n7\n{ROOT[:-2]}V=\n", "the root is not in canonical base64"),
        (f"o\n7\n{ROOT[:-2]}é=\n", "the root is not base64"),
        (f"o\n7\n{ROOT} \n", "the root is not"),
        (f"o\n7\n{'+/' * 20}-_==\n", "the root is not"),
        (f"o\n0\n{ROOT}\n", "of an empty tree"),
    ],
)
def test_a_text_in_another_form_is_refused(text, message):
    with pytest.raises(CheckpointError, match=message):
        Checkpoint.from_bytes(text.encode())


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(CheckpointError, match=r"^not UTF-8: "):
        Checkpoint.from_bytes(b"o\xff\n7\n" + ROOT.encode() + b"\n")


def test_the_largest_size_is_read():
    data = f"o\n9223372036854775807\n{ROOT}\n".encode()
    assert Checkpoint.from_bytes(data).to_bytes() == data


def test_extension_lines_are_kept_and_signed():
    data = f"o\n7\n{ROOT}\nserial 5\nзаметка\n".encode()
    read = Checkpoint.from_bytes(data)
    assert read.extensions == ("serial 5", "заметка")
    assert read.to_bytes() == data


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"origin": ""}, "is empty"),
        ({"origin": "a\nb"}, "control character"),
        ({"origin": "\ud800"}, "lone surrogate"),
        ({"extensions": ("one", "")}, "is empty"),
        ({"size": -1}, "size -1, expected 0 to"),
        ({"size": 2**63}, "size 9223372036854775808, expected 0 to"),
        ({"root": bytes(31)}, "a root of 31 bytes, expected 32"),
        ({"size": 0}, "of an empty tree"),
    ],
)
def test_a_checkpoint_that_cannot_be_is_refused(changes, message):
    with pytest.raises(CheckpointError, match=message):
        checkpoint(**changes)


def test_an_empty_ledger_has_a_checkpoint():
    assert checkpoint(size=0, root=EMPTY_ROOT).to_bytes().startswith(b"laboratory.example/ledger\n0\n47DEQpj8")


LINE = SEVEN.signatures[0].to_text()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "no blank line"),
        ("\n", "no blank line"),
        (LINE[:-1], "no newline after the last"),
        (LINE + LINE, "twice"),
        (LINE + "\n" + LINE.replace("Yj", "Zj"), "control character"),
        (LINE + "Unexpected line.\n", "does not begin with an em dash"),
        (LINE.replace("—", "-"), "does not begin with an em dash"),
        (LINE.replace("— ", "—"), "does not begin with an em dash"),
        (LINE.replace("— ", "—  "), "signature of '' is not base64"),
        (LINE.replace("astra", "a+a"), "has a space or a plus"),
        (LINE.replace("astra", "a\u00a0a"), "has a space or a plus"),
        (LINE.replace("astra", "a\ta"), "control character"),
        (LINE.replace("astra", "Bad Name"), "signature of 'Bad' is not"),
        (LINE.replace("astra ", ""), "key ID of 0 bytes"),
        ("— astra ytWj0g==\n", "key ID of 4 bytes, signature of 0; expected 4 and at least 1"),
        ("— astra ytU=\n", "key ID of 2 bytes, signature of 0"),
        (LINE.replace("=\n", "\n"), "is not base64"),
    ],
)
def test_signature_lines_in_another_form_are_refused(lines, message):
    with pytest.raises(CheckpointError, match=message):
        SignedCheckpoint.from_bytes(SEVEN.checkpoint.to_bytes() + b"\n" + lines.encode())


def test_a_text_without_signatures_is_refused():
    with pytest.raises(CheckpointError, match="no blank line"):
        SignedCheckpoint.from_bytes(SEVEN.checkpoint.to_bytes())


def test_a_hundred_signatures_are_read_and_one_more_is_refused():
    lines = [NoteSignature(name=f"w{number}", key_id=bytes(4), signature=b"s") for number in range(101)]
    signed = SignedCheckpoint(checkpoint=SEVEN.checkpoint, signatures=tuple(lines[:100]))
    assert SignedCheckpoint.from_bytes(signed.to_bytes()) == signed
    with pytest.raises(CheckpointError, match=r"^101 signatures, expected 1 to 100$"):
        SignedCheckpoint.from_bytes(signed.to_bytes() + lines[100].to_text().encode())
    with pytest.raises(CheckpointError, match=r"^0 signatures, expected 1 to 100$"):
        SignedCheckpoint(checkpoint=SEVEN.checkpoint, signatures=())


def test_more_bytes_than_any_checkpoint_has_are_refused_unread():
    with pytest.raises(CheckpointError, match=r"^1048577 bytes, expected at most 1048576$"):
        SignedCheckpoint.from_bytes(b"\xff" * (LARGEST_BYTES + 1))


def test_a_message_stays_short_whatever_came():
    with pytest.raises(CheckpointError) as caught:
        Checkpoint.from_bytes(f"{'o' * 100_000}\x00\n7\n{ROOT}\n".encode())
    assert len(str(caught.value)) < 200
