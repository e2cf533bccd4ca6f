"""Every role against every act: through the real services, the real door, and the constraint on duties."""

import ast
import dataclasses
import inspect
from pathlib import Path

import pytest

import lims
from lims.domain.competence import COMPETENT_ACTS
from lims.domain.duties import SIDES, Side
from lims.domain.permissions import NOT_DELEGATED, OWN_ACTS, PERMITTED, SYSTEM_ACTS, Act
from lims.domain.reading_rights import READABLE
from lims.domain.staff import SYSTEM, Role
from lims.errors import DutyConflictError, InvalidRecordError, NotCompetentError, NotPermittedError, ReleaserWorkedError
from lims.persistence.engine import open_engine
from lims.persistence.projections import KINDS
from lims.services.laboratory import Laboratory
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, Bench
from tests.builders.rights_lab import CELLS, Reached, make_rights_lab
from tests.conftest import BY_NIGHT, _emptied

ELSEWHERE = {
    "importing.intended": "makes a record and writes nothing",
    "curating.add_training_release": "the act of add_release; the release is there already, so nothing is recorded",
    "importing.record": "inside the transaction of import_run",
    "authentication.record_password": "inside the transaction of register",
    "vetting.prepare": "makes the files of a release and records nothing; begins vetting.publish",
    "custody.prepare": "makes a record and writes nothing; begins the other acts of custody",
    "sealing.prepare_correction": "makes a record and writes nothing; begins sealing.correct",
    "releasing.hindrances": "reads",
    "administering.hindrances": "reads",
    "terms.step": "what start, suspend, resume and extend call",
    "sessions.listed": "reads",
    "recovering.recover": "tests/unit/lims/services/test_recovering.py",
    "sessions.revoke": "tests/unit/lims/services/test_sessions.py",
    "raw_copying.repair": "tests/unit/lims/services/test_raw_copying.py",
    "weighing.read_balance": "reads a balance and records nothing",
    "weighing.would_weigh": "makes a record and writes nothing",
    "disclosing.make": "calls disclosing.record; tests/unit/lims/services/test_packets_made.py",
    "disclosing.packet": "reads; tests/unit/lims/services/test_packets_made.py",
    "receipting.make": "records nothing; tests/unit/lims/services/test_receipting.py",
    "quantitating.try_out": "records nothing; tests/unit/lims/services/test_quantitating.py",
}
"""Methods that take an actor and have no cell here, and where they are tested; their acts are in the door's matrix."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, states, training_file):
    folder = tmp_path_factory.mktemp("rights")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    yield make_rights_lab(Bench(engine, folder, states), training_file)
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql_lab(tmp_path_factory, states, training_file, postgresql_url):
    """Give the same laboratory on PostgreSQL, for a sample of the cells."""
    url = next(_emptied(postgresql_url))
    engine = open_engine(url)
    yield make_rights_lab(Bench(engine, tmp_path_factory.mktemp("rights-postgresql"), states), training_file)
    engine.dispose()


def outcome(lab, cell, actor):
    """Say what became of a call: reached, or the refusal's class."""
    try:
        cell(lab, actor)
    except Reached:
        return "allowed"
    except NotPermittedError as refusal:
        return type(refusal).__name__
    return "allowed"


def person(lab, standing, role):
    return lab.people[f"{standing}-{role.value.replace(' ', '-')}"]


def forged(member):
    """Give the copy that a dishonest caller would hand in: every role, present, confirmed."""
    return dataclasses.replace(member, roles=tuple(Role), absences=(), left_at=None, delegations=())


@pytest.mark.parametrize("name", CELLS)
def test_au_2_each_role_does_what_the_table_permits_and_nothing_else(lab, name):
    """By day who may comes as they are and who may not as a forger: the harder way of each; at night both ways."""
    act, cell = CELLS[name]
    found, expected = {}, {}
    for role in Role:
        allowed = role in PERMITTED[Act(act)]
        for way in ("honest", "forged") if BY_NIGHT else ("honest" if allowed else "forged",):
            actor = person(lab, "p", role)
            found[role, way] = outcome(lab, cell, actor if way == "honest" else forged(actor))
            expected[role, way] = "allowed" if allowed else "NotPermittedError"
    assert found == expected
    assert "allowed" in found.values()


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("standing", ["unconfirmed", "absent", "left"])
def test_a_role_that_is_not_in_force_permits_nothing(lab, name, standing):
    """The roles that would permit it if they were in force; at night the others too."""
    act, cell = CELLS[name]
    roles = PERMITTED[Act(act)]
    assert {outcome(lab, cell, forged(person(lab, standing, role))) for role in roles} == {"NotPermittedError"}


