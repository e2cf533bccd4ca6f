"""What a signature needs beside its key: a chain that holds, time stamps, the authorities' words about certificates.

All of it is got before anything is signed, so that a service that is away leaves nothing half made.
"""

from dataclasses import dataclass, field
from datetime import datetime

from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from lims.errors import SigningError
from lims.reporting.keys import CertifiedKey
from lims.reporting.revocation import Enquiry
from lims.reporting.time_stamps import StampClerk, TimeService
from lims.reporting.trust import NOTHING, Trust, ValidationData
from lims.signing_settings import SignatureLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningTerms:
    """At which level a laboratory signs, and who confirms it."""

    level: SignatureLevel = SignatureLevel.BASIC
    """Of the report when both have signed."""
    tsa: str = ""
    """Address of the time-stamp service; needed from B-T on."""
    time_roots: tuple[bytes, ...] = field(default=(), repr=False)
    """PEM; what the certificate of that service must lead to."""
    check_revocation: bool = False
    """Ask the authorities below B-LT too."""
    timeout_s: int = 10
    clock_tolerance_s: int = 300

    def time_service(self) -> TimeService:
        """Give the service.

        Raises
        ------
        SigningError
            If none is named.
        """
        if not self.tsa:
            raise SigningError(f"the level {self.level} needs a time-stamp service; name it in [signing] as tsa")
        return TimeService(
            url=self.tsa,
            trust=Trust.read(self.time_roots),
            timeout_s=self.timeout_s,
            clock_tolerance_s=self.clock_tolerance_s,
        )


PLAIN = SigningTerms()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assurance:
    """What was got for one signature."""

    clerk: StampClerk | None = None
    """Gets its time stamp; None at B-B."""
    context: ValidationContext | None = None
    """With all that the document keeps to show that no certificate was revoked; None below B-LT."""


def assure(key: CertifiedKey, terms: SigningTerms, *, trust: Trust, at: datetime) -> Assurance:
    """Check the chain of a key, whatever the level is, and get what the level needs.

    Parameters
    ----------
    key : CertifiedKey
        Of the person who signs.
    terms : SigningTerms
        The level, and who confirms it.
    trust : Trust
        What persons' chains must lead to, and the lists of revoked certificates that are at hand.
    at : datetime
        Aware; the time of the act.

    Raises
    ------
    SigningError
        If the chain is not believed (foreign, expired, not yet valid, revoked, not made for signatures), or a service
        is away or says something that cannot be believed.
    """
    clerk = StampClerk(terms.time_service(), at=at) if terms.level.stamped else None
    if not (terms.level.long_term or terms.check_revocation):
        trust.require(key, at=at)
        _require_clerk(clerk, trust.current(at), terms, at=at)
        return Assurance(clerk=clerk)
    current = trust.current(at)  # what an old list does not tell is asked
    path = current.require(key, at=at, strict=False)
    chains = _require_clerk(clerk, current, terms, at=at)
    covered = frozenset(one.issuer.dump() for one in current.revocation_lists)
    said = Enquiry(timeout_s=terms.timeout_s, covered=covered).about([path, *chains])
    current.require(key, at=at, data=said)
    _require_clerk(clerk, current, terms, at=at, said=said)
    if not terms.level.long_term:
        return Assurance(clerk=clerk)
    data = said if clerk is None else said.beside(clerk.ready().certificates)
    service = current.joined(Trust.read(terms.time_roots))
    return Assurance(clerk=clerk, context=service.context(moment=at, other=key.chain, data=data))


def _require_clerk(
    clerk: StampClerk | None, trust: Trust, terms: SigningTerms, *, at: datetime, said: ValidationData = NOTHING
) -> list[ValidationPath]:
    """Refuse a time-stamp service that is not believed; give the chains of its certificates."""
    if clerk is None:
        return []
    data = said.beside(clerk.ready().certificates)
    service = trust.joined(Trust.read(terms.time_roots))
    return [service.require_time_service(one, at=at, data=data) for one in clerk.service_certificates]


def require_services(terms: SigningTerms, *, at: datetime) -> None:
    """Ask the services of a level for something that is thrown away: one that is away is found before an act begins.

    Raises
    ------
    SigningError
        If one is away, or would not be believed.
    """
    if terms.level.stamped:
        service = terms.time_service()
        _require_clerk(StampClerk(service, at=at), service.trust, terms, at=at)
