"""The table of the matching core beside its peers: ``uv run [--group bench] python -m benchmarks.search --json``.

One thread, processor time of that thread, exact best 25 included; one row for each kind of search and library size,
one for each index. Libraries are grown from the real spectra of ``../shared/data`` by the jitter that
``benchmarks.libraries`` documents; queries are 200 of the real ones. All queries are asked in several rounds and each
counts with its fastest round. Peers get the same library and queries, cleaned already, in the same process; the
project cleans its own and has that on its clock. The best 25 are compared with exhaustive search, and the benchmark
stops where they differ. ``ratio`` is the project's median over the peer's: 0.1 is ten times as fast.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.comparison import QUERIES, Comparison, say
from benchmarks.ei_search import measure_ei
from benchmarks.growth_plot import write_growth_plot
from benchmarks.libraries import SHARED_DATA, real_ei_spectra, real_msms_spectra
from benchmarks.msms_search import measure_msms
from benchmarks.page import write_page
from benchmarks.peers import TOP
from benchmarks.table import Measured, text_of
from benchmarks.timing import Limits, machine, peak_memory_mb, run_in_one_thread

SIZES = (3_000, 12_500, 350_000, 1_000_000)
KINDS = ("ei", "msms")


def measure(kinds: Sequence[str], sizes: Sequence[int], comparison: Comparison) -> list[Measured]:
    """Measure every library, small ones first."""
    measured: list[Measured] = []
    if "ei" in kinds:
        real = real_ei_spectra()
        measured += [measure_ei(real, size, comparison) for size in sorted(sizes)]
    if "msms" in kinds:
        packed = real_msms_spectra()
        measured += [measure_msms(packed, size, comparison) for size in sorted(sizes)]
    return measured


def report(measured: Sequence[Measured], facts: dict[str, Any]) -> dict[str, Any]:
    """Give everything as one JSON object."""
    return {
        **facts,
        "queries": QUERIES,
        "top": TOP,
        "indexes": [asdict(part.index) for part in measured],
        "searches": [asdict(row) for part in measured for row in part.searches],
        "budgets_missed": missed(measured),
    }


def missed(measured: Sequence[Measured]) -> list[str]:
    """Name what stays over its budget."""
    rows = [row for part in measured for row in part.searches]
    return [f"{row.work}, {row.spectra}" for row in rows if row.met is False] + [
        f"{part.index.kind} index, {part.index.spectra}" for part in measured if part.index.met is False
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; missed budgets are named in the result. The exit code is 2 where the real data are absent."""
    chosen = _parser().parse_args(arguments)
    if not SHARED_DATA.is_dir():
        say(f"no real spectra at {SHARED_DATA}; the libraries are grown from them")
        return 2
    facts = {"machine": machine()}
    begin = time.perf_counter()
    limits = Limits(rounds=chosen.rounds, allowance_s=chosen.allowance)
    measured = measure(chosen.kinds, chosen.sizes, Comparison(limits=limits, slow_peers=chosen.slow_peers))
    facts |= {"seconds": round(time.perf_counter() - begin), "peak_memory_mb": peak_memory_mb()}
    if chosen.plot is not None:
        write_growth_plot(measured, chosen.plot)
    if chosen.page is not None:
        write_page(measured, facts, chosen.page)
    if chosen.json:
        json.dump(report(measured, facts), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        print(text_of(measured))
        print("\n" + "\n".join(f"{name}: {value}" for name, value in facts.items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="spectra in a library")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--allowance", type=float, default=20.0, help="seconds that one line of the table may take")
    parser.add_argument("--slow-peers", action="store_true", help="measure every peer at every size")
    parser.add_argument("--page", type=Path, help="write the figures between the marks of this Markdown file")
    parser.add_argument("--plot", type=Path, help="draw the growth with size into this SVG file")
    return parser


if __name__ == "__main__":
    run_in_one_thread()
    sys.exit(main())
