import pytest

from lims.errors import CheckpointError, SignerRefusedError
from lims.ledger.checkpoint import Checkpoint
from lims.ledger.merkle import CompactRange, leaf_digest, tree_root
from lims.ledger.signer_state import CheckpointRequest, SignerState

LEAVES = tuple(leaf_digest(b"%d" % place) for place in range(9))
STATE = SignerState(origin="a/ledger", range=CompactRange().extend(LEAVES[:5]))


def request(size, *, start=0, leaves=LEAVES, origin="a/ledger"):
    checkpoint = Checkpoint(origin=origin, size=size, root=tree_root(leaves[:size]))
    return CheckpointRequest(checkpoint=checkpoint, start=start, leaves=leaves[start:size])


@pytest.mark.parametrize(("size", "start"), [(5, 5), (5, 0), (6, 5), (9, 3), (9, 0)])
def test_what_continues_the_last_checkpoint_is_signed(size, start):
    grown = STATE.continued(request(size, start=start))
    assert grown.checkpoint == request(size).checkpoint


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (request(9, origin="another/ledger"), "origin"),
        (request(4), "shorter"),
        (request(9, start=6), "behind"),
        (request(9, leaves=(leaf_digest(b"x"), *LEAVES[1:])), "different"),
        (request(9, leaves=(*LEAVES[:4], leaf_digest(b"x"), *LEAVES[5:])), "different"),
        (request(5, leaves=(*LEAVES[:4], leaf_digest(b"x"))), "different"),
    ],
)
def test_anything_else_is_refused(asked, code):
    with pytest.raises(SignerRefusedError) as refusal:
        STATE.continued(asked)
    assert (refusal.value.code, refusal.value.size) == (code, 5)
    assert "ledger verify" in refusal.value.advice()


def test_leaves_that_lie_about_what_lies_before_them_change_nothing():
    """Those that the signer has already are passed over: its own range counts."""
    asked = request(9)
    forged = CheckpointRequest(checkpoint=asked.checkpoint, start=0, leaves=(LEAVES[8], *LEAVES[1:]))
    assert STATE.continued(forged).checkpoint == asked.checkpoint


@pytest.mark.parametrize("start", [-1, 3, 10])
def test_leaves_that_do_not_reach_are_refused(start):
    with pytest.raises(CheckpointError, match="leaves behind place"):
        CheckpointRequest(checkpoint=request(9).checkpoint, start=start, leaves=LEAVES)


def test_the_state_reads_back():
    assert SignerState.from_bytes(STATE.to_bytes()) == STATE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"7",
        STATE.to_bytes() + b" ",
        STATE.to_bytes().replace(b'"v":1', b'"v":2'),
        STATE.to_bytes().replace(b'"size":5', b'"size":7'),
        STATE.to_bytes().replace(b'"size":5', b'"size":"5"'),
        STATE.to_bytes().replace(b"a/ledger", b""),
        STATE.to_bytes().replace(b'"nodes":["', b'"nodes":["zz'),
    ],
)
def test_anything_else_is_no_state(data):
    with pytest.raises(CheckpointError):
        SignerState.from_bytes(data)
