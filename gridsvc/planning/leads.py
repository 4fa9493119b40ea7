"""Zones that a draft would leave without anybody who leads there."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import geopandas
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Severity
from gridsvc.areas.model import Area, Layer
from gridsvc.areas.register import responsibility_rows
from gridsvc.areas.repository import in_force
from gridsvc.planning.findings import Check

Led = Collection[str | None]
"""Codes of the areas of a layer in which somebody leads; None stands for all of it."""


async def new_without_lead(
    db: AsyncSession, layer: Layer, zones: geopandas.GeoDataFrame, *, at: datetime
) -> list[Check]:
    """Find new zones without a lead, in a layer in which others have one.

    Where nobody leads at all, a layer says who helps, or is looked at by people only.
    """
    led = _led(await responsibility_rows(db, at=at), layer.name)
    return [
        _without(layer.name, code, name)
        for code, name in zip(zones["code"], zones["name"], strict=True)
        if led and not _leads(led, code)
    ]


async def ended_without_lead(
    db: AsyncSession,
    current: Iterable[Mapping[str, Any]],
    own: Iterable[Mapping[str, Any]],
    *,
    at: datetime,
) -> list[Check]:
    """Find zones in which somebody leads, and nobody would by other responsibilities."""
    zones = await db.execute(
        select(Layer.name, Area.code, Area.name)
        .join(Layer, Layer.id == Area.layer_id)
        .where(Layer.level.is_(None), in_force(Area, at))
        .order_by(Layer.name, Area.code)
    )
    listed = zones.all()
    layers = {layer for layer, _, _ in listed}
    before, after = ({layer: _led(rows, layer) for layer in layers} for rows in (current, own))
    return [
        _without(layer, code, name)
        for layer, code, name in listed
        if _leads(before[layer], code) and not _leads(after[layer], code)
    ]


def _led(rows: Iterable[Mapping[str, Any]], layer: str) -> Led:
    return {row["area"] for row in rows if row["layer"] == layer and row["role"] == "lead"}


def _leads(led: Led, code: str) -> bool:
    return code in led or None in led


def _without(layer: str, code: str, name: str) -> Check:
    return Check(
        code="no_lead",
        severity=Severity.WARNING,
        areas=(code,),
        en=f"Nobody leads in {code} {name} of {layer}.",
        zh=f"图层 {layer} 的 {name}（{code}）没有主责单位。",
    )
