"""The words for how an identification stands and what it concludes; each state with a shape."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.identification import Conclusion, Identification, IdentificationStatus
from lims.translation import Translator, marked

CONCLUSION_TEXTS: Mapping[Conclusion, str] = MappingProxyType(
    {
        Conclusion.IDENTIFIED: marked("identified"),
        Conclusion.LIMITED: marked("limited to a set of isomers"),
        Conclusion.CLASS_ONLY: marked("class only"),
        Conclusion.NOT_DETECTED: marked("not detected"),
        Conclusion.INCONCLUSIVE: marked("inconclusive"),
    }
)
STATE_TEXTS: Mapping[IdentificationStatus, str] = MappingProxyType(
    {
        IdentificationStatus.OPEN: marked("○ open"),
        IdentificationStatus.CONCLUDED: marked("■ concluded"),
        IdentificationStatus.DISPUTED: marked("▲ disputed"),
        IdentificationStatus.CHECKED: marked("● checked by a second person"),
    }
)


def state_words(t: Translator, identification: Identification) -> str:
    """Say how an identification stands."""
    return t(STATE_TEXTS[identification.status])


def conclusion_words(t: Translator, identification: Identification) -> str:
    """Say what it concludes; nothing as long as it is open."""
    verdict = identification.verdict
    return "" if verdict is None else t(CONCLUSION_TEXTS[verdict.conclusion])
