"""Gaps and overlaps of zone layers as layers, tables and sums; `geodata.coverage` finds them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas
import numpy as np
import pandas as pd

from maps.layers import Layer, require_columns
from maps.listing import Listing, Place, listing
from maps.names import texts
from maps.shapes import ShapeSet, drawable
from maps.style import GAP, OVERLAP, OVERLAP_DECLARED
from maps.words import Language, join, square, words


@dataclass(frozen=True, slots=True)
class Names:
    """What people call things, by their codes; a code without a name stands for itself."""

    layers: Mapping[str, str]
    """Zone layers, by key."""
    areas: Mapping[str, str]
    """Administrative areas."""
    zones: Mapping[str, str]


def gap_layers(gaps: geopandas.GeoDataFrame, names: Names, language: Language) -> list[Layer]:
    """Draw what no zone covers, one entry of the legend per zone layer.

    Parameters
    ----------
    gaps : GeoDataFrame
        As `CoverageData.uncovered`.
    names : Names
        Of zone layers and areas.
    language : Language
        Of the words.

    Returns
    -------
    list of Layer
        Empty where there is no gap.
    """
    require_columns(gaps, ("layer", "code", "area_m2"))
    text = words(language)
    where = _gap_names(gaps, names, language)
    shapes = _pieces(gaps, where, key="gap", facts={}, names=names, language=language)
    return [
        Layer(
            name=text["gap_in"].format(layer=names.layers.get(key, key)),
            group="problems",
            shapes=shapes,
            look=GAP,
            members=_rows(gaps["layer"] == key),
            pinned=True,
        )
        for key in dict.fromkeys(texts(gaps["layer"]))
    ]


def gap_listing(gaps: geopandas.GeoDataFrame, names: Names, language: Language) -> Listing:
    """List what no zone covers, the largest first.

    Parameters
    ----------
    gaps, names, language
        As in `gap_layers`.

    Returns
    -------
    Listing
        Place, zone layer, size.
    """
    text = words(language)
    where = _gap_names(gaps, names, language)
    cells = _cells(gaps, names, language)
    places = [Place("gap", row, where[row], cells[row]) for row in _largest_first(gaps)]
    return listing(text["gap"], (text["place"], text["layer"], text["area"]), places)


def overlap_layers(
    overlaps: geopandas.GeoDataFrame, names: Names, language: Language
) -> list[Layer]:
    """Draw what two zones of a layer cover: what is declared, and what is not.

    Parameters
    ----------
    overlaps : GeoDataFrame
        As `CoverageData.overlaps`.
    names : Names
        Of zone layers and zones.
    language : Language
        Of the words.

    Returns
    -------
    list of Layer
        The declared ones below; a kind that does not occur is left out.
    """
    require_columns(overlaps, ("layer", "code", "other", "declared", "area_m2"))
    zones = _overlap_names(overlaps, names, language)
    states = {words(language)["state"]: _states(overlaps, language)}
    shapes = _pieces(overlaps, zones, key="overlap", facts=states, names=names, language=language)
    declared = overlaps["declared"].astype(bool)
    kinds = (("overlap_declared", OVERLAP_DECLARED, declared), ("overlap", OVERLAP, ~declared))
    return [
        Layer(
            name=words(language)[word],
            group="problems",
            shapes=shapes,
            look=look,
            members=_rows(chosen),
            pinned=True,
        )
        for word, look, chosen in kinds
        if chosen.any()
    ]


def overlap_listing(overlaps: geopandas.GeoDataFrame, names: Names, language: Language) -> Listing:
    """List what two zones cover, the undeclared first, then by size.

    Parameters
    ----------
    overlaps, names, language
        As in `overlap_layers`.

    Returns
    -------
    Listing
        Zones, whether declared, zone layer, size.
    """
    text = words(language)
    zones, cells = _overlap_names(overlaps, names, language), _cells(overlaps, names, language)
    declared = overlaps["declared"].astype(bool).to_numpy()
    state = _states(overlaps, language)
    rows = sorted(_largest_first(overlaps), key=lambda row: bool(declared[row]))
    places = [Place("overlap", row, zones[row], (state[row], *cells[row])) for row in rows]
    head = (text["zones_here"], text["state"], text["layer"], text["area"])
    return listing(text["overlaps"], head, places)


def area_by_layer(pieces: geopandas.GeoDataFrame) -> dict[str, float]:
    """Sum the sizes of pieces per zone layer.

    Parameters
    ----------
    pieces : GeoDataFrame
        With `layer` and `area_m2`.

    Returns
    -------
    dict
        Square metres by the key of the layer.
    """
    sums: dict[str, float] = defaultdict(float)
    for key, area in zip(texts(pieces["layer"]), pieces["area_m2"], strict=True):
        sums[key] += area
    return sums


def _pieces(
    frame: geopandas.GeoDataFrame,
    titles: Sequence[str],
    *,
    key: str,
    facts: Mapping[str, Sequence[str]],
    names: Names,
    language: Language,
) -> ShapeSet:
    text = words(language)
    cells = _cells(frame, names, language)
    common = {
        text["layer"]: [layer for layer, _ in cells],
        text["area"]: [area for _, area in cells],
    }
    return ShapeSet(
        key=key,
        title=text[f"{key}_piece"],
        geometries=drawable(frame),
        names=titles,
        facts=dict(facts) | common,
        exact=True,
    )


def _states(overlaps: geopandas.GeoDataFrame, language: Language) -> list[str]:
    text = words(language)
    return [text["declared" if known else "undeclared"] for known in overlaps["declared"]]


def _cells(
    frame: geopandas.GeoDataFrame, names: Names, language: Language
) -> list[tuple[str, str]]:
    return [
        (names.layers.get(key, key), square(area, language))
        for key, area in zip(texts(frame["layer"]), frame["area_m2"], strict=True)
    ]


def _gap_names(gaps: geopandas.GeoDataFrame, names: Names, language: Language) -> list[str]:
    nameless = words(language)["unnamed"]
    return [names.areas.get(code, code) or nameless for code in texts(gaps["code"])]


def _overlap_names(overlaps: geopandas.GeoDataFrame, names: Names, language: Language) -> list[str]:
    pairs = zip(texts(overlaps["code"]), texts(overlaps["other"]), strict=True)
    return [join((names.zones.get(code, code) for code in pair), language) for pair in pairs]


def _largest_first(frame: geopandas.GeoDataFrame) -> list[int]:
    order: list[int] = np.argsort(-frame["area_m2"].to_numpy(dtype=float), kind="stable").tolist()
    return order


def _rows(chosen: pd.Series) -> list[int]:
    rows: list[int] = np.flatnonzero(chosen.to_numpy()).tolist()
    return rows
