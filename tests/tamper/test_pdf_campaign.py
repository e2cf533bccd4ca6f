"""Changed reports: no program that verifies calls one of them valid; and a program that looks away is noticed."""

import dataclasses

import pytest

from lims.reporting.signature_check import check_signatures
from lims.reporting.verification import verify_report
from tests.builders.pdf_kinds import KINDS
from tests.tamper import pdf_campaign
from tests.tamper.pdf_judges import MODES, Mode, open_court

SEED = 20261123


@pytest.fixture(scope="module")
def court():
    return open_court()


def kinds_named(*names):
    found = [kind for kind in KINDS if kind.name in names]
    assert len(found) == len(names)
    return found


def test_unchanged_reports_are_what_they_are_in_every_mode(court):
    pdf_campaign.require_honest(court)


def test_sg_2_no_change_of_a_hundred_is_valid(court):
    tally = pdf_campaign.run(court, range(1, 101), seed=SEED)  # from 1: the slowest modes would judge number 0
    assert tally.made.total() == 100
    assert tally.verdicts["with_the_ledger"].total() == tally.verdicts["one_file_with_the_receipt"].total() == 100
    assert tally.clean, tally.misses


@pytest.mark.nightly
def test_sg_2_no_change_of_a_hundred_thousand_is_valid(court):
    tally = pdf_campaign.run(court, range(100_000), seed=SEED + 1, modes=pdf_campaign.sparing(5))
    assert set(tally.made) == {kind.name for kind in KINDS}
    assert tally.clean, tally.misses


def by_signatures_without_the_digest(court, _, pdf):
    """Say VALID as soon as both signatures hold, as programs do that show PDFs."""
    found = check_signatures(pdf, trust_roots=[court.roots])
    return "VALID" if found.both_valid else "ALTERED"


def by_the_number_inside(court, _, pdf):
    """Believe the number that a file carries, and look at no byte beside it."""
    found = verify_report(pdf, recorded=court.recorded, trust_roots=[court.roots])
    return "VALID" if found.number else found.verdict.value


@pytest.mark.parametrize(
    ("judge", "passes"),
    [
        (by_signatures_without_the_digest, ("add_an_unsigned_attribute",)),
        (by_the_number_inside, ("append_line_end", "flip_in_stream", "overlay_a_page", "save_anew")),
    ],
)
def test_a_program_that_looks_away_is_noticed_at_the_named_changes(court, judge, passes):
    mode = Mode(judge=judge)
    for name in passes:
        parts = (
            pdf_campaign.run(court, [number], seed=SEED, kinds=kinds_named(name), modes=[mode]) for number in range(12)
        )
        assert not all(tally.clean for tally in parts), name  # the first that passes ends it


def test_the_campaign_does_not_begin_where_an_unchanged_report_is_judged_wrongly(court):
    with pytest.raises(AssertionError, match="expected"):
        pdf_campaign.require_honest(dataclasses.replace(court, recorded=()), MODES[:1])


def test_what_is_counted_adds_up_and_names_what_passed(court):
    blind = Mode(judge=lambda _court, _original, _pdf: "VALID")
    tally = pdf_campaign.run(court, range(3), seed=SEED, modes=[blind])
    other = pdf_campaign.Tally()
    other.add(tally)
    assert (tally.clean, len(tally.misses), other.made) == (False, 3, tally.made)
    assert other.misses[0].startswith(f"{SEED}/0: ")
    assert '"passed": 3' in other.to_json()
