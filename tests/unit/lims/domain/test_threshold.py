from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.threshold import ThresholdDecision, decide_threshold
from lims.errors import WeighingError

MASSES = st.decimals(0, 200, places=3)


@pytest.mark.parametrize(("mass", "decision"), [("50.06", "exceeded"), ("50.05", "not decided"), ("49.94", "below")])
def test_wu_6_at_7_the_worked_example(mass, decision):
    found = decide_threshold(Decimal(mass), u_g=Decimal("0.05"), threshold_g=Decimal("50.00"))
    assert found.decision.value == decision
    assert (found.mass_g, found.u_g, found.threshold_g) == (Decimal(mass), Decimal("0.05"), Decimal("50.00"))


@given(mass=MASSES, u=MASSES, threshold=MASSES)
def test_wu_6_what_is_decided_holds_at_both_ends_of_the_interval(mass, u, threshold):
    decision = decide_threshold(mass, u_g=u, threshold_g=threshold).decision
    ends = (mass - u, mass + u)
    assert (decision is ThresholdDecision.EXCEEDED) == all(end > threshold for end in ends)
    assert (decision is ThresholdDecision.BELOW) == all(end < threshold for end in ends)


@pytest.mark.parametrize("numbers", [("-1", "0", "1"), ("1", "-0.1", "1"), ("1", "0", "NaN"), ("Infinity", "0", "1")])
def test_wu_6_numbers_that_cannot_be_are_refused(numbers):
    mass, u, threshold = map(Decimal, numbers)
    with pytest.raises(WeighingError, match="not negative"):
        decide_threshold(mass, u_g=u, threshold_g=threshold)
