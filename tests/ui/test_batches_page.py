"""The page of batches, run by Streamlit's own test driver: three languages, the acts, and the refusals."""

import time
from pathlib import Path

import pytest

from lims.domain.batch import BatchStatus
from lims.services.laboratory import Laboratory
from lims.ui.batch_import import import_key
from tests.builders.devices import enrol
from tests.builders.kept_homes import KeptHomes
from tests.ui.background_work import finished
from tests.ui.batches import acts_of, add_batch, make_batch_laboratory, measure, write_runs, zipped
from tests.ui.conftest import PASSWORD, add_exhibit, open_again
from tests.ui.test_pages import button, start


def define(home: Path) -> None:
    make_batch_laboratory(home)


def plan(home: Path) -> None:
    add_batch(make_batch_laboratory(home))


def fail(home: Path) -> None:
    laboratory = make_batch_laboratory(home)
    number = add_batch(laboratory)
    measure(laboratory, number, home.parent)
    acts_of(laboratory).judge(number, control="90")


MADE = {"failed": fail, "batch": plan, "laboratory": define}
"""By the fixture that a test names, the dearest first."""


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path, request: pytest.FixtureRequest) -> Laboratory:
    """Give a laboratory with a method; with a batch, or one that failed, where the test asks for it too."""
    kind = next(name for name in MADE if name in request.fixturenames)
    kept_homes.copy(f"batches: {kind}", tmp_path / "home", MADE[kind])
    return open_again(tmp_path / "home")


@pytest.fixture
def batch(laboratory: Laboratory) -> str:
    (line,) = laboratory.batching.batches()
    return line.number


@pytest.fixture
def failed(batch: str) -> str:
    return batch


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("person", ["technician", "expert-a", "quality"])
def test_the_page_starts_without_a_batch(laboratory: Laboratory, person: str, language: str) -> None:
    test = start(laboratory, "batches", person, language=language)
    assert not test.exception
    assert len(test.title) == 1
    assert not test.error


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("person", ["technician", "expert-a", "quality"])
def test_a_failed_batch_is_shown_to_everybody(laboratory: Laboratory, failed: str, person: str, language: str) -> None:
    test = start(laboratory, "batches", person, language=language)
    assert not test.exception
    assert len(test.error) == 1
    assert failed in test.subheader[0].value
    assert len(test.dataframe) == 2
    assert len(test.text_area) == {"technician": 1, "expert-a": 1, "quality": 3}[person]


def test_a_pasted_sequence_is_planned_and_a_wrong_one_refused(laboratory: Laboratory, batch: str) -> None:
    test = start(laboratory, "batches", "technician")
    pasted = next(area for area in test.text_area if area.label == "or paste it here")
    pasted.input("sample_name,sample_type,vial,nominal_ug_per_ml,exhibit\n=cmd,blank,1,,\n")
    button(test, "Plan the batch").click()
    test.run()
    assert any("formula" in error.value for error in test.error)
    lines = ["sample_name,sample_type,vial,nominal_ug_per_ml,exhibit", "BLK,blank,1,,", "c25,calibrator,2,25,"]
    lines += ["c50,calibrator,3,50,", "q,control,4,40,"]
    next(area for area in test.text_area if area.label == "or paste it here").input("\n".join(lines))
    button(test, "Plan the batch").click()
    test.run()
    assert not test.exception
    numbers = [line.number for line in laboratory.batching.batches()]
    assert len(numbers) == 2
    assert batch in numbers
    assert numbers[0] in test.subheader[0].value


def test_runs_are_brought_in_and_what_is_no_run_is_refused(laboratory: Laboratory, batch: str, tmp_path: Path) -> None:
    run, spoilt, *_ = (zipped(folder) for folder in write_runs(laboratory, batch, tmp_path))
    spoilt.write_bytes(spoilt.read_bytes()[:-40])
    test = start(laboratory, "batches", "technician")
    uploads = [(path.name, path.read_bytes(), "application/zip") for path in (run, spoilt)]
    next(one for one in test.file_uploader if one.label.startswith("Runs of this batch")).set_value(uploads)
    button(test, "Import").click()
    finished(test.run(), import_key(batch))
    assert not test.exception
    told = [text.value for text in test.text]
    assert any(text.startswith(f"■ {run.name}: run ") for text in told)
    assert any(text.startswith(f"✕ {spoilt.name}: refused. ") for text in told)
    assert laboratory.batching.get(batch).title == "1/7"


def test_an_expert_discards_a_run_with_a_reason(laboratory: Laboratory, batch: str, tmp_path: Path) -> None:
    measure(laboratory, batch, tmp_path)
    test = start(laboratory, "batches", "expert-a")
    button(test, "Discard").click()
    test.run()
    assert any("reason" in error.value for error in test.error)
    next(field for field in test.text_input if field.label == "Reason").input("an empty vial <b>")
    button(test, "Discard").click()
    test.run()
    discarded = laboratory.batching.get(batch).discarded
    assert [(one.run.place, one.reason) for one in discarded] == [(1, "an empty vial <b>")]
    assert not test.exception


def test_a_failed_batch_is_released_with_password_and_answers(laboratory: Laboratory, failed: str) -> None:
    device = enrol(laboratory.authentication, "quality")
    test = start(laboratory, "batches", "quality")
    button(test, "Record and release").click()
    test.run()
    assert any("password" in error.value for error in test.error)
    time.sleep(1.1)  # the wait after one wrong try
    for area in test.text_area:
        area.input(f"{area.label}: *words*")
    next(field for field in test.text_input if field.label == "Your password").input(PASSWORD)
    code = next(field for field in test.text_input if field.label == "Code from your device, six digits")
    code.input(device.code(laboratory.clock.now()))
    button(test, "Record and release").click()
    test.run()
    assert not test.exception
    assert laboratory.batching.get(failed).status is BatchStatus.RELEASED
    assert any("What went wrong: *words*" in text.value for text in test.text)


def test_who_did_the_work_is_not_offered_the_release(laboratory: Laboratory, failed: str) -> None:
    """expert-a is a technical reviewer too, but judged this batch."""
    test = start(laboratory, "batches", "expert-a")
    assert failed in test.subheader[0].value
    assert "Record and release" not in [found.label for found in test.button]
    assert any("another person releases it" in info.value for info in test.info)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_an_exhibit_says_how_far_its_run_may_be_relied_on(
    laboratory: Laboratory, failed: str, tmp_path: Path, language: str
) -> None:
    run = laboratory.batching.get(failed).run_at(6)
    assert run is not None
    exhibit = run.run_number.rsplit("-R", maxsplit=1)[0]
    test = start(laboratory, "exhibits", "technician", language=language, chosen_exhibit=exhibit)
    assert not test.exception
    assert any(failed in text.value and "6" in text.value for text in test.text)
    alone = add_exhibit(laboratory, tmp_path, seed=11)
    assert not start(laboratory, "exhibits", "technician", language=language, chosen_exhibit=alone).exception
    expert = laboratory.staffing.get("expert-a")
    laboratory.batching.discard(failed, 6, reason="the wrong vial", actor=expert)
    again = start(laboratory, "exhibits", "technician", language=language, chosen_exhibit=exhibit)
    assert not again.exception
    if language == "en":
        assert any(text.value == f"Batch {failed}: this run was discarded" for text in again.text)
