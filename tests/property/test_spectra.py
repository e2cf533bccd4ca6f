import dataclasses
import hashlib
import itertools
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra import (
    Dalton,
    ExhaustiveSearch,
    LibraryEntry,
    MassSpectrum,
    PeakPicking,
    Ppm,
    RawSpectrum,
    UnitMass,
    match_factors,
)
from spectra.alignment import match_peaks
from spectra.chromatogram.peaks import pick_peaks
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import (
    MspRecord,
    read_agilent_d,
    read_andi_cdf,
    read_msp,
    run_manifest,
    write_andi_cdf,
    write_msp,
)
from spectra.scores import prepare_spectrum
from tests.builders.agilent_folder import WrittenScan, data_file, decoded, encoded, write_folder
from tests.builders.spectra_strategies import NOMINAL_MZ, presets, runs, spectra

LOWEST_MZ = 40.0
FEW = spectra(mz=NOMINAL_MZ, max_size=8)
TOLERANCES = st.one_of(st.floats(1e-4, 1.0).map(Dalton), st.floats(0.1, 1_000.0).map(Ppm))


# scores


def factors(query, reference, preset):
    return match_factors(query, reference, preset=preset, lowest_mz=LOWEST_MZ)


@given(FEW, FEW, presets())
def test_the_match_factor_does_not_ask_which_spectrum_is_the_unknown(one, other, preset):
    assert factors(one, other, preset).match_factor == pytest.approx(factors(other, one, preset).match_factor, abs=1e-9)
    assert factors(one, other, preset).matched_ions == factors(other, one, preset).matched_ions


@given(FEW, FEW, presets())
def test_scores_lie_between_nothing_and_999_and_the_reverse_one_is_not_lower(one, other, preset):
    found = factors(one, other, preset)
    assert 0.0 <= found.match_factor <= found.reverse_match_factor + 1e-9
    assert found.reverse_match_factor <= 999.0
    assert (found.match_factor > 0.0) == (found.matched_ions > 0)


@given(spectra(mz=NOMINAL_MZ, min_size=1), presets())
def test_a_spectrum_matches_itself_completely(spectrum, preset):
    prepared = prepare_spectrum(spectrum, preset, lowest_mz=LOWEST_MZ)
    assume(len(prepared))
    found = factors(spectrum, spectrum, preset)
    assert (found.match_factor, found.reverse_match_factor) == (999.0, 999.0)
    assert found.matched_ions == len(prepared)


@given(FEW, FEW, presets(), st.integers(-20, 20))
def test_scores_do_not_depend_on_how_strong_a_spectrum_is(one, other, preset, power):
    stronger = MassSpectrum(mz=one.mz, intensity=one.intensity * 2.0**power)
    found, again = factors(one, other, preset), factors(stronger, other, preset)
    assert again.match_factor == pytest.approx(found.match_factor, abs=1e-9)
    assert again.reverse_match_factor == pytest.approx(found.reverse_match_factor, abs=1e-9)


# search against its obvious twin


@st.composite
def libraries(draw):
    pool = draw(st.lists(FEW, min_size=1, max_size=6))
    chosen = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=12))
    groups = draw(st.lists(st.integers(0, 5), min_size=len(chosen), max_size=len(chosen)))
    names = draw(st.permutations([f"{number:03d}" for number in range(len(chosen))]))
    return [
        LibraryEntry(identifier=name, group=group, spectrum=spectrum)
        for name, group, spectrum in zip(names, groups, chosen, strict=True)
    ]


def slow_hits(query, library, preset, top):
    """Compare one by one and sort. Numbers that only rounding tells apart are left to the tests of ties."""
    scored = []
    for entry in library:
        found = factors(query, entry.spectrum, preset)
        if found.matched_ions:
            scored.append((entry, found))
    scored.sort(key=lambda pair: (-pair[1].match_factor, -pair[1].reverse_match_factor, pair[0].identifier))
    for values in ([f.match_factor for _, f in scored], [f.reverse_match_factor for _, f in scored]):
        assume(all(one == next_one or next_one - one > 1e-6 for one, next_one in itertools.pairwise(sorted(values))))
    best = {}
    for entry, found in scored:
        best.setdefault(entry.group, (entry, found))
    return list(best.values())[:top]


@given(FEW, libraries(), presets(), st.integers(1, 8))
def test_the_search_finds_what_comparing_one_by_one_finds(query, library, preset, top):
    assume(len(prepare_spectrum(query, preset, lowest_mz=LOWEST_MZ)))
    index = ExhaustiveSearch(library, preset=preset, lowest_mz=LOWEST_MZ)
    found = index.query(query, top=top)
    expected = slow_hits(query, library, preset, top)
    assert [hit.identifier for hit in found.hits] == [entry.identifier for entry, _ in expected]
    for hit, (_, score) in zip(found.hits, expected, strict=True):
        assert hit.match_factor == pytest.approx(score.match_factor, abs=1e-9)
        assert hit.reverse_match_factor == pytest.approx(score.reverse_match_factor, abs=1e-9)
        assert hit.matched_ions == score.matched_ions
    assert found.searched == len(library)
    assert found.preset == f"{preset.name}/{preset.version}"


