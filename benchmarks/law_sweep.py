"""All rules of law over all real structures: ``uv run python -m benchmarks.law_sweep``; prints JSON.

How long a structure takes for all rules together, preparing included, and how many structures each rule takes in.
``--baseline FILE`` writes the structures taken in as a table; reasons that the table has already are kept, a new
structure is marked ``unreviewed`` until a person has looked at it.
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.law_structures import RealStructure, real_structures
from benchmarks.libraries import SHARED_DATA
from benchmarks.timing import machine, run_in_one_thread
from substance_library.generic_definition import GenericRule, generic_rules
from substance_library.prepared_structure import prepare
from substance_library.rule_answer import RuleResult
from substance_library.russian_derivation import NoteSixRule, note_six_rules

BUDGET_MS = 20.0
"""For one structure and all rules together, in the median."""
COLUMNS = ("rule", "result", "inchikey", "name", "verdict", "reason")
UNREVIEWED = "unreviewed"
PREPARING = "preparing"

Rule = GenericRule | NoteSixRule


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One structure that a rule takes in, or cannot decide."""

    rule: str
    result: str
    inchikey: str
    name: str = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep found, and the processor time that it took."""

    hits: tuple[Hit, ...]
    structure_ms: tuple[float, ...]
    rule_ms: dict[str, float]
    """Mean for one structure, preparing beside the rules."""


def all_rules() -> tuple[Rule, ...]:
    """Give every shipped rule."""
    return (*generic_rules(), *note_six_rules())


def sweep(structures: Sequence[RealStructure], rules: Sequence[Rule]) -> Swept:
    """Ask every rule about every structure."""
    hits, taken, spent = [], [], defaultdict[str, float](float)
    for structure in structures:
        begin = time.process_time()
        prepared = prepare(structure.smiles)
        last = time.process_time()
        spent[PREPARING] += last - begin
        for rule in rules:
            result = rule.judge(prepared).result
            now = time.process_time()
            spent[rule.id] += now - last
            last = now
            if result is not RuleResult.NO_MATCH:
                hits.append(Hit(rule.id, result.value, structure.inchikey, structure.name))
        taken.append(1000 * (last - begin))
    means = {name: round(1000 * seconds / len(structures), 3) for name, seconds in sorted(spent.items())}
    return Swept(hits=tuple(sorted(hits)), structure_ms=tuple(taken), rule_ms=means)


def report(swept: Swept) -> dict[str, Any]:
    """Give the figures as one JSON object."""
    times = sorted(swept.structure_ms)
    median = times[len(times) // 2]
    return {
        "structures": len(times),
        "rules": len(swept.rule_ms) - 1,
        "structure_ms": {
            "median": round(median, 2),
            "mean": round(sum(times) / len(times), 2),
            "p99": round(times[int(0.99 * len(times))], 2),
            "max": round(times[-1], 2),
        },
        "budget_ms": BUDGET_MS,
        "met": median <= BUDGET_MS,
        "mean_ms_of_each_rule": swept.rule_ms,
        "hits": {rule: dict(counts) for rule, counts in counted(swept.hits).items()},
    }


def counted(hits: Iterable[Hit]) -> dict[str, Counter[str]]:
    """Count the hits of each rule by result."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for hit in hits:
        counts[hit.rule][hit.result] += 1
    return dict(counts)


def read_baseline(path: Path) -> dict[Hit, tuple[str, str]]:
    """Read the reviewed hits with verdict and reason."""
    with path.open(encoding="utf-8", newline="") as table:
        return {
            Hit(row["rule"], row["result"], row["inchikey"], row["name"]): (row["verdict"], row["reason"])
            for row in csv.DictReader(table, strict=True)
        }


def write_baseline(path: Path, hits: Iterable[Hit]) -> None:
    """Write the hits, with what the table says about them already."""
    known = read_baseline(path) if path.exists() else {}
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        for hit in hits:
            verdict, reason = known.get(hit, (UNREVIEWED, ""))
            writer.writerow((hit.rule, hit.result, hit.inchikey, hit.name, verdict, reason))


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep and print. The exit code is 2 where the real data are absent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--baseline", type=Path, help="write the hits to this table")
    parser.add_argument("--every", type=int, default=1, help="take each n-th structure")
    chosen = parser.parse_args(arguments)
    if not SHARED_DATA.is_dir():
        print(f"no real structures at {SHARED_DATA}", file=sys.stderr)
        return 2
    facts = machine()
    swept = sweep(real_structures()[:: chosen.every], all_rules())
    if chosen.baseline is not None:
        write_baseline(chosen.baseline, swept.hits)
    print(json.dumps({"machine": facts, **report(swept)}, indent=2))
    return 0


if __name__ == "__main__":
    run_in_one_thread()
    sys.exit(main())
