"""``aigaq library``: from a file to a signed release by two persons at the console, and what it says."""

import json
from decimal import Decimal

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.stocking import StandardFacts
from tests.builders.commands import aigaq
from tests.builders.devices import enrol, typed_at_console
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import hire
from tests.builders.plain_homes import plain_settings
from tests.builders.small_library import ALPHA, BETA, GAMMA, earlier, later, msp, record, written

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
ADMIN = StaffMember(number="admin", name="A", post="a", roles=(Role.ADMINISTRATOR,))
CURATOR = StaffMember(number="curator", name="C", post="c", roles=(Role.LIBRARY_CURATOR,))
EXPERT = StaffMember(number="expert", name="E", post="c", roles=(Role.EXPERT, Role.TECHNICIAN))
REVIEWER = StaffMember(number="reviewer", name="R", post="c", roles=(Role.TECHNICAL_REVIEWER,))
ETHANOL = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
WRONG = "InChIKey: RYYVLZVUVIJVGH-UHFFFAOYSA-N\nSMILES: CCO\n"
COLLECTION = ("--collection", "Simulated collection 1", "--technique", "EI")


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    return KeptHomes(tmp_path_factory.mktemp("homes"))


def _make(home):
    laboratory = open_laboratory(plain_settings(home))
    hire(laboratory, (ADMIN, CURATOR, EXPERT, REVIEWER), password=PASSWORD)
    for one in (CURATOR, EXPERT, REVIEWER):
        enrol(laboratory.authentication, one.number)
    return home


@pytest.fixture
def home(homes, tmp_path):
    homes.copy("library", tmp_path / "lab", _make)
    return tmp_path / "lab"


def run(home, *arguments, by=None, process=False):
    signed = ("--by", by) if by else ()
    typed = typed_at_console(home, by, PASSWORD) if by else ""
    return aigaq("library", *arguments, *signed, home=home, typed=typed, process=process)


def done(home, *arguments, by=None, code=0):
    result = run(home, *arguments, by=by)
    assert result.returncode == code, result.stderr
    return result.stdout


def release(home, tmp_path, name, text):
    path = written(tmp_path, text, f"{name}.msp")
    number = json.loads(done(home, "import", path, *COLLECTION, "--json", by="curator"))["number"]
    done(home, "check", number, "--drawings-confirmed", by="reviewer")
    return json.loads(done(home, "release", name, "--import", number, "--json", by="curator"))


def test_two_persons_make_a_release_at_the_console(home, tmp_path):
    made = release(home, tmp_path, "S-1", earlier())
    assert (made["spectra"], made["imports"]) == (2, ["LI-0001"])
    listed = json.loads(done(home, "list", "--json"))
    assert [(one["name"], one["curated"], one["sha256"]) for one in listed] == [("S-1", True, made["sha256"])]
    assert "S-1" in done(home, "list")
    assert json.loads(done(home, "imports", "--json"))[0]["state"] == "checked"
    assert "LI-0001  checked" in done(home, "imports")


def test_the_command_runs_as_a_process_of_its_own(home, tmp_path):
    path = written(tmp_path, earlier(), "x.msp")
    result = run(home, "import", path, *COLLECTION, by="curator", process=True)
    assert result.returncode == 0, result.stderr
    assert "2 records read, 2 taken, 0 refused" in result.stdout


def test_the_own_import_is_not_checked(home, tmp_path):
    done(home, "import", written(tmp_path, earlier(), "x.msp"), *COLLECTION, by="curator")
    refused = run(home, "check", "LI-0001", by="curator")
    assert refused.returncode == 2
    assert "another person has to confirm it" in refused.stderr
    assert "with --by" in run(home, "check", "LI-0001").stderr


def test_complaints_are_shown_decided_and_then_pass(home, tmp_path):
    text = msp(record(ALPHA, number=1, extra=WRONG), "Name: Broken\nNum Peaks: 2\n1 1", record(BETA, number=2))
    said = done(home, "import", written(tmp_path, text, "x.msp"), *COLLECTION, by="curator")
    assert "1 records wait for a decision, 1 drawings" in said
    shown = done(home, "findings", "LI-0001", code=4)
    assert "refused, line 10" in shown
    assert "complaint, structure, LI-0001/000001" in shown
    facts = json.loads(done(home, "findings", "LI-0001", "--json", "--notes", code=4))
    assert facts["waiting"] == ["LI-0001/000001"]
    done(home, "decide", "LI-0001", "--complained", "--reason", "seen", by="reviewer")
    assert "[take: seen]" in done(home, "findings", "LI-0001")
    assert run(home, "check", "LI-0001", by="reviewer").returncode == 2
    sheet = tmp_path / "sheet.html"
    assert "1 structures" in done(home, "draw", "LI-0001", "--to", sheet)
    assert "<svg" in sheet.read_text()
    assert ALPHA in sheet.read_text()
    done(home, "check", "LI-0001", "--drawings-confirmed", "--comment", "fine", by="reviewer")


def test_a_record_is_left_out_and_an_import_refused(home, tmp_path):
    done(home, "import", written(tmp_path, earlier(), "x.msp"), *COLLECTION, by="curator")
    said = done(
        *(home, "decide", "LI-0001", "--record", "LI-0001/000002", "--leave-out", "--reason", "double"), by="expert"
    )
    assert "1 records, leave out" in said
    assert "refused" in done(home, "refuse", "LI-0001", "--reason", "wrong version", by="reviewer")


