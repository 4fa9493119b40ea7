"""Putting a generated city into the database: map, catalogue, organisations, workers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import geopandas
import pandas as pd
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.generate.city import City
from geodata.generate.roads import LAST_NUMBER
from gridsvc.addresses.register import put_house_ranges, put_names
from gridsvc.areas.publish import LayerSpec, Provenance
from gridsvc.areas.publish import publish as publish_layer
from gridsvc.areas.register import (
    Rows,
    put_assignments,
    put_organisations,
    put_responsibilities,
    put_workers,
)
from gridsvc.assets.loading import put_components
from gridsvc.catalogue.entry import Entry, Filing
from gridsvc.catalogue.service import Title, entry_of, publish
from gridsvc.clock.limit import Limit, Unit
from gridsvc.rules.book import Sheets
from gridsvc.rules.service import put

LEVEL_TITLES = {
    "district": ("区", "District"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "grid": ("网格", "Grid"),
    "sub_estate": ("小区", "Sub-estate"),
}


async def put_city(db: AsyncSession, city: City, *, valid_from: datetime) -> None:
    """Put everything of a city in force from a time on, in the session's transaction."""
    for spec, frame in layers_of(city):
        provenance = Provenance(source="generated")
        await publish_layer(db, spec, frame, valid_from=valid_from, provenance=provenance)
    await _put_roads(db, city.roads, valid_from=valid_from)
    scheme = city.scheme
    title = Title(name=scheme.name, name_en=scheme.name_en, numbering=scheme.numbering)
    await publish(db, scheme.code, entries_of(city), title=title, valid_from=valid_from)
    await put_organisations(db, rows_of(city.organisations))
    await put_responsibilities(db, rows_of(city.responsibilities), valid_from=valid_from)
    await put_components(db, city.components, scheme=scheme.code, valid_from=valid_from)
    await put_workers(db, rows_of(city.workers))
    await put_assignments(db, rows_of(city.assignments), valid_from=valid_from)
    await put(db, sheets_of(city), valid_from=valid_from)


async def _put_roads(
    db: AsyncSession, roads: geopandas.GeoDataFrame, *, valid_from: datetime
) -> None:
    names = [{**row, "kind": "road"} for row in rows_of(roads)]
    await put_names(db, names, valid_from=valid_from)
    sides = (("odd", 1, LAST_NUMBER - 1), ("even", 2, LAST_NUMBER))
    numbers = [
        {
            "road": road["code"],
            "parity": side,
            "first": first,
            "last": last,
            "geometry": road["geometry"],
        }
        for road in names
        for side, first, last in sides
    ]
    await put_house_ranges(db, numbers, valid_from=valid_from)


def layers_of(city: City) -> Iterator[tuple[LayerSpec, geopandas.GeoDataFrame]]:
    """List the city's layers, the administrative levels first and from the top down."""
    for level, (title, title_en) in LEVEL_TITLES.items():
        tiles = level != "sub_estate"
        spec = LayerSpec(name=level, title=title, title_en=title_en, level=level, tiles=tiles)
        yield spec, city.levels[level]
    for name, zone_layer in city.layers.items():
        spec = LayerSpec(
            name=name,
            title=zone_layer.title_zh,
            title_en=zone_layer.title_en,
            basis=zone_layer.basis,
            tiles=zone_layer.tiles,
            overlap_allowed=zone_layer.overlap_allowed,
        )
        yield spec, city.zones[name]


def entries_of(city: City) -> list[Entry]:
    """Give the city's categories with their filing conditions."""
    conditions: dict[str, list[Filing]] = defaultdict(list)
    for row in rows_of(city.conditions):
        conditions[row["category"]].append(_filing(row))
    rows = [{**row, "conditions": conditions[row["code"]]} for row in rows_of(city.categories)]
    return [entry_of(row, number) for number, row in enumerate(rows, start=1)]


def _filing(row: Mapping[str, Any]) -> Filing:
    of_limit = {"category", "limit_value", "limit_unit"}
    said = {name: text for name, text in row.items() if name not in of_limit}
    return Filing(**said, limit=Limit(row["limit_value"], Unit(row["limit_unit"])))


def sheets_of(city: City) -> Sheets:
    """Give the city's rules, border policies and special days as spreadsheets have them."""
    return Sheets(
        rules=rows_of(city.rules),
        borders=rows_of(city.borders),
        special_days=rows_of(city.special_days),
    )


def rows_of(frame: pd.DataFrame) -> Rows:
    """Give a table's rows by column name, None for what is missing."""
    return [
        {str(name): _value(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a table's cell holds
    return None if pd.isna(value) else value
