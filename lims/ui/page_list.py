"""Every page with who finds it in the navigation; what a person may do there is asked by the services at every act."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lims.domain.custody import Custody
from lims.domain.exhibit import Exhibit
from lims.domain.law_text import LawTable
from lims.domain.library_import import LibraryImport
from lims.domain.reading_rights import may_read
from lims.domain.reagent import Reagent
from lims.domain.report import Report
from lims.domain.staff import Role, StaffMember
from lims.translation import marked
from lims.ui.pages import (
    administration,
    batches,
    bench,
    custody,
    examination,
    exhibits,
    issue,
    law,
    library,
    my_work,
    quality,
    reception,
    registers,
    reports,
    review,
    start,
    statistics,
)
from lims.ui.selection import EXAMINATION_PAGE
from lims.ui.session import Visit

AT_WORK = frozenset(
    {Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.QUALITY_MANAGER, Role.HEAD, Role.AUDITOR}
)
"""Roles that look into batches and the quality of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """One page of the application."""

    path: str
    """The last part of its address."""
    title: str
    """In English; a text of the catalogues."""
    render: Callable[[Visit], None] = field(repr=False)
    shown_to: Callable[[StaffMember], bool] = field(repr=False)
    first: bool = False
    """Whether a person who finds it begins there."""


def _of_cases(person: StaffMember) -> bool:
    return may_read(Exhibit.KIND, person.roles)


def _with_role(*roles: Role) -> Callable[[StaffMember], bool]:
    return lambda person: _of_cases(person) and not frozenset(roles).isdisjoint(person.roles)


def _reader_of(kind: str) -> Callable[[StaffMember], bool]:
    return lambda person: may_read(kind, person.roles)


_AT_THE_BENCH = _with_role(*AT_WORK)
_EXAMINERS = _with_role(Role.EXPERT, Role.TECHNICAL_REVIEWER)

PAGES = (
    PageEntry(
        path="start",
        title=marked("Start"),
        render=start.render,
        shown_to=lambda person: not _of_cases(person),
        first=True,
    ),
    PageEntry(path="my-work", title=marked("My work"), render=my_work.render, shown_to=lambda _: True),
    PageEntry(path="exhibits", title=marked("Exhibits"), render=exhibits.render, shown_to=_of_cases, first=True),
    PageEntry(
        path="reception",
        title=marked("Reception"),
        render=reception.render,
        shown_to=_with_role(Role.TECHNICIAN, Role.EXPERT),
    ),
    PageEntry(
        path="custody",
        title=marked("Custody"),
        render=custody.render,
        shown_to=lambda person: _of_cases(person) and may_read(Custody.KIND, person.roles),
    ),
    PageEntry(
        path="bench",
        title=marked("Bench"),
        render=bench.render,
        shown_to=_with_role(Role.TECHNICIAN, Role.EXPERT),
    ),
    PageEntry(
        path="registers",
        title=marked("Registers"),
        render=registers.render,
        shown_to=_reader_of(Reagent.KIND),
    ),
    PageEntry(path="batches", title=marked("Batches"), render=batches.render, shown_to=_AT_THE_BENCH),
    PageEntry(path="quality", title=marked("Quality"), render=quality.render, shown_to=_AT_THE_BENCH),
    PageEntry(
        path=EXAMINATION_PAGE,
        title=marked("Examination"),
        render=examination.render,
        shown_to=_with_role(Role.EXPERT, Role.TECHNICAL_REVIEWER, Role.HEAD, Role.QUALITY_MANAGER),
    ),
    PageEntry(path="review", title=marked("Review"), render=review.render, shown_to=_EXAMINERS),
    PageEntry(
        path="issue",
        title=marked("Issue of reports"),
        render=issue.render,
        shown_to=_with_role(Role.HEAD, Role.QUALITY_MANAGER),
    ),
    PageEntry(path="report-list", title=marked("Reports"), render=reports.render, shown_to=_reader_of(Report.KIND)),
    PageEntry(
        path="statistics",
        title=marked("Statistics"),
        render=statistics.render,
        shown_to=_with_role(Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR),
    ),
    PageEntry(path="library", title=marked("Library"), render=library.render, shown_to=_reader_of(LibraryImport.KIND)),
    PageEntry(path="law", title=marked("Law"), render=law.render, shown_to=_reader_of(LawTable.KIND)),
    PageEntry(
        path="administration",
        title=marked("Administration"),
        render=administration.render,
        shown_to=lambda person: not administration.READERS.isdisjoint(person.roles),
    ),
)
"""In the order of the navigation."""


def pages_for(person: StaffMember) -> tuple[PageEntry, ...]:
    """Give the pages of a person's roles, in the order of the navigation."""
    return tuple(page for page in PAGES if page.shown_to(person))
