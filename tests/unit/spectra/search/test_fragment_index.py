import json
import threading

import numpy as np
import pytest

from spectra import (
    Dalton,
    InvalidSettingError,
    InvalidSpectrumError,
    InvalidToleranceError,
    MassSpectrum,
    Ppm,
    Precursor,
)
from spectra.errors import FormatError
from spectra.search import fragment_index
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.packed import PackedSpectra

DA = Dalton(0.02)
OPEN, IDENTITY, LOSS, HYBRID = FragmentMode


def spectrum(*mz, heights=None, precursor=200.0):
    return MassSpectrum(
        mz=np.array(mz, dtype=float),
        intensity=np.array(heights if heights is not None else [1.0] * len(mz), dtype=float),
        precursor=None if precursor is None else Precursor(mz=precursor),
    )


def index_of(*spectra, tolerance=DA, weighted=True):
    return FragmentIndex.build(PackedSpectra.of(spectra), tolerance=tolerance, weighted=weighted)


def found(index, query, mode=OPEN, top=25, **more):
    hits = index.query(query, mode=mode, top=top, **more)
    assert len(hits) == len(hits.positions) == len(hits.scores)
    return dict(zip(hits.positions.tolist(), hits.scores.tolist(), strict=True))


def test_half_of_two_equal_peaks_in_common_is_half():
    assert found(index_of(spectrum(60, 80)), spectrum(60, 90)) == {0: pytest.approx(0.5)}


@pytest.mark.parametrize(("tolerance", "edge"), [(DA, 20_000), (Ppm(100), 10_000), (Dalton(0.000001), 1)])
def test_the_tolerance_is_closed_to_the_micro_dalton(tolerance, edge):
    library = [spectrum((100_000_000 + step) / 1e6) for step in (-edge - 1, -edge, edge, edge + 1)]
    assert list(found(index_of(*library, tolerance=tolerance), spectrum(100))) == [1, 2]


def test_the_precursor_window_is_closed_to_the_micro_dalton():
    library = [spectrum(60, precursor=(200_000_000 + step) / 1e6) for step in (-10_001, -10_000, 10_000, 10_001)]
    index = index_of(*library, spectrum(60, precursor=None))
    assert list(found(index, spectrum(60), IDENTITY, precursor_tolerance=Dalton(0.01))) == [1, 2]
    assert list(found(index, spectrum(60), IDENTITY, precursor_tolerance=Ppm(50))) == [1, 2]


def test_a_fragment_takes_precedence_over_a_neutral_loss():
    # 14 Da heavier: 60 matches 60 directly, so the shifted 46 -> 60 may not take it again; 86 -> 100 is free
    library = spectrum(46, 60, 86, precursor=186.0)
    hits = found(index_of(library, weighted=False), spectrum(60, 100), HYBRID)
    a, b = 1 / 4, 1 / 6
    one = (a + b) * np.log2(a + b) - a * np.log2(a) - b * np.log2(b)
    assert hits == {0: pytest.approx(2 * one)}
    assert found(index_of(library, weighted=False), spectrum(60, 100), OPEN) == {0: pytest.approx(one)}


def test_without_precursor_a_library_spectrum_has_fragments_only():
    index = index_of(spectrum(60, 100, precursor=None), spectrum(46, 86, precursor=186.0))
    assert list(found(index, spectrum(60, 100), OPEN)) == [0]
    assert list(found(index, spectrum(60, 100), LOSS)) == [1]
    assert list(found(index, spectrum(60, 100), HYBRID)) == [0, 1]


def test_ties_go_by_position_and_top_cuts_among_them():
    index = index_of(*[spectrum(60, 80)] * 5, spectrum(60), spectrum(60, 80))
    hits = index.query(spectrum(60, 80), mode=OPEN, top=3)
    assert hits.positions.tolist() == [0, 1, 2]
    assert list(found(index, spectrum(60, 80), top=7)) == [0, 1, 2, 3, 4, 6, 5]


def test_ten_thousand_peaks():
    masses = 50.0 + np.arange(10_000) * 0.1
    heights = 1.0 + np.arange(10_000) % 7
    index = index_of(spectrum(*masses, heights=heights), spectrum(*masses[::2]), spectrum(77.0))
    hits = found(index, spectrum(*masses, heights=heights))
    assert list(hits) == [0, 1, 2]
    assert hits[0] == pytest.approx(1.0, abs=1e-9)


def test_empty_spectra_and_empty_libraries_are_found_by_nothing():
    for mode in FragmentMode:
        window = Dalton(0.01) if mode is IDENTITY else None
        for index in (index_of(), index_of(spectrum()), index_of(spectrum(70, heights=[0.0]))):
            assert found(index, spectrum(60, 70), mode, precursor_tolerance=window) == {}


def test_masses_beyond_32_bits_of_micro_daltons():
    index = index_of(spectrum(60, 5000.0, 90_000.0, precursor=95_000.0), spectrum(60))
    assert list(found(index, spectrum(5000.01, precursor=95_000.0), IDENTITY, precursor_tolerance=DA)) == [0]
    assert list(found(index, spectrum(60, precursor=95_000.0), HYBRID)) == [1, 0]
    assert found(index_of(spectrum(60)), spectrum(60, precursor=5000.0), IDENTITY, precursor_tolerance=DA) == {}


