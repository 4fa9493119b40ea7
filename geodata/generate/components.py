"""Components of a made-up city: lamps, covers, trees and railings beside the grids' borders.

Pipes do not stop where a company's area does: near such a border a cover or a hydrant may hang on
the neighbour's main. There only the register of components knows whose it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.frames import WGS84, as_text
from geodata.generate.catalogue import categories
from geodata.generate.chance import stream
from geodata.generate.ground import Shapes
from geodata.generate.names import Texts
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

Levels = Mapping[str, geopandas.GeoDataFrame]


@dataclass(frozen=True, slots=True)
class _Class:
    """How many of a class stand in a grid, who owns them, and what they look like on a map."""

    rate: float
    owner: str
    """A department of the district, or the layer whose zones' companies own."""
    keeper: str | None = None
    shape: Literal["point", "line", "polygon"] = "point"


_CLASSES: Final[Mapping[str, _Class]] = {
    "C0101": _Class(0.7, "water_supply"),
    "C0102": _Class(0.8, "WA"),
    "C0103": _Class(0.9, "WA"),
    "C0104": _Class(0.3, "heating"),
    "C0105": _Class(0.3, "PU"),
    "C0106": _Class(1.8, "PU"),
    "C0107": _Class(0.4, "water_supply"),
    "C0202": _Class(0.2, "TR", shape="line"),
    "C0301": _Class(0.1, "UM", keeper="CLEAN1", shape="polygon"),
    "C0302": _Class(0.6, "UM", keeper="CLEAN2"),
    "C0401": _Class(1.4, "PK"),
    "C0502": _Class(0.2, "PU"),
}
_TEXTS: Final = ("code", "name", "category", "owner", "maintainer", "state")
_OFF_BORDER_M: Final = 4.0
"""Standard deviation from the border."""
_MAIN_M: Final = 60.0
"""Standard deviation of how far away a thing hangs on its main."""
_NOT_FAR_M: Final = 150.0
_RAILING_M: Final = 40.0
_HOUSE_M: Final = (12.0, 7.0)
_STATES: Final = ("intact", "damaged", "missing", "abandoned")
_SHARES: Final = (0.965, 0.025, 0.005, 0.005)


def install(levels: Levels, zones: Levels, *, seed: int) -> geopandas.GeoDataFrame:
    """Put up the components of a city.

    Parameters
    ----------
    levels, zones : mapping of str to GeoDataFrame
        The areas by layer.
    seed : int
        The city's seed.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat): `code` (6+2+2+6 digits), `name`, `category`, `owner`, `maintainer`
        (codes of organisations, None for no maintainer), `state`, and a point, line or polygon.
    """
    grids = levels["grid"]
    rng = stream(seed, "components")
    parts = [_of_class(code, made, grids, zones, rng) for code, made in _CLASSES.items()]
    table = pd.concat(parts, ignore_index=True)
    table["name"] = table["category"].map(categories().set_index("code")["name"])
    number = table.groupby(["district", "category"]).cumcount() + 1
    digits = number.astype(str).str.zfill(6)
    table["code"] = table["district"] + table["category"].str.removeprefix("C") + digits
    texts = {column: as_text(table[column]) for column in _TEXTS}
    return geopandas.GeoDataFrame(texts, geometry=table["geometry"], crs=WGS84)


def beside(components: geopandas.GeoDataFrame, category: Texts, xy: Floats) -> Floats:
    """Move what is reported about a component to the nearest one of its class, if it is not far.

    Parameters
    ----------
    components : GeoDataFrame
        As `install` made them.
    category : ndarray of str, shape (n,)
        What each report is about.
    xy : ndarray of float64, shape (n, 2)
        Where, metres.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Metres.
    """
    moved = xy.copy()
    for code, things in components.groupby("category"):
        rows = np.flatnonzero(category == code)
        places = PLANE.to_metres(shapely.get_coordinates(shapely.centroid(things.geometry)))
        tree = shapely.STRtree(shapely.points(places))
        about, nearest = tree.query_nearest(
            shapely.points(xy[rows]), max_distance=_NOT_FAR_M, all_matches=False
        )
        moved[rows[about]] = places[nearest]
    return moved


def _of_class(
    code: str,
    made: _Class,
    grids: geopandas.GeoDataFrame,
    zones: Levels,
    rng: np.random.Generator,
) -> pd.DataFrame:
    grid = np.repeat(np.arange(len(grids)), rng.poisson(made.rate, size=len(grids)))
    xy = _beside_borders(grids.geometry.to_numpy(), grid, rng)
    district = grids["code"].str[:6].to_numpy(dtype=object)[grid]
    if made.owner in zones:
        owner = _of_mains(zones[made.owner], xy, rng)
    else:
        owner = "ORG-" + district + f"-{made.owner}"
    return pd.DataFrame(
        {
            "district": district,
            "category": code,
            "owner": owner,
            "maintainer": "ORG-" + district + f"-{made.keeper}" if made.keeper else None,
            "state": rng.choice(np.array(_STATES, dtype=object), size=len(grid), p=_SHARES),
            "geometry": _drawn(xy, made.shape, rng),
        }
    )


def _beside_borders(grids: Shapes, grid: Counts, rng: np.random.Generator) -> Floats:
    """Draw a place in metres a few steps from the border of each grid."""
    borders = shapely.boundary(grids)[grid]
    along = rng.uniform(size=len(grid))
    points = shapely.line_interpolate_point(borders, along, normalized=True)
    xy = PLANE.to_metres(shapely.get_coordinates(points))
    return np.asarray(xy + _OFF_BORDER_M * rng.normal(size=xy.shape))


def _of_mains(zones: geopandas.GeoDataFrame, xy: Floats, rng: np.random.Generator) -> Texts:
    """Name the company of the zone in which the main of each thing lies."""
    mains = shapely.points(PLANE.to_degrees(xy + _MAIN_M * rng.normal(size=xy.shape)))
    tree = shapely.STRtree(zones.geometry.to_numpy())
    _, nearest = tree.query_nearest(mains, all_matches=False)
    return np.asarray("ORG-" + zones["code"].to_numpy(dtype=object)[nearest])


def _drawn(xy: Floats, shape: str, rng: np.random.Generator) -> Shapes:
    if shape == "point":
        points: Shapes = shapely.points(PLANE.to_degrees(xy))
        return points
    turn = rng.uniform(0, np.pi, size=len(xy))
    ahead = np.column_stack([np.cos(turn), np.sin(turn)])
    if shape == "line":
        ends = np.stack([xy, xy + _RAILING_M * ahead], axis=1)
        lines: Shapes = shapely.linestrings(PLANE.to_degrees(ends))
        return lines
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    long, broad = _HOUSE_M[0] * ahead, _HOUSE_M[1] * aside
    corners = np.stack([xy, xy + long, xy + long + broad, xy + broad], axis=1)
    houses: Shapes = shapely.polygons(PLANE.to_degrees(corners))
    return houses
