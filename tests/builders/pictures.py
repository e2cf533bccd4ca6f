"""Small pictures, made byte by byte: whole ones, and parts to break them with."""

import struct
import zlib


def png(pixels: bytes = b"\x00\xff\x00\x00") -> bytes:
    """Give a PNG of one red pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        png_chunk(kind, body) for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    )


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0CAMERA 2026:11:22 10:00:00"


def jpeg() -> bytes:
    """Give the parts of a JPEG that tell how large it is, with the camera's own data, and a scan."""
    frame = struct.pack(">BHHB", 8, 1, 1, 1) + b"\x01\x11\x00"
    scan = b"\x01\x01\x00\x00\x3f\x00"
    return (
        b"\xff\xd8"
        + jpeg_segment(0xE1, EXIF)
        + jpeg_segment(0xC0, frame)
        + jpeg_segment(0xDA, scan)
        + b"\x12\x34\xff\xd9"
    )
