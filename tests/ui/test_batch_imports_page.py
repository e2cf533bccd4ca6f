"""Importing runs on the page of batches: beside the page, found again, others go on, folders of the settings only."""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims.services.laboratory import Laboratory
from lims.services.measuring import MeasuringService
from lims.translation import Translator
from lims.ui.batch_import import import_key
from tests.builders.batches import run_folder
from tests.builders.kept_homes import KeptHomes
from tests.ui.background_work import finished
from tests.ui.batches import add_batch, make_batch_laboratory, write_runs, zipped
from tests.ui.conftest import open_again
from tests.ui.test_pages import button, start

FILES, FOLDER = "Runs of this batch", "or a folder of the server"


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    def make(home: Path) -> None:
        add_batch(make_batch_laboratory(home))

    kept_homes.copy("batches: batch", tmp_path / "home", make)
    return open_again(tmp_path / "home")


@pytest.fixture
def batch(laboratory: Laboratory) -> str:
    return laboratory.batching.batches()[0].number


@pytest.fixture
def runs(laboratory: Laboratory, batch: str, tmp_path: Path) -> list[Path]:
    """Write the runs of the batch into a folder of the server, which the settings name."""
    folder = tmp_path / "server" / "today"
    with (tmp_path / "home" / "aigaq.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[importing]\nfolders = ["{folder.parent}"]\n')
    return write_runs(laboratory, batch, folder)


def told(test) -> str:
    return "\n".join(one.value for one in test.text)


def labelled(widgets, label: str):
    return next(one for one in widgets if one.label.startswith(label))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_runs_of_a_folder_of_the_server_come_in_and_one_that_fails_is_named_while_the_others_go_on(
    laboratory: Laboratory, batch: str, runs: list[Path], language: str
) -> None:
    (runs[2] / "data.ms").write_bytes(b"no run")
    t = Translator(language)
    test = start(laboratory, "batches", "technician", language=language)
    chosen = labelled(test.selectbox, t(FOLDER))
    assert chosen.options == [str(runs[0].parent.parent), str(runs[0].parent)]
    chosen.select(str(runs[0].parent))
    button(test, t("Import")).click()
    finished(test.run(), import_key(batch))
    assert not test.exception
    words = told(test)
    assert t("{brought} of {count} files were brought in.", brought=6, count=7) in words
    assert f"✕ {runs[2].name}" in words
    assert words.index("✕") < words.index("■ "), "what needs a person stands first"
    kept = laboratory.batching.get(batch)
    assert [one.place for one in kept.runs] == [1, 2, 4, 5, 6, 7], "nothing is half-written"
    assert laboratory.auditing.verify().intact


def test_an_import_is_found_again_by_its_person_in_a_new_session_and_by_nobody_else(
    laboratory: Laboratory, batch: str, runs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, real = threading.Event(), MeasuringService.import_folder

    def slow(self, folder, *, progress, **facts):
        for number, run in enumerate(runs):
            progress(run, (0.0, 0.5, 1.0)[number % 3])
        assert go_on.wait(60)
        return real(self, folder, progress=progress, **facts)

    monkeypatch.setattr(MeasuringService, "import_folder", slow)
    first = start(laboratory, "batches", "technician")
    labelled(first.selectbox, FOLDER).select(str(runs[0].parent))
    button(first, "Import").click()
    first.run()
    job = first.session_state[import_key(batch)]
    again = start(laboratory, "batches", "technician")
    assert "Under way since" in told(again)
    bars = next(one.value for one in again.dataframe if "Progress" in one.value.columns)
    assert list(bars["State"])[:3] == ["waits", "read", "ended"]
    assert bars["File"].to_list() == [run.name for run in runs]
    assert not any(one.label == "Import" for one in again.button), "the same is not begun twice"
    other = start(laboratory, "batches", "expert-a")
    assert "Under way since" not in told(other)
    go_on.set()
    assert job.ended.wait(60)
    later = start(laboratory, "batches", "technician")
    assert "7 of 7 files were brought in." in told(later)
    button(later, "Seen").click()
    later.run()
    assert "files were brought in" not in told(later)
    assert "files were brought in" not in told(start(laboratory, "batches", "technician"))


def test_a_mismatch_stops_what_came_after_it_until_somebody_found_out_why(
    laboratory: Laboratory, batch: str, runs: list[Path], tmp_path: Path
) -> None:
    """Rule AT-19; the archive of all runs is taken apart."""
    shutil.rmtree(runs[1])
    run_folder(runs[0].parent / "stranger.D", sample="NOBODY", vial=1, at=datetime.now(UTC) + timedelta(seconds=20))
    archive = Path(shutil.make_archive(str(tmp_path / "all"), "zip", root_dir=runs[0].parent))
    test = start(laboratory, "batches", "technician")
    labelled(test.file_uploader, FILES).set_value([(archive.name, archive.read_bytes(), "application/zip")])
    button(test, "Import").click()
    finished(test.run(), import_key(batch))
    assert "✕ stranger.D: refused" in told(test)
    assert told(test).count("waits; a run before it does not fit") == 6
    assert laboratory.batching.get(batch).runs == ()
    rest = [zipped(run) for run in runs if run.exists()]
    test = start(laboratory, "batches", "technician")
    labelled(test.file_uploader, FILES).set_value([(one.name, one.read_bytes(), "application/zip") for one in rest])
    labelled(test.checkbox, "Go on").check()
    button(test, "Import").click()
    finished(test.run(), import_key(batch))
    assert not test.exception
    assert [one.place for one in laboratory.batching.get(batch).runs] == [1, 3, 4, 5, 6, 7], told(test)


def test_neither_nothing_nor_both_is_imported_nor_a_folder_that_is_not_offered(
    batch: str, runs: list[Path], tmp_path: Path
) -> None:
    laboratory = open_again(tmp_path / "home")
    test = start(laboratory, "batches", "technician")
    button(test, "Import").click()
    assert any("either files or a folder" in one.value for one in test.run().error)
    labelled(test.selectbox, FOLDER).select(str(runs[0].parent))
    shutil.move(runs[0].parent, runs[0].parents[2] / "elsewhere")
    button(test, "Import").click()
    test.run()
    assert test.error
    assert laboratory.measuring.folders.offered() == (str(runs[0].parents[1]),)
    assert laboratory.batching.get(batch).runs == ()


def test_no_folder_is_offered_where_the_settings_name_none(laboratory: Laboratory, batch: str) -> None:
    test = start(laboratory, "batches", "technician")
    assert any(one.label.startswith(FILES) for one in test.file_uploader), batch
    assert not any(one.label.startswith(FOLDER) for one in test.selectbox)
