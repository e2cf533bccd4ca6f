"""The tile map: an equal tile for each region roughly where it lies; the number says all, the shade only repeats it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import plotly.graph_objects as go

from lims.domain.region import Tile, regions, tiles
from lims.translation import Translator, marked

SHORT_NAMES: Mapping[str, str] = {
    "KZ-10": marked("Abai"),
    "KZ-11": marked("Akmola"),
    "KZ-15": marked("Aktobe"),
    "KZ-19": marked("Almaty region"),
    "KZ-23": marked("Atyrau"),
    "KZ-27": marked("West Kazakhstan"),
    "KZ-31": marked("Jambyl"),
    "KZ-33": marked("Jetisu"),
    "KZ-35": marked("Karaganda"),
    "KZ-39": marked("Kostanay"),
    "KZ-43": marked("Kyzylorda"),
    "KZ-47": marked("Mangystau"),
    "KZ-55": marked("Pavlodar"),
    "KZ-59": marked("North Kazakhstan"),
    "KZ-61": marked("Turkistan"),
    "KZ-62": marked("Ulytau"),
    "KZ-63": marked("East Kazakhstan"),
    "KZ-71": marked("Astana"),
    "KZ-75": marked("Almaty"),
    "KZ-79": marked("Shymkent"),
}
"""Of the tiles; tables have the full names."""
_PALE, _DEEP = (214, 230, 244), (8, 48, 107)
"""One blue from light to dark: the order survives every colour vision and a print in grey."""
_DARK_FROM = 0.45
_INK, _PAPER = "#111111", "#FFFFFF"
_LINE = "#888888"
_FREE = "rgba(136,136,136,0.06)"
_SIDE = 0.94
_ROW_PX, _FRAME_PX = 84, 16
_FONT_PX, _NUMBER_PX = 12, 17


@dataclass(frozen=True, slots=True, kw_only=True)
class TileValue:
    """What stands in a tile."""

    said: str
    """The number, or the word for an unknown one."""
    amount: Decimal | None
    """None: unknown, which is not zero."""


def tile_map_figure(values: Mapping[str, TileValue], *, measure: str, t: Translator) -> go.Figure:
    """Draw a tile for each region and one for no recorded region.

    Parameters
    ----------
    values : mapping
        By code; empty for no recorded region. A region without a value has none recorded: zero.
    measure : str
        What the numbers are, with the unit.
    """
    nothing = TileValue(said=t.number(0), amount=Decimal(0))
    placed = [(tile, values.get(tile.code, nothing)) for tile in tiles()]
    most = max((value.amount for tile, value in placed if value.amount and tile.code), default=Decimal(1))
    figure = go.Figure()
    _draw_tiles(figure, placed, most, measure=measure, t=t)
    _write(figure, [one for one in placed if not _filled(*one)], most, t)
    _write(figure, [one for one in placed if _filled(*one)], most, t)
    return _framed(figure)


def _filled(tile: Tile, value: TileValue) -> bool:
    """Tell whether a tile has a shade: what lies nowhere has none, as little as zero and the unknown."""
    return bool(tile.code and value.amount)


def _draw_tiles(
    figure: go.Figure, placed: Iterable[tuple[Tile, TileValue]], most: Decimal, *, measure: str, t: Translator
) -> None:
    shown = list(placed)
    figure.add_bar(
        x=[tile.column for tile, _ in shown],
        y=[_SIDE] * len(shown),
        base=[-tile.row - _SIDE / 2 for tile, _ in shown],
        width=_SIDE,
        marker={
            "color": [_colour(_share(value, most)) if _filled(tile, value) else _FREE for tile, value in shown],
            "line": {"color": _LINE, "width": [1 if tile.code else 2.5 for tile, _ in shown]},
            "pattern": {
                "shape": ["/" if value.amount is None else "" for _, value in shown],
                "fgcolor": _LINE,
                "fillmode": "overlay",
                "size": 7,
                "solidity": 0.12,
            },
        },
        customdata=[[escape(full_name(tile.code, t=t)), escape(value.said)] for tile, value in shown],
        hovertemplate=f"%{{customdata[0]}}<br>{escape(measure)}: %{{customdata[1]}}<extra></extra>",
    )


def full_name(code: str, *, t: Translator) -> str:
    """Give the code and the name of a region; of none, the words for that."""
    return f"{code} {getattr(regions()[code], f'name_{t.language}')}" if code else t("not recorded")


def _share(value: TileValue, most: Decimal) -> float:
    return float((value.amount or 0) / most)


def _colour(share: float) -> str:
    return f"rgb({','.join(str(round(pale + (deep - pale) * share)) for pale, deep in zip(_PALE, _DEEP, strict=True))})"


def _write(figure: go.Figure, shown: Iterable[tuple[Tile, TileValue]], most: Decimal, t: Translator) -> None:
    """Write name and number into tiles; where there is no shade, in the colour of the page's text."""
    lines = list(shown)
    colours = [_PAPER if _share(value, most) > _DARK_FROM else _INK for _, value in lines]
    filled = bool(lines) and _filled(*lines[0])
    figure.add_scatter(
        x=[tile.column for tile, _ in lines],
        y=[-tile.row for tile, _ in lines],
        mode="text",
        text=[_words(tile, value, t) for tile, value in lines],
        textfont={"size": _FONT_PX, **({"color": colours} if filled else {})},
        hoverinfo="skip",
    )


def _words(tile: Tile, value: TileValue, t: Translator) -> str:
    name = t(SHORT_NAMES[tile.code]) if tile.code else t("not recorded")
    number = f"<b>{escape(value.said)}</b>"
    return f"{escape(name).replace(' ', '<br>')}<br><span style='font-size:{_NUMBER_PX}px'>{number}</span>"


def _framed(figure: go.Figure) -> go.Figure:
    columns, rows = (max(getattr(one, side) for one in tiles()) for side in ("column", "row"))
    figure.update_xaxes(visible=False, range=[-0.5, columns + 0.5], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-rows - 0.5, 0.5], fixedrange=True)
    figure.update_layout(
        showlegend=False,
        height=_FRAME_PX + _ROW_PX * (rows + 1),
        margin={"l": 2, "r": 2, "t": 8, "b": 8},
        dragmode=False,
        barmode="overlay",
        bargap=0,
    )
    return figure
