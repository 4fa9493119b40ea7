"""Organisations, responsibilities and workers put in from tables: all rows land or none does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Assignment, Layer, Organisation, Responsibility, Worker
from gridsvc.areas.posts import link_posts
from gridsvc.areas.references import areas_from, ids_of, known, refuse_unknown_area
from gridsvc.areas.repository import in_force
from gridsvc.catalogue.repository import CategoryRecord, categories
from gridsvc.db.base import Base, new_id
from gridsvc.errors import Conflict, Invalid

Rows = Sequence[Mapping[str, Any]]
"""Table rows by column name; a missing value is None."""


async def put_organisations(db: AsyncSession, rows: Rows) -> int:
    """Add organisations, or bring known ones up to date. Parents may come later."""
    codes = await ids_of(db, Organisation.code, Organisation.id)
    ids = {row["code"]: codes.get(row["code"]) or new_id() for row in rows}
    parents = [
        known(codes | ids, row.get("parent"), number, "parent")
        for number, row in enumerate(rows, start=1)
    ]
    values = [
        {
            "id": ids[row["code"]],
            "code": row["code"],
            "name": row["name"],
            "name_en": row.get("name_en"),
            "kind": row["kind"],
        }
        for row in rows
    ]
    await _put(db, Organisation, values, changing=("name", "name_en", "kind"))
    # Linked when all are there: a parent may stand below its children.
    await _link(db, {ids[row["code"]]: parent for row, parent in zip(rows, parents, strict=True)})
    return len(values)


async def _put(
    db: AsyncSession, table: type[Base], values: list[dict[str, Any]], *, changing: Sequence[str]
) -> None:
    """Insert rows by code; of known ones the columns named are brought up to date."""
    if values:
        statement = upsert(table)
        changed = {name: statement.excluded[name] for name in changing}
        await db.execute(
            statement.on_conflict_do_update(index_elements=["code"], set_=changed), values
        )


async def _link(db: AsyncSession, parents: dict[UUID, UUID | None]) -> None:
    """Put organisations under their parents, where they are not yet."""
    listed = select(Organisation.id, Organisation.code, Organisation.parent_id)
    rows = (await db.execute(listed)).all()
    above = {row.id: row.parent_id for row in rows}
    _refuse_circles(above | parents, {row.id: row.code for row in rows})
    links = [
        {"id": one, "parent_id": parent} for one, parent in parents.items() if above[one] != parent
    ]
    if links:
        await db.execute(update(Organisation), links)


def _refuse_circles(above: Mapping[UUID, UUID | None], codes: Mapping[UUID, str]) -> None:
    tree = TopologicalSorter({one: {parent} for one, parent in above.items() if parent})
    try:
        tree.prepare()
    except CycleError as error:
        circle = " < ".join(codes[one] for one in error.args[1])
        raise Invalid(
            "circle_of_organisations",
            en=f"Organisations would lie above themselves: {circle}; nothing was loaded.",
            zh=f"单位的上下级成环：{circle}；未载入任何数据。",
            field="parent",
        ) from error


ROLES = ("lead", "co_handler", "duty")
MOST_PRIORITY = 32_767


async def hold_responsibilities(db: AsyncSession) -> None:
    """Let others who change responsibilities wait until the commit."""
    name = func.hashtext("gridsvc.responsibilities")
    await db.execute(select(func.pg_advisory_xact_lock(name)))


def read_responsibility(row: Mapping[str, Any], number: int) -> tuple[str, int]:
    """Read a row's role and priority; a value of the wrong kind is refused with its row."""
    texts = ("organisation", "layer", "area", "scheme", "category", "role")
    wrong = [name for name in texts if not isinstance(row.get(name), str | None)]
    role, priority = row.get("role"), str(row.get("priority") or 0)
    if role not in ROLES:
        wrong.append("role")
    if not (
        priority.isascii()
        and priority.isdecimal()
        and len(priority) <= 5
        and int(priority) <= MOST_PRIORITY
    ):
        wrong.append("priority")
    if wrong:
        name = wrong[0]
        raise Invalid(
            "invalid_cell",
            en=f"Row {number}: {name} cannot be {row.get(name)!r}; a role is one of "
            f"{', '.join(ROLES)}, a priority a whole number from 0 to {MOST_PRIORITY}, all else "
            "text.",
            zh=f"第 {number} 行：{name} 不能为 {row.get(name)!r}；role 为 {'、'.join(ROLES)} 之一，"
            f"priority 为 0 至 {MOST_PRIORITY} 的整数，其余为文本。",
            field=name,
            row=number,
        )
    return str(role), int(priority)


