"""What names a code that a draft of a layer takes away: it would hold for nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Severity
from gridsvc.areas.model import Assignment, Layer, Worker
from gridsvc.areas.register import responsibility_rows
from gridsvc.areas.repository import in_force
from gridsvc.planning.findings import Check
from gridsvc.rules.cells import read_codes
from gridsvc.rules.service import border_rows


async def lost_references(
    db: AsyncSession, layer: Layer, codes: set[str], *, at: datetime
) -> list[Check]:
    """Find what names a code of a layer that is none of those that there will be."""
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


_ROLES = {"lead": "主责单位", "co_handler": "协办单位", "duty": "兜底单位"}


def _responsibility_lost(row: dict[str, Any]) -> Check:
    what = row["category"] or "*"
    return Check(
        code="responsibility_lost",
        severity=Severity.WARNING,
        areas=(row["area"],),
        en=f"{row['organisation']} is {row['role']} for {what} in {row['area']}, which is gone.",
        zh=f"{row['organisation']} 在 {row['area']} 为{_ROLES[row['role']]}（类别 {what}），"
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
