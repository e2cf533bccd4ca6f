"""What a report says of the kind of its object: the objects of a seizure, or biological material of a donor."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lims.domain.exhibit import ExhibitKind
from lims.domain.report_content import IdentificationSection, ReportContent
from lims.domain.report_object import BiologicalSection, SceneSection
from lims.domain.seizure import Channel
from lims.reporting.blocks import Align, Block, Bullets, Column, Fact, Facts, Heading, Paragraph, Table
from lims.reporting.wording import or_unknown
from lims.translation import Translator, marked

KIND_TEXTS: Mapping[ExhibitKind, str] = MappingProxyType(
    {
        ExhibitKind.POWDER: marked("powder"),
        ExhibitKind.TABLET: marked("tablet"),
        ExhibitKind.PLANT: marked("plant"),
        ExhibitKind.PAPER: marked("paper or card"),
        ExhibitKind.LIQUID: marked("liquid"),
        ExhibitKind.E_LIQUID: marked("e-liquid"),
        ExhibitKind.RESIDUE: marked("residue"),
        ExhibitKind.PRECURSOR: marked("precursor"),
        ExhibitKind.EQUIPMENT: marked("equipment"),
        ExhibitKind.BLOOD: marked("blood"),
        ExhibitKind.URINE: marked("urine"),
        ExhibitKind.BIOLOGICAL: marked("other biological material"),
    }
)
CHANNEL_TEXTS: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.COURIER: marked("courier"),
        Channel.POST: marked("post"),
        Channel.STASH: marked("stash"),
        Channel.BORDER: marked("border checkpoint"),
        Channel.LABORATORY: marked("clandestine laboratory"),
        Channel.PHARMACY: marked("pharmacy"),
        Channel.OTHER: marked("other"),
    }
)


def object_kind(content: ReportContent, *, t: Translator) -> Iterator[Block]:
    """Give what the kind of the object asks for; nothing for an object of which no kind of report is made."""
    if content.scene is not None:
        yield from _scene(content.scene, content, t=t)
    if content.biological is not None:
        yield from _biological(content.biological, content, t=t)


def not_concluded(content: ReportContent, *, t: Translator) -> Iterator[str]:
    """Name what a reader of such a report may expect and will not find."""
    if content.scene is not None:
        yield t(
            "Whether the objects of the seizure served together to make a substance, by which route, and how much "
            "could be made of them, is not concluded."
        )
    if content.biological is not None:
        if content.biological.collected_at is None:
            yield t("The time at which the biological material was taken is not recorded, and not stated.")
        yield t("Cut-offs and limits of detection for this matrix are not stated: unknown.")
        yield t(
            "What the result says of the state of the person, of a dose, or of the time at which it was taken, is not "
            "stated."
        )


def _scene(scene: SceneSection, content: ReportContent, *, t: Translator) -> Iterator[Block]:
    yield Heading(level=2, text=t("Objects of the seizure"))
    channel = t("unknown") if scene.channel is None else t(CHANNEL_TEXTS[scene.channel])
    yield Facts(
        rows=(
            Fact(label=t("Seizure"), value=scene.seizure_number or t("not recorded by itself: objects of the case")),
            Fact(label=t("Where it was found, as the sender says"), value=channel),
        )
    )
    moment = t.moment(content.prepared_at)
    yield Paragraph(text=t("Objects that were on record on {moment}:", moment=moment), with_next=True)
    yield Table(columns=_columns(t=t), rows=tuple(_rows(scene, content, t=t)))
    yield Paragraph(
        text=t(
            "The kinds are what was seen on receipt; they are no result. This report is about {exhibit} alone: it says "
            "nothing of what the other objects contain.",
            exhibit=content.exhibit.number,
        )
    )


def _columns(*, t: Translator) -> tuple[Column, ...]:
    return (
        Column(title=t("Object"), align=Align.LEFT, share=4),
        Column(title=t("Kind, as seen"), align=Align.LEFT, share=4),
        Column(title=t("Description"), align=Align.LEFT, share=9),
        Column(title=t("In this report"), align=Align.LEFT, share=3),
    )


def _rows(scene: SceneSection, content: ReportContent, *, t: Translator) -> Iterator[tuple[str, ...]]:
    for one in scene.objects:
        kind = t("unknown") if one.kind is None else t(KIND_TEXTS[one.kind])
        here = t("yes") if one.number == content.exhibit.number else t("no")
        yield one.number, kind, or_unknown(one.description, t=t), here


def _biological(material: BiologicalSection, content: ReportContent, *, t: Translator) -> Iterator[Block]:
    yield Heading(level=2, text=t("Biological material"))
    yield Facts(
        rows=(
            Fact(label=t("Matrix"), value=t(KIND_TEXTS[material.matrix])),
            Fact(label=t("Donor, by a code"), value=or_unknown(material.donor_code, t=t)),
            Fact(label=t("Taken from the person, as the sender says"), value=_collected(material, t=t)),
            Fact(label=t("Storage asked for"), value=or_unknown(material.storage, t=t)),
            Fact(label=t("Cut-offs of the methods"), value=t("unknown")),
        )
    )
    yield Paragraph(text=t("The donor stands in this report by a code alone; who it is, the laboratory keeps apart."))
    if content.identifications:
        yield Paragraph(text=t("Portions on which the results that count were obtained:"), with_next=True)
        yield Bullets(items=tuple(_portions(one, t=t) for one in content.identifications))


def _collected(material: BiologicalSection, *, t: Translator) -> str:
    return t("unknown") if material.collected_at is None else t.moment(material.collected_at)


def _portions(one: IdentificationSection, *, t: Translator) -> str:
    """Say on how many samplings a conclusion rests (rule ID-5)."""
    samplings = sorted({result.sampling for result in one.results if result.counted})
    if len(samplings) > 1:
        numbers = ", ".join(t.number(number) for number in samplings)
        return t(
            "{substance}: {numbers}; each was taken anew from the material.", substance=one.substance, numbers=numbers
        )
    if samplings:
        return t("{substance}: one portion alone; no second one confirmed it.", substance=one.substance)
    return t("{substance}: no result that counts.", substance=one.substance)