async def put_responsibilities(
    db: AsyncSession, rows: Rows, *, valid_from: datetime, replace: bool = False
) -> int:
    """Add responsibilities from a time on; `replace` ends all that are in force then."""
    await hold_responsibilities(db)
    read = [read_responsibility(row, number) for number, row in enumerate(rows, start=1)]
    organisations = await ids_of(db, Organisation.code, Organisation.id)
    layers = await ids_of(db, Layer.name, Layer.id)
    schemes = _schemes(await categories(db), at=valid_from)
    values = [
        {
            "id": new_id(),
            "organisation_id": known(organisations, row["organisation"], number, "organisation"),
            "layer_id": known(layers, row["layer"], number, "layer"),
            "area_code": row.get("area"),
            "scheme": _scheme(schemes, row, number),
            "category_code": row.get("category"),
            "role": role,
            "priority": priority,
            "valid_from": valid_from,
        }
        for number, (row, (role, priority)) in enumerate(zip(rows, read, strict=True), start=1)
    ]
    areas = await areas_from(db, since=valid_from)
    for number, row in enumerate(rows, start=1):
        refuse_unknown_area(areas, row["layer"], row.get("area"), number, field="area")
    if replace:
        await _end(db, Responsibility, at=valid_from)
    await _insert(db, Responsibility, values)
    return len(values)


async def responsibility_rows(db: AsyncSession, *, at: datetime) -> list[dict[str, Any]]:
    """Read what is in force at a time as `put_responsibilities` takes it, in a stable order."""
    names = ("organisation", "layer", "area", "scheme", "category", "role", "priority")
    columns = (
        Organisation.code,
        Layer.name,
        Responsibility.area_code,
        Responsibility.scheme,
        Responsibility.category_code,
        Responsibility.role,
        Responsibility.priority,
    )
    found = await db.execute(
        select(*columns)
        .join(Organisation, Organisation.id == Responsibility.organisation_id)
        .join(Layer, Layer.id == Responsibility.layer_id)
        .where(in_force(Responsibility, at))
        .order_by(Layer.name, *columns[2:], Organisation.code)
    )
    return [dict(zip(names, row, strict=True)) for row in found]


_REPLACED: Mapping[type[Base], tuple[str, str]] = {
    Responsibility: ("responsibilities", "职责"),
    Assignment: ("assignments", "网格分工"),
}
"""Table whose rows can be ended together: their name in both languages."""


async def _end(db: AsyncSession, table: type[Responsibility | Assignment], *, at: datetime) -> None:
    """End every row that is in force at a time."""
    if await db.scalar(select(table.id).where(table.valid_from == at).limit(1)):
        name, zh = _REPLACED[table]
        raise Conflict(
            f"{name}_exist",
            en=f"{name.capitalize()} already begin at {at.isoformat()}, so that --replace would "
            "end them before they held; choose another time with --valid-from.",
            zh=f"已有自 {at.isoformat()} 起生效的{zh}，--replace 会使其从未生效；"
            "请用 --valid-from 另选时间。",
            field="valid_from",
        )
    await db.execute(update(table).where(in_force(table, at)).values(valid_to=at))


