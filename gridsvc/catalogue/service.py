"""Publishing a category scheme. A new version follows an old one; no case is orphaned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.clock.limit import Unit
from gridsvc.db.base import new_id
from gridsvc.errors import Invalid


async def publish_scheme(
    db: AsyncSession,
    code: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    name: str,
    valid_from: datetime,
) -> CategoryScheme:
    """Put a scheme's categories in force from a time on; an older version ends then."""
    last = await db.scalar(
        select(func.max(CategoryScheme.version)).where(CategoryScheme.code == code)
    )
    await db.execute(
        update(CategoryScheme)
        .where(CategoryScheme.code == code, CategoryScheme.valid_to.is_(None))
        .values(valid_to=valid_from)
    )
    scheme = CategoryScheme(code=code, version=(last or 0) + 1, name=name, valid_from=valid_from)
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
    return {
        "id": new_id(),
        "code": row["code"],
        "name": row["name"],
        "name_en": row.get("name_en"),
        "major_code": row["major"],
        "major_name": row["major_name"],
        "major_name_en": row.get("major_name_en"),
        "kind": row["kind"],
        "limit_value": int(row["limit_value"]),
        "limit_unit": row["limit_unit"],
    }
