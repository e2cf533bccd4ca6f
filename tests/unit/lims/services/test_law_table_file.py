"""Rows of the law as a clerk writes them in a table; every fault is named."""

import pytest

from lims.services.law_table_file import MAX_ROWS, read_rows
from lims.work_errors import LawTableErrors
from substance_library.editions import InForce
from substance_library.schedule import EntryKind, ExclusionKind, IsomerScope
from substance_library.thresholds import SizeClass

ENTRIES = b"number,kind,name_ru,smiles,isomers,esters,valid_from,valid_to,preparation_limit_percent\n"
FAULTY = (
    (b"1,named,n,C(,,,,,", "SMILES"),
    (b"1,other,n,CCN,,,,,", "kind: 'other'; expected one of named, class_rule"),
    (b"1,named,,CCN,,,,,", "name of entry '1'"),
    (b",named,n,CCN,,,,,", "number of an entry"),
    (b"1,named,n,CCN,none;odd,,,,", "'odd'"),
    (b"1,named,n,CCN,,maybe,,,", "esters: 'maybe'; expected yes, no or nothing"),
    (b"1,named,n,CCN,,,2020-13-01,,", "valid_from: '2020-13-01'"),
    (b"1,named,n,CCN,,,,2020-01-01,", "valid_from: empty"),
    (b"1,named,n,CCN,,,2021-01-01,2020-01-01,", "days in force"),
    (b"1,named,n,CCN,,,,,much", "preparation_limit_percent: 'much'; expected a number"),
    (b"1,named,n,CCN,,,,,101", "0 to 100"),
    (b"1,named,n\xe2\x80\x8b,CCN,,,,,", "invisible character U+200B"),
)


def test_entries_are_read_with_what_is_stated_and_nothing_else():
    data = ENTRIES + "1,named,вещество,CCN,stereo;positional,no,2020-01-01,,2.5\n".encode()
    (row,) = read_rows(b"\xef\xbb\xbf" + data, name="a.csv").entries
    assert (row.kind, row.name, row.names[0].language) == (EntryKind.NAMED, "вещество", "ru")
    assert row.scope.isomers == (IsomerScope.STEREO, IsomerScope.POSITIONAL)
    assert (row.scope.esters, row.scope.salts, str(row.scope.preparation_limit_percent)) == (False, None, "2.5")
    assert row.force.first.isoformat() == "2020-01-01"
    (plain,) = read_rows(b"number,kind,rule\n1,class_rule,US_FRS\n", name="a.csv").entries
    assert (plain.force, plain.rule, plain.smiles) == (None, "US_FRS", None)


def test_exclusions_and_thresholds_are_told_by_their_header():
    exclusions = b"number,exclusion,name,smiles,of,confirmed,needs\ne1,medicine,m,CCN,1; 2,no,register\n"
    (row,) = read_rows(exclusions, name="a.csv").exclusions
    assert (row.kind, row.of, row.confirmed, row.needs) == (ExclusionKind.MEDICINE, ("1", "2"), False, "register")
    thresholds = b"number,entry,size,amount,unit,matter,dryness,inclusive,valid_from,valid_to\n"
    thresholds += b"t1,1,small,0.10,g,whole mixture,as is,yes,2020-01-01,2020-12-31\n"
    (one,) = read_rows(thresholds, name="a.csv").thresholds
    assert (one.size, str(one.amount), one.inclusive, one.basis.form) == (SizeClass.SMALL, "0.10", True, None)
    assert isinstance(one.force, InForce)
    with pytest.raises(LawTableErrors, match="amount: empty"):
        read_rows(thresholds.replace(b"0.10", b""), name="a.csv")


@pytest.mark.parametrize(("line", "words"), FAULTY)
def test_a_fault_of_a_row_is_named_with_its_line(line, words):
    with pytest.raises(LawTableErrors, match="line 2: ") as refusal:
        read_rows(ENTRIES + line + b"\n", name="a.csv")
    assert words in str(refusal.value)


def test_all_faults_of_a_file_are_named_together():
    data = ENTRIES + b"\n".join(line for line, _ in FAULTY) + b"\n7,named,n,CCN,,,,,\n7,named,n,CCN,,,,,\n"
    with pytest.raises(LawTableErrors) as refusal:
        read_rows(data, name="a.csv")
    assert len(refusal.value.faults) == len(FAULTY) + 1
    assert refusal.value.faults[-1] == "number 7: twice; expected once"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "expected kind, exclusion or size"),
        (b"a,b\n1,2\n", "expected kind, exclusion or size"),
        (b"number,kind,colour\n1,named,red\n", "expected number, kind and others"),
        (b"kind,name_en\nnamed,n\n", "expected number, kind and others"),
        (b"number,kind,kind\n1,named,named\n", "expected number, kind and others"),
        (b"number,kind\n", "no row"),
        (b"number,kind,name_en\n1,named\n", "2 cells; expected 3"),
        (b"number,kind\n\xff,named\n", "UTF-8"),
        (b'number,kind\n"1,named\n', "CSV"),
        (b"number,kind\n" + b"1,named\n" * (MAX_ROWS + 1), f"at most {MAX_ROWS}"),
        (b"number,kind,fragment,valence\ns,substituent,[*]C,2\n", "valence"),
        (b"number,kind,fragment,valence\ns,substituent,C,1\n", "line 2"),
        (b"number,kind,fragment,valence\ns,substituent,[*]C,one\n", "line 2"),
    ],
)
def test_a_file_that_is_no_table_of_the_law_is_refused(data, words):
    with pytest.raises(LawTableErrors) as refusal:
        read_rows(data, name="a.csv")
    assert words in str(refusal.value)
