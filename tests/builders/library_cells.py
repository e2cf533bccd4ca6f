"""Cells of the rights matrix for imports into the library and their releases."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lims.domain.library_import import LibraryImport, Verdict
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.services.collecting import CollectionFacts, StandardMeasured
from lims.services.vetting import ReleasePlan
from substance_library.provenance import IonTechnique
from tests.builders.laboratories import ADMIN, REVIEWER
from tests.builders.small_library import earlier, later, written

FACTS = CollectionFacts(name="Simulated collection 1", technique=IonTechnique.EI, licence="none")
PROPOSED, CHECKED = "LI-0001", "LI-0002"
COMPONENT_S = Decimal(260)
"""Of the training run."""


def prepare(lab: Any) -> None:
    """Bring in two imports by a curator; one waits, the other was checked by the reviewer."""
    bench = lab.bench
    for name, text in (("waiting.msp", earlier()), ("checked.msp", later())):
        bench.collecting.import_file(written(bench.folder, text, name), FACTS, actor=ADMIN)
    confirmed = bench.confirmed(REVIEWER, SignatureMeaning.APPROVER, bench.collecting.get(CHECKED))
    bench.vetting.check(CHECKED, structures_confirmed=True, actor=REVIEWER, confirmation=confirmed)


def _import_file(lab: Any, actor: StaffMember) -> object:
    path = lab.bench.folder / "waiting.msp"
    return lab.call("collecting").import_file(path, FACTS, actor=actor)


def _import_standard(lab: Any, actor: StaffMember) -> object:
    facts = StandardMeasured(standard="S1", run="2026-0001/1-R1", retention_time_s=COMPONENT_S)
    return lab.call("collecting").import_standard(facts, actor=actor)


def _decide(lab: Any, actor: StaffMember) -> object:
    one = f"{PROPOSED}/000001"
    return lab.call("vetting").decide(PROPOSED, (one,), verdict=Verdict.TAKE, reason="r", actor=actor)


def _check(lab: Any, actor: StaffMember) -> object:
    confirmed = lab.confirmed(actor, SignatureMeaning.APPROVER, lab.load(LibraryImport, PROPOSED))
    return lab.call("vetting").check(PROPOSED, structures_confirmed=True, actor=actor, confirmation=confirmed)


def _publish(lab: Any, actor: StaffMember) -> object:
    release = lab.bench.vetting.prepare(ReleasePlan(name="S 2", imports=(CHECKED,)), actor=ADMIN)
    confirmed = lab.confirmed(actor, SignatureMeaning.RELEASER, release)
    return lab.call("vetting").publish(release, actor=actor, confirmation=confirmed)


LIBRARY_CELLS: Mapping[str, tuple[str, Callable[[Any, StaffMember], object]]] = {
    "collecting.import_file": ("library import.proposed", _import_file),
    "collecting.import_standard": ("library import.proposed", _import_standard),
    "vetting.decide": ("library import.decided", _decide),
    "vetting.check": ("library import.checked", _check),
    "vetting.refuse": (
        "library import.refused",
        lambda lab, actor: lab.call("vetting").refuse(PROPOSED, reason="r", actor=actor),
    ),
    "vetting.publish": ("release.published", _publish),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
