import hashlib
import io
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import fictitious_photographs as fictitious
import fictitious_reports
import pdfa_structure
import pikepdf
import pytest
from PIL import Image, ImageCms

from lims.domain.image_content import jpeg_size
from lims.domain.report_photographs import NotPrinted
from lims.errors import DocumentError, InvalidRecordError
from lims.reporting import picture
from lims.reporting.document import compose
from lims.reporting.picture import LONGEST_PX, shown_picture
from lims.translation import LANGUAGES, Translator

ORIENTATION, MAKER = 0x0112, 0x010F


def written(image, kind="JPEG", **options):
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def seen(shown):
    return Image.open(io.BytesIO(shown.jpeg))


def halves(size=(1200, 800), *, mode="RGB"):
    """Give a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", size, (200, 0, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, *size))
    return image.convert(mode)


class TestPicture:
    def test_it_becomes_small_and_keeps_its_shape(self):
        shown = shown_picture(written(halves((6000, 4000))))
        assert (shown.width_px, shown.height_px) == (LONGEST_PX, 645)
        assert len(shown.jpeg) < 50_000
        assert jpeg_size(shown.jpeg) == seen(shown).size

    def test_nothing_of_the_camera_is_left(self):
        exif = Image.Exif()
        exif[MAKER] = "Camera 123, 51.1 N 71.4 E"
        shown = shown_picture(written(halves(), exif=exif, comment=b"a comment of the camera"))
        assert b"Camera 123" not in shown.jpeg
        assert b"comment" not in shown.jpeg
        assert b"Exif" not in shown.jpeg
        assert dict(seen(shown).getexif()) == {}

    @pytest.mark.parametrize(("orientation", "top"), [(1, "both"), (6, "red"), (8, "blue")])
    def test_it_stands_as_the_camera_was_held(self, orientation, top):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        image = seen(shown_picture(written(halves(), exif=exif)))
        red, _, blue = image.getpixel((image.width // 4, 10))
        found = {(True, False): "red", (False, True): "blue"}[red > 100, blue > 100]
        if top == "both":
            assert image.width > image.height
        else:
            assert (image.height > image.width, found) == (True, top)

    @pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
    def test_every_kind_of_pixel_becomes_rgb(self, mode):
        image = Image.new("I;16", (50, 40), 40_000) if mode == "I;16" else halves((50, 40)).convert(mode)
        found = seen(shown_picture(written(image, "JPEG" if mode == "CMYK" else "PNG")))
        assert (found.mode, found.size, found.format) == ("RGB", (50, 40), "JPEG")

    def test_sixteen_bits_keep_their_brightness(self):
        found = seen(shown_picture(written(Image.new("I;16", (50, 40), 257 * 120), "PNG")))
        assert abs(found.getpixel((20, 20))[0] - 120) <= 2

    def test_what_is_transparent_lies_on_white(self):
        found = seen(shown_picture(written(Image.new("RGBA", (50, 40), (0, 0, 0, 0)), "PNG")))
        assert min(found.getpixel((20, 20))) > 250

    def test_colours_of_a_profile_are_converted(self):
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        plain, profiled = (seen(shown_picture(written(halves(), **o))) for o in ({}, {"icc_profile": lab}))
        assert "icc_profile" not in profiled.info
        assert max(abs(a - b) for a, b in zip(plain.getpixel((9, 9)), profiled.getpixel((9, 9)), strict=True)) <= 3

    def test_a_profile_that_is_none_leaves_the_colours(self):
        plain, odd = (seen(shown_picture(written(halves(), **o))) for o in ({}, {"icc_profile": b"no profile" * 20}))
        assert plain.tobytes() == odd.tobytes()

    def test_it_is_a_baseline_jpeg_and_the_same_each_time(self):
        data = written(halves(), progressive=True)
        first, second = shown_picture(data), shown_picture(data)
        assert first == second
        assert "progressive" not in seen(first).info

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "Unidentified"),
            (b"GIF89a" + bytes(50), "Unidentified"),
            (b"\xff\xd8\xff" + bytes(200), "cannot be shown"),
            (written(halves())[:3000], "truncated"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Unidentified"),
        ],
        ids=["empty", "gif", "noise", "cut", "svg"],
    )
    def test_what_is_no_picture_is_refused(self, data, words):
        with pytest.raises(DocumentError, match=words):
            shown_picture(data)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        """A PNG of 60 000 x 60 000 pixels in 3.5 MB."""
        side = 60_000
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        rows = zlib.compress(bytes((side // 8 + 1) * side // 100))
        chunks = b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
        )
        with pytest.raises(DocumentError, match=r"DecompressionBomb|pixels"):
            shown_picture(b"\x89PNG\r\n\x1a\n" + chunks)

    def test_a_process_that_dies_or_hangs_is_a_refusal(self, monkeypatch, tmp_path):
        child = tmp_path / "child.py"
        monkeypatch.setattr(picture, "_CHILD", child)
        child.write_text("import os; os.kill(os.getpid(), 9)")
        with pytest.raises(DocumentError, match="ended with -9"):
            shown_picture(b"")
        child.write_text("import time; time.sleep(60)")
        monkeypatch.setattr(picture, "_TIMEOUT_S", 0.5)
        with pytest.raises(DocumentError, match="TimeoutExpired"):
            shown_picture(b"")
        child.write_text("print('no JPEG')")
        monkeypatch.setattr(picture, "_TIMEOUT_S", 60)
        with pytest.raises(DocumentError, match="no frame"):
            shown_picture(b"")

    def test_the_process_may_write_no_file(self, tmp_path):
        child, path = Path(picture.__file__).with_name("picture_child.py"), tmp_path / "file"
        script = f"import runpy; runpy.run_path({str(child)!r})['limit'](); open({str(path)!r}, 'w').write('a').real"
        ended = subprocess.run(
            [sys.executable, "-I", "-c", f"{script}; print('written')"], capture_output=True, check=False
        )
        assert path.stat().st_size == 0, ended.stderr

    @pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00\x04ab"])
    def test_a_jpeg_without_a_frame_has_no_size(self, data):
        with pytest.raises(InvalidRecordError, match="no frame"):
            jpeg_size(data)


class TestDocument:
    @pytest.fixture(scope="class", params=LANGUAGES)
    @staticmethod
    def document(request):
        content = fictitious.photographed(fictitious_reports.report(language=request.param))
        return request.param, compose(content, Translator(request.param), pictures=fictitious.PICTURES)

    def test_each_photograph_is_there_with_number_time_person_seal_and_digest(self, document, pages_of):
        language, pdf = document
        t, words = Translator(language), " ".join(pages_of(pdf)).replace(" ", "")
        for one in (fictitious.SEAL, fictitious.UNTIMED, fictitious.CLOSED, fictitious.LATER):
            assert one.number in words
            assert one.sha256 in words
        for said in (
            t("No. {number}, recorded when it was opened", number="00917"),
            t("No. {number}, recorded when it was put on", number="00918"),
            t("no seal was found"),
            t.moment(fictitious.SEAL.taken_at),
            fictitious.SEAL.taken_by,
            t("taken after the exhibit was opened"),
        ):
            assert said.replace(" ", "") in words

    def test_the_picture_goes_in_byte_for_byte_once_and_stays_pdf_a(self, document):
        _, pdf = document
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert pdfa_structure.faults(opened) == []
            raw = [one.read_raw_bytes() for one in opened.objects if _is_jpeg(one)]
        assert raw == [fictitious.JPEG]

    def test_it_is_printed_at_300_dpi_at_most(self):
        assert LONGEST_PX / 300 * 2.54 <= picture.PRINTED_CM

    def test_pictures_have_words_for_those_who_do_not_see_them(self, document):
        language, pdf = document
        t = Translator(language)
        words = t("Photograph {number}: {shows}", number=fictitious.SEAL.number, shows=fictitious.SEAL.shows)
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            said = [str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        assert words in said


def _is_jpeg(one):
    return isinstance(one, pikepdf.Stream) and one.get("/Filter") == "/DCTDecode"


def test_a_picture_that_is_not_at_hand_is_an_error():
    content = fictitious.photographed(fictitious_reports.report(), fictitious.SEAL)
    with pytest.raises(DocumentError, match=f"{fictitious.SEAL.number}.*is not at hand"):
        compose(content, Translator("en"))


def test_a_report_without_photographs_says_nothing_of_them(pages_of):
    assert "Photographs" not in " ".join(pages_of(compose(fictitious_reports.report(), Translator("en"))))


@pytest.mark.parametrize("reason", NotPrinted)
def test_what_is_not_printed_is_named_with_its_reason(pages_of, reason):
    one = replace(fictitious.LATER, not_printed=reason)
    pdf = compose(fictitious.photographed(fictitious_reports.report(), one), Translator("en"))
    assert f"Not printed: {reason.value}." in " ".join(pages_of(pdf))


def test_upright_and_small_pictures_keep_within_their_box(pages_of):
    small = written(halves((20, 60)))
    sha256 = hashlib.sha256(small).hexdigest()
    one = replace(fictitious.SEAL, shown_sha256=sha256, width_px=20, height_px=60)
    pdf = compose(fictitious.photographed(fictitious_reports.report(), one), Translator("en"), pictures={sha256: small})
    assert len(pages_of(pdf)) >= 2
