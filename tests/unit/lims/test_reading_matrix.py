"""Every role against every reading method of the services that a person is given."""

import dataclasses
import inspect

import pytest

from lims.domain.reading_rights import READABLE
from lims.domain.staff import Role
from lims.errors import LimsError, NotPermittedError
from lims.persistence.engine import open_engine
from lims.services.laboratory import _AS_THEY_ARE, Laboratory
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import Bench
from tests.builders.reading_cells import OPEN, READINGS
from tests.builders.rights_lab import CELLS, make_rights_lab
from tests.unit.lims.test_rights_matrix import ELSEWHERE, _service_class

GIVEN = {
    name: _service_class(annotation)
    for name, annotation in Laboratory.__annotations__.items()
    if name not in {"settings", "clock", "desk"} and not issubclass(_service_class(annotation), _AS_THEY_ARE)
}
"""The services that a person is given over the own store, by name."""
UNKNOWN = "2099-0009/9"
PEOPLE = (
    *(f"p-{role.value.replace(' ', '-')}" for role in Role),
    *("unconfirmed-expert", "absent-expert", "left-expert"),
)
"""One person of each role, and three who are given nothing whatever it is."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, states, training_file):
    folder = tmp_path_factory.mktemp("reading")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    yield make_rights_lab(Bench(engine, folder, states), training_file)
    engine.dispose()


def of_role(role):
    return f"p-{role.value.replace(' ', '-')}"


def readers(reading):
    """Name one person of each role that may read what a call reads."""
    roles = READABLE[reading.kind] & READABLE[reading.besides or reading.kind]
    return {of_role(role) for role in roles}


def ask(lab, name, person, *asked):
    """Give the answer of a service as a person is given it, or the refusal."""
    service, method = name.split(".")
    store = PersonalStore(store=lab.bench.store, person=person, clock=lab.bench.clock, rights=Rights())
    seen = over(getattr(lab.bench, service), store, keep=_AS_THEY_ARE)
    try:
        return getattr(seen, method)(*asked, **READINGS[name].options)
    except LimsError as refusal:
        return refusal


@pytest.mark.parametrize("name", READINGS)
def test_au_2_each_role_reads_what_the_table_permits_and_nothing_else(lab, name):
    reading = READINGS[name]
    given = {person: ask(lab, name, person, *reading.arguments(lab)) for person in PEOPLE}
    refused = {person for person, answer in given.items() if isinstance(answer, NotPermittedError)}
    assert refused == set(PEOPLE) - readers(reading)
    if reading.whole:
        assert [given[person] for person in set(PEOPLE) - refused if isinstance(given[person], LimsError)] == []


@pytest.mark.parametrize("name", READINGS)
def test_what_does_not_exist_is_refused_in_the_words_of_what_exists(lab, name):
    """Whoever may not read is not told whether a number is there."""
    asked = READINGS[name].arguments(lab)
    unknown = tuple(UNKNOWN if isinstance(one, str) else one for one in asked)
    for person in set(PEOPLE) - {of_role(role) for role in READABLE[READINGS[name].kind]}:
        said, answered = (str(ask(lab, name, person, *one)) for one in (asked, unknown))
        named = said.replace(asked[0], UNKNOWN) if asked and isinstance(asked[0], str) else said
        assert answered in {said, named}, person  # the number that was asked may be named


def test_every_reading_method_is_asked_or_says_why_it_is_open():
    found = {
        f"{name}.{method}"
        for name, service in GIVEN.items()
        for method, _ in inspect.getmembers(service, inspect.isfunction)
        if not method.startswith("_") and dataclasses.is_dataclass(service)
    }
    assert found - set(READINGS) - set(OPEN) - set(CELLS) - set(ELSEWHERE) == set()
    assert set(READINGS) | set(OPEN) <= found
