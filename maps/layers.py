"""What a map shows: areas with a look, in groups that the legend lets one switch on and off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas
import pandas as pd

from geodata.errors import ColumnError
from maps.measures import listed, numbers
from maps.names import area_names, texts
from maps.popups import printable
from maps.shapes import Bounds, ShapeSet, bounds_of, drawable, pack, referred
from maps.style import AFTER, BEFORE, Look, outline
from maps.words import Language, words

_SAID, _COUNTED = ("organisation",), ("workers",)
"""Columns of texts and of whole numbers that a tooltip shows where a frame has them."""
_IN_BROWSER = (
    *("zoom_in", "zoom_out", "close", "map", "loading", "unreachable", "code", "no_data"),
    *("base_map", "no_base_map"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLayer:
    """Areas of one level or of one zone layer, as they come from the database or a file."""

    key: str
    """Stable and unique on a page: the level's or the layer's own code."""
    name: str
    """As people call one of its areas: 网格, "Street", 城管责任区."""
    frame: geopandas.GeoDataFrame
    """An AreaFrame. `name_en` and `organisation` (text or None) and `workers` (number or missing)
    may follow."""
    source: str = ""
    """Where the browser reads the shapes, as `packed_areas` writes them: an address with a query,
    to which `lang` is added. Empty where they are to stand in the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One entry of the legend and what it draws."""

    name: str
    group: str
    """Key of the word under which the legend lists it; `page.html` has their order."""
    shapes: ShapeSet
    look: Look
    members: Sequence[int] | None = None
    """Rows of `shapes`; None for all."""
    shown: bool = True
    """Whether the page opens with it."""
    labelled: bool = False
    """Whether names stand in the areas where there is room for them."""
    pinned: bool = False
    """Whether a dot marks an area that is too small to be seen, or has no area at all."""
    painted: bool = False
    """Whether the page's chosen view decides the looks, area by area."""

    @property
    def count(self) -> int:
        """How many areas it draws."""
        return len(self.shapes.names if self.members is None else self.members)


def area_shapes(
    layer: AreaLayer, language: Language, told: Mapping[str, Sequence[float | None]] | None = None
) -> ShapeSet:
    """Take what a map needs from an area layer.

    Parameters
    ----------
    layer : AreaLayer
        With a frame in EPSG:4326.
    language : Language
        Of the tooltips' headings.
    told : mapping of str to sequence of float, optional
        Further lines of the tooltip; one number per row, None where there is none.

    Returns
    -------
    ShapeSet
        In the order of the frame. An area without a name is named by its code.

    Raises
    ------
    ColumnError, CrsError
        The frame has no codes or no names, or is not in EPSG:4326.
    """
    text = words(language)
    areas = layer.frame
    require_columns(areas, ("code", "name"))
    lines = {} if layer.source else {text["code"]: texts(areas["code"])}
    lines |= {text[column]: texts(areas[column]) for column in _SAID if column in areas}
    counted = {text[it]: listed(numbers(areas, it), 0) for it in _COUNTED if it in areas}
    return ShapeSet(
        # As the templates will write it: the tables name the set by its key.
        key=f"areas:{printable(layer.key)}",
        title=layer.name,
        geometries=drawable(areas),
        names=area_names(areas, language),
        facts=lines,
        numbers={**counted, **(told or {})},
        source=layer.source,
    )


def packed_areas(frame: geopandas.GeoDataFrame, language: Language) -> dict[str, object]:
    """Write the shapes of areas, with their names and codes, for pages that refer to them.

    Parameters
    ----------
    frame : GeoDataFrame
        An AreaFrame, not empty, in EPSG:4326.
    language : Language
        Of the names.

    Returns
    -------
    dict
        As `shapes.pack` writes a set, whose order is the frame's.

    Raises
    ------
    ColumnError, CrsError
        The frame has no codes or no names, or is not in EPSG:4326.
    """
    bare = frame[["code", "name", *({"name_en"} & set(frame.columns)), "geometry"]]
    shapes = area_shapes(AreaLayer(key="", name="", frame=bare), language)
    return pack(shapes, bounds_of([shapes]) or (0.0, 0.0, 0.0, 0.0))


