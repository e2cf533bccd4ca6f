"""Receipts read and believed, or not: every other file is refused, and every other key."""

import json
from base64 import b64encode
from dataclasses import replace

import fictitious_ledger as ledger
import fictitious_reports as fictitious
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.receipt import (
    LARGEST_BYTES,
    History,
    Receipt,
    ReceiptConsistency,
    ReceiptProof,
    check_receipt,
)
from lims.domain.report import Report, ReportStatus
from lims.errors import LimsError
from lims.ledger import LedgerEntry, canonical_bytes, parse_canonical
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey
from lims.ledger.merkle import prove_consistency
from lims.report_errors import ReceiptError
from lims.services.receipting import receipt_of
from tests.conftest import BY_NIGHT

SIZE = 1215
NUMBER = "2026-9001-P1"
DIGEST = fictitious.digest("document")
FOREIGN = VerifierKey(
    name=ledger.ORIGIN,
    public_key=Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    .public_key()
    .public_bytes(Encoding.Raw, PublicFormat.Raw),
)


def report(**facts) -> Report:
    made = Report(
        number=NUMBER,
        examination_number="2026-9001/3-R1-E1",
        examination_version=4,
        language="en",
        expert="E-07",
        reviewer="E-11",
        evidence=False,
        status=ReportStatus.ISSUED,
        pdf_sha256=DIGEST,
        checkpoint_size=ledger.SIZE,
        version=5,
    )
    return replace(made, **facts)


ISSUED = ledger.entry(report(), sequence=1210, act="report.issued")
WITHDRAWN = ledger.entry(
    report(status=ReportStatus.WITHDRAWN, withdrawal_reason="a wrong balance", version=6),
    sequence=1214,
    act="report.withdrawn",
)


class Tree(ledger.FictitiousTree):
    def prove_consistency(self, old_size: int, size: int | None = None):
        return prove_consistency(self.leaves[: size or len(self.leaves)], old_size)


def receipt(*entries: LedgerEntry, size: int = SIZE) -> Receipt:
    tree = Tree(entries, size=size)
    return receipt_of(entries, tree=tree, signed=tree.checkpoint(size), keys=(ledger.KEY,))


PLAIN, TAKEN_BACK = receipt(ISSUED), receipt(ISSUED, WITHDRAWN)


def faults(one: Receipt, *, keys=(ledger.KEY,)) -> str:
    check = check_receipt(one, keys=keys)
    assert not check.believed
    assert (check.pdf_sha256, check.status, check.superseded_by, check.withdrawal_reason) == ("",) * 4
    return "; ".join(check.faults)


def changed(one: Receipt, **facts) -> bytes:
    """Write a receipt with other facts, in canonical form."""
    return canonical_bytes(parse_canonical(one.to_bytes()) | facts)


