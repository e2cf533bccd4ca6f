"""Two people at one record: an act on what was changed since it was read is refused, and nothing is written."""

from datetime import date

import pytest

from lims.domain.custody import SealCondition
from lims.domain.permissions import Act
from lims.domain.request import Consumption
from lims.errors import StaleVersionError
from lims.services.accessioning import ExhibitFacts
from lims.services.donors import DonorIdentity
from lims.services.requesting import ReviewFacts
from lims.services.sealing import Moved, NewSeal, SealOpening
from tests.builders.custody_cells import photograph
from tests.builders.kept_benches import kept
from tests.builders.laboratories import EXPERT, HEAD, TECHNICIAN

CASE, ONE, TWO = "2026-0001", "2026-0001/1", "2026-0001/2"
DAY = date(2026, 11, 20)
REVIEW = ReviewFacts(questions_understood=True, method_available=True, capable=True)
ON_THE_CASE = {
    "permit": lambda lab, v: lab.requesting.permit(CASE, extent=Consumption.NONE, actor=TECHNICIAN, version=v),
    "categorise": lambda lab, v: lab.requesting.categorise(CASE, "simple", actor=HEAD, version=v),
    "review": lambda lab, v: lab.requesting.review(CASE, REVIEW, actor=EXPERT, version=v),
    "link": lambda lab, v: lab.requesting.link(CASE, "2026-0002", reason="r", actor=HEAD, version=v),
    "adjudicate": lambda lab, v: lab.requesting.adjudicate(
        CASE, decided_on=DAY, reference="1-26", actor=HEAD, version=v
    ),
    "start": lambda lab, v: lab.terms.start(CASE, on=DAY, actor=HEAD, version=v),
}
ON_A_RUNNING_TERM = {
    "suspend": lambda lab, v: lab.terms.suspend(CASE, on=DAY, reason="r", actor=HEAD, version=v),
    "extend": lambda lab, v: lab.terms.extend(
        CASE, on=DAY, until=date(2026, 12, 20), reason="r", decided_by="d", actor=HEAD, version=v
    ),
}
WITH_SEALS = {
    "open": lambda lab, v: lab.sealing.open_seals(
        [
            SealOpening(
                exhibit_number=ONE, seal="S-1", condition=SealCondition.INTACT, photograph=f"{ONE}-F1", version=v
            )
        ],
        actor=TECHNICIAN,
    ),
    "close": lambda lab, v: lab.sealing.close_seals(
        [NewSeal(exhibit_number=TWO, seal="S-9", version=v)], actor=TECHNICIAN
    ),
    "put in": lambda lab, v: lab.sealing.put_all_in(
        [Moved(exhibit_number=ONE, version=v)], TWO, purpose="p", actor=TECHNICIAN
    ),
}


def make(bench):
    bench.hire()
    for _ in range(2):
        bench.case()
    for seal in ("S-1", ""):
        bench.accessioning.register_exhibit(CASE, ExhibitFacts(description="bag", seal_number=seal), actor=TECHNICIAN)
    with bench.store.unit_of_work() as work:
        now = bench.clock.now()
        work.record(photograph(f"{ONE}-F1", ONE, at=now), act=Act.PHOTOGRAPH_ADDED, actor=TECHNICIAN, at=now)
        work.commit()


@pytest.fixture
def lab(bench):
    """Give a laboratory with two cases and two exhibits."""
    return kept(bench, "seen-versions", make)


def refused(lab, act, seen):
    before = lab.entries
    with pytest.raises(StaleVersionError, match="already recorded by somebody else"):
        act(lab, seen)
    assert lab.entries == before


@pytest.mark.parametrize("name", ON_THE_CASE)
def test_an_act_on_a_case_that_was_changed_since_is_refused(lab, name):
    seen = lab.accessioning.case(CASE).version
    refused(lab, ON_THE_CASE[name], seen + 1)
    ON_THE_CASE[name](lab, seen)
    refused(lab, ON_THE_CASE[name], seen)


@pytest.mark.parametrize("name", ON_A_RUNNING_TERM)
def test_kz_3_a_step_of_a_term_that_somebody_moved_since_is_refused(lab, name):
    seen = lab.terms.start(CASE, on=DAY, actor=HEAD).version
    refused(lab, ON_A_RUNNING_TERM[name], seen - 1)
    ON_A_RUNNING_TERM[name](lab, seen)
    after = lab.accessioning.case(CASE).version
    refused(lab, lambda _, v: lab.terms.resume(CASE, on=DAY, actor=HEAD, version=v), after - 1)


def test_work_is_wanted_on_the_decision_that_was_seen(lab):
    seen = lab.requesting.adjudicate(CASE, decided_on=DAY, reference="1-26", actor=HEAD).version
    want = {"reason": "r", "wanted_by": "w", "actor": HEAD}
    refused(lab, lambda _, v: lab.requesting.want_work(CASE, **want, version=v), seen - 1)
    assert lab.requesting.want_work(CASE, **want, version=seen).version == seen + 1


@pytest.mark.parametrize("name", WITH_SEALS)
def test_cc_7_seals_and_containers_of_what_was_moved_since_are_refused(lab, name):
    seen = lab.custody.custody(ONE).version
    refused(lab, WITH_SEALS[name], seen + 1)
    WITH_SEALS[name](lab, seen)


def test_cc_3_several_go_into_a_container_and_out_of_it_all_or_none(lab):
    three = lab.accessioning.register_exhibit(CASE, ExhibitFacts(description="bag"), actor=TECHNICIAN).number
    before = lab.entries
    moved = [Moved(exhibit_number=ONE), Moved(exhibit_number=TWO)]
    with pytest.raises(Exception, match="cannot contain it"):
        lab.sealing.put_all_in(moved, TWO, purpose="p", actor=TECHNICIAN)
    assert lab.entries == before
    put = lab.sealing.put_all_in(moved, three, purpose="p", actor=TECHNICIAN)
    assert {one.holder.name for one in put} == {three}
    seen = [Moved(exhibit_number=one.number, version=one.version) for one in put]
    lab.sealing.take_from(TWO, purpose="p", actor=TECHNICIAN)
    refused(lab, lambda *_: lab.sealing.take_all_from(seen, purpose="p", actor=TECHNICIAN), None)
    taken = lab.sealing.take_all_from(seen[:1], purpose="p", actor=TECHNICIAN)
    assert [one.holder.name for one in taken] == ["technician"]


def test_a_donor_who_was_looked_at_since_is_not_erased_unseen(lab):
    donor = lab.donors.register(CASE, DonorIdentity(name="A B"), actor=TECHNICIAN)
    lab.donors.identity(donor.number, purpose="p", actor=HEAD)
    order = {"court": "c", "order_number": "1", "order_date": DAY, "actor": HEAD}
    refused(lab, lambda _, v: lab.donors.erase(donor.number, **order, version=v), donor.version)
    assert lab.donors.erase(donor.number, **order, version=donor.version + 1).state == "erased"
