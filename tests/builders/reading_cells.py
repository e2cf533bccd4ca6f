"""Calls of every reading method of the services, and of which kind a record has to be readable for an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from lims.domain.competence import IDENTIFICATION_METHOD
from lims.domain.control_chart import ControlQuantity
from lims.domain.grounds import Name
from lims.domain.reagent import Reagent
from lims.domain.report import ReportStatus
from lims.domain.weighing import WeighingPurpose
from lims.services.isomers import NO_ISOMERS
from lims.services.quantitation_trial import TrialChoices
from lims.services.supporting import Question
from substance_library import training_release
from tests.builders.batches import METHOD
from tests.builders.clocks import MORNING
from tests.builders.examining_cells import EXHIBIT as EXAMINED
from tests.builders.examining_cells import FINDING
from tests.builders.laboratories import EXAMINATION, EXPERT, REPORT
from tests.builders.measuring_bench import BALANCE, K, shown
from tests.builders.receiving import DONOR
from tests.builders.watch_cells import ALERT, CLUSTER, NAMED

CASE, EXHIBIT, RUN = "2026-0001", "2026-0001/1", "2026-0001/1-R1"
BATCH, PLACE = "B-2026-0001", "PL-0001"
LIST = {"limit": 9}


@dataclass(frozen=True)
class Reading:
    """One call: what it needs to be readable, and what it asks for."""

    kind: str
    """A person reads records of this kind, or is given nothing."""
    asked: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    of_lab: Callable[[Any], tuple[Any, ...]] | None = None
    """Gives what is asked for where only the laboratory has it."""
    besides: str = ""
    """Another kind that has to be readable too; empty for none."""
    whole: bool = True
    """Whether the record of the tests is complete enough to be answered with; else another refusal may come."""

    def arguments(self, lab: Any) -> tuple[Any, ...]:
        """Give what is asked for."""
        return self.of_lab(lab) if self.of_lab else self.asked


def _of(kind: str, *asked: Any, whole: bool = True, **options: Any) -> Reading:
    return Reading(kind=kind, asked=asked, options=options, whole=whole)


WHOLE_LEDGER = Reading(kind="report", besides="competence")
"""Who reads every entry reads every kind."""
READINGS: Mapping[str, Reading] = {
    "alerting.listed": _of("alert", **LIST),
    "alerting.waiting": _of("alert", **LIST),
    "alerting.of_exhibit": _of("alert", EXHIBIT),
    "alerting.get": _of("alert", ALERT.number),
    "archiving.missing": _of("examination"),
    "watching.status": _of("examination"),
    "law_watching.due": _of("examination"),
    "clustering.clusters": _of("provisional substance", limit=9),
    "clustering.cluster": _of("provisional substance", CLUSTER),
    "clustering.spectrum": _of("provisional substance", CLUSTER, whole=False),
    "clustering.provisional": _of("provisional substance", NAMED),
    "staffing.everybody": _of("staff"),
    "staffing.get": _of("staff", "competent"),
    "staffing.listed": _of("staff", **LIST),
    "staffing.unconfirmed": _of("staff"),
    "staffing.history": _of("staff", "competent"),
    "staffing.lent_by": _of("staff", "competent"),
    "staffing.with_role": _of("staff", "expert"),
    "qualifying.of_person": _of("competence", "competent"),
    "qualifying.of_people": _of("competence", ("competent",)),
    "qualifying.on": _of("competence", date(2026, 11, 22), person="competent"),
    "accessioning.case": _of("case", CASE),
    "accessioning.cases": _of("case", **LIST),
    "accessioning.exhibit": _of("exhibit", EXHIBIT),
    "accessioning.exhibits": _of("exhibit", **LIST),
    "accessioning.exhibits_of": _of("exhibit", CASE),
    "accessioning.seizure_of": _of("seizure", SimpleNamespace(seizure_number="2026-0001-S1"), whole=False),
    "accessioning.seizures_of": _of("seizure", CASE),
    "registering.checks": _of("balance check", BALANCE),
    "registering.balances": _of("instrument", whole=False),
    "registering.get": _of("instrument", BALANCE),
    "registering.instruments": _of("instrument"),
    "registering.several": _of("instrument", (BALANCE,)),
    "stocking.reagent": _of("reagent", "R1"),
    "stocking.lot": _of("reagent", Reagent, "R1"),
    "stocking.lots": _of("reagent", Reagent, **LIST),
    "stocking.scanned": _of("reagent", "R1"),
    "stocking.reagents": _of("reagent"),
    "stocking.standard": _of("reference standard", "S1"),
    "stocking.standards": _of("reference standard"),
    "weighing.aliquots": _of("aliquot", EXHIBIT),
    "weighing.discrepancies": _of("discrepancy"),
    "weighing.discrepancies_of": _of("discrepancy", EXHIBIT),
    "weighing.discrepancy": _of("discrepancy", "S1-D8"),
    "weighing.in_doubt": _of(
        "balance check", (SimpleNamespace(number="w", balance_number=BALANCE, weighed_at=MORNING),)
    ),
    "weighing.doubtful": _of("weighing", BALANCE),
    "weighing.mass_balance": _of("mass balance", EXHIBIT),
    "weighing.measured": _of("mass balance", EXHIBIT),
    "weighing.would_weigh": _of(
        "weighing",
        EXHIBIT,
        shown("60.00 g"),
        balance=BALANCE,
        purpose=WeighingPurpose.UNIT,
        k=K,
        actor=SimpleNamespace(number="head"),
    ),
    "weighing.total": _of("weighing", ("no such weighing",), whole=False),
    "weighing.weighings": _of("weighing", EXHIBIT),
    "sampling.get": _of("sampling plan", "planned"),
    "sampling.of_exhibit": _of("sampling plan", EXHIBIT),
    "sampling.statement": _of("sampling plan", "drawn", whole=False),
    "donors.get": _of("donor", DONOR),
    "donors.unopened": _of("donor", DONOR),
    "donors.of_case": _of("donor", CASE),
    "photographing.of_exhibit": _of("photograph", EXHIBIT),
    "photographing.read": _of("photograph", f"{EXHIBIT}-F1", whole=False),
    "custody.chain": _of("custody", EXHIBIT),
    "custody.check": _of("custody", EXHIBIT),
    "custody.custody": _of("custody", EXHIBIT),
    "custody.held_by": _of("custody", "technician"),
    "custody.overdue": _of("custody"),
    "custody.require_custody": _of("custody", EXHIBIT, person="technician", at=MORNING),
    "custody.story": _of("custody", EXHIBIT),
    "custody.timeline": _of("custody", EXHIBIT),
    "custody.transfer": _of("transfer", "T offered p-expert"),
    "custody.transfers": _of("transfer", **LIST),
    "case_filing.file": _of("case", CASE, limit=0),
    "scanning.offers": _of("transfer", "technician"),
    "scanning.read": _of("exhibit", EXHIBIT),
    "scanning.there": _of("exhibit", (EXHIBIT,)),
    "storing.contents": _of("custody", PLACE),
    "storing.lying_in": _of("custody", PLACE, **LIST),
    "storing.tree": Reading(kind="custody", besides="place"),
    "storing.inventories": _of("inventory"),
    "storing.inventory": _of("inventory", "I1"),
    "storing.place": _of("place", PLACE),
    "storing.places": _of("place"),
    "isomer_curating.get": _of("isomer group", "none C1H1", whole=False),
    "isomer_curating.of_release": _of("isomer group", "principal-ions"),
    "curating.release": _of("release", "principal-ions"),
    "curating.releases": _of("release"),
    "curating.recorded": _of("release", "principal-ions"),
    "curating.mapped": _of("release", "principal-ions", whole=False),
    "curating.known_substances": _of("release", "principal-ions"),
    "curating.library": _of("release", "principal-ions"),
    "collecting.components": _of("run", RUN),
    "collecting.get": _of("library import", "LI-0001"),
    "collecting.imports": _of("library import"),
    "collecting.records": _of("library import", "LI-0001"),
    "collecting.structures": _of("library import", "LI-0001"),
    "collecting.findings": _of("library import", "LI-0001"),
    "importing.prepare": Reading(kind="run", of_lab=lambda lab: (lab.desk.file(1, name="fresh.D"),), whole=False),
    "importing.read": _of("run", RUN),
    "importing.require_new": _of("run", "ab" * 32),
    "importing.run": _of("run", RUN),
    "importing.runs": _of("run", EXHIBIT),
    "batching.batches": _of("batch"),
    "batching.export_csv": _of("batch", BATCH),
    "batching.get": _of("batch", BATCH),
    "batching.method": _of("method", METHOD),
    "batching.method_of": Reading(kind="method", of_lab=lambda lab: (lab.desk.now,)),
    "batching.methods": _of("method"),
    "batching.versions": _of("method", METHOD),
    "batching.workers": Reading(kind="batch", of_lab=lambda lab: (lab.desk.now,)),
    "charting.control_points": _of("batch", METHOD, instrument="", quantity=ControlQuantity.RECOVERY),
    "charting.control_charts": _of("batch", METHOD, instrument=""),
    "charting.instruments": _of("batch", METHOD),
    "examining.get": _of("examination", EXAMINATION),
    "examining.grounds": _of("examination", EXAMINATION),
    "examining.listed": _of("examination", limit=9),
    "examining.of_exhibit": _of("examination", EXHIBIT),
    "examining.spectra": _of("examination", EXAMINATION),
    "validating.deviation": _of("deviation", "no such deviation", whole=False),
    "validating.deviations": _of("deviation", EXAMINED),
    "validating.listed_deviations": _of("deviation", **LIST),
    "validating.procedure": _of("procedure", IDENTIFICATION_METHOD),
    "validating.procedures": _of("procedure"),
    "legislating.act": _of("law act", "ZZ-1"),
    "legislating.book": _of("law act"),
    "legislating.changes": _of("law edition"),
    "legislating.edition": _of("law edition", "ZZ-1/1"),
    "legislating.table": _of("law table", "ZZ-1/1/list"),
    "legislating.texts": _of("law act"),
    "determining.determination": _of("determination", "L of all"),
    "determining.determinations": _of("determination", EXHIBIT),
    "determining.outlook": _of("exhibit", EXHIBIT, "CCO"),
    "determining.recompute": _of("determination", "L of all"),
    "determining.reread": _of("determination", "L of all"),
    "finding.evidence": _of("finding", FINDING, "ab" * 32, whole=False),
    "finding.get": _of("finding", FINDING),
    "finding.of_exhibit": _of("finding", EXAMINED),
    "identifying.faults": _of("identification", EXHIBIT),
    "identifying.get": _of("identification", "concluded of all"),
    "identifying.lacking": _of("finding", Question(exhibit_number=EXAMINED, substance="ketamine", inchikey=None)),
    "identifying.lacking_for": Reading(
        kind="examination",
        of_lab=lambda lab: (
            Question(exhibit_number=EXHIBIT, substance="ketamine", inchikey=None),
            lab.bench.examining.get(EXAMINATION),
            1,
        ),
    ),
    "identifying.known_isomers": _of(
        "release", Question(exhibit_number=EXAMINED, substance="ketamine"), training_release()
    ),
    "identifying.isomers_of": _of(
        "isomer group", Question(exhibit_number=EXAMINED, substance="ketamine"), NO_ISOMERS, "principal-ions"
    ),
    "identifying.of_exhibit": _of("identification", EXHIBIT),
    "identifying.results": _of("finding", EXHIBIT),
    "nonconforming.get": _of("nonconformity", "NC open"),
    "nonconforming.held": _of("nonconformity", Name(kind="lot", number="a lot of no case")),
    "nonconforming.listed": _of("nonconformity"),
    "nonconforming.open_on": _of("nonconformity", CASE),
    "tracing.touched_by": _of("report", Name(kind="instrument", number=BALANCE)),
    "quantitating.get": _of("quantitation", "no such quantitation", whole=False),
    "quantitating.of_exhibit": _of("quantitation", EXHIBIT),
    "quantitating.portions": Reading(kind="batch", asked=(BATCH, EXHIBIT), besides="weighing"),
    "quantitating.quantitations": _of("quantitation", **LIST),
    "quantitating.try_out": _of("batch", BATCH, TrialChoices(), whole=False, actor=EXPERT),
    "reporting.all": _of("report"),
    "reporting.document": _of("report", REPORT),
    "reporting.faults": _of("examination", EXAMINATION),
    "reporting.get": _of("report", REPORT),
    "reporting.legal_gaps": _of("examination", EXAMINATION),
    "reporting.listed": _of("report", tuple(ReportStatus), limit=9),
    "reporting.of_examination": _of("report", EXAMINATION),
    "reporting.person": _of("staff", "competent"),
    "reviewing.changes": _of("report", REPORT),
    "reviewing.waiting": _of("report"),
    "releasing.hindrances": Reading(
        kind="report", besides="competence", asked=(REPORT,), options={"actor": SimpleNamespace(number="head")}
    ),
    "releasing.waiting": _of("report"),
    "reporting.signatures": _of("report", REPORT),
    "administering.waiting": _of("report"),
    "amending.basis": _of("report", REPORT),
    "amending.outdated": _of("report"),
    "amending.owed": _of("report"),
    "copying.document": _of("report", REPORT, "0" * 64, whole=False),
    "disclosing.ready": _of("report", REPORT),
    "reviewing.before": _of("report", REPORT),
    "reviewing.recompute": _of("report", REPORT, language="en"),
    "releasing.blocks": _of("report", REPORT),
    "amending.edits": _of("report", REPORT),
    "amending.moved": _of("report", REPORT),
    "amending.unknown_recipients": _of("report"),
    "turnaround.ask": WHOLE_LEDGER,
    "turnaround.courses": WHOLE_LEDGER,
    "statistics.ask": WHOLE_LEDGER,
    "statistics.require_reader": WHOLE_LEDGER,
    "detecting.last_look": _of("detectors"),
    **dict.fromkeys(("overseeing.require_reader", "overseeing.state", "overseeing.measure_raw"), _of("checkpoint")),
}
"""Each reading method of a service that a person is given."""

OPEN = {
    "disclosing.gather": "refuses who may not read the whole ledger: tests/integration/test_disclosure_packet.py",
    "staffing.acting": "gives back the person who is handed in, with the roles of today",
    "weighing.read_balance": "asks the roles itself and gives what a balance shows, nothing of a record",
    **dict.fromkeys(
        ("staffing.today", "qualifying.today", "registering.today", "terms.today"), "the day of the laboratory"
    ),
    **dict.fromkeys(("terms.state", "terms.state_after"), "reckons with what is handed in"),
    "queueing.prepare": "reads cases for the program itself and gives nothing",
    "registering.checked": "reads in the caller's transaction",
    "custody.check_in": "reads in the caller's transaction",
    "importing.keep": "keeps bytes and gives out their digests alone",
    **dict.fromkeys(
        ("queueing.all", "queueing.late", "queueing.mine"),
        "lines of records that the person may not read are left out; tests/unit/lims/services/test_queueing.py",
    ),
    **dict.fromkeys(
        ("archiving.fill", "archiving.rebuild", "watching.run", "law_watching.run", "clustering.update"),
        "acts of the program itself, which begin by reading examinations; the console's",
    ),
    "detecting.ask": "asks the roles itself; tests/unit/lims/services/test_detecting.py",
}
"""Methods that give nothing of a record, or ask elsewhere, with the reason."""
