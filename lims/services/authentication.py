"""Who a person is: the password, the code of the second factor, and how often one may try."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from lims.domain.account import Account, Factor, needs_second_factor
from lims.domain.permissions import Act, roles_for
from lims.domain.reading_rights import READABLE
from lims.domain.record import Record
from lims.domain.signature import SignatureConfirmation, SignatureMeaning, record_digest
from lims.domain.staff import SYSTEM, Role, StaffMember
from lims.errors import (
    EnrolmentNeededError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    PasswordChangeNeededError,
    TransitionError,
    WrongCredentialsError,
)
from lims.services.account_ports import Accounts
from lims.services.passwords import Passwords
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.second_factor import Enrolment, SecretBox, enrolment_of, matching_step, new_secret
from lims.services.sessions import SessionService
from lims.services.sign_in_delay import NOTED_AT, delay_after

_SAME = "password: the new one is the old one"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationService:
    """Checks who people are. It never says what was wrong, nor whether a name is known."""

    store: Store = field(repr=False)
    accounts: Accounts = field(repr=False)
    clock: Clock = field(repr=False)
    sessions: SessionService = field(repr=False)
    box: SecretBox = field(repr=False)
    laboratory: str
    """As devices name the second factor."""
    passwords: Passwords = field(default_factory=Passwords, repr=False)

    # who is it?

    def check(self, number: str, password: str, code: str = "", *, address: str = "") -> StaffMember | None:
        """Give the person if everything is right that this person has to show.

        Parameters
        ----------
        number : str
            Staff number.
        password, code : str
            As typed; ``code`` is empty for a person without a second factor.
        address : str
            Where the try comes from; empty for this computer's own console.

        Returns
        -------
        StaffMember or None
            None for a wrong or unknown anything, and for a try that has to wait; each code works once.

        Raises
        ------
        PasswordChangeNeededError
            If everything is right, and the password was set by somebody else: the person has to choose an own one.
        EnrolmentNeededError
            If the password is right, and the person has to enrol a second factor before anything else.
        BusyError
            If too many passwords are being checked.
        """
        member = self._proved(number, password, code, address=address)
        if member is None:
            return None
        account = self.account(number)
        if account.password_is_anothers:
            raise PasswordChangeNeededError(number, account.password_set_by)
        if not account.second_factor and needs_second_factor(member):
            raise EnrolmentNeededError(number)
        return member

    def check_password(self, number: str, password: str, *, address: str = "") -> StaffMember | None:
        """Give the person if the password is right: half of a sign-in, good for nothing else.

        Raises
        ------
        BusyError
            If too many passwords are being checked.
        """
        with self.passwords.turn():
            if not self._begin(number, address):
                return None
            member = self._of_password(number, password)
            if member is not None:  # wrong codes before stay counted, else each right password would forgive them
                whole = not (self.account(number).second_factor or needs_second_factor(member))
                self._take_back(number, address, forget=whole)
        return member

    def check_code(self, number: str, code: str, *, address: str = "") -> bool:
        """Tell whether a code is the person's and was not used before; it is used up."""
        with self.passwords.turn():
            if not self._begin(number, address):
                return False
            right = self._uses_code(number, code)
            if right:
                self._take_back(number, address, forget=True)
        return right

    def confirm(
        self, number: str, *, password: str, code: str, meaning: SignatureMeaning, record: Record
    ) -> SignatureConfirmation:
        """Let a person confirm one signature with the password and, where enrolled, a code.

        Parameters
        ----------
        number : str
            Staff number of the person who signs.
        password, code : str
            As typed for this one signature; ``code`` is empty for a person without a second factor.
        meaning : SignatureMeaning
            In which capacity the person signs.
        record : Record
            As it is shown to that person.

        Raises
        ------
        WrongCredentialsError
            If they are not that person's, or too many wrong tries came before.
        PasswordChangeNeededError, EnrolmentNeededError
            If the person has to choose an own password or to enrol a second factor first.
        """
        if self.check(number, password, code) is None:
            raise WrongCredentialsError(number)
        enrolled = self.account(number).second_factor
        return SignatureConfirmation(
            person=number,
            meaning=meaning,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            record_sha256=record_digest(record),
            confirmed_at=self.clock.now(),
            factors=(Factor.PASSWORD.value, Factor.CODE.value) if enrolled else (Factor.PASSWORD.value,),
        )

    def account(self, number: str) -> Account:
        """Give a person's account as the ledger has it; a new one where nothing was ever recorded."""
        with self.store.reading() as work:
            return _account_in(work, number) or Account(number=number, version=0)

    def accounts_of(self, numbers: Sequence[str], *, reader: StaffMember) -> tuple[Account, ...]:
        """Give the accounts of several people, in their order, to those who look after accounts.

        Raises
        ------
        NotPermittedError
            If the reader neither reads accounts nor decides about a lost second factor.
        """
        reader.require(*(role for role in Role if role in READABLE[Account.KIND] | roles_for(Act.SECOND_FACTOR_RESET)))
        with self.store.reading() as work:
            found = {one.number: one for one in work.several(Account, numbers)}
        return tuple(found.get(number, Account(number=number, version=0)) for number in numbers)

    # passwords

    def password_hash(self, password: str) -> str:
        """Hash a new password, to be kept with ``keep_password_hash`` once its person is recorded.

        Raises
        ------
        InvalidRecordError
            If it is too short or too long, cannot be typed, or is in the list of breached passwords.
        """
        return self.passwords.hash_new(password)

    def record_password(self, work: UnitOfWork, number: str, *, actor: StaffMember) -> None:
        """Record within a transaction that a person gets a new password; one of another's has to be changed first."""
        before = _account_in(work, number)
        account = (before or Account(number=number, version=0)).set_password(actor.number)
        work.record(account, act=Act.PASSWORD_SET, actor=actor, at=self.clock.now())

    def keep_password_hash(self, number: str, password_hash: str) -> None:
        """Keep a hash that ``password_hash`` gave, in place of the one before."""
        self.accounts.set_password_hash(number, password_hash)

    def change_password(
        self, number: str, *, password: str, code: str, new_password: str, address: str = ""
    ) -> StaffMember:
        """Let a person change the own password; all sessions of that person end.

        A person who has no device yet changes it with the password alone: a first password comes before a device.

        Raises
        ------
        WrongCredentialsError
            If the old password or the code is wrong.
        InvalidRecordError
            If the new password is not taken, or is the old one.
        """
        if new_password == password:
            raise InvalidRecordError(_SAME)
        password_hash = self.password_hash(new_password)
        member = self._proved(number, password, code, address=address)
        if member is None:
            raise WrongCredentialsError(number)
        self._change_password(member, password_hash, actor=member)
        self.sessions.close_all(number, by=member)
        return member

    def choose_password(self, member: StaffMember, new_password: str) -> None:
        """Let a person who was just proved put an own password in place of the one that somebody else set.

        Raises
        ------
        TransitionError
            If the password in force is the person's own.
        InvalidRecordError
            If the new password is not taken, or is the old one.
        """
        self.account(member.number).choose_password()
        password_hash = self.password_hash(new_password)
        with self.passwords.turn():
            if self.passwords.check(self.accounts.password_hash(member.number), new_password).right:
                raise InvalidRecordError(_SAME)
        self._change_password(member, password_hash, actor=member)

    def give_password(self, number: str, *, password: str, actor: StaffMember) -> None:
        """Give a person who forgot the own one a new first password, as administrator; all sessions end.

        The person has to choose another at the next sign-in. The second factor stays what it is.

        Raises
        ------
        NotPermittedError
            If the actor is no administrator, or the person: the own password is changed with the old one.
        NotFoundError
            If there is no such person.
        TransitionError
            If the person left.
        InvalidRecordError
            If the password is not taken.
        """
        actor.require(*roles_for(Act.PASSWORD_SET))
        if actor.number == number:
            raise NotPermittedError(f"{number} changes the own password with the old one")
        password_hash = self.password_hash(password)
        with self.store.reading() as work:
            member = work.load(StaffMember, number)
        if member.left_at is not None:
            raise TransitionError(f"{number} left on {member.left_at:%Y-%m-%d}")
        self._change_password(member, password_hash, actor=actor)
        self.sessions.close_all(number, by=None)

    # second factor

    def begin_enrolment(self, number: str) -> Enrolment:
        """Give the secret that a person's device must learn; the same again until a first code confirms it.

        Raises
        ------
        TransitionError
            If the person has a second factor.
        PasswordChangeNeededError
            If the password was set by somebody else.
        SettingsError
            If the key of the secrets is another one.
        """
        self._require_may_enrol(number)
        stored = self.accounts.secret(number)
        if stored is None or stored.confirmed:
            secret = new_secret()
            self.accounts.put_secret(number, self.box.seal(secret, owner=number))
        else:
            secret = self.box.open(stored.sealed, owner=number)
        return enrolment_of(secret, number=number, laboratory=self.laboratory)

    def finish_enrolment(self, number: str, code: str, *, address: str = "") -> bool:
        """Take a first code; from then on the person signs in with codes.

        Raises
        ------
        TransitionError
            If the person has a second factor.
        PasswordChangeNeededError
            If the password was set by somebody else.
        """
        self._require_may_enrol(number)
        with self.passwords.turn():
            if not self._begin(number, address) or not self._uses_code(number, code, confirming=True):
                return False
            self._take_back(number, address, forget=True)
        with self.store.unit_of_work() as work:
            member = work.load(StaffMember, number)
            enrolled = (_account_in(work, number) or Account(number=number, version=0)).enrol()
            work.record(enrolled, act=Act.SECOND_FACTOR_ENROLLED, actor=member, at=self.clock.now())
            work.commit()
        return True

    def ask_reset(self, number: str, *, actor: StaffMember) -> None:
        """Ask, as administrator or head, that a lost second factor be taken away.

        Raises
        ------
        NotPermittedError
            If the actor is neither.
        TransitionError
            If there is none, or it was asked already.
        """
        actor.require(*roles_for(Act.SECOND_FACTOR_RESET_ASKED))
        with self.store.unit_of_work() as work:
            asked = work.load(Account, number).ask_reset(actor.number)
            work.record(asked, act=Act.SECOND_FACTOR_RESET_ASKED, actor=actor, at=self.clock.now())
            work.commit()

    def reset(self, number: str, *, actor: StaffMember) -> None:
        """Take a second factor away, as quality manager or head; it is good for one enrolment and ends all sessions.

        Raises
        ------
        NotPermittedError
            If the actor is neither, asked for it, or is the person.
        TransitionError
            If nobody asked.
        """
        actor.require(*roles_for(Act.SECOND_FACTOR_RESET))
        with self.store.unit_of_work() as work:
            taken = work.load(Account, number).reset(actor.number)
            work.record(taken, act=Act.SECOND_FACTOR_RESET, actor=actor, at=self.clock.now())
            work.commit()
        self.accounts.forget_secret(number)
        self.sessions.close_all(number, by=None)

    # inside

    def _proved(self, number: str, password: str, code: str, *, address: str) -> StaffMember | None:
        """Give the person if the password is right, and the code where a device is enrolled."""
        with self.passwords.turn():
            if not self._begin(number, address):
                return None
            member = self._of_password(number, password)
            if member is None:
                return None
            enrolled = self.account(number).second_factor
            if enrolled and not self._uses_code(number, code):
                return None
            self._take_back(number, address, forget=enrolled or not needs_second_factor(member))
        return member

    def _change_password(self, member: StaffMember, password_hash: str, *, actor: StaffMember) -> None:
        with self.store.unit_of_work() as work:
            self.record_password(work, member.number, actor=actor)
            work.commit()
        self.keep_password_hash(member.number, password_hash)

    def _require_may_enrol(self, number: str) -> None:
        account = self.account(number)
        account.enrol()
        if account.password_is_anothers:
            raise PasswordChangeNeededError(number, account.password_set_by)

    def _of_password(self, number: str, password: str) -> StaffMember | None:
        stored = self.accounts.password_hash(number)
        found = self.passwords.check(stored, password)
        if not found.right:
            return None
        if found.outdated:
            self.accounts.set_password_hash(number, self.passwords.hasher.hash(password))
        try:
            with self.store.reading() as work:
                member = work.load(StaffMember, number)
        except NotFoundError:
            return None
        return member if member.left_at is None else None

    def _uses_code(self, number: str, code: str, *, confirming: bool = False) -> bool:
        stored = self.accounts.secret(number)
        if stored is None or stored.confirmed is confirming:
            return False
        step = matching_step(self.box.open(stored.sealed, owner=number), code, now=self.clock.now())
        return step is not None and self.accounts.use_step(number, step, confirming=confirming)

    def _begin(self, number: str, address: str) -> bool:
        failures = self.accounts.begin_try(_subject("account", number), _address(address), self.clock.now())
        if failures == NOTED_AT:
            self._note_delay(number, failures)
        return failures is not None

    def _take_back(self, number: str, address: str, *, forget: bool) -> None:
        now = self.clock.now()
        self.accounts.take_back_try(_subject("account", number), _address(address), now, forget=forget)

    def _note_delay(self, number: str, failures: int) -> None:
        """Note a burst of wrong tries in the ledger, once; not for names that nobody has."""
        with self.store.unit_of_work() as work:
            account = _account_in(work, number)
            if account is None:
                return
            now = self.clock.now()
            delayed = account.delay(now + delay_after(failures))
            work.record(delayed, act=Act.ACCOUNT_DELAYED, actor=SYSTEM, at=now)
            work.commit()


def _account_in(work: UnitOfWork, number: str) -> Account | None:
    try:
        return work.load(Account, number)
    except NotFoundError:
        return None


def _address(address: str) -> str | None:
    return _subject("address", address) if address else None


def _subject(kind: str, name: str) -> str:
    return sha256(f"{kind}:{name}".encode("utf-8", "surrogatepass")).hexdigest()
