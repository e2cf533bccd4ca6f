import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.record import body_of, from_body
from lims.errors import InvalidRecordError
from lims.ledger import canonical_bytes, parse_canonical
from tests.builders.examples import fewer
from tests.builders.record_strategies import ENTITIES, EVERYTHING, any_record

JSON = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | st.just([]) | st.just({}) | st.just(["x"])


def says_all_of(found, stated):
    """Compare bodies; fields that an older body lacks have their defaults, nothing that it states may be lost."""
    if isinstance(stated, dict) and isinstance(found, dict):
        return stated.keys() <= found.keys() and all(says_all_of(found[name], stated[name]) for name in stated)
    if isinstance(stated, list) and isinstance(found, list):
        return len(stated) == len(found) and all(map(says_all_of, found, stated))
    return bool(found == stated)


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: kind.__name__)
@fewer(2)
@given(st.data())
def test_a_record_comes_back_from_the_ledgers_bytes_as_it_was(kind, data):
    record = data.draw(any_record(kind))
    assert from_body(kind, parse_canonical(canonical_bytes(body_of(record)))) == record


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.__name__)
@fewer(2)
@given(st.data())
def test_a_body_with_any_other_value_is_the_body_of_a_record_or_is_refused(kind, data):
    body = dict(body_of(data.draw(any_record(kind))))
    body[data.draw(st.sampled_from(sorted(body)))] = data.draw(JSON)
    try:
        record = from_body(kind, body)
    except InvalidRecordError:
        return
    assert says_all_of(body_of(record), body)


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.__name__)
@fewer(5)
@given(st.data())
def test_lists_show_a_record_by_texts(kind, data):
    record = data.draw(any_record(kind))
    assert {type(text) for text in (record.number, record.parent, record.state, record.title)} == {str}
    assert kind.KIND.replace(" ", "").isalpha()
