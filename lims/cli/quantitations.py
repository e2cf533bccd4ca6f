"""``aigaq quantitation``: quantitations recorded, listed, discarded and computed again from the console."""

from collections.abc import Iterable
from pathlib import Path

import typer

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.quantitation import Quantitation
from lims.domain.record import body_of
from lims.services.fact_file import read_facts
from lims.services.quantitating import QuantitationFacts
from lims.services.quantitation_repeating import quantitation_differences

_SOMETHING_FOUND = 4


def run_add(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Measure and record."""
    facts = read_facts(file, QuantitationFacts)
    here = seat(require_laboratory(home), by)
    _print((here.laboratory.quantitating.record(facts, actor=here.person),), as_json=as_json)


def run_discard(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Take a quantitation out of use."""
    here = seat(require_laboratory(home), by)
    here.laboratory.quantitating.discard(number, reason=reason, actor=here.person)
    say(f"{number} is discarded, and stays listed")


def run_list(exhibit: str, *, as_json: bool, home: Path | None) -> None:
    """Print the quantitations of an exhibit."""
    _print(require_laboratory(home).quantitating.of_exhibit(exhibit), as_json=as_json)


def run_repeat(number: str, *, as_json: bool, home: Path | None) -> None:
    """Compute a quantitation again."""
    found = quantitation_differences(require_laboratory(home).quantitating.get(number))
    if as_json:
        print_json({"quantitation": number, "differences": list(found)})
    else:
        for words in found or (f"every number of {number} follows from the others",):
            say(words)
    if found:
        raise typer.Exit(_SOMETHING_FOUND)


def _print(quantitations: Iterable[Quantitation], *, as_json: bool) -> None:
    if as_json:
        print_json({"quantitations": [body_of(one) for one in quantitations]})
        return
    for one in quantitations:
        say(f"{one.number}  {one.state}  {one.title}")
        if one.result is not None:
            say(f"  k = {one.result.k}, {one.result.coverage_percent} %; not stated: {_listed(one.result.not_stated)}")
        if one.total is not None:
            say(f"  in the whole exhibit: {one.total.mass_g} g (U {one.total.u_g} g, k = {one.total.k})")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
