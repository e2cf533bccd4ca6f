import math
from dataclasses import replace

import pytest

from lims.errors import InvalidRecordError
from lims.services.quantitation_flags import QuantitationFlag
from lims.services.quantitation_method import (
    GC_EI_INTERNAL_STANDARD,
    SETTINGS,
    Extrapolation,
    read_method_file,
    with_settings,
)
from spectra import FormatErrors
from spectra.chromatogram.calibration import CalibrationWeighting
from spectra.chromatogram.target_ions import TargetIons
from spectra.chromatogram.targets import QuantifiedSignal


def test_every_setting_reaches_the_method():
    values = {
        "curve": "linear",
        "weighting": "1/x^2",
        "through_origin": True,
        "signal": "tic",
        "minimum_match_factor": 700,
        "retention_tolerance_s": "4.5",
        "ratio_tolerance": "20%",
        "minimum_signal_to_noise": 5,
        "end_fraction": 0.05,
        "valley_fraction": 0.1,
        "analyte_ions": [342, 266],
        "internal_standard_ions": "140",
        "weighing_u": 0.001,
        "volume_u": "0.2%",
        "purity_u": 0,
        "confidence": "99%",
        "extrapolation": "refuse",
        "blank_fraction": 0.1,
        "calibrator_deviation": 0.1,
        "lowest_calibrator_deviation": 0.1,
        "control_deviation": 0.1,
        "internal_standard_spread": 0.3,
    }
    assert set(values) == set(SETTINGS)
    method = with_settings(GC_EI_INTERNAL_STANDARD, values)
    assert method.changed == tuple(sorted(values))
    assert (method.model.degree, method.model.weighting) == (1, CalibrationWeighting.INVERSE_SQUARE)
    assert (method.model.through_origin, method.limits.signal) == (True, QuantifiedSignal.TOTAL_ION_CURRENT)
    assert (method.limits.retention_tolerance_s, method.limits.ratio_tolerance) == (4.5, 0.2)
    assert (method.limits.integration.end_fraction, method.limits.integration.valley_fraction) == (0.05, 0.1)
    assert method.analyte_ions == TargetIons(quantifier_mz=342, qualifier_mz=(266,))
    assert method.internal_standard_ions == TargetIons(quantifier_mz=140, qualifier_mz=())
    assert (method.stated.weighing, method.stated.volume, method.stated.purity) == (0.001, 0.002, 0.0)
    assert (method.confidence, method.extrapolation) == (0.99, Extrapolation.REFUSE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("curve", "cubic"),
        ("weighting", "1/y"),
        ("through_origin", "perhaps"),
        ("signal", "all"),
        ("minimum_match_factor", "high"),
        ("minimum_match_factor", True),
        ("minimum_match_factor", 0),
        ("purity_u", -0.1),
        ("purity_u", "nan"),
        ("confidence", 1),
        ("end_fraction", 1.5),
        ("analyte_ions", []),
        ("analyte_ions", [342, 342]),
        ("analyte_ions", "heavy"),
        ("blank_fraction", 0),
        ("extrapolation", "guess"),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(key, value):
    with pytest.raises(InvalidRecordError, match=f"^{key}: found"):
        with_settings(GC_EI_INTERNAL_STANDARD, {key: value})


def test_a_method_file_has_a_name_and_a_version(tmp_path):
    path = tmp_path / "method.toml"
    path.write_text('name = "etizolam"\nversion = 3\ncurve = "linear"\npurity_u = "0.5%"\n')
    method = read_method_file(path, base=GC_EI_INTERNAL_STANDARD)
    assert (method.name, method.version, method.changed) == ("etizolam", 3, ("curve", "purity_u"))
    assert math.isnan(method.stated.weighing)


def test_all_faults_of_a_method_file_come_together(tmp_path):
    path = tmp_path / "method.toml"
    path.write_text('version = 0\ncurve = "cubic"\ncolour = "red"\n')
    with pytest.raises(FormatErrors) as caught:
        read_method_file(path, base=GC_EI_INTERNAL_STANDARD)
    assert [fault.place for fault in caught.value.exceptions] == ["name", "version", "curve", "colour"]


@pytest.mark.parametrize("content", [b"name = ", b"\xff", None])
def test_what_is_no_method_file_is_refused(tmp_path, content):
    path = tmp_path / "method.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FormatErrors):
        read_method_file(path, base=GC_EI_INTERNAL_STANDARD)


def test_limits_of_the_method_itself():
    for name in ("blank_fraction", "internal_standard_spread", "confidence"):
        with pytest.raises(InvalidRecordError, match=name):
            replace(GC_EI_INTERNAL_STANDARD, **{name: 0.0})


def test_every_flag_has_a_sentence():
    for flag in QuantitationFlag:
        assert flag.meaning.endswith(".")
        assert flag.value == flag.value.lower()
