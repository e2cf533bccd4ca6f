"""The laboratory as one person may see it: what an administrator asks for, and who acts for whom."""

import dataclasses
from datetime import date
from types import SimpleNamespace

import pytest

from lims.domain.competence import Competence
from lims.domain.custody import HolderKind
from lims.domain.reading_rights import CASE_KINDS
from lims.domain.staff import Role, StaffMember
from lims.errors import NotFoundError, NotPermittedError
from lims.persistence.projections import KINDS
from lims.services.accessioning import CaseFacts
from lims.services.laboratory import _AS_THEY_ARE, Laboratory
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import ADMIN, EXAMINATION, EXPERT, HEAD, PASSWORD, REPORT, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY, add

AUDITOR = StaffMember(number="auditor", name="Auditor", post="p", roles=(Role.AUDITOR,))
CURATOR = StaffMember(number="curator", name="Curator", post="p", roles=(Role.LIBRARY_CURATOR,))
PLAIN = StaffMember(number="plain", name="Plain", post="p", roles=())
CASE, EXHIBIT = "2026-0001", "2026-0001/1"


@pytest.fixture
def bench(bench, training_file):
    bench.hire()
    bench.drafted(training_file)
    add(bench, AUDITOR, password=PASSWORD)
    add(bench, CURATOR, password=PASSWORD)
    bench.staffing.register(PLAIN, password=PASSWORD, actor=ADMIN)
    return bench


def store_of(bench, person):
    return PersonalStore(store=bench.store, person=person.number, clock=bench.clock, rights=Rights())


def seen_by(bench, person):
    """Give the services of a bench as ``Laboratory.seen_by`` gives those of a laboratory."""
    store = store_of(bench, person)
    names = {name for name in Laboratory.__annotations__ if hasattr(bench, name)} - {"clock", "desk"}
    services = {name: getattr(bench, name) for name in names}
    return SimpleNamespace(
        **{
            name: service if isinstance(service, _AS_THEY_ARE) else over(service, store, keep=_AS_THEY_ARE)
            for name, service in services.items()
        }
    )


def refusal(step, *asked, **options):
    """Give the words of a refusal; empty if there is none."""
    try:
        step(*asked, **options)
    except NotPermittedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("person", [ADMIN, CURATOR, PLAIN], ids=lambda member: member.number)
def test_no_way_of_a_unit_of_work_leads_to_a_case(bench, person):
    with store_of(bench, person).reading() as work:
        assert refusal(work.run_with_raw, "ab" * 32)
        assert refusal(work.held_in, HolderKind.PERSON, "technician")
        assert refusal(work.expected_back, date(2026, 1, 1))
        assert refusal(work.seal_exhibit, "S-1")
        for kind in (KINDS[name] for name in sorted(CASE_KINDS)):
            assert refusal(work.load, kind, "2026-0001"), kind
            assert refusal(work.load, kind, "2026-0001", version=1), kind
            assert refusal(work.children, kind, "2026-0001"), kind
            assert refusal(work.listed, kind, limit=9), kind
            assert refusal(work.count, kind), kind


def test_17025_7_11_3_the_whole_ledger_is_read_by_those_who_may_read_every_record(bench):
    for person in (HEAD, QUALITY, AUDITOR):
        assert len(list(store_of(bench, person).entries())) == bench.entries
    for person in (ADMIN, CURATOR, TECHNICIAN, EXPERT, REVIEWER, PLAIN):
        with pytest.raises(NotPermittedError, match="may not read the whole ledger"):
            store_of(bench, person).entries()


def test_who_works_on_cases_or_oversees_them_reads_them(bench):
    for person in (TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY, AUDITOR):
        seen = seen_by(bench, person)
        assert seen.accessioning.case(CASE).number == CASE
        assert seen.examining.get(EXAMINATION).number == EXAMINATION
        assert seen.reporting.document(REPORT)
        assert [line.number for line in seen.accessioning.exhibits(limit=9)] == [EXHIBIT]
        with pytest.raises(NotFoundError):
            seen.accessioning.case("2026-9999")


def test_an_auditor_reads_and_acts_on_nothing(bench):
    with pytest.raises(NotPermittedError, match="this act needs"):
        seen_by(bench, AUDITOR).accessioning.register_case(CaseFacts(appointing_body="x"), actor=AUDITOR)


def test_sg_5_nobody_acts_as_somebody_else(bench):
    seen = seen_by(bench, TECHNICIAN)
    entries = bench.entries
    with pytest.raises(NotPermittedError, match="technician is signed in and cannot act as expert-a"):
        seen.accessioning.register_case(CaseFacts(appointing_body="x"), actor=EXPERT)
    assert bench.entries == entries
    assert seen.accessioning.register_case(CaseFacts(appointing_body="x"), actor=TECHNICIAN).number == "2026-0002"


def test_the_own_records_are_everybodys(bench):
    seen = seen_by(bench, EXPERT)
    assert [one.person for one in seen.qualifying.of_person("expert-a")] == ["expert-a"] * 2
    with pytest.raises(NotPermittedError, match="reading a competence needs"):
        seen.qualifying.of_person("expert-b")
    plain = store_of(bench, PLAIN)
    with plain.reading() as work:
        assert work.load(StaffMember, "plain").number == "plain"
        for number in ("expert-a", "nobody"):
            with pytest.raises(NotPermittedError, match="plain is without a role; reading a staff needs"):
                work.load(StaffMember, number)
        with pytest.raises(NotPermittedError):
            work.load(Competence, "expert-a-K1")


def test_roles_are_read_anew_in_each_transaction(bench):
    seen = seen_by(bench, EXPERT)
    assert seen.accessioning.case(CASE)
    bench.staffing.go_away("expert-a", first_day=date(2026, 11, 22), actor=HEAD)
    with pytest.raises(NotPermittedError, match="expert-a is absent"):
        seen.accessioning.case(CASE)
    bench.staffing.come_back("expert-a", actor=HEAD)
    assert seen.accessioning.case(CASE)
    bench.staffing.leave("expert-a", actor=HEAD)
    with pytest.raises(NotPermittedError, match="expert-a left"):
        seen.accessioning.case(CASE)


def test_a_stranger_sees_nothing(bench):
    with (
        pytest.raises(NotPermittedError, match="nobody is not on the staff"),
        store_of(bench, dataclasses.replace(EXPERT, number="nobody")).reading(),
    ):
        pass


def test_hashes_and_counts_are_no_secret(bench):
    store = store_of(bench, ADMIN)
    with store.reading() as work:
        assert work.head().entries == bench.entries
    assert store.tree().range.size == bench.entries
    assert store.checkpoints() == ()
    assert isinstance(store.separation(), str)
    with pytest.raises(NotPermittedError):
        store.rebuild_lists()


def test_no_service_of_a_seen_laboratory_holds_the_open_store(bench):
    """Walk every service, and every service inside one: only those that are listed keep the store itself."""

    def stores(service):
        if isinstance(service, _AS_THEY_ARE) or not dataclasses.is_dataclass(service):
            return
        for one in dataclasses.fields(service):
            value = getattr(service, one.name)
            if value is bench.store:
                yield type(service).__name__
            elif type(value).__module__.startswith("lims.services.") and not isinstance(value, PersonalStore):
                yield from stores(value)

    for name, service in vars(seen_by(bench, EXPERT)).items():
        assert list(stores(service)) == [], name
