"""The words for states, decisions and roles, marked for translation: pages say them by the value of an enumeration."""

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
    marked("planned"),
    marked("measured"),
    marked("accepted"),
    marked("failed"),
    marked("released with nonconformity"),
    marked("in use"),
    marked("withdrawn"),
    marked("blank"),
    marked("calibrator"),
    marked("control"),
    marked("reference standard"),
    marked("exhibit"),
    marked("every injection measured"),
    marked("blank clean"),
    marked("no carry-over"),
    marked("internal standard area"),
    marked("retention time drift"),
    marked("calibration fit"),
    marked("control recovery"),
    marked("internal standard retention time"),
)

ROLE_TEXTS = (
    marked("technician"),
    marked("expert"),
    marked("technical reviewer"),
    marked("library curator"),
    marked("head"),
    marked("quality manager"),
    marked("auditor"),
    marked("administrator"),
)