def test_a_spectrum_without_precursor_has_no_loss_even_below_the_tolerance():
    index = index_of(spectrum(60, 100, precursor=None), spectrum(60.5, 100.5, precursor=200.5))
    assert list(found(index, spectrum(0.01, 60), LOSS)) == [1]
    assert found(index, spectrum(0.01, 60), HYBRID)[0] == found(index, spectrum(0.01, 60), OPEN)[0]


def test_peaks_much_weaker_than_the_base_peak_add_nothing_and_do_no_harm():
    faint = spectrum(60, 80, heights=[1e300, 1e-300])
    for weighted in (True, False):
        index = index_of(faint, spectrum(60), spectrum(80), weighted=weighted)
        assert found(index, faint) == {0: pytest.approx(1.0), 1: pytest.approx(1.0)}
        assert found(index, spectrum(80)) == {2: pytest.approx(1.0)}


def test_added_spectra_are_found_and_the_old_index_stays(monkeypatch):
    monkeypatch.setattr(fragment_index, "MAX_ADDED", 2)
    first = index_of(*[spectrum(60, 70)] * 4)
    second = first.added(PackedSpectra.of([spectrum(60)]))
    third = second.added(PackedSpectra.of([spectrum(60), spectrum(70)]))
    assert [len(index) for index in (first, second, third)] == [4, 5, 7]
    assert [len(index.segments) for index in (first, second, third)] == [1, 2, 1]
    assert list(found(third, spectrum(60))) == [4, 5, 0, 1, 2, 3]
    assert list(found(second, spectrum(60))) == [4, 0, 1, 2, 3]


def test_a_filter_applies_to_every_segment(monkeypatch):
    monkeypatch.setattr(fragment_index, "MAX_ADDED", 1)
    index = index_of(spectrum(60), spectrum(60)).added(PackedSpectra.of([spectrum(60)]))
    allowed = np.array([False, True, True])
    assert list(found(index, spectrum(60), allowed=allowed)) == [1, 2]
    assert list(found(index, spectrum(60), IDENTITY, precursor_tolerance=DA, allowed=allowed)) == [1, 2]


def test_many_queries_are_one_after_another_and_threads_do_not_disturb_each_other():
    index = index_of(*(spectrum(60 + number, 80, 100) for number in range(9)))
    queries = [spectrum(60 + number, 100) for number in range(9)]
    expected = [hits.positions.tolist() for hits in index.query_many(queries, mode=OPEN, top=3)]
    assert [positions[0] for positions in expected] == list(range(9))
    results = {}

    def work(name):
        results[name] = [
            [hits.positions.tolist() for hits in index.query_many(queries, mode=OPEN, top=3)] for _ in range(20)
        ]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: [expected] * 20, 1: [expected] * 20}


class TestRefusals:
    index = index_of(spectrum(60, 60.05))

    @pytest.mark.parametrize("top", [0, -1, float("nan")])
    def test_top(self, top):
        with pytest.raises(InvalidSettingError, match="expected at least 1"):
            self.index.query(spectrum(60), mode=OPEN, top=top)

    @pytest.mark.parametrize("query", [spectrum(), spectrum(60, heights=[0.0])])
    def test_a_query_without_peaks(self, query):
        with pytest.raises(InvalidSpectrumError, match="the query has no peak"):
            self.index.query(query, mode=OPEN, top=1)

    @pytest.mark.parametrize("mode", [IDENTITY, LOSS, HYBRID])
    def test_a_query_without_precursor(self, mode):
        window = DA if mode is IDENTITY else None
        with pytest.raises(InvalidSpectrumError, match=f"no precursor; {mode.value} search needs one"):
            self.index.query(spectrum(60, precursor=None), mode=mode, top=1, precursor_tolerance=window)

    @pytest.mark.parametrize("mz", [float("nan"), float("inf"), 0.0, -1.0])
    def test_a_precursor_that_is_none(self, mz):
        with pytest.raises(InvalidSpectrumError, match=f"precursor is m/z {mz}"):
            self.index.query(spectrum(60, precursor=mz), mode=LOSS, top=1)

    @pytest.mark.parametrize(("mode", "window"), [(IDENTITY, None), (OPEN, DA), (LOSS, DA), (HYBRID, DA)])
    def test_a_precursor_window_where_it_is_meaningless(self, mode, window):
        with pytest.raises(InvalidSettingError, match="precursor_tolerance"):
            self.index.query(spectrum(60), mode=mode, top=1, precursor_tolerance=window)

    @pytest.mark.parametrize("allowed", [np.array([True, False]), np.array([1])])
    def test_a_filter_of_another_shape_or_type(self, allowed):
        with pytest.raises(InvalidSettingError, match=r"expected bool, shape \(1,\)"):
            self.index.query(spectrum(60), mode=OPEN, top=1, allowed=allowed)

    def test_nan_in_a_spectrum(self):
        with pytest.raises(InvalidSpectrumError, match="not a finite number"):
            self.index.query(spectrum(float("nan")), mode=OPEN, top=1)

    @pytest.mark.parametrize("tolerance", [Dalton(0.025), Dalton(5.0), Ppm(500)])
    def test_a_tolerance_too_wide_for_the_library(self, tolerance):
        with pytest.raises(InvalidToleranceError, match=r"peaks of spectrum 1 of the library are only 0\.05 Da apart"):
            index_of(spectrum(60), spectrum(60, 60.05), tolerance=tolerance)

    def test_equal_mz_in_one_library_spectrum(self):
        with pytest.raises(InvalidToleranceError, match="only 0 Da apart"):
            index_of(spectrum(60, 60))

    def test_a_tolerance_too_wide_for_the_query(self):
        with pytest.raises(InvalidToleranceError, match=r"at the query's peaks 60 and 60\.04"):
            self.index.query(spectrum(50, 60, 60.04), mode=OPEN, top=1)
        assert len(self.index.query(spectrum(50, 60, 60.040001), mode=OPEN, top=1)) == 1

    def test_a_relative_tolerance_too_wide_at_the_query_only(self):
        index = index_of(spectrum(60, 60.05), tolerance=Ppm(100))
        with pytest.raises(InvalidToleranceError, match="peaks of one library spectrum are only"):
            index.query(spectrum(60, 600), mode=OPEN, top=1)

    def test_added_spectra_with_peaks_too_close(self):
        with pytest.raises(InvalidToleranceError, match="spectrum 1 of the library"):
            self.index.added(PackedSpectra.of([spectrum(70, 70.01)]))

    def test_more_spectra_than_a_posting_can_name(self, monkeypatch):
        monkeypatch.setattr(fragment_index, "MAX_ROWS", 1)
        with pytest.raises(InvalidSettingError, match="2 spectra; expected at most 1"):
            index_of(spectrum(60), spectrum(60))


