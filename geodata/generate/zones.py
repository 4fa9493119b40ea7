"""Responsibility zones that lie across the administrative levels, each layer by its own rule.

One fault is put in on purpose: the grids of one community belong to no sanitation zone, although
that layer says that it tiles the city. Maps and checks are to have something to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import geopandas
import numpy as np
import shapely

from geodata.generate import names
from geodata.generate.administrative import area_frame, centres, numbers
from geodata.generate.chance import stream
from geodata.generate.clusters import cluster, group_middles, group_places
from geodata.generate.ground import Shapes, unite
from geodata.generate.names import Texts
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

Levels = Mapping[str, geopandas.GeoDataFrame]


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """What a layer of zones says about its areas."""

    name: str
    title_zh: str
    title_en: str
    basis: Literal["owner", "territory"]
    """Whether a zone means whose the things in it are, or who keeps the ground."""
    overlap_allowed: bool = False
    tiles: bool = False
    """Whether the zones should cover the whole city."""


LAYERS: Final[Mapping[str, LayerSpec]] = MappingProxyType(
    {
        layer.name: layer
        for layer in (
            LayerSpec(
                "party_building", "党建责任片区", "Party-building areas", "territory", tiles=True
            ),
            LayerSpec(
                "city_management", "城管执法片区", "City-management areas", "territory", tiles=True
            ),
            LayerSpec("sanitation", "环卫作业片区", "Sanitation areas", "territory", tiles=True),
            LayerSpec("water_supply", "供水片区", "Water-supply areas", "owner", tiles=True),
            LayerSpec("heating", "供热范围", "Heating areas", "owner", overlap_allowed=True),
            LayerSpec(
                "riverside", "滨江联盟", "Riverside alliance", "territory", overlap_allowed=True
            ),
            LayerSpec("business_district", "商务区专属网格", "Business district", "territory"),
            LayerSpec(
                "firework_ban", "烟花禁放区", "Firework bans", "territory", overlap_allowed=True
            ),
        )
    }
)

_GRIDS_OF_SQUAD: Final = 27
_GRIDS_OF_CLEANER: Final = 65
_COMMUNITIES_OF_WATERWORKS: Final = 60
_HEAT_SOURCES: Final = 3
_HEATED: Final = 0.6
"""Share of a district's grids, the densest, which its heat sources are for."""
_HEAT_REACH: Final = 0.4
"""Radius of a heated area, as a share of the side of a square as large as those grids."""
_RIVER_STRIP: Final = (60.0, 400.0)
"""Least and greatest breadth of the strip on either bank, metres."""
_BUSINESS: Final = 0.012


def lay(
    levels: Levels,
    party_area: Counts,
    *,
    river: shapely.LineString,
    seed: int,
) -> dict[str, geopandas.GeoDataFrame]:
    """Lay the zones of every layer.

    Parameters
    ----------
    levels : mapping of str to GeoDataFrame
        The administrative levels.
    party_area : ndarray of int
        The responsibility area of each community, from 0.
    river : LineString
        Longitude, latitude.
    seed : int
        The city's seed.

    Returns
    -------
    dict of str to GeoDataFrame
        For each of `LAYERS` an AreaFrame without parents, with the extra `name_en`.
    """
    rng = stream(seed, "zones")
    return {
        "party_building": _party_building(levels, party_area),
        "city_management": _city_management(levels, rng),
        "sanitation": _sanitation(levels, rng),
        "water_supply": _water_supply(levels, rng),
        "heating": _heating(levels, rng),
        "riverside": _riverside(levels, river),
        "business_district": _business_district(levels),
        "firework_ban": _firework_ban(levels),
    }


def _party_building(levels: Levels, party_area: Counts) -> geopandas.GeoDataFrame:
    communities = levels["community"]
    return _numbered(
        unite(communities.geometry.to_numpy(), party_area),
        _of_group(communities["parent"].to_numpy(), party_area),
        levels["street"],
        prefix="PB",
        kind=("党建责任片区", "Party-Building Area"),
    )


def _city_management(levels: Levels, rng: np.random.Generator) -> geopandas.GeoDataFrame:
    group = cluster(levels["grid"], _GRIDS_OF_SQUAD, rng=rng)
    kind = ("城管执法片区", "City-Management Area")
    return _joined(levels, levels["grid"], group, prefix="CM", kind=kind)


def _sanitation(levels: Levels, rng: np.random.Generator) -> geopandas.GeoDataFrame:
    group = cluster(levels["grid"], _GRIDS_OF_CLEANER, rng=rng)
    cleaned = (levels["grid"]["parent"] != _forgotten(levels, rng)).to_numpy()
    kind = ("环卫作业片区", "Sanitation Area")
    return _joined(levels, levels["grid"][cleaned], group[cleaned], prefix="SA", kind=kind)


def _forgotten(levels: Levels, rng: np.random.Generator) -> str:
    """Choose a community of some grids which no sanitation zone is to have."""
    grids = levels["grid"].groupby("parent").size()
    return str(rng.choice(grids.index[grids.between(3, 6)].to_numpy()))


def _water_supply(levels: Levels, rng: np.random.Generator) -> geopandas.GeoDataFrame:
    group = cluster(levels["community"], _COMMUNITIES_OF_WATERWORKS, rng=rng)
    kind = ("供水片区", "Water-Supply Area")
    return _joined(levels, levels["community"], group, prefix="WS", kind=kind)


