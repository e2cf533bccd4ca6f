"""The checks of this project, one command: ``uv run nox``; each can be named with ``-s``."""

import re
import tempfile
from pathlib import Path

import nox

TEXT_KEYWORDS = ("t", "translator", "marked", "said")
"""The names under which the code says or marks a text for translation."""
PLURAL_FORMS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
CATALOGUE_HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: Aigaq\n"
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural_forms}\n"

"""
"""Nothing in it changes from run to run, and it names no person."""

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


@nox.session
def nightly(session: nox.Session) -> None:
    """Run the long campaigns, on both databases, each command a process, as many examples as a night has time for."""
    longest = {"HYPOTHESIS_PROFILE": "nightly", "COMMANDS_OF_TESTS": "processes"}
    session.run("pytest", "-m", "nightly or not nightly", *session.posargs, env=longest)


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
    """Measure the speed of search and print JSON; for the peers' columns: ``uv run --group bench nox -s bench``."""
    session.run("python", "-m", "benchmarks.search", "--json", *session.posargs)


@nox.session
def texts(session: nox.Session) -> None:
    """Take the texts out of the code and bring both catalogues up to date; new texts stand there untranslated."""
    keywords = [option for name in TEXT_KEYWORDS for option in ("-k", name)]
    layout = ["--omit-header", "--width=110"]
    with tempfile.TemporaryDirectory() as folder:
        template = str(Path(folder) / "aigaq.pot")
        take = ["-q", "extract", "-F", "babel.cfg", "--no-default-keywords", *keywords, "--add-location=file", *layout]
        session.run("pybabel", *take, "-o", template, ".")
        for language in PLURAL_FORMS:
            path = f"lims/locale/{language}.po"
            update = ["-q", "update", "-l", language, "--init-missing", "--no-fuzzy-matching", "--ignore-obsolete"]
            session.run("pybabel", *update, *layout, "-i", template, "-o", path)
            _tidy_catalogue(Path(path), language)


def _tidy_catalogue(path: Path, language: str) -> None:
    """Put a stable header on a catalogue; a percent sign in it is never a placeholder, whatever the extraction says."""
    header = CATALOGUE_HEADER.format(language=language, plural_forms=PLURAL_FORMS[language])
    messages = path.read_text("utf-8")
    messages = re.sub(r"^(#,.*), python-format$", r"\1", messages, flags=re.MULTILINE)
    path.write_text(header + messages.strip("\n") + "\n", "utf-8")


@nox.session
def guide(session: nox.Session) -> None:
    """Follow docs/guide in a browser on a new demonstration, and take its pictures anew."""
    session.run("python", "scripts/guide_pictures.py")


@nox.session
def serve(session: nox.Session) -> None:
    """Start the application."""
    session.run("aigaq", "serve", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Write ``requirements.lock`` anew and the constraints that apply it."""
    session.run("python", "scripts/lock.py", *session.posargs)