@given(libraries(), st.permutations(range(12)), presets())
def test_the_order_of_the_library_does_not_matter(library, order, preset):
    shuffled = [library[place] for place in order if place < len(library)]
    query = library[0].spectrum
    assume(len(prepare_spectrum(query, preset, lowest_mz=LOWEST_MZ)))
    one = ExhaustiveSearch(library, preset=preset, lowest_mz=LOWEST_MZ).query(query, top=9)
    other = ExhaustiveSearch(shuffled, preset=preset, lowest_mz=LOWEST_MZ).query(query, top=9)
    assert one == other


# steps before the comparison


@given(spectra(mz=st.floats(0.4, 200.0), max_size=40), st.sampled_from([0.5, 0.649, 0.7]))
def test_binning_agrees_with_a_loop_over_the_peaks(spectrum, border):
    binned = UnitMass(round_up_from=border).bin(spectrum)
    sums = defaultdict(float)
    for mz, height in zip(spectrum.mz.tolist(), spectrum.intensity.tolist(), strict=True):
        micro = round(mz * 1e6)
        nominal = micro // 1_000_000 + (micro % 1_000_000 >= round(border * 1e6))
        if height > 0 and nominal > 0:
            sums[nominal] += height
    assert binned.mz.tolist() == sorted(sums)
    assert binned.intensity.tolist() == pytest.approx([sums[mass] for mass in sorted(sums)])


@given(spectra(mz=st.floats(1.0, 1_000.0), max_size=40))
def test_binning_loses_no_intensity(spectrum):
    assert UnitMass().bin(spectrum).intensity.sum() == pytest.approx(spectrum.intensity.sum())


@given(spectra(), spectra(), TOLERANCES)
def test_matched_peaks_are_pairs_within_the_tolerance(query, reference, tolerance):
    pairs = match_peaks(query, reference, tolerance=tolerance)
    assert len(set(pairs.query.tolist())) == len(set(pairs.reference.tolist())) == len(pairs)
    assert pairs.query.tolist() == sorted(pairs.query.tolist())
    half = tolerance.half_width_udalton(query.mz)[pairs.query]
    distance = np.abs(np.rint(query.mz * 1e6)[pairs.query] - np.rint(reference.mz * 1e6)[pairs.reference])
    assert (distance <= half).all()


@given(spectra(), spectra(), TOLERANCES)
def test_no_pair_within_the_tolerance_is_left_with_both_peaks_free(query, reference, tolerance):
    pairs = match_peaks(query, reference, tolerance=tolerance)
    half = tolerance.half_width_udalton(query.mz)
    for q, r in itertools.product(range(len(query)), range(len(reference))):
        near = abs(round(float(query.mz[q]) * 1e6) - round(float(reference.mz[r]) * 1e6)) <= half[q]
        assert not near or q in pairs.query or r in pairs.reference


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(-1.0, 1.0)), unique_by=lambda peak: peak[0]), st.floats(0.01, 0.9)
)
def test_isolated_peaks_pair_up_whichever_spectrum_is_asked(peaks, width):
    """Peaks 3 Da apart, each with a partner at most 1 Da away: every distance decides for itself."""
    places = sorted(3.0 * number for number, _ in peaks)
    shifts = dict(peaks)
    query = MassSpectrum(mz=np.array(places), intensity=np.ones(len(places)))
    moved = np.array([place + shifts[round(place / 3.0)] for place in places])
    reference = MassSpectrum(mz=moved, intensity=np.ones(len(places)))
    tolerance = Dalton(width)
    forth = match_peaks(query, reference, tolerance=tolerance)
    back = match_peaks(reference, query, tolerance=tolerance)
    limit = round(width * 1e6)
    expected = [
        place
        for place, (mz, other) in enumerate(zip(places, moved.tolist(), strict=True))
        if abs(round(mz * 1e6) - round(other * 1e6)) <= limit
    ]
    assert forth.query.tolist() == forth.reference.tolist() == back.query.tolist() == expected


# chromatograms


@given(
    st.lists(st.integers(0, 50), max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.floats(10.0, 1e6), st.floats(0.8, 6.0)), max_size=6),
    st.floats(1.0, 20.0),
)
def test_peaks_lie_in_the_signal_in_order_and_share_at_most_a_valley(noise, peaks, ratio):
    scans = np.arange(60.0)
    signal = np.resize(np.array(noise or [0.0], dtype=float), 60)
    for apex, height, width in peaks:
        signal = signal + height * np.exp(-0.5 * ((scans - apex) / width) ** 2)
    found = pick_peaks(signal, picking=PeakPicking(minimum_signal_to_noise=ratio, minimum_width_scans=1.5))
    for peak in found:
        assert 0 <= peak.first_scan <= peak.core_first <= peak.apex_scan <= peak.core_last <= peak.last_scan < 60
        assert peak.signal_to_noise >= ratio
    for earlier, later in itertools.pairwise(found):
        assert earlier.apex_scan < later.apex_scan
        assert earlier.last_scan <= later.first_scan


