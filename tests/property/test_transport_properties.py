"""Whatever a run holds, it comes out of a frame bit by bit; whatever happens to a frame, it is refused or harmless."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import Run, RunMetadata
from spectra.formats.msp import MspFile
from spectra.formats.reading import RunReading
from spectra.formats.spectrum_file import NamedSpectrum
from spectra.formats.transport import HEAD, TransportError, frame_of, value_of
from tests.builders.frames import differences, framed
from tests.builders.spectra_strategies import runs, spectra


def passed(value, kind):
    return value_of(b"".join(frame_of(value, b"V")), kind)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
"""Also lone surrogates and control characters: what a file says is carried, whatever it is."""


@given(runs(), ANY_TEXT, ANY_TEXT)
def test_a_run_comes_through_bit_by_bit(run, text, manifest):
    changed = Run(
        scan_times_s=run.scan_times_s,
        scan_starts=run.scan_starts,
        mz=run.mz,
        intensity=run.intensity,
        metadata=RunMetadata(sample_name=text, simulated=True, simulation_statement=text),
    )
    for sent in (RunReading(run=run), RunReading(run=changed, folder_manifest=manifest)):
        came = passed(sent, RunReading)
        assert differences(came, sent) == []
        assert not came.run.mz.flags.writeable


@given(st.lists(st.tuples(ANY_TEXT, st.none() | ANY_TEXT, spectra()), max_size=5))
def test_named_spectra_come_through_bit_by_bit(parts):
    texts = [item.name for item in fields(NamedSpectrum) if item.name not in {"name", "spectrum"}]
    sent = tuple(
        NamedSpectrum(name=name, spectrum=spectrum, **dict.fromkeys(texts, key)) for name, key, spectrum in parts
    )
    assert differences(passed(sent, tuple[NamedSpectrum, ...]), sent) == []


@given(runs(max_scans=3), st.data())
def test_a_frame_that_is_altered_is_refused_or_is_still_a_sound_run(run, data):
    """No altered byte can do more than change a number that a run may have."""
    frame = bytearray(b"".join(frame_of(run, b"V")))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] ^= data.draw(st.integers(1, 255))
    try:
        came = value_of(frame, Run)
    except TransportError:
        return
    assert isinstance(came, Run)
    assert len(came) == len(run)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["Run", "array", "RunMetadata", "MspFile", "x"]), inner, max_size=2)
    ),
    max_leaves=20,
)


@given(JSON, st.binary(max_size=64))
def test_any_json_is_refused_or_is_of_the_expected_kind(node, arrays):
    for kind in (Run, MspFile, RunMetadata):
        with pytest.raises(TransportError):
            value_of(framed(node, arrays), kind)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data):
    with pytest.raises(TransportError):
        value_of(data, Run)
    with pytest.raises(TransportError):
        value_of(HEAD.pack(b"AIGAQ\x01\n", b"V", len(data), 0) + data, Run)


def test_numbers_that_are_hard_to_write_come_through():
    hard = (5e-324, 1.7976931348623157e308, 0.1, -0.0, 1 / 3)
    came = passed(hard, tuple[float, ...])
    assert np.array(came).tobytes() == np.array(hard).tobytes()
