"""Roads of a made-up city: some through each community, with names and house numbers.

They are straight, and for addresses only: borders do not follow them.
"""

from typing import Final

import geopandas
import numpy as np
import shapely

from geodata.frames import WGS84
from geodata.generate import names
from geodata.generate.administrative import centres
from geodata.generate.chance import stream
from geodata.generate.ground import Shapes
from geodata.generate.plan import Counts
from geodata.generate.terrain import DECIMALS, PLANE, Floats

ROADS: Final = 3
"""How many in each community."""
LAST_NUMBER: Final = 400
"""The numbers run from 1 at the beginning to 400 at the end, the even ones on the left."""
KINDS: Final = "路 Road,街 Street,大街 Avenue,巷 Lane"


def lay_roads(
    communities: geopandas.GeoDataFrame, grids: geopandas.GeoDataFrame, *, seed: int
) -> geopandas.GeoDataFrame:
    """Lay the roads of each community, each through the middle of one of its grids.

    Parameters
    ----------
    communities, grids : GeoDataFrame
        AreaFrames in the order of their codes.
    seed : int
        The city's seed.

    Returns
    -------
    GeoDataFrame
        `code` (the community's, R, two digits), `name`, `name_en`, `community`, and a LineString
        inside the community, EPSG:4326 (lon, lat); `ROADS` rows for each community, in its order.
    """
    rng = stream(seed, "roads")
    community = np.repeat(np.arange(len(communities)), ROADS)
    chinese, english = names.words(len(community), rng)
    kinds, kinds_en = names.listed(KINDS)
    kind = rng.integers(len(kinds), size=len(community))
    first, count = _families(communities, grids)
    grid = (first + rng.integers(count, size=(ROADS, len(communities)))).T.ravel()
    shapes = communities.geometry.to_numpy()[community]
    middle = centres(grids.geometry.to_numpy()[grid])
    codes = communities["code"].to_numpy()[community]
    numbers = [f"R{number:02d}" for number in range(1, ROADS + 1)]
    return geopandas.GeoDataFrame(
        {
            "code": codes + np.tile(np.array(numbers, dtype=object), len(communities)),
            "name": chinese + kinds[kind],
            "name_en": english + " " + kinds_en[kind],
            "community": codes,
        },
        geometry=_through(shapes, middle, rng.uniform(0, np.pi, size=len(community))),
        crs=WGS84,
    )


def _families(
    communities: geopandas.GeoDataFrame, grids: geopandas.GeoDataFrame
) -> tuple[Counts, Counts]:
    """Find the first grid of each community, and how many it has."""
    parents = grids["parent"].to_numpy().astype(str)
    codes = communities["code"].to_numpy().astype(str)
    first = np.searchsorted(parents, codes)
    return first, np.searchsorted(parents, codes, side="right") - first


def _through(shapes: Shapes, middle: Floats, angle: Floats) -> Shapes:
    """Draw the longest stretch inside each shape of a line at an angle through a point of it."""
    reach = shapely.length(shapely.envelope(shapes))
    step = reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    lines = shapely.linestrings(np.stack([middle - step, middle + step], axis=1))
    pieces, row = shapely.get_parts(shapely.intersection(lines, shapes), return_index=True)
    order = np.lexsort([-shapely.length(pieces), row])
    longest = order[np.searchsorted(row[order], np.arange(len(shapes)))]
    return np.asarray(shapely.transform(pieces[longest], lambda xy: np.round(xy, DECIMALS)))


def numbers_at(roads: Shapes, xy: Floats) -> Counts:
    """Find the house number beside each point.

    Parameters
    ----------
    roads : ndarray of LineString, shape (n,)
        EPSG:4326 (lon, lat).
    xy : ndarray, shape (n, 2)
        Metres on the city's plane.

    Returns
    -------
    ndarray of int, shape (n,)
        From 1 to `LAST_NUMBER`.
    """
    lines = shapely.transform(roads, PLANE.to_metres)
    points = shapely.points(xy)
    share = shapely.line_locate_point(lines, points, normalized=True)
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    (dx, dy), (px, py) = (ends[:, 1] - ends[:, 0]).T, (xy - ends[:, 0]).T
    left = dx * py - dy * px > 0
    pair = np.rint(share * (LAST_NUMBER // 2 - 1)).astype(np.int64)
    return np.asarray(2 * pair + 1 + left)
