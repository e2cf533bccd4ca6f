import dataclasses
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from spectra import (
    FormatError,
    InvalidSettingError,
    InvalidSpectrumError,
    MassSpectrum,
    UnitMass,
    Weighting,
)
from spectra.search import unit_mass_blocks, unit_mass_index, unit_mass_rows, unit_mass_segment
from spectra.search.packed import PackedSpectra
from spectra.search.top_k import largest_positions
from spectra.search.unit_mass_blocks import blocks_of, grouped
from spectra.search.unit_mass_files import StoredArrays, write_arrays
from spectra.search.unit_mass_index import UnitMassIndex
from spectra.search.unit_mass_segment import BestRows

SETTINGS = {
    "weighting": Weighting(mz_exponent=0.0, intensity_exponent=0.5),
    "unit_mass": UnitMass(),
    "weakest_peak_fraction": 0.002,
    "lowest_mz": 40.0,
}


def spectrum(**peaks):
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=float)
    )


EMPTY = MassSpectrum(mz=np.empty(0), intensity=np.empty(0))
LIBRARY = (spectrum(m58=16, m91=9), EMPTY, spectrum(m58=9), spectrum(m200=1), spectrum(m58=1))
QUERY = spectrum(m58=9, m91=16)


def built(*spectra, **settings):
    return UnitMassIndex.build(PackedSpectra.of(spectra), **(SETTINGS | settings))


def random_spectra(count, *, seed=1, masses=60):
    random = np.random.default_rng(seed)
    peaks = [np.sort(random.choice(np.arange(41, 41 + masses), 8, replace=False)) for _ in range(count)]
    return [MassSpectrum(mz=mz.astype(float), intensity=random.uniform(9, 999, 8)) for mz in peaks]


def same(one, other):
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)
    )


# queries


def test_hits_by_hand():
    hits = built(*LIBRARY).query(QUERY, top=5, allowed=None)
    assert hits.positions.tolist() == [0, 2, 4]
    assert hits.cosines.tolist() == pytest.approx([24 / 25, 3 / 5, 3 / 5])
    assert hits.reverse_cosines.tolist() == pytest.approx([24 / 25, 1.0, 1.0])
    assert hits.matched.tolist() == [2, 1, 1]
    assert len(hits) == 3


def test_ties_stand_in_the_order_of_positions_and_are_cut_there():
    index = built(*[spectrum(m58=scale) for scale in (7, 3, 1, 9, 5)])
    assert index.query(QUERY, top=3, allowed=None).positions.tolist() == [0, 1, 2]


def test_only_allowed_spectra_are_found():
    allowed = np.array([False, True, True, True, True])
    assert built(*LIBRARY).query(QUERY, top=5, allowed=allowed).positions.tolist() == [2, 4]
    assert len(built(*LIBRARY).query(QUERY, top=5, allowed=np.zeros(5, dtype=bool))) == 0


def test_a_query_of_masses_that_the_library_lacks_finds_nothing():
    index = built(*LIBRARY)
    assert len(index.query(spectrum(m777=1), top=5, allowed=None)) == 0
    assert len(index.query(spectrum(m60=1), top=5, allowed=None)) == 0


def test_a_library_without_any_peak_is_searched_in_vain():
    assert len(built(EMPTY, EMPTY).query(QUERY, top=5, allowed=None)) == 0


def test_both_sides_are_cut_at_the_lowest_mz_and_cleaned_of_noise():
    index = built(spectrum(m30=999, m58=100, m91=100, m92=0.1))
    hits = index.query(spectrum(m39=5000, m58=100, m91=100, m93=0.1), top=1, allowed=None)
    assert hits.cosines.tolist() == [1.0]
    assert hits.matched.tolist() == [2]


def test_masses_beyond_sixteen_bits_are_kept_apart():
    high = MassSpectrum(mz=np.array([70_000.0, 90_000.0]), intensity=np.ones(2))
    low = MassSpectrum(mz=np.array([70_000.0 - 65_536, 90_000.0 - 65_536]), intensity=np.ones(2))
    assert built(low, high).query(high, top=5, allowed=None).positions.tolist() == [1]


