"""What is written is read back; what was changed on purpose is a true run or a refusal, and never anything else."""

import base64
import random
import re
import resource
import time
import zlib
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spectra import FormatError
from spectra.formats.mzml import read_mzml
from spectra.formats.mzxml import read_mzxml
from tests.builders.scan_files import (
    THREE_SCANS,
    Scan,
    bare_mzml,
    mzml_body,
    mzml_file,
    mzxml_body,
    mzxml_file,
    sealed_mzml,
    sealed_mzxml,
)

SEED = 20261122
SHORT, NIGHTLY = 200, 10_000
SECONDS_EACH = 10.0
KILOBYTES = 512 * 1024

F32 = st.floats(1.0, 1000.0, width=32)
COUNTS = st.floats(0.0, 1e9, width=32)


@st.composite
def scans(draw):
    made, time_s = [], 0.0
    for _ in range(draw(st.integers(1, 6))):
        time_s += draw(st.floats(0.001, 10.0))
        mz = sorted(draw(st.lists(F32, max_size=8)))
        level = draw(st.sampled_from([1, 1, 2, 3])) if made else 1
        made.append(
            Scan(
                time_s=time_s,
                mz=tuple(mz),
                intensity=tuple(draw(st.lists(COUNTS, min_size=len(mz), max_size=len(mz)))),
                level=level,
                polarity=draw(st.sampled_from([-1, 0, 1])),
                centroided=draw(st.sampled_from([0, 1])),
                precursor=draw(st.none() | F32) if level > 1 else None,
                charge=draw(st.integers(-3, 3)),
                window=draw(st.none() | st.tuples(F32, F32)),
                energy_ev=draw(st.none() | F32),
            )
        )
    return tuple(made)


def require_same(run, made):
    assert run.scan_times_s.tolist() == [scan.time_s for scan in made]
    assert np.diff(run.scan_starts).tolist() == [len(scan.mz) for scan in made]
    assert run.mz.tolist() == [mz for scan in made for mz in scan.mz]
    assert run.intensity.tolist() == [count for scan in made for count in scan.intensity]
    facts = run.facts
    assert facts.ms_level.tolist() == [scan.level for scan in made]
    assert facts.polarity.tolist() == [scan.polarity for scan in made]
    assert facts.centroided.tolist() == [scan.centroided for scan in made]
    isolated = [scan.precursor is not None for scan in made]
    np.testing.assert_array_equal(
        facts.precursor_mz, [np.nan if scan.precursor is None else scan.precursor for scan in made]
    )
    expected = [scan.charge if known else 0 for scan, known in zip(made, isolated, strict=True)]
    assert facts.precursor_charge.tolist() == expected


