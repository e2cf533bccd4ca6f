from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from substance_library import law_data
from substance_library.determination import Content
from substance_library.editions import InForce, Standing, edition_faults
from substance_library.errors import InvalidLawError, PackageDataError
from substance_library.generic_definition import generic_rules
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book, shipped_law_sha256
from substance_library.rule_text import shipped_rules
from substance_library.schedule import Entry, EntryKind, EntryScope, ListTable
from substance_library.sizes import size_statements
from substance_library.starter import starter_substances
from substance_library.substance import InternationalStatus
from substance_library.thresholds import Basis, Dryness, Matter, SizeClass, Threshold, WeighedAmount
from tests.builders.law_books import KNOWN, NARROW, ZZ, act, answer, ask, book, class_rule, edition, named, table

LATER = KNOWN + timedelta(days=30)


def missing(law, day=date(2021, 6, 1)):
    return [words for one in law.on(day, ZZ) for words in one.missing]


def test_an_amendment_brings_rows_takes_rows_out_and_leaves_the_others():
    law = book(
        editions=(edition(), edition("ZZ-1/2", first=date(2021, 1, 1))),
        tables=(
            table(named("1", "CCN"), named("2", "CCCN")),
            table(named("3", "CCCCN"), of="ZZ-1/2", consolidated=False, removes=("1",)),
        ),
    )
    before, after = date(2020, 12, 31), date(2021, 1, 1)
    assert [answer(one, law, before) for one in ("CCN", "CCCN", "CCCCN")] == ["listed_by_name"] * 2 + ["not_covered"]
    assert [answer(one, law, after) for one in ("CCN", "CCCN", "CCCCN")] == ["not_covered"] + ["listed_by_name"] * 2


def test_a_consolidated_table_replaces_all_rows_of_its_part_and_of_no_other():
    law = book(
        acts=(act(parts=("a", "b")),),
        editions=(edition(), edition("ZZ-1/2", first=date(2021, 1, 1), changes=("a",))),
        tables=(
            table(named("1", "CCN"), part="a"),
            table(named("2", "CCCN"), part="b"),
            table(named("3", "CCCCN"), of="ZZ-1/2", part="a"),
        ),
    )
    assert [answer(one, law) for one in ("CCN", "CCCN", "CCCCN")] == ["not_covered", "listed_by_name", "listed_by_name"]


def test_what_is_not_loaded_of_an_act_is_named():
    assert missing(book(tables=())) == ["Fictitious act ZZ-1, list"]
    assert missing(book(named("1", "CCN"))) == []
    part = book(tables=(table(named("1", "CCN"), complete=False, missing="rows 2 to 9"),))
    assert missing(part) == ["rows 2 to 9"]
    assert missing(book(tables=(table(consolidated=False),))) == ["Fictitious act ZZ-1, list"]


def test_an_amendment_without_rows_makes_its_parts_missing_unless_it_says_that_it_changed_none():
    amended = edition("ZZ-1/2", first=date(2021, 1, 1), amended_by="No. 2")
    law = book(editions=(edition(), amended), tables=(table(named("1", "CCN")),))
    assert missing(law) == ["Fictitious act ZZ-1, list: what No. 2 changed"]
    assert missing(law, date(2020, 6, 1)) == []
    assert ask("CCCN", law).result.value == "cannot_decide"
    said = replace(law, editions=(edition(), replace(amended, changes=())))
    assert missing(said) == []


def test_a_row_that_only_one_of_two_possible_editions_has_is_doubtful():
    later = edition("ZZ-1/2", force=InForce(not_before=date(2021, 1, 1)))
    law = book(
        editions=(edition(), later),
        tables=(
            table(named("1", "CCN"), named("2", "CCCN")),
            table(of="ZZ-1/2", consolidated=False, removes=("1",)),
        ),
    )
    answers = [ask(one, law) for one in ("CCN", "CCCN")]
    assert [one.result.value for one in answers] == ["cannot_decide", "listed_by_name"]
    assert "it is not known which stood" in answers[0].warnings[0]


def test_a_row_may_have_days_of_its_own():
    dated = named("1", "CCN", force=InForce(first=date(2021, 3, 1), last=date(2021, 3, 31)))
    law = book(dated)
    days = (date(2021, 2, 28), date(2021, 3, 1), date(2021, 3, 31), date(2021, 4, 1))
    assert [answer("CCN", law, day) for day in days] == ["not_covered", *["listed_by_name"] * 2, "not_covered"]


def test_the_book_of_a_moment_has_what_was_known_then():
    wrong, right = table(named("1", "CCCN")), table(named("1", "CCN"), known_from=LATER)
    law = book(tables=(wrong, right))
    assert answer("CCN", law) == "listed_by_name"
    assert answer("CCN", law, known_at=LATER - timedelta(seconds=1)) == "not_covered"
    assert answer("CCCN", law, known_at=LATER - timedelta(seconds=1)) == "listed_by_name"
    assert answer("CCN", law, known_at=LATER) == "listed_by_name"
    nothing = ask("CCN", law, known_at=KNOWN - timedelta(days=1))
    assert (nothing.result.value, nothing.missing) == ("cannot_decide", ("Fictitious act ZZ-1: its editions",))