def test_many_queries_give_what_each_gives_alone():
    index = built(*LIBRARY)
    queries = [QUERY, spectrum(m58=1), spectrum(m200=3)]
    many = index.query_many(queries, top=2, allowed=None)
    assert all(same(found, index.query(query, top=2, allowed=None)) for found, query in zip(many, queries, strict=True))


@pytest.mark.parametrize("top", [0, -1])
def test_a_count_below_one_is_refused(top):
    with pytest.raises(InvalidSettingError, match=f"top is {top}"):
        built(*LIBRARY).query(QUERY, top=top, allowed=None)


@pytest.mark.parametrize("allowed", [np.ones(4, dtype=bool), np.ones(5), np.ones((5, 1), dtype=bool)])
def test_a_filter_of_another_form_is_refused(allowed):
    with pytest.raises(InvalidSettingError, match="expected bool"):
        built(*LIBRARY).query(QUERY, top=1, allowed=allowed)


@pytest.mark.parametrize("query", [EMPTY, spectrum(m39=1), spectrum(m58=0)])
def test_a_query_without_peaks_is_refused(query):
    with pytest.raises(InvalidSpectrumError, match="no peak from m/z 40 on"):
        built(*LIBRARY).query(query, top=1, allowed=None)


def test_a_query_that_is_no_number_cannot_be_made():
    with pytest.raises(InvalidSpectrumError, match="not a finite number"):
        spectrum(m58=np.nan)


def test_intensities_that_add_up_to_infinity_are_refused():
    huge = MassSpectrum(mz=np.array([58.0, 58.1]), intensity=np.full(2, 1.5e308))
    with pytest.raises(InvalidSpectrumError, match="infinity"):
        built(huge)
    with pytest.raises(InvalidSpectrumError, match="infinity"):
        built(*LIBRARY).query(huge, top=1, allowed=None)


@pytest.mark.parametrize(
    "wrong", [{"weakest_peak_fraction": 1.0}, {"weakest_peak_fraction": -0.1}, {"lowest_mz": -1.0},
              {"lowest_mz": np.nan}, {"lowest_mz": np.inf}]
)  # fmt: skip
def test_settings_outside_their_domain_are_refused(wrong):
    with pytest.raises(InvalidSettingError, match=next(iter(wrong))):
        built(*LIBRARY, **wrong)


def test_a_library_without_spectra_is_refused():
    with pytest.raises(InvalidSettingError, match="without spectra"):
        built()


# large libraries, made small


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(unit_mass_segment, "BLOCKS_FROM", 200)
    monkeypatch.setattr(unit_mass_segment, "_CHUNK", 6400)
    monkeypatch.setattr(unit_mass_index, "_LARGE", 500)
    monkeypatch.setattr(unit_mass_segment, "_SEED_BLOCKS", 2)
    monkeypatch.setattr(unit_mass_blocks, "_COARSE", 16)
    monkeypatch.setattr(unit_mass_rows, "_ROWS_AT_A_TIME", 100)


def dense_cosines(spectra, query):
    def row(one):
        weights = np.zeros(200)
        weights[one.mz.astype(int)] = np.sqrt(one.intensity)
        return weights / np.linalg.norm(weights)

    return np.array([row(one) @ row(query) for one in spectra])


@pytest.mark.parametrize("share", [1.1, 0.0])
@pytest.mark.parametrize("masses", [60, 11])
@pytest.mark.parametrize("kept", [None, 0.5, 0.05])
@pytest.mark.usefixtures("small_blocks")
def test_blocks_change_nothing(monkeypatch, share, masses, kept):
    monkeypatch.setattr(unit_mass_segment, "_WHOLE_FROM", share)
    spectra = random_spectra(1000, masses=masses)
    index = built(*spectra, EMPTY)
    assert index.segments[0].blocks is not None
    allowed = None if kept is None else np.random.default_rng(2).random(1001) < kept
    for query in random_spectra(20, seed=5, masses=masses):
        hits = index.query(query, top=7, allowed=allowed)
        cosines = dense_cosines(spectra, query)
        cosines[np.array([], dtype=int) if allowed is None else ~allowed[:-1]] = 0.0
        assert hits.positions.tolist() == np.argsort(-cosines, kind="stable")[:7].tolist()
        assert hits.cosines.tolist() == pytest.approx(np.sort(cosines)[::-1][:7].tolist())


