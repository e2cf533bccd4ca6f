from pathlib import Path

import pytest

from spectra import FormatError, FormatErrors, SpectraError
from spectra.errors import InvalidSettingError, InvalidSpectrumError, InvalidToleranceError


def fault(line):
    return FormatError(Path("a.msp"), f"line {line}", "nan", "a number")


def test_a_format_error_says_where_what_and_what_was_expected():
    error = fault(3)
    assert str(error) == "a.msp, line 3: found nan; expected a number"
    assert (error.path, error.place, error.found, error.expected) == (Path("a.msp"), "line 3", "nan", "a number")


@pytest.mark.parametrize("kind", [InvalidSpectrumError, InvalidToleranceError, InvalidSettingError])
def test_bad_values_are_value_errors_of_this_package(kind):
    assert issubclass(kind, ValueError)
    assert issubclass(kind, SpectraError)


def test_all_faults_of_a_file_are_one_error_that_can_be_split():
    faults = FormatErrors.of(Path("a.msp"), [fault(3), fault(9)])
    assert isinstance(faults, SpectraError)
    assert "a.msp: 2 fault(s), nothing was taken from it" in str(faults)
    third, rest = faults.split(lambda error: isinstance(error, FormatError) and error.place == "line 3")
    assert isinstance(third, FormatErrors)
    assert [error.place for error in third.exceptions] == ["line 3"]
    assert isinstance(rest, FormatErrors)
    assert [error.place for error in rest.exceptions] == ["line 9"]
