"""Legal determinations of exhibits: the day of the seizure and of the report, and the same again years later."""

import dataclasses
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lims.domain.legal_determination import LegalDetermination, StructureLevel
from lims.domain.quantitation import Quantitation
from lims.domain.record import body_of, from_body
from lims.domain.weighing import WeighingPurpose
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    ReviewerIsExaminerError,
    StaleVersionError,
    TransitionError,
)
from lims.ledger.canonical import canonical_bytes
from lims.persistence.store import SqlStore
from lims.reporting.sections.legal_size import amount_words
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.determining import DeterminationFacts
from lims.services.legal_outlook import rows_of
from lims.services.legislating import TableFacts
from lims.services.permitting import Rights
from lims.services.report_law import legal_section, legal_sections
from lims.translation import Translator
from substance_library.determination import Content, LegalStatus
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.thresholds import Basis, Dryness, Form, Matter
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.law_books import act, edition
from tests.builders.measuring_bench import BALANCE, K, balance, check, shown
from tests.builders.people import QUALITY

QUANTITATIONS = Path(__file__).parents[2] / "reporting" / "fictitious_quantitation.json"
SEIZED = date(2021, 3, 5)
FACTS = TableFacts(number="ZZ-1/1/list", edition="ZZ-1/1", part="list", consolidated=True, complete=True)
HEADER = "number,kind,name_en,smiles,salts,esters,ethers,isomers,isotopologues,analogues\n"
TEXT = "the official gazette of ZZ"
BASIS = Basis(matter=Matter.MIXTURE, form=None, dryness=Dryness.AS_IS)


def rows(*structures):
    lines = (f"{n},named,toy {n},{text},yes,no,no,none,no,no\n" for n, text in enumerate(structures, start=1))
    return (HEADER + "".join(lines)).encode()


def enter(lab, number, data, *, first, last=None, part="list", **facts):
    """Enter and publish one edition with one table."""
    service = lab.legislating
    service.draft_edition(edition(number, first=first, last=last, **facts), actor=ADMIN)
    table = dataclasses.replace(FACTS, number=f"{number}/{part}", edition=number, part=part)
    service.import_table(table, data, name="rows.csv", actor=ADMIN)
    service.confirm_table(table.number, compared_with=TEXT, actor=QUALITY)
    return service.publish_edition(number, compared_with=TEXT, actor=QUALITY)


@pytest.fixture
def lab(bench):
    """Give a laboratory whose book has one fictitious act: CCN is listed until the end of 2022, CCCN from then on."""
    bench.hire()
    service = bench.legislating
    service.draft_act(act(parts=("list",), threshold_parts=("sizes",)), actor=ADMIN)
    service.confirm_act("ZZ-1", compared_with=TEXT, actor=QUALITY)
    enter(bench, "ZZ-1/1", rows("CCN"), first=date(2020, 1, 1), last=date(2022, 12, 31))
    enter(bench, "ZZ-1/2", rows("CCCN"), first=date(2023, 1, 1), amended_by="No. 2")
    return bench


@pytest.fixture
def exhibit(lab):
    case = lab.case()
    seizure = lab.accessioning.register_seizure(case.number, SeizureFacts(seized_on=SEIZED), actor=TECHNICIAN)
    facts = ExhibitFacts(description="a card", condition="dry, closed", seizure_number=seizure.number)
    return lab.accessioning.register_exhibit(case.number, facts, actor=TECHNICIAN).number


def facts(exhibit, *structures, **other):
    usual = {"substance": "toy", "level": StructureLevel.COMPLETE, "jurisdiction": "ZZ"}
    return DeterminationFacts(exhibit_number=exhibit, structures=structures or ("CCN",), **{**usual, **other})


def made(lab, exhibit, *structures, **other):
    return lab.determining.determine(facts(exhibit, *structures, **other), actor=EXPERT)


