"""Changes of a signed PDF that are PDFs again: updates appended by the rules, signatures added, files saved anew."""

import asyncio
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from lims.reporting import pades
from lims.reporting.keys import SigningKey
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.reporting.trust import as_asn1
from tests.builders.pdf_changes import ImpossibleChangeError, Kind, Original, revisions, spans_of_signatures

FORGED_AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
_RESERVED = 9000
_PROGRAM_SECONDS = 60


def _updated(pdf: bytes, change: Callable[[pades._Writer], None]) -> bytes:
    """Append one revision; a file that cannot be read has no place for it."""
    out = io.BytesIO()
    try:
        writer = pades._Writer(io.BytesIO(pdf))
        change(writer)
        writer.write(out)
    except pades.READING_FAULTS as error:
        raise ImpossibleChangeError(str(error)) from error
    return out.getvalue()


def _page(writer: pades._Writer, chance: Random) -> Any:
    """Draw a page, down to the leaves of the tree of pages."""
    node = writer.root["/Pages"].get_object()
    while "/Kids" in node:
        node = chance.choice(list(node["/Kids"])).get_object()
    return node


def overlay_a_page(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Draw something over a page."""

    def change(writer: pades._Writer) -> None:
        page = _page(writer, chance)
        line = f"q 1 0 0 RG {chance.randrange(500)} 100 m 400 700 l S Q".encode()
        overlay = writer.add_object(generic.StreamObject(stream_data=line))
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), overlay])
        writer.mark_update(page.container_ref)

    return _updated(pdf, change)


def add_an_annotation(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Put a note on a page."""

    def change(writer: pades._Writer) -> None:
        page = _page(writer, chance)
        note = generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Annot"),
                generic.NameObject("/Subtype"): generic.NameObject(chance.choice(["/FreeText", "/Text", "/Stamp"])),
                generic.NameObject("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (50, 50, 500, 700)]),
                generic.NameObject("/Contents"): generic.TextStringObject(f"agreed {chance.random()}"),
            }
        )
        present = list(page.get("/Annots", generic.ArrayObject()))
        page["/Annots"] = generic.ArrayObject([*present, writer.add_object(note)])
        writer.mark_update(page.container_ref)

    return _updated(pdf, change)


