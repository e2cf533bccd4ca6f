"""The hostile files of mzML and mzXML, made here: what they try, and the words with which they are refused."""

import resource
import socket
import threading
import time

import pytest

from spectra import FormatError
from spectra.formats import xml_guard
from spectra.formats.mzml import read_mzml
from spectra.formats.mzxml import read_mzxml
from tests.builders.scan_files import MZXML_HEAD, cv, mzml_body, mzml_file, mzxml_body, sealed_mzml, sealed_mzxml

LEVEL = cv("MS:1000511", "ms level", 1)
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE mzML [<!ENTITY l0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE mzML [<!ENTITY l9 "{"x" * 100_000}">]>',
    "small entity": '<!DOCTYPE mzML [<!ENTITY l9 "1">]>',
    "file": '<!DOCTYPE mzML [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
    "external document type": '<!DOCTYPE mzML SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    "parameter entity": '<!DOCTYPE mzML [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/x"> %p;]>',
}


@pytest.fixture
def refused(tmp_path):
    """Read a hostile file, and hold it to the limits: 10 s of processor time, 512 MB more than before."""

    def read(data, message, reader=read_mzml):
        path = tmp_path / "a"
        path.write_bytes(data)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with pytest.raises(FormatError, match=message):
            reader(path)
        assert time.process_time() - began < 10.0
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024

    return read


@pytest.fixture
def listener():
    """Give a port and the list of those who called it."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                calls.append(address)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("place", ["attribute", "text"])
@pytest.mark.parametrize("kind", DOCTYPES)
def test_document_types_are_refused_before_they_are_parsed(refused, listener, kind, place):
    port, calls = listener
    doctype = DOCTYPES[kind].replace("{port}", str(port))
    mzml, mzxml = mzml_body(), mzxml_body()
    if place == "attribute":
        mzml, mzxml = mzml.replace("made for a test", "&l9;"), mzxml.replace("LCQ Deca", "&l9;")
    else:
        mzml, mzxml = mzml.replace("<binary>", "<binary>&l9;"), mzxml.replace("304.5</pre", "&l9;</pre")
    head = f'{DECLARATION}{doctype}\n<indexedmzML xmlns="http://psi.hupo.org/ms/mzml">'
    refused(sealed_mzml(mzml, head=head.encode()), r"found <!DOCTYPE mzML.*; expected no document type and no entities")
    head = f"{DECLARATION}{doctype}\n{MZXML_HEAD.decode().partition('?>')[2]}"
    refused(sealed_mzxml(mzxml, head=head.encode()), "found <!DOCTYPE", read_mzxml)
    assert calls == []


def test_a_declaration_anywhere_is_refused(refused):
    refused(mzml_file() + b'<!ENTITY x "y">', "found <!ENTITY")
    refused(sealed_mzml(mzml_body().replace(LEVEL, "<!ELEMENT a>" + LEVEL)), "found <!ELEMENT")
    refused(sealed_mzml(mzml_body().replace("made", "<!DOCTYPE")), "found <!DOCTYPE")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "utf-32"])
def test_wide_encodings_cannot_hide_a_document_type(refused, encoding, declared):
    text = f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE mzML [<!ENTITY x "y">]>{mzml_body()}'
    for reader in (read_mzml, read_mzxml):
        refused(text.encode(encoding), "byte 0: found .*; expected XML in UTF-8, ASCII or ISO-8859-1", reader)


@pytest.mark.parametrize("name", ["utf-16", "UTF-7", "cp037", "windows-1252", "UCS-4", "utf-8x"])
def test_other_encodings_are_refused_by_name(refused, name):
    refused(mzml_file().replace(b"utf-8", name.encode()), f"the encoding: found {name.casefold()}; expected UTF-8")


def test_an_encoding_that_cannot_be_read_is_refused(refused):
    refused(mzml_file().replace(b'encoding="utf-8"', b"encoding=utf-8"), "the encoding: found no readable name")


@pytest.mark.parametrize(
    "declaration", [b"", b'<?xml version="1.0"?>', b"<?xml version='1.0' encoding = 'US-ASCII' ?>"]
)
def test_allowed_encodings_are_read(tmp_path, declaration):
    path = tmp_path / "a.mzML"
    head = declaration + b'\n<indexedmzML xmlns="http://psi.hupo.org/ms/mzml">\n'
    path.write_bytes(sealed_mzml(mzml_body(), head=head if declaration else head.lstrip()))
    assert len(read_mzml(path)) == 3


def test_a_byte_order_mark_is_passed_over_and_letters_beyond_ascii_are_kept(tmp_path):
    path = tmp_path / "a.mzML"
    body = mzml_body().replace("made for a test", "Үлгі 1")
    path.write_bytes(
        sealed_mzml(
            body, head=b"\xef\xbb\xbf" + DECLARATION.encode() + b'<indexedmzML xmlns="http://psi.hupo.org/ms/mzml">'
        )
    )
    assert read_mzml(path).metadata.sample_name == "Үлгі 1"
    latin = mzml_body().replace("made for a test", "Gerät").encode("iso-8859-1")
    path.write_bytes(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + latin)
    assert read_mzml(path).metadata.sample_name == "Gerät"


def test_a_stray_entity_or_instruction_expands_to_nothing(refused, tmp_path):
    refused(sealed_mzml(mzml_body().replace("made for a test", "&x;")), "well-formed XML")
    refused(sealed_mzml(mzml_body().replace("<binary>", "<binary>&x;", 1)), "well-formed XML|no base64|markup in it")
    path = tmp_path / "a.mzML"
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
    path.write_bytes(
        sealed_mzml(mzml_body().replace("<sampleList", f"<?xml-stylesheet href='file:///a'?>{include}<sampleList"))
    )
    assert len(read_mzml(path)) == 3


def test_deep_nesting_is_refused(refused):
    deep = "<a>" * 200_000
    refused(sealed_mzml(mzml_body().replace("<sampleList", deep + "<sampleList")), "Excessive depth")
    scans = '<scan num="1">'.join(str(i) for i in range(300))
    refused(sealed_mzxml(mzxml_body().replace("</msRun>", scans + "</msRun>")), "well-formed|num: found", read_mzxml)


def test_a_huge_text_is_refused(refused):
    refused(sealed_mzml(mzml_body().replace("<binary>", "<binary>" + "A" * 60_000_000, 1)), "Text node too long")


def test_many_attributes_are_refused(refused):
    attributes = " ".join(f'a{i}=""' for i in range(300_000))
    refused(
        sealed_mzml(mzml_body().replace("<spectrum ", f"<spectrum {attributes} ", 1)),
        "300003 attributes; expected at most 64",
    )
    refused(
        sealed_mzxml(mzxml_body().replace("<scan ", f"<scan {attributes} ", 1)),
        "attributes; expected at most 64",
        read_mzxml,
    )


@pytest.mark.parametrize("place", ["<sampleList", "<spectrum ", "</spectrumList>", "</run>"])
def test_markup_without_end_is_refused_wherever_it_is(refused, place):
    junk = "<x/>" * 700_000
    refused(sealed_mzml(mzml_body().replace(place, junk + place, 1)), "elements and attributes in .* without a record")


def test_markup_in_small_portions_is_not_held(tmp_path, monkeypatch):
    """Junk between records may be as long as it likes: it is let go with the record after it."""
    monkeypatch.setattr(xml_guard, "_CHUNK", 4096)
    monkeypatch.setattr(xml_guard, "MAX_HELD_MARKUP", 20_000)
    path = tmp_path / "a.mzML"
    path.write_bytes(sealed_mzml(mzml_body().replace("<spectrum ", "<x/>" * 15_000 + "<spectrum ")))
    assert len(read_mzml(path)) == 3


def test_bytes_without_end_are_refused(refused, monkeypatch):
    monkeypatch.setattr(xml_guard, "MAX_HELD_BYTES", 2_000_000)
    comment = "<!--" + "x" * 3_000_000 + "-->"
    refused(sealed_mzml(mzml_body().replace("<sampleList", comment + "<sampleList")), "without a record; expected")


@pytest.mark.parametrize("cut", [0, 1, 100, -2, -15, -200, -1000])
def test_a_file_that_was_cut_is_refused(refused, cut):
    data = mzml_file()[:cut].rstrip()
    refused(data, "well-formed XML to the end|byte 0: found an empty file|byte 0: found 3c")
    data = mzml_file().replace(b"\n", b" ")
    refused(data + b"<mzML/>", "well-formed XML")


@pytest.mark.parametrize("data", [b"", b"  ", b"CDF\x01", b"\x89HDF\r\n", b"{}", b"\0<mzML/>"])
def test_what_is_no_xml_is_refused(refused, data):
    refused(data, "byte 0: found .* expected XML")