def test_kz_4_the_status_is_that_of_the_day_of_the_seizure_and_that_of_the_report_stands_beside_it(lab, exhibit):
    found = made(lab, exhibit)
    assert (found.number, found.parent) == (f"{exhibit}-L1", exhibit)
    assert (found.on_seizure.as_of, found.on_report.as_of) == (SEIZED, lab.clock.now().date())
    assert [found.on_seizure.result.value, found.on_report.result.value] == ["listed_by_name", "not_covered"]
    assert found.differs
    assert found.result is LegalStatus.LISTED_BY_NAME
    assert found.editions == ("ZZ-1/1", "ZZ-1/2")
    assert found.on_seizure.answers[0].findings[0].editions == ("ZZ-1/1",)
    later = made(lab, exhibit, "CCCN")
    assert (later.number, later.result) == (f"{exhibit}-L2", LegalStatus.NOT_COVERED)
    assert lab.determining.determinations(exhibit) == (found, later)
    assert lab.determining.determination(found.number) == found


def test_kz_4_without_a_day_of_the_seizure_nothing_is_decided(lab):
    found = made(lab, lab.exhibit().number)
    assert (found.seized_on, found.on_seizure, found.result) == (None, None, LegalStatus.CANNOT_DECIDE)
    assert not found.differs


def test_kz_4_kazakhstan_cannot_be_decided_and_says_what_is_missing(lab, exhibit):
    found = made(lab, exhibit, jurisdiction="KZ")
    assert found.result is LegalStatus.CANNOT_DECIDE
    assert any("No. 470" in words and "annex 1" in words for words in found.on_seizure.missing)
    assert "KZ-470/470" in found.editions


def test_law_5_4_02_where_the_stereochemistry_is_not_established_the_flat_structure_is_asked(lab, exhibit):
    levo = "COc1ccc2c(c1)[C@@]13CCCC[C@H]1[C@@H](C2)N(C)CC3"
    complete = made(lab, exhibit, levo, jurisdiction="UN")
    flat = made(lab, exhibit, levo, jurisdiction="UN", level=StructureLevel.NO_STEREO)
    assert complete.result is LegalStatus.LISTED_BY_NAME
    assert flat.result is LegalStatus.CANNOT_DECIDE
    assert any("stereochemistry not established" in words for words in flat.on_seizure.missing)


def test_law_5_4_03_isomers_that_are_not_told_apart_are_asked_one_by_one(lab, exhibit):
    found = made(lab, exhibit, "CCN", "CNC", level=StructureLevel.ISOMERS)
    assert [one.result.value for one in found.on_seizure.answers] == ["listed_by_name", "not_covered"]
    assert found.result is LegalStatus.CANNOT_DECIDE
    assert "isomers that are not told apart: CCN is listed_by_name, CNC is not_covered" in found.on_seizure.missing
    with pytest.raises(InvalidRecordError, match="1 structures"):
        made(lab, exhibit, "CCN", level=StructureLevel.ISOMERS)


def test_law_5_4_13_the_content_of_a_preparation_is_asked(lab, exhibit):
    share = Content(percent=Decimal(3), u_percent=Decimal(1))
    assert made(lab, exhibit, content=share).content == share


def test_an_override_stands_beside_the_answer_and_is_reviewed_anew(lab, exhibit):
    number = made(lab, exhibit).number
    with pytest.raises(ReviewerIsExaminerError):
        dataclasses.replace(lab.determining.determination(number)).review(by="expert-a", at=lab.clock.now())
    reviewed = lab.determining.review(number, actor=REVIEWER)
    assert (reviewed.state, reviewed.reviews[0].of_version) == ("reviewed", 1)
    with pytest.raises(TransitionError, match="reviewed already"):
        lab.determining.review(number, actor=REVIEWER)
    lab.clock.moment += timedelta(minutes=1)
    said = lab.determining.override(number, result=LegalStatus.NOT_COVERED, reason="row 1 is a salt", actor=EXPERT)
    assert (said.state, said.result, said.on_seizure.result.value) == (
        "made",
        LegalStatus.NOT_COVERED,
        "listed_by_name",
    )
    assert lab.determining.review(number, actor=REVIEWER).state == "reviewed"
    with pytest.raises(InvalidRecordError, match="reason"):
        lab.determining.override(number, result=LegalStatus.NOT_COVERED, reason=" ", actor=EXPERT)
    with pytest.raises((TransitionError, NotPermittedError)):
        lab.determining.override(number, result=LegalStatus.NOT_COVERED, reason="r", actor=REVIEWER)


