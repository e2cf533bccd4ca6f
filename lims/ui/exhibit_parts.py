"""Parts of an exhibit: those that are registered, and the form for the next one."""

import streamlit as st

from lims.domain.exhibit import Container, Exhibit, ExhibitKind
from lims.domain.permissions import Act, may_do
from lims.services.accessioning import ExhibitFacts
from lims.translation import marked
from lims.ui.intake_words import one_of
from lims.ui.label_links import link_to_labels
from lims.ui.sections import attempt
from lims.ui.selection import choose_exhibit
from lims.ui.session import Visit

KIND_TEXTS = {
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
_INTACT = {True: marked("intact"), False: marked("broken"), None: marked("not recorded")}


def parts(visit: Visit, exhibit: Exhibit) -> None:
    """Show what an exhibit is a part of, its own parts, and the form for one more."""
    t = visit.t
    if exhibit.part_of and st.button(t("Part of {number}", number=exhibit.part_of), key="part-of"):
        choose_exhibit(exhibit.part_of)
    found = [
        one for one in visit.laboratory.accessioning.exhibits_of(exhibit.case_number) if one.part_of == exhibit.number
    ]
    if not found and not may_do(Act.EXHIBIT_REGISTERED, visit.person.roles):
        return
    with st.expander(t("Parts of this exhibit: {count}", count=len(found))):
        for one in found:
            words, way = st.columns([4, 1.5], vertical_alignment="center")
            words.text(f"{one.number}   {one.description}")
            if way.button(t("Open"), key=f"part-{one.number}"):
                choose_exhibit(one.number)
        if found:
            link_to_labels(visit, [one.number for one in found])
        if may_do(Act.EXHIBIT_REGISTERED, visit.person.roles):
            _next(visit, exhibit, f"part-{exhibit.number}-{len(found)}")


def _next(visit: Visit, exhibit: Exhibit, prefix: str) -> None:
    t = visit.t
    st.caption(
        t("A part comes from the seizure and the donor of the whole, and is of its kind, where nothing else is said.")
    )
    with st.form(prefix, border=False):
        description = st.text_input(t("Description"), key=f"{prefix}-description")
        left, right = st.columns(2)
        with left:
            kind = one_of(visit, t("Kind"), KIND_TEXTS, key=f"{prefix}-kind")
        units = right.number_input(t("Units"), min_value=1, value=None, step=1, key=f"{prefix}-units")
        seal = left.text_input(t("Number of the seal"), key=f"{prefix}-seal")
        intact = right.selectbox(
            t("Condition of the seal"),
            [None, True, False],
            format_func=lambda one: t(_INTACT[one]),
            key=f"{prefix}-intact-{t.language}",
        )
        container = left.text_input(t("Container: bag, envelope, bottle"), key=f"{prefix}-container")
        marked_as = right.text_input(t("Number of the container"), key=f"{prefix}-container-number")
        marks = left.text_input(t("Colour, logo, marks"), key=f"{prefix}-marks")
        condition = right.text_input(t("Condition"), key=f"{prefix}-condition")
        if not st.form_submit_button(t("Register the part"), type="primary"):
            return
    facts = ExhibitFacts(
        description=description,
        kind=kind,
        unit_count=None if units is None else int(units),
        seal_number=seal,
        seal_intact=intact if seal.strip() else None,
        container=Container(kind=container.strip(), number=marked_as.strip()) if container.strip() else None,
        marks=marks,
        condition=condition,
    )
    attempt(lambda: visit.laboratory.accessioning.register_part(exhibit.number, facts, actor=visit.person))
