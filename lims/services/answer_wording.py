"""How the records that answer a question are named, in words of the catalogues."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.question_answer import GroundKind
from lims.translation import marked

GROUND_TEXTS: Mapping[GroundKind, str] = MappingProxyType(
    {
        GroundKind.IDENTIFICATION: marked("identification {number}"),
        GroundKind.QUANTITATION: marked("quantitation {number}"),
        GroundKind.WEIGHING: marked("weighing {number}"),
        GroundKind.SAMPLING: marked("sampling plan {number}"),
        GroundKind.DETERMINATION: marked("determination {number}"),
    }
)
"""A text for each kind."""
