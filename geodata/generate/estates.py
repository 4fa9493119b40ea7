"""Sub-estates (小区): their types, names and codes. Their outlines are drawn by `plots`."""

from typing import Final

import geopandas
import numpy as np
import shapely

from geodata.generate import names
from geodata.generate.administrative import Administration, area_frame, centres, numbers
from geodata.generate.chance import apportion, stream
from geodata.generate.names import Texts
from geodata.generate.plots import outlines
from geodata.generate.terrain import Floats

ESTATE_TYPES: Final = {
    "resold": ("售后公房", "Resold public housing"),
    "commodity": ("普通商品房", "Commodity housing"),
    "international": ("涉外商品房", "International housing"),
    "heritage": ("老洋房", "Historic lane housing"),
    "resettlement": ("动迁安置房", "Resettlement housing"),
}
"""Code of each of the five types -> its name in Chinese and English."""
_CENTRAL: Final = np.array([0.40, 0.38, 0.06, 0.12, 0.04])
_OUTER: Final = np.array([0.10, 0.48, 0.02, 0.00, 0.40])
"""Shares of the types in the densest and in the emptiest grids."""


def build(administration: Administration, count: int, *, seed: int) -> geopandas.GeoDataFrame:
    """Build the sub-estates of a city.

    Parameters
    ----------
    administration : Administration
        The levels to build in.
    count : int
        How many estates.
    seed : int
        The city's seed.

    Returns
    -------
    GeoDataFrame
        AreaFrame in the order of the codes (the community's, E, three digits), parent is the
        community; extras `name_en`, `estate_type`, `estate_type_zh` and `grid`, the code of the
        grid that counts its people.
    """
    rng = stream(seed, "estates")
    grids = administration.grid
    grid = np.repeat(np.arange(len(grids)), apportion(count, rng.gamma(3.0, size=len(grids))))
    shapes = outlines(administration, grid, rng=rng)
    kinds = _kinds(_emptiness(grids)[grid], rng)
    community = grids["parent"].to_numpy()[grid]
    number = numbers(centres(shapes), np.unique(community, return_inverse=True)[1])
    written = np.array([f"E{value:03d}" for value in number], dtype=object)
    chinese, english = _names(kinds, rng)
    estates = area_frame(community + written, chinese, english, shapes=shapes, parent=community)
    estates["estate_type"] = kinds
    estates["estate_type_zh"] = [ESTATE_TYPES[kind][0] for kind in kinds]
    estates["grid"] = grids["code"].to_numpy()[grid]
    return estates.sort_values("code", ignore_index=True)


def _emptiness(grids: geopandas.GeoDataFrame) -> Floats:
    """Rank of each grid by its size, from 0 to 1."""
    rank = np.argsort(np.argsort(shapely.area(grids.geometry.to_numpy()), kind="stable"))
    return np.asarray(rank / len(grids))


def _kinds(emptiness: Floats, rng: np.random.Generator) -> Texts:
    shares = _CENTRAL + emptiness[:, None] * (_OUTER - _CENTRAL)
    drawn = (shares.cumsum(axis=1) < rng.uniform(size=(len(shares), 1))).sum(axis=1)
    types = np.array(list(ESTATE_TYPES), dtype=object)
    return np.asarray(types[np.minimum(drawn, len(types) - 1)])


def _names(kinds: Texts, rng: np.random.Generator) -> tuple[Texts, Texts]:
    chinese, english = names.words(len(kinds), rng)
    for kind, listed in names.ESTATE_SUFFIXES.items():
        suffix, suffix_en = names.listed(listed)
        ours = np.flatnonzero(kinds == kind)
        chosen = rng.integers(len(suffix), size=len(ours))
        chinese[ours] += suffix[chosen]
        english[ours] += " " + suffix_en[chosen]
    return chinese, english