@pytest.mark.parametrize("person", [TECHNICIAN, HEAD, QUALITY, ADMIN])
def test_only_an_expert_determines(lab, exhibit, person):
    with pytest.raises(NotPermittedError):
        lab.determining.determine(facts(exhibit), actor=person)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"structures": ("C(",)}, "structure"),
        ({"structures": ()}, "0 answers"),
        ({"substance": " "}, "substance"),
        ({"weighing_number": "W"}, "not stated"),
    ],
)
def test_what_cannot_be_asked_is_refused(lab, exhibit, changed, words):
    with pytest.raises(InvalidRecordError, match=words):
        lab.determining.determine(dataclasses.replace(facts(exhibit), **changed), actor=EXPERT)
    with pytest.raises(NotFoundError):
        lab.determining.determine(facts("2026-0001/9"), actor=EXPERT)


def test_law_5_2_a_determination_comes_out_bit_for_bit_after_later_texts_and_corrections(lab, exhibit):
    found = made(lab, exhibit, "CCN", "CNC", level=StructureLevel.ISOMERS)
    before = canonical_bytes(body_of(lab.determining.determination(found.number)))
    enter(lab, "ZZ-1/3", rows("CNC"), first=date(2024, 1, 1), amended_by="No. 3")
    table = dataclasses.replace(FACTS, number="ZZ-1/1/list")  # the rows of 2020 were entered wrongly
    lab.legislating.import_table(table, rows("CNC"), name="rows.csv", actor=ADMIN, replaces=2)
    lab.legislating.confirm_table(table.number, compared_with=TEXT, actor=QUALITY)
    assert made(lab, exhibit, "CCN").result is LegalStatus.NOT_COVERED  # the book of now, by the same clock
    again = lab.determining.recompute(found.number)
    assert (again.same, again.differences) == (True, ())
    assert canonical_bytes(body_of(lab.determining.determination(found.number))) == before


def test_a_recomputed_difference_is_named(lab, exhibit):
    """Where a record does not follow from the book of its time, somebody has to look."""
    found = made(lab, exhibit)
    other = dataclasses.replace(
        found,
        number=f"{exhibit}-L9",
        shipped_book_sha256="0" * 64,
        on_seizure=dataclasses.replace(
            found.on_seizure,
            answers=(dataclasses.replace(found.on_seizure.answers[0], result=LegalStatus.NOT_COVERED),),
        ),
    )
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(other, act="tested", actor=EXPERT, at=lab.clock.now())
        work.commit()
    again = lab.determining.recompute(other.number)
    assert not again.same
    assert again.differences == ("the shipped book of the law is another one", "the status on the day of the seizure")
    (day,) = again.days
    assert (again.other_program, day.on_seizure, day.day, day.then) == (True, True, SEIZED, LegalStatus.NOT_COVERED)
    assert day.again is LegalStatus.LISTED_BY_NAME


def test_wu_6_kz_4_the_size_is_that_of_the_day_of_the_seizure_with_its_edition(lab, exhibit):
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        for record in (balance(lab.clock.now()), check(lab.clock.now())):
            work.record(record, act="tested", actor=EXPERT, at=lab.clock.now())
        work.commit()
    sizes = b"number,entry,size,amount,unit,matter,form,dryness,inclusive\n"
    sizes += b"s,1,small,0.01,g,whole mixture,,as is,no\nl,1,large,49.80,g,whole mixture,,as is,no\n"
    table = dataclasses.replace(FACTS, number="ZZ-1/1/sizes", part="sizes")
    lab.legislating.import_table(table, sizes, name="sizes.csv", actor=ADMIN)
    lab.legislating.confirm_table(table.number, compared_with=TEXT, actor=QUALITY)
    weighed = lab.weighing.weigh(
        exhibit, shown("50.00 g"), balance=BALANCE, purpose=WeighingPurpose.RECEIVED, k=K, actor=EXPERT
    ).weighing
    found = made(lab, exhibit, weighing_number=weighed.number, basis=BASIS)
    (size,) = found.on_seizure.sizes
    assert (found.weighed.amount, found.weighed.u) == (weighed.stated.mass_g, weighed.stated.u_g)
    assert (size.finding.result.value, size.editions) == ("large", ("ZZ-1/1",))
    assert [one.decision.value for one in size.finding.comparisons] == ["exceeded", "exceeded"]
    assert found.on_report.sizes[0].finding.result.value == "cannot decide"  # the other edition does not list it
    assert lab.determining.recompute(found.number).same
    with pytest.raises(InvalidRecordError, match="is of exhibit"):
        made(lab, lab.exhibit().number, weighing_number=weighed.number, basis=BASIS)


