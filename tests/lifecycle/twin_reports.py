"""The twin's rules about reports: what must be true at the moment of the issue, and for ever after."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import combinations, pairwise

from tests.lifecycle.desk import content_of, signatures
from tests.lifecycle.history import Body, Entry, History, digest, moment
from tests.lifecycle.twin import rule
from tests.lifecycle.twin_things import expanded, guaranteed, holder_of, net

_PRINCIPLES = {
    "infrared spectroscopy": ("A", "vibration"),
    "mass spectrometry": ("A", "mass"),
    "gas chromatography": ("B", "gas retention"),
    "thin-layer chromatography": ("B", "planar retention"),
    "colour test": ("C", "colour"),
}
"""Category and principle of the techniques that the machine uses, as section 1 of the rule book has them."""
_STEPS = {
    "report.intended": {""},
    "report.drafted": {"intended"},
    "report.reviewed": {"drafted"},
    "report.administratively-reviewed": {"reviewed"},
    "report.issued": {"administratively reviewed"},
    "report.withdrawn": {"issued"},
    "report.superseded": {"issued", "withdrawn"},
    "report.voided": {"intended", "drafted", "reviewed", "administratively reviewed"},
    "report.delivered": {"issued", "withdrawn", "superseded"},
    "report.recipient-notified": {"withdrawn", "superseded"},
    "report.amendment-ordered": {"issued", "withdrawn"},
}
_SIGNED = ("drafted", "reviewed", "administratively-reviewed", "issued")
_FIXED = (
    *("number", "examination_number", "examination_version", "language", "expert", "reviewer", "content_sha256"),
    *("draft_sha256", "pdf_sha256", "runs", "reviews", "basis", "releaser", "amendment"),
)
"""Of an issued report nothing of this ever changes."""
_DESCRIBED = {"examination", "finding", "identification", "sampling plan", "run", "exhibit", "weighing", "deviation"}

_CHECKS = {"examination.approved", "identification.checked"}
"""A second person agreed: what was described is what it was."""

_NO_WORK = {
    *("identification.checked", "identification.disputed", "identification.resolved", "identification.reopened"),
    *("examination.approved", "examination.returned", "examination.reopened"),
}
"""What a reviewer says, and what head or quality manager decide."""


@rule("AU-2 RP-3 a report goes its way and stands still once it is issued")
def goes_its_way(history: History, entry: Entry) -> Iterator[str]:
    if entry.kind != "report":
        return
    before = history.newest("report", entry.number, before=entry.sequence)
    state = before["status"] if before else ""
    wanted = _STEPS.get(entry.act)
    if wanted is not None and state not in wanted:
        yield f"it was {state or 'not there'}"
    if before is not None and state in {"issued", "withdrawn", "superseded"}:
        changed = [name for name in _FIXED if before.get(name) != entry.body.get(name)]
        if changed:
            yield f"{', '.join(changed)} changed after the issue"


@rule("RP-1.7 RP-1.8 RP-1.9 signed by author, reviewers and head, in this order, each somebody else")
def signed_in_order(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    acts = {one.act: one for one in history.versions[entry.key]}
    meanings = dict(zip(_SIGNED, ("author", "technical reviewer", "administrative reviewer", "releaser"), strict=True))
    last, people = 0, []
    for word in _SIGNED:
        one = acts.get(f"report.{word}")
        if one is None or one.signature is None:
            yield f"not signed: {word}"
            continue
        if one.signature["meaning"] != meanings[word] or one.signature["person"] != one.actor:
            yield f"{word} is signed as {one.signature['meaning']} by {one.signature['person']}"
        if one.sequence < last:
            yield f"{word} before the step before it"
        last, people = one.sequence, [*people, one.actor]
    if people[:2] != [entry.body["expert"], entry.body["reviewer"]]:
        yield f"author and reviewer are {people[:2]}"
    work, checks = people[:1], people[1:]
    if set(work) & set(checks) or people[1] in people[2:]:
        yield f"signed by {people}"
    for one in contributions(history, entry):
        if one.actor in checks:
            yield f"{one.actor} did {one.act} of {one.number} and signed a check of it"


@rule("SG-2 the document is the one that was signed")
def document_is_signed(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    document = history.read_raw(entry.body["pdf_sha256"])
    if hashlib.sha256(document).hexdigest() != entry.body["pdf_sha256"]:
        yield "its bytes have another digest"
    wanted = [("expert", entry.body["expert"]), ("reviewer", entry.body["reviewer"])]
    if signatures(document) != wanted:
        yield f"signatures {signatures(document)}"
    if digest(content_of(document)) != entry.body["content_sha256"]:
        yield "the document does not print the content that was signed"


def contributions(history: History, entry: Entry) -> Iterator[Entry]:
    """Give every act that is work on the exhibit of a report, its runs or its batches."""
    exhibit = exhibit_of(history, entry)
    items = set(history.items(exhibit))
    batches = {run["batch_number"] for run in runs_of(history, exhibit)} - {""}
    for one in history.entries:
        about = one.body.get("exhibit_number") in items and one.kind not in {"custody", "exhibit", "photograph"}
        of_batch = one.kind == "batch" and one.number in batches and one.act != "batch.released"
        if (about or of_batch) and one.act not in _NO_WORK and one.kind not in {"deviation", "discrepancy"}:
            yield one


def exhibit_of(history: History, entry: Entry) -> str:
    examination = history.newest("examination", entry.body["examination_number"])
    assert examination is not None
    return str(examination["exhibit_number"])


def runs_of(history: History, exhibit: str) -> list[Body]:
    items = set(history.items(exhibit))
    return [run for run in history.records("run") if run["exhibit_number"] in items]


# RP-1.1


@rule("RP-1.1 every identity satisfies ID-1 to ID-6")
def identities_hold(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    exhibit = exhibit_of(history, entry)
    known = history.records("identification", exhibit_number=exhibit)
    for one in known:
        verdict = one["verdict"]
        if verdict is None or any(each["resolution"] is None for each in one["disagreements"]):
            yield f"{one['number']} is open or disputed"
        elif verdict["conclusion"] in {"identified", "limited to a set of isomers"}:
            yield from (f"{one['number']}: {words}" for words in against(history, one))
    named = {one["substance"] for one in known if one["verdict"] and _names(one["verdict"])}
    document = content_of(history.read_raw(entry.body["pdf_sha256"]))
    for component in (one for run in document["runs"] for one in run["components"]):
        identity = component["identity"]
        if component["finding"] == "identified" and identity and identity["name"] not in named:
            yield f"the document says that {identity['name']} is identified, and no identification concludes that"


def _names(verdict: Body) -> bool:
    return verdict["conclusion"] in {"identified", "limited to a set of isomers"}


def against(history: History, identification: Body) -> Iterator[str]:
    """Say why results do not suffice for an identity: section 1 of the rule book, tried out."""
    basis = identification["basis"]
    counted = [one for one in basis["supports"] if _counts(history, identification, one)]
    pairs = [pair for pair in combinations(counted, 2) if _with_structure(*pair)]
    threes = [three for three in combinations(counted, 3) if _without_structure(three)]
    if not pairs and not threes:
        yield "ID-1: no two techniques with an A, and no three with two B"
    elif not any(len({one["sampling"] for one in group}) > 1 for group in (*pairs, *threes)) and not (
        pairs and basis["limited_sample_measure"].strip()
    ):
        yield "ID-5: all on one sampling, and no measure is written"
    isomers = basis["isomers"]
    if isomers["state"] == "not examined":
        yield "ID-6: nobody looked for isomers"
    inseparable = [one["name"] for one in isomers["isomers"] if not one["separated_by"]]
    if inseparable and identification["verdict"]["conclusion"] == "identified":
        yield f"ID-6: not told from {', '.join(inseparable)}"


def _counts(history: History, identification: Body, support: Body) -> bool:
    """Tell whether a result contributes: positive in its own record, reviewable, no mere field screen."""
    category, _ = _PRINCIPLES[support["technique"]]
    own = history.newest(support["kind"], support["number"])
    if own is None or support["outcome"] != "positive":
        return False
    if support["field_screen"] and not support["authorised"]:
        return False
    if category != "C" and not support["data"]:
        return False
    if support["kind"] == "examination":
        return any(_is_component(one, identification, support) for one in own["components"])
    said = {one["technique"]: one["outcome"] for one in own["results"]}
    return own["discard"] is None and said.get(support["technique"]) == "positive"


def _is_component(component: Body, identification: Body, support: Body) -> bool:
    identity = component["identity"] or {}
    decided = component["decision"] == "identified" and component["number"] == support["component"]
    return decided and identity.get("name") == identification["substance"]


def _with_structure(first: Body, second: Body) -> bool:
    kinds = [_PRINCIPLES[one["technique"]] for one in (first, second)]
    return "A" in {category for category, _ in kinds} and kinds[0][1] != kinds[1][1]


def _without_structure(three: tuple[Body, ...]) -> bool:
    kinds = [_PRINCIPLES[one["technique"]] for one in three]
    of_b = {principle for category, principle in kinds if category == "B"}
    return all(category != "A" for category, _ in kinds) and len(of_b) > 1


# RP-1.2


@rule("RP-1.2 the quality control of every batch passed")
def batches_passed(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    for run in _runs_relied_on(history, entry):
        if not run["batch_number"]:
            continue
        batch = history.newest("batch", run["batch_number"])
        assert batch is not None
        if run["number"] not in {one["run_number"] for one in batch["runs"]}:
            yield f"{run['number']} was discarded from {batch['number']}"
        if len(batch["runs"]) < len(batch["injections"]):
            yield f"{batch['number']} is not complete"
        yield from _verdict_faults(batch)


def _runs_relied_on(history: History, entry: Entry) -> list[Body]:
    numbers = {entry.body["examination_number"]}
    for one in history.records("identification", exhibit_number=exhibit_of(history, entry)):
        numbers |= {each["number"] for each in one["basis"]["supports"] if each["kind"] == "examination"}
    examinations = [history.newest("examination", number) for number in sorted(numbers)]
    runs = [history.newest("run", one["run_number"]) for one in examinations if one]
    return [run for run in runs if run]


def _verdict_faults(batch: Body) -> Iterator[str]:
    if not batch["verdicts"]:
        yield f"{batch['number']} was not judged"
        return
    last = batch["verdicts"][-1]
    judged = moment(last["judged_at"])
    if any(moment(one["discarded_at"]) >= judged for one in batch["discarded"]):
        yield f"a run was discarded from {batch['number']} after its verdict"
    failed = [one["rule"] for one in last["outcomes"] if not one["passed"]]
    decided = any(moment(one["decided_at"]) >= judged for one in batch["nonconformities"])
    if failed and not decided:
        yield f"{batch['number']} failed: {', '.join(sorted(set(failed)))}"


# RP-1.3


@rule("RP-1.3 custody is complete to date")
def custody_complete(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    for number in history.items(exhibit_of(history, entry)):
        answered = _answered(history, number)
        for words, at in custody_gaps(history, number):
            if at is None or not any(found >= at for found in answered):
                yield f"{number}: {words}"


def _answered(history: History, exhibit: str) -> list[datetime]:
    """Give when closed nonconformities about an exhibit were found: they answer for the gaps before them."""
    return [
        moment(one["found_at"])
        for one in history.records("nonconformity")
        if one["closing"] is not None
        and any((each["kind"], each["number"]) == ("exhibit", exhibit) for each in one["subjects"])
    ]


def custody_gaps(history: History, exhibit: str) -> Iterator[tuple[str, datetime | None]]:
    """Name every gap with its time; one without a time is open now."""
    chain = history.versions.get(("custody", exhibit), [])
    if not chain:
        yield "no custody", None
        return
    if chain[-1].body["offer"]:
        yield "it is offered, and not taken", None
    if holder_of(history, exhibit)[0] not in {"person", "place", "outside", "destroyed"}:
        yield "nobody has it", None
    times = {one.version: moment(one.body["event"]["occurred_at"]) for one in chain}
    for one in chain:
        correction = one.body["event"]["correction"]
        if correction and correction["occurred_at"]:
            times[correction["corrects"]] = moment(correction["occurred_at"])
    moved = [times[one.version] for one in chain if one.body["event"]["kind"] not in {"corrected", "received"}]
    for before, after in pairwise(moved):
        if after < before:
            yield "events out of order", after
    received = moment((history.newest("exhibit", exhibit) or {})["received_at"])
    if times[1] > received:
        yield "nobody had it after its receipt", received
    yield from _seal_gaps(chain, times)


def _seal_gaps(chain: list[Entry], times: dict[int, datetime]) -> Iterator[tuple[str, datetime]]:
    for one in chain:
        seal = one.body["event"]["seal"]
        if one.act == "custody.seal-opened":
            expected = chain[one.version - 2].body["seal"]
            if seal["condition"] != "intact" or seal["number"] != expected or not expected:
                yield f"seal {seal['number']} was found {seal['condition']}, expected {expected}", times[one.version]


# RP-1.4


@rule("RP-1.4 every weight has its uncertainty, and no failed check after it")
def weights_have_u(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    document = content_of(history.read_raw(entry.body["pdf_sha256"]))
    stated = {one["number"]: one for one in document["circumstances"]["weights"]}
    for weighing in weighings_of(history, exhibit_of(history, entry)):
        if expanded(weighing) <= 0 or net(weighing) <= 0:
            yield f"{weighing['number']} has no uncertainty"
        printed = stated.get(weighing["number"])
        if printed is not None:
            yield from _as_printed(weighing, printed)
        since = moment(weighing["weighed_at"])
        checks = [
            (one.at, abs(Decimal(one.body["reading_g"]) - Decimal(one.body["nominal_g"])), one.body["tolerance_g"])
            for one in history.of_kind["balance check"]
            if one.body["balance_number"] == weighing["balance_number"] and one.at > since
        ]
        if checks and checks[0][1] > Decimal(checks[0][2]):
            yield f"{weighing['number']}: the first check after it failed"


def _as_printed(weighing: Body, printed: Body) -> Iterator[str]:
    """Hold a printed weight against rule WU-5: U rounded up, two figures at most, the same decimals."""
    mass, u = Decimal(printed["mass_g"]), Decimal(printed["u_g"])
    if u < expanded(weighing) or u > expanded(weighing) * Decimal("1.1"):
        yield f"{weighing['number']} is printed with U {u} g, computed {expanded(weighing)} g"
    if mass.as_tuple().exponent != u.as_tuple().exponent or len(u.as_tuple().digits) > 2:
        yield f"{weighing['number']} is printed as {mass} g with U {u} g"
    if abs(mass - net(weighing)) > Decimal(1).scaleb(int(u.as_tuple().exponent)):
        yield f"{weighing['number']} is printed as {mass} g, net {net(weighing)} g"
    if not (printed["k"] and printed["coverage_percent"]):
        yield f"{weighing['number']} is printed without its coverage"


def weighings_of(history: History, exhibit: str) -> list[Body]:
    items = set(history.items(exhibit))
    return [one for one in history.records("weighing") if one["exhibit_number"] in items]


# RP-1.5


@rule("RP-1.5 the sampling is finished, and says no more than it supports")
def sampling_finished(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    for number in history.items(exhibit_of(history, entry)):
        exhibit = history.newest("exhibit", number) or {}
        plans = history.records("sampling plan", exhibit_number=number)
        if (exhibit.get("unit_count") or 1) > 1 and not plans:
            yield f"{number} has {exhibit['unit_count']} units and no plan"
        for plan in plans:
            if plan["split"] is None:
                yield from _plan_faults(plan)


def _plan_faults(plan: Body) -> Iterator[str]:
    drawn = [unit for one in plan["draws"] for unit in one["units"]]
    tested = {one["unit"] for one in plan["results"]}
    design, population = plan["design"], plan["population"]["units"]
    if not drawn or set(drawn) != tested:
        yield f"{plan['number']}: {len(drawn)} units drawn, {len(tested)} tested"
    negatives = sum(one["outcome"] != "positive" for one in plan["results"])
    if design["method"] == "hypergeometric" and drawn and not negatives:
        wanted = -(-Decimal(design["proportion"]) * population // 1)
        found = guaranteed(population, len(tested), 0, Decimal(design["confidence"]))
        if found < wanted:
            yield f"{plan['number']}: {len(tested)} of {population} units support {found}, not {wanted}"
    if design["method"] == "all" and len(tested) < population:
        yield f"{plan['number']}: all units, and {len(tested)} of {population} tested"


# RP-1.10 to RP-1.12, RP-2, 7.8.8


@rule("RP-1.10 what is not known is said to be omitted, with its reason")
def complete(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    examination = history.newest("examination", entry.body["examination_number"])
    exhibit = history.newest("exhibit", exhibit_of(history, entry))
    assert examination is not None
    assert exhibit is not None
    stated = {one["item"] for one in examination["omissions"] if one["reason"].strip()}
    seen = exhibit["condition"].strip() or exhibit["seal_intact"] is not None
    if not seen and "g" not in stated:
        yield "the condition of the exhibit is neither known nor omitted with a reason"


@rule("RP-1.10 law.md 1.4 every question has its answer or the reason why not when the author signs")
def answered(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.drafted":
        return
    examination = history.newest("examination", entry.body["examination_number"])
    assert examination is not None
    case = history.newest("case", history.case_of(examination["exhibit_number"]))
    assert case is not None
    said = {
        one["question"] for one in examination["answers"] if one["reason"].strip() or one["grounds"] or one["words"]
    }
    for number, question in enumerate(case["questions"], start=1):
        if number not in said:
            yield f"question {number}, {question!r}, has neither answer nor reason"


@rule("RP-1.11 no open nonconformity on the case")
def nothing_open(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    exhibit = exhibit_of(history, entry)
    case = history.case_of(exhibit)
    mine = {("case", case), ("report", entry.number), ("examination", entry.body["examination_number"])}
    for number in history.items(exhibit):
        mine.add(("exhibit", number))
    for run in runs_of(history, exhibit):
        mine |= {("run", run["number"]), ("batch", run["batch_number"])}
    for one in history.records("nonconformity"):
        if one["closing"] is None and any((each["kind"], each["number"]) in mine for each in one["subjects"]):
            yield f"{one['number']} is open"
    items = set(history.items(exhibit))
    for one in history.records("discrepancy"):
        if one["closing"] is None and one["exhibit_number"] in items:
            yield f"difference of mass {one['number']} is open"


@rule("RP-1.12 AT-23 all runs of the item are listed, also the discarded ones")
def all_runs_listed(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    runs = {run["number"] for run in runs_of(history, exhibit_of(history, entry))}
    document = content_of(history.read_raw(entry.body["pdf_sha256"]))
    printed = {one["number"] for one in document["circumstances"]["all_runs"]}
    missing = runs - (set(entry.body["runs"]) & printed)
    if missing:
        yield f"{', '.join(sorted(missing))} not listed"


@rule("RP-2 nothing that it describes was edited after the author signed")
def nothing_edited(history: History, entry: Entry) -> Iterator[str]:
    if entry.act != "report.issued":
        return
    drafted = next(one for one in history.versions[entry.key] if one.act == "report.drafted")
    items = set(history.items(exhibit_of(history, entry)))
    for one in history.entries[drafted.sequence :]:
        about = one.number if one.kind == "exhibit" else one.body.get("exhibit_number")
        remainder = one.kind == "weighing" and one.body["purpose"] == "remainder"
        if one.kind in _DESCRIBED and about in items and one.act not in _CHECKS and not remainder:
            yield f"{one.act} of {one.number} came after the author's signature"


@rule("17025 7.8.8 an amendment cites what it replaces")
def amendment_cites(history: History, entry: Entry) -> Iterator[str]:
    amendment = entry.body.get("amendment") if entry.act == "report.issued" else None
    if not amendment:
        if entry.act == "report.issued" and _issued_before(history, entry):
            yield f"{_issued_before(history, entry)} was issued of the same examination, and this is no amendment of it"
        return
    replaced = history.newest("report", amendment["replaces"])
    if replaced is None or replaced["examination_number"] != entry.body["examination_number"]:
        yield f"it replaces {amendment['replaces']}, which is of another examination"
    if amendment["replaces"] not in history.read_raw(entry.body["pdf_sha256"]).decode():
        yield f"the document does not name {amendment['replaces']}"
    history.owed.append(amendment["replaces"])


@rule("RP-3 the old report is superseded with its amendment")
def superseded_at_once(history: History, entry: Entry) -> Iterator[str]:
    if entry.act == "report.superseded" and entry.number in history.owed:
        history.owed.remove(entry.number)
    yield from ()


def _issued_before(history: History, entry: Entry) -> str:
    for one in history.acts("report.issued", examination_number=entry.body["examination_number"]):
        if one.number != entry.number:
            return one.number
    return ""
