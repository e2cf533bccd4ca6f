"""Quantitation on the page of batches: tried out, recorded with portions, shown with U and k, discarded with a reason.

The runs are simulated; what quantifies, records and draws them is the real part.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.aliquot import Aliquot
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.permitting import Rights
from lims.translation import Translator
from tests.builders.kept_homes import KeptHomes
from tests.builders.quantified import AT, basis_records
from tests.ui.background_work import finished
from tests.ui.conftest import make_laboratory, open_again
from tests.ui.test_pages import button

BATCH = "B-2026-0001"


def page(home: str, person: str, language: str) -> None:
    """Draw the page over simulated runs; this body is what Streamlit runs, so it imports for itself."""
    from dataclasses import replace
    from pathlib import Path

    from lims.bootstrap import open_laboratory
    from lims.settings import load_settings
    from lims.translation import Translator
    from lims.ui.pages import batches
    from lims.ui.session import Visit
    from tests.builders.quantified import SimulatedBatches

    laboratory = open_laboratory(load_settings({}, home=Path(home)))
    quantitating = replace(laboratory.quantitating, measurement=SimulatedBatches())
    laboratory = replace(laboratory, quantitating=quantitating)
    batches.render(Visit(laboratory=laboratory, person=laboratory.staffing.get(person), t=Translator(language)))


def start(laboratory: Laboratory, person: str, *, part: str = "recorded", language: str = "en") -> AppTest:
    arguments = (str(laboratory.settings.home), person, language)
    test = AppTest.from_function(page, args=arguments, default_timeout=60)
    test.session_state["batches-section"] = "quantitation"
    test.session_state["quantitation-section"] = part
    test.run()
    assert not test.exception
    return test


def aliquot_of(weighing: Weighing) -> Aliquot:
    return Aliquot(
        number=weighing.item_number,
        item_number=weighing.exhibit_number,
        exhibit_number=weighing.exhibit_number,
        weighing_number=weighing.number,
        mass_g=weighing.stated.mass_g,
        u_g=weighing.stated.u_g,
        purpose="quantitation",
        container="",
        taken_by="technician",
        taken_at=AT,
    )


def make(home: Path) -> None:
    """Write an accepted batch with an exhibit that was weighed and divided."""
    made = make_laboratory(home)
    technician = made.staffing.get("technician")
    case = made.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    facts = ExhibitFacts(description="powder <b>")
    exhibit = made.accessioning.register_exhibit(case.number, facts, actor=technician).number
    records = basis_records(exhibit)
    weighed = [one for one in records if isinstance(one, Weighing) and one.purpose is WeighingPurpose.ALIQUOT]
    store = SqlStore(open_engine(made.settings.database_url), rights=Rights(enforced=False))
    with store.unit_of_work() as work:
        for record in (*records, *map(aliquot_of, weighed)):
            work.record(record, act="tested", actor=technician, at=made.clock.now())
        work.commit()


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    kept_homes.copy("quantitation", tmp_path / "home", make)
    return open_again(tmp_path / "home")


@pytest.fixture
def exhibit(laboratory: Laboratory) -> str:
    return laboratory.accessioning.exhibits(limit=1)[0].number


def by_key(test: AppTest, begins: str):
    return [one for one in (*test.selectbox, *test.text_input) if str(one.key).startswith(begins)]


def told(test: AppTest) -> str:
    shown = (*test.text, *test.info, *test.error, *test.warning, *test.subheader, *test.caption, *test.success)
    return "\n".join(one.value for one in shown)


def fill(test: AppTest, exhibit: str) -> None:
    """State portions, lot and net mass, as an expert does."""
    for place, weighing in enumerate(by_key(test, "portion-weighing-")):
        weighing.select(f"{exhibit}-A{place + 1}-W1")
    for place in (0, 1):
        for number, text in enumerate(("10", "0,02", "2", "100")):
            by_key(test, f"portion-{place}-{number}-")[0].input(text)
    by_key(test, "quantitation-lot-")[0].select("RS-7")
    by_key(test, "quantitation-applied-")[0].select_index(1)
    by_key(test, "quantitation-net-")[0].select(f"{exhibit}-W1")
    by_key(test, "quantitation-form-")[0].input("base")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_wu_5_an_exhibit_is_measured_recorded_and_shown_with_its_uncertainty(
    laboratory: Laboratory, exhibit: str, language: str
) -> None:
    t = Translator(language)
    test = start(laboratory, "expert-a", part="new", language=language)
    fill(test, exhibit)
    button(test, t("Measure and record")).click()
    finished(test.run(), "quantitation-record")
    assert not test.exception
    assert not test.error, [one.value for one in test.error]
    (made,) = laboratory.quantitating.of_exhibit(exhibit)
    assert made.result is not None
    assert made.total is not None
    assert (made.expert, made.expressed_as, len(made.preparations)) == ("expert-a", "base", 2)
    assert made.preparations[0].volume_u_ml == Decimal("0.02")
    shown = start(laboratory, "technician", language=language)
    values = [one.value for one in shown.metric]
    decimal = {"en": ".", "ru": ",", "kk": ","}[language]
    assert values[0] == f"({made.result.percent} ± {made.result.u_percent})".replace(".", decimal)
    assert values[1] == f"({made.total.mass_g} ± {made.total.u_g})".replace(".", decimal)
    assert len(shown.get("plotly_chart")) == 1
    assert t("calibrator left out") not in told(shown)
    assert f"{exhibit}-Q1" in told(shown)


def test_a_batch_is_tried_out_for_other_settings_and_nothing_is_recorded(laboratory: Laboratory, exhibit: str) -> None:
    before = laboratory.auditing.verify().root
    test = start(laboratory, "expert-a", part="new")
    by_key(test, "trial-curve-")[0].select("quadratic")
    by_key(test, "trial-purity_u-")[0].input("0,5%")
    button(test, "Measure without recording").click()
    finished(test.run(), f"quantitation-trial-{BATCH}")
    assert not test.exception
    words = told(test)
    assert "parabola" in words
    assert "Etizolam: m/z" in words
    tables = [one.value for one in test.dataframe if "Of nominal, %" in one.value.columns]
    assert tables[0]["Sample name"].to_list() == ["BLK", "QC 40", "BLK", "EX a", "BLK", "EX b"]
    assert laboratory.quantitating.of_exhibit(exhibit) == ()
    assert laboratory.auditing.verify().root == before, "not an entry more"


def test_a_trial_of_what_is_not_possible_is_refused_in_words(laboratory: Laboratory) -> None:
    test = start(laboratory, "expert-a", part="new")
    by_key(test, "trial-weighing_u-")[0].input("much")
    button(test, "Measure without recording").click()
    finished(test.run(), f"quantitation-trial-{BATCH}")
    assert any("weighing" in one.value and "much" in one.value for one in test.error)


def test_what_lacks_is_said_and_no_number_is_made_up(laboratory: Laboratory, exhibit: str) -> None:
    test = start(laboratory, "expert-a", part="new")
    button(test, "Measure and record").click()
    finished(test.run(), "quantitation-record")
    (made,) = laboratory.quantitating.of_exhibit(exhibit)
    assert made.result is None
    shown = start(laboratory, "expert-a")
    assert "mass and volume of the measured portions are not recorded" in told(shown)
    assert not shown.metric


@pytest.mark.parametrize(("volume", "words"), [("ten", "no number"), ("", "no number"), ("0", "above 0")])
def test_a_portion_that_is_none_is_refused_and_what_was_typed_stays(
    laboratory: Laboratory, exhibit: str, volume: str, words: str
) -> None:
    test = start(laboratory, "expert-a", part="new")
    fill(test, exhibit)
    by_key(test, "portion-0-0-")[0].input(volume)
    button(test, "Measure and record").click()
    test.run()
    if words == "above 0":
        finished(test, "quantitation-record")
        test.run()
    assert any(words in one.value for one in test.error)
    assert laboratory.quantitating.of_exhibit(exhibit) == ()


def test_a_quantitation_is_computed_again_and_discarded_with_a_reason(laboratory: Laboratory, exhibit: str) -> None:
    test = start(laboratory, "expert-a", part="new")
    fill(test, exhibit)
    button(test, "Measure and record").click()
    finished(test.run(), "quantitation-record")
    shown = start(laboratory, "expert-a")
    button(shown, "Compute it again from its record").click()
    assert "Every number follows from the others." in told(shown.run())
    other = start(laboratory, "expert-b")
    button(shown, "Discard the quantitation").click()
    assert any("reason" in one.value for one in shown.run().error)
    by_key(shown, "quantitation-reason-")[0].input("the wrong portion <b>")
    button(shown, "Discard the quantitation").click()
    shown.run()
    assert "the wrong portion <b>" in told(shown)
    by_key(other, "quantitation-reason-")[0].input("mine")
    button(other, "Discard the quantitation").click()
    other.run()
    kept = laboratory.quantitating.get(f"{exhibit}-Q1")
    assert kept.discard is not None
    assert (kept.discard.reason, kept.version) == ("the wrong portion <b>", 2)


@pytest.mark.parametrize("person", ["technician", "quality", "head"])
def test_au_2_others_than_experts_only_read(laboratory: Laboratory, person: str) -> None:
    test = start(laboratory, person, part="new")
    assert not {"Measure and record", "Measure without recording"} & {one.label for one in test.button}
    assert "An expert measures and records." in told(test)
