"""Every wrong way to sign, at every place where something is signed: refused, and nothing is recorded."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lims.domain.report import ReportStatus
from lims.domain.signature import CONFIRMATION_LIFE, SignatureConfirmation, SignatureMeaning, TokenPin
from lims.domain.staff import Role, StaffMember
from lims.errors import (
    LimsError,
    NotPermittedError,
    ReleaserWorkedError,
    SignatureRefusedError,
    SigningError,
    TransitionError,
)
from lims.ledger import LedgerEntry
from lims.services.confirming import Confirmation
from tests.builders.laboratories import ADMIN, EXAMINATION, EXPERT, HEAD, REPORT, REVIEWER, TECHNICIAN, Bench
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES

MEANINGS = tuple(SignatureMeaning)
EVERYBODY = (ADMIN, TECHNICIAN, EXPERT, REVIEWER, HEAD)


@dataclasses.dataclass(frozen=True)
class Place:
    """One place where something is signed: how to get there, who signs there, and the act."""

    state: str
    signer: StaffMember
    meaning: SignatureMeaning
    act: Callable[[Bench, StaffMember, Confirmation], object]

    def reach(self, bench: Bench, path) -> None:
        bench.hire()
        getattr(bench, self.state)(path)

    def record(self, bench: Bench):
        return bench.examining.get(EXAMINATION) if self.state == "concluded" else bench.reporting.get(REPORT)

    def confirmed(self, bench: Bench, **changes: object) -> SignatureConfirmation:
        right = bench.confirmed(self.signer, self.meaning, self.record(bench))
        return dataclasses.replace(right, **changes)

    def pin(self, bench: Bench, pin: str) -> TokenPin:
        facts = dataclasses.asdict(self.confirmed(bench))
        del facts["factors"]
        return TokenPin(**facts, pin=pin)


def draft(bench: Bench, actor: StaffMember, confirmation: Confirmation) -> object:
    return bench.reporting.draft(
        EXAMINATION, reviewer=REVIEWER.number, language="en", actor=actor, confirmation=confirmation
    )


PLACES = {
    "draft": Place("concluded", EXPERT, SignatureMeaning.AUTHOR, draft),
    "approve": Place(
        "drafted",
        REVIEWER,
        SignatureMeaning.TECHNICAL_REVIEWER,
        lambda bench, actor, confirmation: bench.reviewing.approve(
            REPORT, actor=actor, checklist=TECHNICAL_YES, confirmation=confirmation
        ),
    ),
    "clear": Place(
        "reviewed",
        HEAD,
        SignatureMeaning.ADMINISTRATIVE_REVIEWER,
        lambda bench, actor, confirmation: bench.administering.approve(
            REPORT, actor=actor, checklist=ADMINISTRATIVE_YES, confirmation=confirmation
        ),
    ),
    "release": Place(
        "cleared",
        HEAD,
        SignatureMeaning.RELEASER,
        lambda bench, actor, confirmation: bench.releasing.release(REPORT, actor=actor, confirmation=confirmation),
    ),
    "withdraw": Place(
        "issued",
        HEAD,
        SignatureMeaning.WITHDRAWER,
        lambda bench, actor, confirmation: bench.releasing.withdraw(
            REPORT, actor=actor, reason="a broken seal", confirmation=confirmation
        ),
    ),
}


@pytest.fixture(params=PLACES)
def place(request, bench, training_file) -> Place:
    found = PLACES[request.param]
    found.reach(bench, training_file)
    return found


def refused(bench: Bench, place: Place, actor: StaffMember, confirmation: Confirmation) -> LimsError:
    """Let an act fail and see that it left nothing behind."""
    entries, objects = bench.entries, bench.raw_objects
    with pytest.raises(LimsError) as refusal:
        place.act(bench, actor, confirmation)
    assert (bench.entries, bench.raw_objects) == (entries, objects)
    return refusal.value


def test_sg_1_the_right_person_signs_once(bench, place):
    confirmation = place.confirmed(bench)
    place.act(bench, place.signer, confirmation)
    entry = newest_signature(bench)
    assert entry["meaning"] == place.meaning.value
    assert entry["name"] == place.signer.name
    assert entry["factors"] == ["password", "totp"]
    assert entry["record_sha256"] == confirmation.record_sha256
    again = refused(bench, place, place.signer, confirmation)
    assert isinstance(again, SignatureRefusedError | TransitionError)


def newest_signature(bench: Bench):
    entries = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]
    return next(entry.signature for entry in reversed(entries) if entry.signature is not None)


def test_sg_5_nobody_else_signs_not_even_with_an_own_confirmation(bench, place):
    for person in EVERYBODY:
        if person is place.signer:
            continue
        own = place.confirmed(bench, person=person.number)
        reason = refused(bench, place, person, own)
        assert isinstance(reason, NotPermittedError | TransitionError), (person.number, reason)
        foreign = refused(bench, place, person, place.confirmed(bench))
        assert isinstance(foreign, NotPermittedError | SignatureRefusedError | TransitionError), person.number
        borrowed = refused(bench, place, place.signer, own)
        assert isinstance(borrowed, SignatureRefusedError), person.number


def test_no_other_meaning_will_do(bench, place):
    for meaning in MEANINGS:
        if meaning is not place.meaning:
            reason = refused(bench, place, place.signer, place.confirmed(bench, meaning=meaning))
            assert isinstance(reason, SignatureRefusedError), meaning


@pytest.mark.parametrize(
    "changes",
    [{"version": 99}, {"record_sha256": "0" * 64}, {"number": "another"}, {"kind": "case"}],
    ids=["version", "content", "number", "kind"],
)
def test_sg_2_no_other_record_will_do(bench, place, changes):
    reason = refused(bench, place, place.signer, place.confirmed(bench, **changes))
    assert isinstance(reason, SignatureRefusedError)


def test_sg_4_an_old_confirmation_is_none(bench, place):
    confirmation = place.confirmed(bench)
    bench.clock.moment += CONFIRMATION_LIFE + timedelta(seconds=1)
    assert isinstance(refused(bench, place, place.signer, confirmation), SignatureRefusedError)
    bench.clock.moment -= timedelta(seconds=1)
    place.act(bench, place.signer, confirmation)


@pytest.mark.parametrize("factors", [("password",), ("totp", "totp"), ("pkcs11 pin",), ("pkcs11 pin", "password")])
def test_sg_4_one_component_or_a_claimed_token_is_not_enough(bench, place, factors):
    reason = refused(bench, place, place.signer, place.confirmed(bench, factors=factors))
    assert isinstance(reason, SignatureRefusedError)


def test_sg_4_a_pin_counts_only_where_it_opened_the_token_of_the_person(bench, place):
    assert isinstance(refused(bench, place, place.signer, place.pin(bench, "4711")), SigningError)
    bench.desk.tokens = {place.signer.number: "4711", "somebody": "0815"}
    assert isinstance(refused(bench, place, place.signer, place.pin(bench, "0815")), SigningError)
    place.act(bench, place.signer, place.pin(bench, "4711"))
    entry = newest_signature(bench)
    assert entry["factors"] == ["pkcs11 pin"]
    assert entry["token"] == f"token of {place.signer.number}"
    assert "4711" not in str(entry)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_any_mixture_of_facts_but_the_right_one_is_refused(bench, training_file, data):
    """Draw every fact of a confirmation freely: only the one right combination signs, and it is never drawn here."""
    if not bench.entries:
        PLACES["release"].reach(bench, training_file)
    place = PLACES["release"]
    right = place.confirmed(bench)
    drawn = dataclasses.replace(
        right,
        person=data.draw(st.sampled_from([one.number for one in EVERYBODY])),
        meaning=data.draw(st.sampled_from(MEANINGS)),
        kind=data.draw(st.sampled_from(["report", "examination", "case"])),
        number=data.draw(st.sampled_from([REPORT, EXAMINATION, "2026-0001"])),
        version=data.draw(st.integers(1, 4)),
        record_sha256=data.draw(st.sampled_from([right.record_sha256, "0" * 64])),
        factors=data.draw(st.sampled_from([("password", "totp"), ("password",), ("pkcs11 pin",)])),
        confirmed_at=right.confirmed_at + timedelta(minutes=data.draw(st.integers(-10, 10))),
    )
    actor = data.draw(st.sampled_from(EVERYBODY))
    allowed = timedelta(0) <= right.confirmed_at - drawn.confirmed_at <= CONFIRMATION_LIFE
    if actor is HEAD and allowed and dataclasses.replace(drawn, confirmed_at=right.confirmed_at) == right:
        return
    refused(bench, place, actor, drawn)


class TestWhoMayIssue:
    """The head who had a part in the case, in any way, does not issue its report."""

    def with_role(self, person: StaffMember) -> StaffMember:
        return dataclasses.replace(person, roles=(*person.roles, Role.HEAD))

    @pytest.mark.parametrize("person", [EXPERT, REVIEWER, TECHNICIAN], ids=lambda one: one.number)
    def test_work_on_the_report_keeps_from_issuing_it(self, bench, training_file, person):
        place = PLACES["release"]
        place.reach(bench, training_file)
        lent = self.with_role(person)
        hindrances = bench.releasing.hindrances(REPORT, actor=lent)
        assert any(isinstance(reason, ReleaserWorkedError) for reason in hindrances)
        refused(bench, place, lent, place.confirmed(bench, person=person.number))

    def test_nothing_hinders_the_head_who_had_no_part(self, bench, training_file):
        PLACES["release"].reach(bench, training_file)
        assert bench.releasing.hindrances(REPORT, actor=HEAD) == ()

    def test_all_hindrances_are_told_at_once(self, bench, training_file):
        PLACES["release"].reach(bench, training_file)
        report = bench.reporting.get(REPORT)
        for path in bench.raw_objects:
            if report.pdf_sha256 in path.name:
                path.chmod(0o600)
                path.unlink()
        hindrances = [str(reason) for reason in bench.releasing.hindrances(REPORT, actor=EXPERT)]
        assert any("had a part in" in text for text in hindrances)
        assert any(str(report.pdf_sha256) in text for text in hindrances)

    def test_a_report_that_is_not_reviewed_is_not_issued(self, bench, training_file):
        PLACES["approve"].reach(bench, training_file)
        place = PLACES["release"]
        reason = refused(bench, place, HEAD, place.confirmed(bench))
        assert str(reason) == f"{REPORT} is drafted, not administratively reviewed"


class TestRefusal:
    def test_the_examination_is_open_again_and_the_number_is_used(self, bench, training_file):
        PLACES["release"].reach(bench, training_file)
        reopened = bench.releasing.refuse(REPORT, actor=HEAD, comment="the annex is missing")
        assert (reopened.state, reopened.reviews[-1].reviewer) == ("open", "head")
        assert bench.reporting.get(REPORT).status is ReportStatus.VOIDED
        bench.examining.conclude(EXAMINATION, actor=EXPERT)
        second = bench.draft(EXAMINATION)
        assert second.number == "2026-0001-P2"
        assert bench.release(bench.approve(second.number).number).status is ReportStatus.ISSUED

    def test_it_needs_words_and_a_head(self, bench, training_file):
        PLACES["release"].reach(bench, training_file)
        entries = bench.entries
        for actor, comment in ((HEAD, " "), (REVIEWER, "no"), (ADMIN, "no"), (EXPERT, "no")):
            with pytest.raises(LimsError):
                bench.releasing.refuse(REPORT, actor=actor, comment=comment)
        assert bench.entries == entries

    def test_an_issued_report_is_withdrawn_and_not_refused(self, bench, training_file):
        PLACES["withdraw"].reach(bench, training_file)
        with pytest.raises(TransitionError, match="is issued, not reviewed"):
            bench.releasing.refuse(REPORT, actor=HEAD, comment="too late")

    def test_a_withdrawal_needs_a_reason(self, bench, training_file):
        place = PLACES["withdraw"]
        place.reach(bench, training_file)
        entries = bench.entries
        with pytest.raises(LimsError, match="reason: empty"):
            bench.releasing.withdraw(REPORT, actor=HEAD, reason=" ", confirmation=place.confirmed(bench))
        assert bench.entries == entries
