from decimal import Decimal
from pathlib import Path

import pytest

from lims.domain.method import LadderRun, QuantitationSetting, SequenceColumns
from lims.domain.record import body_of, from_body
from lims.errors import InvalidRecordError, UnreadableFileError
from lims.services.batch_measurement import BatchMeasurement, quantitation_of
from lims.services.method_file import read_method_file
from tests.builders.batches import method
from tests.builders.clocks import MORNING
from tests.builders.laboratories import ADMIN

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "demonstration-method.toml"
LADDER = """
[ladder]
carbon_numbers = [10, 12]
retention_times_s = [300.5, 420]
run_sha256 = "ab"
"""


def read(path):
    return read_method_file(path, defined_at=MORNING, defined_by="expert-a")


def written(tmp_path, text):
    path = tmp_path / "method.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_says_that_it_is_a_demonstration():
    found = read(EXAMPLE)
    assert (found.demonstration, found.version, found.state) == (True, 1, "in use")
    assert found.title.endswith("(demonstration)")
    assert "demonstration" in found.limits_basis
    assert found.limits.blank_fraction == Decimal("0.20")
    assert found.columns == SequenceColumns()
    assert found.quantitation.settings == (
        QuantitationSetting(name="curve", value="quadratic"),
        QuantitationSetting(name="through_origin", value="false"),
        QuantitationSetting(name="weighting", value="1/x"),
    )
    quantitation = quantitation_of(found.quantitation)
    assert (quantitation.model.degree, quantitation.model.through_origin) == (2, False)
    assert from_body(type(found), body_of(found)) == found


def test_a_ladder_and_ions_are_read(tmp_path):
    text = EXAMPLE.read_text("utf-8").replace('weighting = "1/x"', "analyte_ions = [342, 359]\npurity_u = 0.005")
    found = read(written(tmp_path, text + LADDER))
    assert found.ladder == LadderRun(
        carbon_numbers=(10, 12),
        retention_times_s=(Decimal("300.5"), Decimal(420)),
        hold_up_time_s=None,
        run_sha256="ab",
    )
    assert found.ladder.ladder().retention_times_s == (300.5, 420.0)
    quantitation = quantitation_of(found.quantitation)
    assert quantitation.analyte_ions.quantifier_mz == 342
    assert quantitation.stated.purity == 0.005


def test_every_fault_is_named_at_once(tmp_path):
    text = EXAMPLE.read_text("utf-8")
    for right, wrong in (
        ('number = "DEMO-ETIZOLAM"', "number = 5"),
        ("demonstration = true", ""),
        ('instrument_kind = "GC-EI-MS"', 'instrument_kind = "LC"'),
        ("fewest_calibrators = 5", "fewest_calibrators = 5\nsurprise = 1"),
        ("blank_fraction = 0.20", "blank_fraction = -1"),
        ("[analyte]", "[wrong]"),
        ("byte_order_mark = false", "byte_order_mark = 3"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    with pytest.raises(InvalidRecordError) as refusal:
        read(written(tmp_path, text))
    for part in (
        "unknown: surprise",
        "unknown: wrong",
        "number: 5; expected a text",
        "demonstration: missing",
        "instrument_kind: 'LC'",
        "[limits]",
        "blank_fraction is -1",
        "analyte: missing",
        "[columns]",
    ):
        assert part in str(refusal.value)


def test_a_method_that_cannot_be_is_refused_with_its_file(tmp_path):
    text = EXAMPLE.read_text("utf-8").replace("fewest_calibrators = 5", "fewest_calibrators = 0")
    with pytest.raises(InvalidRecordError, match=r"method\.toml: fewest calibrators 0"):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"a = ", "no TOML"), (b"\xff", "no TOML"), (b"#" * 1_000_001, "more than 1000000"), (None, "No such file")],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, match):
    path = tmp_path / "method.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=match):
        read(path)


@pytest.mark.parametrize(
    ("right", "wrong", "match"),
    [
        ("preset_version = 1", "preset_version = 7", "known: gc-ei-internal-standard/1"),
        ('weighting = "1/x"', "blank_fraction = 0.5", "stand under its acceptance limits"),
        ('weighting = "1/x"', 'weighting = "heavy"', "weighting"),
        ("fewest_calibrators = 5", "fewest_calibrators = 3", "the curve needs 4"),
        ('release = "swgdrug-3.4"', 'release = "nowhere"', "no release nowhere"),
        ('name = "Etizolam"\n\n', 'name = "Unobtainium"\n\n', "Unobtainium"),
        ('name = "Ketamine"', 'name = "Ketamine"\ninchikey = "VMZUTJCNQWMAGF-UHFFFAOYSA-N"', "is not VMZUT"),
    ],
)
def test_a_method_that_nothing_can_be_measured_with_is_refused(bench, tmp_path, right, wrong, match):
    bench.hire()
    release = bench.curating.add_training_release(actor=ADMIN)
    text = EXAMPLE.read_text("utf-8")
    text = text.replace('name = "Bupivacaine"', 'name = "Ketamine"').replace(
        'name = "Etizolam"\n\n', 'name = "Fentanyl"\n\n'
    )
    if "nowhere" not in wrong:
        text = text.replace("swgdrug-3.4", release.number)
    right = right.replace('"Etizolam"', '"Fentanyl"')
    assert right in text
    measurement = BatchMeasurement(importing=bench.importing, curating=bench.curating)
    measurement.check(read(written(tmp_path, text))) if "nowhere" not in wrong else None
    with pytest.raises(Exception, match=match):
        measurement.check(read(written(tmp_path, text.replace(right, wrong))))


def test_settings_stand_once_and_in_order():
    twice = (QuantitationSetting(name="b", value="1"), QuantitationSetting(name="a", value="1"))
    with pytest.raises(InvalidRecordError, match="each once"):
        type(method().quantitation)(preset="p", preset_version=1, release="r", settings=twice)
