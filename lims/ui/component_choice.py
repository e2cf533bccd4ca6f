"""Which component and which candidate of an examination a person looks at: by click, by keys, and by a list."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

import streamlit as st

from lims.domain.examination import Candidate, Decision, Examination, ExaminedComponent
from lims.translation import Translator
from lims.ui.drawing import count_step
from lims.ui.plain import plain

SHAPES: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.UNDECIDED: "○",
        Decision.IDENTIFIED: "■",
        Decision.INTERNAL_STANDARD: "◇",
        Decision.NOT_IDENTIFIED: "□",
    }
)
"""A shape beside each word: no state is told by colour alone."""
_TENTH = Decimal("0.1")
_MARK = "▲"


def component_choice(t: Translator, examination: Examination, marks: Mapping[int, str]) -> ExaminedComponent | None:
    """Let the person walk through the components with Up and Down, or choose one in the list."""
    if not examination.components:
        return None
    numbers = [component.number for component in examination.components]
    number = _chosen(examination)
    box = _box(examination, t)
    st.session_state.setdefault(box, number)
    if st.session_state[box] not in numbers:
        st.session_state[box] = number
    position = numbers.index(st.session_state[box])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step_button(t("Previous"), "Up", numbers, position - 1, choose_component, (examination, box))
        chosen = st.selectbox(
            t("Component"),
            numbers,
            key=box,
            format_func=lambda one: component_line(t, examination.component(one), marked=one in marks),
            on_change=count_step,
            placeholder=t("not chosen yet"),
        )
        _step_button(t("Next"), "Down", numbers, position + 1, choose_component, (examination, box))
    st.session_state[_kept(examination)] = chosen
    return examination.component(chosen)


def _step_button(
    label: str,
    shortcut: str,
    offered: Sequence[int],
    target: int,
    choose: Callable[..., None],
    where: tuple[object, ...],
) -> None:
    """Draw the button that goes one further; at the end of the list it rests."""
    st.button(
        label,
        shortcut=shortcut,
        disabled=not 0 <= target < len(offered),
        on_click=choose,
        args=(*where, offered[target % len(offered)]),
        key=f"view-{shortcut}",
    )


def choose_component(examination: Examination, box: str, number: int) -> None:
    """Choose a component before the page is drawn again."""
    st.session_state[_kept(examination)] = number
    st.session_state[box] = number
    count_step()


def selected_number(examination: Examination) -> int | None:
    """Give the number of the component that is chosen, before the list is drawn; None without components."""
    return _chosen(examination) if examination.components else None


def selected_candidate(examination: Examination, component: ExaminedComponent | None) -> Candidate | None:
    """Give the candidate of a component that was chosen last, else the first; None for none."""
    if component is None or not component.candidates:
        return None
    decided = component.identity.rank if component.identity else None
    rank = st.session_state.get(_kept_rank(examination, component), decided)
    return next((one for one in component.candidates if one.rank == rank), component.candidates[0])


def on_click(t: Translator, examination: Examination) -> "_Click":
    """Give what a click on a mark of the chromatogram does."""
    return _Click(examination, _box(examination, t))


class _Click:
    """Chooses the component whose mark was clicked."""

    def __init__(self, examination: Examination, box: str) -> None:
        """Remember where the choice is kept."""
        self._examination, self._box = examination, box

    def __call__(self, number: int) -> None:
        """Choose a component."""
        choose_component(self._examination, self._box, number)


def component_line(t: Translator, component: ExaminedComponent, *, marked: bool = False) -> str:
    """Say in a line what a component is and what was decided about it."""
    line = t(
        "{number}: {time} s, {share} % of the area, base peak m/z {mz} {shape} {decision} {name}",
        number=component.number,
        time=t.number(component.retention_time_s.quantize(_TENTH)),
        share=t.number(component.area_percent),
        mz=component.base_peak_mz,
        shape=SHAPES[component.decision],
        decision=t(component.decision.value),
        name=component.identity.name if component.identity else "",
    )
    return f"{_MARK} {line}" if marked else line


def candidate_choice(t: Translator, examination: Examination, component: ExaminedComponent) -> Candidate | None:
    """Let the person walk through the candidates with Left and Right, or choose one in the list."""
    candidates = component.candidates
    if not candidates:
        st.info(t("No spectrum of the library has an ion in common with this component."))
        return None
    kept = _kept_rank(examination, component)
    box = f"{kept}-{t.language}-{examination.version}"
    ranks = [candidate.rank for candidate in candidates]
    first = component.identity.rank if component.identity else ranks[0]
    st.session_state.setdefault(box, st.session_state.get(kept, first))
    position = ranks.index(st.session_state[box]) if st.session_state[box] in ranks else 0
    with st.container(horizontal=True):
        _step_button(t("Candidate before"), "Left", ranks, position - 1, _choose_rank, (box, kept))
        _step_button(t("Candidate after"), "Right", ranks, position + 1, _choose_rank, (box, kept))
    rank = st.radio(
        t("Candidates of release {release}", release=plain(examination.basis.release)),
        ranks,
        key=box,
        format_func=lambda one: plain(_candidate_line(t, candidates[ranks.index(one)])),
        captions=[plain(_standing(t, examination, component, one)) for one in candidates],
    )
    st.session_state[kept] = rank
    return candidates[ranks.index(rank)]


def _choose_rank(box: str, kept: str, rank: int) -> None:
    st.session_state[box] = st.session_state[kept] = rank


def _candidate_line(t: Translator, candidate: Candidate) -> str:
    line = t(
        "{rank} {name}: MF {match}, RMF {reverse}, {ions} common ions",
        rank=candidate.rank,
        name=candidate.name,
        match=f"{candidate.match_factor:.0f}",
        reverse=f"{candidate.reverse_match_factor:.0f}",
        ions=candidate.matched_ions,
    )
    difference = candidate.retention_index_difference
    return line if difference is None else f"{line}, dRI {signed(t, difference)}"


def signed(t: Translator, difference: Decimal) -> str:
    """Write a difference with its sign."""
    return f"+{t.number(difference)}" if difference > 0 else t.number(difference)


def _standing(t: Translator, examination: Examination, component: ExaminedComponent, candidate: Candidate) -> str:
    """Say what was decided of a candidate; empty for nothing."""
    identity = component.identity
    if identity is not None and identity.accession == candidate.accession:
        return f"{SHAPES[component.decision]} {t(component.decision.value)}"
    rejected = examination.rejection(component.number, candidate.accession)
    return "" if rejected is None else t("✕ rejected: {reason}", reason=rejected.words)


def _chosen(examination: Examination) -> int:
    numbers = [component.number for component in examination.components]
    kept = st.session_state.get(_kept(examination))
    return kept if kept in numbers else numbers[0]


def _kept_rank(examination: Examination, component: ExaminedComponent) -> str:
    return f"view-candidate-{examination.number}-{component.number}"


def _kept(examination: Examination) -> str:
    return f"view-component-{examination.number}"


def _box(examination: Examination, t: Translator) -> str:
    # A select box answers with its label: labels change with language and decision, so each set has its own box.
    return f"{_kept(examination)}-{t.language}-{examination.version}"