def test_no_row_lies_outside_its_block():
    points = np.abs(np.random.default_rng(3).normal(size=(500, 6))).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    block = grouped(points)
    order = np.argsort(block, kind="stable")
    blocks = blocks_of(points[order], block[order])
    for number, cosine in enumerate(blocks.radius_cosine):
        rows = blocks.rows(np.array([number]))
        assert (points[order][rows] @ blocks.centres[number] >= cosine).all()
    assert blocks.rows(np.arange(len(blocks.centres))).tolist() == list(range(500))


# growth


def test_an_index_grows_without_a_rebuild_and_finds_the_same(monkeypatch):
    monkeypatch.setattr(unit_mass_index, "_OPEN_SEGMENT", 3)
    spectra = random_spectra(30)
    grown = built(*spectra[:10])
    for one in spectra[10:]:
        grown = grown.added(PackedSpectra.of([one]))
    assert len(grown) == 30
    assert [len(segment.rows) for segment in grown.segments] == [10, 3, 3, 3, 3, 3, 3, 2]
    allowed = np.arange(30) % 3 > 0
    for query in random_spectra(10, seed=8):
        for filter_ in (None, allowed):
            assert same(
                grown.query(query, top=9, allowed=filter_), built(*spectra).query(query, top=9, allowed=filter_)
            )


def test_added_spectra_may_have_masses_that_the_library_lacked():
    grown = built(*LIBRARY).added(PackedSpectra.of([spectrum(m58=1, m800=5)]))
    hits = grown.query(spectrum(m800=1), top=1, allowed=None)
    assert (hits.positions.tolist(), hits.cosines.tolist()) == ([5], pytest.approx([np.sqrt(5 / 6)]))
    assert len(built(*LIBRARY).query(spectrum(m800=1), top=1, allowed=None)) == 0


# files


@pytest.mark.parametrize("memory_map", [True, False])
@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("size", [300, 600])  # with fine sketches and without
def test_a_saved_index_gives_the_same_hits(tmp_path, memory_map, verify, size):
    spectra = random_spectra(size)
    index = built(*spectra).added(PackedSpectra.of(LIBRARY))
    index.save(tmp_path / "index")
    loaded = UnitMassIndex.load(tmp_path / "index", memory_map=memory_map, verify=verify)
    assert len(loaded) == size + 5
    assert loaded.choices == index.choices
    assert loaded.nbytes == index.nbytes
    for query in (*spectra[:5], QUERY):
        assert same(loaded.query(query, top=9, allowed=None), index.query(query, top=9, allowed=None))


@pytest.fixture
def saved(tmp_path):
    built(*LIBRARY).save(tmp_path / "index")
    return tmp_path / "index"


def test_a_folder_that_exists_is_not_written_over(saved):
    with pytest.raises(FormatError, match="expected a new folder"):
        built(*LIBRARY).save(saved)


def test_every_changed_byte_is_found(saved):
    for path in sorted(saved.glob("*.npy")):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(FormatError, match="SHA-256"):
            UnitMassIndex.load(saved, memory_map=True)
        path.write_bytes(content)
    assert len(UnitMassIndex.load(saved, memory_map=True)) == len(LIBRARY)


def test_a_missing_file_is_named(saved):
    (saved / "0-weights.npy").unlink()
    for verify in (True, False):
        with pytest.raises(FormatError, match=r"0-weights\.npy"):
            UnitMassIndex.load(saved, memory_map=True, verify=verify)


