"""Values as frames: what may pass, what is refused, and that nothing of a run is left behind."""

import struct
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt
import pytest

from spectra import MassSpectrum, Precursor, Run, RunMetadata
from spectra.formats.msp import MspFile
from spectra.formats.reading import RunReading
from spectra.formats.spectrum_file import NamedSpectrum
from spectra.formats.transport import HEAD, MAGIC, TransportError, frame_length, frame_of, frame_status, value_of
from tests.builders.frames import differences, framed


class Colour(Enum):
    RED = "red"
    BLUE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    text: str
    number: int
    real: float
    flag: bool
    nothing: None
    place: Path
    colour: Colour
    maybe: str | None
    choice: Precursor | tuple[int, ...] | npt.NDArray[np.float64] | float | Path
    pair: tuple[str, int]
    reals: tuple[float, ...]
    whatever: npt.NDArray[Any]


def everything(**changed):
    value = Everything(
        text="ä\0\ud800",
        number=2**70,
        real=-0.0,
        flag=True,
        nothing=None,
        place=Path("a/\udce9"),
        colour=Colour.RED,
        maybe=None,
        choice=Precursor(mz=1.5),
        pair=("a", 1),
        reals=(1.0, -0.0, 5e-324),
        whatever=np.arange(6, dtype=">i4").reshape(2, 3),
    )
    return replace(value, **changed)


def passed(value, kind=Everything):
    return value_of(b"".join(frame_of(value, b"V")), kind)


def test_every_kind_of_value_passes():
    sent = everything()
    came = passed(sent)
    for item in fields(Everything):
        if item.name != "whatever":
            assert getattr(came, item.name) == getattr(sent, item.name), item.name
    assert str(came.real) == "-0.0"
    assert [str(real) for real in came.reals] == ["1.0", "-0.0", "5e-324"]
    assert came.whatever.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert came.whatever.dtype == np.int32


@pytest.mark.parametrize("choice", [(1, 2), (), 2.5, 3, Path("a")])
def test_one_of_several_kinds_is_told_apart(choice):
    assert passed(everything(choice=choice)).choice == choice


def test_an_array_of_a_union_is_told_apart():
    @dataclass(frozen=True)
    class Maybe:
        array: npt.NDArray[np.float64] | None

    globals()["Maybe"] = Maybe
    assert passed(Maybe(array=np.array([np.nan])), Maybe).array.tobytes() == np.array([np.nan]).tobytes()
    assert passed(Maybe(array=None), Maybe).array is None
    with pytest.raises(TransportError, match="a str where none is expected"):
        value_of(framed({"Maybe": ["x"]}), Maybe)


def test_floats_and_whole_numbers_in_one_tuple_stay_what_they_are():
    came = passed((1.0, 2), tuple[float, ...])
    assert came == (1.0, 2)
    assert [type(number) for number in came] == [float, int]
    assert passed((), tuple[float, ...]) == ()


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        [1],
        {1},
        b"x",
        1j,
        object(),
        Everything,
        np.array(["x"]),
        np.array([None]),
        np.array([1j]),
        np.int64(1),
    ],
)
def test_a_value_that_no_frame_holds_is_refused(value):
    with pytest.raises(TransportError, match="which no frame can hold"):
        frame_of((value,), b"V")


@pytest.mark.parametrize("kind", [dict, list[int], bytes, Any, object, Colour | str])
def test_a_type_that_no_frame_holds_is_refused(kind):
    with pytest.raises(TransportError, match="which no frame can hold"):
        value_of(framed(1), kind)


def test_a_type_with_a_field_that_cannot_be_given_is_refused():
    @dataclass
    class Computed:
        number: int = field(default=1, init=False)

    with pytest.raises(TransportError, match="a field that cannot be given"):
        passed(Computed(), Computed)


ARRAY = {"array": ["<f8", 1]}
EIGHT = struct.pack("<d", 1.0)


