"""Each checkpoint names the one that was signed before it, so that none can be taken from between the others."""

from dataclasses import replace

import pytest

from lims.errors import CheckpointError, SignerRefusedError
from lims.ledger.checkpoint import Checkpoint
from lims.ledger.merkle import CompactRange, leaf_digest, tree_root
from lims.ledger.signer_state import CheckpointRequest, SignerState

LEAVES = tuple(leaf_digest(b"%d" % place) for place in range(9))


def asked(size):
    checkpoint = Checkpoint(origin="a/ledger", size=size, root=tree_root(LEAVES[:size]))
    return CheckpointRequest(checkpoint=checkpoint, start=0, leaves=LEAVES[:size])


def test_the_first_follows_none():
    first = SignerState(origin="a/ledger").continued(asked(3)).statement
    assert (first.follows, first.extensions) == (0, ())


def test_every_other_names_the_one_before():
    second = SignerState(origin="a/ledger").continued(asked(3)).continued(asked(7))
    assert second.statement.to_bytes().endswith(b"\nfollows 3\n")
    assert Checkpoint.from_bytes(second.statement.to_bytes()).follows == 3
    assert second.continued(asked(9)).statement.follows == 7


def test_the_same_state_is_signed_in_the_same_words():
    second = SignerState(origin="a/ledger").continued(asked(3)).continued(asked(7))
    assert second.continued(asked(7)) == second


@pytest.mark.parametrize(
    "line", ["follows", "follows ", "follows x", "follows 07", "follows -1", "follows " + "9" * 20]
)
def test_other_lines_say_nothing_of_it(line):
    assert Checkpoint(origin="a/ledger", size=9, root=b"x" * 32, extensions=("serial 5", line)).follows == 0


def test_a_state_of_before_reads_on():
    state = SignerState(origin="a/ledger", range=CompactRange().extend(LEAVES))
    assert SignerState.from_bytes(state.to_bytes().replace(b'"before":0,', b"")) == state


@pytest.mark.parametrize("before", [b"-1", b"9", b"10"])
def test_a_state_that_follows_itself_is_refused(before):
    state = SignerState(origin="a/ledger", range=CompactRange().extend(LEAVES))
    with pytest.raises(CheckpointError, match="9 entries follow"):
        SignerState.from_bytes(state.to_bytes().replace(b'"before":0,', b'"before":' + before + b","))


@pytest.mark.parametrize("kept", [0, 2])
def test_the_next_is_not_signed_before_the_last_is_kept(kept):
    state = SignerState(origin="a/ledger").continued(asked(3))
    with pytest.raises(SignerRefusedError) as refusal:
        state.continued(replace(asked(7), kept=kept))
    assert (refusal.value.code, refusal.value.size) == ("unkept", 3)


@pytest.mark.parametrize(("size", "kept"), [(3, 0), (7, 3), (7, 4), (7, None)])
def test_what_is_kept_is_followed(size, kept):
    state = SignerState(origin="a/ledger").continued(asked(3))
    assert state.continued(replace(asked(size), kept=kept)).range.size == size
