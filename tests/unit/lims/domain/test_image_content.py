import pytest

from lims.domain.image_content import ImageType, image_type
from lims.errors import InvalidRecordError
from tests.builders.pictures import jpeg, jpeg_segment, png, png_chunk


def test_pictures_are_told_by_their_content():
    assert image_type(png()) is ImageType.PNG
    assert image_type(jpeg()) is ImageType.JPEG
    assert image_type(jpeg() + b"what a camera puts behind the picture") is ImageType.JPEG
    assert image_type(b"\xff\xd8\xff\xff\xff\x01" + jpeg()[2:]) is ImageType.JPEG  # fill bytes, a mark without a length


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png()[:8],
        png() + b"x",
        png().replace(b"IEND", b"IENX"),
        png()[:8] + png_chunk(b"IEND", b""),
        b"\xff\xd8\xff",
        b"\xff\xd8" + jpeg_segment(0xE0, b"JFIF") + b"\xff\xd9",
        jpeg().replace(b"\xff\xc0", b"\xff\xc4"),
        jpeg()[:-2],
        b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 20,
    ],
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(InvalidRecordError, match="photograph"):
        image_type(data)


def test_each_cut_of_a_picture_is_refused():
    for whole in (png(), jpeg()):
        for end in range(len(whole)):
            with pytest.raises(InvalidRecordError):
                image_type(whole[:end])


def test_each_changed_byte_of_a_png_is_seen():
    whole = png()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 + place % 255
        with pytest.raises(InvalidRecordError):
            image_type(bytes(changed))
