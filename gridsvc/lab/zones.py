"""The zones of those who lose or gain by a replay, as the two maps that it compared have them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.frames import COLUMNS, WGS84, as_areas
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.register import responsibility_rows
from gridsvc.http.language import LanguageCode
from gridsvc.planning import repository
from gridsvc.planning.desk import called
from gridsvc.planning.kinds import Kind
from gridsvc.planning.model import Draft

Rows = Sequence[Mapping[str, Any]]
Frames = Mapping[str, geopandas.GeoDataFrame]
"""Areas by layer."""
Names = Mapping[str, str]
"""Names of organisations by code."""


async def zones_of(
    db: AsyncSession,
    draft: Draft,
    result: Mapping[str, Any],
    *,
    at: datetime,
    language: LanguageCode,
) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Give the zones in force of who loses, and those with the draft of who gains."""
    losers, gainers = (_names(result, side, language) for side in ("before", "after"))
    held: Rows = await responsibility_rows(db, at=at)
    drafted = draft.rows or [] if draft.kind == Kind.RESPONSIBILITIES else held
    before, after = _led_by(losers, held), _led_by(gainers, drafted)
    layers = sorted({row["layer"] for row in (*before, *after)})
    frames = {layer: await frame_in_force(db, layer, at=at) for layer in layers}
    with_draft = {**frames, **await _drafted(db, draft)}
    return await asyncio.to_thread(
        lambda: (_zones(before, frames, losers), _zones(after, with_draft, gainers))
    )


def _names(result: Mapping[str, Any], side: str, language: LanguageCode) -> Names:
    """Name who stands on one side of the changes."""
    changed = [one for one in result["matrix"] if one["before"] != one["after"]]
    return {one[side]["code"]: called(one[side], language) for one in changed if one[side]}


def _led_by(organisations: Names, rows: Rows) -> Rows:
    return [row for row in rows if row["role"] == "lead" and row["organisation"] in organisations]


async def _drafted(db: AsyncSession, draft: Draft) -> Frames:
    """Read the areas of a draft of a layer; one that was laid aside has none any more."""
    if draft.kind != Kind.LAYER:
        return {}
    areas = await repository.areas_of_draft(db, draft)
    layer = await repository.layer_of(db, draft)
    return {layer.name: await asyncio.to_thread(repository.frame_of, areas)} if areas else {}


def _zones(rows: Rows, frames: Frames, names: Names) -> geopandas.GeoDataFrame:
    listed = list(_each(rows, frames, names))
    columns = {name: [one[name] for one in listed] for name in (*COLUMNS, "organisation")}
    return as_areas(geopandas.GeoDataFrame(columns, geometry="geometry", crs=WGS84))


def _each(rows: Rows, frames: Frames, names: Names) -> Iterator[dict[str, Any]]:
    """Find the areas that rows speak of, each once; one without an area speaks of all."""
    for layer in sorted({row["layer"] for row in rows}):
        leads: dict[str | None, set[str]] = {}
        for row in rows:
            if row["layer"] == layer:
                leads.setdefault(row["area"], set()).add(names[row["organisation"]])
        for area in frames[layer].to_dict("records"):
            found = leads.get(area["code"], set()) | leads.get(None, set())
            if found:
                yield {**area, "organisation": "、".join(sorted(found))}
