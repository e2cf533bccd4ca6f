"""The twin's rules about things: numbers, custody, weights, masses, sampling, procedures, batches."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import comb

from tests.lifecycle.history import Body, Entry, History, moment
from tests.lifecycle.twin import rule

_MOVES = {
    "taken": ("person", "person"),
    "stored": ("person", "place"),
    "taken-out": ("place", "person"),
    "put-in": ("person", "container"),
    "taken-from": ("container", "person"),
    "returned": ("person", "outside"),
    "destroyed": ("person", "destroyed"),
}
_ON_THE_OBJECT = {"run.imported", "examination.opened"}
_BEGINNINGS = {"received", "aliquot-taken", "begun-late"}
_GONE = {"outside", "destroyed", "consumed"}
_HAND_OVER = timedelta(minutes=15)


# numbers and raw data


@rule("17025 7.4.2 numbers never repeat")
def numbers_never_repeat(history: History, entry: Entry) -> Iterator[str]:
    versions = [one.version for one in history.versions[entry.key]]
    if versions != list(range(1, len(versions) + 1)):
        yield f"versions {versions} of {entry.kind} {entry.number}"


@rule("AT-19 no raw data twice")
def no_raw_twice(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "run.imported":
        return
    sha256 = entry.body["raw"]["sha256"]
    others = [one.number for one in history.acts("run.imported") if one.body["raw"]["sha256"] == sha256]
    if len(others) > 1:
        yield f"the same data are runs {', '.join(others)}"


# custody


def holder_before(history: History, entry: Entry) -> tuple[str, str]:
    """Follow the moves of an exhibit up to an entry; what it says of itself is not asked."""
    holder = ("", "")
    for one in history.versions.get(("custody", entry.number), ()):
        if one.sequence >= entry.sequence:
            break
        holder = _after(holder, one.body["event"], one, history)
    return holder


def holder_of(history: History, exhibit: str, until: int | None = None) -> tuple[str, str]:
    """Say who or what has an exhibit, by its moves alone; of one in another, who has that."""
    holder, seen = ("container", exhibit), set()
    while holder[0] == "container" and holder[1] not in seen:
        seen.add(holder[1])
        inner, holder = holder[1], ("", "")
        for one in history.versions.get(("custody", inner), ()):
            if until is None or one.sequence < until:
                holder = _after(holder, one.body["event"], one, history)
    return holder


def _after(holder: tuple[str, str], event: Body, entry: Entry, history: History) -> tuple[str, str]:
    if event["kind"] in {*_BEGINNINGS, *_MOVES, "consumed"}:
        return event["taker"]["kind"], event["taker"]["name"]
    correction = event["correction"]
    if correction and correction["place"]:
        wrong = history.entry("custody", entry.number, correction["corrects"])
        if wrong is not None and wrong.body["event"]["kind"] == "stored":
            return "place", correction["place"]
    return holder


@rule("CC-2 CC-3 one holder at a time, and moves from one to the next")
def custody_follows(history: History, entry: Entry) -> Iterator[str]:
    if entry.kind != "custody":
        return
    event, before = entry.body["event"], holder_before(history, entry)
    kind = event["kind"]
    if kind in _BEGINNINGS:
        if entry.version != 1:
            yield f"{kind} although its chain began"
        return
    if before[0] in _GONE:
        yield f"{kind} although it is {before[0]}"
    giver, taker = event["giver"], event["taker"]
    if kind != "corrected" and (giver["kind"], giver["name"]) != before:
        yield f"{kind} from {giver['name']}, while {before[1]} had it"
    if kind in _MOVES and (giver["kind"], taker["kind"]) != _MOVES[kind]:
        yield f"{kind} from {giver['kind']} to {taker['kind']}"
    if kind not in {"corrected", "refused", "taken", "taken-out"}:
        person = holder_of(history, entry.number, until=entry.sequence)
        if person != ("person", entry.actor):
            yield f"{kind} by {entry.actor}, while it is with {person[1]}"
    if moment(event["occurred_at"]) > entry.at:
        yield f"{kind} in the future"


@rule("CC-1 a hand-over is confirmed by both, in time, once")
def hand_over_by_both(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "transfer.taken":
        return
    acts = list(history.versions[entry.key])
    offered = next((one for one in acts if one.act == "transfer.offered"), None)
    if offered is None or not (offered.signature and entry.signature):
        yield "taken without two confirmations"
        return
    pair = offered.signature["person"], entry.signature["person"]
    if pair[0] == pair[1] or pair[1] != offered.body["taker"]["name"]:
        yield f"given by {pair[0]}, taken by {pair[1]}"
    if entry.at - moment(offered.body["prepared_at"]) > _HAND_OVER:
        yield f"taken {entry.at - moment(offered.body['prepared_at'])} after it was prepared"
    if [one.act for one in acts] != ["transfer.offered", "transfer.taken"]:
        yield f"after {', '.join(one.act for one in acts[:-1])}"


@rule("E-6 return and destruction with two signatures")
def final_by_two(history: History, entry: Entry) -> Iterator[str]:
    if entry.act not in {"transfer.returned", "transfer.destroyed"}:
        return
    del history
    first = entry.signature or {}
    second = first.get("second") or {}
    if not first.get("person") or not second.get("person") or first["person"] == second["person"]:
        yield f"signed by {first.get('person')} and {second.get('person')}"


@rule("CC-2 vault moves with a witness")
def vault_with_witness(history: History, entry: Entry) -> Iterator[str]:
    if entry.act not in {"transfer.stored", "transfer.taken-out"}:
        return
    ends = [entry.body["taker"], *(item["giver"] for item in entry.body["items"])]
    vaults = {one["number"] for one in history.records("place") if one["vault"]}
    if any(one["kind"] == "place" and one["name"] in vaults for one in ends):
        witness = (entry.signature or {}).get("person")
        if not witness or witness == entry.actor:
            yield "the vault was opened by one person"


@rule("CC-6 worked on by its custodian")
def worked_on_by_custodian(history: History, entry: Entry) -> Iterator[str]:
    exhibit = _worked_on(history, entry)
    if not exhibit:
        return
    if entry.act == "finding.recorded" and moment(entry.body["occurred_at"]) < entry.at:
        return  # stated to have been done before: where it was then, the corrections of custody say
    if holder_of(history, exhibit, until=entry.sequence) != ("person", entry.actor):
        yield f"{exhibit} is with {holder_of(history, exhibit, until=entry.sequence)[1]}"


def _worked_on(history: History, entry: Entry) -> str:
    """Name the item that an act is work on: the exhibit or the aliquot; none for a blank, or before the receipt."""
    body = entry.body
    if entry.act in {"aliquot.taken", "mass balance.consumed", "mass balance.lost"}:
        return str(body["item_number"])
    if entry.act == "weighing.recorded":
        return "" if body["purpose"] == "aliquot" else str(body["item_number"])
    if entry.act == "finding.recorded" and body["field_screen"] is not None:
        return ""
    if entry.act not in {*_ON_THE_OBJECT, "finding.recorded"}:
        return ""
    if entry.act == "examination.opened":
        body = history.newest("run", body["run_number"]) or body
    return str(body.get("aliquot_number") or body["exhibit_number"])


@rule("G4 every aliquot has a custody from its taking, and none of what was used up")
def aliquot_has_custody(history: History, entry: Entry) -> Iterator[str]:
    if entry.act == "aliquot.taken":
        history.owed.append(f"custody of {entry.number}")  # the custody begins in the same transaction
    if entry.act == "custody.aliquot-taken":
        taken = history.newest("aliquot", entry.number)
        if taken is None or taken["taken_by"] != entry.body["holder"]["name"]:
            yield "it did not begin with the person who took it"
        history.owed.remove(f"custody of {entry.number}")
    if entry.act == "custody.consumed":
        kept = history.newest("mass balance", f"{entry.number}-M")
        if kept is None or not kept["consumed"]:
            yield "used up, and its mass balance does not say so"


@rule("CC-7 a seal is used once")
def seal_once(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "custody.seal-closed":
        return
    seal = entry.body["event"]["seal"]["number"]
    uses = [one.number for one in history.acts("custody.seal-closed") if one.body["event"]["seal"]["number"] == seal]
    if len(uses) > 1:
        yield f"seal {seal} is on {' and '.join(uses)}"


# what has to be settled before the work


_WORK_ON_EXHIBIT = ("weighing.", "aliquot.", "finding.recorded", "sampling plan.", "identification.opened")


@rule("E-2 KZ-1 work waits for the sender and for the warning")
def settled_before(history: History, entry: Entry) -> Iterator[str]:
    exhibit = entry.body.get("exhibit_number")
    if not exhibit or not (entry.act in _ON_THE_OBJECT or entry.act.startswith(_WORK_ON_EXHIBIT)):
        return
    number = exhibit
    while number:
        body = history.newest("exhibit", number) or {"discrepancies": (), "part_of": ""}
        if any(_unsettled(one) for one in body["discrepancies"]):
            yield f"{number} has a discrepancy that the sender has not settled"
        number = body["part_of"]
    case = history.newest("case", history.case_of(exhibit))
    if case is not None and not case["warnings"]:
        yield f"nobody signed the warning of liability of {case['number']}"


def _unsettled(discrepancy: Body) -> bool:
    answer = discrepancy["answer"]
    return answer is None or answer["decision"] == "do not examine"


@rule("KZ-2 used up with permission alone")
def consumed_with_permission(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "mass balance.consumed":
        return
    case = history.newest("case", history.case_of(entry.body["exhibit_number"]))
    permission = ((case or {}).get("request") or {}).get("permission")
    if permission is None or permission["extent"] == "none":
        yield "without a permission"


# weights


def check_of(history: History, weighing: Body) -> Body | None:
    return history.newest("balance check", weighing["check_number"])


@rule("WU-1 balance in date, checked that day, not failed since")
def weighed_on_good_balance(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "weighing.recorded":
        return
    body, day = entry.body, history.day(entry.at)
    balance = history.newest("instrument", body["balance_number"], before=entry.sequence)
    calibrated = balance["calibrations"][-1] if balance and balance["calibrations"] else None
    if calibrated is None or (calibrated["due_on"] and date.fromisoformat(calibrated["due_on"]) < day):
        yield "its calibration is not in date"
    if balance and balance["changes"] and balance["changes"][-1]["status"] != "in service":
        yield "the balance is out of service"
    checks = [one for one in history.of_kind["balance check"] if one.sequence < entry.sequence]
    today = [one.body for one in checks if history.day(one.at) == day and _of_balance(one.body, body)]
    if not today or not _passed(today[-1]):
        yield "the newest check of the day did not pass, or there is none"


def _of_balance(check: Body, weighing: Body) -> bool:
    return bool(check["balance_number"] == weighing["balance_number"])


def _passed(check: Body) -> bool:
    return abs(Decimal(check["reading_g"]) - Decimal(check["nominal_g"])) <= Decimal(check["tolerance_g"])


def net(weighing: Body) -> Decimal:
    """Gross less tare (rule WU-4)."""
    tare = weighing["tare"]
    return Decimal(weighing["gross"]["mass_g"]) - (Decimal(tare["mass_g"]) if tare else 0)


def expanded(weighing: Body) -> Decimal:
    """The expanded uncertainty by the formulas of the rule book, section 4."""
    budget, readings = weighing["budget"], 2 if weighing["tare"] else 1
    three = Decimal(3).sqrt()
    once = Decimal(budget["calibration_u_g"]) / Decimal(budget["calibration_k"])
    each = (
        Decimal(budget["repeatability_g"]) ** 2
        + (Decimal(budget["readability_g"]) / (2 * three)) ** 2
        + (Decimal(budget["linearity_g"]) / three) ** 2
    )
    return Decimal(weighing["k"]) * (readings * each + once**2).sqrt()


@rule("WU-2 WU-3 within its range, typed with a reason")
def weighed_in_range(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "weighing.recorded":
        return
    balance = history.newest("instrument", entry.body["balance_number"], before=entry.sequence)
    limits = balance["balance_range"] if balance else None
    if limits is None:
        yield "on no balance"
        return
    if net(entry.body) < Decimal(limits["minimum_g"]):
        yield f"{net(entry.body)} g is below the minimum weight"
    if Decimal(entry.body["gross"]["mass_g"]) > Decimal(limits["capacity_g"]):
        yield f"{entry.body['gross']['mass_g']} g is above the capacity"
    typed = any(one and one["source"] == "typed" for one in (entry.body["gross"], entry.body["tare"]))
    if typed and not entry.body["manual_reason"].strip():
        yield "typed without a reason"


@rule("WU-7 mass is conserved, or the quality manager is told")
def mass_conserved(history: History, entry: Entry) -> Iterator[str]:
    if entry.kind != "mass balance":
        return
    body = entry.body
    left, spread = Decimal(body["before_g"]), [Decimal(body["before_u_g"])]
    for name in ("taken", "consumed", "lost"):
        for one in body[name]:
            left -= Decimal(one["mass_g"])
            spread.append(Decimal(one.get("u_g", 0)))
    u = sum((one**2 for one in spread), Decimal(0)).sqrt()
    if left < -u:
        yield f"{-left} g more went than was there"
    if entry.act != "mass balance.weighed-back":
        return
    weighing = history.newest("weighing", body["weighed_back"][-1]["weighing_number"])
    assert weighing is not None
    difference = abs(net(weighing) - left)
    if difference > (u**2 + expanded(weighing) ** 2).sqrt() * Decimal("1.000001"):
        history.owed.append(body["item_number"])  # the discrepancy is the next entry of the same transaction


@rule("WU-7 a difference is raised in the same transaction")
def difference_raised(history: History, entry: Entry) -> Iterator[str]:
    if entry.act == "discrepancy.raised" and entry.body["subject_number"] in history.owed:
        history.owed.remove(entry.body["subject_number"])
    yield from ()


# sampling


@rule("SA-2 SA-3 plan, draw, result, in this order")
def plan_before_result(history: History, entry: Entry) -> Iterator[str]:
    if entry.kind != "sampling plan":
        return
    body, versions = entry.body, history.versions[entry.key]
    if versions[0].act != "sampling plan.made" or versions[0].body["results"] or versions[0].body["draws"]:
        yield "it did not begin as a plan"
    drawn = [unit for one in body["draws"] for unit in one["units"]]
    if len(set(drawn)) != len(drawn) or any(not 1 <= unit <= body["population"]["units"] for unit in drawn):
        yield f"units {drawn} of {body['population']['units']}"
    for one in body["draws"]:
        if (one["seed"] is None) != (one["generator"] == "black box"):
            yield "a draw whose seed is not kept"
    for one in body["results"]:
        if one["unit"] not in drawn:
            yield f"unit {one['unit']} was tested and not drawn"
    changed = len(versions) > 1 and versions[-2].body["design"] != body["design"]
    if changed and not (body["changes"] and body["changes"][-1]["reason"].strip()):
        yield "another design without a reason"


def guaranteed(population: int, tested: int, negatives: int, confidence: Decimal) -> int:
    """Say how many of a population are positive at least, with a confidence: the rule book's 3.6, by trying all."""
    best = 0
    for positives in range(population - negatives + 1):
        worst = positives  # if no more than this were positive ...
        ways = sum(
            comb(worst, tested - j) * comb(population - worst, j)
            for j in range(min(negatives, population - worst) + 1)
            if 0 <= tested - j <= worst
        )
        if Decimal(ways) <= (1 - confidence) * comb(population, tested):  # ... this result would be too unlikely
            best = worst + 1
    return best


