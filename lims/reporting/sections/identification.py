"""The conclusions about substances: what was concluded, by which techniques and samplings, and its limits."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.identification import Conclusion, Limitation
from lims.domain.identification_basis import IsomerState
from lims.domain.identification_rule import Comparison, Gap, Outcome
from lims.domain.report_content import IdentificationSection, ResultSection
from lims.reporting.blocks import Block, Bullets, Paragraph
from lims.services.identification_wording import GAP_TEXTS, isomer_sentences
from lims.translation import Translator, marked

TECHNIQUE_TEXTS = (
    marked("infrared spectroscopy"),
    marked("Raman spectroscopy"),
    marked("mass spectrometry"),
    marked("nuclear magnetic resonance"),
    marked("X-ray diffractometry"),
    marked("gas chromatography"),
    marked("liquid chromatography"),
    marked("supercritical fluid chromatography"),
    marked("capillary electrophoresis"),
    marked("ion mobility"),
    marked("thin-layer chromatography"),
    marked("microcrystalline test"),
    marked("UV/Vis spectroscopy"),
    marked("macroscopic examination of cannabis"),
    marked("microscopic examination of cannabis"),
    marked("colour test"),
    marked("fluorescence"),
    marked("immunoassay"),
    marked("melting point"),
    marked("pharmaceutical identifiers"),
)
"""Every technique of the table."""
_OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.POSITIVE: marked("positive"),
        Outcome.NEGATIVE: marked("negative"),
        Outcome.INCONCLUSIVE: marked("inconclusive"),
    }
)
_COMPARISONS: Mapping[Comparison, str] = MappingProxyType(
    {
        Comparison.REFERENCE_MATERIAL: marked("compared with a reference material"),
        Comparison.LIBRARY: marked("compared with a library"),
        Comparison.NONE: marked("compared with nothing"),
    }
)
_LIMITATIONS: Mapping[Limitation, str] = MappingProxyType(
    {
        Limitation.LIBRARY_ONLY: marked(
            "No result was compared with a reference material: the conclusion rests on libraries only."
        ),
        Limitation.STEREOCHEMISTRY: marked("The stereochemistry was not established."),
        Limitation.ISOMERS: marked("The techniques used do not tell all isomers apart."),
        Limitation.ISOMERS_NOT_EXAMINED: marked("Nobody examined which isomers the techniques used do not tell apart."),
        Limitation.ONE_SAMPLING: marked("All results that count were obtained on one sampling of the exhibit."),
        Limitation.CORRELATED: marked("Techniques that rest on one principle were taken as two."),
    }
)


_NAMING = frozenset({Conclusion.IDENTIFIED, Conclusion.LIMITED})


def identification(section: IdentificationSection, *, exhibit: str, t: Translator) -> Iterator[Block]:
    """Give the conclusion about one substance with its basis and its limits."""
    yield Paragraph(text=conclusion_sentence(section, exhibit=exhibit, t=t), strong=True, with_next=True)
    if section.results:
        counts = section.conclusion is not Conclusion.NOT_DETECTED
        yield Bullets(items=tuple(_result(result, counts=counts, t=t) for result in section.results))
    yield Bullets(items=tuple(_limits(section, t=t)))


def conclusion_sentence(section: IdentificationSection, *, exhibit: str, t: Translator) -> str:
    """Say what was concluded, and nothing beyond it."""
    substance = section.substance
    match section.conclusion:
        case Conclusion.IDENTIFIED:
            return t(
                "In exhibit {exhibit} the substance {substance} was identified.", exhibit=exhibit, substance=substance
            )
        case Conclusion.LIMITED:
            return t(
                "In exhibit {exhibit} one of the following isomers was identified; which of them it is, the techniques "
                "used do not tell: {names}.",
                exhibit=exhibit,
                names=", ".join(section.identity),
            )
        case Conclusion.CLASS_ONLY:
            return t(
                "In exhibit {exhibit} a substance of the class {name} was found; which one it is was not determined.",
                exhibit=exhibit,
                name=section.class_name,
            )
        case Conclusion.NOT_DETECTED:
            return t(
                "In exhibit {exhibit} the substance {substance} was not detected. This holds within the scope of the "
                "techniques used: {scope}.",
                exhibit=exhibit,
                substance=substance,
                scope=section.scope.rstrip("."),
            )
        case Conclusion.INCONCLUSIVE:
            return t(
                "Whether exhibit {exhibit} contains the substance {substance} could not be decided: {reason}.",
                exhibit=exhibit,
                substance=substance,
                reason=section.reason.rstrip("."),
            )


def technique_words(result: ResultSection, *, t: Translator) -> str:
    """Name the technique of a result."""
    technique_name = result.technique
    return t(technique_name)


def outcome_words(result: ResultSection, *, t: Translator) -> str:
    """Say what a technique showed."""
    return t(_OUTCOMES[result.outcome])


def _result(result: ResultSection, *, counts: bool, t: Translator) -> str:
    """Give one result; what counts towards an identity says nothing of a substance that was not detected."""
    words = t(
        "{technique} (category {category}), sampling {sampling}, {number}: {outcome}, {comparison}",
        technique=technique_words(result, t=t),
        category=result.category.value,
        sampling=result.sampling,
        number=result.number,
        outcome=outcome_words(result, t=t),
        comparison=t(_COMPARISONS[result.comparison]),
    )
    reference = f" ({result.reference})" if result.reference else ""
    silent = "" if result.counted or not counts else t("it contributes nothing")
    return f"{words}{reference}{'; ' if silent else ''}{silent}."


def _limits(section: IdentificationSection, *, t: Translator) -> Iterator[str]:
    yield t(
        "Identification {number}, version {version}, by the rule {rule}.",
        number=section.number,
        version=section.version,
        rule=section.rule,
    )
    yield from limitation_sentences(section, t=t)
    if section.conclusion in _NAMING:
        asked = (t(GAP_TEXTS[gap]) for gap in (Gap.TECHNIQUES, Gap.SECOND_SAMPLING))
        yield t("What this rule asks for: {words}", words=" ".join(asked))
        if section.isomers is IsomerState.NONE_KNOWN:
            yield t("By the expert's record no isomer is known that the techniques used, together, do not tell apart.")
        yield from isomer_sentences(section.isomer_lines, section.possible_isomers, t=t)
    if section.limited_sample_measure:
        yield t(
            "The sample is limited; in place of a second sampling: {measure}", measure=section.limited_sample_measure
        )
    if section.correlation_reason:
        yield t("Why techniques of one principle were taken as two: {reason}", reason=section.correlation_reason)
    for left in section.left_out:
        yield t("Not used: {number}, because: {reason}", number=left.number, reason=left.reason)
    for said in section.disagreements:
        yield t(
            "A second person disagreed: {words} Resolved: {resolution}", words=said.words, resolution=said.resolution
        )


def limitation_sentences(section: IdentificationSection, *, t: Translator) -> Iterator[str]:
    """Give the limits of a conclusion that its techniques set, and those in the expert's words."""
    yield from (t(_LIMITATIONS[one]) for one in section.limitations)
    yield from section.added_limitations
