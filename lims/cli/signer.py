"""``aigaq ledger sign``: the signer of checkpoints, which knows neither database nor settings."""

import sys
from pathlib import Path

from lims.persistence.signer_program import LARGEST_QUESTION, answer


def run_sign(*, key: Path, state: Path) -> None:
    """Answer one question."""
    question = sys.stdin.buffer.read(LARGEST_QUESTION)
    sys.stdout.buffer.write(answer(question, key_file=key, state_file=state))
