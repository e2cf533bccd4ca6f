"""Each kind of change of a signed PDF changes it, and the same seed gives the same bytes."""

from random import Random

import pytest

from tests.builders.pdf_changes import ImpossibleChangeError, Kind, apply, changed, gaps, revisions, spans_of_signatures
from tests.builders.pdf_kinds import KINDS
from tests.builders.pdf_originals import two_originals


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return two_originals(tmp_path_factory.mktemp("keys"))[0]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_changes_the_bytes_and_can_be_repeated(kind, original):
    try:
        first = apply(kind, original, Random(kind.name))  # noqa: S311 - changes that can be made again
    except ImpossibleChangeError:
        if kind.cost != "program":
            raise
        return
    assert first.pdf != original.pdf
    assert kind.cost == "program" or apply(kind, original, Random(kind.name)).pdf == first.pdf  # noqa: S311 - as above


def test_a_change_that_leaves_a_report_as_it_is_is_none(original):
    idle = Kind(change=lambda pdf, _original, _chance: pdf, weight=1)
    with pytest.raises(ImpossibleChangeError):
        apply(idle, original, Random(1))  # noqa: S311 - as above


def test_what_is_drawn_is_one_of_the_kinds(original):
    made = changed([original], Random(5), kinds=KINDS)  # noqa: S311 - as above
    assert made.kind in {kind.name for kind in KINDS}
    assert made.original is original


def test_the_parts_of_a_signed_report_are_found(original):
    assert len(revisions(original.pdf)) == 4  # composed, prepared, expert, reviewer
    assert len(gaps(original.pdf)) == len(spans_of_signatures(original.pdf)) == 2
    assert revisions(original.pdf)[-1] == len(original.pdf)


def test_kinds_have_names_of_their_own():
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))
