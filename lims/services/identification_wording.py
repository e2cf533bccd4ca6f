"""What an identification lacks, in words of the catalogues."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.identification_rule import Gap
from lims.translation import marked

GAP_TEXTS: Mapping[Gap, str] = MappingProxyType(
    {
        Gap.TECHNIQUES: marked(
            "One technique of category A and one more of another principle, or three with two uncorrelated ones of "
            "category B."
        ),
        Gap.DATA: marked("A positive result of category A or B links to nothing that can be reviewed."),
        Gap.SECOND_SAMPLING: marked(
            "A second technique on a separate sampling, or what was done because the sample is limited."
        ),
        Gap.CORRELATED: marked("A written reason why techniques of category B on one principle count as two."),
        Gap.ISOMERS: marked("Which isomers the techniques do not tell apart."),
    }
)
"""A sentence for each gap."""
