"""How long a wrong try takes for a known and for an unknown name: ``python -m benchmarks.sign_in``.

Prints JSON. A difference would list the staff to whoever asks. Each try is measured through the service, with the
parameters of a real laboratory, on SQLite in a temporary folder; the clock of the service goes on by a day between
tries, so that none has to wait.
"""

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lims.bootstrap import open_laboratory
from lims.domain.staff import Role, StaffMember
from lims.services.authentication import AuthenticationService
from lims.settings import load_settings


class MovedClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        """Begin now."""
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """Give the time, aware, UTC."""
        return self.moment


def measure(tries: int, folder: Path) -> dict[str, object]:
    """Measure wrong tries of both kinds in turn.

    Returns
    -------
    dict
        Medians in milliseconds, their relative difference, and the load of the machine.
    """
    clock = MovedClock()
    laboratory = open_laboratory(load_settings({}, home=folder / "home"))
    administrator = StaffMember(number="known", name="Benchmark", post="none", roles=(Role.ADMINISTRATOR,))
    laboratory.staffing.register(administrator, password=secrets.token_urlsafe(24), actor=None)
    authentication = replace(laboratory.authentication, clock=clock)
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(tries):
        for name, times in taken.items():
            clock.moment += timedelta(hours=25)
            times.append(_wrong_try(authentication, name))
    known, unknown = (1000 * statistics.median(times) for times in taken.values())
    return {
        "tries_of_each": tries,
        "known_name_median_ms": round(known, 1),
        "unknown_name_median_ms": round(unknown, 1),
        "difference_percent": round(100 * (unknown - known) / known, 2),
        "load_average_1_min": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


def _wrong_try(authentication: AuthenticationService, name: str) -> float:
    begin = time.perf_counter()
    found = authentication.check(name, "a wrong password")
    taken = time.perf_counter() - begin
    if found is not None:
        raise SystemExit("a wrong password was taken for right")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100, help="Of each kind.")
    tries = parser.parse_args().tries
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(measure(tries, Path(folder)), indent=2) + "\n")


if __name__ == "__main__":
    main()
