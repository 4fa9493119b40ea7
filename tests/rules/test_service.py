"""Rows of spreadsheets become rules in force, and the same rows again."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.errors import Invalid, NotFound
from gridsvc.rules.book import Sheets, findings_at, read_book
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
from gridsvc.rules.service import (
    Saved,
    border_rows,
    check,
    end_border,
    end_rule,
    put,
    put_special_list,
    rule_rows,
    special_day_rows,
)
from tests.factories import BEGAN, make_account
from tests.rules.sheets import border_row, day_row, rule_row

MAY = datetime(2026, 5, 1, tzinfo=BEGAN.tzinfo)
JUNE = MAY + timedelta(days=31)
JULY = JUNE + timedelta(days=30)


async def validities(db: AsyncSession, table: Any) -> list[tuple[datetime, datetime | None]]:
    rows = await db.execute(
        select(table.valid_from, table.valid_to).order_by(table.valid_from, table.recorded_at)
    )
    return [(since, until) for since, until in rows]


async def titles(db: AsyncSession, at: datetime) -> dict[str, str]:
    return {row["code"]: row["title"] for row in await rule_rows(db, at)}


class TestRoundTrip:
    async def test_rules_come_back_as_they_went_in(self, db: AsyncSession) -> None:
        given = rule_row(
            kind="event", season="11-15..03-15", weekdays="1-5", priority="3", co_layers="power"
        )
        saved = await put(db, Sheets(rules=[given, rule_row("all", category=None)]), valid_from=MAY)
        assert (saved.begun, saved.ended, saved.kept) == (2, 0, 0)
        rows = await rule_rows(db, MAY)
        assert rows[1] == {
            **given,
            "scheme": "test",
            "weekdays": "1;2;3;4;5",
            "priority": 3,
            "special_days": None,
            "estate_types": None,
            "lead": None,
        }
        again = await put(db, Sheets(rules=rows), valid_from=JUNE, replace=True)
        assert (again.begun, again.ended, again.kept) == (0, 0, 2)
        assert await rule_rows(db, JUNE) == rows

    @pytest.mark.parametrize(
        "shape",
        [
            "POLYGON ((104.001 30.601, 104.012 30.601, 104.012 30.612, 104.001 30.601))",
            {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[104.001, 30.601], [104.012, 30.601], [104.012, 30.612], [104.001, 30.601]]]
                ],
            },
        ],
    )
    async def test_border_policies_come_back_with_their_shapes(
        self, db: AsyncSession, shape: Any
    ) -> None:
        given = border_row(kind="exception", shape=shape, category="02", within_m=None)
        await put(db, Sheets(borders=[given, border_row("side")]), valid_from=MAY)
        rows = await border_rows(db, MAY)
        assert [row["code"] for row in rows] == ["G00-G01", "side"]
        again = await put(db, Sheets(borders=rows), valid_from=JUNE, replace=True)
        assert (again.begun, again.ended, again.kept) == (0, 0, 2)
        assert await border_rows(db, JUNE) == rows

    async def test_special_days_come_back(self, db: AsyncSession) -> None:
        rows = [
            {"list": "firework_ban", "title": "禁放日", "title_en": None, "day": day}
            for day in ("2026-02-16", "2026-02-17")
        ]
        await put(db, Sheets(special_days=rows), valid_from=MAY)
        assert await special_day_rows(db, MAY) == rows
        assert (await put(db, Sheets(special_days=rows), valid_from=JUNE, replace=True)).kept == 2


class TestVersions:
    async def test_only_what_changes_ends_and_begins(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row("a"), rule_row("b", priority=1)]), valid_from=MAY)
        rows = [rule_row("a"), rule_row("b", priority=1, title="新")]
        saved = await put(db, Sheets(rules=rows), valid_from=JUNE)
        assert (saved.begun, saved.ended, saved.kept) == (1, 1, 1)
        assert await titles(db, MAY) == {"a": "夜间施工噪声归城管", "b": "夜间施工噪声归城管"}
        assert await titles(db, JUNE) == {"a": "夜间施工噪声归城管", "b": "新"}
        assert await validities(db, RoutingRule) == [(MAY, None), (MAY, JUNE), (JUNE, None)]

    async def test_what_is_replaced_ends(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row("a"), rule_row("b", priority=1)]), valid_from=MAY)
        saved = await put(
            db, Sheets(rules=[rule_row("b", priority=1)]), valid_from=JUNE, replace=True
        )
        assert (saved.begun, saved.ended, saved.kept) == (0, 1, 1)
        assert list(await titles(db, JUNE)) == ["b"]

    async def test_a_change_before_a_planned_one_holds_until_then(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row(title="一")]), valid_from=MAY)
        await put(db, Sheets(rules=[rule_row(title="三")]), valid_from=JULY)
        await put(db, Sheets(rules=[rule_row(title="二")]), valid_from=JUNE)
        await put(db, Sheets(rules=[rule_row("other", priority=1)]), valid_from=JULY)
        await put(db, Sheets(rules=[rule_row("other", priority=2)]), valid_from=JUNE)
        told = [(await titles(db, at)).get("night-noise") for at in (MAY, JUNE, JULY)]
        assert told == ["一", "二", "三"]
        assert await validities(db, RoutingRule) == [
            (MAY, JUNE),
            (JUNE, JULY),
            (JUNE, JULY),
            (JULY, None),
            (JULY, None),
        ]

    async def test_what_is_put_right_for_the_same_moment_never_held(self, db: AsyncSession) -> None:
        for title in ("错", "对"):
            await put(db, Sheets(rules=[rule_row(title=title)]), valid_from=MAY)
        assert await titles(db, MAY) == {"night-noise": "对"}
        assert set(await validities(db, RoutingRule)) == {(MAY, MAY), (MAY, None)}

    async def test_a_rule_ends_with_what_is_planned_of_it(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row(title="一")]), valid_from=MAY)
        await put(db, Sheets(rules=[rule_row(title="二")]), valid_from=JULY)
        assert (await end_rule(db, "night-noise", valid_from=JUNE)).ended == 2
        assert await titles(db, JUNE) == await titles(db, JULY) == {}
        assert (await end_rule(db, "night-noise", valid_from=JULY)).ended == 0
        with pytest.raises(NotFound):
            await end_rule(db, "never", valid_from=JUNE)

    async def test_a_border_policy_ends(self, db: AsyncSession) -> None:
        await put(db, Sheets(borders=[border_row()]), valid_from=MAY)
        assert (await end_border(db, "G00-G01", valid_from=JUNE)).ended == 1
        assert await validities(db, BorderPolicyRow) == [(MAY, JUNE)]
        with pytest.raises(NotFound):
            await end_border(db, "never", valid_from=JUNE)

    async def test_a_list_of_special_days_is_made_anew_and_others_stay(
        self, db: AsyncSession
    ) -> None:
        rows = [day_row(), day_row("2026-02-18"), day_row(list="holidays")]
        await put(db, Sheets(special_days=rows), valid_from=MAY)
        saved = await put_special_list(
            db, "firework_ban", [day_row("2026-02-18"), day_row("2026-02-19")], valid_from=JUNE
        )
        assert (saved.begun, saved.ended, saved.kept) == (1, 1, 1)
        left = [(row["list"], row["day"]) for row in await special_day_rows(db, JUNE)]
        assert left == [
            ("firework_ban", "2026-02-18"),
            ("firework_ban", "2026-02-19"),
            ("holidays", "2026-02-17"),
        ]

    async def test_who_changed_it_is_kept(self, db: AsyncSession) -> None:
        first = await make_account(db, "wu.di", Role.PLANNER)
        second = await make_account(db, "li.na", Role.PLANNER)
        await put(db, Sheets(rules=[rule_row(title="一")]), valid_from=MAY, by=first.id)
        await put(db, Sheets(rules=[rule_row(title="二")]), valid_from=JUNE, by=second.id)
        table = RoutingRule
        rows = select(table.recorded_by, table.ended_by, table.ended_at.is_not(None))
        assert list(await db.execute(rows.order_by(table.valid_from))) == [
            (first.id, second.id, True),
            (second.id, None, False),
        ]


class TestRefusing:
    async def test_a_row_stands_once(self, db: AsyncSession) -> None:
        with pytest.raises(Invalid, match="Row 2: a stands in an earlier row"):
            await put(db, Sheets(rules=[rule_row("a"), rule_row("a", priority=1)]), valid_from=MAY)

    async def test_an_error_keeps_everything_out_and_all_findings_are_told(
        self, db: AsyncSession
    ) -> None:
        rows = [rule_row("a", layers="sewers"), rule_row("b"), rule_row("c", priority=1)]
        with pytest.raises(Invalid) as error:
            await put(db, Sheets(rules=rows), valid_from=MAY)
        assert error.value.code == "rules_refused"
        findings = error.value.detail["findings"]
        assert isinstance(findings, list)
        assert [(one["code"], one["severity"], one["rows"]) for one in findings] == [
            ("tie", "error", ["a", "b"]),
            ("unknown_layer", "error", ["a"]),
            ("shadowed", "warning", ["c", "a"]),
        ]
        assert await db.scalar(select(func.count()).select_from(RoutingRule)) == 0

    async def test_a_tie_with_what_is_planned_is_found(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row("later")]), valid_from=JULY)
        with pytest.raises(Invalid, match='"later" and "now" may hold at one moment'):
            await put(db, Sheets(rules=[rule_row("now")]), valid_from=MAY)

    async def test_a_list_that_a_rule_names_may_not_go(self, db: AsyncSession) -> None:
        sheets = Sheets(rules=[rule_row(special_days="firework_ban")], special_days=[day_row()])
        await put(db, sheets, valid_from=MAY)
        with pytest.raises(Invalid, match="no such list then"):
            await put_special_list(db, "firework_ban", [], valid_from=JUNE)

    async def test_an_error_that_was_there_before_is_in_nobodys_way(self, db: AsyncSession) -> None:
        await put(db, Sheets(borders=[border_row()]), valid_from=MAY)
        db.add(
            BorderPolicyRow(
                code="old", title="旧", kind="side", layer="gone", areas=["x"], valid_from=MAY
            )
        )
        await db.flush()
        assert {one.code for one in await findings_at(db, await read_book(db), MAY)} >= {
            "unknown_layer"
        }
        saved = await put(db, Sheets(borders=[border_row(title="新")]), valid_from=JUNE)
        assert (saved.begun, list(saved.warnings)) == (1, [])


class TestChecking:
    async def test_it_finds_what_putting_would_and_saves_nothing(self, db: AsyncSession) -> None:
        sheets = Sheets(
            rules=[rule_row(layers="sewers")],
            borders=[border_row(areas="G01;G99")],
            special_days=[day_row()],
        )
        found = await check(db, sheets, valid_from=MAY)
        assert [one.code for one in found] == ["unknown_area", "unknown_layer"]
        for table in (RoutingRule, BorderPolicyRow, SpecialDayRow):
            assert await db.scalar(select(func.count()).select_from(table)) == 0

    async def test_replacing_may_mend(self, db: AsyncSession) -> None:
        await put(db, Sheets(rules=[rule_row("a")]), valid_from=MAY)
        sheets = Sheets(rules=[rule_row("b")])
        assert [one.code for one in await check(db, sheets, valid_from=JUNE)] == ["tie"]
        assert list(await check(db, sheets, valid_from=JUNE, replace=True)) == []


async def test_of_two_who_save_at_once_the_second_is_checked_with_the_first(city_url: str) -> None:
    database = Database.connect(city_url, pool_size=2)

    async def save(code: str) -> Saved:
        async with database.transaction() as db:
            return await put(db, Sheets(rules=[rule_row(code)]), valid_from=MAY)

    told = await asyncio.gather(save("a"), save("b"), return_exceptions=True)
    await database.close()
    assert sorted(type(one).__name__ for one in told) == ["Invalid", "Saved"]
