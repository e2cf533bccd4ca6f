"""What a quantitation says, in words of the catalogues: remarks, reasons, parts of the uncertainty."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.content_arithmetic import CALIBRATION, PORTION_MASS, PORTION_VOLUME, PURITY, REPLICATES
from lims.domain.quantitation import Lacking
from lims.services.quantitation_flags import QuantitationFlag
from lims.translation import marked

FLAG_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        QuantitationFlag.NOT_DETECTED: marked(
            "The analyte was not found where it elutes; no concentration follows from that."
        ),
        QuantitationFlag.OTHER_SPECTRUM: marked(
            "A peak stands where the analyte elutes, but its spectrum is not the analyte's."
        ),
        QuantitationFlag.QUALIFIER_OUT: marked(
            "The spectrum is like the analyte's, but an ion ratio is not the calibrators'."
        ),
        QuantitationFlag.NO_QUALIFIER: marked(
            "No second ion of the analyte is measured; retention and spectrum alone name it."
        ),
        QuantitationFlag.CLEAN_BLANK: marked(
            "Where the analyte elutes there is less than the method lets a blank have."
        ),
        QuantitationFlag.BLANK_NOT_CLEAN: marked(
            "Where the analyte elutes there is more than the method lets a blank have."
        ),
        QuantitationFlag.CARRY_OVER: marked("The analyte of an earlier injection may still be in the system."),
        QuantitationFlag.INTERNAL_STANDARD_NOT_FOUND: marked(
            "The internal standard was not found by retention and spectrum."
        ),
        QuantitationFlag.INTERNAL_STANDARD_UNUSUAL: marked(
            "The internal standard's area is far from that in the calibrators."
        ),
        QuantitationFlag.BELOW_LOQ: marked("The concentration is below the estimated quantitation limit."),
        QuantitationFlag.BELOW_LOWEST: marked("The concentration is below the range of the calibrators."),
        QuantitationFlag.ABOVE_HIGHEST: marked("The concentration is above the range of the calibrators."),
        QuantitationFlag.EXTRAPOLATED: marked("The number is read from the curve where no calibrator supports it."),
        QuantitationFlag.NO_NUMBER: marked("The method gives no number outside the range of the calibrators."),
        QuantitationFlag.BEYOND_CURVE: marked(
            "The response is one that the fitted curve never reaches; there is no number."
        ),
        QuantitationFlag.CALIBRATOR_OUT: marked(
            "The curve gives this calibrator back further from nominal than allowed."
        ),
        QuantitationFlag.CALIBRATOR_LEFT_OUT: marked(
            "A target was not found in this calibrator; it is not in the curve."
        ),
        QuantitationFlag.CONTROL_OUT: marked("The check standard is further from its nominal value than allowed."),
        QuantitationFlag.CALIBRATION_ONLY: marked(
            "Of weighing, volume and purity at least one was not stated; the uncertainty of this concentration is "
            "without it."
        ),
    }
)
"""The sentence of each flag, as a report has it."""
LACKING_TEXTS: Mapping[Lacking, str] = MappingProxyType(
    {
        Lacking.NOT_DETECTED: marked("the substance was not found in at least one injection of the exhibit"),
        Lacking.NO_NUMBER: marked("an injection of the exhibit has no concentration"),
        Lacking.BELOW_QUANTITATION_LIMIT: marked(
            "an injection of the exhibit lies below the estimated quantitation limit"
        ),
        Lacking.NO_PREPARATION: marked("mass and volume of the measured portions are not recorded"),
        Lacking.NO_EXHIBIT_MASS: marked("the net mass of the exhibit is not recorded"),
    }
)
"""Why no content, or no mass, is stated."""
PART_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        CALIBRATION: marked("calibration curve and response"),
        "weighing": marked("weighing, when the calibrators were made"),
        "volume": marked("volumes, when the calibrators were made"),
        PURITY: marked("purity of the reference standard"),
        PORTION_MASS: marked("mass of the measured portion"),
        PORTION_VOLUME: marked("volume of the measured portion"),
        REPLICATES: marked("scatter of the replicates"),
        "dilution": marked("dilution of the measured portion"),
    }
)
"""Parts of the uncertainty of a content."""
