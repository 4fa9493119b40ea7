"""Publishing a category scheme. A new version follows an old one; no case is orphaned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.entry import KINDS, Entry, Filing, shortest
from gridsvc.catalogue.model import Category, CategoryScheme, FilingCondition
from gridsvc.catalogue.repository import newest_version
from gridsvc.clock.limit import Limit, Unit
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a version of a scheme is called, and which order of event majors it follows."""

    name: str
    name_en: str | None = None
    numbering: str | None = None


async def publish_scheme(
    db: AsyncSession,
    code: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    name: str,
    valid_from: datetime,
) -> CategoryScheme:
    """Put the categories of a plain table in force from a time on; see `publish`."""
    entries = [entry_of(row, number) for number, row in enumerate(rows, start=1)]
    return await publish(db, code, entries, title=Title(name=name), valid_from=valid_from)


async def publish(
    db: AsyncSession, code: str, entries: Iterable[Entry], *, title: Title, valid_from: datetime
) -> CategoryScheme:
    """Put a scheme's categories in force from a time on; an older version ends then."""
    await hold_scheme(db, code)
    last = await newest_version(db, code)
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
        .where(CategoryScheme.code == code, CategoryScheme.valid_to.is_(None))
        .values(valid_to=valid_from)
    )
    scheme = CategoryScheme(
        code=code,
        version=last.version + 1 if last else 1,
        name=title.name,
        name_en=title.name_en,
        numbering=title.numbering,
        valid_from=valid_from,
    )
    db.add(scheme)
    await db.flush()
    await _put(db, scheme.id, entries)
    return scheme


async def hold_scheme(db: AsyncSession, code: str) -> None:
    """Wait until nobody else changes a scheme, and keep others from it until the commit."""
    name = func.hashtext(f"gridsvc.scheme.{code}")
    await db.execute(select(func.pg_advisory_xact_lock(name)))


async def _put(db: AsyncSession, scheme_id: UUID, entries: Iterable[Entry]) -> None:
    numbered = [(new_id(), entry) for entry in entries]
    await db.execute(
        insert(Category), [_category(entry, id_, scheme_id) for id_, entry in numbered]
    )
    conditions = [
        _condition(filing, id_, position)
        for id_, entry in numbered
        for position, filing in enumerate(entry.conditions, start=1)
    ]
    if conditions:
        await db.execute(insert(FilingCondition), conditions)


def _category(entry: Entry, id_: UUID, scheme_id: UUID) -> dict[str, Any]:
    return {
        "id": id_,
        "scheme_id": scheme_id,
        "code": entry.code,
        "name": entry.name,
        "name_en": entry.name_en,
        "major_code": entry.major_code,
        "major_name": entry.major_name,
        "major_name_en": entry.major_name_en,
        "kind": entry.kind,
        **_limit(entry.limit),
    }


def _condition(filing: Filing, category_id: UUID, position: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "category_id": category_id,
        "position": position,
        "code": filing.code,
        "text": filing.text,
        "text_en": filing.text_en,
        "closing": filing.closing,
        "closing_en": filing.closing_en,
        "lead": filing.lead,
        "supervisor": filing.supervisor,
        **_limit(filing.limit),
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {"limit_value": int(limit.value), "limit_unit": limit.unit.value}


def entry_of(row: Mapping[str, Any], number: int) -> Entry:
    """Read a row of a plain table, in which limits are a number and the name of a unit."""
    for field, allowed in (("kind", set(KINDS)), ("limit_unit", set(Unit))):
        if row[field] not in allowed:
            listed = ", ".join(sorted(allowed))
            raise Invalid(
                f"unknown_{field}",
                en=f"Row {number}: {field} is {row[field]!r}, not one of {listed}.",
                zh=f"第 {number} 行：{field} 为 {row[field]!r}，应为 {listed} 之一。",
                field=field,
                row=number,
            )
    conditions = tuple(row.get("conditions", ()))
    return Entry(
        code=row["code"],
        name=row["name"],
        name_en=row.get("name_en"),
        major_code=row["major"],
        major_name=row["major_name"],
        major_name_en=row.get("major_name_en"),
        kind=row["kind"],
        limit=shortest(conditions).limit
        if conditions
        else Limit(int(row["limit_value"]), Unit(row["limit_unit"])),
        conditions=conditions,
    )
