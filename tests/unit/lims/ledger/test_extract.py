import pytest

from lims.errors import CanonicalFormError, LimsError, ProofError
from lims.ledger import canonical_bytes
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.ledger.extract import (
    CHECKPOINT_FILE,
    ENTRIES_FILE,
    KEYS_FILE,
    PROOFS_FILE,
    LedgerExtract,
    proof_line,
    read_proof,
)
from lims.ledger.merkle import InclusionProof, prove_inclusion
from tests.builders.checkpoints import LOG_CHECKPOINTS, LOG_KEY

LEAVES = [bytes([place]) * 32 for place in range(6)]
PROOF = prove_inclusion(LEAVES, 4)
LINE = proof_line(PROOF)
NODE = "ab" * 32
NOTE = next(iter(LOG_CHECKPOINTS.values()))


def test_a_proof_is_read_back():
    assert read_proof(LINE) == PROOF
    assert LINE.startswith(b'{"index":4,"path":["')
    assert LINE.endswith(b'],"size":6}')


def test_a_proof_of_the_only_leaf_has_no_path():
    assert read_proof(proof_line(InclusionProof(index=0, size=1, path=()))).path == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "index, path and size"),
        ({"index": 0, "size": 1}, "index, path and size"),
        ({"index": 0, "size": 1, "path": [], "leaf": ""}, "nothing else"),
        ({"index": "0", "size": 1, "path": []}, "whole numbers"),
        ({"index": False, "size": 1, "path": []}, "whole numbers"),
        ({"index": 0, "size": 1, "path": NODE}, "list of texts"),
        ({"index": 0, "size": 2, "path": [7]}, "list of texts"),
        ({"index": 0, "size": 2, "path": ["xy"]}, "not in hex"),
        ({"index": 0, "size": 2, "path": [NODE.upper()]}, "form in which it is written"),
        ({"index": 0, "size": 2, "path": [f"{NODE[:2]} {NODE[2:]}"]}, "form in which it is written"),
        ({"index": 0, "size": 2, "path": ["ab"]}, "1 bytes, expected 32"),
        ({"index": 2, "size": 2, "path": []}, "leaf 2 of 2"),
    ],
)
def test_other_values_are_no_proof(values, words):
    with pytest.raises(ProofError, match=words):
        read_proof(canonical_bytes(values))


@pytest.mark.parametrize("line", [b"", b"{", LINE + b"\n", LINE.replace(b",", b", "), b"\xff"])
def test_other_bytes_are_no_proof(line):
    with pytest.raises((CanonicalFormError, ProofError)):
        read_proof(line)


def test_a_changed_byte_makes_another_proof_or_none():
    for place in range(len(LINE)):
        for flip in (1, 2, 16):
            changed = LINE[:place] + bytes([LINE[place] ^ flip]) + LINE[place + 1 :]
            try:
                found = read_proof(changed)
            except LimsError:
                continue
            assert (found, proof_line(found)) != (PROOF, LINE)


def test_the_files_end_each_line():
    extract = LedgerExtract.of(
        [b"{}", b"[]"], [PROOF, PROOF], signed=SignedCheckpoint.from_bytes(NOTE), keys=[VerifierKey.from_text(LOG_KEY)]
    )
    assert extract.files == {
        ENTRIES_FILE: b"{}\n[]\n",
        PROOFS_FILE: LINE + b"\n" + LINE + b"\n",
        CHECKPOINT_FILE: NOTE,
        KEYS_FILE: LOG_KEY.encode() + b"\n",
    }
