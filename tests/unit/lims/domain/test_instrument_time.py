from datetime import datetime

import pytest

from lims.domain.instrument_time import read_instrument_time
from lims.errors import InvalidRecordError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-02-23T14:30:34Z", "2022-02-23T14:30:34+00:00"),
        (" 2022-02-23 14:30 ", "2022-02-23T14:30:00"),
        ("20220223143034+0530", "2022-02-23T14:30:34+05:30"),
        ("20220223143034-0100", "2022-02-23T14:30:34-01:00"),
        ("20220223143034", "2022-02-23T14:30:34"),
        ("23 Feb 22  02:30 pm", "2022-02-23T14:30:00"),
        ("23 Feb 2022  12:05:09 am", "2022-02-23T00:05:09"),
        ("1-Dec-99, 12:00 PM", "1999-12-01T12:00:00"),
    ],
)
def test_times_are_read_as_instruments_write_them(text, expected):
    assert read_instrument_time(text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "20221323143034", "31 Feb 22 01:00 pm", "23 Fev 22 01:00 pm", "23 Feb 22 13:00 pm"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InvalidRecordError, match="expected ISO 8601"):
        read_instrument_time(text)
