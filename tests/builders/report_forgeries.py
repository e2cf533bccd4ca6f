"""Receipts that must not be believed, and reports that a laboratory should never have issued, with genuine receipts."""

import dataclasses
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from lims.domain.receipt import Receipt, ReceiptConsistency, ReceiptProof
from lims.domain.record import from_body
from lims.domain.report_content import ReportContent
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE, LedgerExtract
from lims.ledger.merkle import leaf_digest, prove_consistency, prove_inclusion, tree_root
from lims.reporting import pades
from lims.reporting.content import DATA_FILE
from lims.reporting.development import DevelopmentKeys
from lims.reporting.document import compose
from lims.reporting.keys import SigningKey, load_pkcs12
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.reporting.signing import prepare
from lims.translation import Translator
from tests.builders.checkpointing import ORIGIN
from tests.builders.laboratories import EXPERT, REVIEWER
from tests.builders.pdf_changes import revisions, spans_of_signatures
from tests.builders.report_laboratory import THIRD, MadeReport, MadeReports

_ENGLISH = Translator("en")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgedReport:
    """A report that somebody with the laboratory's ledger in hand issued, though it should not have been."""

    name: str
    pdf: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    """Of a ledger that really has its issue, under the checkpoint that the report carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReceipt:
    """A receipt that another laboratory made."""

    receipt: bytes = field(repr=False)
    key: bytes = field(repr=False)
    """Public key of its ledger, as a line of a trust file."""


def forged_receipts(made: MadeReports, report: MadeReport) -> Mapping[str, bytes]:
    """Damage the receipt of a report in every way that must keep it from being believed."""
    true = Receipt.from_bytes(report.newest)
    entry = LedgerEntry.from_bytes(true.entries[-1].encode())
    proof = true.proofs[-1]
    other_status = {"issued": "withdrawn"}.get(str(entry.body["status"]), "issued")
    changed_entry = dataclasses.replace(entry, body={**entry.body, "status": other_status})
    changed_proof = dataclasses.replace(proof, hashes=(bytes(32), *proof.hashes[1:]))
    note = SignedCheckpoint.from_bytes(true.checkpoint.encode())
    strange = Ed25519PrivateKey.generate()
    return {
        "nothing": b"",
        "no-json": b"{",
        "cut": report.newest[:-40],
        "with-a-space": report.newest.replace(b":", b": ", 1),
        "unsigned": _replaced(true, checkpoint=note.checkpoint.to_bytes().decode() + "\n"),
        "signed-by-a-strange-key": _replaced(
            true,
            checkpoint=_note(note.checkpoint, strange).decode(),
            keys=(_verifier(note.checkpoint.origin, strange).to_text(),),
        ),
        "changed-entry": _replaced(true, entries=(*true.entries[:-1], changed_entry.to_bytes().decode())),
        "changed-proof": _replaced(true, proofs=(*true.proofs[:-1], changed_proof)),
        "moved-proof": _replaced(true, proofs=(*true.proofs[:-1], dataclasses.replace(proof, index=proof.index + 1))),
        "without-a-hash": _replaced(
            true, proofs=(*true.proofs[:-1], dataclasses.replace(proof, hashes=proof.hashes[:-1]))
        ),
        "of-another-name": _replaced(true, report="2026-0009-P9"),
        "of-another-history": _other_history(made, report),
    }


def forged_reports(made: MadeReports, foreign: DevelopmentKeys) -> Iterator[ForgedReport]:
    """Sign the issued report anew with certificates that must not be believed, and one with other data."""
    issued = made.of("issued")
    prepared = _unsigned(issued.pdf)
    expert, reviewer = (made.keys.key_of(person.number) for person in (EXPERT, REVIEWER))
    now = made.bench.clock.now()
    for name, pair in _wrong_keys(made, foreign, expert, reviewer, now=now).items():
        pdf = _signed(prepared, pair, at=now)
        yield ForgedReport(name=name, pdf=pdf, receipt=receipt_for(made, issued, pdf))
    other = _signed(prepare(_with_other_factor(issued.pdf)), (expert, reviewer), at=now)
    yield ForgedReport(name="other-match-factor", pdf=other, receipt=receipt_for(made, issued, other))
    half = pades.sign(prepared, expert, EXPERT_FIELD, at=now, lines=(expert.holder,), reason="x", certify=True)
    yield ForgedReport(name="without-reviewer", pdf=half, receipt=receipt_for(made, issued, half))
    yield ForgedReport(name="without-signatures", pdf=prepared, receipt=receipt_for(made, issued, prepared))
    renamed = dataclasses.replace(issued, number="2026-0777-P1")
    yield ForgedReport(name="under-another-number", pdf=issued.pdf, receipt=receipt_for(made, renamed, issued.pdf))


def receipt_for(made: MadeReports, report: MadeReport, pdf: bytes) -> bytes:
    """Give a true receipt of a ledger that goes on from the report's checkpoint with the issue of these bytes."""
    inside = _inside(report.pdf)
    issue = LedgerEntry.from_bytes(Receipt.from_bytes(report.at_issue).entries[0].encode())
    body = {**issue.body, "number": report.number, "pdf_sha256": hashlib.sha256(pdf).hexdigest()}
    entry = dataclasses.replace(issue, number=report.number, sequence=inside.size + 1, body=body)
    leaves = [leaf_digest(stored.data) for stored in made.bench.store.entries()][: inside.size]
    return _receipt_over(made, report, entry, leaves, inside.size)


