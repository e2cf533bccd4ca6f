"""The page of the library: one person imports, another checks and signs, a release is made; the watch alerts."""

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.alert import AlertOutcome
from lims.domain.library_import import ImportState, Verdict
from lims.services.collecting import CollectionFacts
from lims.services.laboratory import Laboratory
from lims.services.stocking import StandardFacts
from lims.translation import Translator
from lims.ui.watch_start import WATCH_JOB
from substance_library import principal_ions
from substance_library.provenance import IonTechnique
from tests.builders.archives import write_msp
from tests.builders.devices import enrol
from tests.builders.kept_homes import KeptHomes
from tests.builders.small_library import BETA, GAMMA, earlier, later, msp, record, written
from tests.ui.conftest import add_exhibit, staffed
from tests.ui.test_pages import button, start
from tests.ui.test_quality_page import finished
from tests.ui.test_signing_pages import sign

IMPORTER, SECOND = "expert-a", "admin"
FACTS = CollectionFacts(name="Simulated collection 1", technique=IonTechnique.EI, licence="none")


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return staffed(kept_homes, tmp_path / "home")


def section(test: AppTest, label: str) -> AppTest:
    test.segmented_control[0].set_value(label)
    return test.run()


def keyed(elements, key: str):
    return next(one for one in elements if str(one.key).startswith(key))


def told(test: AppTest) -> str:
    return " ".join(one.value for one in (*test.text, *test.info, *test.success, *test.error))


def imported(laboratory: Laboratory, folder: Path, text: str, name: str) -> str:
    importer = laboratory.staffing.get(IMPORTER)
    return laboratory.collecting.import_file(written(folder, text, name), FACTS, actor=importer).number


def test_a_collection_is_imported_beside_the_page(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "library", IMPORTER), "imports")
    assert "Nothing was imported" in told(test)
    test.file_uploader[0].set_value(("small.msp", earlier().encode(), "text/plain"))
    keyed(test.text_input, "library-name").input("Simulated collection 1")
    keyed(test.selectbox, "library-technique").set_value(IonTechnique.EI)
    button(test, "Import").click()
    test.run()
    finished(test, "library-import")
    assert not test.exception
    (line,) = laboratory.collecting.imports()
    assert (line.state, line.title) == (ImportState.PROPOSED.value, "Simulated collection 1: 2 of 2")
    assert "2 records read, 2 taken, 0 refused." in told(test)
    assert "another person checks it" in told(test), "the importer is not the second person"


def test_a_file_without_records_is_refused_in_words(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "library", IMPORTER), "imports")
    test.file_uploader[0].set_value(("small.msp", b"nothing", "text/plain"))
    keyed(test.text_input, "library-name").input("Simulated collection 1")
    button(test, "Import").click()
    test.run()
    finished(test, "library-import")
    assert not test.exception
    assert test.error
    assert not laboratory.collecting.imports()


def test_the_second_person_decides_signs_and_makes_a_release(laboratory: Laboratory, tmp_path: Path) -> None:
    number = imported(
        laboratory, tmp_path, msp(earlier().strip(), record(GAMMA, number=9, extra="Formula: CH4\n")), "odd.msp"
    )
    enrol(laboratory.authentication, SECOND)
    test = section(start(laboratory, "library", SECOND), "imports")
    waiting = sorted(laboratory.collecting.findings(number).report.complained)
    assert waiting, "an ion heavier than the molecule is complained of"
    assert button(test, "Let it pass").disabled
    keyed(test.checkbox, "library-all").check()
    keyed(test.text_input, "library-reason").input("no ion can be heavier than its molecule")
    button(test, "Record the decision").click()
    test.run()
    assert {one.verdict for one in laboratory.collecting.get(number).verdicts.values()} == {Verdict.LEAVE_OUT}
    button(test, "Let it pass").click()
    test.run()
    assert "you checked these records" in told(test)
    sign(test, SECOND, laboratory)
    assert not test.exception
    assert laboratory.collecting.get(number).status is ImportState.CHECKED
    making = section(start(laboratory, "library", SECOND), "making")
    keyed(making.text_input, "library-release-name").input("Simulated 1")
    keyed(making.multiselect, "library-release-imports").set_value([number])
    button(making, "Prepare the release").click()
    making.run()
    assert "from now on it is frozen" in told(making)
    sign(making, SECOND, laboratory)
    assert not making.exception
    finished(making, WATCH_JOB)
    assert making.session_state[WATCH_JOB].finished, "publishing sets the watch going"
    made = laboratory.curating.recorded("Simulated 1")
    assert made.imports == (number,)
    assert made.sha256[:8] in " ".join(str(one.value) for one in section(making, "releases").dataframe)


