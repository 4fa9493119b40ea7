"""The live board: a map, a list and figures, filled by a stream in the browser. It has no case."""

from dataclasses import dataclass
from typing import Final

from maps.board_words import BOARD
from maps.layers import AreaLayer, area_shapes, outlines
from maps.names import area_names, texts
from maps.page import Choice, Page, compose
from maps.popups import data_block
from maps.words import Language, words

WALL_VIEWS: Final = ("board", "figures", "hot", "coverage", "workload")
"""What a wall shows in turn; the browser's script knows each of them by its name."""
SCRIPTS: Final = tuple(
    f"maps/{name}.js" for name in ("stream", "chime", "cases", "marks", "around", "board", "wall")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardData:
    """What the page knows before anything is told."""

    areas: tuple[AreaLayer, ...]
    """Whose borders help to find one's way, the largest first."""
    classes: tuple[Choice, ...]
    """Major classes, by code."""
    places: tuple[Choice, ...]
    """Areas that the board may be narrowed to, by code."""
    statuses: tuple[Choice, ...]
    open: frozenset[str]
    """The statuses of cases about which something is still to be done."""
    waiting: frozenset[str]
    """Those in which a case has no owner yet."""
    most: int
    """With how many cases the stream begins."""
    zone: str
    """The time zone in which times are written."""


def render_board(data: BoardData, page: Page) -> str:
    """Draw the board.

    Parameters
    ----------
    data : BoardData
        Areas in EPSG:4326, and what filters offer.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document, the same for whoever sees the same areas.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    areas = [area_shapes(layer, page.language) for layer in data.areas]
    return compose(
        "board.html",
        page,
        layers=outlines(areas, shown=len(areas)),
        filters=data,
        views=None,
        wall=WALL_VIEWS,
        known=data_block(_known(data, page)),
        more_scripts=[f"{page.assets_url}/{path}" for path in SCRIPTS],
        more_styles=[f"{page.assets_url}/maps/board.css"],
    )


def _known(data: BoardData, page: Page) -> dict[str, object]:
    """Describe to the browser what the stream says by codes only."""
    said = words(page.language)
    return {
        "words": {key: said[key] for key in BOARD},
        "language": page.language.tag,
        "zone": data.zone,
        "most": data.most,
        "streets": _names(data, page.language),
        "statuses": {choice.value: choice.label for choice in data.statuses},
        "open": sorted(data.open),
        "waiting": sorted(data.waiting),
    }


def _names(data: BoardData, language: Language) -> dict[str, str]:
    """Name the streets by their codes."""
    frames = (layer.frame for layer in data.areas if layer.key == "street")
    return {
        code: name
        for frame in frames
        for code, name in zip(texts(frame["code"]), area_names(frame, language), strict=True)
    }