def _heating(levels: Levels, rng: np.random.Generator) -> geopandas.GeoDataFrame:
    districts, grids = levels["district"], levels["grid"]
    circles = [
        shapely.intersection(_circles(grids[grids["code"].str.startswith(code)], rng), ground)
        for code, ground in zip(districts["code"], _metres(districts), strict=True)
    ]
    within = np.repeat(districts["code"].to_numpy(), [len(group) for group in circles])
    shapes = _degrees(np.concatenate(circles))
    return _numbered(shapes, within, districts, prefix="HE", kind=("热源供热区", "Heating Area"))


def _circles(grids: geopandas.GeoDataFrame, rng: np.random.Generator) -> Shapes:
    """Draw circles around heat sources among the densest grids, large enough to meet."""
    metres = _metres(grids)
    dense = metres[np.argsort(shapely.area(metres), kind="stable")][: int(_HEATED * len(metres))]
    places = shapely.get_coordinates(shapely.point_on_surface(dense))
    sources = group_middles(places, group_places(places, _HEAT_SOURCES, rng=rng))
    radius = _HEAT_REACH * np.sqrt(shapely.area(dense).sum())
    return np.asarray(shapely.buffer(shapely.points(sources), radius, quad_segs=8))


def _riverside(levels: Levels, river: shapely.LineString) -> geopandas.GeoDataFrame:
    course = shapely.transform(river, PLANE.to_metres)
    breadth = np.clip(0.02 * shapely.length(course), *_RIVER_STRIP)
    strip = shapely.buffer(shapely.simplify(course, breadth / 8), breadth, quad_segs=4)
    shapes = _degrees(shapely.intersection([strip], _whole(levels)))
    chinese, english = names.RIVER
    return _named(["RV-01"], [(f"{chinese}滨江联盟", f"{english}side Alliance")], shapes)


def _business_district(levels: Levels) -> geopandas.GeoDataFrame:
    shapes = levels["grid"].geometry.to_numpy()
    nearest = np.argsort(_from_centre(levels), kind="stable")
    count = int(np.clip(round(_BUSINESS * len(shapes)), 2, 12))
    joined = unite(shapes[nearest[:count]], np.zeros(count, dtype=np.int64))
    return _named(["BD-01"], [("云江商务区", "Yunjiang Business District")], joined)


def _firework_ban(levels: Levels) -> geopandas.GeoDataFrame:
    """Half of the grids lie inside the ring; two depots beside it have circles of their own."""
    radius = float(np.median(_from_centre(levels)))
    depots = _centre(levels) + radius * np.array([[0.0, 0.0], [0.95, 0.3], [-0.6, -0.85]])
    sizes = radius * np.array([1.0, 0.22, 0.3])
    circles = shapely.buffer(shapely.points(depots), sizes, quad_segs=16)
    shapes = _degrees(shapely.intersection(circles, _whole(levels)))
    labels = [
        ("环城禁放区", "Ring Road Firework Ban"),
        ("东油库禁放区", "East Depot Firework Ban"),
        ("南油库禁放区", "South Depot Firework Ban"),
    ]
    return _named(["FB-01", "FB-02", "FB-03"], labels, shapes)


def _joined(
    levels: Levels,
    areas: geopandas.GeoDataFrame,
    group: Counts,
    *,
    prefix: str,
    kind: tuple[str, str],
) -> geopandas.GeoDataFrame:
    """Zones that are unions of areas and lie in one district each."""
    group = np.unique(group, return_inverse=True)[1]
    shapes = unite(areas.geometry.to_numpy(), group)
    within = _of_group(areas["code"].str[:6].to_numpy(), group)
    return _numbered(shapes, within, levels["district"], prefix=prefix, kind=kind)


def _of_group(values: Texts, group: Counts) -> Texts:
    return values[np.unique(group, return_index=True)[1]]


def _numbered(
    shapes: Shapes,
    within: Texts,
    above: geopandas.GeoDataFrame,
    *,
    prefix: str,
    kind: tuple[str, str],
) -> geopandas.GeoDataFrame:
    """Zones with a number in the area that they lie in, and its code and name before it."""
    number = numbers(centres(shapes), np.unique(within, return_inverse=True)[1])
    place = above.set_index("code").loc[within]
    written = number.astype(str).astype(object)
    codes = [f"{prefix}-{code}-{value:02d}" for code, value in zip(within, number, strict=True)]
    chinese = place["name"].to_numpy() + "第" + written + kind[0]
    english = place["name_en"].to_numpy() + f" {kind[1]} " + written
    zones = area_frame(np.array(codes, dtype=object), chinese, english, shapes=shapes)
    return zones.sort_values("code", ignore_index=True)


def _named(
    codes: list[str], labels: list[tuple[str, str]], shapes: Shapes
) -> geopandas.GeoDataFrame:
    chinese, english = np.array(labels, dtype=object).T
    return area_frame(np.array(codes, dtype=object), chinese, english, shapes=shapes)


def _centre(levels: Levels) -> Floats:
    """Find the middle of the grids, metres: where the city is dense."""
    places = PLANE.to_metres(centres(levels["grid"].geometry.to_numpy()))
    return np.asarray(np.median(places, axis=0))


def _from_centre(levels: Levels) -> Floats:
    places = PLANE.to_metres(centres(levels["grid"].geometry.to_numpy()))
    return np.asarray(np.hypot(*(places - _centre(levels)).T))


def _whole(levels: Levels) -> shapely.Polygon:
    return shapely.coverage_union_all(_metres(levels["district"]))


def _metres(areas: geopandas.GeoDataFrame) -> Shapes:
    return np.asarray(shapely.transform(areas.geometry.to_numpy(), PLANE.to_metres))


def _degrees(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.orient_polygons(shapely.transform(shapes, PLANE.to_degrees)))
