"""How many people and households live in each area: counts of places, never persons."""

from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.generate.administrative import Administration
from geodata.generate.chance import apportion, stream
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE

_IN_ESTATES: Final = 0.75
_LARGE: Final = 0.011
"""Share of the estates with more than ten thousand people (万人小区)."""
_LARGE_FROM: Final = 10_050
_SMALL_TO: Final = 9_500
_PER_HOUSEHOLD: Final = 2.6


def populate(
    administration: Administration, estates: geopandas.GeoDataFrame, *, total: int, seed: int
) -> dict[str, geopandas.GeoDataFrame]:
    """Give every area its population and households.

    Parameters
    ----------
    administration : Administration
        The levels that tile the city.
    estates : GeoDataFrame
        Sub-estates with a column `grid`; it is left out of the result.
    total : int
        People of the whole city.
    seed : int
        The city's seed.

    Returns
    -------
    dict of str to GeoDataFrame
        The AreaFrames `district`, `street`, `community`, `grid`, `sub_estate`, with the extras
        `population` and `households` (int64) first. An area has the sum of its children; a grid
        has at least the people of its estates.
    """
    rng = stream(seed, "population")
    residents = _residents(estates, round(_IN_ESTATES * total), rng)
    counted = pd.Series(residents).groupby(estates["grid"].to_numpy()).sum()
    grids = administration.grid
    others = apportion(total - int(residents.sum()), rng.gamma(5.0, size=len(grids)))
    people = counted.reindex(grids["code"], fill_value=0).to_numpy() + others
    levels = {"grid": _with(grids, people, _households(people))}
    for level in ("community", "street", "district"):
        below = list(levels.values())[-1]
        levels[level] = _summed(getattr(administration, level), below)
    levels = dict(reversed(levels.items()))
    estates = _with(estates.drop(columns="grid"), residents, _households(residents))
    return levels | {"sub_estate": estates}


def _residents(estates: geopandas.GeoDataFrame, total: int, rng: np.random.Generator) -> Counts:
    """People of each estate: a few large ones, the others by their size and chance."""
    square_metres = shapely.area(shapely.transform(estates.geometry.to_numpy(), PLANE.to_metres))
    roomy = np.argsort(-square_metres * rng.uniform(size=len(estates)), kind="stable")
    large, small = np.split(roomy, [int(_LARGE * len(estates))])
    residents = np.zeros(len(estates), dtype=np.int64)
    residents[large] = _LARGE_FROM + rng.gamma(1.3, 2_000, size=len(large)).astype(np.int64)
    weights = np.sqrt(square_metres[small]) * rng.lognormal(0, 0.6, size=len(small))
    shares = apportion(total - int(residents.sum()), weights)
    residents[small] = np.minimum(shares, _SMALL_TO)
    return residents


def _households(people: Counts) -> Counts:
    return np.rint(people / _PER_HOUSEHOLD).astype(np.int64)


def _summed(
    areas: geopandas.GeoDataFrame, children: geopandas.GeoDataFrame
) -> geopandas.GeoDataFrame:
    sums = children.groupby("parent")[["population", "households"]].sum().loc[areas["code"]]
    return _with(areas, sums["population"].to_numpy(), sums["households"].to_numpy())


def _with(
    areas: geopandas.GeoDataFrame, people: Counts, households: Counts
) -> geopandas.GeoDataFrame:
    areas = areas.copy()
    areas.insert(4, "population", people)
    areas.insert(5, "households", households)
    return areas
