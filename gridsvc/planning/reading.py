"""Reading drafts for those who plan: as they stand, with what was done to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import Layer, Release
from gridsvc.auth.model import Account
from gridsvc.db.selection import Cursor
from gridsvc.planning import repository
from gridsvc.planning.findings import Check
from gridsvc.planning.model import Draft, DraftArea, DraftEdit, Rerouting

_BASE, _MADE = aliased(Release), aliased(Release)


def _drafts() -> Select[Draft, Layer, int, int, str, bool]:
    # Not the time of the request: what has just come into force began after that.
    waits = Draft.valid_from > func.clock_timestamp()
    return (
        select(Draft, Layer, _BASE.number, _MADE.number, Account.login, waits)
        .outerjoin(Layer, Layer.id == Draft.layer_id)
        .outerjoin(_BASE, _BASE.id == Draft.base_release_id)
        .outerjoin(_MADE, _MADE.id == Draft.release_id)
        .outerjoin(Account, Account.id == Draft.created_by)
    )


def _described(row: Sequence[Any]) -> dict[str, Any]:
    draft, layer, base, made, login, waits = row
    return {
        "id": str(draft.id),
        "kind": draft.kind,
        "layer": layer.name if layer else None,
        "layer_title": layer.title if layer else None,
        "layer_title_en": layer.title_en if layer else None,
        "title": draft.title,
        "note": draft.note,
        "state": "scheduled" if waits else draft.state,
        "version": draft.version,
        "base_release": base,
        "created_at": draft.created_at,
        "created_by": login,
        "valid_from": draft.valid_from,
        "release": made,
        "codes": draft.codes,
    }


async def one(db: AsyncSession, draft_id: UUID) -> dict[str, Any]:
    """Describe a draft."""
    await repository.get(db, draft_id)
    row = (await db.execute(_drafts().where(Draft.id == draft_id))).one()
    return _described(row)


async def page(
    db: AsyncSession, *, limit: int, after: Cursor | None
) -> tuple[list[dict[str, Any]], Cursor | None]:
    """Describe drafts, the newest first, and say where the next page begins."""
    statement = _drafts().order_by(Draft.created_at.desc(), Draft.id.desc()).limit(limit + 1)
    if after is not None:
        older = (Draft.created_at < after.at) | (
            (Draft.created_at == after.at) & (Draft.id < after.id)
        )
        statement = statement.where(older)
    found = [_described(row) for row in await db.execute(statement)]
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], Cursor(last["created_at"], UUID(last["id"])) if last else None


async def edits(db: AsyncSession, draft_id: UUID) -> list[dict[str, Any]]:
    """List what was done to a draft, the first thing first."""
    draft = await repository.get(db, draft_id)
    rows = await db.execute(
        select(DraftEdit, Account.login)
        .outerjoin(Account, Account.id == DraftEdit.actor_id)
        .where(DraftEdit.draft_id == draft.id)
        .order_by(DraftEdit.sequence)
    )
    return [
        {
            "sequence": edit.sequence,
            "at": edit.at,
            "by": login,
            "action": edit.action,
            "detail": edit.detail,
        }
        for edit, login in rows
    ]


async def codes(db: AsyncSession, draft_id: UUID, *, limit: int) -> list[tuple[str, str]]:
    """List codes and names of a draft's areas."""
    own = select(DraftArea.code, DraftArea.name).where(DraftArea.draft_id == draft_id)
    found = await db.execute(own.order_by(DraftArea.code).limit(limit))
    return [(code, name) for code, name in found]


async def rows(db: AsyncSession, draft_id: UUID) -> list[dict[str, Any]]:
    """Read the rows of a draft of a table; one of a layer has none."""
    return (await repository.get(db, draft_id)).rows or []


async def features(db: AsyncSession, draft_id: UUID) -> dict[str, Any]:
    """Read the areas of a draft as GeoJSON, longitude first in WGS84."""
    draft = await repository.get(db, draft_id)
    areas = await repository.areas_of_draft(db, draft)
    return {"type": "FeatureCollection", "features": [_feature(area) for area in areas]}


def _feature(area: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in area.items() if name != "geometry"}
    said["parent"] = said.pop("parent_code")
    geometry = shapely.geometry.mapping(area["geometry"])
    return {"type": "Feature", "properties": said, "geometry": geometry}


def as_check(one: Check) -> dict[str, Any]:
    """Write a finding as the API shows it."""
    return {
        "key": one.key,
        "code": one.code,
        "severity": one.severity.value,
        "areas": list(one.areas),
        "en": one.en,
        "zh": one.zh,
        "area_m2": one.area_m2,
        "place": as_geojson(one.place),
        "accepted": one.accepted,
        "blocks": one.blocks,
    }


def as_rerouting(run: Rerouting) -> dict[str, Any]:
    """Write a run over the open cases as the API shows it."""
    return {
        "id": str(run.id),
        "reason": run.reason,
        "state": run.state,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "total": run.total,
        "seen": run.seen,
        "changed": run.changed,
        "failure": run.failure,
    }


def as_geojson(shape: BaseGeometry | None) -> dict[str, Any] | None:
    """Write a shape as GeoJSON; an empty one is none."""
    if shape is None or shape.is_empty:
        return None
    written: dict[str, Any] = shapely.geometry.mapping(shape)
    return written
