"""How much a reading process may use, and what of that this computer can enforce."""

import os
import sys
from dataclasses import dataclass, fields

from spectra.errors import InvalidSettingError

_MEGABYTE = 1024**2
_OPEN_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """What one reading process may use; it is ended at the first limit that it meets.

    Raises
    ------
    InvalidSettingError
        If a limit is not above 0.
    """

    cpu_s: int
    """Processor time."""
    wall_s: int
    """From start to the whole answer."""
    memory_mb: int
    """Address space; the interpreter with NumPy needs 106 MB of it, with SciPy 149 MB."""
    answer_mb: int
    """Of what comes back."""
    unpacked_mb: int
    """Of each file that a zipped run is unpacked to; a process that unpacks nothing can write nothing."""

    def __post_init__(self) -> None:
        """Refuse what would be no limit."""
        for item in fields(self):
            if getattr(self, item.name) <= 0:
                raise InvalidSettingError(f"{item.name} is {getattr(self, item.name)}; expected a number above 0")

    @property
    def answer_bytes(self) -> int:
        """The longest answer that is taken."""
        return self.answer_mb * _MEGABYTE

    @property
    def not_enforced(self) -> tuple[str, ...]:
        """What this computer does not enforce, in words; empty on Linux for anybody but root."""
        return limits_not_enforced(sys.platform, is_root=os.geteuid() == 0)

    def system_limits(self, *, unpacks: bool) -> tuple[tuple[str, int, int], ...]:
        """Give the soft and hard limits of the operating system, by the names of the module ``resource``.

        Parameters
        ----------
        unpacks : bool
            True if the process may write files, of ``unpacked_mb`` each.
        """
        memory, written = self.memory_mb * _MEGABYTE, self.unpacked_mb * _MEGABYTE if unpacks else 0
        return (
            ("RLIMIT_CPU", self.cpu_s, self.cpu_s + 1),
            ("RLIMIT_AS", memory, memory),
            ("RLIMIT_NOFILE", _OPEN_FILES, _OPEN_FILES),
            ("RLIMIT_FSIZE", written, written),
            ("RLIMIT_CORE", 0, 0),
            ("RLIMIT_NPROC", 0, 0),
        )


RUN_LIMITS = ReadLimits(cpu_s=10, wall_s=15, memory_mb=512, answer_mb=256, unpacked_mb=512)
"""For runs and files of a few spectra. A GC-MS run of 2 430 scans needs 0.2 s and 128 MB."""
LIBRARY_LIMITS = ReadLimits(cpu_s=120, wall_s=180, memory_mb=4096, answer_mb=2048, unpacked_mb=512)
"""For library files. The 48 106 MS/MS spectra of MassBank 2025.05.1 need 3 s and 610 MB."""


def limits_not_enforced(platform: str, *, is_root: bool) -> tuple[str, ...]:
    """Say in words which limits a platform lacks.

    Parameters
    ----------
    platform : str
        As in ``sys.platform``.
    is_root : bool
        True for the user that the kernel lets start processes without a limit.
    """
    missing = [] if platform == "linux" else ["memory: only Linux limits the address space of a process"]
    if is_root:
        missing.append("number of processes: root is exempt; run the program as another user")
    return tuple(missing)
