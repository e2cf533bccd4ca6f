"""What a report says because the sender wanted an exhibit examined in spite of a discrepancy."""

import dataclasses

import fictitious_reports
import pytest

from lims.reporting.blocks import Bullets
from lims.reporting.sections import conclusions
from lims.translation import LANGUAGES, Translator

WORDS = ("The seal was not the one that the order states.", "One tablet of ten was missing.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_17025_7_4_3_the_disclaimers_stand_first_among_the_limits(language):
    content = fictitious_reports.report()
    exhibit = dataclasses.replace(content.exhibit, disclaimers=WORDS)
    said = dataclasses.replace(content, exhibit=exhibit)
    t = Translator(language)
    plain, disclaimed = (
        [block.items for block in conclusions(one, t=t) if isinstance(block, Bullets)] for one in (content, said)
    )
    (place,) = (place for place, items in enumerate(disclaimed) if items[:2] == WORDS)
    disclaimed[place] = disclaimed[place][2:]
    assert disclaimed == plain
