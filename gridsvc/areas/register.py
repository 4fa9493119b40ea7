"""Organisations, responsibilities and workers put in from tables: all rows land or none does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.areas.model import Assignment, Layer, Organisation, Responsibility, Worker
from gridsvc.areas.repository import in_force
from gridsvc.catalogue.repository import CategoryRecord, categories
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid

Rows = Sequence[Mapping[str, Any]]
"""Table rows by column name; a missing value is None."""


async def put_organisations(db: AsyncSession, rows: Rows) -> int:
    """Add organisations, or bring the names of known ones up to date. Parents may come later."""
    codes = await _ids(db, Organisation.code, Organisation.id)
    ids = {row["code"]: codes.get(row["code"]) or new_id() for row in rows}
    known = codes | ids
    values = [
        {
            "id": ids[row["code"]],
            "code": row["code"],
            "name": row["name"],
            "name_en": row.get("name_en"),
            "kind": row["kind"],
            "parent_id": _known(known, row.get("parent"), number, "parent"),
        }
        for number, row in enumerate(rows, start=1)
    ]
    if values:
        statement = upsert(Organisation).values(values)
        changed = {
            name: statement.excluded[name] for name in ("name", "name_en", "kind", "parent_id")
        }
        await db.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed))
    return len(values)


async def put_responsibilities(
    db: AsyncSession, rows: Rows, *, valid_from: datetime, replace: bool = False
) -> int:
    """Add responsibilities from a time on; `replace` ends all that are in force then."""
    organisations = dict((await db.execute(select(Organisation.code, Organisation.id))).all())
    layers = await _ids(db, Layer.name, Layer.id)
    scheme_of = _schemes(await categories(db), at=valid_from)
    values = [
        {
            "id": new_id(),
            "organisation_id": _known(organisations, row["organisation"], number, "organisation"),
            "layer_id": _known(layers, row["layer"], number, "layer"),
            "area_code": row.get("area"),
            "scheme_id": _known(scheme_of, row.get("category"), number, "category"),
            "category_code": row.get("category"),
            "role": row["role"],
            "priority": int(row.get("priority") or 0),
            "valid_from": valid_from,
        }
        for number, row in enumerate(rows, start=1)
    ]
    if replace:
        current = in_force(Responsibility, valid_from)
        await db.execute(update(Responsibility).where(current).values(valid_to=valid_from))
    if values:
        await _insert_responsibilities(db, values)
    return len(values)


async def _insert_responsibilities(db: AsyncSession, values: list[dict[str, Any]]) -> None:
    try:
        await db.execute(insert(Responsibility), values)
    except IntegrityError as error:
        if "ex_responsibility_one_lead" not in str(error.orig):
            raise
        raise Conflict(
            "two_leads",
            en="Two organisations would lead with the same priority for one area and category; "
            f"nothing was loaded. PostgreSQL says: {_detail(error)}",
            zh="同一区域、同一类别出现两个同优先级的主责单位，未载入任何数据。"
            f"数据库信息：{_detail(error)}",
            field="priority",
        ) from error


def _detail(error: IntegrityError) -> str:
    lines = [line for line in str(error.orig).splitlines() if "DETAIL" in line]
    return lines[0].removeprefix("DETAIL:").strip() if lines else "-"


def _schemes(records: Sequence[CategoryRecord], *, at: datetime) -> dict[str, UUID]:
    """Find the scheme of every minor and major code that is in force."""
    found: dict[str, UUID] = {}
    for record in records:
        if record.holds(at):
            found.setdefault(record.code, record.scheme_id)
            found.setdefault(record.major_code, record.scheme_id)
    return found


async def put_workers(db: AsyncSession, rows: Rows) -> int:
    """Add workers' posts."""
    organisations = await _ids(db, Organisation.code, Organisation.id)
    posts = [
        {
            "id": new_id(),
            "code": row["code"],
            "organisation_id": _known(organisations, row["organisation"], number, "organisation"),
        }
        for number, row in enumerate(rows, start=1)
    ]
    if posts:
        await db.execute(insert(Worker), posts)
    return len(posts)


async def put_assignments(db: AsyncSession, rows: Rows, *, valid_from: datetime) -> int:
    """Let workers look after grids from a time on."""
    workers = await _ids(db, Worker.code, Worker.id)
    duties = [
        {
            "id": new_id(),
            "worker_id": _known(workers, row["worker"], number, "worker"),
            "grid_code": row["grid"],
            "valid_from": valid_from,
        }
        for number, row in enumerate(rows, start=1)
    ]
    if duties:
        await db.execute(insert(Assignment), duties)
    return len(duties)


async def _ids(
    db: AsyncSession, code: InstrumentedAttribute[str], id_: InstrumentedAttribute[UUID]
) -> dict[str, UUID]:
    return {row[0]: row[1] for row in await db.execute(select(code, id_))}


def _known(ids: Mapping[str, UUID], code: str | None, number: int, field: str) -> UUID | None:
    if code is None:
        return None
    if code not in ids:
        raise Invalid(
            f"unknown_{field}",
            en=f'Row {number}: there is no {field} "{code}"; nothing was loaded.',
            zh=f"第 {number} 行：{field}“{code}”不存在，未载入任何数据。",
            field=field,
            row=number,
        )
    return ids[code]
