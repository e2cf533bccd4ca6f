"""Make the key of the second factors in a folder, then say so: ``python -m tests.crash.recorded_key FOLDER MARKS``."""

import os
import sys
from pathlib import Path

from lims.persistence.secret_box import open_secret_box

if __name__ == "__main__":
    marks = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    open_secret_box(Path(sys.argv[1]) / "second-factor.key")
    os.write(marks, b"made\n")
