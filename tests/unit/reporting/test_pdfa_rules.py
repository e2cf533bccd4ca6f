"""The structural checks of PDF/A-3u find what they look for: each rule has a document that breaks it."""

import io
from collections.abc import Callable

import pikepdf
import pytest

from tests.builders.pdfa_rules import pdfa_faults


def broken(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> list[str]:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return pdfa_faults(out.getvalue())


def first_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(iter(pdf.pages[0].Resources.Font.values()))


def draw(pdf: pikepdf.Pdf, words: bytes) -> None:
    pdf.pages[0].contents_add(words)


def resource(pdf: pikepdf.Pdf, kind: str, item: pikepdf.Object) -> None:
    pdf.pages[0].Resources[kind] = pikepdf.Dictionary({"/X": pdf.make_indirect(item)})


def field_of(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.Root.AcroForm.Fields[0]


def a_certified_digest(pdf: pikepdf.Pdf) -> None:
    reference = pikepdf.Dictionary({"/DigestMethod": pikepdf.Name.SHA256})
    pdf.make_indirect(pikepdf.Dictionary({"/ByteRange": [0, 1, 2, 3], "/Reference": pikepdf.Array([reference])}))
    pdf.Root["/Keep"] = pdf.objects[-1]


CASES: dict[str, tuple[Callable[[pikepdf.Pdf], object], str]] = {
    "actions": (lambda pdf: pdf.Root.__setitem__("/AA", pikepdf.Dictionary()), "6.5.2"),
    "script": (
        lambda pdf: pdf.Root.__setitem__(
            "/Keep", pdf.make_indirect(pikepdf.Dictionary({"/Type": pikepdf.Name.Action, "/S": pikepdf.Name.Launch}))
        ),
        "6.5.1",
    ),
    "need-appearances": (lambda pdf: pdf.Root.AcroForm.update({"/NeedAppearances": True}), "6.4"),
    "hidden-field": (lambda pdf: field_of(pdf).__setitem__("/F", 2), "6.3.2"),
    "no-appearance": (lambda pdf: field_of(pdf).__delitem__("/AP"), "6.3.3"),
    "field-action": (lambda pdf: field_of(pdf).__setitem__("/AA", pikepdf.Dictionary()), "6.4.1"),
    "strange-annotation": (lambda pdf: field_of(pdf).__setitem__("/Subtype", pikepdf.Name.Movie), "6.3.1"),
    "no-associated-file": (lambda pdf: pdf.Root.__delitem__("/AF"), "6.8"),
    "no-intent": (lambda pdf: pdf.Root.__delitem__("/OutputIntents"), "6.2.3"),
    "layers": (lambda pdf: pdf.Root.__setitem__("/OCProperties", pikepdf.Dictionary()), "6.9"),
    "requirements": (lambda pdf: pdf.Root.__setitem__("/Requirements", pikepdf.Array()), "6.11"),
    "long-name": (lambda pdf: pdf.Root.__setitem__("/Keep", pikepdf.Name("/" + "x" * 128)), "6.1.13"),
    "long-string": (lambda pdf: pdf.Root.__setitem__("/Keep", pikepdf.String("x" * 40_000)), "6.1.13"),
    "large-page": (lambda pdf: pdf.pages[0].__setitem__("/MediaBox", [0, 0, 15_000, 10]), "6.1.13"),
    "deep-state": (lambda pdf: draw(pdf, b"q " * 29 + b"Q " * 29), "6.1.13"),
    "unknown-operator": (lambda pdf: draw(pdf, b"1 zz"), "6.2.2"),
    "printer-colour": (lambda pdf: draw(pdf, b"0 0 0 1 k"), "6.2.4.3"),
    "missing-resource": (lambda pdf: draw(pdf, b"/Nowhere Do"), "6.2.2"),
    "transfer-function": (
        lambda pdf: resource(
            pdf, "/ExtGState", pikepdf.Dictionary({"/Type": pikepdf.Name.ExtGState, "/TR": pikepdf.Name.Identity})
        ),
        "6.2.5",
    ),
    "strange-blend": (
        lambda pdf: resource(
            pdf, "/ExtGState", pikepdf.Dictionary({"/Type": pikepdf.Name.ExtGState, "/BM": pikepdf.Name("/Other")})
        ),
        "6.2.10",
    ),
    "no-text": (lambda pdf: first_font(pdf).__delitem__("/ToUnicode"), "6.2.11.7.2"),
    "wrong-widths": (lambda pdf: first_font(pdf).DescendantFonts[0].__setitem__("/W", [0, 9000, 777]), "6.2.11.5"),
    "not-embedded": (
        lambda pdf: first_font(pdf).DescendantFonts[0].FontDescriptor.__delitem__("/FontFile3"),
        "6.2.11.4",
    ),
    "digest-of-objects": (a_certified_digest, "6.1.12"),
    "other-permission": (
        lambda pdf: pdf.Root.__setitem__("/Perms", pikepdf.Dictionary({"/Other": pikepdf.Dictionary()})),
        "6.1.12",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_is_named(name: str, prepared: bytes) -> None:
    change, clause = CASES[name]
    assert any(fault.startswith(clause) for fault in broken(prepared, change)), broken(prepared, change)


@pytest.mark.parametrize(
    ("data", "clause"),
    [
        (lambda pdf: pdf + b"more", "6.1.3"),
        (lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-2.0", 1), "6.1.2"),
        (lambda pdf: pdf.replace(b">>\nstream\n", b">>\nstream ", 1), "6.1.7.1"),
    ],
)
def test_a_broken_layout_is_named(data: Callable[[bytes], bytes], clause: str, prepared: bytes) -> None:
    assert any(fault.startswith(clause) for fault in pdfa_faults(data(prepared)))


def test_a_report_breaks_none(unsigned: bytes, prepared: bytes, issued: bytes) -> None:
    assert [pdfa_faults(pdf) for pdf in (unsigned, prepared, issued)] == [[], [], []]