def test_objects_are_never_unpickled(saved):
    with (saved / "0-weights.npy").open("wb") as file:
        np.lib.format.write_array(file, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(FormatError, match="without objects"):
        UnitMassIndex.load(saved, memory_map=False, verify=False)


def test_an_array_of_another_type_or_shape_is_refused_without_digests_too(saved):
    np.save(saved / "0-weights.npy", np.zeros(2, dtype=np.float32))
    with pytest.raises(FormatError, match="type and shape"):
        UnitMassIndex.load(saved, memory_map=False, verify=False)


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"facts": {}, "arrays": []}', '{"facts": {}, "arrays": {"../a": {}}}',
                 '{"facts": [], "arrays": {}}', '{"facts": {}, "arrays": {"a": 1}}']
)  # fmt: skip
def test_a_damaged_manifest_is_refused(saved, manifest):
    (saved / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(FormatError, match=r"manifest\.json"):
        UnitMassIndex.load(saved, memory_map=True)


@pytest.mark.parametrize(
    "facts", [{}, {"format": "other"}, {"choices": {}}, {"blocks": [True]}, {"blocks": [False, False]}]
)
def test_a_folder_that_holds_something_else_is_refused(saved, facts):
    content = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    content["facts"] = content["facts"] | facts if facts else {}
    (saved / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(FormatError, match="an index of format"):
        UnitMassIndex.load(saved, memory_map=True)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FormatError, match="folder"):
        write_arrays(tmp_path / "file" / "index", StoredArrays(facts={}, arrays={}))


# parts


@pytest.mark.parametrize("length", [1, 5, 100, 5000, 70_000])
@pytest.mark.parametrize("count", [1, 25, 60, 2000])
@pytest.mark.parametrize("distinct", [3, 10**9])
def test_the_largest_scores_are_found(length, count, distinct):
    scores = np.random.default_rng(length).integers(0, distinct, length).astype(float)
    found = largest_positions(scores, count)
    assert len(np.unique(found)) == len(found) == min(length, count)
    assert np.array_equal(np.sort(scores[found]), np.sort(scores)[-count:])


def test_cosines_a_rounding_apart_are_ties_and_rank_by_position():
    best = BestRows(2)
    best.add(np.array([7, 3, 9]), np.array([0.5, 0.5 - 1e-14, 0.5 + 1e-14]))
    best.add(np.array([5, 1]), np.array([0.4, 0.5 - 2e-14]))
    positions, cosines = best.ranked()
    assert positions.tolist() == [1, 3]
    assert cosines.tolist() == [0.5 - 2e-14, 0.5 - 1e-14]


def test_the_number_of_threads_changes_nothing(tmp_path):
    program = tmp_path / "search.py"
    program.write_text(
        "import numpy as np\n"
        "from spectra import MassSpectrum, UnitMass, Weighting\n"
        "from spectra.search.packed import PackedSpectra\n"
        "from spectra.search.unit_mass_index import UnitMassIndex\n"
        "random = np.random.default_rng(4)\n"
        "starts = np.arange(0, 45_001 * 6, 6)\n"
        "mz = np.sort(random.integers(41, 99, (45_000, 6)), axis=1).ravel().astype(float)\n"
        "library = PackedSpectra(starts=starts, mz=mz, intensity=random.integers(1, 99, len(mz)).astype(float),\n"
        "                        precursor_mz=np.full(45_000, np.nan))\n"
        "index = UnitMassIndex.build(library, weighting=Weighting(mz_exponent=0.0, intensity_exponent=0.5),\n"
        "    unit_mass=UnitMass(), weakest_peak_fraction=0.0, lowest_mz=40.0)\n"
        "assert index.segments[0].blocks is not None\n"
        "for number in range(0, 45_000, 2_500):\n"
        "    hits = index.query(library.spectrum(number), top=25, allowed=None)\n"
        "    print(hits.positions.tolist(), [c.hex() for c in hits.cosines.tolist()])\n",
        encoding="utf-8",
    )
    outputs = [
        subprocess.run(
            [sys.executable, program],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("\n") == 18