def test_the_curator_records_a_file_as_a_release_as_it_came(laboratory: Laboratory) -> None:
    test = start(laboratory, "library", SECOND)
    button(test, "Record the file as a release").click()
    test.run()
    assert "Choose a file first" in told(test)
    test.file_uploader[0].set_value(("small.msp", earlier().encode(), "text/plain"))
    keyed(test.text_input, "library-release-as").input("A file of a colleague")
    button(test, "Record the file as a release").click()
    test.run()
    finished(test, "library-release-file")
    assert not test.exception
    assert laboratory.curating.recorded("A file of a colleague").file_name == "small.msp"
    assert "is recorded and frozen" in told(test)
    finished(test, WATCH_JOB)
    button(test, "Record the training library").click()
    test.run()
    finished(test, "library-release-file")
    assert "principal\\-ions" in told(test)
    other = start(laboratory, "library", IMPORTER)
    assert not [one for one in other.button if one.label.startswith("Record the")]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_id_8_an_expert_proposes_the_spectrum_of_an_own_standard(
    laboratory: Laboratory, tmp_path: Path, language: str
) -> None:
    t = Translator(language)
    run = laboratory.importing.runs(add_exhibit(laboratory, tmp_path, seed=7))[0]
    _standard(laboratory)
    test = section(start(laboratory, "library", IMPORTER, language=language), "imports")
    keyed(test.text_input, "library-standard-lot").input("RS-1")
    keyed(test.text_input, "library-standard-run").input(run.number)
    button(test, t("Show the components of the run")).click()
    test.run()
    finished(test, "library-standard-look")
    assert not test.exception
    keyed(test.text_input, "library-standard-smiles").input("CCO")
    button(test, t("Propose the spectrum")).click()
    test.run()
    finished(test, "library-standard-propose")
    assert not test.exception
    (line,) = laboratory.collecting.imports()
    made = laboratory.collecting.get(line.number)
    assert (made.standard, made.run, made.imported_by) == ("RS-1", run.number, IMPORTER)
    assert made.counts.taken == 1


