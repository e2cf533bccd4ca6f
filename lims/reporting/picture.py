"""Photographs as they are printed: small, upright, without what a camera wrote beside the picture.

The file of somebody else is decoded in a process of its own with limits, as every file of others (SECURITY.md 7.2).
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from lims.domain.image_content import jpeg_size
from lims.errors import DocumentError, InvalidRecordError
from lims.services.desk_ports import ShownPicture

DPI: Final = 300
PRINTED_CM: Final = 8.2
"""Longest side on paper."""
LONGEST_PX: Final = 968
"""That side at 300 dpi."""
MOST_BYTES: Final = 1_000_000
_CHILD = Path(__file__).with_name("picture_child.py")
_TIMEOUT_S = 60


def shown_picture(data: bytes) -> ShownPicture:
    """Make the picture that is printed of a photograph.

    Parameters
    ----------
    data : bytes
        JPEG or PNG, from anybody.

    Returns
    -------
    ShownPicture
        A baseline JPEG in sRGB with at most 968 pixels a side, without metadata.

    Raises
    ------
    DocumentError
        If it cannot be read as a picture within the limits.
    """
    try:
        made = subprocess.run(  # noqa: S603 - our own script; the file goes in as bytes
            [sys.executable, "-I", str(_CHILD), str(LONGEST_PX)],
            input=data,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            env={"OMP_NUM_THREADS": "1"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DocumentError(f"the photograph cannot be shown: {type(error).__name__}") from error
    if made.returncode != 0 or len(made.stdout) > MOST_BYTES:
        said = made.stderr.decode(errors="replace").splitlines()
        raise DocumentError(f"the photograph cannot be shown: {said[-1] if said else f'ended with {made.returncode}'}")
    try:
        width, height = jpeg_size(made.stdout)
    except InvalidRecordError as error:
        raise DocumentError(f"the photograph cannot be shown: {error}") from error
    return ShownPicture(jpeg=made.stdout, width_px=width, height_px=height)
