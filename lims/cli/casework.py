"""Acts of the laboratory from the command line; each asks for the password of the person who acts."""

from dataclasses import dataclass, field
from pathlib import Path

import typer

from lims.cli.laboratories import require_laboratory
from lims.cli.output import note, print_json, say
from lims.domain.account import needs_second_factor
from lims.domain.staff import StaffMember
from lims.errors import EnrolmentNeededError, NotPermittedError, PasswordChangeNeededError
from lims.services.laboratory import Laboratory


class WrongPasswordError(NotPermittedError):
    """The password is not that of the person who was named."""

    def advice(self) -> str:
        """Say that nothing happened."""
        return "Nothing was recorded. Try again with that person's own password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits at the console, and the laboratory as that person may see it."""

    laboratory: Laboratory
    person: StaffMember


def run_add_library(file: Path, *, name: str | None, by: str, as_json: bool, home: Path | None) -> None:
    """Record a release."""
    here = seat(require_laboratory(home), by)
    release = here.laboratory.curating.add_release(file, name=name, actor=here.person)
    if as_json:
        print_json({"name": release.number, "sha256": release.sha256, "spectra": release.spectra})
    else:
        say(f"release {release.number} recorded: {release.spectra} spectra, SHA-256 {release.sha256}")


def run_import(run: Path, *, exhibit: str, aliquot: str, by: str, as_json: bool, home: Path | None) -> None:
    """Import a run."""
    here = seat(require_laboratory(home), by)
    recorded = here.laboratory.importing.import_run(
        run, exhibit_number=exhibit, aliquot_number=aliquot, actor=here.person
    )
    if as_json:
        print_json({"run": recorded.number, "sha256": recorded.raw.sha256, "scans": recorded.scans})
    else:
        say(f"run {recorded.number} imported: {recorded.scans} scans, SHA-256 {recorded.raw.sha256}")


def seat(laboratory: Laboratory, number: str) -> Seat:
    """Ask who acts, and give the laboratory as that person may see it and act in it.

    Raises
    ------
    WrongPasswordError, EnrolmentNeededError
        As ``acting``.
    """
    person = acting(laboratory, number)
    return Seat(laboratory=laboratory.seen_by(person), person=person)


def acting(laboratory: Laboratory, number: str) -> StaffMember:
    """Ask for the password of the person who acts, and for the code where one is enrolled.

    A person whose password was set by somebody else chooses an own one first.

    Raises
    ------
    WrongPasswordError
        If they are not that person's, or too many wrong tries came before.
    EnrolmentNeededError
        If the person's roles need a second factor and there is none yet.
    """
    typed = ask_credentials(laboratory, number)
    try:
        member = laboratory.authentication.check(number, typed.password, typed.code)
    except PasswordChangeNeededError:
        member = laboratory.staffing.get(number)
        choose_password(laboratory, member)
        if needs_second_factor(member) and not typed.code:
            raise EnrolmentNeededError(number) from None
    if member is None:
        raise WrongPasswordError(f"the password or the code is not that of {number}, or there were too many tries")
    return member


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCredentials:
    """What a person typed at the console."""

    password: str = field(repr=False)
    code: str = field(repr=False)


def ask_credentials(laboratory: Laboratory, number: str) -> TypedCredentials:
    """Ask for the password, and for the code where a device is enrolled."""
    password = typer.prompt(f"Password of {number}", hide_input=True, err=True)
    enrolled = laboratory.authentication.account(number).second_factor
    # Hidden too: a prompt that is shown puts a blank into the output, which scripts read.
    code = typer.prompt(f"Code of {number}", hide_input=True, err=True) if enrolled else ""
    return TypedCredentials(password=password, code=code)


def ask_new_password() -> str:
    """Ask for a new password, twice."""
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))


def choose_password(laboratory: Laboratory, member: StaffMember) -> None:
    """Let a person who was just proved put an own password in place of the one that somebody else set.

    Raises
    ------
    InvalidRecordError
        If the new password is not taken.
    """
    set_by = laboratory.authentication.account(member.number).password_set_by
    note(f"the password of {member.number} was set by {set_by}: choose an own one")
    laboratory.authentication.choose_password(member, ask_new_password())
