"""How close two substances may elute: ``uv run python -m benchmarks.deconvolution --json``; a quarter of an hour.

Pairs of SWGDRUG spectra are laid over one another at several distances and ratios (``benchmarks.coelution``), and each
run is searched in SWGDRUG 3.4 by either way of detection. A pair counts where both substances rank first, each for a
component of its own. ``--plot docs/deconvolution.svg`` draws the shares.
"""

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.coelution import (
    Instrument,
    Pair,
    coeluting_run,
    drawn_pairs,
    real_instrument,
    usable_references,
)
from benchmarks.deconvolution_plot import write_share_plot
from benchmarks.identify import timed
from benchmarks.libraries import SHARED_DATA
from lims.services.searching import RunSearch
from spectra import GC_EI_DECONVOLUTION, GC_EI_DETECTION, Detection, find_components, read_run
from substance_library import release_from_msp

SEED = 20261122
DISTANCES_SCANS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 40.0)
"""The last one is far: what is lost there is not lost by coelution."""
RATIOS = (1, 3, 10, 50)
WAYS: dict[str, Detection] = {"deconvolution": GC_EI_DECONVOLUTION, "total ion current": GC_EI_DETECTION}
RUNS = SHARED_DATA / "gcms-benzodiazepines"
LIBRARY = SHARED_DATA / "swgdrug" / "swgdrug-3.4.msp.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many pairs were parted."""

    way: str
    apart_scans: float
    ratio: int
    pairs: int
    both_first: int
    components: float
    """Mean number of reported components; two are right."""


def measured_shares(
    searches: dict[str, RunSearch],
    instrument: Instrument,
    pairs: Sequence[Pair],
    *,
    distances: Sequence[float],
    ratios: Sequence[int],
) -> list[Share]:
    """Search every pair at every distance and ratio; the weaker one elutes first in every other pair."""
    shares = []
    for ratio in ratios:
        for apart in distances:
            runs = [
                coeluting_run(
                    instrument,
                    [reference.spectrum for reference in pair],
                    apart_scans=apart,
                    shares=(1.0, 1.0 / ratio) if number % 2 else (1.0 / ratio, 1.0),
                    random=np.random.default_rng([SEED, number, round(apart * 10), ratio]),
                )
                for number, pair in enumerate(pairs)
            ]
            for way, search in searches.items():
                found = [search.search(run, top=1).components for run in runs]
                parted = [
                    both_first([c.candidates[0].reference.compound_key for c in each], pair)
                    for each, pair in zip(found, pairs, strict=True)
                ]
                shares.append(
                    Share(
                        way=way,
                        apart_scans=apart,
                        ratio=ratio,
                        pairs=len(pairs),
                        both_first=sum(parted),
                        components=round(float(np.mean([len(each) for each in found])), 2),
                    )
                )
    return shares


def both_first(found: Sequence[str], pair: Pair) -> bool:
    """Tell whether both compounds are among the first ranks."""
    return {reference.compound_key for reference in pair} <= set(found)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--distances", type=float, nargs="+", default=DISTANCES_SCANS)
    parser.add_argument("--ratios", type=int, nargs="+", default=RATIOS)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    release = release_from_msp(LIBRARY)
    instrument = real_instrument(RUNS)
    pairs = drawn_pairs(
        usable_references(release, instrument), n_pairs=arguments.pairs, random=np.random.default_rng(SEED)
    )
    searches = {name: RunSearch(release, detection=detection) for name, detection in WAYS.items()}
    shares = measured_shares(searches, instrument, pairs, distances=arguments.distances, ratios=arguments.ratios)
    if arguments.plot is not None:
        write_share_plot(shares, arguments.plot)
    result = {
        "python": platform.python_version(),
        "seed": SEED,
        "find_components": _times(),
        "shares": [asdict(share) for share in shares],
    }
    if arguments.json:
        json.dump(result, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        for share in shares:
            parted = f"{share.both_first:3d} of {share.pairs}, {share.components:.2f} components"
            print(f"{share.way:18s} 1:{share.ratio:<3d} {share.apart_scans:5.1f} scans  {parted}")
    return 0


def _times() -> dict[str, Any]:
    """Time either way on the run with the most components."""
    run = read_run(RUNS / "220223018.D")
    return {
        name: timed(lambda d=detection: find_components(run, detection=d), repeats=21)
        for name, detection in WAYS.items()
    }


if __name__ == "__main__":
    sys.exit(main())