def receipt_of_another_ledger(made: MadeReports, report: MadeReport) -> ForeignReceipt:
    """Let another laboratory, which a reader trusts as well, issue a report that is not its own."""
    origin, key = "other.invalid/ledger", Ed25519PrivateKey.generate()
    issue = LedgerEntry.from_bytes(Receipt.from_bytes(made.of("issued").at_issue).entries[0].encode())
    digests = {"pdf_sha256": hashlib.sha256(report.pdf).hexdigest(), "content_sha256": ""}
    body = {**issue.body, **digests, "number": report.number}
    entry = dataclasses.replace(issue, number=report.number, sequence=1, body=body)
    root = tree_root([leaf_digest(entry.to_bytes())])
    ledger_key = _verifier(origin, key).to_text()
    receipt = Receipt(
        report=report.number,
        entries=(entry.to_bytes().decode(),),
        proofs=(ReceiptProof(index=0, hashes=()),),
        checkpoint=_note(Checkpoint(origin=origin, size=1, root=root), key).decode(),
        keys=(ledger_key,),
        consistency=None,
    )
    return ForeignReceipt(receipt=receipt.to_bytes(), key=f"{ledger_key}\n".encode())


def _other_history(made: MadeReports, report: MadeReport) -> bytes:
    """Give a receipt by the true key, of a ledger with another entry than the one under the report's checkpoint."""
    inside = _inside(report.pdf)
    true = Receipt.from_bytes(report.at_issue)
    entry = dataclasses.replace(LedgerEntry.from_bytes(true.entries[0].encode()), sequence=inside.size + 1)
    leaves = [leaf_digest(stored.data) for stored in made.bench.store.entries()][: inside.size]
    return _receipt_over(made, report, entry, [*leaves[:-1], leaf_digest(b"another entry")], inside.size)


