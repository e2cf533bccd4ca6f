"""Accounts from the console: the second factor, the password, sessions."""

import io
from pathlib import Path

import segno
import typer

from lims.cli.casework import WrongPasswordError, acting, ask_credentials, ask_new_password, choose_password
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say


def run_enrol(number: str, *, home: Path | None) -> None:
    """Enrol a second factor: show the secret once, ask for the first code."""
    laboratory = require_laboratory(home)
    password = typer.prompt(f"Password of {number}", hide_input=True, err=True)
    member = laboratory.authentication.check_password(number, password)
    if member is None:
        raise WrongPasswordError(f"the password is not that of {number}, or there were too many tries")
    if laboratory.authentication.account(number).password_is_anothers:
        choose_password(laboratory, member)
    enrolment = laboratory.authentication.begin_enrolment(number)
    picture = io.StringIO()
    segno.make(enrolment.uri, error="l", micro=False).terminal(picture, compact=True)
    say(picture.getvalue())
    say(enrolment.uri)
    code = typer.prompt("First code of the device", err=True)
    if not laboratory.authentication.finish_enrolment(number, code):
        raise WrongPasswordError("the code is wrong, or there were too many tries")
    say(f"second factor of {number} enrolled")


def run_change_password(number: str, *, home: Path | None) -> None:
    """Let a person change the own password."""
    laboratory = require_laboratory(home)
    typed = ask_credentials(laboratory, number)
    laboratory.authentication.change_password(
        number, password=typed.password, code=typed.code, new_password=ask_new_password()
    )
    say(f"password of {number} changed; every session of {number} is closed")


def run_give_password(number: str, *, by: str, home: Path | None) -> None:
    """Give a person who forgot the own password a first one."""
    laboratory = require_laboratory(home)
    actor = acting(laboratory, by)
    password = typer.prompt(f"First password of {number}", hide_input=True, confirmation_prompt=True, err=True)
    laboratory.authentication.give_password(number, password=password, actor=actor)
    say(f"{number} has a first password and chooses another at the next sign-in; every session of {number} is closed")


def run_reset(number: str, *, by: str, home: Path | None) -> None:
    """Take a lost second factor away: administrator or head asks, then quality manager or head decides."""
    laboratory = require_laboratory(home)
    actor = acting(laboratory, by)
    asked_by = laboratory.authentication.account(number).reset_asked_by
    if asked_by:
        laboratory.authentication.reset(number, actor=actor)
        say(f"second factor of {number} taken away; asked by {asked_by}, decided by {by}")
    else:
        laboratory.authentication.ask_reset(number, actor=actor)
        say(f"asked to take the second factor of {number} away; quality manager or head decides with the same command")


def run_sessions(number: str, *, revoke: bool, by: str | None, as_json: bool, home: Path | None) -> None:
    """List the open sessions of a person, or end them."""
    laboratory = require_laboratory(home)
    actor = acting(laboratory, by or number)
    if revoke:
        say(f"{laboratory.sessions.close_all(number, by=actor)} sessions of {number} ended")
        return
    found = [
        {
            "number": stored.number,
            "way": stored.way.value,
            "factors": list(stored.factors),
            "opened_at": stored.opened_at.isoformat(),
            "used_at": stored.used_at.isoformat(),
        }
        for stored in laboratory.sessions.listed(number, actor=actor)
    ]
    if as_json:
        print_json({"person": number, "sessions": found})
        return
    for line in found:
        say(f"{line['number']}  opened {line['opened_at']}, used {line['used_at']}, by {line['way']}")
    say(f"{len(found)} open sessions of {number}")