def change_an_annotation(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Move a signature's box, or take its picture away."""

    def change(writer: pades._Writer) -> None:
        field = chance.choice(list(writer.root["/AcroForm"]["/Fields"])).get_object()
        if chance.random() < 0.5:
            field["/Rect"] = generic.ArrayObject([generic.NumberObject(chance.randrange(600)) for _ in range(4)])
        else:
            field.pop("/AP", None)
            field["/F"] = generic.NumberObject(2)
        writer.mark_update(field.container_ref)

    return _updated(pdf, change)


def add_a_page(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append a page, or show one twice."""

    def change(writer: pades._Writer) -> None:
        tree = writer.root["/Pages"].get_object()
        tree["/Kids"].append(chance.choice(list(tree.raw_get("/Kids"))))
        tree["/Count"] = generic.NumberObject(int(tree["/Count"]) + 1)
        writer.mark_update(tree.container_ref)

    return _updated(pdf, change)


def take_a_page_out(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Leave a page, or a branch of them, out of the tree."""

    def change(writer: pades._Writer) -> None:
        tree = writer.root["/Pages"].get_object()
        tree["/Kids"].pop(chance.randrange(len(tree["/Kids"])))
        tree["/Count"] = generic.NumberObject(int(tree["/Count"]) - 1)
        writer.mark_update(tree.container_ref)

    return _updated(pdf, change)


def change_metadata(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Write other metadata."""

    def change(writer: pades._Writer) -> None:
        text = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{chance.random()}</x:xmpmeta>".encode()
        writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=text))
        writer.update_root()

    return _updated(pdf, change)


def change_information(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Write another title."""

    def change(writer: pades._Writer) -> None:
        information = writer.trailer["/Info"].get_object()
        key = chance.choice(["/Title", "/Author", "/Keywords"])
        information[key] = generic.TextStringObject(f"aigaq-report:2026-{chance.randrange(10_000):04}-P1")
        writer.mark_update(writer.trailer.raw_get("/Info").reference)

    return _updated(pdf, change)


def change_a_field_value(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Take a signature out of its field, or let both fields show the same."""

    def change(writer: pades._Writer) -> None:
        one, other, *_ = (field.get_object() for field in chance.sample(list(writer.root["/AcroForm"]["/Fields"]), 2))
        if chance.random() < 0.5:
            one.pop("/V", None)
        else:
            one["/V"] = other.raw_get("/V")
        writer.mark_update(one.container_ref)

    return _updated(pdf, change)


def rename_a_field(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Give a signature field another name, such as the other's."""

    def change(writer: pades._Writer) -> None:
        field = chance.choice(list(writer.root["/AcroForm"]["/Fields"])).get_object()
        field["/T"] = generic.TextStringObject(chance.choice(["Expert", "Reviewer", "Head", f"{field['/T']}2"]))
        writer.mark_update(field.container_ref)

    return _updated(pdf, change)


def add_a_field(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Add an empty field for another signature."""
    name = f"Field{chance.randrange(99)}"
    return _updated(pdf, lambda writer: _append_field(writer, name))


def _append_field(writer: pades._Writer, name: str) -> None:
    pades.fields.append_signature_field(writer, SigFieldSpec(name))


def add_validation_data(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Append data for long-term validation, which readers allow after every signature."""

    def change(writer: pades._Writer) -> None:
        certificates = [as_asn1(key.certificate) for key in (original.own, original.trusted)]
        if chance.random() < 0.5:
            certificates.reverse()
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=certificates[: chance.randrange(1, 3)])

    return _updated(pdf, change)


def drop_the_permissions(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let the document forget that it is certified, or let it run a script when it is opened."""

    def change(writer: pades._Writer) -> None:
        if "/Perms" in writer.root and chance.random() < 0.5:
            del writer.root["/Perms"]
        else:
            action = {"/S": generic.NameObject("/JavaScript"), "/JS": generic.TextStringObject(f"{chance.random()}")}
            writer.root["/OpenAction"] = generic.DictionaryObject(
                {generic.NameObject(key): value for key, value in action.items()}
            )
        writer.update_root()

    return _updated(pdf, change)


def _attachments(writer: pades._Writer) -> dict[str, Any]:
    """Give the attached files by name; the tree of names of a report has branches if it has many."""
    nodes, found = [writer.root["/Names"]["/EmbeddedFiles"].get_object()], {}
    for node in nodes:
        nodes += [kid.get_object() for kid in node.get("/Kids", ())]
        pairs = list(node.get("/Names", ()))
        found |= {str(name): file.get_object() for name, file in zip(pairs[::2], pairs[1::2], strict=True)}
    return found


def swap_the_data(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Attach data that say something else, under the same name."""

    def change(writer: pades._Writer) -> None:
        file = _attachments(writer)["report-data.json"]["/EF"].raw_get("/F")
        data = json.loads(file.get_object().data)
        key = chance.choice(["number", "laboratory", "language", "evidence"])
        data[key] = f"other {chance.random()}"
        _replace_stream(writer, file, json.dumps(data).encode())

    return _updated(pdf, change)


def swap_another_attachment(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change some words in one of the attached files: spectra, entries, proofs, keys."""

    def change(writer: pades._Writer) -> None:
        files = _attachments(writer)
        file = files[chance.choice(sorted(files))]["/EF"].raw_get("/F")
        data = bytearray(file.get_object().data)
        if not data:
            raise ImpossibleChangeError("an empty file")
        data[chance.randrange(len(data))] = chance.choice(b"0123456789")
        _replace_stream(writer, file, bytes(data))

    return _updated(pdf, change)


def _replace_stream(writer: pades._Writer, file: Any, data: bytes) -> None:
    stream = file.get_object()
    stream._data, stream._encoded_data = data, None
    stream["/Params"] = generic.DictionaryObject({generic.NameObject("/Size"): generic.NumberObject(len(data))})
    writer.mark_update(file.reference)


def remove_an_attachment(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Leave one of the attached files out, or all of them."""

    def change(writer: pades._Writer) -> None:
        tree = writer.root["/Names"]["/EmbeddedFiles"].get_object()
        names = list(tree["/Names"])
        place = 2 * chance.randrange(len(names) // 2)
        kept = [] if chance.random() < 0.3 else [*names[:place], *names[place + 2 :]]
        tree["/Names"] = generic.ArrayObject(kept)
        writer.update_root()

    return _updated(pdf, change)


def add_an_attachment(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Attach a second file under a name that is there, or one that a report does not have."""

    def change(writer: pades._Writer) -> None:
        tree = writer.root["/Names"]["/EmbeddedFiles"].get_object()
        name = chance.choice(["report-data.json", "a-note.txt", "ledger-checkpoint.txt"])
        stream = generic.StreamObject(stream_data=f"{chance.random()}".encode())
        reference = writer.add_object(stream)
        specification = generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Filespec"),
                generic.NameObject("/F"): generic.TextStringObject(name),
                generic.NameObject("/EF"): generic.DictionaryObject({generic.NameObject("/F"): reference}),
            }
        )
        pair = [generic.TextStringObject(name), writer.add_object(specification)]
        names = list(tree["/Names"])
        tree["/Names"] = generic.ArrayObject([*pair, *names] if chance.random() < 0.5 else [*names, *pair])
        writer.update_root()

    return _updated(pdf, change)


def forged_signature(pdf: bytes, key: SigningKey, *, field: str, certify: bool = False) -> bytes:
    """Sign a field, made here if need be, without asking what the document allows: a forger would not ask it."""
    try:
        writer = pades._Writer(io.BytesIO(pdf))
        present = {name for name, _, _ in pades.fields.enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)))}
        spec = None if field in present else SigFieldSpec(field)
        steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=field, writer=writer)
        next(steps)
        signature = SignatureObject(
            subfilter=SigSeedSubFilter.PADES, timestamp=FORGED_AT, name=key.holder, bytes_reserved=2 * _RESERVED
        )
        lock = SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS) if certify else None
        steps.send(SigObjSetup(sig_placeholder=signature, mdp_setup=lock))
        prepared, out = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False))
        signing = pades._signer(key).async_sign(prepared.document_digest, "sha256", use_pades=True)
        steps.send(asyncio.run(signing))
    except pades.READING_FAULTS as error:
        raise ImpossibleChangeError(str(error)) from error
    return bytes(out.getvalue())


def sign_a_third_time_with_an_own_key(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Add the signature of somebody unknown behind the last one."""
    return forged_signature(pdf, original.own, field=f"Third{chance.randrange(9)}")


def sign_a_third_time_with_a_trusted_key(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Add the signature of a third person of the laboratory behind the last one."""
    return forged_signature(pdf, original.trusted, field=f"Third{chance.randrange(9)}")


def let_another_review(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Go back to the expert's signature and let somebody else sign as the reviewer."""
    key = chance.choice([original.own, original.trusted])
    return forged_signature(_before_signature(pdf, 1), key, field=REVIEWER_FIELD.name)


def sign_everything_anew(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Go back to the empty fields and let two other persons sign."""
    keys = [original.own, original.trusted]
    chance.shuffle(keys)
    signed = forged_signature(_before_signature(pdf, 0), keys[0], field=EXPERT_FIELD.name, certify=True)
    return forged_signature(signed, keys[1], field=REVIEWER_FIELD.name)


def _before_signature(pdf: bytes, place: int) -> bytes:
    """Go back to the revision before a signature: 0 is the expert's, 1 the reviewer's."""
    spans = spans_of_signatures(pdf)
    ends = [end for end in revisions(pdf) if len(spans) > place and end <= spans[place][0]]
    if not ends:
        raise ImpossibleChangeError("no such revision")
    return pdf[: ends[-1]]


def save_anew(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Open and save, as an editor or a mail program does."""
    options: dict[str, Any] = chance.choice(
        [
            {},
            {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
            {"linearize": True},
            {"compress_streams": False},
            {"normalize_content": True},
        ]
    )
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(out, deterministic_id=True, **options)
    except (pikepdf.PdfError, *pades.READING_FAULTS) as error:
        raise ImpossibleChangeError(str(error)) from error
    return out.getvalue()


def save_by_another_program(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let Debian's qpdf or mutool write the file anew, where they are installed."""
    programs = [
        ["qpdf", "--deterministic-id", "--qdf", "in.pdf", "out.pdf"],
        ["qpdf", "--deterministic-id", "--object-streams=generate", "in.pdf", "out.pdf"],
        ["qpdf", "--deterministic-id", "--linearize", "in.pdf", "out.pdf"],
        ["mutool", "clean", "in.pdf", "out.pdf"],
        ["mutool", "clean", "-gg", "-z", "in.pdf", "out.pdf"],
    ]
    command = chance.choice(programs)
    if shutil.which(command[0]) is None:
        raise ImpossibleChangeError(f"{command[0]} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in.pdf").write_bytes(pdf)
        subprocess.run(command, cwd=folder, check=False, capture_output=True, timeout=_PROGRAM_SECONDS)
        out = Path(folder) / "out.pdf"
        if not out.exists():
            raise ImpossibleChangeError(f"{command[0]} cannot read it")
        return out.read_bytes()


def keep_the_pages_alone(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Keep the pages alone: without metadata, attachments, structure and fields, as a printing service does."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            for page in opened.pages:
                if "/Annots" in page:
                    del page.Annots
            for key in ("/Metadata", "/Names", "/AF", "/StructTreeRoot", "/Outlines", "/AcroForm", "/Perms"):
                if key in opened.Root and (key == "/AcroForm" or chance.random() < 0.9):
                    del opened.Root[key]
            opened.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except (pikepdf.PdfError, *pades.READING_FAULTS) as error:
        raise ImpossibleChangeError(str(error)) from error
    return out.getvalue()


UPDATES: tuple[Kind, ...] = tuple(
    Kind(change=change, weight=3, cost="objects")
    for change in (
        *(overlay_a_page, add_an_annotation, change_an_annotation, add_a_page, take_a_page_out, change_metadata),
        *(change_information, change_a_field_value, rename_a_field, add_a_field, add_validation_data),
        *(drop_the_permissions, swap_the_data, swap_another_attachment, remove_an_attachment, add_an_attachment),
        *(save_anew, keep_the_pages_alone),
    )
)
SIGNINGS: tuple[Kind, ...] = tuple(
    Kind(change=change, weight=1, cost="signing")
    for change in (
        *(sign_a_third_time_with_an_own_key, sign_a_third_time_with_a_trusted_key),
        *(let_another_review, sign_everything_anew),
    )
)
PROGRAMS: tuple[Kind, ...] = (Kind(change=save_by_another_program, weight=1, cost="program"),)
