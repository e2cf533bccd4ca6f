"""Write the tables of docs/rights.md from the code, between their marks: ``python scripts/rights.py``."""

import sys
from collections.abc import Iterator
from pathlib import Path

from lims.domain.rights_table import act_rows, kind_rows
from lims.domain.staff import Role

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rights.md"
_BEGIN, _END = "<!-- {name}: made by scripts/rights.py -->", "<!-- end of {name} -->"


def act_table() -> str:
    """Give the table of acts: a cross for each role that may, then competence, side and who else."""
    return "\n".join(_act_lines()) + "\n"


def kind_table() -> str:
    """Give the table of kinds of records: a cross for each role that may read."""
    return "\n".join(_kind_lines()) + "\n"


def with_tables(page: str) -> str:
    """Put both tables between their marks.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    for name, table in (("acts", act_table()), ("kinds", kind_table())):
        begin, end = _BEGIN.format(name=name), _END.format(name=name)
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{PAGE}: no mark {end!r} behind {begin!r}")
        page = f"{before}{begin}\n\n{table}\n{end}{after}"
    return page


def _act_lines() -> Iterator[str]:
    yield from _head("act", (*(role.value for role in Role), "competence", "side", "besides"))
    for row in act_rows():
        besides = ("about oneself" if row.about_oneself else "", "the program" if row.by_program else "")
        cells = (
            *("x" if role in row.roles else "" for role in Role),
            "needed" if row.competence else "",
            row.side.value if row.side else "",
            ", ".join(filter(None, besides)),
        )
        yield _line(f"`{row.act}`", cells)


def _kind_lines() -> Iterator[str]:
    yield from _head("kind", (*(role.value for role in Role), "besides"))
    for row in kind_rows():
        cells = (*("r" if role in row.roles else "" for role in Role), "the own" if row.the_own else "")
        yield _line(row.kind, cells)


def _head(first: str, others: tuple[str, ...]) -> Iterator[str]:
    yield _line(first, others)
    yield "|" + "---|" * (len(others) + 1)


def _line(first: str, cells: tuple[str, ...]) -> str:
    return "| " + " | ".join((first, *cells)) + " |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE} written\n")