class TestForm:
    @pytest.mark.parametrize("one", [PLAIN, TAKEN_BACK], ids=["issued", "withdrawn"])
    def test_what_was_written_is_read_back(self, one) -> None:
        assert Receipt.from_bytes(one.to_bytes()) == one

    def test_the_file_is_as_the_reference_says(self) -> None:
        told = json.loads(PLAIN.to_bytes())
        assert list(told) == ["checkpoint", "consistency", "entries", "format", "keys", "proofs", "report"]
        assert told["format"] == "aigaq-receipt-1"
        assert told["proofs"][0]["index"] == 1209
        assert told["consistency"]["old_size"] == ledger.SIZE
        assert told["keys"] == [ledger.KEY.to_text()]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "canonical form"),
            (b"{}", "expected format, report, entries"),
            (b"[]", "expected format, report, entries"),
            (PLAIN.to_bytes() + b"\n", "canonical form"),
            (json.dumps(json.loads(PLAIN.to_bytes()), indent=1).encode(), "canonical form"),
            (b" " * (LARGEST_BYTES + 1), "at most 4194304"),
            (changed(PLAIN, format="aigaq-receipt-2"), "format 'aigaq-receipt-2'"),
            (changed(PLAIN, more=1), "nothing else"),
            (changed(PLAIN, report=""), "names no report"),
            (changed(PLAIN, report=None), "a text is missing"),
            (changed(PLAIN, entries=[]), "0 entries with 1 proofs"),
            (changed(PLAIN, entries=["a", "b", "c"]), "3 entries"),
            (changed(PLAIN, entries="a"), "a list is missing"),
            (changed(PLAIN, entries=[7]), "a text is missing"),
            (changed(PLAIN, proofs=[]), "1 entries with 0 proofs"),
            (changed(PLAIN, proofs=[{"index": -1, "hashes": []}]), "0 or more"),
            (changed(PLAIN, proofs=[{"index": True, "hashes": []}]), "whole number"),
            (changed(PLAIN, proofs=[{"index": 0}]), "expected index, hashes"),
            (changed(PLAIN, proofs=[{"index": 0, "hashes": ["AA=="]}]), "32 bytes"),
            (changed(PLAIN, proofs=[{"index": 0, "hashes": ["!"]}]), "base64"),
            (changed(PLAIN, proofs=[{"index": 0, "hashes": ["ü"]}]), "base64"),
            (changed(PLAIN, proofs=[{"index": 0, "hashes": ["AB=="]}]), "canonical base64"),
            (changed(PLAIN, proofs=[{"index": 0, "hashes": [b64encode(bytes(32)).decode()] * 129}]), "at most 128"),
            (changed(PLAIN, keys=[]), "0 keys"),
            (changed(PLAIN, keys=["a"] * 17), "17 keys"),
            (changed(PLAIN, consistency={"old_size": 1}), "expected old_size, hashes"),
            (changed(PLAIN, consistency={"old_size": 1, "hashes": ["AA=="]}), "32 bytes"),
        ],
    )
    def test_anything_else_is_refused(self, data, words) -> None:
        with pytest.raises(ReceiptError, match=words) as refusal:
            Receipt.from_bytes(data)
        assert "anew" in refusal.value.advice()

    @given(st.binary(max_size=200))
    def test_no_bytes_make_it_fail_otherwise(self, data) -> None:
        with pytest.raises(ReceiptError):
            Receipt.from_bytes(data)


