"""What is wrong with a draft. An error keeps it from activation, a warning must be accepted."""

import asyncio
from dataclasses import replace
from datetime import datetime

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Fault, Severity
from geodata.validate import validate
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.levels import levels_above
from gridsvc.areas.model import LEVELS, Layer
from gridsvc.areas.parents import Above
from gridsvc.assets.ground import ground
from gridsvc.errors import GridsvcError
from gridsvc.planning import repository
from gridsvc.planning.afar import far_from_city
from gridsvc.planning.drafts import register_of, release_in_force
from gridsvc.planning.findings import Check, of_finding
from gridsvc.planning.kinds import Kind
from gridsvc.planning.leads import ended_without_lead, new_without_lead
from gridsvc.planning.model import Draft
from gridsvc.planning.references import lost_references
from gridsvc.planning.rehearsal import rehearsed

BELOW = frozenset({Fault.UNKNOWN_PARENT, Fault.OUTSIDE_PARENT})
"""What a layer can do to the areas of the level below it."""


async def check(db: AsyncSession, draft: Draft, *, at: datetime) -> list[Check]:
    """Check a draft against the map that is in force at a time."""
    areas = await repository.areas_of_draft(db, draft)
    if areas:
        found = await _check_layer(db, draft, repository.frame_of(areas), at=at)
    else:
        found = await _refusals(db, draft, at=at)
        found += await _of_table(db, draft, at=at) if draft.kind != Kind.LAYER else []
    return [_with_acceptance(one, draft) for one in found]


def _with_acceptance(found: Check, draft: Draft) -> Check:
    return replace(found, accepted=draft.accepted.get(found.key)) if found.acceptable else found


async def _refusals(db: AsyncSession, draft: Draft, *, at: datetime) -> list[Check]:
    """Put the draft in force and take it back at once: what refuses it is an error."""
    try:
        async with rehearsed(db, draft, at=at):
            return []
    except GridsvcError as error:
        return [Check(code=error.code, severity=Severity.ERROR, areas=(), en=error.en, zh=error.zh)]


async def _of_table(db: AsyncSession, draft: Draft, *, at: datetime) -> list[Check]:
    register, own = register_of(draft.kind), draft.rows or []
    current = await register.read(db, at)
    found = [_nothing_left()] if register.is_bare(own) and not register.is_bare(current) else []
    if draft.kind == Kind.RESPONSIBILITIES:
        found += await ended_without_lead(db, current, own, at=at)
    return found


def _nothing_left() -> Check:
    return Check(
        code="leaves_nothing",
        severity=Severity.WARNING,
        areas=(),
        en="The draft has no rows: everything in force would end.",
        zh="草案没有任何行：现行内容将全部终止。",
    )


async def _check_layer(
    db: AsyncSession, draft: Draft, frame: geopandas.GeoDataFrame, *, at: datetime
) -> list[Check]:
    layer = await repository.layer_of(db, draft)
    above = await above_of(db, layer, at=at)
    findings = await asyncio.to_thread(
        validate,
        frame,
        parents=above.areas if above else None,
        tiles=layer.tiles,
        overlap_allowed=layer.overlap_allowed,
    )
    return [
        *map(of_finding, findings),
        *await _below(db, draft, layer, frame, at=at),
        *await lost_references(db, layer, set(frame["code"]), at=at),
        *(await _of_zones(db, draft, layer, frame, at=at) if layer.level is None else ()),
    ]


async def _of_zones(
    db: AsyncSession, draft: Draft, layer: Layer, frame: geopandas.GeoDataFrame, *, at: datetime
) -> list[Check]:
    current = await release_in_force(db, draft.layer_id, at=at)
    known = {area["code"] for area in await repository.areas_of_release(db, current and current.id)}
    return [
        *await new_without_lead(db, layer, frame[~frame["code"].isin(known)], at=at),
        *await asyncio.to_thread(far_from_city, frame, await ground(db, at=at)),
    ]


async def above_of(db: AsyncSession, layer: Layer, *, at: datetime) -> Above | None:
    """Find what the areas of a layer belong to: the nearest level above that has any."""
    for level in levels_above(layer.level):
        frame = await frame_in_force(db, level, at=at)
        if len(frame):
            return Above(level, frame)
    return None


async def _below(
    db: AsyncSession, draft: Draft, layer: Layer, frame: geopandas.GeoDataFrame, *, at: datetime
) -> list[Check]:
    """Find areas of the levels below whose parent is gone, or no longer holds them."""
    base = await release_in_force(db, draft.layer_id, at=at)
    old = {a["code"]: a for a in await repository.areas_of_release(db, base and base.id)}
    new = dict(zip(frame["code"], frame.geometry, strict=True))
    touched = {code for code, area in old.items() if new.get(code) != area["geometry"]}
    found: list[Check] = []
    for level in LEVELS if touched and layer.level else ():
        if layer.level in levels_above(level):
            children = await frame_in_force(db, level, at=at)
            mine = children[children["parent"].isin(touched)].reset_index(drop=True)
            if len(mine):
                findings = await asyncio.to_thread(
                    validate, mine, parents=frame, overlap_allowed=True
                )
                found += [
                    replace(of_finding(one), severity=Severity.WARNING)
                    for one in findings
                    if one.code in BELOW
                ]
    return found
