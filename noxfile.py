"""The checks of this project, one command: ``uv run nox``; each can be named with ``-s``."""

import nox

nox.options.default_venv_backend = "none"  # the environment that uv keeps is the one that is checked
nox.options.sessions = ["format", "lint", "types", "contracts", "tests"]


@nox.session(name="format")
def check_format(session: nox.Session) -> None:
    """Compare the code's form with the formatter's."""
    session.run("ruff", "format", "--check", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Read the code for mistakes."""
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check every type."""
    session.run("mypy")


@nox.session
def contracts(session: nox.Session) -> None:
    """Check that imports point down."""
    session.run("lint-imports", "--no-cache")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; arguments after ``--`` go to pytest."""
    session.run("pytest", *session.posargs)


@nox.session(name="property")
def property_tests(session: nox.Session) -> None:
    """Run the properties with as many examples as the nightly run."""
    session.run("pytest", "tests/property", env={"HYPOTHESIS_PROFILE": "nightly"})


@nox.session
def golden(session: nox.Session) -> None:
    """Compare what is made with what was made."""
    session.run("pytest", "tests/golden", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which branches the tests reach."""
    session.run("pytest", "--cov", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed; prints JSON."""
    session.run("python", "-m", "benchmarks.identify", *session.posargs)


@nox.session
def serve(session: nox.Session) -> None:
    """Start the application."""
    session.run("aigaq", "serve", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Write ``requirements.lock`` anew and the constraints that apply it."""
    session.run("python", "scripts/lock.py", *session.posargs)