@pytest.mark.nightly
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("standing", ["unconfirmed", "absent", "left"])
def test_no_role_that_is_not_in_force_permits_anything(lab, name, standing):
    _, cell = CELLS[name]
    found = {role: outcome(lab, cell, forged(person(lab, standing, role))) for role in Role}
    assert found == dict.fromkeys(Role, "NotPermittedError")


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("role", [Role.HEAD, Role.QUALITY_MANAGER])
def test_a_lent_role_permits_its_acts_for_its_days(lab, name, role):
    act, cell = CELLS[name]
    own = Role.LIBRARY_CURATOR in PERMITTED[Act(act)]
    lent = role in PERMITTED[Act(act)] and act not in NOT_DELEGATED
    expected = {"lent": own or lent, "past-lent": own}
    for standing, allowed in expected.items():
        found = outcome(lab, cell, forged(person(lab, standing, role)))
        assert found == ("allowed" if allowed else "NotPermittedError"), standing


@pytest.mark.parametrize("name", [name for name, (act, _) in CELLS.items() if act in COMPETENT_ACTS])
def test_17025_6_2_5_a_method_is_done_by_those_who_are_competent_on_that_day(lab, name):
    _, cell = CELLS[name]
    assert outcome(lab, cell, lab.people["competent"]) == "allowed"
    for standing in ("never", "expired", "future", "withdrawn"):
        assert outcome(lab, cell, lab.people[standing]) == "NotCompetentError", standing


OTHER_CASE = {name for name in CELLS if name.startswith(("measuring.", "batching."))} - {"batching.plan"}
"""Acts on the batch of another case, in which the three below had their part too."""


@pytest.mark.parametrize("name", [name for name, (act, _) in CELLS.items() if act in SIDES and name not in OTHER_CASE])
def test_au_2_one_person_is_on_one_side_of_a_case(lab, name):
    act, cell = CELLS[name]
    sides = {EXPERT.number: Side.WORK, REVIEWER.number: Side.REVIEW, HEAD.number: Side.RELEASE}
    for number, side in sides.items():
        member = lab.people[f"side-{number}"]
        if not set(member.roles) & PERMITTED[Act(act)]:
            continue
        if side is SIDES[Act(act)]:
            assert outcome(lab, cell, member) == "allowed", number
        else:
            with pytest.raises((DutyConflictError, ReleaserWorkedError)):
                cell(lab, member)


def test_every_method_that_takes_an_actor_has_a_cell():
    """A new act of a service fails here until it stands in the matrix, or says where it is tested."""
    found = set()
    for name, annotation in Laboratory.__annotations__.items():
        for method, function in inspect.getmembers(_service_class(annotation), inspect.isfunction):
            if not method.startswith("_") and {"actor"} & set(inspect.signature(function).parameters):
                found.add(f"{name}.{method}")
    assert found - set(CELLS) - set(ELSEWHERE) == set()
    assert set(CELLS) <= found


def _service_class(annotation):
    found = inspect.getmodule(Laboratory).__dict__.get(annotation, annotation)
    return found if inspect.isclass(found) else type(found)


SAMPLE = (
    "accessioning.register_case",
    "curating.add_release",
    "examining.identify",
    "reviewing.approve",
    "releasing.release",
    "staffing.propose",
    "staffing.confirm",
    "authentication.give_password",
)


@pytest.mark.postgresql
@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_of_the_cells_is_the_same_on_postgresql(postgresql_lab, name):
    """Each role, as it is and as a forger hands it in, and one person of each standing that permits nothing."""
    act, cell = CELLS[name]
    for role in Role:
        wanted = "allowed" if role in PERMITTED[Act(act)] else "NotPermittedError"
        actor = person(postgresql_lab, "p", role)
        assert [outcome(postgresql_lab, cell, one) for one in (actor, forged(actor))] == [wanted, wanted], role
    for standing in ("unconfirmed", "absent", "left"):
        actor = forged(person(postgresql_lab, standing, min(PERMITTED[Act(act)])))
        assert outcome(postgresql_lab, cell, actor) == "NotPermittedError", standing


@pytest.mark.postgresql
@pytest.mark.parametrize(("name", "side"), [("examining.identify", EXPERT), ("reviewing.approve", REVIEWER)])
def test_sides_are_held_apart_on_postgresql_too(postgresql_lab, name, side):
    _, cell = CELLS[name]
    assert outcome(postgresql_lab, cell, postgresql_lab.people[f"side-{side.number}"]) == "allowed"
    with pytest.raises(DutyConflictError):
        cell(postgresql_lab, postgresql_lab.people[f"side-{HEAD.number}"])


