"""Cells of the rights matrix for texts of the law and for determinations, and what they begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from lims.domain.law_text import LawAct, LawEdition, LawTable
from lims.domain.legal_determination import DatedStatus, LegalDetermination, StructureLevel
from lims.domain.staff import StaffMember
from lims.services.determining import DeterminationFacts
from lims.services.legislating import TableFacts
from substance_library.determination import LegalStatus
from substance_library.editions import Act, Edition, InForce
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.prepared_structure import prepare
from substance_library.schedule import Entry, EntryKind, ListTable, QuotedName
from substance_library.status import determine
from tests.builders.examining_cells import EMPTY
from tests.builders.people import LONG_AGO

ACT = Act(number="ZZ-1", jurisdiction="ZZ", citation="Fictitious act of the tests", parts=("list",))
EDITION = Edition(
    number="ZZ-1/1", act="ZZ-1", amended_by="", signed=None, published=None, force=InForce(first=LONG_AGO)
)
ENTRY = Entry(number="1", kind=EntryKind.NAMED, names=(QuotedName(text="toy", language="en"),), smiles=Smiles("CCN"))
TABLE = ListTable(
    number="ZZ-1/1/list", edition="ZZ-1/1", part="list", consolidated=True, complete=True, entries=(ENTRY,)
)
CSV = b"number,kind,name_en,smiles\n1,named,toy,CCN\n"
FACTS = TableFacts(number="ZZ-1/1/new", edition="ZZ-1/1", part="list", consolidated=True, complete=True)


def write_states(lab: Any, write: Callable[..., None]) -> None:
    """Write an act, an edition and a table that somebody drafted, and a determination of each person."""
    now = lab.bench.clock.now()
    drafted: dict[str, Any] = {"drafted_by": "somebody", "drafted_at": now}
    for number in ("ZZ-1", "ZZ-2"):
        write(LawAct(number=number, act=dataclasses.replace(ACT, number=number), **drafted))
    for number in ("ZZ-1/1", "KZ-470/new"):
        act = number.split("/")[0]
        write(LawEdition(number=number, edition=dataclasses.replace(EDITION, number=number, act=act), **drafted))
    write(LawTable(number=TABLE.number, table=TABLE, **drafted))
    for member in lab.people.values():
        write(_determination(f"L of {member.number}", member.number, now))
    write(_determination("L of all", "somebody", now))


def _determination(number: str, expert: str, now: Any) -> LegalDetermination:
    answer = determine(prepare(Smiles("CCN")), "ZZ", now.date(), LawBook())
    return LegalDetermination(
        number=number,
        exhibit_number=EMPTY,
        substance="toy",
        structures=("CCN",),
        level=StructureLevel.COMPLETE,
        jurisdiction="ZZ",
        seized_on=None,
        on_seizure=None,
        on_report=DatedStatus(as_of=now.date(), answers=(answer,)),
        expert=expert,
        made_at=now,
        shipped_book_sha256="0" * 64,
        program_version="0",
    )


def _determine(lab: Any, actor: StaffMember) -> object:
    facts = DeterminationFacts(
        exhibit_number=EMPTY, substance="toy", structures=("CCN",), level=StructureLevel.COMPLETE, jurisdiction="ZZ"
    )
    return lab.call("determining").determine(facts, actor=actor)


def _override(lab: Any, actor: StaffMember) -> object:
    return lab.call("determining").override(
        f"L of {actor.number}", result=LegalStatus.NOT_COVERED, reason="r", actor=actor
    )


Cell = Callable[[Any, StaffMember], object]
LAW_CELLS: Mapping[str, tuple[str, Cell]] = {
    "legislating.draft_act": (
        "law act.drafted",
        lambda lab, p: lab.call("legislating").draft_act(dataclasses.replace(ACT, number="ZZ-3"), actor=p),
    ),
    "legislating.draft_edition": (
        "law edition.drafted",
        lambda lab, p: lab.call("legislating").draft_edition(dataclasses.replace(EDITION, number="ZZ-1/2"), actor=p),
    ),
    "legislating.import_table": (
        "law table.drafted",
        lambda lab, p: lab.call("legislating").import_table(FACTS, CSV, name="a.csv", actor=p),
    ),
    "legislating.confirm_act": (
        "law act.confirmed",
        lambda lab, p: lab.call("legislating").confirm_act("ZZ-2", compared_with="t", actor=p),
    ),
    "legislating.confirm_table": (
        "law table.confirmed",
        lambda lab, p: lab.call("legislating").confirm_table(TABLE.number, compared_with="t", actor=p),
    ),
    "legislating.publish_edition": (
        "law edition.published",
        lambda lab, p: lab.call("legislating").publish_edition("KZ-470/new", compared_with="t", actor=p),
    ),
    "legislating.return_act": (
        "law act.returned",
        lambda lab, p: lab.call("legislating").return_act("ZZ-1", reason="r", actor=p),
    ),
    "legislating.return_edition": (
        "law edition.returned",
        lambda lab, p: lab.call("legislating").return_edition("ZZ-1/1", reason="r", actor=p),
    ),
    "legislating.return_table": (
        "law table.returned",
        lambda lab, p: lab.call("legislating").return_table(TABLE.number, reason="r", actor=p),
    ),
    "determining.determine": ("determination.made", _determine),
    "determining.override": ("determination.overridden", _override),
    "determining.review": (
        "determination.reviewed",
        lambda lab, p: lab.call("determining").review("L of all", actor=p),
    ),
}
