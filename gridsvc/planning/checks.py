"""What is wrong with a draft. An error keeps it from activation, a warning must be accepted."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import geopandas
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import ACCEPTABLE, Fault, Finding, Severity
from geodata.validate import validate
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.levels import levels_above
from gridsvc.areas.model import LEVELS, Assignment, Layer, Worker
from gridsvc.areas.parents import Above
from gridsvc.areas.register import responsibility_rows
from gridsvc.areas.repository import in_force
from gridsvc.errors import GridsvcError
from gridsvc.planning import repository
from gridsvc.planning.drafts import release_in_force
from gridsvc.planning.model import Draft
from gridsvc.planning.rehearsal import rehearsed
from gridsvc.rules.cells import read_codes
from gridsvc.rules.service import border_rows

BELOW = frozenset({Fault.UNKNOWN_PARENT, Fault.OUTSIDE_PARENT})
"""What a layer can do to the areas of the level below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A finding about a draft. Its key changes with what it says: another gap is another key."""

    code: str
    severity: Severity
    areas: tuple[str, ...]
    en: str
    zh: str
    area_m2: float | None = None
    place: Any = None
    accepted: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """A short name, by which the finding is accepted."""
        said = f"{self.code}|{','.join(self.areas)}|{self.en}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def acceptable(self) -> bool:
        """Whether a person may take responsibility for it."""
        return self.severity is Severity.WARNING or self.code in ACCEPTABLE

    @property
    def blocks(self) -> bool:
        """Whether it keeps the draft from activation."""
        if self.severity is Severity.INFO:
            return False
        return not self.acceptable or self.accepted is None


async def check(db: AsyncSession, draft: Draft, *, at: datetime) -> list[Check]:
    """Check a draft against the map that is in force at a time."""
    areas = await repository.areas_of_draft(db, draft)
    if areas:
        found = await _check_layer(db, draft, repository.frame_of(areas), at=at)
    else:
        found = await _refusals(db, draft, at=at)
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
        *map(_of_finding, findings),
        *await _below(db, draft, layer, frame, at=at),
        *await _lost_references(db, layer, frame, at=at),
    ]


def _of_finding(finding: Finding) -> Check:
    return Check(
        code=finding.code.value,
        severity=finding.severity,
        areas=finding.areas,
        en=finding.en,
        zh=finding.zh,
        area_m2=finding.area_m2,
        place=finding.place,
    )


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
                    replace(_of_finding(one), severity=Severity.WARNING)
                    for one in findings
                    if one.code in BELOW
                ]
    return found


async def _lost_references(
    db: AsyncSession, layer: Layer, frame: geopandas.GeoDataFrame, *, at: datetime
) -> list[Check]:
    """Find what names a code that will be gone: it would hold for nothing."""
    codes = set(frame["code"])
    rows = [
        row
        for row in await responsibility_rows(db, at=at)
        if row["layer"] == layer.name and row["area"] not in {None, *codes}
    ]
    found = [_responsibility_lost(row) for row in rows]
    found += _borders_lost(await border_rows(db, at), layer.name, codes)
    if layer.level == "grid":
        found += _assignments_lost(await assignments(db, at=at), codes)
    return found


def _responsibility_lost(row: dict[str, Any]) -> Check:
    what = row["category"] or "*"
    return Check(
        code="responsibility_lost",
        severity=Severity.WARNING,
        areas=(row["area"],),
        en=f"{row['organisation']} is {row['role']} for {what} in {row['area']}, which is gone.",
        zh=f"{row['organisation']} 在 {row['area']} 担任 {row['role']}（类别 {what}），"
        "而该区域已撤销。",
    )


def _borders_lost(rows: Sequence[dict[str, Any]], layer: str, codes: set[str]) -> Iterator[Check]:
    for row in rows:
        gone = [code for code in read_codes(row["areas"]) if code not in codes]
        if row["layer"] == layer and gone:
            listed = ", ".join(gone)
            yield Check(
                code="border_lost",
                severity=Severity.WARNING,
                areas=tuple(gone),
                en=f"The border policy {row['code']} names {listed}, which is gone.",
                zh=f"边界规则 {row['code']} 所指的 {listed} 已撤销。",
            )


def _assignments_lost(assigned: Sequence[tuple[str, str]], codes: set[str]) -> Iterator[Check]:
    for worker, grid in assigned:
        if grid not in codes:
            yield Check(
                code="assignment_lost",
                severity=Severity.WARNING,
                areas=(grid,),
                en=f"The worker {worker} looks after {grid}, which is gone.",
                zh=f"网格员 {worker} 负责的网格 {grid} 已撤销。",
            )


async def assignments(db: AsyncSession, *, at: datetime) -> list[tuple[str, str]]:
    """List which worker looks after which grid at a time."""
    rows = await db.execute(
        select(Worker.code, Assignment.grid_code)
        .join(Assignment, Assignment.worker_id == Worker.id)
        .where(in_force(Assignment, at))
        .order_by(Assignment.grid_code, Worker.code)
    )
    return [(row[0], row[1]) for row in rows]
