import csv
import dataclasses
import io
from decimal import Decimal

import pytest

from lims.domain.batch import Batch
from lims.domain.method import SequenceColumns
from lims.domain.sequence import Injection, InjectionKind
from lims.errors import InvalidRecordError, UnreadableFileError
from lims.services.sequence_table import parse_plan, read_plan, sequence_csv
from tests.builders.batches import injections, method
from tests.builders.clocks import MORNING

HEADER = "sample_name,sample_type,vial,nominal_ug_per_ml,exhibit\n"


def batch(lines):
    return Batch(
        number="B-1",
        method_number="M",
        method_version=1,
        instrument="",
        time_zone="UTC",
        injections=tuple(lines),
        planned_at=MORNING,
        planned_by="x",
    )


def test_a_plan_is_read_line_by_line(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes(
        (
            "\ufeffexhibit,vial,sample_type,sample_name,comment,nominal_ug_per_ml\r\n"
            ',1,Blank,BLK,x,\r\n,2,calibrator,"cal, ""25""",,25.0\r\n2026-1/1,3, exhibit,EX-1,,\r\n'
        ).encode()
    )
    assert read_plan(path) == (
        Injection(place=1, vial="1", sample_name="BLK", kind=InjectionKind.BLANK),
        Injection(
            place=2,
            vial="2",
            sample_name='cal, "25"',
            kind=InjectionKind.CALIBRATOR,
            nominal_ug_per_ml=Decimal("25.0"),
        ),
        Injection(place=3, vial="3", sample_name="EX-1", kind=InjectionKind.EXHIBIT, exhibit_number="2026-1/1"),
    )


def test_every_faulty_line_is_named():
    text = HEADER + "=1+1,blank,1,,\nx,oil,1,,\ny,calibrator,1,much,\nz,blank,1,,,more\nok,blank,1,,\nq,blank,,,\n"
    with pytest.raises(InvalidRecordError) as refusal:
        parse_plan(text, name="plan")
    message = str(refusal.value)
    for part in (
        "line 2: sample name: '=1+1' begins as a formula",
        "line 3: sample type 'oil'; expected one of blank, ",
        "line 4: nominal amount 'much'",
        "line 5: more cells",
        "line 7: vial: empty",
    ):
        assert part in message
    assert "line 6" not in message


@pytest.mark.parametrize("name", ["=x", "+x", "-x", "@x"])
def test_names_that_read_as_formulas_are_refused_not_escaped(name):
    with pytest.raises(InvalidRecordError, match="begins as a formula"):
        Injection(place=1, vial="1", sample_name=name, kind=InjectionKind.BLANK)
    with pytest.raises(InvalidRecordError, match="begins as a formula"):
        Injection(place=1, vial=name, sample_name="x", kind=InjectionKind.BLANK)


def test_a_name_is_one_line():
    with pytest.raises(InvalidRecordError, match="one line"):
        Injection(place=1, vial="1", sample_name="a\nb", kind=InjectionKind.BLANK)


@pytest.mark.parametrize(
    ("content", "error", "match"),
    [
        (b"sample_name,vial\n", InvalidRecordError, "no column sample_type"),
        (b'sample_name,sample_type,vial\n"x,blank,1\n', InvalidRecordError, "line "),
        (b"\xff\xfe", UnreadableFileError, "no UTF-8 at byte 0"),
        (b"x" * 1_000_001, UnreadableFileError, "more than 1000000 bytes"),
        (None, UnreadableFileError, "No such file"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path, content, error, match):
    path = tmp_path / "plan.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=match):
        read_plan(path)


def test_the_export_is_read_back_cell_by_cell():
    lines = [
        dataclasses.replace(line, sample_name=f'{line.sample_name}, "Ә" ;')
        if line.kind is not InjectionKind.BLANK
        else line
        for line in injections("2026-1/1")
    ]
    columns = SequenceColumns(vial="Position", level="Умөлшер", byte_order_mark=True)
    data = sequence_csv(batch(lines), method(columns=columns, acquisition_method="A.M"))
    assert data.startswith(b"\xef\xbb\xbfPosition,")
    assert data.count(b"\r\n") == len(lines) + 1
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(columns.header)
    assert [row[1] for row in rows[1:]] == [line.sample_name for line in lines]
    assert {row[4] for row in rows[1:]} == {"A.M"}
    assert [row[5] for row in rows[1:]] == ["", "25", "50", "40", "", "", ""]
