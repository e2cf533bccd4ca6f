"""Acts of the laboratory from the command line; each asks for the password of the person who acts."""

from pathlib import Path

import typer

from lims.bootstrap import open_laboratory
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.staff import Role, StaffMember
from lims.errors import NotPermittedError
from lims.services.laboratory import Laboratory
from lims.settings import load_settings


class WrongPasswordError(NotPermittedError):
    """The password is not that of the person who was named."""

    def advice(self) -> str:
        """Say that nothing happened."""
        return "Nothing was recorded. Try again with that person's own password"


def run_add_staff(
    number: str, *, name: str, post: str, roles: tuple[Role, ...], by: str | None, home: Path | None
) -> None:
    """Register a person."""
    laboratory = open_laboratory(load_settings(home=home))
    actor = acting(laboratory, by) if by else None
    password = typer.prompt(f"New password of {number}", hide_input=True, confirmation_prompt=True, err=True)
    member = StaffMember(number=number, name=name, post=post, roles=roles)
    laboratory.staffing.register(member, password=password, actor=actor)
    say(f"{member.number} registered: {member.state}")


def run_add_library(file: Path, *, name: str | None, by: str, as_json: bool, home: Path | None) -> None:
    """Record a release."""
    laboratory = require_laboratory(home)
    release = laboratory.curating.add_release(file, name=name, actor=acting(laboratory, by))
    if as_json:
        print_json({"name": release.number, "sha256": release.sha256, "spectra": release.spectra})
    else:
        say(f"release {release.number} recorded: {release.spectra} spectra, SHA-256 {release.sha256}")


def run_import(run: Path, *, exhibit: str, by: str, as_json: bool, home: Path | None) -> None:
    """Import a run."""
    laboratory = require_laboratory(home)
    recorded = laboratory.importing.import_run(run, exhibit_number=exhibit, actor=acting(laboratory, by))
    if as_json:
        print_json({"run": recorded.number, "sha256": recorded.raw.sha256, "scans": recorded.scans})
    else:
        say(f"run {recorded.number} imported: {recorded.scans} scans, SHA-256 {recorded.raw.sha256}")


def acting(laboratory: Laboratory, number: str) -> StaffMember:
    """Ask for the password of the person who acts, and for the code where one is enrolled.

    Raises
    ------
    WrongPasswordError
        If they are not that person's, or too many wrong tries came before.
    EnrolmentNeededError
        If the person signs reports and has no second factor yet.
    """
    password = typer.prompt(f"Password of {number}", hide_input=True, err=True)
    enrolled = laboratory.authentication.account(number).second_factor
    code = typer.prompt(f"Code of {number}", err=True) if enrolled else ""
    member = laboratory.authentication.check(number, password, code)
    if member is None:
        raise WrongPasswordError(f"the password or the code is not that of {number}, or there were too many tries")
    return member
