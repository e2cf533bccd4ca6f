"""Refuse files that do not belong in the repository: large ones, private keys, raw data of instruments."""

import sys
from pathlib import Path

MAX_BYTES = 1_000_000
FORBIDDEN_ENDINGS = (".p12", ".pfx", ".key", ".sqlite", ".ms", ".cdf", ".mzml", ".mzxml", ".msp", ".msp.gz")
PRIVATE_KEY = b"-----BEGIN" + b" PRIVATE KEY-----"


def fault(path: Path) -> str | None:
    """Say why a file is refused; None for a file that may stay."""
    if path.name.casefold().endswith(FORBIDDEN_ENDINGS):
        return "raw data, stores and keys are not committed"
    if path.stat().st_size > MAX_BYTES:
        return f"{path.stat().st_size} bytes; at most {MAX_BYTES}"
    if PRIVATE_KEY in path.read_bytes():
        return "a private key"
    return None


def main() -> int:
    """Check the files named on the command line."""
    faults = [(path, reason) for path in map(Path, sys.argv[1:]) if path.is_file() and (reason := fault(path))]
    for path, reason in faults:
        sys.stderr.write(f"{path}: {reason}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
