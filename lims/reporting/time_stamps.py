"""Time stamps of a service (RFC 3161): asked for over HTTP, and believed only after they were checked."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, core, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from lims.errors import SigningError
from lims.reporting.exchange import Question, ask
from lims.reporting.trust import PARSING_FAULTS, Trust, ValidationData

_GRANTED = {"granted", "granted_with_mods"}
_FAULTS = (*PARSING_FAULTS, SignatureValidationError)
"""What is raised on an answer that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeService:
    """A time-stamp service, and whom its certificate must lead to."""

    url: str
    trust: Trust
    timeout_s: int
    clock_tolerance_s: int


class StampClerk(TimeStamper):
    """Gets the time stamps of one act of signing for pyHanko; none that is not believed passes."""

    def __init__(self, service: TimeService, *, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._service = service
        self._at = at

    def ready(self) -> ValidationData:
        """Ask for one stamp of nothing, which tells sizes and certificates; give all certificates that came with it.

        Raises
        ------
        SigningError
            If the service is away, or its stamp is not believed.
        """
        asyncio.run(self._ensure_dummy())  # type: ignore[no-untyped-call]  # pyHanko keeps it for the signature
        return ValidationData(certificates=tuple(self.cert_registry))

    @property
    def service_certificates(self) -> tuple[asn1_x509.Certificate, ...]:
        """The certificates that the service signs with; none before ``ready``."""
        return tuple(self._certs.values())

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Get the stamp of a digest and check it: digest, nonce, signature, certificate, time."""
        nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        where = f"time-stamp service {self._service.url}"
        data = ask(
            Question(
                service="time-stamp service",
                url=self._service.url,
                body=request.dump(),
                content_type="application/timestamp-query",
            ),
            timeout_s=self._service.timeout_s,
        )
        try:
            token = _token(data, where=where)
            info = token["content"]["encap_content_info"]["content"].parsed
            stamped_at, returned = info["gen_time"].native, info["nonce"].native
            status = await _status(token, digest=message_digest, context=self._context(token, at=stamped_at))
        except _FAULTS as error:
            raise SigningError(f"{where}: its answer is no time stamp ({error}); nothing was signed") from error
        if returned != nonce:
            raise SigningError(f"{where}: its answer belongs to another question; nothing was signed")
        if not (status.intact and status.valid):
            raise SigningError(f"{where}: its time stamp is not one of the document; nothing was signed")
        if not status.trusted:
            named = status.signing_cert.subject.human_friendly
            raise SigningError(
                f"{where}: its certificate ({named}) does not lead to a trusted root, is not valid or not made for "
                f"time stamps; nothing was signed"
            )
        self._require_same_time(stamped_at, where=where)
        return token

    def _context(self, token: cms.ContentInfo, *, at: datetime) -> ValidationContext:
        known = ValidationData(certificates=tuple(one.chosen for one in token["content"]["certificates"]))
        return self._service.trust.context(moment=at, data=known, require=False)

    def _require_same_time(self, stamped_at: datetime, *, where: str) -> None:
        tolerance = timedelta(seconds=self._service.clock_tolerance_s)
        if abs(stamped_at - self._at) > tolerance:
            raise SigningError(
                f"{where}: its clock shows {stamped_at:%Y-%m-%d %H:%M:%S} UTC, this computer's "
                f"{self._at:%Y-%m-%d %H:%M:%S %Z}; more than {tolerance.seconds} s lie between; nothing was signed"
            )


class _Answer(core.Sequence):  # type: ignore[misc]
    """An answer (RFC 3161, 2.4.2): one that refuses has no stamp, which asn1crypto's own class does not allow."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


async def _status(token: cms.ContentInfo, *, digest: bytes, context: ValidationContext) -> TimestampSignatureStatus:
    facts = await validate_tst_signed_data(token["content"], context, lambda _: digest)
    return TimestampSignatureStatus(**facts)


def _token(data: bytes, *, where: str) -> cms.ContentInfo:
    """Take the stamp out of an answer."""
    answer = _Answer.load(data, strict=True)
    status = answer["status"]["status"].native
    if status not in _GRANTED:
        words = "; ".join(answer["status"]["status_string"].native or ()) or "without a reason"
        raise SigningError(f"{where}: it refused the request ({status}: {words}); nothing was signed")
    return answer["time_stamp_token"]
