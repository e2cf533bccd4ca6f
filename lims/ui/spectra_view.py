"""The spectra of a component: against the candidate, as an identity or hybrid, or against a standard of the batch."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import streamlit as st

from lims.domain.examination import Candidate, Examination, ExaminedComponent
from lims.services.comparing import (
    StandardMatch,
    hybrid_match_factor,
    molecular_mass,
    pair_spectra,
    standard_match,
)
from lims.translation import marked
from lims.ui.component_choice import signed
from lims.ui.drawing import draw_mirror, draw_pair
from lims.ui.evidence import Evidence, proposed_shift, standard_of
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_IDENTITY, _HYBRID, _STANDARD = "identity", "hybrid", "standard"
_MODES: Mapping[str, str] = MappingProxyType(
    {
        _IDENTITY: marked("Identity"),
        _HYBRID: marked("Hybrid"),
        _STANDARD: marked("Standard of the batch"),
    }
)
_TENTH = Decimal("0.1")
_MOST_SHIFT = 300


def show_spectra(
    visit: Visit,
    examination: Examination,
    component: ExaminedComponent,
    candidate: Candidate | None,
    evidence: Evidence,
) -> None:
    """Let the person choose against what the spectrum is drawn, and draw it."""
    spectrum, key = evidence.spectrum(component), f"mirror-{examination.number}"
    if candidate is None:
        draw_mirror(visit, spectrum, None, key=key)
        return
    mode = chosen_section(visit, _MODES, key="view-mirror")
    if mode == _STANDARD:
        _against_standard(visit, examination, component, evidence)
    elif mode == _HYBRID:
        _hybrid(visit, component, candidate, evidence, key=key)
    else:
        reference = evidence.reference(candidate.accession)
        pair = pair_spectra(spectrum, reference.spectrum)
        draw_pair(visit, pair, key=key, molecule=molecular_mass(reference))
        st.caption(visit.t("Above: measured. Below: library. Filled: in both. Hollow: in one only. M: the molecule."))


def _hybrid(visit: Visit, component: ExaminedComponent, candidate: Candidate, evidence: Evidence, *, key: str) -> None:
    """Draw the library's ions also where a difference of the molecules moves them."""
    t = visit.t
    spectrum, reference = evidence.spectrum(component), evidence.reference(candidate.accession)
    proposed = proposed_shift(evidence, component, candidate.accession)
    shift = st.number_input(
        t("Mass of the measured molecule less that of the library's, Da"),
        min_value=-_MOST_SHIFT,
        max_value=_MOST_SHIFT,
        value=proposed,
        step=1,
        key=f"view-shift-{evidence.number}-{component.number}-{candidate.accession}",
        help=t("Proposed: the difference under which the library's spectrum explains most. It was not measured."),
    )
    pair = pair_spectra(spectrum, reference.spectrum, shift=int(shift))
    draw_pair(visit, pair, key=f"{key}-hybrid", molecule=molecular_mass(reference))
    st.caption(
        t(
            "Hybrid match factor {match} at a difference of {shift} Da. Green with an arrow: library ions that match "
            "after the shift.",
            match=f"{hybrid_match_factor(spectrum, reference.spectrum, shift=int(shift)):.0f}",
            shift=f"{int(shift):+d}" if shift else "0",
        )
    )


def _against_standard(visit: Visit, examination: Examination, component: ExaminedComponent, evidence: Evidence) -> None:
    """Compare with a run of a reference standard, or of a calibrator, of the same batch."""
    t, laboratory = visit.t, visit.laboratory
    run = laboratory.importing.run(examination.run_number)
    if not run.batch_number:
        st.info(t("This run was measured alone; no reference standard stands in its batch."))
        return
    batch = laboratory.batching.get(run.batch_number)
    if not batch.standards:
        st.info(t("Batch {batch} has no run of a reference standard or calibrator.", batch=batch.number))
        return
    names = {one.run_number: batch.injection(one.place).sample_name for one in batch.standards}
    chosen = str(
        st.selectbox(
            t("Reference standard"), list(names), format_func=lambda one: f"{names[one]} ({one})", key="view-standard"
        )
    )
    with st.spinner(t("Reading the run")):
        standard = standard_of(visit, chosen, examination)
    found = standard_match(
        evidence.spectrum(component),
        float(component.retention_time_s),
        standard.components,
        lowest_mz=evidence.run.lowest_mz,
    )
    if found is None:
        st.info(t("The run of the standard has no component."))
        return
    pair = pair_spectra(evidence.spectrum(component), found.component.spectrum)
    draw_pair(visit, pair, key=f"mirror-{examination.number}-standard")
    _say_standard(visit, found, limit=laboratory.batching.method_of(batch).limits.retention_drift_s)


def _say_standard(visit: Visit, found: StandardMatch, *, limit: Decimal) -> None:
    t = visit.t
    st.text(
        t(
            "Standard: RT {time} s, difference {difference} s. MF {match}, RMF {reverse}.",
            time=t.number(Decimal(found.component.retention_time_s).quantize(_TENTH)),
            difference=signed(t, Decimal(found.difference_s).quantize(_TENTH)),
            match=f"{found.match_factor:.0f}",
            reverse=f"{found.reverse_match_factor:.0f}",
        )
    )
    st.caption(
        t(
            "Above: measured. Below: the component of the standard whose spectrum is most alike. The method has no "
            "limit for this difference; its internal standard may drift by {limit} s. You judge it.",
            limit=t.number(limit),
        )
    )