def edition(layer: AreaLayer, language: Language, *, group: str, newer: bool) -> Layer:
    """Draw the areas of before or after a change; the older below, only what changes is seen of it.

    Parameters
    ----------
    layer : AreaLayer
        EPSG:4326 (lon, lat).
    language : {'zh', 'en'}
        Of the tooltips.
    group : str
        Under which the legend lists it.
    newer : bool
        Whether it is the edition of after, which alone is labelled.

    Returns
    -------
    Layer
        To stand after the older one.

    Raises
    ------
    ColumnError, CrsError
        The frame lacks a column or is not in EPSG:4326.
    """
    shapes, look = area_shapes(layer, language), AFTER if newer else BEFORE
    return Layer(name=layer.name, group=group, shapes=shapes, look=look, labelled=newer)


def outlines(
    sets: Sequence[ShapeSet], *, shown: int, labelled: Collection[str] | None = None
) -> list[Layer]:
    """Draw the borders of administrative levels.

    Parameters
    ----------
    sets : sequence of ShapeSet
        One per level, the largest areas first.
    shown : int
        With how many of the levels the page opens, counted from the largest.
    labelled : collection of str, optional
        Keys of the sets whose names stand in the areas; of all if not given.

    Returns
    -------
    list of Layer
        The largest last, so that no thin line runs over a thick one.
    """
    return [
        Layer(
            name=shapes.title,
            group="administrative",
            shapes=shapes,
            look=outline(rank),
            shown=rank < shown,
            labelled=labelled is None or shapes.key in labelled,
        )
        for rank, shapes in reversed(list(enumerate(sets)))
    ]


def drawing(
    layers: Sequence[Layer],
    language: Language,
    *,
    focus: Bounds | None = None,
    views: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Describe a map to the browser.

    Parameters
    ----------
    layers : sequence of Layer
        From below to above. A shape set that several share is written once.
    language : Language
        Of the controls on the map.
    focus : tuple of float, optional
        West, south, east, north of what the map opens with, EPSG:4326; without it, all that it
        draws.
    views : mapping, optional
        The views of a choropleth, for the layers that are `painted`.

    Returns
    -------
    dict
        Fit for `popups.data_block`. `bounds` is None where there is nothing to draw.
    """
    sets = {layer.shapes.key: layer.shapes for layer in layers}
    here = {key: shapes for key, shapes in sets.items() if not shapes.source}
    away = [shapes for shapes in sets.values() if shapes.source]
    bounds = bounds_of(list(sets.values()))
    written = {shapes.key: referred(shapes, f"&lang={language}") for shapes in away}
    return {
        "words": {key: words(language)[key] for key in _IN_BROWSER},
        "bounds": bounds,
        "focus": focus or bounds,
        "sets": {} if bounds is None else written | _packed(here, bounds),
        "layers": [] if bounds is None else list(map(_entry, layers, _keys(layers))),
        "views": views,
    }


def require_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a frame that lacks a column.

    Parameters
    ----------
    frame : DataFrame
        Any frame.
    columns : sequence of str
        What it must have.

    Raises
    ------
    ColumnError
        Names what is missing and what there is.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        found = [str(column) for column in frame.columns]
        raise ColumnError(
            "column_missing",
            en=f"No column {', '.join(missing)}; there are: {', '.join(found)}.",
            zh=f"缺少列 {'、'.join(missing)}；现有列：{'、'.join(found)}。",
            missing=missing,
            found=found,
        )


def _packed(sets: Mapping[str, ShapeSet], bounds: Bounds) -> dict[str, object]:
    return {key: pack(shapes, bounds) for key, shapes in sets.items()}


def _keys(layers: Sequence[Layer]) -> list[str]:
    """Name the layers in the same way in every language; what shares a name is counted."""
    names = [f"{layer.group}.{layer.shapes.key}" for layer in layers]
    before = [names[:place].count(name) for place, name in enumerate(names)]
    return [f"{name}.{n + 1}" if n else name for name, n in zip(names, before, strict=True)]


def _entry(layer: Layer, key: str) -> dict[str, object]:
    return {
        "key": key,
        "set": layer.shapes.key,
        "members": None if layer.members is None else list(layer.members),
        "options": layer.look.options(),
        "shown": layer.shown,
        "labelled": layer.labelled,
        "pinned": layer.pinned,
        "painted": layer.painted,
    }