class TestBelief:
    def test_the_newest_state_is_what_counts(self) -> None:
        issued, gone = (check_receipt(one, keys=(ledger.KEY,)) for one in (PLAIN, TAKEN_BACK))
        assert (issued.believed, issued.status, issued.pdf_sha256) == (True, "issued", DIGEST)
        assert (gone.believed, gone.status, gone.withdrawal_reason) == (True, "withdrawn", "a wrong balance")
        assert issued.signed_by == (ledger.KEY,)

    @pytest.mark.parametrize("keys", [(), (FOREIGN,), (replace(ledger.KEY, name="another/ledger"),)])
    def test_keys_that_are_not_trusted_make_nobody_believe(self, keys) -> None:
        assert faults(PLAIN, keys=keys) == f"checkpoint: no trusted key of {ledger.ORIGIN} signed it"

    def test_keys_in_the_receipt_count_for_nothing(self) -> None:
        assert check_receipt(replace(PLAIN, keys=("nonsense",)), keys=(ledger.KEY,)).believed

    def test_a_trusted_key_signs_for_its_own_ledger_alone(self) -> None:
        tree = Tree((ISSUED,), size=SIZE)
        other = ledger.signed(replace(tree.checkpoint(SIZE).checkpoint, origin="another/ledger"))
        assert "no trusted key of another/ledger" in faults(replace(PLAIN, checkpoint=other.to_bytes().decode()))

    def test_a_signature_that_does_not_hold_is_named(self) -> None:
        tree = Tree((ISSUED,), size=SIZE)
        note, other = tree.checkpoint(SIZE), tree.checkpoint(SIZE - 1)
        forged = SignedCheckpoint(checkpoint=note.checkpoint, signatures=other.signatures)
        assert "does not verify" in faults(replace(PLAIN, checkpoint=forged.to_bytes().decode()))

    @pytest.mark.parametrize("text", ["", "no note", "a\n1\nAA==\n\n"])
    def test_what_is_no_checkpoint_is_said(self, text) -> None:
        assert faults(replace(PLAIN, checkpoint=text)).startswith("checkpoint: ")

    @pytest.mark.parametrize(
        ("entries", "words"),
        [
            ((replace(ISSUED, kind="run"),), "is of run"),
            ((replace(ISSUED, number="2026-9001-P2"),), "of report 2026-9001-P1"),
            ((replace(ISSUED, body={**ISSUED.body, "number": "2026-9001-P2"}),), "is of report"),
            ((replace(ISSUED, body={**ISSUED.body, "pdf_sha256": None}),), "names no document"),
            ((replace(ISSUED, body={**ISSUED.body, "pdf_sha256": "A" * 64}),), "names no document"),
            ((replace(ISSUED, body={**ISSUED.body, "status": 1}),), "names no document or no state"),
            ((WITHDRAWN, ISSUED), "entry 1210 is not newer than entry 1214"),
            ((ISSUED, replace(WITHDRAWN, version=5)), "is not newer"),
            (
                (ISSUED, replace(WITHDRAWN, body={**WITHDRAWN.body, "pdf_sha256": "0" * 64})),
                "1210 and 1214 name two documents",
            ),
        ],
    )
    def test_entries_of_anything_but_one_report_are_not_believed(self, entries, words) -> None:
        assert words in faults(replace(receipt(*entries), report=NUMBER))

    def test_an_entry_that_is_not_in_the_ledger_is_named(self) -> None:
        body = {**ISSUED.body, "pdf_sha256": "0" * 64}
        other = replace(ISSUED, body=body).to_bytes().decode()
        assert "entry 1 is not in the ledger of the checkpoint" in faults(replace(PLAIN, entries=(other,)))

    def test_a_text_that_is_no_entry_is_named(self) -> None:
        assert "entry 1: " in faults(replace(PLAIN, entries=("{}",)))
        assert "canonical" in faults(replace(PLAIN, entries=(PLAIN.entries[0] + " ",)))

    def test_a_place_outside_of_the_ledger_is_named(self) -> None:
        proof = ReceiptProof(index=SIZE, hashes=())
        assert f"leaf {SIZE} of {SIZE}" in faults(replace(PLAIN, proofs=(proof,)))

    def test_an_entry_stands_at_the_place_that_it_names(self) -> None:
        moved = replace(ISSUED, sequence=1209)
        tree = Tree((replace(ISSUED, sequence=1210),), size=SIZE)
        tree.leaves[1209] = bytes.fromhex(ledger.leaf_hash(moved.to_bytes()))
        note = ledger.signed(Checkpoint(origin=ledger.ORIGIN, size=SIZE, root=ledger.tree_root(tree.leaves)))
        proof = tree.prove_inclusion(1210, SIZE)
        lying = replace(
            PLAIN,
            entries=(moved.to_bytes().decode(),),
            proofs=(ReceiptProof(index=proof.index, hashes=proof.path),),
            checkpoint=note.to_bytes().decode(),
        )
        assert faults(lying) == "entry 1209 is proved at place 1210"

    @pytest.mark.parametrize("one", [PLAIN, TAKEN_BACK], ids=["issued", "withdrawn"])
    def test_every_changed_byte_is_refused_or_not_believed_or_says_the_same(self, one) -> None:
        """By day every seventh byte, at night all; what is left are bytes that prove nothing about the report."""
        data, whole = one.to_bytes(), check_receipt(one, keys=(ledger.KEY,))
        harmless = 0
        for place in range(0, len(data), 1 if BY_NIGHT else 7):
            for flip in (1, 32):
                found = verdict(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :])
                if found is not None:
                    harmless += 1
                    assert found.newest == whole.newest
                    assert (found.checkpoint, found.signed_by) == (whole.checkpoint, whole.signed_by)
        assert harmless <= len(data) / 5  # keys, consistency, and the name of an unknown signer

    @given(cut=st.integers(min_value=0, max_value=len(TAKEN_BACK.to_bytes()) - 1))
    def test_a_part_of_a_receipt_is_none(self, cut) -> None:
        with pytest.raises(ReceiptError):
            Receipt.from_bytes(TAKEN_BACK.to_bytes()[:cut])

    def test_without_its_newest_entry_a_receipt_is_an_older_one(self) -> None:
        """Nobody can see that an entry was left out: a receipt says how it was, and when is the checkpoint's matter."""
        older = replace(TAKEN_BACK, entries=TAKEN_BACK.entries[:1], proofs=TAKEN_BACK.proofs[:1])
        assert check_receipt(older, keys=(ledger.KEY,)).status == "issued"


