"""What is said beside a concentration: stable words for scripts, a sentence each for people."""

from enum import StrEnum


class QuantitationFlag(StrEnum):
    """The words never change their meaning."""

    NOT_DETECTED = "not detected"
    OTHER_SPECTRUM = "other spectrum"
    QUALIFIER_OUT = "qualifier ratio out"
    NO_QUALIFIER = "no qualifier ion"
    CLEAN_BLANK = "clean blank"
    BLANK_NOT_CLEAN = "blank not clean"
    CARRY_OVER = "carry-over suspected"
    INTERNAL_STANDARD_NOT_FOUND = "internal standard not found"
    INTERNAL_STANDARD_UNUSUAL = "internal standard area unusual"
    BELOW_LOQ = "below loq"
    BELOW_LOWEST = "below lowest calibrator"
    ABOVE_HIGHEST = "above highest calibrator"
    EXTRAPOLATED = "extrapolated"
    NO_NUMBER = "extrapolation refused"
    BEYOND_CURVE = "beyond the curve"
    CALIBRATOR_OUT = "calibrator out"
    CALIBRATOR_LEFT_OUT = "calibrator left out"
    CONTROL_OUT = "control out"
    CALIBRATION_ONLY = "uncertainty of calibration only"

    @property
    def meaning(self) -> str:
        """Say it in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    QuantitationFlag.NOT_DETECTED: "The analyte was not found where it elutes; no concentration follows from that.",
    QuantitationFlag.OTHER_SPECTRUM: "A peak stands where the analyte elutes, but its spectrum is not the analyte's.",
    QuantitationFlag.QUALIFIER_OUT: "The spectrum is like the analyte's, but an ion ratio is not the calibrators'.",
    QuantitationFlag.NO_QUALIFIER: "No second ion of the analyte is measured; retention and spectrum alone name it.",
    QuantitationFlag.CLEAN_BLANK: "Where the analyte elutes there is less than the method lets a blank have.",
    QuantitationFlag.BLANK_NOT_CLEAN: "Where the analyte elutes there is more than the method lets a blank have.",
    QuantitationFlag.CARRY_OVER: "The analyte of an earlier injection may still be in the system.",
    QuantitationFlag.INTERNAL_STANDARD_NOT_FOUND: "The internal standard was not found by retention and spectrum.",
    QuantitationFlag.INTERNAL_STANDARD_UNUSUAL: "The internal standard's area is far from that in the calibrators.",
    QuantitationFlag.BELOW_LOQ: "The concentration is below the estimated quantitation limit.",
    QuantitationFlag.BELOW_LOWEST: "The concentration is below the range of the calibrators.",
    QuantitationFlag.ABOVE_HIGHEST: "The concentration is above the range of the calibrators; dilute the sample.",
    QuantitationFlag.EXTRAPOLATED: "The number is read from the curve where no calibrator supports it.",
    QuantitationFlag.NO_NUMBER: "The method gives no number outside the range of the calibrators.",
    QuantitationFlag.BEYOND_CURVE: "The response is one that the fitted curve never reaches; there is no number.",
    QuantitationFlag.CALIBRATOR_OUT: "The curve gives this calibrator back further from nominal than allowed.",
    QuantitationFlag.CALIBRATOR_LEFT_OUT: "A target was not found in this calibrator; it is not in the curve.",
    QuantitationFlag.CONTROL_OUT: "The check standard is further from its nominal value than allowed.",
    QuantitationFlag.CALIBRATION_ONLY: (
        "Of weighing, volume and purity at least one was not stated; the uncertainty of this concentration is "
        "without it."
    ),
}