# procedures, deviations, lots, instruments


@rule("17025 7.2.2 a validated procedure in force, or an accepted deviation")
def under_procedure(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "finding.recorded":
        return
    body = entry.body
    day = history.day(moment(body["occurred_at"]))
    if body["deviation_number"]:
        deviation = history.newest("deviation", body["deviation_number"], before=entry.sequence)
        if deviation is None or not (deviation["authorisation"] and deviation["acceptance"]):
            yield "under a deviation that is not authorised and accepted"
        return
    used = history.entry("procedure", body["procedure_number"], body["procedure_version"])
    if used is None or used.body["validation"] is None:
        yield f"under version {body['procedure_version']} of {body['procedure_number']}, which is not validated"
    elif date.fromisoformat(used.body["validation"]["validated_on"]) > day:
        yield "before the procedure was validated"


@rule("17025 6.6 AT-16 no expired or blocked lot at the bench")
def lot_in_date(history: History, entry: Entry) -> Iterator[str]:
    if entry.act not in {"reagent.opened", "reference standard.used"}:
        return
    before = history.newest(entry.kind, entry.number, before=entry.sequence)
    assert before is not None
    expires = before["expires_on"]
    if expires and date.fromisoformat(expires) < history.day(entry.at):
        yield f"it expired on {expires}"
    if not before["changes"] or before["changes"][-1]["status"] != "released":
        yield "it is not released"


@rule("17025 6.4 no batch on an instrument out of date or service")
def instrument_in_date(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "batch.planned":
        return
    one = history.newest("instrument", entry.body["instrument"], before=entry.sequence)
    if one is None:
        return
    due = one["calibrations"][-1]["due_on"] if one["calibrations"] else None
    if one["needs_calibration"] and (due is None or date.fromisoformat(due) < history.day(entry.at)):
        yield f"the calibration of {one['number']} was due on {due}"
    if one["changes"] and one["changes"][-1]["status"] != "in service":
        yield f"{one['number']} is out of service"


@rule("17025 7.10 nobody closes what he caused or corrected")
def closed_by_another(history: History, entry: Entry) -> Iterator[str]:
    del history
    if entry.act != "nonconformity.closed":
        return
    doers = {entry.body["caused_by"], *(one["done_by"] for one in entry.body["actions"])}
    if entry.actor in doers:
        yield f"{entry.actor} caused or corrected it"
