"""What kind of picture some bytes are, told from the bytes to their end and never from a name."""

import zlib
from enum import StrEnum

from lims.errors import InvalidRecordError

_PNG = b"\x89PNG\r\n\x1a\n"
_MARKER = 0xFF
_START_OF_SCAN = 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}
"""JPEG markers without a length."""
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that say how large the picture is."""


class ImageType(StrEnum):
    """Kinds of pictures that are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"


def image_type(data: bytes) -> ImageType:
    """Tell the kind of a picture, having walked through its parts.

    Raises
    ------
    InvalidRecordError
        If it is neither JPEG (ITU-T T.81, annex B) nor PNG (W3C PNG, section 5), or it is not whole.
    """
    if data.startswith(_PNG):
        return _whole_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _whole_jpeg(data)
    raise InvalidRecordError("photograph: neither JPEG nor PNG by its content")


def _whole_png(data: bytes) -> ImageType:
    place, kinds = len(_PNG), []
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 8 + length]
        if zlib.crc32(body).to_bytes(4, "big") != data[place + 8 + length : place + 12 + length]:
            raise InvalidRecordError(f"photograph: the PNG is damaged at byte {place}")
        kinds.append(body[:4])
        place += 12 + length
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or place != len(data):
        raise InvalidRecordError("photograph: the PNG is not whole")
    return ImageType.PNG


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Read width and height of a JPEG in pixels (ITU-T T.81, B.2.2).

    Raises
    ------
    InvalidRecordError
        If no frame says them.
    """
    place = 2
    while place + 9 <= len(data) and data[place] == _MARKER:
        if data[place + 1] in _FRAMES:
            height, width = (int.from_bytes(data[place + at : place + at + 2], "big") for at in (5, 7))
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise InvalidRecordError(f"photograph: no frame of the JPEG says its size; reading ended at byte {place}")


def _whole_jpeg(data: bytes) -> ImageType:
    """Walk the segments up to the first scan; the picture ends with its end mark, after which cameras may put more."""
    place, sized = 2, False
    while place + 4 <= len(data) and data[place] == _MARKER:
        kind = data[place + 1]
        if kind == _MARKER or kind in _ALONE:
            place += 1 if kind == _MARKER else 2
            continue
        sized = sized or kind in _FRAMES
        if kind == _START_OF_SCAN:
            if sized and data.find(b"\xff\xd9", place) > 0:
                return ImageType.JPEG
            break
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise InvalidRecordError(f"photograph: the JPEG is not whole; reading ended at byte {place}")