@given(st.integers(0, 2**32), st.lists(spectra(min_size=1, max_size=5), max_size=3), FEW)
def test_a_simulation_repeats_itself_for_a_seed(seed, substances, background):
    column = SimulatedColumn(start_s=0.0, end_s=20.0, scan_interval_s=1.0, background=background, bleed_growth=2.0)
    peaks = [
        SimulatedPeak(spectrum=spectrum, retention_time_s=10.0, height=1e3, width_s=2.0, abundance_spread=0.3)
        for spectrum in substances
    ]
    assume(background.intensity.sum() < 1e15)
    one, same = (simulate_run(peaks, column, sample_name="x", random=np.random.default_rng(seed)) for _ in range(2))
    for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
        assert np.array_equal(getattr(one, name), getattr(same, name))


# files


WORDS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=20).map(str.strip)
NUMBERS = st.floats(0.0, 1e12)


@st.composite
def msp_records(draw):
    fields = [("Name", draw(WORDS.filter(bool)))]
    fields += draw(st.lists(st.tuples(st.sampled_from(["Synon", "Formula", "Comments", "DB#", "InChIKey"]), WORDS)))
    peaks = draw(st.lists(st.tuples(st.floats(1e-9, 1e5), NUMBERS), max_size=8))
    mz, intensity = zip(*peaks, strict=True) if peaks else ((), ())
    return MspRecord(line=1, fields=tuple(fields), peaks=RawSpectrum(mz=mz, intensity=intensity))


@given(st.lists(msp_records(), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_msp_records_read_back_as_they_were_written(records, line_end):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.msp"
        path.write_bytes(write_msp(records).replace("\n", line_end).encode("utf-8"))
        read = read_msp(path).records
    assert [(record.fields, record.peaks) for record in read] == [(record.fields, record.peaks) for record in records]
    lines = write_msp(records).split("\n")
    assert all(lines[record.line - 1].startswith("Name:") for record in read)


@given(runs())
def test_an_andi_file_reads_back_as_it_was_written(run):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.cdf"
        path.write_bytes(write_andi_cdf(run))
        back = read_andi_cdf(path)
    for name in ("scan_times_s", "scan_starts", "mz", "intensity", "total_ion_current"):
        assert np.array_equal(getattr(back, name), getattr(run, name)), name
    assert dataclasses.replace(back.metadata, source_format="") == run.metadata


@st.composite
def written_scans(draw):
    times = sorted(draw(st.lists(st.integers(1, 10**7), min_size=1, max_size=6, unique=True)))
    scans = []
    for time_ms in times:
        masses = draw(st.lists(st.integers(20, 16_000), max_size=5, unique=True))
        heights = draw(st.lists(st.integers(1, 2**14 * 512 - 1), min_size=len(masses), max_size=len(masses)))
        peaks = tuple(zip(sorted(masses, reverse=True), heights, strict=True))
        scans.append(WrittenScan(time_ms=time_ms, peaks=peaks, fraction=draw(st.integers(0, len(masses)))))
    return scans


@given(written_scans())
def test_an_agilent_file_reads_back_as_it_was_written(scans):
    assume(any(scan.peaks for scan in scans))
    with tempfile.TemporaryDirectory() as folder:
        run = read_agilent_d(write_folder(Path(folder) / "a.D", data_file(scans).data))
    assert run.scan_times_s.tolist() == [scan.time_ms / 1000.0 for scan in scans]
    read = list(zip(run.mz.tolist(), run.intensity.tolist(), strict=True))
    assert read == [(mz / 20, decoded(encoded(counts))) for scan in scans for mz, counts in reversed(scan.peaks)]


NAMES = st.text(st.characters(categories=("Ll", "Nd"), max_codepoint=0x4FF), min_size=1, max_size=6)
TREES = st.dictionaries(NAMES.map(str.casefold), st.binary(max_size=20), min_size=1, max_size=4)


def manifest_of(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        return run_manifest(Path(folder))


@given(TREES)
def test_the_manifest_of_a_folder_follows_from_names_and_bytes_alone(files):
    manifest = manifest_of(files)
    assert manifest == manifest_of(dict(reversed(files.items())))
    assert manifest.sha256 == hashlib.sha256(manifest.canonical_bytes).hexdigest()
    assert sum(entry.size for entry in manifest.entries) == sum(map(len, files.values()))


@given(TREES, st.data())
def test_every_change_of_a_byte_or_a_name_changes_the_digest(files, data):
    digests = {manifest_of(files).sha256}
    name = data.draw(st.sampled_from(sorted(files)))
    changes = [
        files | {name: files[name] + b"\0"},
        files | {f"{name}0": b""} if f"{name}0" not in files else files | {name: b"another"},
        {("z" * 9 if key == name else key): value for key, value in files.items()},
    ]
    if files[name]:
        place = data.draw(st.integers(0, len(files[name]) - 1))
        changed = bytearray(files[name])
        changed[place] ^= 1 << data.draw(st.integers(0, 7))
        changes += [files | {name: bytes(changed)}, files | {name: files[name][:-1]}]
    for change in changes:
        digests.add(manifest_of(change).sha256)
    assert len(digests) == 1 + len(changes)
