"""Two people with development keys, and the way of a report between them."""

from dataclasses import dataclass

import fictitious_reports as fictitious

from lims.domain.report_content import ReportContent
from lims.reporting.development import DevelopmentKeys
from lims.reporting.document import compose
from lims.reporting.signing import SignedPdf, prepare, sign_as_expert, sign_as_reviewer
from lims.translation import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRoom:
    """Everything that two people need to sign."""

    english: Translator
    keys: DevelopmentKeys

    def expert_signs(self, pdf: bytes, *, number: str = fictitious.NUMBER) -> SignedPdf:
        return sign_as_expert(
            pdf,
            self.keys.key_of(fictitious.EXPERT.number),
            number=number,
            at=fictitious.SIGNED_AT,
            translator=self.english,
            trust_roots=[self.keys.root],
        )

    def reviewer_signs(self, pdf: bytes, *, number: str = fictitious.NUMBER) -> SignedPdf:
        return sign_as_reviewer(
            pdf,
            self.keys.key_of(fictitious.REVIEWER.number),
            number=number,
            at=fictitious.REVIEWED_AT,
            translator=self.english,
            trust_roots=[self.keys.root],
        )

    def issue(self, content: ReportContent) -> bytes:
        certified = self.expert_signs(prepare(compose(content, self.english)), number=content.number)
        return self.reviewer_signs(certified.pdf, number=content.number).pdf
