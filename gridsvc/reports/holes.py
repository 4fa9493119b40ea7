"""What no zone covers and what several do: worked out once for each state of the map."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import geopandas
import pandas as pd

from geodata.coverage import doubly_covered, uncovered
from maps.layers import AreaLayer

GROUND_LEVELS: Final = ("community", "street", "district")
"""What is to be covered: the first of these levels that there is names the gaps."""
KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Holes:
    """What is wrong with the zones of a state of the map; not to be changed."""

    uncovered: geopandas.GeoDataFrame
    overlaps: geopandas.GeoDataFrame


_FOUND: dict[str, Holes] = {}
_FINDING = Lock()


def holes(
    version: str,
    administrative: Sequence[AreaLayer],
    zones: Sequence[AreaLayer],
    *,
    tiling: Collection[str],
    overlapping: Collection[str],
) -> Holes:
    """Find the gaps of the layers that are to leave none, and all overlaps.

    The version names all the rest: what was found for it once is given again.
    """
    with _FINDING:
        if version not in _FOUND:
            while len(_FOUND) >= KEPT:
                del _FOUND[next(iter(_FOUND))]
            frames = {layer.key: layer.frame for layer in zones}
            gaps = {name: frame for name, frame in frames.items() if name in tiling}
            _FOUND[version] = Holes(
                uncovered=_uncovered(_ground(administrative), gaps),
                overlaps=_overlaps(frames, overlapping),
            )
        return _FOUND[version]


def _ground(administrative: Sequence[AreaLayer]) -> geopandas.GeoDataFrame | None:
    by_level = {layer.key: layer.frame for layer in administrative}
    return next((by_level[level] for level in GROUND_LEVELS if level in by_level), None)


def _uncovered(
    ground: geopandas.GeoDataFrame | None, frames: Mapping[str, geopandas.GeoDataFrame]
) -> geopandas.GeoDataFrame:
    if ground is None:
        frames = {}
    found = [uncovered(ground, frame).assign(layer=name) for name, frame in frames.items()]
    return _together(found, ("code", "area_m2", "layer"))


def _overlaps(
    frames: Mapping[str, geopandas.GeoDataFrame], declared: Collection[str]
) -> geopandas.GeoDataFrame:
    found = [
        doubly_covered(frame).assign(layer=name, declared=name in declared)
        for name, frame in frames.items()
    ]
    return _together(found, ("code", "other", "area_m2", "layer", "declared"))


def _together(
    frames: Sequence[geopandas.GeoDataFrame], columns: Sequence[str]
) -> geopandas.GeoDataFrame:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        empty: dict[str, list[object]] = {name: [] for name in columns}
        return geopandas.GeoDataFrame(empty, geometry=[], crs="EPSG:4326")
    return geopandas.GeoDataFrame(pd.concat(filled, ignore_index=True), crs="EPSG:4326")