def test_17025_7_10_a_faulty_edition_leads_to_the_reports_that_rest_on_it(lab, exhibit):
    found = made(lab, exhibit)
    from lims.domain.grounds import Name

    touched = lab.tracing.touched_by(Name(kind="law edition", number="ZZ-1/1"))
    assert touched.exhibits == (exhibit,)
    assert isinstance(lab.determining.determination(found.number), LegalDetermination)


def test_the_book_of_a_laboratory_holds_what_is_shipped_and_what_was_entered(lab):
    book = lab.legislating.book()
    assert isinstance(book, LawBook)
    assert {"ZZ", "KZ", "UN"} <= set(book.jurisdictions())
    assert Smiles("CCN") in {row.smiles for one in book.tables for row in one.entries}


def test_kz_4_the_report_of_an_exhibit_takes_its_determinations(lab, exhibit):
    found = made(lab, exhibit)
    lab.determining.review(found.number, actor=REVIEWER)
    with lab.store.reading() as work:
        (section,) = legal_sections(work, (exhibit,))
    assert (section.number, section.reviewed, section.differs) == (found.number, True, True)
    assert section.on_seizure.day == SEIZED
    (entry,) = section.on_seizure.entries
    assert (entry.name, entry.citation, entry.editions) == ("toy 1", "Fictitious act ZZ-1", ("ZZ-1/1",))
    lab.determining.override(found.number, result=LegalStatus.NOT_COVERED, reason="r", actor=EXPERT)
    with lab.store.reading() as work:
        (section,) = legal_sections(work, (exhibit,))
    assert (section.override, section.override_reason) == (LegalStatus.NOT_COVERED, "r")


def test_a_later_text_that_would_read_differently_is_named(lab, exhibit):
    found = made(lab, exhibit)
    assert lab.determining.reread(found.number).same
    enter(lab, "ZZ-1/3", rows("CNC"), first=date(2030, 1, 1), amended_by="No. 3")
    assert lab.determining.reread(found.number).same  # of a day that is neither
    table = dataclasses.replace(FACTS, number="ZZ-1/1/list")
    lab.legislating.import_table(table, rows("CNC"), name="rows.csv", actor=ADMIN, replaces=2)
    lab.legislating.confirm_table(table.number, compared_with=TEXT, actor=QUALITY)
    changed = lab.determining.reread(found.number)
    assert changed.differences == ("on the day of the seizure, 2021-03-05: listed_by_name then, not_covered now",)
    assert [(one.on_seizure, one.again) for one in changed.days] == [(True, LegalStatus.NOT_COVERED)]
    assert lab.determining.recompute(found.number).same


def test_kz_4_two_people_at_one_determination_are_told(lab, exhibit):
    found = made(lab, exhibit)
    said = {"result": LegalStatus.NOT_COVERED, "reason": "r", "actor": EXPERT}
    lab.determining.override(found.number, **said, version=1)
    with pytest.raises(StaleVersionError):
        lab.determining.review(found.number, actor=REVIEWER, version=1)
    with pytest.raises(StaleVersionError):
        lab.determining.override(found.number, **said, version=1)
    assert lab.determining.review(found.number, actor=REVIEWER, version=2).version == 3


PURE = Basis(matter=Matter.PURE, form=Form.BASE, dryness=Dryness.AS_IS)


