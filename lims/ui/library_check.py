"""The second person of the library: drawings, the signed check, the refusal; and the release made of imports."""

from functools import lru_cache

import streamlit as st

from lims.domain.library_import import ImportState, LibraryImport
from lims.domain.permissions import Act, may_do
from lims.domain.signature import SignatureMeaning
from lims.services.confirming import Confirmation
from lims.services.vetting import ReleasePlan
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.signing import SignatureRequest, ask_to_sign
from lims.ui.watch_start import start_watch
from substance_library.depiction import draw_structure_svg
from substance_library.identifiers import Smiles

_A_PAGE = 24
_A_ROW = 4
_MADE = "library-made"


def second_person(visit: Visit, found: LibraryImport, *, waiting: int) -> None:
    """Let another person than the one who imported look at the drawings, and let it pass or refuse it."""
    t = visit.t
    if not may_do(Act.LIBRARY_CHECKED, visit.person.roles):
        return
    if found.imported_by == visit.person.number:
        st.info(t("You imported this; another person checks it."))
        return
    if found.counts.structures:
        with st.expander(t("Drawings of the structures ({count})", count=found.counts.structures)):
            _drawings(visit, found)
    key = f"{found.number}-{found.version}"
    seen = st.checkbox(
        t("I looked at the drawings of all structures, and they are right"),
        key=f"library-drawings-{key}",
        disabled=not found.counts.structures,
    )
    comment = st.text_input(t("Comment"), key=f"library-comment-{key}")
    if st.button(t("Let it pass"), type="primary", key=f"library-pass-{key}", disabled=waiting > 0):
        ask_to_sign(
            SignatureRequest(
                record=found,
                meaning=SignatureMeaning.APPROVER,
                statements=(found.title, *((t("Comment: {words}", words=comment),) if comment else ())),
            ),
            title=t("Sign the check of {number}", number=found.number),
            act=lambda confirmation: visit.laboratory.vetting.check(
                found.number,
                structures_confirmed=seen,
                actor=visit.person,
                confirmation=confirmation,
                comment=comment,
            ),
        )
    with st.form(f"library-refuse-{key}"):
        reason = st.text_input(t("Reason"), key=f"library-refusal-{key}")
        pressed = st.form_submit_button(t("Refuse the import"))
    if pressed:
        attempt(lambda: visit.laboratory.vetting.refuse(found.number, reason=reason, actor=visit.person))


def making(visit: Visit) -> None:
    """Make a release of checked imports and sign it; from then on it is frozen."""
    t, laboratory = visit.t, visit.laboratory
    made = st.session_state.pop(_MADE, "")
    if made:
        st.success(plain(t("Release {name} is recorded and frozen.", name=made)))
    checked = [one.number for one in laboratory.collecting.imports() if one.state == ImportState.CHECKED.value]
    if not checked:
        st.info(t("No import is checked yet."))
        return
    curating = laboratory.curating
    bases = [name for name in curating.releases() if curating.recorded(name).is_curated]
    with st.form("library-making"):
        name = st.text_input(t("Name of the release"), key="library-release-name")
        chosen = st.multiselect(t("Checked imports"), checked, key="library-release-imports", placeholder=t("none"))
        base = st.selectbox(
            t("Release that it continues"),
            ["", *bases],
            format_func=lambda one: one or t("none"),
            key=f"library-release-base-{t.language}",
        )
        out = st.text_area(t("Accessions of that release that are left out, one a line"), key="library-release-out")
        pressed = st.form_submit_button(t("Prepare the release"), type="primary")
    if not pressed:
        return
    plan = ReleasePlan(
        name=name,
        imports=tuple(chosen),
        base=str(base),
        left_out=tuple(line.strip() for line in out.splitlines() if line.strip()),
    )
    try:
        with st.spinner(t("The files of the release are made")):
            prepared = laboratory.vetting.prepare(plan, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    words = t("{spectra} spectra, SHA-256 {digest}", spectra=prepared.spectra, digest=prepared.sha256)

    def publish(confirmation: Confirmation) -> None:
        laboratory.vetting.publish(prepared, actor=visit.person, confirmation=confirmation)
        st.session_state[_MADE] = prepared.number
        start_watch(visit)

    ask_to_sign(
        SignatureRequest(record=prepared, meaning=SignatureMeaning.RELEASER, statements=(words,)),
        title=t("Sign release {name}", name=prepared.number),
        act=publish,
    )


def _drawings(visit: Visit, found: LibraryImport) -> None:
    """Show a page of drawings; thousands are looked at page by page."""
    t = visit.t
    drawn = visit.laboratory.collecting.structures(found.number)
    pages = -(-len(drawn) // _A_PAGE)
    place = int(
        st.number_input(t("Page of {count}", count=pages), 1, max(pages, 1), key=f"library-page-{found.number}")
    )
    shown = drawn[(place - 1) * _A_PAGE : place * _A_PAGE]
    for first in range(0, len(shown), _A_ROW):
        for column, one in zip(st.columns(_A_ROW), shown[first : first + _A_ROW], strict=False):
            column.image(_drawing(one.smiles), alt=one.words)
            column.text(one.words)


@lru_cache(maxsize=20 * _A_PAGE)
def _drawing(smiles: str) -> str:
    """Draw a structure once: a page of them is drawn anew at every click on it."""
    return draw_structure_svg(Smiles(smiles), stereochemistry=True)