def _receipt_over(made: MadeReports, report: MadeReport, entry: LedgerEntry, before: list[bytes], inside: int) -> bytes:
    leaves = [*before, leaf_digest(entry.to_bytes())]
    checkpoint = Checkpoint(origin=ORIGIN, size=len(leaves), root=tree_root(leaves))
    key = load_pem_private_key((made.folder / "signer" / "ledger-key.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    receipt = Receipt(
        report=report.number,
        entries=(entry.to_bytes().decode(),),
        proofs=(ReceiptProof(index=inside, hashes=prove_inclusion(leaves, inside).path),),
        checkpoint=_note(checkpoint, key).decode(),
        keys=tuple(made.ledger_keys.decode().split()),
        consistency=ReceiptConsistency(old_size=inside, hashes=prove_consistency(leaves, inside).path),
    )
    return receipt.to_bytes()


def _replaced(receipt: Receipt, **facts: object) -> bytes:
    return dataclasses.replace(receipt, **facts).to_bytes()  # type: ignore[arg-type]


def _verifier(origin: str, key: Ed25519PrivateKey) -> VerifierKey:
    return VerifierKey(name=origin, public_key=key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _note(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    signature = sign_checkpoint(checkpoint, key=_verifier(checkpoint.origin, key), signer=key)
    return SignedCheckpoint(checkpoint=checkpoint, signatures=(signature,)).to_bytes()


def attachments(pdf: bytes) -> dict[str, bytes]:
    """Give the attached files of a PDF by their names, as pikepdf reads them."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}


def _inside(pdf: bytes) -> Checkpoint:
    return SignedCheckpoint.from_bytes(attachments(pdf)[CHECKPOINT_FILE]).checkpoint


def _unsigned(pdf: bytes) -> bytes:
    """Go back to the revision with both fields empty."""
    first = spans_of_signatures(pdf)[0][0]
    return pdf[: max(end for end in revisions(pdf) if end <= first)]


def _signed(prepared: bytes, pair: tuple[SigningKey, SigningKey], *, at: datetime) -> bytes:
    """Sign both fields in the way of the program, without its questions."""
    expert, reviewer = pair
    pdf = pades.sign(prepared, expert, EXPERT_FIELD, at=at, lines=(expert.holder,), reason="x", certify=True)
    later = at + timedelta(minutes=5)
    return pades.sign(pdf, reviewer, REVIEWER_FIELD, at=later, lines=(reviewer.holder,), reason="x", certify=False)


def _with_other_factor(pdf: bytes) -> bytes:
    """Compose the report anew with match factors that the spectra in it do not give."""
    files = attachments(pdf)
    content = from_body(ReportContent, json.loads(files[DATA_FILE]))
    run = content.runs[0]
    components = tuple(
        dataclasses.replace(
            component,
            candidates=tuple(
                dataclasses.replace(one, match_factor=one.match_factor - 7) for one in component.candidates
            ),
        )
        for component in run.components
    )
    extract = LedgerExtract(
        entries=files[ENTRIES_FILE], proofs=files[PROOFS_FILE], checkpoint=files[CHECKPOINT_FILE], keys=files[KEYS_FILE]
    )
    runs = (dataclasses.replace(run, components=components), *content.runs[1:])
    return compose(dataclasses.replace(content, runs=runs), _ENGLISH, extract=extract)


def _wrong_keys(
    made: MadeReports, foreign: DevelopmentKeys, expert: SigningKey, reviewer: SigningKey, *, now: datetime
) -> dict[str, tuple[SigningKey, SigningKey]]:
    root = load_pkcs12(made.folder / "development-keys" / "development-root.p12", None, now=now)
    third = made.keys.key_of(THIRD.number)
    past, future, span = now - timedelta(days=9), now + timedelta(days=400), timedelta(days=30)

    def certified(**facts: object) -> SigningKey:
        usual: dict[str, object] = {
            "holder": EXPERT.name,
            "issuer": root,
            "begin": now - timedelta(days=2),
            "end": now + span,
        }
        return certified_key(**usual | facts)  # type: ignore[arg-type]

    return {
        "expired-certificate": (certified(begin=past - span, end=past), reviewer),
        "certificate-of-the-future": (certified(begin=future, end=future + span), reviewer),
        "certificate-without-signing": (certified(usage="key_encipherment"), reviewer),
        "certificate-of-no-authority": (certified(issuer=third), reviewer),
        "self-signed-certificate": (certified(issuer=None), reviewer),
        "foreign-expert": (foreign.key_of(THIRD.number), reviewer),
        "foreign-namesake": (certified(issuer=_stranger(now)), reviewer),
        "wrong-expert": (third, reviewer),
        "wrong-reviewer": (expert, third),
        "expert-reviews": (expert, expert),
        "changed-places": (reviewer, expert),
    }


def _stranger(now: datetime) -> SigningKey:
    """Make an authority that has the name of the laboratory's, and nothing else of it."""
    return certified_key(
        holder="Aigaq development root",
        issuer=None,
        begin=now - timedelta(days=3),
        end=now + timedelta(days=900),
        usage="key_cert_sign",
    )


def certified_key(
    *, holder: str, issuer: SigningKey | None, begin: datetime, end: datetime, usage: str = "digital_signature"
) -> SigningKey:
    """Make a key with a certificate; without an issuer it signs its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)])
    flags = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    authority = usage == "key_cert_sign"
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**flags | {usage: True}), critical=True)
        .sign(key if issuer is None else issuer.private_key, hashes.SHA256())
    )
    chain = () if issuer is None else (issuer.certificate, *issuer.chain)
    return SigningKey(certificate=certificate, chain=chain, private_key=key)
