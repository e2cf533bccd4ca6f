"""The words for states and decisions, marked for translation: pages say them by the value of an enumeration."""

from lims.translation import marked

STATE_TEXTS = (
    marked("open"),
    marked("concluded"),
    marked("reviewed"),
    marked("undecided"),
    marked("identified"),
    marked("internal standard"),
    marked("not identified"),
    marked("intended"),
    marked("drafted"),
    marked("issued"),
    marked("voided"),
)