def test_an_act_whose_first_edition_is_an_amendment_had_another_text_before():
    law = book(editions=(edition(amended_by="No. 2"),), tables=(table(named("1", "CCN")),))
    found = ask("CCN", law, date(2019, 12, 31))
    assert (found.result.value, found.missing) == ("cannot_decide", ("Fictitious act ZZ-1: editions before No. 2",))
    assert answer("CCCN", law) == "not_covered"


def test_before_anything_was_known_nothing_can_be_decided():
    law = book(named("1", "CCN")).known_since(KNOWN)
    found = ask("CCN", law, known_at=KNOWN - timedelta(days=1))
    assert (found.result.value, found.missing) == ("cannot_decide", ("no act of ZZ is in the book",))


def test_another_jurisdiction_is_another_book():
    found = ask("CCN", book(named("1", "CCN")), jurisdiction="YY")
    assert found.missing == ("no act of YY is in the book",)


def test_joined_books_keep_the_newest_version_of_each_number():
    first, second = book(named("1", "CCN")), book(tables=(table(named("1", "CCCN"), known_from=LATER),))
    joined = first.joined(second)
    assert joined.jurisdictions() == (ZZ,)
    assert answer("CCN", joined) == "not_covered"


@pytest.mark.parametrize(
    "facts",
    [
        {"number": ""},
        {"kind": EntryKind.NAMED},
        {"kind": EntryKind.CLASS_RULE},
        {"kind": EntryKind.DERIVATION_BASE},
        {"kind": EntryKind.SUBSTITUENT},
        {"kind": EntryKind.SUBSTITUENT, "fragment": "[*]C"},
        {"kind": EntryKind.PLANT},
    ],
)
def test_a_row_has_what_its_kind_needs(facts):
    with pytest.raises(InvalidLawError):
        Entry(**{"number": "1", "kind": EntryKind.CLASS_RULE, **facts})


def test_a_table_has_each_number_once_and_a_whole_one_removes_nothing():
    with pytest.raises(InvalidLawError, match="twice"):
        table(named("1", "CCN"), named("1", "CCCN"))
    with pytest.raises(InvalidLawError, match="replaces all"):
        table(removes=("1",))
    with pytest.raises(InvalidLawError, match="part"):
        table(part="")


@pytest.mark.parametrize("share", ["-1", "101"])
def test_a_limit_of_a_preparation_is_a_share(share):
    with pytest.raises(InvalidLawError, match="per cent"):
        EntryScope(preparation_limit_percent=Decimal(share))
    with pytest.raises(InvalidLawError, match="per cent"):
        Content(percent=Decimal(share), u_percent=Decimal(0))


def test_a_rule_that_this_version_does_not_have_is_missing():
    found = ask("CCN", book(class_rule("1", "NO_SUCH_RULE")))
    assert (found.result.value, found.missing) == ("cannot_decide", ("Fictitious act ZZ-1: the rule NO_SUCH_RULE",))


def test_a_determination_is_the_same_every_time():
    law = shipped_law_book()
    text = "CNC(C)C(=O)c1ccc(C)cc1"
    assert ask(text, law, jurisdiction="RU") == ask(text, law, jurisdiction="RU")


# what is shipped


def test_every_rule_stands_in_one_edition_of_the_shipped_book_on_its_own_days():
    law = shipped_law_book()
    placed = {row.rule: one for one in law.tables for row in one.entries if row.rule}
    assert set(placed) == set(shipped_rules())
    editions = {one.number: one for one in law.editions}
    for rule in generic_rules():
        force = editions[placed[rule.id].edition].force
        assert (force.first or force.not_before) == rule.valid_from, rule.id
        assert rule.valid_to is None or rule.id == "UK_SCRA_1CA_2016"


def test_the_shipped_book_has_no_row_of_kazakhstan_and_names_what_is_missing():
    law = shipped_law_book()
    acts = {one.number for one in law.acts if one.jurisdiction == "KZ"}
    assert acts == {"KZ-470", "KZ-396"}
    editions = {one.number for one in law.editions if one.act in acts}
    assert [one for one in law.tables if one.edition in editions] == []
    assert len(editions) == 8
    assert all(one.published is None for one in law.editions)


def test_the_rows_of_the_conventions_are_those_of_the_starter_list():
    law = shipped_law_book()
    rows = [row for one in law.tables if one.number.startswith("UN-") for row in one.entries]
    scheduled = [fact for one in starter_substances() for fact in one.schedule_facts]
    assert len(rows) == len(scheduled) == 178
    assert all(row.force.first is None and row.force.by is not None for row in rows)
    stated = {one.name for it in law.tables for one in it.exclusions if one.kind.value == "not listed"}
    none = InternationalStatus.NOT_SCHEDULED
    assert stated == {one.preferred_name for one in starter_substances() if one.international_status is none}
    assert len(stated) == 20