_CONFLICTS: Mapping[str, tuple[str, str, str]] = {
    "ex_responsibility_one_lead": (
        "two_leads",
        "Two organisations would lead with the same priority for one area and category",
        "同一区域、同一类别出现两个同优先级的主责单位",
    ),
    "ex_assignment_once": (
        "assigned_already",
        "A worker already looks after that grid at that time",
        "该网格员在此期间已负责该网格",
    ),
}
"""Constraint of the database: stable code and sentences."""


async def _insert(db: AsyncSession, table: type[Base], values: list[dict[str, Any]]) -> None:
    if not values:
        return
    try:
        await db.execute(insert(table), values)
    except IntegrityError as error:
        said = str(error.orig)
        found = next((words for name, words in _CONFLICTS.items() if name in said), None)
        if found is None:
            raise
        code, en, zh = found
        raise Conflict(
            code,
            en=f"{en}; nothing was loaded. PostgreSQL says: {_detail(said)}",
            zh=f"{zh}，未载入任何数据。数据库信息：{_detail(said)}",
        ) from error


def _detail(said: str) -> str:
    lines = [line for line in said.splitlines() if "DETAIL" in line]
    return lines[0].removeprefix("DETAIL:").strip() if lines else "-"


def _schemes(records: Sequence[CategoryRecord], *, at: datetime) -> Mapping[str, set[str]]:
    """Find the codes of the schemes of every minor and major class that is in force."""
    found: dict[str, set[str]] = {}
    for record in records:
        if record.holds(at):
            for code in (record.code, record.major_code):
                found.setdefault(code, set()).add(record.scheme)
    return found


def _scheme(schemes: Mapping[str, set[str]], row: Mapping[str, Any], number: int) -> str | None:
    """Find the scheme of a row's category; where several have that code, the row names one."""
    code, named = row.get("category"), row.get("scheme")
    if code is None:
        return None
    those = schemes.get(code, set())
    fitting = {name for name in those if named in {None, name}}
    if len(fitting) > 1:
        listed = ", ".join(sorted(fitting))
        raise Invalid(
            "ambiguous_category",
            en=f'Row {number}: several schemes have a category "{code}" ({listed}); name one in a '
            "column scheme; nothing was loaded.",
            zh=f"第 {number} 行：多个分类方案都有“{code}”（{listed}）；请在 scheme 列指明；"
            "未载入任何数据。",
            field="scheme",
            row=number,
        )
    return known(dict(zip([code], fitting, strict=False)), code, number, "category")


async def put_workers(db: AsyncSession, rows: Rows) -> int:
    """Add workers' posts, or move known ones to another organisation.

    A column `account` links each post to the login of who holds it, an empty cell to nobody;
    without that column the links stay.
    """
    organisations = await ids_of(db, Organisation.code, Organisation.id)
    posts = [
        {
            "id": new_id(),
            "code": row["code"],
            "organisation_id": known(organisations, row["organisation"], number, "organisation"),
        }
        for number, row in enumerate(rows, start=1)
    ]
    await _put(db, Worker, posts, changing=("organisation_id",))
    if any("account" in row for row in rows):
        await link_posts(db, {row["code"]: row.get("account") for row in rows})
    return len(posts)


async def put_assignments(
    db: AsyncSession, rows: Rows, *, valid_from: datetime, replace: bool = False
) -> int:
    """Let workers look after grids from a time on; `replace` ends all that is in force then."""
    workers = await ids_of(db, Worker.code, Worker.id)
    areas = await areas_from(db, since=valid_from)
    duties = []
    for number, row in enumerate(rows, start=1):
        refuse_unknown_area(areas, "grid", row["grid"], number, field="grid")
        duties.append(
            {
                "id": new_id(),
                "worker_id": known(workers, row["worker"], number, "worker"),
                "grid_code": row["grid"],
                "valid_from": valid_from,
            }
        )
    if replace:
        await _end(db, Assignment, at=valid_from)
    await _insert(db, Assignment, duties)
    return len(duties)
