"""``aigaq isomers``: what a structure allows, and the groups of a release."""

from pathlib import Path
from typing import Any

from lims.cli.casework import Seat, seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.isomer_group import IsomerGroup
from lims.domain.record import body_of
from substance_library import Smiles, starter_substances
from substance_library.isomers import Isomerism, isomerism, positional_isomers
from substance_library.separating_tests import separating_tests


def run_of(structure: str, *, as_json: bool) -> None:
    """Name the isomers of a structure."""
    given = Smiles(structure)
    found = [(one.preferred_name, isomerism(given, one.smiles)) for one in starter_substances()]
    known = [_known(name, relation) for name, relation in found if relation is not None]
    possible = [str(one) for one in positional_isomers(given)]
    if as_json:
        print_json({"smiles": structure, "isomers": known, "ring_isomers": possible})
        return
    for one in known:
        say(f"{one['name']}: {one['relation']}; told apart by {', '.join(one['tests']) or 'unknown'}")
    for smiles in possible:
        say(f"ring isomer: {smiles}")


def _known(name: str, relation: Isomerism) -> dict[str, Any]:
    tests = [one.technique for one in separating_tests(relation)]
    return {"name": name, "relation": relation.value, "tests": tests}


def run_propose(release: str, *, formulas: tuple[str, ...], by: str, as_json: bool, home: Path | None) -> None:
    """Compare and propose."""
    here = _seat(by, home)
    proposed = here.laboratory.isomer_curating.propose(release, formulas=formulas, actor=here.person)
    _tell_all(proposed, as_json=as_json)
    if not as_json:
        say(f"{len(proposed)} groups proposed")


def run_list(release: str, *, as_json: bool, home: Path | None) -> None:
    """List the groups of a release."""
    laboratory = require_laboratory(home)
    _tell_all(laboratory.isomer_curating.of_release(release), as_json=as_json)


def run_show(number: str, *, as_json: bool, home: Path | None) -> None:
    """Show a group."""
    group = require_laboratory(home).isomer_curating.get(number)
    if as_json:
        print_json(_data(group))
        return
    say(f"isomer group {group.number}: {group.title}, {group.state}")
    names = {one.inchikey: " = ".join(one.names) for one in group.members}
    for pair in group.pairs:
        verdict = "told apart" if pair.told_apart else "not told apart"
        value = "no common condition" if pair.likeness is None else f"likeness {pair.likeness}, share {pair.share}"
        relation = pair.relation or "relation unknown"
        say(f"  {names[pair.first]} | {names[pair.second]}: {verdict}; {value}; {relation}")
    say(f"  among {group.repetitions} substances measured more than once; {group.criterion}")


def run_decide(number: str, *, confirmed: bool, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Confirm or reject a group."""
    here = _seat(by, home)
    curating = here.laboratory.isomer_curating
    decide = curating.confirm if confirmed else curating.reject
    _tell_all((decide(number, reason=reason, actor=here.person),), as_json=as_json)


def _tell_all(groups: tuple[IsomerGroup, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([_data(one) for one in groups])
        return
    for one in groups:
        say(f"isomer group {one.number}: {one.title}, {one.state}")


def _data(group: IsomerGroup) -> dict[str, Any]:
    body = body_of(group)
    return {**body, "state": group.state, "sets": [list(one) for one in group.sets]}


def _seat(by: str, home: Path | None) -> Seat:
    return seat(require_laboratory(home), by)
