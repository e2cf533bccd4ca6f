"""The command line as people and scripts call it: real files, exit codes; one real process of each kind."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from lims.bootstrap import open_laboratory
from lims.cli.demo import PRACTICE_RUN
from lims.settings import load_settings
from tests.builders.commands import aigaq
from tests.builders.devices import typed_at_console
from tests.builders.shared_demo import played_demo

CANDIDATE_KEYS = {"rank", "name", "inchikey", "match_factor", "reverse_match_factor"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Give what the one case on the training run printed, and a copy of its laboratory. The week has its own tests."""
    return played_demo(tmp_path_factory, tmp_path_factory.mktemp("demo") / "laboratory")


def test_the_demonstration_ends_with_a_valid_report(demo: dict[str, object]) -> None:
    assert demo["verdict"] == "VALID"
    assert demo["ledger_intact"] is True
    steps = "\n".join(demo["steps"])
    assert "SIMULATED training run" in steps
    assert "DEMO - NOT EVIDENCE" in steps
    for name in ("Ketamine", "Fentanyl", "JWH-018"):
        assert f"identified as {name}" in steps


def test_kz_4_the_demonstration_shows_that_kazakhstan_cannot_be_decided_and_names_the_missing_decree(
    demo: dict[str, object],
) -> None:
    steps = "\n".join(demo["steps"])
    assert "Fentanyl, law of KZ: cannot decide; missing: " in steps
    assert "Government Decree No. 470 of 3 July 2019 (Kazakhstan), annex 1" in steps
    with pikepdf.open(str(demo["pdf"])) as pdf:
        data = json.loads(pdf.attachments["report-data.json"].get_file().read_bytes())
    legal = data["circumstances"]["legal"]
    assert {(one["jurisdiction"], one["on_report"]["status"], one["reviewed"]) for one in legal} == {
        ("KZ", "cannot_decide", True)
    }
    assert all(one["record"]["on_report"]["answers"][0]["missing"] for one in legal)
    text = subprocess.run(["pdftotext", str(demo["pdf"]), "-"], capture_output=True, check=True, text=True).stdout
    assert "Government Decree No. 470 of 3 July 2019 (Kazakhstan), annex 1" in " ".join(text.split())


