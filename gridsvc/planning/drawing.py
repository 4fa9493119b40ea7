"""What the map of a draft's changes draws: one row for each change that has a place. Pure."""

import geopandas

from geodata.frames import WGS84
from geodata.measure import area_m2
from gridsvc.planning.difference import LayerDiff
from maps.difference import DifferenceData


def drawn_of(found: LayerDiff) -> DifferenceData:
    """Arrange what a draft of a layer changes as the map takes it."""
    old, new = (dict(zip(f["code"], f.geometry, strict=True)) for f in (found.old, found.new))
    areas = found.areas
    rows = [
        *(("added", code, new[code]) for code in areas.added),
        *(("removed", code, old[code]) for code in areas.removed),
        *(("moved", land.code, land.place) for land in areas.moved if land.place is not None),
        *(("uncovered", ", ".join(land.areas), land.place) for land in found.uncovered),
        *(("doubled", ", ".join(land.areas), land.place) for land in found.doubled),
    ]
    shapes = [row[2] for row in rows]
    columns = {
        "kind": [row[0] for row in rows],
        "code": [row[1] for row in rows],
        "area_m2": area_m2(shapes) if shapes else [],
    }
    changes = geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84)
    return DifferenceData(old=found.old, new=found.new, changes=changes)
