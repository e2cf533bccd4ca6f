"""A structural smoke test of PDF/A-3: what can be seen without a validator. Passing it proves no conformance."""

import re
from collections.abc import Iterator

import pikepdf

FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Movie", "/Sound", "/ResetForm", "/ImportData", "/Hide", "/Rendition"}
PRINT_FLAG = 4


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """List everything that PDF/A-3 forbids or demands otherwise."""
    return [
        *_file_faults(pdf),
        *_metadata_faults(pdf),
        *_object_faults(pdf),
        *_attachment_faults(pdf),
        *_widget_faults(pdf),
    ]


def _file_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.pdf_version > "1.7":
        yield f"version {pdf.pdf_version}"
    if "/ID" not in pdf.trailer:
        yield "no /ID"
    if pdf.is_encrypted:
        yield "encrypted"
    if "/Lang" not in pdf.Root:
        yield "no /Lang"
    if not pdf.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield "not tagged"
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == "/GTS_PDFA1"]
    if not any("/DestOutputProfile" in intent for intent in intents):
        yield "no output intent with an ICC profile"


def _metadata_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    xmp = pdf.Root.Metadata.read_bytes().decode()
    if not re.search(r"<pdfaid:part>3</pdfaid:part>", xmp):
        yield "XMP does not say part 3"
    if not re.search(r"<pdfaid:conformance>U</pdfaid:conformance>", xmp):
        yield "XMP does not say conformance U"
    for key, tag in (("/Title", "dc:title"), ("/Keywords", "pdf:Keywords"), ("/Producer", "pdf:Producer")):
        if key in pdf.docinfo and tag not in xmp:
            yield f"{key} stands in the information dictionary but not in the XMP"


def _object_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and "/LZWDecode" in str(item.get("/Filter", "")):
            yield "LZW compression"
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if str(item.get("/S", "")) in FORBIDDEN_ACTIONS:
            yield f"action {item.S}"
        if item.get("/Type") == "/Font":
            yield from _font_faults(item)


def _font_faults(font: pikepdf.Object) -> Iterator[str]:
    name = str(font.get("/BaseFont", "?"))
    if font.Subtype == "/Type0":
        if "/ToUnicode" not in font:
            yield f"{name}: no ToUnicode"
        yield from _width_faults(font.DescendantFonts[0], name)
        return
    descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
        yield f"{name}: not embedded"


def _width_faults(font: pikepdf.Object, name: str) -> Iterator[str]:
    """Find glyph widths that are no thousandths of an em: letters would stand apart or overlap."""
    widths = [int(width) for part in font.get("/W", []) if isinstance(part, pikepdf.Array) for width in part]
    if widths and max(widths) > 1500:
        yield f"{name}: a glyph of width {max(widths)}"


def _attachment_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not pdf.Root.get("/AF", []):
        yield "no associated files"
    for name, file in pdf.attachments.items():
        specification = file.obj
        for key in ("/AFRelationship", "/F", "/UF"):
            if key not in specification:
                yield f"attachment {name}: no {key}"
        if "/Subtype" not in specification.EF.F:
            yield f"attachment {name}: no /Subtype"


def _widget_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/NeedAppearances" in pdf.Root.get("/AcroForm", pikepdf.Dictionary()):
        yield "/NeedAppearances"
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") != "/Widget":
                continue
            if "/AP" not in annotation:
                yield "a widget without appearance"
            if not int(annotation.get("/F", 0)) & PRINT_FLAG:
                yield "a widget that is not printed"
