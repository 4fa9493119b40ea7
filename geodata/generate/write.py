"""A city as one GeoPackage: a layer for each level and zone layer, and tables of attributes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Final

import geopandas
import pandas as pd
import pyogrio

from geodata.errors import WriteError
from geodata.frames import WGS84
from geodata.generate import names
from geodata.generate.city import City

# A GeoPackage notes when it was last changed; the same city is to give the same bytes.
_EPOCH: Final = "1970-01-01T00:00:00.000Z"
_TABLES: Final = (
    *("categories", "conditions", "organisations", "responsibilities", "workers", "assignments"),
    *("special_days", "rules", "borders"),
)


def write_city(city: City, path: Path, *, reported: pd.DataFrame | None = None) -> None:
    """Write a city into one GeoPackage.

    Layers are the five levels, the zone layers by name, `river`, `roads` and `components`; tables
    without geometry are `layers` (what each zone layer says about itself), `categories`,
    `conditions`, `organisations`, `responsibilities`, `workers`, `assignments`, `special_days`,
    `rules`, `borders`. A file that is there is replaced, at the end, so that it is never half of
    one city and half of another. The same city gives the same bytes.

    Parameters
    ----------
    city : City
        As `generate` made it.
    path : Path
        The file, in an existing folder.
    reported : DataFrame, optional
        As `incidents` made it: written as the point layer `incidents`, in EPSG:4326 (lon, lat).

    Raises
    ------
    WriteError
        The folder is not there.
    """
    if not path.parent.is_dir():
        raise WriteError(
            "no_folder",
            en=f"There is no folder {path.parent}; make it first.",
            zh=f"目录 {path.parent} 不存在；请先创建。",
        )
    part = path.with_name(f".{path.name}.part.gpkg")
    part.unlink(missing_ok=True)
    for name, table in (*_tables(city), *_incidents(reported)):
        pyogrio.write_dataframe(table, part, layer=name, driver="GPKG", promote_to_multi=False)
    with closing(sqlite3.connect(part)) as package:
        package.execute("UPDATE gpkg_contents SET last_change = ?", (_EPOCH,))
        package.commit()
    part.replace(path)


def _incidents(reported: pd.DataFrame | None) -> Iterator[tuple[str, pd.DataFrame]]:
    if reported is not None:
        places = geopandas.points_from_xy(reported["lon"], reported["lat"], crs=WGS84)
        yield "incidents", geopandas.GeoDataFrame(reported, geometry=places)


def _tables(city: City) -> Iterator[tuple[str, pd.DataFrame]]:
    yield from city.levels.items()
    yield from city.zones.items()
    river = {"name": [names.RIVER[0]], "name_en": [names.RIVER[1]]}
    yield "river", geopandas.GeoDataFrame(river, geometry=[city.river], crs=WGS84)
    yield "roads", city.roads
    yield "components", city.components
    yield "layers", pd.DataFrame([asdict(layer) for layer in city.layers.values()])
    for table in _TABLES:
        yield table, getattr(city, table)
