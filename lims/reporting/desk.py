"""The desk where a laboratory's reports are composed and signed: its settings and keys behind the services' port."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from lims.domain.copy_mark import CopyMark
from lims.domain.report_content import Person, ReportContent
from lims.domain.report_copy import CopyForm
from lims.errors import DocumentError, SettingsError, SigningError
from lims.ledger.canonical import JsonValue
from lims.ledger.entry import moment_text
from lims.ledger.extract import LedgerExtract
from lims.reporting.content import NUMBER_MARK, content_json
from lims.reporting.event_loops import outside_of_event_loops
from lims.services.desk_ports import ExchangeFolder, RecomputedPart, ShownPicture, SignedDocument
from lims.settings import KeySetting, Settings, TokenSetting
from lims.signing_settings import ElsewhereSetting
from lims.translation import Translator

if TYPE_CHECKING:
    from lims.reporting.assurance import SigningTerms
    from lims.reporting.detached import ElsewhereKey
    from lims.reporting.keys import CertifiedKey
    from lims.reporting.signing import SignedPdf

    Sign = Callable[..., SignedPdf]

_KEY_FOLDER = "development-keys"
_NUMBERED = re.compile(NUMBER_MARK.encode() + rb"([!-;=?-~]{1,100})<")
"""In the metadata, which are XML that is not compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Composes and signs with the keys of the settings, or with development keys where none are configured."""

    settings: Settings

    @property
    def evidence(self) -> bool:
        """False as long as development keys sign."""
        return not self.settings.development_keys

    @property
    def signature_level(self) -> str:
        """Name the level that a report has when both have signed."""
        return self.settings.signing.level

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The certificates, as PEM, that signatures and their time stamps must lead to.

        None of persons before the first development key is made.

        Raises
        ------
        SettingsError
            If a configured file cannot be read.
        """
        path = self.settings.signing.tsa_roots
        return self._person_roots if path is None else (*self._person_roots, _setting_bytes("signing.tsa_roots", path))

    @property
    def revocation_lists(self) -> tuple[bytes, ...]:
        """The lists of revoked certificates that the settings name.

        Raises
        ------
        SettingsError
            If a file cannot be read.
        """
        name = "signing.revocation_lists"
        return tuple(_setting_bytes(name, path) for path in self.settings.signing.revocation_lists)

    @property
    def _person_roots(self) -> tuple[bytes, ...]:
        """What the certificates of persons must lead to: the roots of time-stamp services are none of them."""
        if self.settings.development_keys:
            from lims.reporting.development import ROOT_FILE  # noqa: PLC0415 - loads cryptography

            root = self.settings.home / _KEY_FOLDER / ROOT_FILE
            return (root.read_bytes(),) if root.exists() else ()
        path = self.settings.trust_roots
        return (_setting_bytes("trust_roots", path),) if path is not None else ()

    def page_count(self, pdf: bytes) -> int:
        """Count the pages of a document."""
        from lims.reporting.page_pictures import page_count  # noqa: PLC0415 - loads PDFium

        return page_count(pdf)

    def require_services(self, *, at: datetime) -> None:
        """Ask the services that a signature needs for something that is thrown away.

        Raises
        ------
        SigningError
            If one of them is away, or would not be believed.
        """
        if self.settings.signing.level.stamped:
            from lims.reporting.assurance import require_services  # noqa: PLC0415 - loads pyHanko

            outside_of_event_loops(partial(require_services, self._terms(), at=at))

    def _terms(self) -> "SigningTerms":
        from lims.reporting.assurance import SigningTerms  # noqa: PLC0415 - loads pyHanko

        chosen, path = self.settings.signing, self.settings.signing.tsa_roots
        return SigningTerms(
            level=chosen.level,
            tsa=chosen.tsa,
            time_roots=self._person_roots if path is None else (_setting_bytes("signing.tsa_roots", path),),
            check_revocation=chosen.check_revocation,
            timeout_s=chosen.timeout_s,
            clock_tolerance_s=chosen.clock_tolerance_s,
        )

    def content_bytes(self, content: ReportContent) -> bytes:
        """Give the canonical bytes of a content."""
        return content_json(content)

    def compose(
        self,
        content: ReportContent,
        extract: LedgerExtract | None = None,
        pictures: Mapping[str, bytes] = MappingProxyType({}),
    ) -> bytes:
        """Make the document with both signature fields empty.

        Raises
        ------
        DocumentError
            If a text cannot be set, a figure cannot be drawn, or the extract is not the one that the content names.
        """
        from lims.reporting.document import compose  # noqa: PLC0415 - loads typst
        from lims.reporting.signing import prepare  # noqa: PLC0415 - loads pyHanko

        return prepare(compose(content, Translator(content.language), extract=extract, pictures=pictures))

    def shown_picture(self, photograph: bytes) -> ShownPicture:
        """Make the picture that is printed of a photograph.

        Raises
        ------
        DocumentError
            If it cannot be read as a picture.
        """
        from lims.reporting.picture import shown_picture  # noqa: PLC0415 - starts a process

        return shown_picture(photograph)

    def compose_copy(self, content: ReportContent, mark: CopyMark, pictures: Mapping[str, bytes]) -> bytes:
        """Make a copy or a summary of a report, without signature fields.

        Raises
        ------
        DocumentError
            If a text cannot be set, a figure cannot be drawn, or a summary does not fit on one page.
        TranslationError
            If there is no such language.
        """
        translator = Translator(mark.language)
        if mark.form is CopyForm.SUMMARY:
            from lims.reporting.summary import compose_summary  # noqa: PLC0415 - loads typst

            return compose_summary(content, translator, mark)
        from lims.reporting.copies import compose_copy  # noqa: PLC0415 - loads typst

        return compose_copy(content, translator, mark, pictures=pictures)

    def content_in(self, pdf: bytes) -> bytes:
        """Give the bytes of the content that a document carries.

        Raises
        ------
        DocumentError
            If it carries none.
        """
        from lims.reporting.pades import attached_bytes  # noqa: PLC0415 - loads pyHanko

        data = attached_bytes(pdf)
        if data is None:
            raise DocumentError("the document carries no report data: it was not composed here")
        return data

    def number_in(self, data: bytes) -> str:
        """Give the number that the document's keywords state; nothing is parsed, so that any bytes may come."""
        found = _NUMBERED.search(data) if data.startswith(b"%PDF-") else None
        return found[1].decode("ascii") if found else ""

    def asks_pin(self, person: str) -> bool:
        """Tell whether the key of a person, by staff number, lies on a token that opens with a PIN."""
        return isinstance(self.settings.keys.get(person), TokenSetting)

    def recompute(self, pdf: bytes, *, language: str) -> tuple[RecomputedPart, ...]:
        """Do the arithmetic of a document again, from what is attached to it alone."""
        from lims.reporting.repeating.attachments import read_attachments  # noqa: PLC0415 - loads pyHanko
        from lims.reporting.repeating.repetition import repeat  # noqa: PLC0415 - loads the arithmetic

        found = repeat(read_attachments(pdf), t=Translator(language))
        return tuple(
            RecomputedPart(name=one.name.value, state=one.state.value, words=one.words) for one in found.checks
        )

    def exchanges(self) -> tuple[ExchangeFolder, ...]:
        """Say what lies in the folders of the people whose signatures are made elsewhere; none: nobody's are."""
        from lims.reporting.signing_folder import look_into  # noqa: PLC0415 - with the keys that need it

        elsewhere = ((number, one) for number, one in sorted(self.settings.keys.items()))
        return tuple(
            look_into(one.exchange, person=number, wait_s=one.wait_s)
            for number, one in elsewhere
            if isinstance(one, ElsewhereSetting)
        )

    def check_pin(self, *, person: Person, at: datetime, pin: str) -> None:
        """Open the token of a person and close it again.

        Raises
        ------
        PinRefusedError
            If the token does not open with the PIN.
        SigningError
            If the person has no token, or it is not there, or holds no usable key.
        """
        with self._key(person, at=at, pin=pin):
            return

    def sign_as_expert(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        """Certify a document as its author.

        Raises
        ------
        PinRefusedError
            If the person's token does not open with the PIN.
        SigningError
            If there is no valid key for that person, the PIN is not for it, or the document is not the one that is
            meant.
        """
        from lims.reporting.signing import sign_as_expert  # noqa: PLC0415 - loads pyHanko

        return self._signed(sign_as_expert, pdf, person=person, number=number, at=at, pin=pin)

    def sign_as_reviewer(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        """Sign a certified document as its reviewer and lock it.

        Raises
        ------
        PinRefusedError
            If the person's token does not open with the PIN.
        SigningError
            If there is no valid key for that person, the PIN is not for it, or the document is not the one that is
            meant.
        """
        from lims.reporting.signing import sign_as_reviewer  # noqa: PLC0415 - loads pyHanko

        return self._signed(sign_as_reviewer, pdf, person=person, number=number, at=at, pin=pin)

    def sign_statement(self, statement: bytes, *, person: Person, at: datetime, pin: str) -> Mapping[str, JsonValue]:
        """Let the token of a person sign bytes that are no document.

        Returns
        -------
        mapping
            The signature with its certificate, so that anybody can check it: SHA-256 with RSA (PKCS#1 v1.5) or ECDSA.

        Raises
        ------
        PinRefusedError
            If the token does not open with the PIN.
        SigningError
            If the person has no token, or the certificate on it is not believed.
        """
        from lims.reporting.trust import Trust  # noqa: PLC0415 - loads pyHanko

        with self._key(person, at=at, pin=pin) as key:
            outside_of_event_loops(partial(Trust.read(self._person_roots, self.revocation_lists).require, key, at=at))
            signature = key.sign(statement)
            return {
                "token": key.token_name,
                "signer": key.holder,
                "certificate_sha256": key.certificate_sha256,
                "certificate": b64encode(key.certificate_der).decode(),
                "statement_sha256": hashlib.sha256(statement).hexdigest(),
                "statement_signature": b64encode(signature).decode(),
            }

    def _signed(
        self, sign: "Sign", pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        with self._key(person, at=at, pin=pin, number=number) as key:
            work = partial(
                sign,
                pdf,
                key,
                number=number,
                at=at,
                translator=self._translator(pdf),
                trust_roots=self._person_roots,
                revocation_lists=self.revocation_lists,
                terms=self._terms(),
            )
            return _document(outside_of_event_loops(work), token=key.token_name)

    @contextmanager
    def _key(self, person: Person, *, at: datetime, pin: str | None, number: str = "") -> Iterator["CertifiedKey"]:
        """Open the key of a person for one signature; the certificate must be that person's."""
        setting = self.settings.keys.get(person.number)
        if pin is not None and not isinstance(setting, TokenSetting):
            raise SigningError(f"the key of {person.number} is on no token; sign with password and code")
        if self.settings.development_keys:
            from lims.reporting.development import development_keys  # noqa: PLC0415 - loads cryptography

            yield development_keys(self.settings.home / _KEY_FOLDER, [person], now=at).key_of(person.number)
        elif setting is None:
            raise SigningError(f"no key is configured for {person.number}")
        else:
            with _opened(setting, person, at=at, pin=pin, number=number) as key:
                yield key

    @staticmethod
    def _translator(pdf: bytes) -> Translator:
        """Speak the language of the document in its signatures."""
        from lims.reporting.pades import attached_data  # noqa: PLC0415 - loads pyHanko

        data = attached_data(pdf)
        if data is None:
            raise SigningError("the document carries no report data: it was not composed here")
        return Translator(str(data.get("language")))


def open_desk(settings: Settings) -> Desk:
    """Give the desk of a laboratory; keys are opened when somebody signs."""
    return Desk(settings=settings)


@contextmanager
def _opened(
    setting: KeySetting | TokenSetting | ElsewhereSetting,
    person: Person,
    *,
    at: datetime,
    pin: str | None,
    number: str,
) -> Iterator["CertifiedKey"]:
    """Open a configured key, from its file or on its token, and compare its certificate with the person."""
    from lims.reporting.keys import load_pkcs12, names_agree  # noqa: PLC0415 - loads cryptography

    with ExitStack() as stack:
        key: CertifiedKey
        if isinstance(setting, KeySetting):
            key = load_pkcs12(setting.pkcs12, _passphrase(setting), now=at)
        elif isinstance(setting, ElsewhereSetting):
            key = _elsewhere(setting, at=at, number=number)
        elif pin is None:
            raise SigningError(f"the key of {person.number} is on token {setting.token}; its PIN is needed")
        else:
            from lims.reporting.token import open_token  # noqa: PLC0415 - loads cryptography

            key = stack.enter_context(open_token(setting, pin, now=at))
        if not names_agree(person.name, key.holder):
            raise SigningError(f"the key configured for {person.number} ({person.name}) belongs to {key.holder}")
        yield key


def _elsewhere(setting: ElsewhereSetting, *, at: datetime, number: str) -> "ElsewhereKey":
    """Read the certificate of a person whose key is used by another program."""
    from lims.reporting.detached import ElsewhereKey  # noqa: PLC0415 - loads cryptography
    from lims.reporting.keys import load_certificates, require_usable  # noqa: PLC0415 - as above
    from lims.reporting.signing_folder import SigningFolder  # noqa: PLC0415 - with the two above

    first, *chain = load_certificates(setting.certificate_file)
    folder = SigningFolder(folder=setting.exchange, wait_s=setting.wait_s, number=number)
    key = ElsewhereKey(certificate=first, chain=tuple(chain), exchange=folder.exchange)
    require_usable(key, str(setting.certificate_file), now=at)
    return key


def _setting_bytes(name: str, path: Path) -> bytes:
    """Read a file that a setting names."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{name} {path}: {error.strerror or error}") from error


def _passphrase(setting: KeySetting) -> bytes:
    """Read a key's password: the first line of its file."""
    try:
        lines = setting.passphrase_file.read_bytes().splitlines()
    except OSError as error:
        raise SigningError(f"{setting.passphrase_file}: {error.strerror or error}") from error
    return lines[0] if lines else b""


def _document(signed: "SignedPdf", *, token: str) -> SignedDocument:
    proof: dict[str, JsonValue] = {
        "signed_at": moment_text(signed.signed_at),
        "field": signed.field,
        "signer": signed.signer,
        "certificate_sha256": signed.certificate_sha256,
        "level": signed.level,
        "sha256_before": signed.sha256_before,
        "sha256_after": signed.sha256_after,
    }
    if token:
        proof["token"] = token
    return SignedDocument(pdf=signed.pdf, proof=proof)
