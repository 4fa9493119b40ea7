"""What may not be of components, the database itself refuses, whoever writes."""

from typing import Any

import pytest
import shapely
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import MapVersion
from gridsvc.assets.model import Asset
from gridsvc.db.base import new_id
from tests.assets.things import lamp, later, spot, standing

ENDING = {"valid_to", "ended_at", "ended_by"}
CHANGED: dict[str, Any] = {
    "attributes": {"a": 1},
    "category_code": "0102",
    "code": lamp(9),
    "geometry": spot(2, 1),
    "id": new_id(),
    "maintainer_id": new_id(),
    "name": "x",
    "owner_id": new_id(),
    "recorded_at": later(1),
    "recorded_by": new_id(),
    "scheme": "x",
    "state": "damaged",
    "valid_from": later(1),
}


async def test_every_column_is_tried() -> None:
    assert CHANGED.keys() | ENDING == set(Asset.__table__.columns.keys())


@pytest.mark.parametrize("column", CHANGED)
async def test_what_holds_may_only_be_ended(db: AsyncSession, column: str) -> None:
    await standing(db, {"code": lamp(1), "geometry": spot(1, 1)})
    with pytest.raises(DBAPIError, match="may only be ended"):
        await db.execute(update(Asset).values({column: CHANGED[column]}))


async def test_nothing_is_deleted_or_emptied(db: AsyncSession) -> None:
    await standing(db, {"code": lamp(1), "geometry": spot(1, 1)})
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    async with db.begin_nested() as trial:
        with pytest.raises(DBAPIError, match="may only be ended"):
            await db.execute(delete(Asset))
        await trial.rollback()
    with pytest.raises(DBAPIError, match="cannot be truncated"):
        await db.execute(text("TRUNCATE asset CASCADE"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "1"},
        {"code": lamp(1) + "\n"},
        {"state": "broken"},
        {"geometry": shapely.Point()},
        {"geometry": shapely.GeometryCollection([spot(1, 1)])},
        {"valid_from": later(2), "valid_to": later(1)},
        {"owner_id": new_id()},
    ],
)
async def test_none_is_without_code_owner_state_or_shape(
    db: AsyncSession, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        await standing(db, {"code": lamp(1), "geometry": spot(1, 1)} | wrong)


@pytest.mark.parametrize(("since", "until"), [(0, None), (5, None), (-5, 3), (-5, None), (2, 3)])
async def test_a_code_is_in_force_once(db: AsyncSession, since: int, until: int | None) -> None:
    await standing(db, {"code": lamp(1), "geometry": spot(1, 1), "valid_to": later(10)})
    again = {"valid_from": later(since), "valid_to": None if until is None else later(until)}
    with pytest.raises(IntegrityError, match="ex_asset_one_version_in_force"):
        await standing(db, {"code": lamp(1), "geometry": spot(1, 1)} | again)


async def test_an_ending_makes_the_next_version_of_the_map(db: AsyncSession) -> None:
    await standing(db, {"code": lamp(1), "geometry": spot(1, 1)})
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    before = await db.scalar(select(MapVersion.number))
    async with db.begin_nested():
        await db.execute(text("SELECT set_config('gridsvc.map_changed_by', '', true)"))
        await db.execute(update(Asset).values(valid_to=later(3)))
    assert await db.scalar(select(MapVersion.number)) == (before or 0) + 1
