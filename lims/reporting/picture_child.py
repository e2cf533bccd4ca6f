"""Makes one picture printable, in a process of its own: bytes of a file on standard input, a JPEG on standard output.

Started as a script by ``picture.py``; it imports nothing of ours. What it refuses it says in one line on standard
error and ends with 1.
"""

import io
import sys
import warnings

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MOST_PIXELS = 120_000_000
"""Of the original; a camera of today has up to about 100 million."""
QUALITY = 85
DPI = 300
_AS_BYTES = 1024**3
_CPU_S = 20


def limit() -> None:
    """Take the process's own means away before the file is looked at."""
    try:
        import resource  # noqa: PLC0415 - Linux and macOS alone have it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_AS_BYTES, _AS_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def printable(data: bytes, *, longest_px: int) -> bytes:
    """Turn it as the camera held it, bring it to sRGB and to size, and write it with nothing beside the picture."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels; expected at most {MOST_PIXELS}")
        image.draft("RGB", (2 * longest_px, 2 * longest_px))
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
        plain = _in_srgb(_on_white(upright), profile)
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    written = io.BytesIO()
    clean.save(written, "JPEG", quality=QUALITY, dpi=(DPI, DPI), optimize=False, progressive=False)
    return written.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """Lay what is transparent on white paper."""
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("F").point(lambda value: value / 257).convert("L")
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Convert the colours of a profile to sRGB; a profile that cannot be read leaves them as they are."""
    if not isinstance(profile, bytes):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted or image


def main() -> int:
    """Do it once."""
    limit()
    warnings.simplefilter("error")
    try:
        made = printable(sys.stdin.buffer.read(), longest_px=int(sys.argv[1]))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, Warning) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500])
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