@pytest.mark.parametrize(
    ("node", "arrays", "kind", "match"),
    [
        ("x", b"", int, "a str where int is expected"),
        (1, b"", str, "a int where str is expected"),
        (True, b"", int, "a bool where int is expected"),
        (1, b"", bool, "a int where bool is expected"),
        ("green", b"", Colour, "ValueError in the answer"),
        ({"Precursor": [1.0, None]}, b"", Precursor, "no Precursor of 3 fields"),
        ({"Precursor": [1.0, None, None], "b": 1}, b"", Precursor, "no Precursor of 3 fields"),
        ({"MassSpectrum": [ARRAY, ARRAY, None]}, EIGHT, MassSpectrum, "an array of 8 bytes with 0 left"),
        ({"MassSpectrum": [ARRAY, ARRAY, None]}, EIGHT * 3, MassSpectrum, "8 bytes that no value takes"),
        ({"MassSpectrum": [ARRAY, ARRAY, None]}, struct.pack("<2d", -1.0, 1.0), MassSpectrum, "InvalidSpectrumError"),
        ({"MassSpectrum": [ARRAY, 1, None]}, EIGHT, MassSpectrum, "no array where one is expected"),
        ({"array": ["<i8", 1]}, EIGHT, npt.NDArray[np.float64], "an array of int64 where float64 is expected"),
        ({"array": ["|O", 1]}, EIGHT, npt.NDArray[Any], "not of plain numbers"),
        ({"array": ["<U2", 1]}, EIGHT, npt.NDArray[Any], "not of plain numbers"),
        ({"array": ["f8,f8", 1]}, EIGHT, npt.NDArray[Any], "not of plain numbers"),
        ({"array": ["float64", 1]}, EIGHT, npt.NDArray[Any], "not of plain numbers"),
        ({"array": ["rubbish", 1]}, EIGHT, npt.NDArray[Any], "an unknown kind"),
        ({"array": ["<f8", -1]}, EIGHT, npt.NDArray[Any], "no array"),
        ({"array": ["<f8", True]}, EIGHT, npt.NDArray[Any], "no array"),
        ({"array": ["<f8", 2**62]}, EIGHT, npt.NDArray[Any], "bytes with 8 left"),
        ({"array": ["<f8", 1], "more": 1}, EIGHT, npt.NDArray[Any], "no array"),
        ([1], b"", tuple[int, int], "1 values where 2 are expected"),
        ("x", b"", tuple[int, ...], "no array where one is expected"),
        ({"array": ["<f8", 1]}, EIGHT, tuple[str, ...], "a float where str is expected"),
    ],
)
def test_a_frame_of_another_kind_is_refused(node, arrays, kind, match):
    with pytest.raises(TransportError, match=match):
        value_of(framed(node, arrays), kind)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"1 2"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(TransportError, match="in the answer"):
        value_of(HEAD.pack(MAGIC, b"V", len(text), 0) + text, int)


def test_a_frame_says_its_length_and_status():
    frame = b"".join(frame_of("x", b"R"))
    assert frame_length(frame) == len(frame)
    assert frame_status(frame) == b"R"
    for length in range(HEAD.size):
        assert frame_length(frame[:length]) == 0
    for wrong in (frame[:-1], frame + b"x", frame[:5], b""):
        with pytest.raises(TransportError, match="another length"):
            value_of(wrong, str)
    with pytest.raises(TransportError, match="no answer"):
        frame_length(b"PK\x03\x04")


# --- completeness: a field that is added to one of these classes comes through, or a test says that it does not


def nested(kind, seen=None):
    """Give every dataclass that a class can hold."""
    seen = {} if seen is None else seen
    if is_dataclass(kind) and kind.__name__ not in seen:
        seen[kind.__name__] = kind
        for hint in get_type_hints(kind).values():
            for part in (hint, *getattr(hint, "__args__", ())):
                nested(part, seen)
    return seen


@pytest.mark.parametrize("kind", [RunReading, NamedSpectrum, MspFile], ids=lambda kind: kind.__name__)
def test_every_field_of_what_is_read_can_be_carried(kind):
    for name, held in nested(kind).items():
        shape = {item.name: None for item in fields(held)}
        with pytest.raises(TransportError) as refusal:
            value_of(framed({name: list(shape)[:-1]}), held)
        assert "fields where one is expected" in str(refusal.value), "a type that no frame can hold"


def test_every_field_of_a_run_comes_through():
    """Each field of a run, and of what it holds, is set to a value that is not its default, sent and compared."""
    run = Run(
        scan_times_s=np.array([1.0, 2.5]),
        scan_starts=np.array([0, 1, 3]),
        mz=np.array([58.0, 44.0, 91.05]),
        intensity=np.array([1.0, 0.0, 1e9]),
        metadata=RunMetadata(**{item.name: altered(item.default, item.name) for item in fields(RunMetadata)}),
        **{
            item.name: made_of(get_type_hints(Run)[item.name], n_scans=2)
            for item in fields(Run)
            if item.name not in {"scan_times_s", "scan_starts", "mz", "intensity", "metadata"}
        },
    )
    assert differences(passed(run, Run), run) == []
    assert differences(replace(run, metadata=RunMetadata()), run) != []


def altered(default, name):
    return not default if isinstance(default, bool) else f"{name} of a test"


def made_of(kind, *, n_scans):
    """Make a table of facts about scans with other values than "not stated" where its own rules allow any."""
    table = kind.unstated(n_scans)
    changed = {}
    for item in fields(kind):
        value = getattr(table, item.name)
        for other in (1, 2, 300.5) if isinstance(value, np.ndarray) else ():
            try:
                with_level = {} if item.name == "ms_level" else {"ms_level": np.full(n_scans, 2)}
                replace(table, **with_level, **{item.name: np.full(n_scans, other, dtype=value.dtype)})
            except ValueError:
                continue
            if not np.array_equal(np.full(n_scans, other, dtype=value.dtype), value):
                changed[item.name] = np.full(n_scans, other, dtype=value.dtype)
                break
        if isinstance(value, tuple):
            changed[item.name] = tuple(f"{item.name} {scan}" for scan in range(n_scans))
    assert set(changed) == {item.name for item in fields(kind)}
    return replace(table, **changed)
