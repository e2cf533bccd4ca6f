"""Write the measured accuracy into docs/accuracy.md: ``uv run python -m benchmarks.accuracy_page RESULT.json``.

The result is what ``uv run python -m benchmarks.accuracy --json`` prints, so that nobody copies a figure by hand.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.page import BEGIN, END, PageError

PAGE = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"


def accuracy_markdown(result: dict[str, Any]) -> str:
    """Lay a result out as Markdown: paired comparisons, then one table for each set, then the search for analogues."""
    cost = f"All of it took {result['processor_seconds']:g} s of processor time, {result['seconds']:g} s by the clock."
    parts = [cost, "### Against the best published score", _paired(result["paired"])]
    for name in dict.fromkeys(row["set"] for row in result["table"]):
        rows = [row for row in result["table"] if row["set"] == name]
        parts += [f"### {name}", f"{rows[0]['queries']} queries of {rows[0]['compounds']} compounds.", _scores(rows)]
    found = result["analogues"]
    parts += [f"### {found['set']}", f"{found['queries']} queries.", _analogues(found["rows"])]
    return "\n\n".join(parts)


def write_accuracy(result: dict[str, Any], path: Path) -> None:
    """Replace what stands between the marks of a page.

    Raises
    ------
    PageError
        If the page has not both marks, in their order.
    """
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise PageError(f"{path} has not both marks; expected {BEGIN} and then {END}")
    path.write_text(f"{before}{BEGIN}\n{accuracy_markdown(result)}\n{END}{after}", "utf-8")


def _paired(rows: Sequence[dict[str, Any]]) -> str:
    head = ["queries", "preset", "best published", "points (95 %)", "won, lost", "McNemar p"]
    lines = (
        [
            row["set"],
            row["combined"],
            row["best_single"],
            "{:+g} ({:g} to {:g})".format(row["points"], *row["interval_95"]),
            f"{row['won']}, {row['lost']}",
            f"{row['mcnemar_p']:g}",
        ]
        for row in rows
    )
    return _table(head, lines)


def _scores(rows: Sequence[dict[str, Any]]) -> str:
    lines = (
        [row["scorer"], *(f"{row[name]:.1f}" for name in ("rank_1", "rank_3", "rank_10")), f"{row['mrr']:.4f}"]
        for row in rows
    )
    return _table(["score", "first %", "among 3 %", "among 10 %", "MRR"], lines)


def _analogues(rows: Sequence[dict[str, Any]]) -> str:
    lines = ([row["scorer"], f"{row['first_hit']:.1f}", f"{row['among_three']:.1f}"] for row in rows)
    return _table(["score", "first hit %", "one of three %"], lines)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *lines])


def main() -> int:
    """Read a result and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", type=Path)
    write_accuracy(json.loads(parser.parse_args().result.read_text("utf-8")), PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
