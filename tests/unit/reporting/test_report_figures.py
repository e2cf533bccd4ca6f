import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import fictitious_reports as fictitious
import pytest

from lims.domain.report_content import IdentitySection, Peak, TracePoint
from lims.errors import DocumentError
from lims.reporting.figures import draw_structure, mirror_plot, total_ion_chromatogram
from lims.reporting.figures.axes import tick_step, ticks
from lims.reporting.figures.drawing import Anchor, Drawing
from lims.reporting.figures.label_placement import Label, Rectangle, place_labels
from lims.reporting.figures.mirror_plot import LABELLED_IONS
from lims.translation import Translator

BLUE, VERMILION = "#0072B2", "#D55E00"


def elements(svg: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))  # noqa: S314 - our own text


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in elements(svg, "text")]


def peaks(*pairs: tuple[int, str]) -> tuple[Peak, ...]:
    return tuple(Peak(mz=mz, intensity=Decimal(height)) for mz, height in pairs)


@pytest.fixture
def plot(english: Translator) -> Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]:
    def draw(measured: tuple[Peak, ...], reference: tuple[Peak, ...]) -> str:
        identity = replace(fictitious.identity(), measured=measured, reference=reference)
        return mirror_plot(identity, t=english)

    return draw


class TestMirrorPlot:
    def test_same_input_gives_same_bytes(self, english: Translator) -> None:
        first, second = (mirror_plot(fictitious.identity(), t=english) for _ in range(2))
        assert first == second

    def test_matched_ions_are_filled_and_thicker(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        bars = elements(plot(peaks((100, "999"), (150, "500")), peaks((100, "999"), (151, "500"))), "rect")
        filled = [bar for bar in bars if "stroke" not in bar.attrib]
        hollow = [bar for bar in bars if "stroke" in bar.attrib]
        assert sorted(bar.get("fill") for bar in filled) == [BLUE, VERMILION]
        assert sorted(bar.get("stroke") for bar in hollow) == [BLUE, VERMILION]
        assert {bar.get("fill") for bar in hollow} == {"#FFFFFF"}
        assert max(float(bar.get("width", "0")) for bar in hollow) < min(float(bar.get("width", "9")) for bar in filled)

    def test_no_spectrum_is_called_measured(self, english: Translator) -> None:
        words = texts(mirror_plot(fictitious.identity(), t=english))
        assert {"Component", "Library entry"} <= set(words)
        assert "measured" not in words

    def test_heights_are_proportional_and_mirrored(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        bars = elements(plot(peaks((100, "999"), (150, "499.5")), peaks((100, "999"))), "rect")
        heights = sorted(float(bar.get("height", "0")) for bar in bars if "stroke" not in bar.attrib)
        half = next(float(bar.get("height", "0")) + 0.3 for bar in bars if "stroke" in bar.attrib)
        assert heights[0] == heights[1]
        assert half == pytest.approx(heights[0] / 2, abs=0.02)
        tops = sorted(float(bar.get("y", "0")) for bar in bars if "stroke" not in bar.attrib)
        assert tops[1] - tops[0] == pytest.approx(heights[0], abs=0.02)

    def test_ten_strongest_and_the_heaviest_are_labelled_on_each_side(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        measured = peaks(*((40 + 10 * n, str(990 - 20 * n)) for n in range(20)), (333, "1"))
        labels = [int(text) for text in texts(plot(measured, peaks((77, "999")))) if text.isdigit()]
        for mz in [40 + 10 * n for n in range(LABELLED_IONS)] + [333, 77]:
            assert mz in labels
        assert 170 not in labels

    def test_ions_of_no_intensity_are_not_drawn_and_match_nothing(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        bars = elements(plot(peaks((100, "999"), (150, "0.0")), peaks((150, "999"))), "rect")
        assert len(bars) == 2
        assert all("stroke" in bar.attrib for bar in bars)

    def test_mass_ticks_are_whole_numbers(self, english: Translator) -> None:
        svg = mirror_plot(fictitious.identity(), t=english)
        assert {"50", "100", "150", "200", "250", "300", "350"} <= set(texts(svg))
        assert not any(re.fullmatch(r"\d+\.\d+", text) for text in texts(svg))

    @pytest.mark.parametrize(("mz", "height"), [(100, "1000"), (100, "-1"), (0, "10"), (100, "NaN")])
    def test_impossible_ions_are_refused(
        self, mz: int, height: str, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        with pytest.raises(DocumentError, match="drawn are 0 to 999"):
            plot(peaks((mz, height)), peaks((100, "999")))

    def test_a_spectrum_without_ions_is_refused(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        with pytest.raises(DocumentError, match="has no ion"):
            plot(peaks((100, "999")), peaks((100, "0")))

    def test_dense_spectrum_with_one_ion_per_mass(
        self, plot: Callable[[tuple[Peak, ...], tuple[Peak, ...]], str]
    ) -> None:
        dense = peaks(*((mz, str(900 - mz)) for mz in range(40, 600)))
        assert len(elements(plot(dense, dense), "rect")) == 2 * 560


class TestChromatogram:
    def test_every_component_is_numbered(self, english: Translator) -> None:
        run = fictitious.large_report(components=40, runs=1).runs[0]
        assert {str(n) for n in range(1, 41)} <= set(texts(total_ion_chromatogram(run, t=english)))

    def test_labels_neither_cross_nor_leave_the_picture(self, english: Translator) -> None:
        svg = total_ion_chromatogram(fictitious.large_report(components=40, runs=1).runs[0], t=english)
        marks = [e for e in elements(svg, "text") if e.get("font-size") == "6.8"]
        places = [(float(e.get("x", "0")), float(e.get("y", "0")), len("".join(e.itertext()))) for e in marks]
        for i, (x, y, length) in enumerate(places):
            assert 0 < x < 482
            assert y > 6
            for other_x, other_y, other_length in places[i + 1 :]:
                apart = abs(x - other_x) >= (length + other_length) * 0.6 * 6.8 / 2 or abs(y - other_y) >= 6
                assert apart

    def test_scale_of_counts_is_named(self, english: Translator) -> None:
        assert "Total ion current, 10⁶ counts" in texts(total_ion_chromatogram(fictitious.report().runs[0], t=english))
        small = replace(
            fictitious.run(()),
            chromatogram=tuple(TracePoint(time_s=Decimal(n), counts=n % 7) for n in range(1, 50)),
        )
        assert "Total ion current, counts" in texts(total_ion_chromatogram(small, t=english))

    def test_a_trace_of_nothing_is_a_flat_line(self, english: Translator) -> None:
        flat = tuple(TracePoint(time_s=Decimal(n), counts=0) for n in range(60, 90))
        svg = total_ion_chromatogram(replace(fictitious.run(()), chromatogram=flat), t=english)
        assert len(elements(svg, "polyline")) == 1

    @pytest.mark.parametrize(
        ("points", "words"),
        [
            ([("1", 5)], "cannot be drawn"),
            ([("1", 5), ("1", 5)], "do not rise"),
            ([("1", 5), ("2", -1)], "negative counts"),
            ([("1", 5), ("2", 5)], "component 1 lies outside"),
        ],
    )
    def test_impossible_traces_are_refused(
        self, points: list[tuple[str, int]], words: str, english: Translator
    ) -> None:
        trace = tuple(TracePoint(time_s=Decimal(time), counts=counts) for time, counts in points)
        run = replace(fictitious.run((fictitious.component(1, time_s="600"),)), chromatogram=trace)
        with pytest.raises(DocumentError, match=words):
            total_ion_chromatogram(run, t=english)


class TestStructure:
    def test_drawing_carries_the_formula_of_what_it_shows(self) -> None:
        drawing = draw_structure(fictitious.identity())
        assert drawing is not None
        assert drawing.formula == "C17H15ClN4S"
        assert drawing.svg == draw_structure(fictitious.identity()).svg  # type: ignore[union-attr]

    def test_nothing_on_file_draws_nothing(self) -> None:
        assert draw_structure(fictitious.identity(with_structure=False)) is None

    def test_stereochemistry_that_was_not_established_is_not_drawn(self) -> None:
        chiral = fictitious.identity("Cathinone")
        established = replace(chiral, stereochemistry_established=True)
        flat, wedged = draw_structure(chiral), draw_structure(established)
        assert flat is not None
        assert wedged is not None
        assert flat.svg != wedged.svg
        plain = draw_structure(replace(chiral, smiles="CC(N)C(=O)c1ccccc1", inchikey=None))
        assert plain is not None
        assert flat.svg == plain.svg

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"formula": "C17H16ClN4S"}, "the formula C17H16ClN4S is not that of its structure, C17H15ClN4S"),
            ({"inchikey": "AAAAAAAAAAAAAA-UHFFFAOYSA-N"}, "is not the InChIKey of its structure"),
            ({"smiles": "C(C)(C)(C)(C)C"}, "possible valences"),
            ({"smiles": "Сc1ccccc1"}, "visible ASCII"),
            ({"smiles": "C" * 3000}, "at most 2000"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, wrong: dict[str, str], words: str) -> None:
        identity: IdentitySection = replace(fictitious.identity(), **wrong)  # type: ignore[arg-type]
        with pytest.raises(DocumentError, match=words):
            draw_structure(identity)

    def test_deuterium_counts_as_hydrogen(self) -> None:
        identity = replace(
            fictitious.identity(), smiles="[2H]C([2H])([2H])O", formula="CHD3O", inchikey=None, name="labelled"
        )
        assert draw_structure(identity) is not None


class TestDrawing:
    def test_text_is_escaped(self) -> None:
        drawing = Drawing(10, 10)
        drawing.text((1, 2), "<script>&\"'", size=8, anchor=Anchor.START)
        assert texts(drawing.svg()) == ["<script>&\"'"]

    def test_a_missing_glyph_is_an_error(self) -> None:
        with pytest.raises(DocumentError, match=r"U\+1F9EA"):
            Drawing(10, 10).text((1, 2), "🧪", size=8, anchor=Anchor.START)

    def test_numbers_are_short_and_never_negative_zero(self) -> None:
        drawing = Drawing(10, 10)
        drawing.line((-0.001, 1.5), (2.0, 3.14159), colour="#000000", width=1)
        assert 'x1="0" y1="1.5" x2="2" y2="3.14"' in drawing.svg()


class TestAxes:
    @pytest.mark.parametrize("span", [0.003, 0.7, 1, 9.99, 10, 47, 310, 2.4e6])
    def test_steps_are_few_but_not_too_few(self, span: float) -> None:
        count = len(ticks(0, span, step=tick_step(span, at_most=10)))
        assert 4 <= count <= 11

    def test_ticks_start_at_the_first_multiple(self) -> None:
        assert ticks(23, 61, step=10) == [30, 40, 50, 60]


class TestLabelPlacement:
    AREA = Rectangle(left=0, right=200, low=0, high=100)

    def test_a_free_label_stands_on_its_peak(self) -> None:
        (placed,) = place_labels([Label(text="1", x=50, tip=20, width=10, height=7)], peaks=[], area=self.AREA)
        assert placed.x == 50
        assert not placed.needs_leader

    def test_labels_do_not_cover_each_other_or_a_peak(self) -> None:
        peaks = [Rectangle(left=x - 1, right=x + 1, low=0, high=30 + x % 7) for x in range(40, 60, 2)]
        labels = [Label(text=str(p.left), x=p.left + 1, tip=p.high, width=12, height=7) for p in peaks]
        placed = place_labels(labels, peaks=peaks, area=self.AREA)
        boxes = [Rectangle(left=p.x - 6, right=p.x + 6, low=p.low, high=p.low + 7) for p in placed]
        for i, box in enumerate(boxes):
            assert not any(box.meets(other) for other in (*boxes[i + 1 :], *peaks))

    def test_no_label_is_lost_where_there_is_no_room(self) -> None:
        labels = [Label(text=str(n), x=50, tip=98, width=10, height=7) for n in range(3)]
        assert len(place_labels(labels, peaks=[], area=self.AREA)) == 3
