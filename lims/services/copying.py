"""Copies of reports in other languages, and their summaries: made from what was recorded, and recorded themselves."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lims.domain.copy_mark import CopyMark
from lims.domain.permissions import Act, require_role
from lims.domain.record import from_body
from lims.domain.report import LEFT, Report
from lims.domain.report_content import Person, ReportContent
from lims.domain.report_copy import CopyForm, ReportCopy
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.errors import InvalidRecordError, NotFoundError, TransitionError
from lims.ledger.canonical import JsonValue
from lims.said import said
from lims.services.confirming import Confirmation, electronic_signature, require_confirmed
from lims.services.desk_ports import ReportDesk
from lims.services.ports import Clock, RawStore, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyingService:
    """Makes documents that are no report and name the one that is."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    desk: ReportDesk = field(repr=False)
    clock: Clock = field(repr=False)

    def copy(
        self, report_number: str, *, language: str, actor: StaffMember, confirmation: Confirmation | None = None
    ) -> bytes:
        """Make the copy of an issued report in another language, and record it.

        Parameters
        ----------
        confirmation : SignatureConfirmation or TokenPin, optional
            By which the actor signs in the ledger for the copy; None where nobody signs, as at the console.

        Returns
        -------
        bytes
            The copy; its digest is in the ledger, its bytes are in the raw store.

        Raises
        ------
        NotPermittedError
            If the actor may not.
        NotFoundError
            If there is no such report.
        TransitionError
            If it did not leave the laboratory.
        InvalidRecordError
            If it is in that language itself, or its document does not hold the content that was recorded.
        SignatureRefusedError, SigningError
            If the actor confirmed something else, or a token was chosen and did not sign.
        DocumentError, TranslationError
            If the copy cannot be set, or there is no such language.
        """
        return self._make(CopyForm.FULL, report_number, language=language, actor=actor, confirmation=confirmation)

    def summarise(
        self, report_number: str, *, language: str, actor: StaffMember, confirmation: Confirmation | None = None
    ) -> bytes:
        """Make the one-page summary of an issued report, in any language, and record it.

        Parameters
        ----------
        confirmation : SignatureConfirmation or TokenPin, optional
            As of ``copy``.

        Returns
        -------
        bytes
            As of ``copy``.

        Raises
        ------
        NotPermittedError, NotFoundError, TransitionError, InvalidRecordError, DocumentError, TranslationError,
        SignatureRefusedError, SigningError
            As ``copy``; a ``DocumentError`` too if it does not fit on one page.
        """
        return self._make(CopyForm.SUMMARY, report_number, language=language, actor=actor, confirmation=confirmation)

    def document(self, report_number: str, copy_sha256: str) -> bytes:
        """Give a copy or a summary that was made of a report.

        Raises
        ------
        NotFoundError
            If there is no such report, or it has no such copy.
        RawStoreError
            If its bytes are missing or altered.
        """
        with self.store.reading() as work:
            known = {one.copy_sha256 for one in work.load(Report, report_number).copies}
        if copy_sha256 not in known:
            raise NotFoundError(f"copy of {report_number}", copy_sha256)
        return self.raw_store.get(copy_sha256)

    def _make(
        self,
        form: CopyForm,
        report_number: str,
        *,
        language: str,
        actor: StaffMember,
        confirmation: Confirmation | None,
    ) -> bytes:
        require_role(actor, Act.REPORT_COPIED)
        now = self.clock.now()
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            work.permit(report, act=Act.REPORT_COPIED, actor=actor, at=now)  # before anything is made
            _require_left(report)
            maker = work.load(StaffMember, actor.number)
            self._require_confirmed(confirmation, report, actor=actor, at=now)
        content = self._content(report)
        mark = _mark(report, form, language=language, maker=maker, at=now)
        document = self.desk.compose_copy(content, mark, self._pictures(content))
        proof = self._proof(confirmation, maker, at=now)
        made = _recorded(mark, sha256=self.raw_store.put(document), actor=actor)
        with self.store.unit_of_work() as work:
            copied_from = work.load(Report, report_number)
            self._require_confirmed(confirmation, copied_from, actor=actor, at=now)
            work.record(
                copied_from.copy(made),
                act=Act.REPORT_COPIED,
                actor=actor,
                at=self.clock.now(),
                raw=(made.copy_sha256,),
                signature=proof,
            )
            work.commit()
        return document

    def _proof(
        self, confirmation: Confirmation | None, maker: StaffMember, *, at: datetime
    ) -> Mapping[str, JsonValue] | None:
        if confirmation is None:
            return None
        person = Person(number=maker.number, name=maker.name, post=maker.post)
        return electronic_signature(self.desk, confirmation, person=person, at=at)

    @staticmethod
    def _require_confirmed(
        confirmation: Confirmation | None, report: Report, *, actor: StaffMember, at: datetime
    ) -> None:
        if confirmation is not None:
            require_confirmed(confirmation, actor=actor, meaning=SignatureMeaning.COPIER, record=report, now=at)

    def _content(self, report: Report) -> ReportContent:
        """Take the content from the document itself: what was signed is what is copied."""
        data = self.desk.content_in(self.raw_store.get(str(report.pdf_sha256)))
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 != report.content_sha256:
            raise InvalidRecordError(
                f"the document of {report.number} holds the content {sha256}; recorded is {report.content_sha256}"
            )
        return from_body(ReportContent, json.loads(data))

    def _pictures(self, content: ReportContent) -> dict[str, bytes]:
        """Take the pictures that the report prints from the raw store, where they were kept when it was drafted."""
        digests = (one.shown_sha256 for one in content.exhibit.photographs if one.shown_sha256)
        return {sha256: self.raw_store.get(sha256) for sha256 in digests}


def _recorded(mark: CopyMark, *, sha256: str, actor: StaffMember) -> ReportCopy:
    return ReportCopy(
        form=mark.form,
        language=mark.language,
        copy_sha256=sha256,
        of_sha256=mark.report_sha256,
        made_by=actor.number,
        made_at=mark.made_at,
    )


def _require_left(report: Report) -> None:
    if report.status not in LEFT:
        raise TransitionError(
            said(
                "{number} is {state}: no copy is made of what did not leave the laboratory",
                number=report.number,
                state=report.status,
            )
        )
    if report.pdf_sha256 is None:
        raise NotFoundError("document of report", report.number)


def _mark(report: Report, form: CopyForm, *, language: str, maker: StaffMember, at: datetime) -> CopyMark:
    return CopyMark(
        form=form,
        language=language,
        report_number=report.number,
        report_language=report.language,
        report_sha256=str(report.pdf_sha256),
        status=report.status,
        superseded_by=report.superseded_by,
        withdrawal_reason=report.withdrawal_reason,
        made_at=at,
        made_by=Person(number=maker.number, name=maker.name, post=maker.post),
    )
