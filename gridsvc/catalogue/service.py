"""Publishing a category scheme. A new version follows an old one; no case is orphaned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.clock.limit import Limit, Unit
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid


async def publish_scheme(
    db: AsyncSession,
    code: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    name: str,
    valid_from: datetime,
) -> CategoryScheme:
    """Put a scheme's categories in force from a time on; an older version ends then."""
    own = CategoryScheme.code == code
    newest = select(CategoryScheme).where(own).order_by(CategoryScheme.version.desc()).limit(1)
    last: CategoryScheme | None = await db.scalar(newest)
    if last is not None and valid_from <= last.valid_from:
        since = last.valid_from.isoformat()
        raise Conflict(
            "scheme_exists",
            en=f'Scheme "{code}" has a version from {since} on; the next one must begin later.',
            zh=f"分类方案“{code}”已有自 {since} 起生效的版本；新版本须晚于此时间。",
            field="valid_from",
        )
    await db.execute(
        update(CategoryScheme)
        .where(own, CategoryScheme.valid_to.is_(None))
        .values(valid_to=valid_from)
    )
    scheme = CategoryScheme(
        code=code, version=last.version + 1 if last else 1, name=name, valid_from=valid_from
    )
    db.add(scheme)
    await db.flush()
    values = [_category(row, number) for number, row in enumerate(rows, start=1)]
    await db.execute(insert(Category), [{**value, "scheme_id": scheme.id} for value in values])
    return scheme


def _category(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    for field, allowed in (("kind", {"component", "event"}), ("limit_unit", set(Unit))):
        if row[field] not in allowed:
            listed = ", ".join(sorted(allowed))
            raise Invalid(
                f"unknown_{field}",
                en=f"Row {number}: {field} is {row[field]!r}, not one of {listed}.",
                zh=f"第 {number} 行：{field} 为 {row[field]!r}，应为 {listed} 之一。",
                field=field,
                row=number,
            )
    limit = Limit(int(row["limit_value"]), Unit(row["limit_unit"]))
    return {
        "id": new_id(),
        "code": row["code"],
        "name": row["name"],
        "name_en": row.get("name_en"),
        "major_code": row["major"],
        "major_name": row["major_name"],
        "major_name_en": row.get("major_name_en"),
        "kind": row["kind"],
        "limit_value": int(limit.value),
        "limit_unit": limit.unit.value,
    }
