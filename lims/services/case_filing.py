"""The case file: one case with everything of it, one page of its exhibits at a time; it records nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lims.domain.aliquot import Aliquot
from lims.domain.case import Case
from lims.domain.custody import Custody, Holder
from lims.domain.custody_timeline import CustodyCheck
from lims.domain.donor import Donor
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit, place_in_tree
from lims.domain.finding import Finding
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.seizure import Seizure
from lims.services.custody import CustodyService
from lims.services.custody_steps import actual_holder, standing
from lims.services.ports import ListedRecord, Store, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledExhibit:
    """One exhibit of a case, where it is, and what was done with it; of the work only the lines, without bodies."""

    exhibit: Exhibit
    custody: Custody
    holder: Holder
    """Who or what has it; of an exhibit in a container, who or what has that."""
    check: CustodyCheck
    aliquots: tuple[ListedRecord, ...]
    """Those that were taken from the exhibit itself."""
    runs: tuple[ListedRecord, ...]
    findings: tuple[ListedRecord, ...]
    examinations: tuple[ListedRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with what belongs to it."""

    case: Case
    seizures: tuple[Seizure, ...]
    donors: tuple[Donor, ...]
    """By their codes; who they are is no part of the file."""
    exhibits: tuple[FiledExhibit, ...]
    """One page of them, each before its parts."""
    reports: tuple[ListedRecord, ...]
    """Of the examinations of these exhibits."""
    exhibits_in_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilingService:
    """Gives case files."""

    store: Store = field(repr=False)
    custody: CustodyService = field(repr=False)

    def file(self, case_number: str, *, limit: int, offset: int = 0) -> CaseFile:
        """Give the file of a case with one page of its exhibits.

        Raises
        ------
        NotFoundError
            If there is no such case.
        """
        with self.store.reading() as work:
            case = work.load(Case, case_number)
            numbers = [line.number for line in work.lines_under(Exhibit, (case.number,))]
            numbers.sort(key=place_in_tree)
            exhibits = self._exhibits(work, numbers[offset : offset + limit])
            examined = [line.number for one in exhibits for line in one.examinations]
            return CaseFile(
                case=case,
                seizures=work.children(Seizure, case.number),
                donors=work.children(Donor, case.number),
                exhibits=exhibits,
                reports=work.lines_under(Report, examined),
                exhibits_in_all=len(numbers),
            )

    def _exhibits(self, work: UnitOfWork, numbers: Sequence[str]) -> tuple[FiledExhibit, ...]:
        aliquots, runs, findings, examinations = (
            _by_parent(work.lines_under(kind, numbers)) for kind in (Aliquot, RecordedRun, Finding, Examination)
        )
        found = sorted(work.several(Exhibit, numbers), key=lambda one: place_in_tree(one.number))
        custodies = {one.number: one for one in work.several(Custody, numbers)}
        return tuple(
            FiledExhibit(
                exhibit=one,
                custody=(custody := custodies.get(one.number) or standing(work, one.number)),
                holder=actual_holder(work, custody),
                check=self.custody.check_in(work, one.number),
                aliquots=aliquots.get(one.number, ()),
                runs=runs.get(one.number, ()),
                findings=findings.get(one.number, ()),
                examinations=examinations.get(one.number, ()),
            )
            for one in found
        )


def _by_parent(lines: Iterable[ListedRecord]) -> dict[str, tuple[ListedRecord, ...]]:
    found: dict[str, tuple[ListedRecord, ...]] = {}
    for line in lines:
        found[line.parent] = (*found.get(line.parent, ()), line)
    return found
