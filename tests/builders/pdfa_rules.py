"""What PDF/A-3u asks of file, graphics, annotations, forms, actions and attachments, as far as it can be seen here.

Numbers are those of the clauses of ISO 19005-3:2012, by which veraPDF numbers its rules too. Passing all of them is no
proof of conformance: no validator was at hand (docs/validation/reports.md says what is not looked at).
"""

import io
import re
from collections.abc import Iterator

import pikepdf

from tests.builders.pdfa_fonts import drawn, font_faults

LONGEST_STRING = 32_767
LONGEST_NAME = 127
DEEPEST_STATE = 28
SMALLEST_PAGE, LARGEST_PAGE = 3, 14_400
"""6.1.13, in bytes, bytes, saved graphics states and points."""
ACTIONS = {"/GoTo", "/GoToR", "/URI", "/Named", "/Thread"}
"""6.5.1: what else there is may be forbidden; a report needs none of it."""
ANNOTATIONS = {"/Link", "/Widget"}
BLENDS = {
    *("/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn"),
    *("/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity"),
}
FILTERS = {"/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
_OPERATORS = {
    *("b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "DP", "EI", "EMC"),
    *("ET", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l", "m", "M", "MP", "n", "q", "Q"),
    *("re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc", "Td", "TD", "Tf", "Tj", "TJ", "TL"),
    *("Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"'),
}
"""Of ISO 32000-1:2008, annex A, without those of compatibility sections."""
_PRINT, _HIDING = 4, 1 | 2 | 32 | 256


def pdfa_faults(data: bytes) -> list[str]:
    """List everything in a PDF that PDF/A-3u forbids or demands otherwise, as far as these checks see."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            *_layout_faults(data),
            *_trailer_faults(pdf),
            *_object_faults(pdf),
            *_page_faults(pdf),
            *_intent_faults(pdf),
            *_annotation_faults(pdf),
            *_catalogue_faults(pdf),
            *_permission_faults(pdf),
            *font_faults(pdf),
        ]


def _layout_faults(data: bytes) -> Iterator[str]:
    """Look at the bytes themselves: header, end, and every stream's line ends and length."""
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", data):
        yield f"6.1.2 the header is {data[:20]!r}"
    if not re.search(rb"%%EOF\r?\n?\Z", data):
        yield "6.1.3 something stands behind the last end mark"
    for found in re.finditer(rb"/Length (\d+)(?! \d+ R)[^\x00]{0,2000}?stream(\r\n|\n|.)", data):
        if found[2] not in {b"\r\n", b"\n"}:
            yield f"6.1.7.1 stream at {found.start()} begins with {found[2]!r}"
        elif not re.match(rb"\r?\n?endstream", data[found.end() + int(found[1]) :][:12]):
            yield f"6.1.7.1 stream at {found.start()} is not {int(found[1])} bytes long"


def _trailer_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if len(pdf.trailer.get("/ID", [])) != 2:
        yield "6.1.3 no /ID of two parts"
    if "/Encrypt" in pdf.trailer:
        yield "6.1.3 encrypted"


def _object_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            yield from _stream_faults(item)
        yield from _limit_faults(item)
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield from _graphics_faults(item)


def _stream_faults(stream: pikepdf.Object) -> Iterator[str]:
    if {"/F", "/FFilter", "/FDecodeParms"} & set(stream.keys()):
        yield "6.1.7.1 a stream whose bytes lie elsewhere"
    filters = stream.get("/Filter", pikepdf.Array())
    named = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if not set(named) <= FILTERS:
        yield f"6.1.7.2 filters {named}"


def _limit_faults(item: pikepdf.Object) -> Iterator[str]:
    """Walk one object without what it refers to."""
    inside = [item]
    for one in inside:
        if isinstance(one, pikepdf.String) and len(bytes(one)) > LONGEST_STRING:
            yield f"6.1.13 a string of {len(bytes(one))} bytes"
        if isinstance(one, pikepdf.Name) and len(str(one).encode()) - 1 > LONGEST_NAME:
            yield f"6.1.13 a name of {len(str(one))} letters"
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            inside += [value for value in one.values() if _is_direct(value)]
        elif isinstance(one, pikepdf.Array):
            inside += [value for value in one if _is_direct(value)]  # type: ignore[attr-defined]


def _is_direct(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _graphics_faults(item: pikepdf.Object) -> Iterator[str]:
    kind, subtype = str(item.get("/Type", "")), str(item.get("/Subtype", ""))
    if kind == "/ExtGState":
        if "/TR" in item or item.get("/TR2", "/Default") != "/Default" or "/HTP" in item:
            yield "6.2.5 a transfer function or halftone phase"
        modes = item.get("/BM", "/Normal")
        if not {str(mode) for mode in (modes if isinstance(modes, pikepdf.Array) else [modes])} <= BLENDS:
            yield f"6.2.10 blend mode {modes}"
    if subtype == "/Image" and ({"/Alternates", "/OPI"} & set(item.keys()) or item.get("/Interpolate", False)):
        yield "6.2.8 an image with alternates, OPI or interpolation"
    if subtype == "/Form" and {"/OPI", "/PS", "/Ref", "/Subtype2"} & set(item.keys()):
        yield "6.2.9 a form with OPI, PostScript or a reference"
    if subtype == "/PS":
        yield "6.2.9 a PostScript object"
    if kind == "/Action" and str(item.get("/S", "")) not in ACTIONS:
        yield f"6.5.1 action {item.get('/S')}"


def _page_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        left, bottom, right, top = (float(side) for side in page.MediaBox)
        if not all(SMALLEST_PAGE <= abs(side) <= LARGEST_PAGE for side in (right - left, top - bottom)):
            yield f"6.1.13 page {number} is {right - left} x {top - bottom} points"
        if "/AA" in page or "/PresSteps" in page:
            yield f"6.5.2, 6.10 page {number} has actions or steps"
    for stream, resources in drawn(pdf):
        yield from _content_faults(stream, resources)


def _content_faults(stream: pikepdf.Object, resources: pikepdf.Object) -> Iterator[str]:
    depth, named = 0, set(resources.get("/XObject", pikepdf.Dictionary()).keys())
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        depth += {"q": 1, "Q": -1}.get(name, 0)
        if name not in _OPERATORS:
            yield f"6.2.2 operator {name}"
        if depth > DEEPEST_STATE or depth < 0:
            yield f"6.1.13 {depth} saved graphics states"
        if name in {"K", "k"}:
            yield "6.2.4.3 a colour in DeviceCMYK, the output intent is RGB"
        if name == "Do" and str(operands[0]) not in named:
            yield f"6.2.2 {operands[0]} is not among the resources"


def _intent_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = list(pdf.Root.get("/OutputIntents", []))
    profiles = {intent.DestOutputProfile.objgen for intent in intents if "/DestOutputProfile" in intent}
    if len(profiles) != 1:
        yield f"6.2.3 {len(profiles)} profiles of output intents"
        return
    profile = next(intent.DestOutputProfile for intent in intents if "/DestOutputProfile" in intent)
    head = profile.read_bytes()[:40]
    if head[36:40] != b"acsp" or head[8] > 4 or head[12:16] not in {b"mntr", b"prtr", b"scnr", b"spac"}:
        yield f"6.2.3 an ICC profile of version {head[8]}, class {head[12:16]!r}"
    if head[16:20] != b"RGB " or int(profile.N) != 3:
        yield f"6.2.4.3 the output intent is {head[16:20]!r} of {profile.N} colours, the pages are in RGB"


def _annotation_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for one in page.get("/Annots", []):
            subtype, flags = str(one.get("/Subtype")), int(one.get("/F", 0))
            if subtype not in ANNOTATIONS:
                yield f"6.3.1 an annotation {subtype}"
            if not flags & _PRINT or flags & _HIDING:
                yield f"6.3.2 {subtype} with flags {flags}"
            if subtype == "/Widget":
                yield from _appearance_faults(one)
            if {"/A", "/AA"} & set(one.keys()) and subtype == "/Widget":
                yield "6.4.1 a field with an action"


def _appearance_faults(widget: pikepdf.Object) -> Iterator[str]:
    sides = [float(side) for side in widget.Rect]
    if sides[0] == sides[2] and sides[1] == sides[3]:
        return
    if list(widget.get("/AP", pikepdf.Dictionary()).keys()) != ["/N"] or not isinstance(widget.AP.N, pikepdf.Stream):
        yield "6.3.3 a widget whose appearance is not one stream"


def _catalogue_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    form = root.get("/AcroForm", pikepdf.Dictionary())
    if form.get("/NeedAppearances", False) or "/XFA" in form or root.get("/NeedsRendering", False):
        yield "6.4 a form that is drawn by the reader"
    if "/AA" in root or "/OpenAction" in root:
        yield "6.5.2 actions of the document"
    if "/Requirements" in root:
        yield "6.11 requirements"
    if "/OCProperties" in root:
        yield "6.9 layers, which this check does not know"
    if "/AlternatePresentations" in root.get("/Names", pikepdf.Dictionary()):
        yield "6.10 alternate presentations"
    associated = {file.objgen for file in root.get("/AF", [])}
    for name, file in pdf.attachments.items():
        if file.obj.objgen not in associated:
            yield f"6.8 attachment {name} is associated with nothing"
        if str(file.obj.get("/AFRelationship", "")) == "":
            yield f"6.8 attachment {name} has no relationship"


def _permission_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Look at what a signature forbids: a certified document names no digest of objects (6.1.12)."""
    permissions = pdf.Root.get("/Perms", pikepdf.Dictionary())
    if not set(permissions.keys()) <= {"/DocMDP", "/UR3"}:
        yield f"6.1.12 permissions {sorted(permissions.keys())}"
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or "/ByteRange" not in item:
            continue
        for reference in item.get("/Reference", []):
            if {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys()):
                yield "6.1.12 a signature reference with a digest"
