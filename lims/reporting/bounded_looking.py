"""Looking into a file in a process of its own, with limits; whatever happens there is one answer here.

The process is started anew for each file, without our environment, in a session of its own. Source of the limits: the
threats of reading untrusted files, SECURITY.md.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lims.errors import SigningError
from lims.reporting.layout import EXPERT_FIELD, REVIEWER_FIELD
from lims.reporting.looking import Look, LookRequest
from lims.reporting.signature_check import FieldCheck, SignatureCheck
from lims.translation import Translator

_START = Path(__file__).with_name("looking_process.py")
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLimits:
    """What one process may use."""

    file_bytes: int = 200 * 2**20
    """Of the file; a larger one is not looked into."""
    memory_bytes: int = 2 * 2**30
    """Of address space, the libraries included."""
    cpu_s: int = 60
    wall_s: int = 120
    answer_bytes: int = 16 * 2**20

    @property
    def system(self) -> dict[str, int]:
        """Give the limits that the operating system enforces, by their names there."""
        return {
            "RLIMIT_AS": self.memory_bytes,
            "RLIMIT_CPU": self.cpu_s,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": 64,
        }


LIMITS = LookLimits()


def look_bounded(pdf: bytes, request: LookRequest, limits: LookLimits = LIMITS) -> Look:
    """Read everything from a file within limits.

    Returns
    -------
    Look
        As ``look`` gives it; of a file that met a limit, that it could not be judged.

    Raises
    ------
    SigningError
        If a trust root or a revocation list cannot be read: that is no fault of the file.
    """
    if len(pdf) > limits.file_bytes:
        return _nothing(request)
    answer = _asked(pdf, request, limits)
    if "refused" in answer:
        raise SigningError(str(answer["refused"]))
    try:
        return Look.from_json(answer["look"])
    except (KeyError, ValueError):
        return _nothing(request)


def _asked(pdf: bytes, request: LookRequest, limits: LookLimits) -> dict[str, str]:
    """Ask the process; an empty answer where it met a limit or died."""
    question = f"{json.dumps(limits.system)}\n{request.to_json()}\n".encode() + pdf
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and file; what is asked goes over standard input
        [sys.executable, "-I", "-B", "-X", "utf8", str(_START)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    with process:
        try:
            said, noise = process.communicate(question, timeout=limits.wall_s)
        except subprocess.TimeoutExpired:
            said, noise = b"", b"no answer in time"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if noise:
        _LOG.info("the process that looks into a file said %r", noise[-2000:])
    return _parsed(said[: limits.answer_bytes])


def _parsed(said: bytes) -> dict[str, str]:
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _nothing(request: LookRequest) -> Look:
    """Say of a file that it could not be judged."""
    t = Translator(request.language)
    reason = t("The file could not be judged within the limits of size, time and memory.")
    expert, reviewer = (FieldCheck(name=one.name, present=False, reasons=()) for one in (EXPERT_FIELD, REVIEWER_FIELD))
    signatures = SignatureCheck(readable=False, expert=expert, reviewer=reviewer, others=(), reasons=(reason,))
    return Look(signatures=signatures)
