"""Keys for demonstrations: a local certificate authority whose certificates say themselves that they prove nothing."""

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from lims.domain.report_content import Person
from lims.errors import SigningError
from lims.reporting.keys import DEMONSTRATION_UNIT, SMALLEST_RSA_BITS, PrivateKey, SigningKey, load_pkcs12

ROOT_NAME = "Aigaq development root"
ROOT_FILE = "development-root.pem"
"""The root certificate, to be given to whoever checks a demonstration."""
_ROOT_KEY_FILE = "development-root.p12"
_ROOT_LIFE = timedelta(days=3650)
_PERSON_LIFE = timedelta(days=730)
_EARLIER = timedelta(days=1)
"""Certificates begin a day before they are made: clocks differ."""
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DevelopmentKeys:
    """The keys of a demonstration."""

    root: bytes
    """PEM; the one trust root."""
    keys: tuple[tuple[str, SigningKey], ...] = field(repr=False)
    """Staff number and key, in the order of the people."""

    def key_of(self, number: str) -> SigningKey:
        """Give a person's key.

        Raises
        ------
        SigningError
            If the person was not among those that keys were made for.
        """
        found = next((key for owner, key in self.keys if owner == number), None)
        if found is None:
            raise SigningError(f"no development key was made for {number}")
        return found


def development_keys(folder: Path, people: Sequence[Person], *, now: datetime) -> DevelopmentKeys:
    """Open the development keys of people; make what is missing, out of date or made for another name.

    Parameters
    ----------
    folder : Path
        Where they are kept, unencrypted; made with mode 0700, files with 0600.
    people : sequence of Person
        Their staff numbers name the files, their names stand in the certificates.
    now : datetime
        Aware; new certificates begin a day before.

    Raises
    ------
    SigningError
        If a staff number cannot name a file, or the folder or a key in it cannot be used.
    """
    _warn_once(folder)
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(_FOLDER_MODE)
        root = _root(folder, now=now)
        keys = tuple((person.number, _person_key(folder, person, root=root, now=now)) for person in people)
    except OSError as error:
        raise SigningError(f"{folder}: {error.strerror or error}") from error
    return DevelopmentKeys(root=root.certificate.public_bytes(Encoding.PEM), keys=keys)


@lru_cache(maxsize=64)
def _warn_once(folder: Path) -> None:
    """Say it when the keys of a folder are first used; every document says it again."""
    _log.warning("development keys of %s are in use: every document is marked %s", folder, DEMONSTRATION_UNIT)


def _root(folder: Path, *, now: datetime) -> SigningKey:
    """Open the root, or make it; its certificate is written beside it in any case."""
    path = folder / _ROOT_KEY_FILE
    if not path.exists():
        _write_new(path, _new_root(now=now))
    root = load_pkcs12(path, None, now=now)
    _replace(folder / ROOT_FILE, root.certificate.public_bytes(Encoding.PEM))
    return root


def _person_key(folder: Path, person: Person, *, root: SigningKey, now: datetime) -> SigningKey:
    if _FILE_NAME.fullmatch(person.number) is None:
        raise SigningError(f"staff number {person.number!r} cannot name a key file")
    path = folder / f"person-{person.number}.p12"
    if path.exists():
        key = _still_good(path, person, root=root, now=now)
        if key is not None:
            return key
        _replace(path, _new_person(person, root=root, now=now))
    else:
        _write_new(path, _new_person(person, root=root, now=now))
    return load_pkcs12(path, None, now=now)


def _still_good(path: Path, person: Person, *, root: SigningKey, now: datetime) -> SigningKey | None:
    """Give a key that was made earlier, if it is that of this person, of this root, and in date."""
    try:
        key = load_pkcs12(path, None, now=now)
    except SigningError:
        return None
    of_root = root.certificate in key.chain
    return key if of_root and key.holder == person.name else None


def _new_root(*, now: datetime) -> bytes:
    key = _new_key()
    name = _name(ROOT_NAME)
    certificate = (
        _builder(subject=name, issuer=name, key=key, begin=now - _EARLIER, life=_ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"development root", key, certificate, None, NoEncryption())


def _new_person(person: Person, *, root: SigningKey, now: datetime) -> bytes:
    key = _new_key()
    begin = max(now - _EARLIER, root.valid_from)
    life = min(_PERSON_LIFE, root.valid_until - begin)
    certificate = (
        _builder(subject=_name(person.name), issuer=root.certificate.subject, key=key, begin=begin, life=life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private_key.public_key()), critical=False
        )
        .sign(root.private_key, hashes.SHA256())
    )
    name = person.number.encode()
    return pkcs12.serialize_key_and_certificates(name, key, certificate, [root.certificate], NoEncryption())


def _builder(
    *, subject: x509.Name, issuer: x509.Name, key: PrivateKey, begin: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    """Name a holder; the unit says in every certificate what it is worth."""
    try:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMONSTRATION_UNIT),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
    except ValueError as error:
        raise SigningError(f"{common_name!r} cannot stand in a certificate: {error}") from error


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=SMALLEST_RSA_BITS)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all; one that another process made meanwhile is left as it is."""
    draft = _draft(path, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        _log.info("%s was made by another process meanwhile", path.name)
    finally:
        draft.unlink()


def _replace(path: Path, data: bytes) -> None:
    """Put new content in the place of a file, at once."""
    _draft(path, data).replace(path)


def _draft(path: Path, data: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return draft
