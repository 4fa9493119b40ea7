"""The administrative levels as AreaFrames: codes, names and shapes, from the grids upward.

Codes have the shape of the statistical code (6 district + 3 street + 3 community) with 3 digits
for the grid. They lie under 3799, a prefecture that no province has, so that none is that of a real
place and `geodata.codes` can take them apart all the same.
"""

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import shapely

from geodata.frames import WGS84, as_areas
from geodata.generate import names
from geodata.generate.chance import stream
from geodata.generate.ground import Ground, Shapes, unite
from geodata.generate.names import Texts
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

PREFECTURE: Final = "3799"
_FIRST_DISTRICT: Final = 2
"""County number 01 stands for "the districts of the city" in real codes."""
_FIRST_TOWN: Final = 100
_FIRST_VILLAGE: Final = 200
_TOWN_M2: Final = 45e6
_VILLAGE_M2: Final = 5e6
"""From these areas a street is a town (镇), and a community in a town is a village (村)."""


@dataclass(frozen=True, slots=True)
class Administration:
    """The four levels that tile the city, and the responsibility area of each community."""

    district: geopandas.GeoDataFrame
    street: geopandas.GeoDataFrame
    community: geopandas.GeoDataFrame
    grid: geopandas.GeoDataFrame
    party_area: Counts
    """Of each community, from 0: communities of one area lie together in one street."""


def administer(ground: Ground, seed: int) -> Administration:
    """Give the areas of every level their codes and names.

    Parameters
    ----------
    ground : Ground
        The divided ground.
    seed : int
        The city's seed: it decides the names.

    Returns
    -------
    Administration
        Frames in the order of their codes. The children of an area tile it exactly.
    """
    tree = ground.tree
    communities = unite(ground.grids, tree.grid_community)
    streets = unite(communities, tree.community_street())
    districts = unite(streets, tree.street_district)
    district = _districts(districts)
    street = _streets(streets, district, parent=tree.street_district, seed=seed)
    community = _communities(communities, street, parent=tree.community_street(), seed=seed)
    grid = _grids(ground.grids, community, parent=tree.grid_community)
    order = np.argsort(community["code"].to_numpy(), kind="stable")
    return Administration(
        _by_code(district),
        _by_code(street),
        _by_code(community),
        _by_code(grid),
        party_area=tree.community_party_area[order],
    )


def numbers(places: Floats, group: Counts) -> Counts:
    """Count the places of each group from 1, in rows from north to south, west to east in each.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        Longitude, latitude or metres.
    group : ndarray of int, shape (n,)
        From 0.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    rows = np.ceil(np.sqrt(np.bincount(group)))
    north, south = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    np.maximum.at(north, group, places[:, 1])
    np.minimum.at(south, group, places[:, 1])
    height = np.maximum(north - south, np.finfo(float).tiny)[group]
    down = (north[group] - places[:, 1]) / height
    row = np.minimum(np.floor(down * rows[group]), rows[group] - 1)
    order = np.lexsort((places[:, 0], row, group))
    first = np.searchsorted(group[order], group[order])
    number = np.empty(len(group), dtype=np.int64)
    number[order] = np.arange(len(group)) - first + 1
    return number


def centres(shapes: Shapes) -> Floats:
    """Find a point inside each shape, shape (n, 2), longitude, latitude."""
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)))


def area_frame(
    codes: Texts, name: Texts, name_en: Texts, *, shapes: Shapes, parent: Texts | None = None
) -> geopandas.GeoDataFrame:
    """Put an AreaFrame together, with the extra column `name_en`."""
    columns = {"code": codes, "name": name, "parent": parent, "geometry": shapes}
    frame = geopandas.GeoDataFrame(columns | {"name_en": name_en}, crs=WGS84)
    return as_areas(frame)


def _districts(shapes: Shapes) -> geopandas.GeoDataFrame:
    place = numbers(centres(shapes), np.zeros(len(shapes), dtype=np.int64))
    codes = _codes(PREFECTURE, place + _FIRST_DISTRICT - 1, digits=2)
    chinese, english = names.district_words(len(shapes))
    return area_frame(codes, chinese + "区", english + " District", shapes=shapes)


def _streets(
    shapes: Shapes, above: geopandas.GeoDataFrame, *, parent: Counts, seed: int
) -> geopandas.GeoDataFrame:
    town = _square_metres(shapes) > _TOWN_M2
    codes = _kinds(shapes, above, parent=parent, odd=town, first_odd=_FIRST_TOWN)
    chinese, english = names.words(len(shapes), stream(seed, "street names"))
    return area_frame(
        codes,
        chinese + np.where(town, "镇", "街道").astype(object),
        english + np.where(town, " Town", " Subdistrict").astype(object),
        shapes=shapes,
        parent=above["code"].to_numpy()[parent],
    )


def _communities(
    shapes: Shapes, above: geopandas.GeoDataFrame, *, parent: Counts, seed: int
) -> geopandas.GeoDataFrame:
    in_town = above["name"].str.endswith("镇").to_numpy()[parent]
    village = in_town & (_square_metres(shapes) > _VILLAGE_M2)
    codes = _kinds(shapes, above, parent=parent, odd=village, first_odd=_FIRST_VILLAGE)
    chinese, english = names.words(len(shapes), stream(seed, "community names"))
    return area_frame(
        codes,
        chinese + np.where(village, "村", "社区").astype(object),
        english + np.where(village, " Village", " Community").astype(object),
        shapes=shapes,
        parent=above["code"].to_numpy()[parent],
    )


def _grids(
    shapes: Shapes, above: geopandas.GeoDataFrame, *, parent: Counts
) -> geopandas.GeoDataFrame:
    number = numbers(centres(shapes), parent)
    written = number.astype(str).astype(object)
    codes = above["code"].to_numpy()[parent]
    return area_frame(
        _codes(codes, number, digits=3),
        above["name"].to_numpy()[parent] + "第" + written + "网格",
        above["name_en"].to_numpy()[parent] + " Grid " + written,
        shapes=shapes,
        parent=codes,
    )


def _kinds(
    shapes: Shapes,
    above: geopandas.GeoDataFrame,
    *,
    parent: Counts,
    odd: np.ndarray[tuple[int], np.dtype[np.bool_]],
    first_odd: int,
) -> Texts:
    """Codes of two kinds of children, each numbered by itself: the odd ones from `first_odd`."""
    number = numbers(centres(shapes), np.unique(2 * parent + odd, return_inverse=True)[1])
    number = np.where(odd, number + first_odd - 1, number)
    return _codes(above["code"].to_numpy()[parent], number, digits=3)


def _codes(prefix: str | Texts, number: Counts, *, digits: int) -> Texts:
    written = np.array([f"{value:0{digits}d}" for value in number], dtype=object)
    return np.asarray(prefix + written, dtype=object)


def _square_metres(shapes: Shapes) -> Floats:
    return np.asarray(shapely.area(shapely.transform(shapes, PLANE.to_metres)))


def _by_code(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return frame.sort_values("code", ignore_index=True)
