"""Finding the area one level up to which each area belongs. Pure.

By code: an official code begins with its parent's. By place: the parent that holds most of it.
"""

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.codes import lies_under
from geodata.measure import area_m2


def parents_by_code(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame
) -> list[str | None]:
    """Give each area the parent whose code its own lies under, None where none does."""
    codes = [code for code in parents["code"] if code is not None]
    known = set(codes)
    return [_parent_of(code, codes, known) for code in frame["code"]]


def _parent_of(code: str | None, codes: list[str], known: set[str]) -> str | None:
    if code is None:
        return None
    for length in (12, 9, 6):
        if len(code) > length and code[:length] in known:
            return code[:length]
    return next((parent for parent in codes if lies_under(code, parent)), None)


def parents_by_place(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame
) -> list[str | None]:
    """Give each area the parent that holds the largest part of it, None where none touches it."""
    areas, grounds = frame.geometry.to_numpy(), parents.geometry.to_numpy()
    usable = np.flatnonzero(shapely.is_valid(areas) & ~shapely.is_empty(areas))
    of_usable, of_parents = shapely.STRtree(grounds).query(areas[usable], predicate="intersects")
    rows = usable[of_usable]
    shared = area_m2(shapely.intersection(areas[rows], grounds[of_parents]))
    pairs = pd.DataFrame({"row": rows, "parent": of_parents, "shared": shared})
    largest = pairs.sort_values(["shared", "parent"], ascending=[False, True])
    chosen = largest.drop_duplicates("row").set_index("row")["parent"]
    codes = parents["code"].to_list()
    return [codes[chosen[row]] if row in chosen.index else None for row in range(len(frame))]
