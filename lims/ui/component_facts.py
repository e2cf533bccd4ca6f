"""What was measured of a component: retention, purity, signal, index and the ladder that it rests on, and its notes."""

import math
from decimal import Decimal

import streamlit as st

from lims.domain.batch import Batch
from lims.domain.examination import Examination, ExaminedComponent
from lims.translation import Translator
from lims.ui.session import Visit
from spectra import Component

_MINUTE = Decimal(60)
_CENT = Decimal("0.01")


def show_component_facts(
    visit: Visit, examination: Examination, component: ExaminedComponent, found: Component
) -> None:
    """Say in one line what was measured of a component, and below it what was written down about it."""
    t = visit.t
    st.text("   ".join((*_measured(t, component, found), *_index(visit, examination, component))))
    if found.shared_mz:
        st.caption(
            t(
                "Ions that neighbours give more of than the component does, uncertain: m/z {ions}.",
                ions=", ".join(map(str, found.shared_mz)),
            )
        )
    if component.reason:
        st.text(t("Reason or note: {words}", words=component.reason))
    for note in examination.notes_on(component.number):
        words = f"{note.written_by}, {t.moment(note.written_at)}: {note.words}"
        st.text(f"✎ {words}" if not note.rejected else f"✕ {_rejected(component, note.rejected)} {words}")


def _measured(t: Translator, component: ExaminedComponent, found: Component) -> tuple[str, ...]:
    time = component.retention_time_s
    minutes = (time / _MINUTE).quantize(_CENT)
    purity = t("unknown") if math.isnan(found.purity) else t.number(Decimal(found.purity).quantize(_CENT))
    return (
        t("RT {minutes} min ({seconds} s)", minutes=t.number(minutes), seconds=t.number(time)),
        t("purity {share}", share=purity),
        f"S/N {t.number(component.signal_to_noise)}",
    )


def _index(visit: Visit, examination: Examination, component: ExaminedComponent) -> tuple[str, ...]:
    """Give the retention index and its ladder, or say that there is none."""
    t = visit.t
    if component.retention_index is None:
        return (t("RI unknown: no ladder"),)
    batch = _batch_of(visit, examination)
    ladder = "" if batch is None else f"{batch.method_number}, {batch.method_version}"
    return (t("RI {index} (ladder of method {method})", index=t.number(component.retention_index), method=ladder),)


def _batch_of(visit: Visit, examination: Examination) -> Batch | None:
    run = visit.laboratory.importing.run(examination.run_number)
    return visit.laboratory.batching.get(run.batch_number) if run.batch_number else None


def _rejected(component: ExaminedComponent, accession: str) -> str:
    return next((one.name for one in component.candidates if one.accession == accession), accession)
