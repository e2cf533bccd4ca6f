"""How long the server worked: processor time of the servers that this process started, as the system counts it."""

import os
from pathlib import Path

_SERVES = b"serve"
_AFTER_NAME = 2
"""Characters from the end of the program's name to the fields behind it, in ``/proc/PID/stat``."""


def processor_seconds() -> float:
    """Give the processor time, user and system, of every server below this process, in s; 0 where none runs."""
    ticks = sum(_ticks(process) for process in Path("/proc").glob("[0-9]*") if _is_our_server(process))
    return ticks / os.sysconf("SC_CLK_TCK")


def _is_our_server(process: Path) -> bool:
    try:
        ours = int(_fields(process)[1]) == os.getpid()
        return ours and _SERVES in (process / "cmdline").read_bytes()
    except (OSError, IndexError):  # it ended meanwhile
        return False


def _ticks(process: Path) -> int:
    """Sum up utime, stime and those of the children that were waited for (proc(5), fields 14 to 17)."""
    return sum(int(one) for one in _fields(process)[11:15])


def _fields(process: Path) -> list[str]:
    """Give the fields from the third on: the state."""
    stat = (process / "stat").read_text("ascii", errors="replace")
    return stat[stat.rindex(")") + _AFTER_NAME :].split()
