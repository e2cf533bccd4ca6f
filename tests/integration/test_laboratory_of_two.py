"""A laboratory of two, as its settings make it: the reviewer is the head and issues, and every report says so."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.examination import Examination
from lims.domain.report import Report, ReportStatus
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.errors import NotPermittedError, ReleaserWorkedError, TransitionError
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.settings import SETTINGS_FILE, load_settings
from tests.builders.clocks import SetClock
from tests.builders.commands import aigaq
from tests.builders.devices import Device, enrol
from tests.builders.people import hire
from tests.builders.plain_homes import ADDRESS, GATES_OFF
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES

PASSWORD = "twelve and more characters"  # noqa: S105 - of people who exist for a minute
ADMIN = StaffMember(number="admin", name="Admin", post="it", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR))
CHEMIST = StaffMember(number="chemist", name="Chemist", post="expert", roles=(Role.TECHNICIAN, Role.EXPERT))
HEAD = StaffMember(number="head", name="Head", post="head", roles=(Role.TECHNICAL_REVIEWER, Role.HEAD))


class Two:
    """The laboratory and the devices of its two signers."""

    def __init__(self, home: Path, settings: Sequence[str]) -> None:
        home.mkdir(mode=0o700)
        (home / SETTINGS_FILE).write_text("\n".join((ADDRESS, *settings, GATES_OFF)))
        self.clock = SetClock(datetime.now(UTC) - timedelta(hours=1))
        self.laboratory: Laboratory = open_laboratory(load_settings({}, home=home), clock=self.clock)
        hire(self.laboratory, (ADMIN, CHEMIST, HEAD), password=PASSWORD)
        self.devices: dict[str, Device] = {
            person.number: enrol(self.laboratory.authentication, person.number) for person in (CHEMIST, HEAD)
        }

    def confirmed(self, person: StaffMember, meaning: SignatureMeaning, record: object):
        """Confirm with the next code of the person's device."""
        self.clock.advance(seconds=30)
        code = self.devices[person.number].code(self.clock.now())
        return self.laboratory.authentication.confirm(
            person.number, password=PASSWORD, code=code, meaning=meaning, record=record
        )

    def reviewed(self, run: Path) -> Report:
        laboratory = self.laboratory
        case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=CHEMIST)
        exhibit = laboratory.accessioning.register_exhibit(
            case.number, ExhibitFacts(description="a card", condition="dry"), actor=CHEMIST
        )
        recorded = laboratory.importing.import_run(run, exhibit_number=exhibit.number, actor=CHEMIST)
        release = laboratory.curating.add_training_release(actor=ADMIN)
        examination = laboratory.examining.open(recorded.number, release_name=release.number, actor=CHEMIST)
        for component in examination.components:
            laboratory.examining.identify(examination.number, component.number, rank=1, actor=CHEMIST)
        return self.signed(laboratory.examining.conclude(examination.number, actor=CHEMIST))

    def signed(self, concluded: Examination) -> Report:
        """Draft the report of a concluded examination and review it."""
        laboratory = self.laboratory
        drafted = laboratory.reporting.draft(
            concluded.number,
            reviewer=HEAD.number,
            language="en",
            actor=CHEMIST,
            confirmation=self.confirmed(CHEMIST, SignatureMeaning.AUTHOR, concluded),
        )
        return laboratory.reviewing.approve(
            drafted.number,
            actor=HEAD,
            checklist=TECHNICAL_YES,
            confirmation=self.confirmed(HEAD, SignatureMeaning.TECHNICAL_REVIEWER, drafted),
        )

    def cleared(self, report: Report) -> Report:
        return self.laboratory.administering.approve(
            report.number,
            actor=HEAD,
            checklist=ADMINISTRATIVE_YES,
            confirmation=self.confirmed(HEAD, SignatureMeaning.ADMINISTRATIVE_REVIEWER, report),
        )

    def issued(self, report: Report) -> Report:
        cleared = self.cleared(report)
        return self.laboratory.releasing.release(
            report.number, actor=HEAD, confirmation=self.confirmed(HEAD, SignatureMeaning.RELEASER, cleared)
        )


def verified(pdf: Path, laboratory: Laboratory) -> tuple[str, int]:
    """Let the command verify a file; give its verdict and its exit code."""
    done = aigaq("report", "verify", pdf, "--json", home=laboratory.settings.home)
    return json.loads(done.stdout)["verdict"], done.returncode


def test_the_reviewer_issues_where_the_settings_say_so(tmp_path: Path, training_file: Path) -> None:
    two = Two(tmp_path / "home", ["release_by_reviewer = true"])
    laboratory = two.laboratory
    reviewed = two.reviewed(training_file)
    assert reviewed.release_by_reviewer
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(laboratory.reporting.document(reviewed.number))
    assert verified(pdf, laboratory) == ("NOT ISSUED", 5)
    cleared = two.cleared(reviewed)
    assert laboratory.releasing.hindrances(reviewed.number, actor=HEAD) == ()
    issued = laboratory.releasing.release(
        reviewed.number, actor=HEAD, confirmation=two.confirmed(HEAD, SignatureMeaning.RELEASER, cleared)
    )
    assert (issued.status, issued.releaser) == (ReportStatus.ISSUED, HEAD.number)
    assert verified(pdf, laboratory) == ("VALID", 0)
    laboratory.releasing.withdraw(
        issued.number,
        actor=HEAD,
        reason="the seal was broken",
        confirmation=two.confirmed(HEAD, SignatureMeaning.WITHDRAWER, issued),
    )
    assert verified(pdf, laboratory) == ("WITHDRAWN", 7)
    assert laboratory.reporting.document(issued.number) == pdf.read_bytes()
    assert laboratory.auditing.verify().intact


def test_rp_3_at_14_the_file_of_a_superseded_report_says_what_replaced_it(tmp_path: Path, training_file: Path) -> None:
    two = Two(tmp_path / "home", ["release_by_reviewer = true"])
    laboratory = two.laboratory
    old = two.issued(two.reviewed(training_file))
    laboratory.amending.order(old.number, what="the wording", why="it was misread", actor=HEAD)
    concluded = laboratory.examining.conclude(old.examination_number, actor=CHEMIST)
    new = two.issued(two.signed(concluded))
    pdf = tmp_path / "old.pdf"
    pdf.write_bytes(laboratory.reporting.document(old.number))
    assert verified(pdf, laboratory) == ("SUPERSEDED", 3)
    said = aigaq("report", "verify", pdf, home=laboratory.settings.home).stdout
    assert said.startswith(f"SUPERSEDED BY {new.number}  ")
    pdf.write_bytes(laboratory.reporting.document(new.number))
    assert verified(pdf, laboratory) == ("VALID", 0)
    said = aigaq("report", "verify", pdf, home=laboratory.settings.home).stdout
    assert "Reviewed administratively by Head on " in said
    assert "Issued by Head on " in said


def test_elsewhere_the_reviewer_issues_nothing(tmp_path: Path, training_file: Path) -> None:
    two = Two(tmp_path / "home", [])
    laboratory = two.laboratory
    reviewed = two.reviewed(training_file)
    kinds = {type(reason) for reason in laboratory.releasing.hindrances(reviewed.number, actor=HEAD)}
    assert ReleaserWorkedError in kinds
    with pytest.raises((TransitionError, NotPermittedError)):
        laboratory.releasing.release(
            reviewed.number, actor=HEAD, confirmation=two.confirmed(HEAD, SignatureMeaning.RELEASER, reviewed)
        )
    assert laboratory.reporting.get(reviewed.number).status is ReportStatus.REVIEWED
