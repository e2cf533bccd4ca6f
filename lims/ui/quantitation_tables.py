"""What was measured for a quantitation, in tables: the curve, calibrators, controls, blanks, injections of exhibits."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from lims.domain.quantitation import CalibrationPoint, Curve, QuantifiedInjection
from lims.domain.sequence import InjectionKind
from lims.services.quantitation_wording import FLAG_TEXTS
from lims.translation import Translator
from lims.ui.quantitation_figures import CurveWords, curve_figure
from lims.ui.session import Visit

_FIGURES = 5
_MENU = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


def show_calibration(
    visit: Visit,
    curve: Curve,
    points: Sequence[CalibrationPoint],
    injections: Sequence[QuantifiedInjection],
    *,
    key: str,
) -> None:
    """Draw the curve with what was measured on it, and say how well it fits."""
    t = visit.t
    words = CurveWords(
        concentration=t("Concentration, µg/ml"),
        response=t("Area ratio"),
        residual=t("Residual"),
        used=t("calibrator"),
        left_out=t("calibrator left out"),
        control=t("control"),
        exhibit=t("exhibit"),
    )
    figure = curve_figure(curve, points, injections, words=words)
    st.plotly_chart(figure, key=f"curve-{key}", config=_MENU, alt=t("Calibration curve with residuals"))
    st.caption(_curve_words(t, curve))


def show_calibrators(visit: Visit, points: Sequence[CalibrationPoint], *, key: str) -> None:
    """List every calibrator with what the curve makes of it."""
    t = visit.t
    st.dataframe(
        {
            t("Place"): [one.place for one in points],
            t("Run"): [one.run_number for one in points],
            t("Nominal, µg/mL"): [t.number(one.nominal_ug_per_ml) for one in points],
            t("Area ratio"): [rounded(t, one.response) for one in points],
            t("Residual"): [rounded(t, one.residual) for one in points],
            t("Back-calculated, µg/mL"): [rounded(t, one.back_calculated_ug_per_ml) for one in points],
            t("In the curve"): [f"● {t('yes')}" if one.used else f"✕ {t('no')}" for one in points],
        },
        hide_index=True,
        height="content",
        key=f"calibrators-{key}",
    )
    _remarks(t, points)


def show_injections(visit: Visit, injections: Sequence[QuantifiedInjection], *, key: str) -> None:
    """List what was measured in injections other than calibrators."""
    t = visit.t
    st.dataframe(
        {
            t("Place"): [one.place for one in injections],
            t("Run"): [one.run_number for one in injections],
            t("What it is"): [t(one.kind.value) for one in injections],
            t("Sample name"): [one.sample_name for one in injections],
            t("Nominal, µg/mL"): [
                "" if one.nominal_ug_per_ml is None else t.number(one.nominal_ug_per_ml) for one in injections
            ],
            t("Found, µg/mL"): [_found(t, one) for one in injections],
            t("U, µg/mL"): [_spread(t, one) for one in injections],
            "k": [rounded(t, one.concentration.k, 3) if one.concentration else "" for one in injections],
            t("Of nominal, %"): [rounded(t, one.recovery_percent, 4) for one in injections],
        },
        hide_index=True,
        height="content",
        key=f"injections-{key}",
    )
    _remarks(t, injections)


def _remarks(t: Translator, lines: Sequence[CalibrationPoint | QuantifiedInjection]) -> None:
    """Say each remark in its sentence, with the places that it is about."""
    by_flag: dict[str, list[str]] = {}
    for one in lines:
        for flag in one.flags:
            by_flag.setdefault(flag, []).append(str(one.place))
    with st.container(gap="xsmall"):
        for flag, places in by_flag.items():
            words = t(FLAG_TEXTS[flag]) if flag in FLAG_TEXTS else flag
            st.text(t("Place {places}: {words}", places=", ".join(places), words=words))


def rounded(t: Translator, value: Decimal | None, figures: int = _FIGURES) -> str:
    """Write a number with a few significant figures, as a screen shows it; nothing for an unknown one."""
    return "" if value is None else t.number(Decimal(f"{value:.{figures}g}"))


def _found(t: Translator, one: QuantifiedInjection) -> str:
    if one.concentration is None:
        return t("none") if one.kind is InjectionKind.BLANK else t("no number")
    return rounded(t, one.concentration.value)


def _spread(t: Translator, one: QuantifiedInjection) -> str:
    return "" if one.concentration is None else rounded(t, one.concentration.expanded_u, 3)


def _curve_words(t: Translator, curve: Curve) -> str:
    """Say the form of the curve, how well it fits, and from where to where it holds."""
    form = t("straight line") if curve.degree == 1 else t("parabola")
    said = [
        t(
            "{form}, weights {weights}, {degrees} degrees of freedom, coefficient of determination {r}.",
            form=form,
            weights=curve.weighting,
            degrees=curve.degrees_of_freedom,
            r=rounded(t, curve.r_squared, 6) or t("unknown"),
        ),
        t(
            "Calibrated from {low} to {high} µg/mL; estimated detection limit {lod}, quantitation limit {loq} µg/mL.",
            low=t.number(curve.lowest_ug_per_ml),
            high=t.number(curve.highest_ug_per_ml),
            lod=rounded(t, curve.detection_limit_ug_per_ml, 3) or t("unknown"),
            loq=rounded(t, curve.quantitation_limit_ug_per_ml, 3) or t("unknown"),
        ),
    ]
    if curve.lack_of_fit is None:
        said.append(t("Lack of fit is unknown: no calibrator was measured repeatedly."))
    else:
        said.append(t("Lack of fit: by chance as large in a share of {p}.", p=rounded(t, curve.lack_of_fit.p_value, 3)))
    return " ".join(said)
