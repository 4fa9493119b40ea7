"""What the tables of rules refuse, and how their rows are read."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import MapVersion, Organisation
from gridsvc.db.base import new_id
from gridsvc.db.session import Database
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
from gridsvc.rules.repository import border_policies, rules, special_days
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import special_days_at
from gridsvc.rules.window import Hours, Season, Window
from tests.factories import BEGAN, cell

LATER = BEGAN + timedelta(days=30)
RULE = {"code": "R1", "title": "夜间施工噪声", "valid_from": BEGAN}
POLICY = {
    "code": "B1",
    "title": "中心线归北",
    "kind": "side",
    "layer": "grid",
    "areas": ["G01", "G00"],
    "valid_from": BEGAN,
}
DAY = {
    "list_code": "firework_ban",
    "title": "禁放日",
    "day": date(2026, 2, 17),
    "valid_from": BEGAN,
}
ROWS = [(RoutingRule, RULE), (BorderPolicyRow, POLICY), (SpecialDayRow, DAY)]


async def put(db: AsyncSession, table: Any, values: dict[str, Any]) -> Any:
    id_ = new_id()
    await db.execute(insert(table).values(id=id_, **values))
    return id_


class TestReading:
    async def test_a_rule_is_read_as_the_value_that_it_is(self, db: AsyncSession) -> None:
        power = (await db.scalars(select(Organisation.id).limit(1))).one()
        id_ = await put(
            db,
            RoutingRule,
            {
                **RULE,
                "scheme": "test",
                "category_code": "0301",
                "kind": "event",
                "hours": "22:00-06:00",
                "season": "11-15..03-15",
                "weekdays": "1;2",
                "special_days": "firework_ban",
                "estate_types": ["lane"],
                "priority": 1,
                "layers": ["cleaning", "street"],
                "co_handler_ids": [power],
                "co_layers": ["power"],
            },
        )
        assert list(await rules(db)) == [
            Rule(
                id=id_,
                code="R1",
                title="夜间施工噪声",
                scheme="test",
                category_code="0301",
                kind="event",
                window=Window(
                    Hours(time(22), time(6)),
                    Season((11, 15), (3, 15)),
                    frozenset({1, 2}),
                    "firework_ban",
                ),
                estate_types=frozenset({"lane"}),
                priority=1,
                layers=("cleaning", "street"),
                co_handlers=(power,),
                co_layers=("power",),
                valid_from=BEGAN,
            )
        ]

    async def test_a_policy_brings_its_shape(self, db: AsyncSession) -> None:
        shape = shapely.multipolygons([cell(0.5, 0.5)])
        id_ = await put(db, BorderPolicyRow, {**POLICY, "shape": shape, "within_m": 7.5})
        bare = await put(db, BorderPolicyRow, {**POLICY, "code": "B2", "valid_to": LATER})
        whole = BorderPolicy(
            id=id_,
            code="B1",
            title="中心线归北",
            kind=BorderKind.SIDE,
            layer="grid",
            areas=("G01", "G00"),
            within_m=7.5,
            shape=shape,
            valid_from=BEGAN,
        )
        assert list(await border_policies(db)) == [
            whole,
            replace(whole, id=bare, code="B2", shape=None, within_m=0.0, valid_to=LATER),
        ]

    async def test_special_days_are_lists_at_a_time(self, db: AsyncSession) -> None:
        await put(db, SpecialDayRow, {**DAY, "valid_to": LATER})
        await put(db, SpecialDayRow, {**DAY, "day": date(2026, 3, 3)})
        found = await special_days(db)
        both = {date(2026, 2, 17), date(2026, 3, 3)}
        assert special_days_at(found, BEGAN) == {"firework_ban": both}
        assert special_days_at(found, LATER) == {"firework_ban": {date(2026, 3, 3)}}
        assert special_days_at(found, BEGAN - timedelta(days=1)) == {}


class TestGuards:
    @pytest.mark.parametrize(("table", "values"), ROWS)
    async def test_two_versions_are_never_in_force_together(
        self, db: AsyncSession, table: Any, values: dict[str, Any]
    ) -> None:
        await put(db, table, {**values, "valid_to": LATER})
        await put(db, table, {**values, "valid_from": LATER})
        with pytest.raises(IntegrityError, match="one_version_in_force"):
            await put(db, table, {**values, "valid_from": LATER + timedelta(days=1)})

    @pytest.mark.parametrize(("table", "values"), ROWS)
    async def test_what_ended_when_it_began_is_in_nobodys_way(
        self, db: AsyncSession, table: Any, values: dict[str, Any]
    ) -> None:
        await put(db, table, {**values, "valid_to": BEGAN})
        await put(db, table, values)

    @pytest.mark.parametrize(("table", "values"), ROWS)
    async def test_a_row_may_be_ended_and_nothing_else(
        self, db: AsyncSession, table: Any, values: dict[str, Any]
    ) -> None:
        await put(db, table, values)
        await db.execute(update(table).values(valid_to=LATER, ended_at=LATER))
        assert (await db.scalars(select(table.valid_to))).one() == LATER
        for change in (
            "title = 'x'",
            "valid_from = now()",
            "recorded_at = now() - '1 d'::interval",
        ):
            with pytest.raises(IntegrityError, match="may only be ended"):
                async with db.begin_nested():
                    await db.execute(text(f"UPDATE {table.__tablename__} SET {change}"))
        with pytest.raises(IntegrityError, match="may only be ended"):
            await db.execute(text(f"DELETE FROM {table.__tablename__}"))

    @pytest.mark.parametrize(
        ("table", "values"),
        [
            (RoutingRule, {**RULE, "code": ""}),
            (RoutingRule, {**RULE, "kind": "thing"}),
            (RoutingRule, {**RULE, "priority": -1}),
            (RoutingRule, {**RULE, "category_code": "0301"}),
            (RoutingRule, {**RULE, "valid_to": BEGAN - timedelta(days=1)}),
            (BorderPolicyRow, {**POLICY, "kind": "guess"}),
            (BorderPolicyRow, {**POLICY, "areas": []}),
            (BorderPolicyRow, {**POLICY, "within_m": -1}),
            (SpecialDayRow, {**DAY, "list_code": ""}),
        ],
    )
    async def test_what_may_not_be_is_refused(
        self, db: AsyncSession, table: Any, values: dict[str, Any]
    ) -> None:
        with pytest.raises(IntegrityError):
            await put(db, table, values)


@pytest.mark.parametrize(("table", "values"), ROWS)
async def test_each_change_makes_a_new_version_of_the_map(
    city_url: str, table: Any, values: dict[str, Any]
) -> None:
    database = Database.connect(city_url, pool_size=1)
    number = select(MapVersion.number)
    async with database.transaction() as db:
        before = (await db.scalars(number)).one()
        await put(db, table, values)
    async with database.transaction() as db:
        assert (await db.scalars(number)).one() == before + 1
        await db.execute(update(table).values(valid_to=LATER))
    async with database.transaction() as db:
        assert (await db.scalars(number)).one() == before + 2
    await database.close()