def test_the_month_of_a_decision_is_no_day_in_force():
    law = shipped_law_book()
    row = next(r for one in law.tables for r in one.entries if r.number == "UN-1961/Isotonitazene")
    assert (row.force.not_before.day, row.force.standing(row.force.not_before)) == (1, Standing.DOUBTFUL)
    assert row.force.standing(row.force.by) is Standing.IN_FORCE
    assert (row.force.by - row.force.not_before).days in range(390, 398)
    assert "no date of the law" in row.force.basis


def test_the_shipped_editions_have_no_fault_and_one_digest():
    law = shipped_law_book()
    for one in law.acts:
        assert edition_faults(law.editions_of(one.number)) == ()
    assert len(shipped_law_sha256()) == 64
    assert {one.known_from for one in (*law.acts, *law.editions, *law.tables)} == {datetime(2026, 11, 23, tzinfo=UTC)}


# size classes

BASIS = Basis(matter=Matter.MIXTURE, form=None, dryness=Dryness.AS_IS)
GRAMS = WeighedAmount(amount=Decimal("50.06"), u=Decimal("0.05"), unit="g", basis=BASIS)


def sized(*thresholds, rows=(), parts=("list", "sizes")):
    return LawBook(
        acts=(act(parts=parts[:1], threshold_parts=parts[1:]),),
        editions=(edition(),),
        tables=(
            table(*rows),
            *(
                ListTable(
                    number="t",
                    edition="ZZ-1/1",
                    part="sizes",
                    consolidated=True,
                    complete=True,
                    thresholds=tuple(thresholds),
                    known_from=KNOWN,
                )
                for _ in range(bool(thresholds))
            ),
        ),
    )


def threshold(entry, size, amount, **facts):
    usual = {"unit": "g", "basis": BASIS, "inclusive": False}
    return Threshold(
        number=f"{entry}-{size.value}", entry=entry, size=size, amount=Decimal(amount), **{**usual, **facts}
    )


def test_wu_6_kz_4_the_size_is_that_of_the_row_and_of_the_day():
    row = named("1", "CCN")
    law = sized(threshold("1", SizeClass.LARGE, "1"), threshold("1", SizeClass.ESPECIALLY_LARGE, "50.00"), rows=(row,))
    (found,) = size_statements(ask("CCN", law), law, GRAMS)
    assert (found.entry, found.finding.result.value, found.editions) == ("1", "especially large", ("ZZ-1/1",))
    near = replace(GRAMS, amount=Decimal("50.05"))
    (found,) = size_statements(ask("CCN", law), law, near)
    assert found.finding.result.value == "not decided"
    assert [one.value for one in found.finding.readings] == ["large", "especially large"]


def test_kz_4_without_thresholds_or_without_a_row_the_size_cannot_be_decided():
    law = sized(rows=(named("1", "CCN"),))
    (found,) = size_statements(ask("CCN", law), law, GRAMS)
    assert found.finding.missing == ("Fictitious act ZZ-1, sizes",)
    shipped = shipped_law_book()
    (kazakh,) = size_statements(ask("CCN", shipped, date(2024, 1, 1), "KZ"), shipped, GRAMS)
    assert kazakh.finding.result.value == "cannot decide"
    assert "annex 2" in kazakh.finding.missing[0]
    assert size_statements(ask("CCN", shipped, date(2024, 1, 1), "UN"), shipped, GRAMS) == ()


def test_kz_4_an_analogue_follows_the_row_of_its_base():
    base = named("1", "NCCc1ccccc1", scope=replace(NARROW, analogues=True))
    methyl = Entry(number="s", kind=EntryKind.SUBSTITUENT, fragment="[*]C", valence=1)
    law = sized(threshold("1", SizeClass.LARGE, "1"), rows=(base, methyl))
    (found,) = size_statements(ask("CNCCc1ccccc1", law), law, GRAMS)
    assert (found.entry, found.finding.result.value) == ("1", "large")


def test_kz_4_a_threshold_of_unknown_day_decides_nothing():
    open_days = InForce(not_before=date(2021, 1, 1))
    law = sized(threshold("1", SizeClass.LARGE, "1", force=open_days), rows=(named("1", "CCN"),))
    (found,) = size_statements(ask("CCN", law), law, GRAMS)
    assert found.finding.missing == ("which thresholds stood on that day",)


@pytest.mark.parametrize("damage", ["", "{}", '{"known_from": "2026-11-23T00:00:00+00:00", "acts": [{"number": "X"}]}'])
def test_a_damaged_book_is_named(damage, monkeypatch, tmp_path):
    (tmp_path / "data" / "law").mkdir(parents=True)
    (tmp_path / "data" / "law" / "acts.json").write_text(damage)
    monkeypatch.setattr(law_data.resources, "files", lambda _: tmp_path)
    law_data.shipped_law_book.cache_clear()
    try:
        with pytest.raises(PackageDataError, match=r"acts\.json"):
            law_data.shipped_law_book()
        (tmp_path / "data" / "law" / "acts.json").unlink()
        with pytest.raises(PackageDataError, match="a file of this package"):
            law_data.shipped_law_book()
    finally:
        law_data.shipped_law_book.cache_clear()
