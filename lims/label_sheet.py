"""Sheets of labels as they are bought, and the table ``[labels]`` of the settings: how many, how large, where."""

from dataclasses import dataclass, fields, replace
from typing import Final

from lims.errors import InvalidRecordError, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of labels; all measures in millimetres."""

    page_width: float = 210.0
    page_height: float = 297.0
    rows: int = 8
    columns: int = 3
    label_width: float = 70.0
    label_height: float = 37.0
    left: float = 0.0
    top: float = 0.5
    column_gap: float = 0.0
    row_gap: float = 0.0
    inset: float = 4.2
    """Free on each side of a label: office printers leave that much of a page white."""

    def __post_init__(self) -> None:
        """Refuse labels that do not fit on the page, or that are too small to be read."""
        if self.rows < 1 or self.columns < 1 or any(getattr(self, one.name) < 0 for one in fields(self)):
            raise InvalidRecordError("a label sheet has rows and columns, and no measure below 0")
        width = self.left + self.columns * self.label_width + (self.columns - 1) * self.column_gap
        height = self.top + self.rows * self.label_height + (self.rows - 1) * self.row_gap
        if width > self.page_width or height > self.page_height:
            raise InvalidRecordError(
                f"{self.columns} x {self.rows} labels take {width:g} x {height:g} mm; "
                f"the page has {self.page_width:g} x {self.page_height:g} mm"
            )
        if self.label_width < SMALLEST_MM[0] or self.label_height < SMALLEST_MM[1]:
            raise InvalidRecordError(
                f"a label of {self.label_width:g} x {self.label_height:g} mm; scanners need at least "
                f"{SMALLEST_MM[0]:g} x {SMALLEST_MM[1]:g} mm"
            )


SMALLEST_MM: Final = (50.0, 25.0)
"""Below this the narrowest bar of a long number is under 0.2 mm, which office printers do not print cleanly."""
SHEET: Final = LabelSheet()
"""A4 with 24 labels of 70 x 37 mm."""
SINGLE: Final = LabelSheet(
    page_width=50.0, page_height=25.0, rows=1, columns=1, label_width=50.0, label_height=25.0, top=0.0, inset=1.5
)
"""One label of 50 x 25 mm on each page, as label printers take it."""


def read_labels(table: object) -> LabelSheet:
    """Read the table: what differs from ``SHEET``.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used.
    """
    names = [one.name for one in fields(LabelSheet)]
    if not isinstance(table, dict) or not set(table) <= set(names):
        raise SettingsError(f"labels is a table [labels] with {', '.join(names)} and nothing else")
    if not all(type(value) in {int, float} for value in table.values()):
        raise SettingsError("labels: expected numbers, rows and columns as whole ones, the others in millimetres")
    if not all(type(table.get(name, 1)) is int for name in ("rows", "columns")):
        raise SettingsError("labels.rows and labels.columns: expected whole numbers")
    try:
        return replace(SHEET, **table)
    except InvalidRecordError as error:
        raise SettingsError(f"labels: {error}") from error