def test_every_page_of_the_demonstration_says_what_it_is(demo: dict[str, object]) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    with pikepdf.open(str(demo["pdf"])) as pdf:
        pages = len(pdf.pages)
    for page in range(1, pages + 1):
        text = subprocess.run(
            ["pdftotext", "-f", str(page), "-l", str(page), str(demo["pdf"]), "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "DEMO - NOT EVIDENCE" in text, f"page {page}"
        assert "SIMULATED DATA" in text, f"page {page}"
        assert f"page {page} of {pages}" in text


def test_the_packet_of_the_demonstration_is_valid_until_a_raw_file_is_changed(
    demo: dict[str, object], tmp_path: Path
) -> None:
    home, packet = Path(str(demo["home"])), tmp_path / "packet"
    password = json.loads((home / "demo-accounts.json").read_text())["head"]["password"]
    number = Path(str(demo["pdf"])).stem
    typed = typed_at_console(home, "head", password)
    made = aigaq("report", "packet", number, "--to", packet, "--by", "head", home=home, typed=typed)
    assert made.returncode == 0, made.stderr
    whole = aigaq("report", "verify", packet, home=home)
    assert (whole.returncode, whole.stdout.split()[0]) == (0, "VALID")
    assert "determination.json" in {path.name for path in (packet / "data/records").iterdir()}
    (run,) = (path for path in (packet / "data/raw/runs").rglob("*") if path.is_file())
    run.write_bytes(run.read_bytes()[:-1])
    changed = aigaq("report", "verify", packet, home=home)
    assert (changed.returncode, changed.stdout.split()[0]) == (4, "ALTERED")
    assert f"{run.relative_to(packet).as_posix()}: altered" in changed.stdout


def test_only_the_owner_reads_the_laboratory(demo: dict[str, object]) -> None:
    home = Path(str(demo["home"]))
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "demo-accounts.json").stat().st_mode & 0o077 == 0


def test_who_follows_the_guide_gets_password_codes_and_a_run_of_the_own(demo: dict[str, object]) -> None:
    home = Path(str(demo["home"]))
    known = json.loads((home / "demo-accounts.json").read_text())
    expert = json.loads(aigaq("demo-sign-in", "expert-a", "--json", home=home).stdout)
    assert expert["password"] == known["expert-a"]["password"]
    laboratory = open_laboratory(load_settings({}, home=home))
    assert laboratory.authentication.check("expert-a", expert["password"], expert["codes"][-1]) is not None
    technician = aigaq("demo-sign-in", "technician", home=home)
    assert known["technician"]["password"] in technician.stdout
    assert "none is asked" in technician.stdout
    nobody = aigaq("demo-sign-in", "nobody", home=home)
    assert (nobody.returncode, "expert-a" in nobody.stderr) == (2, True)
    assert (home / PRACTICE_RUN).read_bytes() != (home / "training-run.cdf").read_bytes()


def test_a_laboratory_that_is_no_demonstration_tells_no_password(tmp_path: Path) -> None:
    refused = aigaq("demo-sign-in", "expert-a", home=tmp_path)
    assert refused.returncode == 2
    assert "has no such file" in refused.stderr
    (tmp_path / "demo-accounts.json").write_text("torn", "utf-8")
    torn = aigaq("demo-sign-in", "expert-a", home=tmp_path)
    assert (torn.returncode, "cannot be read" in torn.stderr) == (2, True)


@pytest.mark.parametrize("place", [0.0, 0.13, 0.5, 0.77, 0.9999])
def test_one_changed_byte_is_altered(demo: dict[str, object], tmp_path: Path, place: float) -> None:
    data = bytearray(Path(str(demo["pdf"])).read_bytes())
    data[int(place * (len(data) - 1))] ^= 0x01
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(data)
    done = aigaq("report", "verify", changed, "--json", home=Path(str(demo["home"])))
    assert json.loads(done.stdout)["verdict"] == "ALTERED"
    assert done.returncode == 4


def test_a_reader_with_receipt_and_trust_file_needs_no_laboratory(demo: dict[str, object], tmp_path: Path) -> None:
    pdf, home, nowhere = Path(str(demo["pdf"])), Path(str(demo["home"])), tmp_path / "nowhere"
    receipt, trust = tmp_path / f"{pdf.stem}.receipt.json", tmp_path / "trust.pem"
    password = json.loads((home / "demo-accounts.json").read_text())["head"]["password"]
    typed = typed_at_console(home, "head", password)
    made = aigaq("report", "receipt", pdf.stem, "--to", receipt, "--by", "head", home=home, typed=typed)
    assert made.returncode == 0, made.stderr
    assert aigaq("report", "trust", "--to", trust, home=home).returncode == 0
    brought = ("--checkpoint", receipt, "--trust", trust)
    done = aigaq("report", "verify", pdf, *brought, "--json", home=nowhere)
    said = json.loads(done.stdout)
    assert (said["verdict"], said["report"], done.returncode) == ("VALID", pdf.stem, 0)
    assert said["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest()
    states = {check["name"]: check["state"] for check in said["checks"]}
    assert len(states) == 9
    assert {states[name] for name in ("data", "match_factors", "proofs", "checkpoint")} == {"equal"}
    assert "differs" not in states.values()
    beside = ("--checkpoint", demo["receipt"], "--trust", demo["trust_roots"])  # as the demonstration wrote them
    assert aigaq("report", "verify", pdf, *beside, home=nowhere).returncode == 0
    kazakh = aigaq("report", "verify", pdf, *brought, "--language", "kk", home=nowhere)
    assert kazakh.stdout.startswith("VALID  ")
    assert "Тек файлдың өзі бойынша қайта есептелді:" in kazakh.stdout
    by_ledger = aigaq("report", "verify", pdf, "--ledger", home, home=nowhere)
    assert (by_ledger.returncode, by_ledger.stdout.split()[0]) == (0, "VALID")
    both = aigaq("report", "verify", pdf, "--ledger", home, "--checkpoint", receipt, home=nowhere)
    assert (both.returncode, "name one of them" in both.stderr) == (2, True)
    assert aigaq("report", "verify", pdf, "--ledger", nowhere, home=home).returncode == 2
    assert not nowhere.exists()


def test_verification_without_the_laboratory_never_says_valid(demo: dict[str, object], tmp_path: Path) -> None:
    done = aigaq("report", "verify", demo["pdf"], "--trust", demo["trust_roots"], home=tmp_path / "nowhere")
    assert done.stdout.startswith("CANNOT SAY")
    assert done.returncode == 6
    assert not (tmp_path / "nowhere").exists()


def test_the_ledger_of_the_demonstration_is_intact_until_somebody_edits_it(
    demo: dict[str, object], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(str(demo["home"]), copy)
    sound = aigaq("ledger", "verify", "--home", copy, "--json")
    assert sound.returncode == 0, sound.stdout
    assert json.loads(sound.stdout)["faults"] == []
    raw = next(path for path in (copy / "raw").glob("*/*") if path.stat().st_size > 1000)
    raw.chmod(0o600)
    raw.write_bytes(raw.read_bytes()[:-1])
    broken = aigaq("ledger", "verify", "--home", copy, "--json")
    assert broken.returncode == 4
    assert raw.name in "".join(json.loads(broken.stdout)["faults"])


def test_a_demonstration_does_not_enter_a_folder_in_use(demo: dict[str, object]) -> None:
    again = aigaq("demo", "--workspace", demo["home"])
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def test_identify_prints_its_contract(demo: dict[str, object]) -> None:
    run = Path(str(demo["home"])) / "training-run.cdf"
    done = aigaq("identify", run, "--library", "principal-ions", "--top", "2", "--json", home=Path(str(demo["home"])))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result) == {"library", "runs"}
    assert set(result["library"]) == {"name", "sha256", "spectra"}
    (found,) = result["runs"]
    assert set(found) == {"file", "sha256", "scans", "sample_name", "components"}
    for component in found["components"]:
        assert set(component) == {"retention_time_s", "area", "base_peak_mz", "candidates"}
        assert [candidate["rank"] for candidate in component["candidates"]] == [1, 2]
        assert all(set(candidate) == CANDIDATE_KEYS for candidate in component["candidates"])
    assert [c["candidates"][0]["name"] for c in found["components"]] == ["Ketamine", "Fentanyl", "JWH-018"]


def test_casework_commands_ask_for_the_password(tmp_path: Path) -> None:
    home = tmp_path / "laboratory"
    password = "a long enough password"  # noqa: S105 - of a person who exists for a second
    first = ("staff", "add", "admin", "--name", "A", "--post", "administrator", "--role", "administrator")
    done = aigaq(*first, "--role", "library curator", home=home, typed=f"{password}\n{password}\n")
    assert done.returncode == 0, done.stderr
    wrong = aigaq(
        *("import", "nothing.cdf", "--exhibit", "2026-0001/1", "--by", "admin"),
        home=home,
        typed="not this one\n",
        process=True,
    )
    assert wrong.returncode == 2
    assert "is not that of admin" in wrong.stderr


@pytest.mark.parametrize(
    ("make", "place", "expected"),
    [
        ("nothing", "no-such.D", "found nothing"),
        ("empty folder", "empty.D", "an empty folder"),
        ("other folder", "other.D", "without data.ms"),
        ("text", "run.cdf", "a file that begins with"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, make: str, place: str, expected: str) -> None:
    path = tmp_path / place
    if make == "empty folder":
        path.mkdir()
    elif make == "other folder":
        path.mkdir()
        (path / "notes.txt").write_text("no run")
    elif make == "text":
        path.write_text("no run")
    library = tmp_path / "library.msp"
    library.write_text("Name: A\nNum Peaks: 1\n58 999;\n")
    done = aigaq("identify", path, "--library", library, home=tmp_path / "home")
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("", "the whole file", "no record"),
        ("Name: A\nNum Peaks: 3\n58 999; 91 20;\n", "line 2", "Num Peaks 3 but 2 peaks"),
        ("Name: A\nNum Peaks: 1\n58 999; 91 20;\n", "line 2", "Num Peaks 1 but 2 peaks"),
    ],
)
def test_a_faulty_library_is_refused_with_its_place(tmp_path: Path, text: str, place: str, found: str) -> None:
    library = tmp_path / "library.msp"
    library.write_text(text)
    done = aigaq("identify", tmp_path / "run.cdf", "--library", library, home=tmp_path / "home")
    assert done.returncode == 2
    assert f"{library}, {place}: found {found}" in done.stderr


@pytest.mark.real_data
def test_the_real_run_ends_with_a_report_that_names_both_drugs(shared_data: Path, tmp_path: Path) -> None:
    done = aigaq(
        *("demo", "--workspace", tmp_path / "laboratory", "--json"),
        *("--run", shared_data / "gcms-benzodiazepines" / "220223018.D"),
        *("--library", shared_data / "swgdrug" / "swgdrug-3.4.msp.gz"),
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["verdict"] == "VALID"
    with pikepdf.open(result["pdf"]) as pdf:
        data = json.loads(pdf.attachments["report-data.json"].get_file().read_bytes())
    identities = [c["identity"]["name"] for c in data["runs"][0]["components"] if c["identity"]]
    assert identities == ["Flubromazepam", "Etizolam"]
    assert data["evidence"] is False


@pytest.mark.real_data
def test_a_cut_run_leaves_nothing_in_the_store(shared_data: Path, tmp_path: Path) -> None:
    run = tmp_path / "cut.D"
    run.mkdir()
    whole = (shared_data / "gcms-benzodiazepines" / "220223018.D" / "data.ms").read_bytes()
    (run / "data.ms").write_bytes(whole[: len(whole) // 2])
    workspace = tmp_path / "laboratory"
    library = shared_data / "swgdrug" / "swgdrug-3.4.msp.gz"
    done = aigaq("demo", "--workspace", workspace, "--run", run, "--library", library)
    assert done.returncode == 2
    assert (
        f"{run / 'data.ms'}, the file's size: found {len(whole) // 2} bytes; expected {len(whole)} bytes" in done.stderr
    )
    verified = aigaq("ledger", "verify", "--home", workspace, "--json")
    assert json.loads(verified.stdout)["intact"] is True
    stored = {path.name for path in (workspace / "raw").glob("*/*")}
    assert len(stored) == 2  # library and picture of the exhibit, which were recorded before the run was refused