def test_id_8_a_run_that_is_not_there_and_a_lot_in_quarantine_are_refused_in_words(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    run = laboratory.importing.runs(add_exhibit(laboratory, tmp_path, seed=7))[0]
    test = section(start(laboratory, "library", IMPORTER), "imports")
    for number, then in (("none", "not found"), (run.number, "none")):
        keyed(test.text_input, "library-standard-lot").input("RS-9")
        keyed(test.text_input, "library-standard-run").input(number)
        button(test, "Show the components of the run").click()
        test.run()
        finished(test, "library-standard-look")
        assert not test.exception
        assert bool(test.error) == (number == "none"), then
    button(test, "Propose the spectrum").click()
    test.run()
    finished(test, "library-standard-propose")
    assert any("RS" in one.value for one in test.error)
    assert not laboratory.collecting.imports()
    curator = section(start(laboratory, "library", SECOND), "imports")
    assert not [one for one in curator.text_input if str(one.key).startswith("library-standard")]


def _standard(laboratory: Laboratory) -> None:
    expert = laboratory.staffing.get(IMPORTER)
    facts = StandardFacts(
        number="RS-1",
        substance="ethanol",
        producer="P",
        lot="L7",
        certificate="C-1",
        received_on=laboratory.staffing.today(),
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal(0),
    )
    laboratory.stocking.add_standard(facts, actor=expert)
    laboratory.stocking.release_standard("RS-1", reason="certificate seen", actor=expert)


def test_an_import_is_refused_with_a_reason(laboratory: Laboratory, tmp_path: Path) -> None:
    number = imported(laboratory, tmp_path, earlier(), "small.msp")
    test = section(start(laboratory, "library", SECOND), "imports")
    keyed(test.text_input, "library-refusal").input("the licence is not clear")
    button(test, "Refuse the import").click()
    test.run()
    assert laboratory.collecting.get(number).status is ImportState.REFUSED
    assert "the licence is not clear" in told(test)


def test_two_releases_are_compared(laboratory: Laboratory, tmp_path: Path) -> None:
    curator = laboratory.staffing.get(SECOND)
    laboratory.curating.add_release(written(tmp_path, earlier(), "s1.msp"), actor=curator, name="S 1")
    laboratory.curating.add_release(written(tmp_path, later(), "s2.msp"), actor=curator, name="S 2")
    test = start(laboratory, "library", "head")
    keyed(test.selectbox, "library-earlier").set_value("S 1")
    keyed(test.selectbox, "library-later").set_value("S 2")
    button(test, "Compare").click()
    test.run()
    finished(test, "library-difference")
    assert not test.exception
    assert "From S 1 to S 2: 1 came, 0 went, 2 changed, 0 are the same; 1 compounds are new." in told(test)


def test_the_watch_runs_beside_the_page_and_the_expert_answers(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    run, expert = laboratory.importing.runs(exhibit)[0], laboratory.staffing.get("expert-a")
    examination = laboratory.examining.open(run.number, release_name="principal-ions", actor=expert)
    known = laboratory.examining.spectra(examination.number)[0]
    peaks = {round(mz): round(height) for mz, height in zip(known.mz, known.intensity, strict=True) if height >= 1}
    text = msp(record("Simulated newcomer", number=1, peaks=peaks), record(BETA, number=2))
    curator = laboratory.staffing.get(SECOND)
    laboratory.curating.add_release(written(tmp_path, text, "grown.msp"), actor=curator, name="Grown 1")
    test = section(start(laboratory, "library", "expert-a"), "alerts")
    button(test, "Search again now").click()
    test.run()
    finished(test, "watch")
    assert not test.exception
    (alert,) = laboratory.alerting.listed(limit=5).alerts
    assert "Simulated newcomer" in told(test)
    keyed(test.text_input, "alert-answer-reason").input("made of this very spectrum")
    keyed(test.segmented_control, "alert-answer-outcome").set_value(AlertOutcome.STANDS)
    button(test, "Record the answer").click()
    test.run()
    assert not test.exception
    answer = laboratory.alerting.get(alert.number).answer
    assert answer is not None
    assert answer.outcome is AlertOutcome.STANDS


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("shown", ["releases", "imports", "making", "isomers", "alerts", "clusters"])
def test_every_section_speaks_the_language(laboratory: Laboratory, tmp_path: Path, shown: str, language: str) -> None:
    imported(laboratory, tmp_path, earlier(), "small.msp")
    test = section(
        start(laboratory, "library", "expert-a" if shown in {"alerts", "clusters"} else SECOND, language=language),
        shown,
    )
    assert not test.exception
    assert [one.value for one in test.title] == [Translator(language)("Library")]


def test_an_unknown_of_two_exhibits_gets_a_provisional_name(laboratory: Laboratory, tmp_path: Path) -> None:
    expert = laboratory.staffing.get("expert-a")
    for seed in (7, 8):
        run = laboratory.importing.runs(add_exhibit(laboratory, tmp_path, seed=seed))[0]
        laboratory.examining.open(run.number, release_name="principal-ions", actor=expert)
    test = section(start(laboratory, "library", "expert-a"), "clusters")
    assert "No unknown was seen" in told(test)
    button(test, "Bring the clusters up to date").click()
    test.run()
    finished(test, "clusters")
    assert not test.exception
    found = laboratory.clustering.clusters()
    assert {len(one.sightings) for one in found} == {2}
    assert "Seen in 2 seizures of 2 cases, in 0 regions, since unknown." in told(test)
    assert "Of 2 seizures the region is not known." in told(test)
    keyed(test.text_input, "provisional-name").input("Unknown 2026-A")
    button(test, "Make a provisional substance").click()
    test.run()
    assert not test.exception
    (made,) = [one.provisional for one in laboratory.clustering.clusters() if one.provisional]
    assert laboratory.clustering.provisional(made).name == "Unknown 2026-A"
    assert "It is no identification." in told(test)


def test_the_curator_judges_what_spectra_do_not_tell_apart(laboratory: Laboratory, tmp_path: Path) -> None:
    isomers = [one for one in principal_ions() if one.formula == "C11H15NO2"]
    assert len(isomers) > 1
    curator = laboratory.staffing.get(SECOND)
    laboratory.curating.add_release(write_msp(tmp_path / "isomers.msp", isomers), actor=curator, name="Isomers 1")
    test = section(start(laboratory, "library", SECOND), "isomers")
    button(test, "Compute the groups").click()
    test.run()
    finished(test, "isomers")
    assert not test.exception
    (group,) = laboratory.isomer_curating.of_release("Isomers 1")
    assert group.formula == "C11H15NO2"
    keyed(test.text_input, "isomers-reason").input("principal ions alone decide nothing")
    button(test, "Reject").click()
    test.run()
    assert laboratory.isomer_curating.get(group.number).state == "rejected"
    assert "principal ions alone decide nothing" in told(test)