def quantified(lab, exhibit, **changed):
    """Write a quantitation of the toy substance, whatever it rests on."""
    (made_up, _) = json.loads(QUANTITATIONS.read_text("utf-8"))
    measured = dataclasses.replace(
        from_body(Quantitation, made_up), number=f"{exhibit}-Q1", exhibit_number=exhibit, analyte="toy", **changed
    )
    with SqlStore(lab.engine, rights=Rights(enforced=False)).unit_of_work() as work:
        work.record(measured, act="tested", actor=EXPERT, at=lab.clock.now())
        work.commit()
    return measured


def test_wu_6_the_size_of_a_pure_substance_is_that_of_its_mass_by_quantitation(lab, exhibit):
    measured = quantified(lab, exhibit)
    found = made(lab, exhibit, quantitation_number=measured.number, basis=PURE)
    assert (found.content.percent, found.content.u_percent) == (measured.result.percent, measured.result.u_percent)
    assert (found.weighed.amount, found.weighed.u, found.weighed.unit) == (
        *(measured.total.mass_g, measured.total.u_g),
        "g",
    )
    assert (found.quantitation_number, found.weighing_number) == (measured.number, "")
    assert lab.determining.recompute(found.number).same
    section = legal_section(found)
    assert amount_words(section, t=Translator("en")).endswith(f"quantitation {measured.number}")


def test_a_quantitation_gives_the_content_of_a_mixture_and_no_amount(lab, exhibit):
    measured = quantified(lab, exhibit, total=None)
    found = made(lab, exhibit, quantitation_number=measured.number)
    assert (found.content.percent, found.weighed) == (measured.result.percent, None)


@pytest.mark.parametrize(
    ("changed", "other", "words"),
    [
        ({}, {"substance": "another"}, "is of toy in .*; expected another"),
        ({}, {"content": Content(percent=Decimal(5), u_percent=Decimal(1))}, "which states one"),
        ({}, {"basis": PURE, "weighing_number": "W"}, "weighing W is of the mixture"),
        ({"total": None}, {"basis": PURE}, "states no mass of the substance"),
        ({"total": None, "result": None}, {}, "states no content, or is discarded"),
    ],
)
def test_a_determination_takes_no_quantitation_of_something_else(lab, exhibit, changed, other, words):
    measured = quantified(lab, exhibit, **changed)
    with pytest.raises(InvalidRecordError, match=words):
        made(lab, exhibit, quantitation_number=measured.number, **other)


def test_kz_4_the_outlook_of_a_candidate_gives_both_days_and_records_nothing(lab, exhibit):
    """CCN is listed on the day of the seizure and not today; the program's own texts say nothing of either."""
    before = lab.entries
    found = {one.jurisdiction: one for one in lab.determining.outlook(exhibit, "CCN")}
    home = found["ZZ"]
    assert (home.on_seizure.result, home.on_seizure.as_of) == (LegalStatus.LISTED_BY_NAME, SEIZED)
    assert home.today.result is not LegalStatus.LISTED_BY_NAME
    assert (home.differs, home.speaks) == (True, True)
    assert any("ZZ-1/1" in row for row in rows_of(home.on_seizure))
    assert rows_of(home.today) == ()
    assert not found["UN"].speaks
    assert home.missing == () or home.today.result is LegalStatus.CANNOT_DECIDE
    assert found["KZ"].missing, "without an edition of that law nothing is decided, and it says what it lacks"
    assert lab.entries == before


def test_kz_4_without_a_day_of_seizure_the_outlook_says_only_today(lab):
    case = lab.accessioning.register_case(CaseFacts(appointing_body="a body"), actor=TECHNICIAN)
    plain = lab.accessioning.register_exhibit(case.number, ExhibitFacts(description="a card"), actor=TECHNICIAN)
    assert {one.on_seizure for one in lab.determining.outlook(plain.number, "CCCN")} == {None}
    assert not any(one.differs for one in lab.determining.outlook(plain.number, "CCCN"))
    with pytest.raises(InvalidRecordError, match="structure"):
        lab.determining.outlook(plain.number, "no structure")
    with pytest.raises(NotFoundError):
        lab.determining.outlook("2026-9999/1", "CCN")
