"""Write ``requirements.lock`` (versions and hashes, no index address) and the constraints in ``pyproject.toml``.

Run it through ``uv run nox -s lock`` after a change of the dependencies. ``uv.lock`` stays out of the repository
because it names the addresses of package indexes; uv honours ``constraint-dependencies`` instead.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
HEAD = "# Made by 'uv run nox -s lock'. Exact versions and hashes of everything that Aigaq and its tests need.\n"
CONSTRAINTS = re.compile(r"(constraint-dependencies = \[\n)((?:    .*\n)*)(\])")
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?==[^ ;\\]+)\s*(;[^\\\n]*)?", re.MULTILINE)


def exported() -> str:
    """Let uv resolve and write the pins of all groups and extras, for every platform.

    Not those of the group ``bench``: pip refuses a lock that holds matchms beside a newer SciPy.
    """
    command = ["uv", "export", "--quiet", "--no-header", "--no-annotate", "--no-emit-project", "--all-groups"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_PROJECT")}
    return subprocess.run(  # noqa: S603 - a fixed command
        [*command, "--no-group", "bench", "--all-extras", "--format", "requirements-txt"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    ).stdout


def constraints(lock: str) -> str:
    """Give the lines of the constraint table that a lock asks for."""
    pins = [f"{pin} {marker}".strip() for pin, marker in PIN.findall(lock)]
    return "".join(f'    "{pin}",\n' for pin in pins)


def with_constraints(project: str, lines: str) -> str:
    """Give the project file with another constraint table."""
    return CONSTRAINTS.sub(lambda match: match[1] + lines + match[3], project, count=1)


def main() -> int:
    """Write both files; with ``--check`` only say whether they agree."""
    project = PROJECT.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        agree = CONSTRAINTS.search(project)
        return 0 if agree is not None and agree[2] == constraints(LOCK.read_text("utf-8")) else 1
    PROJECT.write_text(with_constraints(project, ""), "utf-8")  # so that uv resolves afresh
    (ROOT / "uv.lock").unlink(missing_ok=True)
    lock = exported()
    LOCK.write_text(HEAD + lock, "utf-8")
    PROJECT.write_text(with_constraints(project, constraints(lock)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
