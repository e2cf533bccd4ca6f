"""Signing asks again: the password, and what the signature means."""

import streamlit as st

from lims.errors import NotPermittedError
from lims.ui.session import Visit


class WrongPasswordError(NotPermittedError):
    """The password that was typed to sign is not the person's."""

    def advice(self) -> str:
        """Say that nothing happened."""
        return "Nothing was signed. Type your own password"


def password_field(visit: Visit, *, key: str) -> str:
    """Show the field for the password inside a form."""
    return st.text_input(visit.t("Your password"), type="password", key=key, autocomplete="current-password")


def require_password(visit: Visit, password: str) -> None:
    """Refuse to sign unless the signed-in person types the password again.

    Raises
    ------
    WrongPasswordError
        If it is not that person's password.
    """
    if visit.laboratory.authentication.check(visit.person.number, password) is None:
        raise WrongPasswordError(visit.t("the password is wrong"))
