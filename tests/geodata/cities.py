"""Generated cities that several tests look at: made once, looked at only."""

import hashlib
from functools import cache

import geopandas
import pandas as pd

from geodata.generate import City, Scale, generate


@cache
def city(scale: Scale = Scale.STREET) -> City:
    return generate(scale)


def fingerprint(made: City) -> str:
    """Every value of every table, and every byte of every shape."""
    digest = hashlib.sha256(made.river.wkb)
    tables = [
        *made.levels.values(),
        *made.zones.values(),
        made.roads,
        made.components,
        made.categories,
        made.organisations,
        made.responsibilities,
        made.workers,
        made.assignments,
        made.special_days,
        made.rules,
        made.borders,
    ]
    for table in tables:
        digest.update(table_bytes(table))
    return digest.hexdigest()


def table_bytes(table: pd.DataFrame) -> bytes:
    if isinstance(table, geopandas.GeoDataFrame):
        return b"".join(table.geometry.to_wkb()) + table_bytes(table.drop(columns="geometry"))
    return table.to_json(orient="split", double_precision=15, date_format="iso").encode()