# the door by itself: every act of the table, also those whose service is tested elsewhere


@pytest.mark.parametrize("act", Act)
def test_the_door_knows_every_act(lab, act):
    """A person without the role of an act is refused by the door, whatever record is brought."""
    case = lab.load(KINDS["case"], "2026-0001")
    with lab.bench.store.reading() as work:
        for role in set(Role) - PERMITTED[act]:
            with pytest.raises(NotPermittedError, match=f"{act.value} needs"):
                work.permit(case, act=act, actor=person(lab, "p", role), at=lab.bench.clock.now())


def test_the_door_refuses_what_is_in_no_table(lab):
    case = lab.load(KINDS["case"], "2026-0001")
    with lab.bench.store.reading() as work:
        for act in ("tested", "", "case.deleted", "Case.Registered"):
            with pytest.raises(NotPermittedError, match="is no act of the table"):
                work.permit(case, act=act, actor=EXPERT, at=lab.bench.clock.now())
        stranger = dataclasses.replace(EXPERT, number="nobody")
        with pytest.raises(NotPermittedError, match="nobody is not on the staff"):
            work.permit(case, act=Act.CASE_REGISTERED, actor=stranger, at=lab.bench.clock.now())


def test_a_right_to_one_kind_is_no_right_to_another(lab):
    """Who may register a case cannot record a report, or the own roles, under the name of that act."""
    technician = person(lab, "p", Role.TECHNICIAN)
    report, exhibit = lab.load(KINDS["report"], "issued of all"), lab.load(KINDS["exhibit"], "2026-0001/1")
    wide = dataclasses.replace(technician, roles=tuple(Role), version=2)
    for record in (dataclasses.replace(report, version=2), dataclasses.replace(exhibit, version=2), wide):
        for act in (Act.CASE_REGISTERED, Act.RUN_IMPORTED, Act.SESSION_OPENED, Act.STAFF_ABSENT):
            with lab.bench.store.unit_of_work() as work, pytest.raises((InvalidRecordError, NotPermittedError)):
                work.record(record, act=act, actor=technician, at=lab.bench.clock.now())


def test_the_program_itself_does_its_own_acts_only(lab):
    case = lab.load(KINDS["case"], "2026-0001")
    with lab.bench.store.reading() as work:
        for act in Act:
            if act in SYSTEM_ACTS:
                assert work.permit(case, act=act, actor=SYSTEM, at=lab.bench.clock.now()) == ""
            else:
                with pytest.raises(NotPermittedError, match="the program itself does not"):
                    work.permit(case, act=act, actor=SYSTEM, at=lab.bench.clock.now())


# the tables


def test_17025_8_4_every_act_has_its_line_and_every_kind_its_readers():
    assert set(PERMITTED) == set(Act)
    assert set(SIDES) <= set(Act)
    assert set(Act) >= COMPETENT_ACTS | OWN_ACTS
    assert set(KINDS) == set(READABLE)
    assert all(roles for act, roles in PERMITTED.items() if act not in SYSTEM_ACTS | OWN_ACTS)


def test_every_act_that_the_code_records_is_in_the_table():
    """Read every call in the program: what is given as ``act`` is a member of ``Act`` or passed on."""
    found = set()
    for path in sorted(Path(lims.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                found |= {ast.unparse(word.value) for word in node.keywords if word.arg == "act"}
    assert {text for text in found if not text.startswith("Act.")} <= {"act"}
    assert {text.removeprefix("Act.") for text in found if text.startswith("Act.")} <= set(Act.__members__)


def test_sg_5_the_administrator_has_no_right_to_anything_of_a_case():
    """The table itself: no act on a record of a case, no kind of a case to read."""
    case_kinds = {"case", "exhibit", "run", "examination", "report", "batch", "method"}
    assert not any(Role.ADMINISTRATOR in READABLE[kind] for kind in case_kinds)
    prefixes = ("case.", "exhibit.", "run.", "examination.", "component.", "report.", "batch.", "method.")
    assert not any(Role.ADMINISTRATOR in roles for act, roles in PERMITTED.items() if act.startswith(prefixes))


def test_a_refusal_is_of_the_right_kind():
    assert issubclass(NotCompetentError, NotPermittedError)
    assert issubclass(DutyConflictError, NotPermittedError)
