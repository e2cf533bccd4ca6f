"""The archive of components in the database: the lists of the watch, and spectra and clusters, which are no record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Engine, Table, delete, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from lims.domain.alert_rule import UNRESOLVED
from lims.domain.examination import Examination
from lims.domain.watch import Trigger
from lims.persistence.tables import COMPONENT, COMPONENT_CLUSTER, COMPONENT_SPECTRA, LEDGER, WATCHED, can_be_stored
from lims.persistence.transactions import reading, writing
from lims.services.archive_ports import ComponentLine, ExaminedLine, Founder, KeptSpectra, Membership

_AT_ONCE = 500
_ROWS = 10_000


class SqlArchive:
    """Components in SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine made by ``open_engine``."""
        self._engine = engine

    def examined(self, numbers: Sequence[str] | None = None) -> tuple[ExaminedLine, ...]:
        """Give examinations that have components, in the order in which they were opened: all, or those named."""
        if numbers is None:
            return self._examined(true())
        found = (self._examined(COMPONENT.c.examination_number.in_(some)) for some in _batched(numbers))
        return tuple(sorted((line for lines in found for line in lines), key=lambda line: line.opened))

    def _examined(self, which: ColumnElement[bool]) -> tuple[ExaminedLine, ...]:
        facts = (COMPONENT.c.run_number, COMPONENT.c.exhibit_number, COMPONENT.c.examiner, COMPONENT.c.release)
        lines = (
            select(COMPONENT.c.examination_number, *facts, func.count().label("components"))
            .where(which)
            .group_by(COMPONENT.c.examination_number, *facts)
            .subquery()
        )
        opened = (LEDGER.c.kind == Examination.KIND) & (LEDGER.c.version == 1)
        query = select(lines, LEDGER.c.sequence).join(LEDGER, (LEDGER.c.number == lines.c.examination_number) & opened)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(LEDGER.c.sequence)).all()
        return tuple(
            ExaminedLine(
                number=row.examination_number,
                run_number=row.run_number,
                exhibit_number=row.exhibit_number,
                examiner=row.examiner,
                release=row.release,
                components=row.components,
                opened=row.sequence,
            )
            for row in rows
        )

    def components(self, examinations: Sequence[str]) -> tuple[ComponentLine, ...]:
        """Give the components of named examinations."""
        columns = (
            *(COMPONENT.c.examination_number, COMPONENT.c.component_number, COMPONENT.c.decision),
            *(COMPONENT.c.identity_key, COMPONENT.c.identity_name),
        )
        found: list[ComponentLine] = []
        with reading(self._engine) as connection:
            for some in _batched(examinations):
                query = select(*columns).where(COMPONENT.c.examination_number.in_(some)).order_by(*columns[:2])
                found += (ComponentLine(**row._mapping) for row in connection.execute(query))  # noqa: SLF001 - its API
        return tuple(found)

    def watched(self, trigger: Trigger) -> Mapping[str, frozenset[str]]:
        """Say for which causes each subject was looked at again: examinations, or determinations."""
        query = select(WATCHED.c.subject, WATCHED.c.cause).where(WATCHED.c.trigger == trigger.value)
        causes: defaultdict[str, set[str]] = defaultdict(set)
        with reading(self._engine) as connection:
            for subject, cause in connection.execute(query):
                causes[subject].add(cause)
        return {subject: frozenset(found) for subject, found in causes.items()}

    def kept(self) -> frozenset[str]:
        """Name the examinations whose spectra are kept."""
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(COMPONENT_SPECTRA.c.examination_number)))

    def keep(self, spectra: KeptSpectra) -> None:
        """Keep spectra; what another worker kept meanwhile stays."""
        row = {"examination_number": spectra.examination_number, "data": spectra.to_bytes()}
        with writing(self._engine) as connection:
            connection.execute(self._insert(COMPONENT_SPECTRA).on_conflict_do_nothing(), [row])

    def spectra(self, examinations: Sequence[str]) -> tuple[KeptSpectra, ...]:
        """Give the spectra of named examinations in the order of the names."""
        return tuple(KeptSpectra.from_bytes(number, data) for number, data in self.packed(examinations).items())

    def packed(self, examinations: Sequence[str]) -> Mapping[str, bytes]:
        """Give the same as they are kept, in the order of the names."""
        found: dict[str, bytes] = {}
        with reading(self._engine) as connection:
            for some in _batched(examinations):
                query = select(COMPONENT_SPECTRA.c.examination_number, COMPONENT_SPECTRA.c.data)
                rows = connection.execute(query.where(COMPONENT_SPECTRA.c.examination_number.in_(some)))
                found |= {row.examination_number: bytes(row.data) for row in rows}
        return {number: found[number] for number in examinations if number in found}

    def forget(self) -> None:
        """Throw away spectra and clusters: both are made again."""
        with writing(self._engine) as connection:
            connection.execute(delete(COMPONENT_SPECTRA))
            connection.execute(delete(COMPONENT_CLUSTER))

    def memberships(self) -> tuple[Membership, ...]:
        """Give all memberships in their order."""
        query = select(COMPONENT_CLUSTER).order_by(COMPONENT_CLUSTER.c.place)
        with reading(self._engine) as connection:
            return tuple(Membership(**row._mapping) for row in connection.execute(query))  # noqa: SLF001 - its API

    def join(self, memberships: Sequence[Membership]) -> None:
        """Keep further memberships; one that is there already stays."""
        names = [column.name for column in COMPONENT_CLUSTER.columns]
        rows = [{name: getattr(one, name) for name in names} for one in memberships]
        with writing(self._engine) as connection:
            for start in range(0, len(rows), _ROWS):
                statement = self._insert(COMPONENT_CLUSTER).on_conflict_do_nothing()
                connection.execute(statement, rows[start : start + _ROWS])

    def widest(self, *, least: int, limit: int, offset: int = 0) -> tuple[Founder, ...]:
        """Give the founders of clusters whose components without an identity are of so many exhibits or more."""
        founder = (COMPONENT_CLUSTER.c.founder_examination, COMPONENT_CLUSTER.c.founder_component)
        exhibits = func.count(COMPONENT.c.exhibit_number.distinct())
        same = (COMPONENT.c.examination_number == COMPONENT_CLUSTER.c.examination_number) & (
            COMPONENT.c.component_number == COMPONENT_CLUSTER.c.component_number
        )
        query = (
            select(*founder)
            .join(COMPONENT, same)
            .where(COMPONENT.c.decision.in_([one.value for one in UNRESOLVED]))
            .group_by(*founder)
            .having(exhibits >= least)
            .order_by(exhibits.desc(), func.min(COMPONENT_CLUSTER.c.place))
        )
        with reading(self._engine) as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query.limit(limit).offset(offset)))

    def members(self, founders: Sequence[Founder]) -> tuple[Membership, ...]:
        """Give the members of named clusters, in the order in which they came."""
        wanted = frozenset(founders)
        found: list[Membership] = []
        with reading(self._engine) as connection:
            for some in _batched(sorted({examination for examination, _ in wanted if can_be_stored(examination)})):
                query = select(COMPONENT_CLUSTER).where(COMPONENT_CLUSTER.c.founder_examination.in_(some))
                found += (Membership(**row._mapping) for row in connection.execute(query))  # noqa: SLF001 - its API
        mine = (one for one in found if (one.founder_examination, one.founder_component) in wanted)
        return tuple(sorted(mine, key=lambda one: one.place))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)


def _batched(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
