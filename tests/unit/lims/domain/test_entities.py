import dataclasses
from datetime import UTC, datetime

import pytest

from lims.domain.case import Case
from lims.domain.exhibit import Exhibit
from lims.domain.library import RecordedRelease
from lims.domain.run import RawData, RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.errors import InvalidRecordError, NotPermittedError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CASE = Case(
    number="2026-0001",
    laboratory="L",
    appointing_body="Court",
    order_number="7",
    order_date=None,
    seizure_date=None,
    seizure_place="Almaty",
    questions=("What is it?",),
    demonstration=False,
)
EXHIBIT = Exhibit(
    number="2026-0001/1",
    case_number="2026-0001",
    description="a card",
    seal_number="S-1",
    seal_intact=True,
    received_at=NOW,
    received_by="technician",
)
RUN = RecordedRun(
    number="2026-0001/1-R1",
    exhibit_number="2026-0001/1",
    raw=RawData(sha256="ab" * 32, file_name="1.D", is_folder=True),
    scans=2430,
    sample_name="",
    acquired_at="",
    instrument="",
    method="",
    vial="",
    source_format="f",
    simulation_statement="",
    imported_at=NOW,
    imported_by="technician",
)
RELEASE = RecordedRelease(
    number="SWGDRUG 3.4", sha256="cd" * 32, file_name="a.msp", spectra=2988, purpose="", recorded_at=NOW
)
MEMBER = StaffMember(number="expert-a", name="А. Эксперт", post="chemist", roles=(Role.EXPERT, Role.TECHNICIAN))


@pytest.mark.parametrize(
    ("record", "parent", "state", "title"),
    [
        (CASE, "", "open", "Court"),
        (dataclasses.replace(CASE, demonstration=True), "", "demonstration", "Court"),
        (EXHIBIT, "2026-0001", "received", "a card"),
        (RUN, "2026-0001/1", "imported", "1.D"),
        (dataclasses.replace(RUN, simulation_statement="made up"), "2026-0001/1", "simulated", "1.D"),
        (RELEASE, "", "frozen", "a.msp"),
        (MEMBER, "", "expert, technician", "А. Эксперт"),
        (dataclasses.replace(MEMBER, roles=()), "", "", "А. Эксперт"),
    ],
)
def test_lists_show_where_a_record_belongs_and_stands(record, parent, state, title):
    assert (record.parent, record.state, record.title) == (parent, state, title)


@pytest.mark.parametrize(
    ("record", "field", "told"),
    [
        (CASE, "number", "case number"),
        (CASE, "laboratory", "laboratory"),
        (CASE, "appointing_body", "appointing body"),
        (EXHIBIT, "number", "exhibit number"),
        (EXHIBIT, "description", "description"),
        (RUN, "number", "run number"),
        (RELEASE, "number", "release name"),
        (RELEASE, "sha256", "release digest"),
        (MEMBER, "number", "staff number"),
        (MEMBER, "name", "name"),
        (MEMBER, "post", "post"),
    ],
)
def test_what_a_record_cannot_do_without_is_needed(record, field, told):
    for value in ("", " ", "a\u202eb"):
        with pytest.raises(InvalidRecordError, match=f"^{told}: "):
            dataclasses.replace(record, **{field: value})


@pytest.mark.parametrize(
    ("record", "field"), [(CASE, "order_number"), (CASE, "seizure_place"), (EXHIBIT, "seal_number")]
)
def test_other_texts_may_be_empty_but_hide_nothing(record, field):
    assert getattr(dataclasses.replace(record, **{field: ""}), field) == ""
    with pytest.raises(InvalidRecordError, match=r"invisible character U\+200B"):
        dataclasses.replace(record, **{field: "a\u200bb"})


def test_every_question_of_a_case_is_a_text():
    with pytest.raises(InvalidRecordError, match="question: empty"):
        dataclasses.replace(CASE, questions=("What is it?", ""))


def test_a_run_has_bytes_behind_it():
    with pytest.raises(InvalidRecordError, match="raw data digest: empty"):
        dataclasses.replace(RUN, raw=dataclasses.replace(RUN.raw, sha256=""))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "a\\b"])
def test_the_name_of_a_run_is_a_name_and_no_path(name):
    with pytest.raises(InvalidRecordError, match="file name"):
        dataclasses.replace(RUN, raw=dataclasses.replace(RUN.raw, file_name=name))


def test_an_act_needs_one_of_its_roles():
    MEMBER.require(Role.EXPERT)
    MEMBER.require(Role.ADMINISTRATOR, Role.TECHNICIAN)
    with pytest.raises(
        NotPermittedError, match="expert-a is expert, technician; this act needs administrator or library curator"
    ):
        MEMBER.require(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)
    with pytest.raises(NotPermittedError, match="expert-a is without a role; this act needs expert"):
        dataclasses.replace(MEMBER, roles=()).require(Role.EXPERT)
