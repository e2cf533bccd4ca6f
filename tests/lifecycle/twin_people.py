"""The twin's rules about people: on the staff and present, competent, on one side of a case."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.lifecycle.history import Body, Entry, History, moment
from tests.lifecycle.twin import rule

_OWN = ("account.", "session.", "staff.absent", "clock.", "lists.", "raw.", "checkpoint.")
_WORK = {
    "case.warning-signed",
    "exhibit.registered",
    "exhibit.discrepancy-found",
    "exhibit.discrepancy-answered",
    "photograph.added",
    "donor.registered",
    "weighing.recorded",
    "aliquot.taken",
    "mass balance.consumed",
    "mass balance.lost",
    "sampling plan.made",
    "sampling plan.drawn",
    "sampling plan.result-recorded",
    "sampling plan.changed",
    "sampling plan.split",
    "run.imported",
    "finding.recorded",
    "finding.corrected",
    "finding.discarded",
    "identification.opened",
    "identification.revised",
    "identification.concluded",
    "examination.opened",
    "examination.concluded",
    "component.identified",
    "component.left-unidentified",
    "component.marked-internal-standard",
    "component.noted",
    "component.candidate-rejected",
    "report.intended",
    "report.drafted",
}
_REVIEW = {"identification.checked", "identification.disputed", "examination.approved", "report.reviewed"}
_RELEASE = {"report.issued", "report.withdrawn"}
_ROLE_OF = {
    "report.issued": {"head"},
    "report.withdrawn": {"head"},
    "report.reviewed": {"technical reviewer"},
    "report.drafted": {"expert"},
    "report.administratively-reviewed": {"head", "quality manager"},
    "identification.concluded": {"expert"},
    "identification.checked": {"technical reviewer"},
    "examination.concluded": {"expert"},
    "nonconformity.closed": {"quality manager"},
    "discrepancy.closed": {"quality manager"},
    "competence.granted": {"head", "quality manager"},
}
_METHOD = "EI-IDENTIFICATION"
_DECISIONS = {"identification.resolved", "identification.reopened"}
"""Of head or quality manager, who end a dispute or order an amendment and analyse nothing."""


@rule("SG-5 on the staff, present, with the role")
def on_the_staff(history: History, entry: Entry) -> Iterator[str]:
    if entry.actor == "system" or entry.act.startswith(_OWN) or entry.sequence <= 2:
        return
    member = history.newest("staff", entry.actor, before=entry.sequence)
    if member is None:
        if history.records("staff"):  # the first person registers itself
            yield f"{entry.actor} is not on the staff"
        return
    day = history.day(entry.at)
    if member["left_at"] is not None and entry.key != ("staff", entry.actor):
        yield f"{entry.actor} left at {member['left_at']}"
    for absence in member["absences"]:
        if _covers(absence["first_day"], absence["last_day"], absence["returned_on"], day):
            yield f"{entry.actor} is absent on {day}"
    roles = set(member["roles"]) | _lent(history, member, day)
    wanted = _ROLE_OF.get(entry.act)
    if wanted and not wanted & roles:
        yield f"{entry.actor} is {', '.join(sorted(roles)) or 'without a role'}"


def _covers(first: str, last: str | None, ended: str | None, day: date) -> bool:
    begun = date.fromisoformat(first) <= day
    over = ended is not None and date.fromisoformat(ended) <= day
    return begun and not over and (last is None or day <= date.fromisoformat(last))


def _lent(history: History, member: Body, day: date) -> set[str]:
    found = set()
    for one in member["delegations"]:
        giver = history.newest("staff", one["given_by"])
        held = giver is not None and giver["left_at"] is None and one["role"] in giver["roles"]
        if held and _covers(one["first_day"], one["last_day"], one["ended_on"], day):
            found.add(one["role"])
    return found


@rule("17025 6.2.5 competent on the day of the act")
def competent(history: History, entry: Entry) -> Iterator[str]:
    method = _method_of(history, entry)
    if not method:
        return
    day = history.day(entry.at)
    held = history.records("competence", person=entry.actor, method=method)
    if not any(_held_on(one, day, entry) for one in held):
        yield f"{entry.actor} is not competent for {method} on {day}"


def _held_on(competence: Body, day: date, entry: Entry) -> bool:
    until = competence["valid_until"]
    withdrawn = competence["withdrawn_at"]
    begun = date.fromisoformat(competence["valid_from"]) <= day
    ended = until is not None and date.fromisoformat(until) < day
    return begun and not ended and (withdrawn is None or moment(withdrawn) > entry.at)


def _method_of(history: History, entry: Entry) -> str:
    """Name the method that an analysis, a review or a signature of one is done under; empty for other acts."""
    kind, body = entry.kind, entry.body
    if entry.act in {"report.withdrawn", "report.voided", "examination.reopened", "examination.conclusion-taken-back"}:
        return ""
    if kind in {"finding", "identification"} and entry.act not in _DECISIONS:
        return str(body["procedure_number"])
    if entry.act in {"report.drafted", "report.reviewed", "report.issued"}:
        examination = history.newest("examination", body["examination_number"])
        return _of_run(history, examination["run_number"]) if examination else ""
    if kind == "examination" and entry.act != "examination.omission-stated":
        return _of_run(history, body["run_number"])
    if entry.act in {"batch.planned", "batch.measured", "batch.judged", "batch.run-discarded"}:
        return str(body["method_number"])
    return ""


def _of_run(history: History, number: str) -> str:
    run = history.newest("run", number)
    if run is None or not run["batch_number"]:
        return _METHOD
    batch = history.newest("batch", run["batch_number"])
    return str(batch["method_number"]) if batch else _METHOD


def side_of(entry: Entry) -> str:
    """Name the side of a case that an act is on; empty for none."""
    sides = {"work": _WORK, "review": _REVIEW, "release": _RELEASE}
    return next((side for side, acts in sides.items() if entry.act in acts), "")


def case_of(history: History, entry: Entry) -> str:
    """Name the case of an act; empty for none, and for a batch, which has many."""
    body = entry.body
    if entry.kind == "case":
        return entry.number
    if entry.kind == "report":
        examination = history.newest("examination", body["examination_number"])
        return history.case_of(examination["exhibit_number"]) if examination else ""
    if body.get("case_number"):
        return str(body["case_number"])
    return history.case_of(body["exhibit_number"]) if body.get("exhibit_number") else ""


@rule("RP-1.8 work, review and release by different people")
def one_side(history: History, entry: Entry) -> Iterator[str]:
    side, case = side_of(entry), case_of(history, entry)
    if not (side and case):
        return
    for other in history.entries[:-1]:
        if other.actor == entry.actor and side_of(other) not in {"", side} and case_of(history, other) == case:
            yield f"{entry.actor} did {other.act} of {other.number} in {case} and now {entry.act}"
            return


@rule("CFR 11.200 what was confirmed was confirmed just before")
def confirmed_just_before(history: History, entry: Entry) -> Iterator[str]:
    for proof in _proofs(entry):
        named = proof["record"]
        shown = history.entry(named["kind"], named["number"], named["version"])
        new = (entry.kind, entry.number, entry.version) == (named["kind"], named["number"], named["version"])
        if shown is None:
            yield f"{proof['person']} confirmed {named}, which is not in the ledger"
            continue
        if _digest_of(shown) != proof["record_sha256"]:
            yield f"{proof['person']} confirmed other bytes of {named} than the ledger has"
        late = entry.at - moment(proof["confirmed_at"])
        if not timedelta(0) <= late <= timedelta(minutes=5):
            yield f"{proof['person']} confirmed {late} before"
        if not new and history.versions[shown.key][-1].version > shown.version + (shown.key == entry.key):
            yield f"{proof['person']} confirmed version {shown.version} of {named}, which has moved on"


def _digest_of(entry: Entry) -> str:
    from tests.lifecycle.history import digest

    return digest(entry.body)


def _proofs(entry: Entry) -> Iterator[Body]:
    proof = entry.signature
    while proof:
        yield proof
        proof = proof.get("second")