def verdict(data: bytes):
    """Give what is believed of a file; None if nothing is."""
    try:
        check = check_receipt(Receipt.from_bytes(data), keys=(ledger.KEY,))
    except LimsError:
        return None
    return check if check.believed else None


@given(
    places=st.lists(st.integers(1, 40), min_size=1, max_size=2, unique=True), more=st.integers(0, 30), data=st.data()
)
def test_the_receipt_of_any_ledger_is_believed_and_goes_on_from_every_older_checkpoint(places, more, data) -> None:
    first, *then = sorted(places)
    size = max(places) + more
    inside = data.draw(st.integers(1, size))
    facts = {"checkpoint_size": inside}
    entries = [ledger.entry(report(**facts), sequence=first, act="report.issued")]
    entries += [ledger.entry(report(**facts, version=6), sequence=one, act="report.delivered") for one in then]
    tree = Tree(tuple(entries), size=size)
    made = receipt_of(tuple(entries), tree=tree, signed=tree.checkpoint(size), keys=(ledger.KEY,))
    read = Receipt.from_bytes(made.to_bytes())
    assert read == made
    assert check_receipt(read, keys=(FOREIGN, ledger.KEY)).believed
    assert read.history(tree.checkpoint(inside).checkpoint) is History.CONTINUES
    other = Checkpoint(origin=ledger.ORIGIN, size=inside, root=bytes(32))
    assert read.history(other) is History.EXCLUDES


class TestHistory:
    TREE = Tree((ISSUED,), size=SIZE)
    INSIDE = TREE.checkpoint(ledger.SIZE).checkpoint

    def test_the_ledger_goes_on_from_the_checkpoint_in_the_document(self) -> None:
        assert PLAIN.history(self.INSIDE) is History.CONTINUES

    def test_the_same_checkpoint_is_the_same_history(self) -> None:
        assert PLAIN.history(self.TREE.checkpoint(SIZE).checkpoint) is History.CONTINUES

    @pytest.mark.parametrize("size", [ledger.SIZE, SIZE])
    def test_another_root_is_another_history(self, size) -> None:
        assert PLAIN.history(Checkpoint(origin=ledger.ORIGIN, size=size, root=bytes(32))) is History.EXCLUDES

    def test_two_ledgers_have_nothing_to_do_with_each_other(self) -> None:
        assert PLAIN.history(replace(self.INSIDE, origin="another/ledger")) is History.UNKNOWN

    @pytest.mark.parametrize("size", [3, SIZE + 1])
    def test_without_a_proof_from_that_size_nothing_is_known(self, size) -> None:
        older = Checkpoint(origin=ledger.ORIGIN, size=size, root=bytes(32))
        assert PLAIN.history(older) is History.UNKNOWN

    def test_a_receipt_without_consistency_says_nothing_of_the_past(self) -> None:
        assert replace(PLAIN, consistency=None).history(self.INSIDE) is History.UNKNOWN

    def test_a_proof_that_does_not_hold_is_another_history(self) -> None:
        wrong = ReceiptConsistency(old_size=ledger.SIZE, hashes=PLAIN.consistency.hashes[1:])
        assert replace(PLAIN, consistency=wrong).history(self.INSIDE) is History.EXCLUDES

    def test_an_empty_ledger_has_no_history(self) -> None:
        empty = Checkpoint(origin=ledger.ORIGIN, size=0, root=ledger.tree_root([]))
        zero = replace(PLAIN, consistency=ReceiptConsistency(old_size=0, hashes=()))
        assert zero.history(empty) is History.UNKNOWN