def test_releases_are_compared_by_name_and_as_files(home, tmp_path):
    release(home, tmp_path, "S-1", earlier())
    release(home, tmp_path, "S-2", later())
    said = done(home, "diff", "S-1", "S-2")
    assert said.splitlines()[0] == (
        "from S-1 to S-2: 0 the same, 2 changed, 0 went, 1 came, of which 1 of compounds that are new"
    )
    assert f"+ {GAMMA} (LI-0002/000001" in said
    assert "Simulated beta (corrected)" in said
    facts = json.loads(done(home, "diff", tmp_path / "S-1.msp", tmp_path / "S-2.msp", "--json"))
    assert [one["changed"] for one in facts["changed"]] == [["ID"], ["ID", "Name"]]
    assert [one["name"] for one in facts["came"]] == [GAMMA]
    assert (facts["same"], facts["went"], facts["new_compounds"]) == (0, [], ["000001"])
    back = done(home, "diff", "S-2", "S-1")
    assert f"- {GAMMA}" in back


def test_names_are_searched_in_releases_and_files(home, tmp_path):
    release(home, tmp_path, "S-1", earlier())
    said = done(home, "search-name", "SIMULATED-А", "--library", "S-1")  # the last letter is Cyrillic
    assert "Simulated-A (und, look alike): simulated alpha, name" in said
    hits = json.loads(done(home, "search-name", "simulated beta", "--library", tmp_path / "S-1.msp", "--json"))
    assert [(one["name"], one["found_by"]) for one in hits] == [(BETA, "folded")]
    assert "no substance of this library" in done(home, "search-name", "nothing", "--library", "S-1")
    assert run(home, "search-name", "x", "--library", "nothing").returncode == 2


def test_a_release_searches_as_any_library_does(home, tmp_path):
    release(home, tmp_path, "S-1", earlier())
    result = aigaq("search", tmp_path / "S-1.msp", "--library", "S-1", "--mode", "similarity", "--json", home=home)
    assert result.returncode == 0, result.stderr
    best = [query["hits"][0]["name"] for query in json.loads(result.stdout)["queries"]]
    assert best == [ALPHA, BETA]


def test_a_release_continues_another_without_some_records(home, tmp_path):
    release(home, tmp_path, "S-1", earlier())
    path = written(tmp_path, msp(record(GAMMA, number=9)), "gamma.msp")
    done(home, "import", path, *COLLECTION, by="curator")
    done(home, "check", "LI-0002", "--drawings-confirmed", by="reviewer")
    said = done(
        *(home, "release", "S-2", "--import", "LI-0002", "--base", "S-1", "--without", "LI-0001/000002"), by="curator"
    )
    assert "release S-2 recorded: 2 spectra" in said


def test_a_file_is_checked_without_a_laboratory(tmp_path):
    good = written(tmp_path, earlier(), "good.msp")
    assert "2 records read, 2 taken" in aigaq("library", "check", good, "--technique", "EI").stdout
    bad = written(tmp_path, msp(record(ALPHA, number=1, extra=WRONG)), "bad.msp")
    result = aigaq("library", "check", bad, "--technique", "ei", "--json")
    assert result.returncode == 4
    assert json.loads(result.stdout)["findings"][0]["check"] == "structure"
    assert "expected one of EI" in aigaq("library", "check", good, "--technique", "XX").stderr


def test_a_reference_standard_is_imported_from_its_run(home, training_file):
    laboratory = open_laboratory(plain_settings(home))
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=EXPERT).number
    facts = ExhibitFacts(description="standard solution", condition="dry, closed")
    exhibit = laboratory.accessioning.register_exhibit(case, facts, actor=EXPERT).number
    run_number = laboratory.importing.import_run(training_file, exhibit_number=exhibit, actor=EXPERT).number
    standard = StandardFacts(
        number="RS-1",
        substance="ethanol",
        producer="p",
        lot="L7",
        certificate="C",
        received_on=laboratory.staffing.today(),
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal(0),
        inchikey=ETHANOL,
    )
    laboratory.stocking.add_standard(standard, actor=EXPERT)
    laboratory.stocking.release_standard("RS-1", reason="certificate seen", actor=EXPERT)
    said = done(
        *(home, "import-standard", "RS-1", "--run", run_number, "--at", "260.0", "--smiles", "CCO"), by="expert"
    )
    assert "LI-0001 proposed: in-house RS-1, run" in said
    wrong = run(home, "import-standard", "RS-1", "--run", run_number, "--at", "soon", by="expert")
    assert "is no number" in wrong.stderr


def test_a_person_without_the_right_is_refused(home, tmp_path):
    path = written(tmp_path, earlier(), "x.msp")
    refused = run(home, "import", path, *COLLECTION, by="reviewer")
    assert refused.returncode == 2
    done(home, "import", path, *COLLECTION, by="curator")
    done(home, "check", "LI-0001", "--drawings-confirmed", by="reviewer")
    assert run(home, "release", "S-1", "--import", "LI-0001", by="expert").returncode == 2
    assert json.loads(done(home, "list", "--json")) == []