class TestFiles:
    @pytest.fixture
    def index(self, monkeypatch):
        monkeypatch.setattr(fragment_index, "MAX_ADDED", 1)
        index = index_of(spectrum(60, 80), spectrum(60, precursor=None), tolerance=Ppm(30), weighted=False)
        return index.added(PackedSpectra.of([spectrum(60, 90)]))

    @pytest.mark.parametrize("memory_map", [True, False])
    def test_what_is_saved_is_loaded(self, index, tmp_path, memory_map):
        index.save(tmp_path / "index")
        loaded = FragmentIndex.load(tmp_path / "index", memory_map=memory_map)
        assert (loaded.tolerance, loaded.weighted, loaded.closest_udalton, len(loaded), loaded.nbytes) == (
            index.tolerance,
            index.weighted,
            index.closest_udalton,
            len(index),
            index.nbytes,
        )
        for mode in (OPEN, LOSS, HYBRID):
            assert found(loaded, spectrum(60, 80), mode) == found(index, spectrum(60, 80), mode)
        assert list(found(loaded.added(PackedSpectra.of([spectrum(60, 80)])), spectrum(60, 80)))[:2] == [0, 3]

    def test_a_folder_that_holds_anything_is_refused(self, index, tmp_path):
        index.save(tmp_path)
        with pytest.raises(InvalidSettingError, match="is not empty"):
            index.save(tmp_path)

    def test_every_changed_file_is_found_out(self, index, tmp_path):
        index.save(tmp_path)
        files = sorted(tmp_path.glob("*.npy"))
        assert len(files) == 18
        for file in files:
            content = file.read_bytes()
            file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            with pytest.raises(FormatError, match=f"{file.name}, the whole file: found SHA-256"):
                FragmentIndex.load(tmp_path)
            file.write_bytes(content)
        assert len(FragmentIndex.load(tmp_path)) == 3

    def test_a_missing_file(self, index, tmp_path):
        index.save(tmp_path)
        (tmp_path / "segment-0-mz.npy").unlink()
        with pytest.raises(FormatError, match="expected a readable file"):
            FragmentIndex.load(tmp_path)

    def test_no_manifest_and_no_json(self, tmp_path):
        with pytest.raises(FormatError, match="expected a JSON file"):
            FragmentIndex.load(tmp_path)
        (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
        with pytest.raises(FormatError, match="expected a JSON file"):
            FragmentIndex.load(tmp_path)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda manifest: manifest.update(version=2), "expected aigaq-fragment-index 1"),
            (lambda manifest: manifest.pop("weighted"), "KeyError.'weighted'"),
            (lambda manifest: manifest["tolerance"].update(unit="inch"), "KeyError.'inch'"),
            (lambda manifest: manifest["tolerance"].update(width=-1.0), "InvalidToleranceError"),
            (lambda manifest: manifest["segments"][0]["by_mz"].update(other=1), "TypeError"),
        ],
    )
    def test_a_manifest_that_says_something_else(self, index, tmp_path, change, message):
        index.save(tmp_path)
        path = tmp_path / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        change(manifest)
        path.write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises(FormatError, match=message):
            FragmentIndex.load(tmp_path)
