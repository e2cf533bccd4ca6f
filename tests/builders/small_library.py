"""A small library for tests, made up: names and spectra are of no substance, and every record says so."""

from pathlib import Path

SIMULATED = "simulated spectrum of the tests, of no substance"
ALPHA, BETA, GAMMA = "Simulated alpha", "Simulated beta", "Simulated gamma"
PEAKS = {
    ALPHA: {30: 60, 41: 120, 43: 999, 44: 55, 57: 33, 58: 310, 70: 12, 72: 90, 86: 40, 100: 15, 101: 2},
    BETA: {39: 40, 51: 120, 63: 80, 65: 300, 77: 640, 91: 999, 92: 70, 105: 260, 119: 45, 134: 120, 135: 12},
    GAMMA: {50: 25, 62: 18, 75: 60, 89: 140, 115: 420, 128: 300, 139: 90, 152: 510, 165: 999, 178: 640, 179: 90},
}


def msp(*records: str) -> str:
    """Join records to a file."""
    return "\n\n".join(records) + "\n"


def record(name: str, *, number: int, extra: str = "", peaks: dict[int, int] | None = None) -> str:
    """Write one record as SWGDRUG does."""
    ions = peaks or PEAKS[name]
    lines = "; ".join(f"{mz} {height}" for mz, height in ions.items())
    return f"Name: {name}\n{extra}ID: {number}\nComments: {SIMULATED}\nNum Peaks: {len(ions)}\n{lines}"


def earlier() -> str:
    """Give the file of a release."""
    return msp(record(ALPHA, number=1, extra="Synon: Simulated-A\n"), record(BETA, number=2))


def later() -> str:
    """Give the file of the next release: numbered anew, beta renamed, gamma came."""
    beta = record("Simulated beta (corrected)", number=3, peaks=PEAKS[BETA])
    return msp(record(GAMMA, number=1), record(ALPHA, number=2, extra="Synon: Simulated-A\n"), beta)


def written(folder: Path, text: str, name: str) -> Path:
    """Write a file of a library."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
