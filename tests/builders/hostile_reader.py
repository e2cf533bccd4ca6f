"""A start file for the reading process with readers that misbehave: which one, the name of the file to read says.

Production never starts it: the parent names its own start file, and only a test hands in this one.
"""

import ctypes
import json
import os
import runpy
import signal
import sys
import time
from pathlib import Path

CORE = Path(__file__).resolve().parents[2]


def sleeps(_path):
    time.sleep(60)


def computes(_path):
    while True:
        pass


def allocates(_path):
    return bytearray(2 * 1024**3)


def allocates_in_numpy(_path):
    import numpy as np

    return np.ones(2 * 1024**3 // 8)


def crashes(_path):
    ctypes.string_at(0)


def aborts(_path):
    os.abort()


def is_killed(_path):
    os.kill(os.getpid(), signal.SIGKILL)


def rings(_path):
    signal.raise_signal(signal.SIGALRM)


def leaves(_path):
    sys.exit(3)


def closes(_path):
    """Give up the channel and go on."""
    os.closerange(1, 64)
    time.sleep(60)


def fails(_path):
    raise KeyError("<script>alert('of a reader')</script>")


def recurses(path):
    return recurses(path)


def writes(path):
    path.with_name("written").write_bytes(b"x")


def unpacks_much(path):
    path.with_name("written").write_bytes(bytes(3 * 1024**2))


def opens(path):
    files = []
    while True:
        files.append(path.open("rb"))


def forks(path):
    """Leave a child behind that holds every pipe, and end."""
    if os.fork():
        os._exit(5)
    path.with_name("forked").write_text(str(os.getpid()))
    time.sleep(60)


def prints(path):
    sys.stdout.write("no part of the answer" * 10)
    sys.stdout.flush()
    os.write(1, b"nor this" * 200_000)  # more than a pipe holds
    os.write(2, b"\x1b[2J" * 200_000)
    return looks(path)


def looks(_path):
    """Answer with what the process sees of the world, as a run's manifest."""
    from spectra.formats.reading import RunReading

    world = {
        "environment": sorted(os.environ),
        "stdin": os.read(0, 10).decode(),
        "is_leader": os.getsid(0) == os.getpid(),
        "modules": sorted(name for name in sys.modules if name.split(".")[0] in {"spectra", "scipy"}),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }
    return RunReading(run=a_run(), folder_manifest=json.dumps(world))


def a_run():
    import numpy as np

    from spectra.chromatogram.run import Run, RunMetadata

    return Run(
        scan_times_s=np.array([1.0]),
        scan_starts=np.array([0, 1]),
        mz=np.array([58.0]),
        intensity=np.array([1.0]),
        metadata=RunMetadata(),
    )


def channel():
    """Find the pipe that the answer goes through, as code that took over the process would."""
    descriptors = list(Path("/proc/self/fd").iterdir())
    return max(int(path.name) for path in descriptors if path.exists())


def babbles(_path):
    os.write(channel(), b"\x80\x04\x95garbage" * 10)
    os._exit(0)


def babbles_much(_path):
    while True:
        os.write(channel(), b"garbage" * 10_000)


def announces_much(_path):
    os.write(channel(), b"AIGAQ\x01\nV" + (2**62).to_bytes(8, "little") * 2)
    time.sleep(60)


def stops_midway(_path):
    os.write(channel(), b"AIGAQ\x01\nV" + (100).to_bytes(8, "little") * 2 + b"{")
    os._exit(0)


def dies_midway(_path):
    os.write(channel(), b"AIGAQ\x01\nV" + (100).to_bytes(8, "little") * 2 + b"{")
    os.abort()


def says_another_status(_path):
    os.write(channel(), b"AIGAQ\x01\nX" + (2).to_bytes(8, "little") + (0).to_bytes(8, "little") + b"{}")
    time.sleep(60)


def refuses_without_fault(_path):
    from spectra.formats.child import REFUSAL, Refusal
    from spectra.formats.transport import frame_of

    os.write(channel(), b"".join(frame_of(Refusal(faults=(), group=None), REFUSAL)))
    time.sleep(60)


def answers_another_kind(_path):
    return (1.0, 2.0)


def answers_what_no_frame_holds(_path):
    return {1, 2}


def refuses(path):
    from spectra.errors import FormatError

    raise FormatError(path, "line 7", "a <b>'ö'\udce9", "nothing of the kind")


def refuses_often(path):
    from spectra.errors import FormatError, FormatErrors

    raise FormatErrors.of(path, [FormatError(path, f"line {n}", "x", "y") for n in range(3)])


if __name__ == "__main__":
    start = runpy.run_path(str(CORE / "spectra" / "formats" / "child_start.py"))
    start["lay_bare_packages"](CORE)
    from spectra.formats.child import serve

    serve(sys.argv[1], readings={"run": lambda path, _scratch: globals()[path.stem](path)})
