"""What the statistics count, on which day, and what is left out: one click beside each table."""

from collections.abc import Mapping

from lims.translation import marked

COMMON = (
    marked("Counted are records of real cases; made-up cases only where there is no other, and then the page says so."),
    marked("What is not recorded is counted as not recorded. No person is named or counted."),
    marked("Everything is of one moment, which stands above; what was recorded later is not in it."),
)
OF_SEIZURES = (
    marked(
        "A seizure is one record of a seizure, under its own region, channel, body and day, as the sender said them."
    ),
    marked(
        "An exhibit belongs to the seizure that it names; one that names none stands under: not recorded. "
        "Parts of an exhibit are not counted again."
    ),
    marked(
        "A substance counts once for a seizure, however many exhibits hold it; for exhibits without a "
        "seizure, once for the case. It counts when it was identified and a second person checked that. Sets "
        "of isomers, classes and what nobody checked are left out. Substances are told apart by InChIKey, "
        "without one by the name."
    ),
    marked(
        "Net mass is that of the newest weighing before examination of each exhibit, of the whole mixture and"
        " not of the pure substance. Weighings of parts, aliquots and remainders are left out; exhibits that "
        "were not weighed are in no sum."
    ),
)
OF_THE_MAP = (
    marked(
        "The map is a scheme and not geography: one equal tile for each region, roughly where it lies, arranged by "
        "this project. The number says all; the darker a tile, the larger the number."
    ),
    marked(
        "0 means that no record here names the region; it says nothing of what was seized there. Hatched is what is "
        "not known, such as the mass of exhibits that nobody weighed. What has no recorded region is the tile with the "
        "thick edge, which lies nowhere and has no shade."
    ),
)
OF_SUBSTANCES = (
    OF_SEIZURES[2],
    marked("Regions are those of the seizures, as far as they are recorded."),
)
OF_FIRST_SEEN = (
    marked(
        "First seen is the day on which the first report was issued on an exhibit in which the substance was "
        "identified and checked; of reports issued after the conclusion, and without those that were "
        "withdrawn."
    ),
    marked(
        "What is in no issued report is left out. Other laboratories are not known here: it is the first time"
        " in this one."
    ),
)
OF_TURNAROUND = (
    marked(
        "Times are those of the ledger. A case is registered; taken up, when its expert signed the warning or an "
        "exhibit came into a person's hands; measured with the first weighing, run or finding; concluded, reviewed and "
        "issued with the first examination or identification, review and report. Days on which the term was suspended "
        "are not in them."
    ),
    marked(
        "Half of the cases took no longer than the median, nine of ten no longer than the next column. A case"
        " that lacks a step, or has them in another order, is counted beside and is in no time."
    ),
    marked("A case with seizures in more than one region stands under: more than one."),
)
OF_ALERTS = (
    marked("An alert is counted in the month in which the program raised it, with the state that it has now."),
)
DEFINITIONS: Mapping[str, tuple[str, ...]] = {
    "seizures": (*OF_SEIZURES, *OF_THE_MAP),
    "substances": OF_SUBSTANCES,
    "first-seen": OF_FIRST_SEEN,
    "turnaround": OF_TURNAROUND,
    "alerts": OF_ALERTS,
}
"""By the section of the page."""
