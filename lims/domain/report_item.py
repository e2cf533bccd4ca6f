"""The items that every report has (ISO/IEC 17025:2017, 7.8.2.1)."""

from enum import StrEnum


class ReportItem(StrEnum):
    """The sixteen items of the clause by their letters; those that the form of the document gives are never missing."""

    TITLE = "a"
    LABORATORY = "b"
    """Name and address."""
    PLACE_OF_WORK = "c"
    IDENTIFICATION = "d"
    """A number on every page, and a clear end."""
    CUSTOMER = "e"
    METHOD = "f"
    OBJECT = "g"
    """Description and condition."""
    RECEIPT = "h"
    """Its date, and that of sampling."""
    DATES_OF_WORK = "i"
    DATE_OF_REPORT = "j"
    SAMPLING = "k"
    RESTRICTION = "l"
    """That the results concern the tested items alone."""
    RESULTS = "m"
    DEVIATIONS = "n"
    AUTHORISATION = "o"
    OTHERS_RESULTS = "p"
