"""How often the right compound comes first: ``uv run python -m benchmarks.accuracy --json [--quick]``.

Every published scorer and the combined presets on the same queries, each query's own spectrum left out. A hit list
is reduced to compounds; the rank is 1 + compounds with a higher score + half of those with the same. The combined
presets are fitted anew for each tenth of the compounds on the other nine tenths, a compound and its isotopologues
always together, so that no coefficient is tuned on the compound under test. Differences are paired: exact McNemar
test, and 95 % intervals by resampling compounds.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator
from scipy.stats import binomtest

from benchmarks.accuracy_data import (
    EiSet,
    Floats,
    best_of_keys,
    isotopologues_apart,
    only_with_others,
    ranks_of,
    read_ei,
    read_msms,
    read_structures,
    without_copies,
)
from benchmarks.accuracy_ei import EiScores, hybrids, score_all, short_lists
from benchmarks.accuracy_msms import MODES, MsmsResult, queries_of, search
from benchmarks.fit_combined import NestedFit, ShortList, fit_nested
from spectra.scores.combined import CombinedPreset
from spectra.scores.combined_ei import ALL_EI_EVIDENCE, COMBINED_EI, COMBINED_EI_ISOTOPOLOGUES
from spectra.scores.combined_isotopologue import ISOTOPOLOGUE_EVIDENCE
from spectra.scores.combined_msms import COMBINED_MSMS_IDENTITY, COMBINED_MSMS_OPEN, MSMS_EVIDENCE

SWGDRUG = "SWGDRUG 3.4, isotopologues together"
SWGDRUG_APART = "SWGDRUG 3.4, isotopologues apart"
MASSBANK = "MassBank EI, query left out"
MASSBANK_CROSS = "MassBank EI, other sources"
EI_TRAINING = {
    COMBINED_EI: {SWGDRUG_APART, MASSBANK},
    COMBINED_EI_ISOTOPOLOGUES: {SWGDRUG, SWGDRUG_APART, MASSBANK},
}
"""The sets that each EI preset is fitted on."""
MSMS_PRESETS = dict(zip(MODES, (COMBINED_MSMS_IDENTITY, COMBINED_MSMS_OPEN), strict=True))
_QUICK_STEP = 5
_MOST_MSMS = 1500
_RESAMPLES = 2000
_SEED = 20261122
_FIRST = 1.5
_NEAR_COPY = 0.99
_ANALOGUE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """The ranks of one set of queries by every scorer."""

    name: str
    compounds: tuple[str, ...]
    """Of the queries: what folds and resamples are made of."""
    ranks: dict[str, Floats]
    lists: list[ShortList] = field(repr=False)
    """With all pieces of evidence."""
    combined: tuple[str, ...] = ()
    """Which of the scorers are combined presets; the others are published single scores."""

    def with_combined(self, preset: CombinedPreset, fitted: NestedFit) -> "Task":
        """Add a combined score."""
        ranks = {**self.ranks, label_of(preset): fitted.ranks(weighed_by(preset, self.lists))}
        return replace(self, ranks=ranks, combined=(*self.combined, label_of(preset)))

    def some(self, keep: np.ndarray, name: str) -> "Task":
        """Give some of the queries under another name."""
        rows = np.flatnonzero(keep)
        return replace(
            self,
            name=name,
            compounds=tuple(self.compounds[row] for row in rows),
            ranks={scorer: ranks[rows] for scorer, ranks in self.ranks.items()},
            lists=[self.lists[row] for row in rows],
        )


def label_of(preset: CombinedPreset) -> str:
    """Name a preset in the table."""
    return f"{preset.name}/{preset.version}"


def weighed_by(preset: CombinedPreset, lists: Sequence[ShortList]) -> list[ShortList]:
    """Keep the pieces and the explanations that a preset weighs."""
    names = [name for name, _ in preset.coefficients]
    known = ALL_EI_EVIDENCE if set(names) <= set(ALL_EI_EVIDENCE) else MSMS_EVIDENCE
    columns = [known.index(name) for name in names]
    unmoved_only = not set(names) & set(ISOTOPOLOGUE_EVIDENCE)
    return [item.weighed(columns, unmoved_only=unmoved_only) for item in lists]


def leave_one_out(name: str, *, step: int) -> list[Task]:
    """Search each spectrum that has another of its compound in the rest of its library."""
    swgdrug = name.startswith("swgdrug")
    library = without_copies(read_ei(name))
    if not swgdrug:
        library = library.rows((library.spectra > 0).sum(axis=1) >= 3)  # noqa: PLR2004 - section 4.1
    rows = np.flatnonzero(only_with_others(library.key))[::step]
    scores = score_all(library.spectra[rows], library.spectra)
    allowed = np.ones((len(rows), len(library)), dtype=bool)
    allowed[np.arange(len(rows)), rows] = False
    same = library.key[rows][:, None] == library.key[None, :]
    other_source = ~(same & (library.source[rows][:, None] == library.source[None, :]))
    if swgdrug:
        variants = [(SWGDRUG, library.key, allowed), (SWGDRUG_APART, isotopologues_apart(library), allowed)]
    else:
        variants = [(MASSBANK, library.key, allowed), (MASSBANK_CROSS, library.key, allowed & other_source)]
    return [_task(label, library, rows, scores, keys, mask) for label, keys, mask in variants]


def _task(label: str, library: EiSet, rows: np.ndarray, scores: EiScores, keys: np.ndarray, mask: np.ndarray) -> Task:
    has_partner = ((keys[rows][:, None] == keys[None, :]) & mask).any(axis=1)
    kept = np.flatnonzero(has_partner)
    some = scores.of(kept)
    queries = (library.spectra[rows[kept]], library.key[rows[kept]].tolist())
    return _ranked(label, library, queries, some, keys, keys[rows[kept]], mask[kept])


def _ranked(
    label: str,
    library: EiSet,
    queries: tuple[Floats, Sequence[str]],
    scores: EiScores,
    keys: np.ndarray,
    own: np.ndarray,
    mask: np.ndarray,
) -> Task:
    unique, place = np.unique(keys, return_inverse=True)
    true = np.searchsorted(unique, own)
    return Task(
        name=label,
        compounds=tuple(queries[1]),
        ranks={name: ranks_of(scores.ranked(name, mask, place), true) for name in scores.by_name},
        lists=short_lists(label, library, queries=queries, scores=scores, allowed=mask, keys=keys, own=own.tolist()),
    )


def new_spectra() -> tuple[EiSet, EiSet]:
    """Give the spectra of SWGDRUG 3.4 that 3.3 does not hold, and 3.3."""
    old, grown = read_ei("swgdrug/swgdrug-3.3"), read_ei("swgdrug/swgdrug-3.4")
    known = {row.tobytes() for row in old.spectra}
    return grown.rows(np.array([row.tobytes() not in known for row in grown.spectra])), old


def known_compounds(new: EiSet, old: EiSet) -> list[Task]:
    """Search the new spectra of known compounds in the older library, with and without near copies."""
    queries = new.rows(np.isin(new.key, old.key))
    scores = score_all(queries.spectra, old.spectra)
    allowed = np.ones((len(queries), len(old)), dtype=bool)
    named = (queries.spectra, queries.key.tolist())
    task = _ranked("SWGDRUG 3.4 in 3.3, known", old, named, scores, old.key, queries.key, allowed)
    same = queries.key[:, None] == old.key[None, :]
    nearest = np.where(same, scores.by_name["cosine I^0.5"], 0.0).max(axis=1)
    return [task, task.some(nearest <= _NEAR_COPY, "SWGDRUG 3.4 in 3.3, known, no near copies")]


def analogues(new: EiSet, old: EiSet) -> dict[str, Any]:
    """Search the new compounds in the older library: how often a compound with a Tanimoto of 0.5 comes first."""
    smiles = read_structures()
    structured = old.rows(np.isin(old.key, list(smiles)))
    fresh = new.rows(np.isin(new.key, list(smiles)) & ~np.isin(new.key, old.key))
    compounds, place = np.unique(structured.key, return_inverse=True)
    prints = {key: _fingerprint(smiles[key]) for key in {*compounds.tolist(), *fresh.key.tolist()}}
    library_prints = [prints[key] for key in compounds.tolist()]
    alike = np.array([DataStructs.BulkTanimotoSimilarity(prints[key], library_prints) for key in fresh.key.tolist()])
    eligible = (alike >= _ANALOGUE).any(axis=1)
    fresh, alike = fresh.rows(eligible), alike[eligible] >= _ANALOGUE
    tables = dict(score_all(fresh.spectra, structured.spectra).by_name)
    for label, exponents in (("(m I)^0.5", (0.5, 0.5)), ("I^0.5", (0.0, 0.5)), ("I^1", (0.0, 1.0))):
        tables[f"simple hybrid {label}"] = hybrids(fresh, structured, exponents)
    tables["simple hybrid I^0.5 + weighted entropy"] = tables["simple hybrid I^0.5"] + tables["entropy, weighted"]
    rows = []
    for name, table in tables.items():
        order = np.argsort(-best_of_keys(table, place, len(compounds)), axis=1, kind="stable")
        found = np.take_along_axis(alike, order, axis=1)
        first, three = found[:, 0], found[:, :3].any(axis=1)
        rows.append({"scorer": name, "first_hit": _percent(first), "among_three": _percent(three)})
    return {"set": "SWGDRUG 3.4 in 3.3, new compounds", "queries": len(fresh), "rows": rows}


def _fingerprint(smiles: str) -> DataStructs.ExplicitBitVect:
    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048).GetFingerprint(Chem.MolFromSmiles(smiles))


def msms_tasks(*, most: int) -> list[Task]:
    """Search MassBank's MS/MS spectra across contributors, with and without the precursor's window."""
    library = read_msms()
    results = list(search(library, queries_of(library, most=most)))
    return [_msms_task(mode, [result for result in results if result.mode == mode]) for mode in MODES]


def _msms_task(mode: str, results: list[MsmsResult]) -> Task:
    return Task(
        name=f"MassBank MS/MS, {mode}",
        compounds=tuple(result.compound for result in results),
        ranks={name: np.array([result.ranks[name] for result in results]) for name in results[0].ranks},
        lists=[result.short_list for result in results],
    )


def training_lists() -> dict[CombinedPreset, list[ShortList]]:
    """Give the short lists that each combined preset is fitted on, with the pieces that it weighs.

    ``COMBINED_EI`` is not among them: it stays as it was fitted when short lists came from four scores.
    """
    ei = [task for name in ("swgdrug/swgdrug-3.4", "massbank/massbank-ei") for task in leave_one_out(name, step=1)]
    msms = dict(zip(MODES, msms_tasks(most=_MOST_MSMS), strict=True))
    return {COMBINED_EI_ISOTOPOLOGUES: ei_training(COMBINED_EI_ISOTOPOLOGUES, ei)} | {
        preset: weighed_by(preset, msms[mode].lists) for mode, preset in MSMS_PRESETS.items()
    }


def ei_training(preset: CombinedPreset, tasks: Sequence[Task]) -> list[ShortList]:
    """Give the short lists that an EI preset is fitted on."""
    lists = [item for task in tasks if task.name in EI_TRAINING[preset] for item in task.lists]
    return weighed_by(preset, lists)


def table_rows(task: Task) -> list[dict[str, Any]]:
    """Give one row for each scorer."""
    return [
        {
            "set": task.name,
            "scorer": scorer,
            "queries": len(ranks),
            "compounds": len(set(task.compounds)),
            "rank_1": _percent(ranks < _FIRST),
            "rank_3": _percent(ranks < 3.5),  # noqa: PLR2004 - third, or half of a tie
            "rank_10": _percent(ranks < 10.5),  # noqa: PLR2004 - tenth, or half of a tie
            "mrr": round(float((1.0 / ranks).mean()), 4),
        }
        for scorer, ranks in task.ranks.items()
    ]


def comparison(task: Task, combined: str) -> dict[str, Any]:
    """Compare a combined score with the best single scorer of the same queries, and with each of the others."""
    ours = task.ranks[combined] < _FIRST
    others = {name: ranks < _FIRST for name, ranks in task.ranks.items() if name not in task.combined}
    best = max(others, key=lambda name: others[name].sum())
    return {
        "set": task.name,
        "combined": combined,
        "best_single": best,
        **_paired(ours, others[best], task.compounds),
        "against_each": {name: _paired(ours, first, task.compounds) for name, first in others.items()},
    }


def _paired(ours: np.ndarray, theirs: np.ndarray, compounds: Sequence[str]) -> dict[str, Any]:
    won, lost = int((ours & ~theirs).sum()), int((~ours & theirs).sum())
    _, place = np.unique(compounds, return_inverse=True)
    gain = np.bincount(place, ours.astype(float) - theirs.astype(float))
    size = np.bincount(place)
    drawn = np.random.default_rng(_SEED).integers(0, len(size), (_RESAMPLES, len(size)))
    resampled = 100.0 * gain[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    return {
        "points": round(100.0 * (won - lost) / len(ours), 2),
        "interval_95": [round(float(edge), 2) for edge in np.percentile(resampled, [2.5, 97.5])],
        "won": won,
        "lost": lost,
        "mcnemar_p": float(f"{binomtest(won, won + lost).pvalue:.3g}") if won + lost else 1.0,
    }


def _percent(hits: np.ndarray) -> float:
    return round(100.0 * float(np.mean(hits)), 1)


def measure(*, quick: bool) -> dict[str, Any]:
    """Measure everything."""
    begin, processor = time.perf_counter(), time.process_time()
    step = _QUICK_STEP if quick else 1
    ei = [task for name in ("swgdrug/swgdrug-3.4", "massbank/massbank-ei") for task in leave_one_out(name, step=step)]
    new, old = new_spectra()
    tests = [*ei, *known_compounds(new, old)]
    compounds = [compound for task in tests for compound in task.compounds]
    for preset in EI_TRAINING:
        fitted = fit_nested(ei_training(preset, ei), compounds)
        tests = [task.with_combined(preset, fitted) for task in tests]
    for task, preset in zip(msms_tasks(most=_MOST_MSMS // step), MSMS_PRESETS.values(), strict=True):
        nested = fit_nested(weighed_by(preset, task.lists), task.compounds)
        tests.append(task.with_combined(preset, nested))
    return {
        "table": [row for task in tests for row in table_rows(task)],
        "paired": [comparison(task, combined) for task in tests for combined in task.combined],
        "analogues": analogues(new, old),
        "seconds": round(time.perf_counter() - begin, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
    }


def main() -> int:
    """Measure and print one JSON object, or a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="every fifth query")
    arguments = parser.parse_args()
    result = measure(quick=arguments.quick)
    if arguments.json:
        json.dump(result, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print_table(result)
    return 0


def _print_table(result: dict[str, Any]) -> None:
    for row in result["table"]:
        print("{set:42} {scorer:26} {queries:5} {rank_1:6} {rank_3:6} {rank_10:6} {mrr:8}".format(**row))
    for row in result["paired"]:
        print(
            "{set:42} {combined:28} against {best_single:24} {points:+6} {interval_95} +{won} -{lost} "
            "p={mcnemar_p}".format(**row)
        )
    for row in result["analogues"]["rows"]:
        print("{scorer:42} first {first_hit:5} three {among_three:5}".format(**row))
    print(result["seconds"], "s")


if __name__ == "__main__":
    sys.exit(main())
