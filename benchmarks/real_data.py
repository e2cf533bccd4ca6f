"""Put real data into a laboratory that is to be measured: ``python -m benchmarks.real_data HOME DATA``; prints JSON.

HOME is a laboratory that ``benchmarks.large_laboratory`` made, DATA the real files beside the project. Recorded are the
SWGDRUG library as an import and as a release, a real run with an examination of it, and every table of the law that the
program ships as a text that was entered and confirmed here. Nothing of it is evidence: the texts say what they are.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from lims.bootstrap import open_laboratory
from lims.domain.law_text import Confirmation, LawAct, LawEdition, LawTable
from lims.domain.permissions import Act
from lims.domain.staff import Role, StaffMember
from lims.services.collecting import CollectionFacts
from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from substance_library.editions import Edition
from substance_library.law_data import shipped_law_book
from substance_library.provenance import IonTechnique

RELEASE = "swgdrug-3.4"
_WORDS = "benchmark: repeated from what the program ships"


def main() -> None:
    """Record and print what was recorded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--run", default="gcms-benzodiazepines/220223012.D")
    parser.add_argument("--exhibit", default="2026-0001/1", help="one of a case whose experts were warned")
    arguments = parser.parse_args()
    laboratory = open_laboratory(load_settings({}, home=arguments.home))
    library(laboratory, arguments.data / "swgdrug")
    texts = law(laboratory)
    examination = examined(laboratory, arguments.data / arguments.run, exhibit=arguments.exhibit)
    print(json.dumps({"texts": texts, "examination": examination}, indent=2))


def library(laboratory: Laboratory, folder: Path) -> None:
    """Take the SWGDRUG library in twice: as an import that waits for its second person, and as a release."""
    curator = _with(laboratory, Role.LIBRARY_CURATOR)
    file = folder / "swgdrug-3.4.msp.gz"
    facts = CollectionFacts(name="SWGDRUG 3.4", technique=IonTechnique.EI, licence="public domain")
    laboratory.collecting.import_file(file, facts, actor=curator, tables=[folder / "structures.csv"])
    laboratory.curating.add_release(file, actor=curator, name=RELEASE)


def law(laboratory: Laboratory) -> int:
    """Enter every act, edition and table that is shipped as one of the laboratory's own, and confirm it."""
    shipped = shipped_law_book()
    clerk, second = _with(laboratory, Role.LIBRARY_CURATOR), _with(laboratory, Role.QUALITY_MANAGER)
    now = laboratory.clock.now()
    texts: list[LawAct | LawEdition | LawTable] = [
        *(
            LawAct(
                number=_own(one.number),
                act=replace(one, number=_own(one.number)),
                drafted_by=clerk.number,
                drafted_at=now,
            )
            for one in shipped.acts
        ),
        *(
            LawEdition(number=_own(one.number), edition=_own_edition(one), drafted_by=clerk.number, drafted_at=now)
            for one in shipped.editions
        ),
        *(
            LawTable(
                number=_own(one.number),
                table=replace(one, number=_own(one.number), edition=_own(one.edition)),
                drafted_by=clerk.number,
                drafted_at=now,
            )
            for one in shipped.tables
        ),
    ]
    for text in texts:
        _enter(laboratory, text, clerk, second)
    return len(texts)


def examined(laboratory: Laboratory, run: Path, *, exhibit: str) -> str:
    """Import a real run for an exhibit and search its components in the real library."""
    expert = laboratory.staffing.get("expert-a")
    recorded = laboratory.importing.import_run(run, exhibit_number=exhibit, actor=expert)
    return laboratory.examining.open(recorded.number, release_name=RELEASE, actor=expert).number


def _own(number: str) -> str:
    return f"OWN-{number}"


def _own_edition(edition: Edition) -> Edition:
    return replace(edition, number=_own(edition.number), act=_own(edition.act))


def _enter(
    laboratory: Laboratory, text: LawAct | LawEdition | LawTable, clerk: StaffMember, second: StaffMember
) -> None:
    """Record a draft and its confirmation, past the form that would read it from a file."""
    drafting, confirming = {
        LawAct: (Act.LAW_ACT_DRAFTED, Act.LAW_ACT_CONFIRMED),
        LawEdition: (Act.LAW_EDITION_DRAFTED, Act.LAW_EDITION_PUBLISHED),
        LawTable: (Act.LAW_TABLE_DRAFTED, Act.LAW_TABLE_CONFIRMED),
    }[type(text)]
    with laboratory.legislating.store.unit_of_work() as work:
        now = laboratory.clock.now()
        work.record(text, act=drafting, actor=clerk, at=now)
        confirmation = Confirmation(by=second.number, at=now, compared_with=_WORDS)
        work.record(text.confirm(confirmation), act=confirming, actor=second, at=now)
        work.commit()


def _with(laboratory: Laboratory, role: Role) -> StaffMember:
    return laboratory.staffing.with_role(role)[0]


if __name__ == "__main__":
    main()