@given(made=scans(), compression=st.sampled_from(["zlib", "none"]), code=st.sampled_from(["f4", "f8"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_as_mzml_is_read_back(tmp_path, made, compression, code):
    path = tmp_path / "a.mzML"
    path.write_bytes(mzml_file(made, compression=compression, codes=(code, code)))
    run = read_mzml(path)
    require_same(run, made)
    for scan, lower, upper, energy in zip(
        made,
        run.facts.isolation_lower_offset,
        run.facts.isolation_upper_offset,
        run.facts.collision_energy_ev,
        strict=True,
    ):
        known = scan.precursor is not None
        window = scan.window if known and scan.window else (np.nan, np.nan)
        np.testing.assert_array_equal((lower, upper), window)
        np.testing.assert_array_equal(energy, np.nan if not known or scan.energy_ev is None else scan.energy_ev)


@given(
    made=scans(),
    compression=st.sampled_from(["zlib", "none"]),
    precision=st.sampled_from([32, 64]),
    nested=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_as_mzxml_is_read_back(tmp_path, made, compression, precision, nested):
    path = tmp_path / "a.mzXML"
    path.write_bytes(mzxml_file(made, compression=compression, precision=precision, nested=nested))
    require_same(read_mzxml(path), made)


NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "3",
    "4",
    "1e9",
    "2000000000",
    "99999999999999999999",
    "nan",
    "inf",
    "",
    "0x10",
    "\u0663",
]
ACCESSIONS = [
    *("MS:1000514", "MS:1000515", "MS:1000521", "MS:1000523", "MS:1000519", "MS:1000522", "MS:1000574", "MS:1000576"),
    *("MS:1002312", "MS:1002313", "MS:1002314", "MS:1003780", "MS:1000511", "MS:1000016", "MS:1000127", "MS:1000130"),
    *("UO:0000031", "UO:0000010", "MS:9999999", ""),
]
PIECES = [
    *(
        "<x/>",
        "<!-- -->",
        "<![CDATA[x]]>",
        "&amp;",
        "&x;",
        "<?pi?>",
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        "]]>",
        "\u0000",
        "\u202e",
    ),
    *(
        "<spectrum/>",
        "<scan/>",
        "<peaks/>",
        "<binary/>",
        "<cvParam/>",
        "</scan>",
        "</spectrum>",
        "<run>",
        "<userParam/>",
    ),
]


def flip_a_byte(text, chance):
    place = chance.randrange(len(text))
    return text[:place] + chr(chance.randrange(1, 256)) + text[place + 1 :]


def cut_a_piece(text, chance):
    place = chance.randrange(len(text))
    return text[:place] + text[place + chance.randrange(1, 400) :]


def double_a_piece(text, chance):
    place = chance.randrange(len(text))
    return text[: place + chance.randrange(1, 400)] + text[place:]


def cut_the_end(text, chance):
    return text[: chance.randrange(len(text))]


def put_a_piece(text, chance):
    places = [found.end() for found in re.finditer(r">", text)] or [0]
    place = chance.choice(places)
    return text[:place] + chance.choice(PIECES) + text[place:]


def change_a_value(text, chance):
    values = list(re.finditer(r'="([^"]*)"', text))
    if not values:
        return text
    found = chance.choice(values)
    new = (
        chance.choice(ACCESSIONS)
        if found[1].startswith(("MS:", "UO:"))
        else chance.choice([*NUMBERS, "+", "none", "zlib", "network"])
    )
    return text[: found.start(1)] + new + text[found.end(1) :]


def drop_or_double_an_element(text, chance):
    elements = list(
        re.finditer(r"<(\w+)[^>]*/>|<(binary|peaks|precursorMz|offset|isolationWindow|scan)\b[^>]*>[^<]*</\2>", text)
    )
    if not elements:
        return text
    found = chance.choice(elements)
    return text[: found.start()] + found[0] * chance.choice([0, 2]) + text[found.end() :]


def swap_elements(text, chance):
    elements = list(re.finditer(r"<cvParam[^>]*/>|<(binary|peaks)\b[^>]*>[^<]*</\1>", text))
    if len(elements) < 2:
        return text
    first, second = sorted(chance.sample(elements, 2), key=lambda found: found.start())
    return text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]


def change_the_numbers(text, chance):
    """Put other bytes into an array, sometimes with the lengths to match."""
    arrays = list(re.finditer(r">([A-Za-z0-9+/=]{8,})<", text))
    if not arrays:
        return text
    found = chance.choice(arrays)
    raw = chance.choice(
        [chance.randbytes(24), np.array([np.nan, -1.0, np.inf]).tobytes(), bytes(2000), zlib.compress(bytes(10**6))]
    )
    packed = base64.b64encode(zlib.compress(raw) if chance.random() < 0.5 else raw).decode()
    text = text[: found.start(1)] + packed + text[found.end(1) :]
    before = text[: found.start(1)]
    if chance.random() < 0.7 and (lengths := list(re.finditer(r'(?:encodedLength|compressedLen)="(\d+)"', before))):
        length = lengths[-1]
        text = text[: length.start(1)] + str(len(packed)) + text[length.end(1) :]
    return text


MUTATIONS = [
    flip_a_byte,
    cut_a_piece,
    double_a_piece,
    cut_the_end,
    put_a_piece,
    change_a_value,
    change_a_value,
    drop_or_double_an_element,
    swap_elements,
    change_the_numbers,
]
BODIES = {
    "mzML": (mzml_body, sealed_mzml, bare_mzml, read_mzml),
    "mzXML": (
        mzxml_body,
        sealed_mzxml,
        lambda body: sealed_mzxml(body).partition(b"<index ")[0] + b"</mzXML>",
        read_mzxml,
    ),
}


def mutant(kind, chance):
    """Change a file once to three times: inside a true envelope, without one, or together with it."""
    make, seal, bare, _ = BODIES[kind]
    made = THREE_SCANS if chance.random() < 0.5 else (*THREE_SCANS[:2], Scan(time_s=3.0))
    body = make(made, compression=chance.choice(["zlib", "none"]))
    way = chance.choice(["sealed", "bare", "whole"])
    text = seal(body).decode("latin-1") if way == "whole" else body
    for _ in range(chance.randrange(1, 4)):
        text = chance.choice(MUTATIONS)(text, chance) or " "
    data = text.encode("utf-8", "replace")
    return data if way == "whole" else (seal if way == "sealed" else bare)(data)


RECORDS = {"mzML": ("spectrum", "defaultArrayLength"), "mzXML": ("scan", "peaksCount")}


def declared(kind, data):
    """Count scans and peaks as they are declared, by another parser than the reader's."""
    tag, count = RECORDS[kind]
    root = ET.fromstring(data)  # noqa: S314 - expat, after the reader has accepted the file
    found = [element for element in root.iter() if element.tag.rpartition("}")[2] == tag]
    return [int(element.get(count)) for element in found]


def campaign(path, kind, n_mutants, seed):
    """Read mutants; give how many were read and how many refused, and the longest time."""
    chance = random.Random(seed)  # noqa: S311 - ways to damage
    outcomes, slowest = {"read": 0, "refused": 0}, 0.0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(n_mutants):
        data = mutant(kind, chance)
        path.write_bytes(data)
        began = time.process_time()
        try:
            run = BODIES[kind][3](path)
        except FormatError:
            outcomes["refused"] += 1
        else:
            assert np.diff(run.scan_starts).tolist() == declared(kind, data), data
            outcomes["read"] += 1
        slowest = max(slowest, time.process_time() - began)
    assert slowest < SECONDS_EACH
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < KILOBYTES
    return outcomes, slowest


@pytest.mark.parametrize("kind", BODIES)
def test_a_mutant_is_what_it_declares_or_is_refused(tmp_path, kind):
    outcomes, _ = campaign(tmp_path / "a", kind, SHORT, SEED)
    assert sum(outcomes.values()) == SHORT
    assert outcomes["refused"] > SHORT / 2
    assert outcomes["read"] > 0


@pytest.mark.nightly
@pytest.mark.parametrize("kind", BODIES)
def test_ten_thousand_mutants_are_what_they_declare_or_are_refused(tmp_path, kind):
    outcomes, slowest = campaign(tmp_path / "a", kind, NIGHTLY, SEED + 1)
    assert sum(outcomes.values()) == NIGHTLY
    print(kind, outcomes, f"slowest {slowest:.3f} s")  # noqa: T201 - the figure of the night
