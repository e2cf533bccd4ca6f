import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from lims.domain.donor import IdentityField
from lims.domain.exhibit import ExhibitKind
from lims.domain.permissions import Act
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError
from lims.ledger import LedgerEntry
from lims.persistence.tables import PERSONAL_DATA
from lims.services.accessioning import ExhibitFacts
from lims.services.donors import DonorIdentity
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY

WHO = DonorIdentity(name="Qanat Serikuly", birth_date=date(1990, 2, 3), document="ID 001122334")
ORDER = {"court": "Court of Almaty", "order_number": "12/26", "order_date": date(2026, 11, 1)}
NUMBER = "2026-0001-D1"


@pytest.fixture
def bench(bench):
    """Give a laboratory with its people and a donor."""
    bench.hire()
    bench.case()
    bench.donors.register("2026-0001", WHO, actor=TECHNICIAN)
    return bench


def rows(bench):
    with bench.engine.connect() as connection:
        return connection.execute(select(PERSONAL_DATA)).all()


def everything_recorded(bench):
    return b"".join(one.data for one in bench.store.entries())


def test_the_ledger_has_commitments_and_no_identity(bench):
    (donor,) = bench.donors.of_case("2026-0001")
    assert (donor.number, len(donor.commitments), len(donor.pseudonym)) == (NUMBER, 3, 8)
    assert len(rows(bench)) == 3
    said = everything_recorded(bench)
    for row in rows(bench):
        assert row.value.encode() not in said
        assert row.salt.encode() not in said
    assert bench.donors.unopened(NUMBER) == ()


def test_an_altered_value_opens_nothing(bench):
    with bench.engine.begin() as connection:
        connection.execute(PERSONAL_DATA.update().where(PERSONAL_DATA.c.field == "name").values(value="Qanat Serikulu"))
    assert bench.donors.unopened(NUMBER) == (IdentityField.NAME,)


def test_erasing_under_a_court_order_leaves_the_ledger_intact(bench):
    assert bench.auditing.verify().intact
    recorded = everything_recorded(bench)
    assert bench.donors.unopened(NUMBER) == ()
    erased = bench.donors.erase(NUMBER, **ORDER, actor=HEAD)
    assert rows(bench) == []
    assert bench.donors.unopened(NUMBER) == (IdentityField.NAME, IdentityField.BIRTH_DATE, IdentityField.DOCUMENT)
    assert everything_recorded(bench).startswith(recorded)
    assert bench.auditing.verify().intact
    assert (erased.erasure.order_number, erased.erasure.erased_by, erased.state) == ("12/26", "head", "erased")
    with pytest.raises(TransitionError, match="was erased"):
        bench.donors.identity(NUMBER, purpose="p", actor=HEAD)
    with pytest.raises(TransitionError, match="was erased"):
        bench.donors.erase(NUMBER, **ORDER, actor=HEAD)


def test_lists_made_anew_do_not_touch_what_is_erasable(bench):
    bench.store.rebuild_lists()
    assert bench.donors.unopened(NUMBER) == ()


def test_no_bytes_of_an_erased_identity_stay_in_the_file(bench):
    if bench.engine.dialect.name != "sqlite":
        with bench.engine.connect() as connection:  # the server's own files are its own: what is gone is the row
            bench.donors.erase(NUMBER, **ORDER, actor=HEAD)
            assert connection.scalar(select(PERSONAL_DATA.c.value)) is None
        return
    files = sorted((bench.folder).glob("aigaq.sqlite*"))
    secrets = [row.value.encode() for row in rows(bench)] + [row.salt.encode() for row in rows(bench)]
    assert any(secrets[0] in path.read_bytes() for path in files)
    bench.donors.erase(NUMBER, **ORDER, actor=HEAD)
    bench.engine.dispose()
    left = b"".join(path.read_bytes() for path in sorted(bench.folder.glob("aigaq.sqlite*")))
    assert [secret for secret in secrets if secret in left] == []


def test_what_is_refused_leaves_neither_values_nor_entries(bench):
    before, kept = bench.entries, rows(bench)
    for who in (DonorIdentity(), DonorIdentity(name=" ")):
        with pytest.raises(InvalidRecordError, match="neither name nor"):
            bench.donors.register("2026-0001", who, actor=TECHNICIAN)
    with pytest.raises(NotPermittedError):
        bench.donors.register("2026-0001", WHO, actor=HEAD)
    assert (bench.entries, rows(bench)) == (before, kept)


def test_each_reading_is_an_act_with_its_purpose(bench):
    before = bench.entries
    values = bench.donors.identity(NUMBER, purpose="question of the court", actor=HEAD)
    assert {one.field: one.value for one in values} == {
        IdentityField.NAME: "Qanat Serikuly",
        IdentityField.BIRTH_DATE: "1990-02-03",
        IdentityField.DOCUMENT: "ID 001122334",
    }
    (entry,) = (LedgerEntry.from_bytes(one.data) for one in bench.store.entries(after=before))
    assert (entry.act, entry.actor, entry.number) == (Act.DONOR_IDENTITY_READ, "head", NUMBER)
    assert entry.body["reading"]["purpose"] == "question of the court"
    with pytest.raises(InvalidRecordError, match="purpose"):
        bench.donors.identity(NUMBER, purpose=" ", actor=HEAD)


@pytest.mark.parametrize("person", [TECHNICIAN, REVIEWER, EXPERT, QUALITY, ADMIN])
def test_nobody_else_reads_who_it_is(bench, person):
    before = bench.entries
    with pytest.raises(NotPermittedError):
        bench.donors.identity(NUMBER, purpose="p", actor=person)
    assert bench.entries == before


def test_the_examiner_of_an_exhibit_of_the_donor_reads_who_it_is(bench, training_file):
    facts = ExhibitFacts(description="blood", kind=ExhibitKind.BLOOD, donor_number=NUMBER)
    exhibit = bench.accessioning.register_exhibit("2026-0001", facts, actor=TECHNICIAN)
    run = bench.importing.import_run(training_file, exhibit_number=exhibit.number, actor=TECHNICIAN)
    release = bench.curating.add_training_release(actor=ADMIN)
    with pytest.raises(NotPermittedError, match="examines nothing of donor"):
        bench.donors.identity(NUMBER, purpose="p", actor=EXPERT)
    bench.examining.open(run.number, release_name=release.number, actor=EXPERT)
    assert len(bench.donors.identity(NUMBER, purpose="p", actor=EXPERT)) == 3
    with pytest.raises(NotPermittedError, match="examines nothing of donor"):
        bench.donors.identity(NUMBER, purpose="p", actor=REVIEWER)


def test_values_are_given_only_with_the_act_that_records_it(bench):
    own = PersonalStore(store=bench.store, person="head", clock=bench.clock, rights=Rights())
    with own.reading() as work, pytest.raises(NotPermittedError, match="only by the act"):
        work.personal(NUMBER)
    donors = dataclasses.replace(bench.donors, store=own)
    assert len(donors.identity(NUMBER, purpose="p", actor=HEAD)) == 3


def test_values_are_kept_and_erased_with_the_act_or_not_at_all(bench):
    before = rows(bench)
    with bench.store.unit_of_work() as work:
        work.erase_personal(NUMBER)
        assert work.personal(NUMBER) == ()
    assert rows(bench) == before
    with bench.store.unit_of_work() as work:
        work.keep_personal("2026-0001-D2", work.personal(NUMBER))
    assert rows(bench) == before
