"""The workload page: what it counts, by which areas, and what it is asked."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Layer
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role, Scope
from tests.factories import BEGAN, cell, city_layers, frame
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.live import live
from tests.maps.reading import Reading, read
from tests.reports import opening

DAYS = {"from": "2026-01-01", "to": "2026-01-31"}
BESIDE = ["organisation", "worker"]
LATER = BEGAN + timedelta(days=60)


async def opened(client: httpx.AsyncClient, **asked: Any) -> Reading:
    return await opening.opened(client, "/maps/workload", **DAYS, **asked)


def filed(page: Reading, layer: str) -> dict[str, int]:
    """How many incidents the map shows in each area, by code; areas without any are left out."""
    facts = dict(page.data["sets"][f"areas:{layer}"]["facts"])
    pairs = zip(facts["Code"], facts["Filed"], strict=True)
    return {code: int(count) for code, count in pairs if count}


def chosen_unit(page: Reading) -> list[str | None]:
    """The units that the control offers."""
    options = [
        dict(attributes).get("value") for tag, attributes in page.elements if tag == "option"
    ]
    return options[: options.index("filed")]


async def put(
    db: AsyncSession, reporter: Account, *places: tuple[float, float], **more: Any
) -> None:
    register = await Register.read(db)
    db.add_all(
        incident(register, reporter, column=column, row=row, **more) for column, row in places
    )
    await db.commit()


async def publish_again(db: AsyncSession, spec: LayerSpec, *rows: Any) -> None:
    provenance = Provenance(source="test")
    await publish(db, spec, frame(*rows), valid_from=LATER, provenance=provenance)
    await db.commit()


CLEANING = next(spec for spec, _ in city_layers() if spec.name == "cleaning")


class TestCounts:
    @pytest.mark.parametrize(
        ("unit", "expected"),
        [
            ("grid", {"G00": 2, "G30": 1}),
            ("community", {"C1": 2, "C2": 1}),
            ("street", {"S1": 2, "S2": 1}),
            ("district", {"D1": 3}),
        ],
    )
    async def test_by_level_it_counts_where_incidents_lie(
        self,
        centre: httpx.AsyncClient,
        db: AsyncSession,
        reporter: Account,
        unit: str,
        expected: dict[str, int],
    ) -> None:
        await put(db, reporter, (0.2, 0.2), (0.8, 0.8), (3.5, 0.5))
        assert filed(await opened(centre, unit=unit), unit) == expected

    async def test_by_zone_a_new_release_takes_nothing_away(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (0.5, 0.5), (1.5, 0.5))
        z1 = ("Z1", "环卫一区", None, cell(0, 0, 2, 2))
        z2 = ("Z2", "环卫二区", None, cell(2, 0, 2, 2))
        await publish_again(db, CLEANING, z1, z2)
        newest = select(Area.id).where(Area.code == "Z1").order_by(Area.valid_from.desc()).limit(1)
        after = (await db.scalars(newest)).one()
        await put(db, reporter, (0.5, 0.5), zone_id=after)
        page = await opened(centre, unit="cleaning")
        assert filed(page, "cleaning") == {"Z1": 3}
        assert "more lie in none" not in page.text

    async def test_by_zone_only_that_layers_zones_count(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (0.5, 0.5))
        await put(db, reporter, (0.5, 0.5), (0.6, 0.6), lead="power", zone="P1")
        await put(db, reporter, (0.5, 0.5), lead="s1", zone="S1")
        page = await opened(centre, unit="cleaning")
        assert filed(page, "cleaning") == {"Z1": 1}
        assert "more lie in none" not in page.text

    async def test_a_zone_that_has_gone_is_told_of(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (3.5, 0.5), (3.5, 1.5), lead="clean2", zone="Z2")
        await publish_again(db, CLEANING, ("Z1", "环卫一区", None, cell(0, 0, 4, 2)))
        assert "2 more lie in none" in (await opened(centre, unit="cleaning")).text

    @pytest.mark.parametrize("unit", ["grid", "district"])
    async def test_what_has_no_place_is_told_of(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, unit: str
    ) -> None:
        await put(db, reporter, (0.5, 0.5))
        register = await Register.read(db)
        db.add(incident(register, reporter, column=None, row=None, lead=None, zone=None))
        await db.commit()
        page = await opened(centre, unit=unit)
        assert sum(filed(page, unit).values()) == 1
        assert "1 more lie in none" in page.text

    async def test_a_zone_layer_may_have_any_name(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        spec = LayerSpec(name="zone", title="片区")
        await publish_again(db, spec, ("X", "片", None, cell(0, 0)))
        page = await opened(centre, unit="zone")
        assert page.data["sets"]["areas:zone"]["names"] == ["片"]

    @pytest.mark.parametrize(
        ("unit", "drawn"),
        [
            ("grid", ["district", "grid", "street"]),
            ("street", ["district", "street"]),
            ("district", ["district"]),
            ("cleaning", ["cleaning", "district", "street"]),
        ],
    )
    async def test_only_what_lies_above_is_drawn_around_what_is_counted(
        self, centre: httpx.AsyncClient, unit: str, drawn: list[str]
    ) -> None:
        page = await opened(centre, unit=unit)
        assert sorted(page.data["sets"]) == [f"areas:{layer}" for layer in drawn]
        assert len(page.data["layers"]) == len(drawn)

    async def test_people_are_those_of_the_grids_inside(self, centre: httpx.AsyncClient) -> None:
        page = await opened(centre, unit="street")
        facts = dict(page.data["sets"]["areas:street"]["facts"])
        assert facts["Residents"] == [4000, 4000]

    async def test_a_scope_sees_its_own_areas(
        self, client_of: ClientOf, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (0.5, 0.5), (3.5, 0.5))
        street = await client_of(Role.COMMAND_CENTRE, login="s2", scope=Scope("street", "S2"))
        page = await opened(street, unit="street")
        assert filed(page, "street") == {"S2": 1}
        assert "more lie in none" not in page.text


class TestUnits:
    async def test_every_level_and_zone_layer_is_offered_the_finest_first(
        self, centre: httpx.AsyncClient
    ) -> None:
        page = await opened(centre)
        units = ["grid", "community", "street", "district", "cleaning", "power", *BESIDE]
        assert chosen_unit(page) == units
        assert "areas:grid" in page.data["sets"]

    async def test_what_is_in_no_layer_has_a_table_and_a_post_its_grids(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (0.5, 0.5), (0.6, 0.6), (3.5, 0.5))
        owners, posts = [await opened(centre, unit=unit) for unit in BESIDE]
        assert filed(owners, "organisation") == {"clean1": 3}
        assert not any(owners.data["sets"]["areas:organisation"]["rings"])
        assert filed(posts, "worker") == {"W1": 2}
        assert all(posts.data["sets"]["areas:worker"]["rings"])
        assert "1 more lie in none" in posts.text

    async def test_where_there_are_no_grids_the_finest_level_is_counted_by(
        self, fresh_url: str
    ) -> None:
        async with live(fresh_url) as running:
            async with running.database.transaction() as db:
                for spec, areas in city_layers()[:2]:
                    provenance = Provenance(source="test")
                    await publish(db, spec, areas, valid_from=BEGAN, provenance=provenance)
            centre = await running.client(Role.COMMAND_CENTRE)
            page = await opened(centre)
            assert chosen_unit(page) == ["street", "district", *BESIDE]
            assert page.data["sets"]["areas:street"]["names"] == ["甲街道", "乙街道"]

    @pytest.mark.parametrize("path", ["/maps/workload", "/maps/coverage"])
    async def test_where_there_is_nothing_the_page_is_empty(
        self, fresh_url: str, path: str
    ) -> None:
        async with live(fresh_url) as running:
            centre = await running.client(Role.COMMAND_CENTRE)
            answer = await centre.get(path)
        assert answer.status_code == 200
        assert read(answer.text).data["sets"] == {}

    async def test_a_layer_without_a_release_is_not_offered(
        self, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        db.add(Layer(name="empty", kind="zone", title="空"))
        await db.commit()
        assert "empty" not in chosen_unit(await opened(centre))

    async def test_one_that_is_not_there(self, centre: httpx.AsyncClient) -> None:
        answer = await centre.get("/maps/workload", params={"unit": "parish"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_unit")
        assert "grid, community" in answer.json()["detail_en"]


class TestAsked:
    @pytest.mark.parametrize(
        "asked",
        [
            {"from": "2999-12-31", "to": "2999-12-31"},
            {"from": "1900-01-01", "to": "1900-01-01"},
            {"from": "", "to": "1900-01-01"},
            {"from": "2016-01-01", "to": "2025-12-31"},
        ],
    )
    async def test_days_at_the_ends(self, centre: httpx.AsyncClient, asked: dict[str, str]) -> None:
        given = {name: value for name, value in asked.items() if value}
        assert (await centre.get("/maps/workload", params=given)).status_code == 200

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("to", {"to": "9999-12-31"}),
            ("to", {"to": "3000-01-01"}),
            ("to", {"to": "0001-01-01"}),
            ("from", {"from": "0001-01-01", "to": "2026-01-01"}),
            ("from", {"from": "2026-02-01", "to": "2026-01-31"}),
            ("from", {"from": "2000-01-01", "to": "2026-01-31"}),
            ("from", {"from": "tomorrow"}),
            ("category", {"category": "\x00"}),
            ("category", {"category": "x" * 65}),
            ("unit", {"unit": "\x00"}),
            ("unit", {"unit": "x" * 65}),
            ("measure", {"measure": "lost"}),
        ],
    )
    async def test_bad_input_is_refused_by_its_name(
        self, centre: httpx.AsyncClient, field: str, asked: dict[str, str]
    ) -> None:
        answer = await centre.get("/maps/workload", params=asked)
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize("at", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
    async def test_a_day_off_the_calendar_of_the_coverage_page(
        self, centre: httpx.AsyncClient, at: str
    ) -> None:
        answer = await centre.get("/maps/coverage", params={"at": at})
        assert answer.status_code == 422
        assert "1900" in answer.json()["detail_zh"]

    async def test_a_category_narrows(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await put(db, reporter, (0.5, 0.5))
        await put(db, reporter, (0.5, 0.5), (0.6, 0.6), category="0301")
        assert filed(await opened(centre, unit="grid", category="03"), "grid") == {"G00": 2}


async def test_past_work_can_be_counted_by_todays_map(
    client_of: ClientOf, db: AsyncSession, reporter: Account
) -> None:
    """As it was routed then, or by the zones in which it would lie now; a border counts once."""
    client = await client_of(Role.COMMAND_CENTRE)
    await put(db, reporter, (0.5, 0.5), (2.5, 0.5), (2, 1), (3.5, 0.5))
    spec = next(spec for spec, _ in city_layers() if spec.name == "cleaning")
    zones = (("Z1", "一", None, cell(0, 0, 2, 2)), ("Z2", "二", None, cell(2, 0, 2, 2)))
    await publish_again(db, spec, *zones)
    page = await opened(client, unit="cleaning", **{"as": "reassigned"})
    assert filed(page, "cleaning") == {"Z1": 2, "Z2": 2}
    page = await opened(client, unit="grid", **{"as": "reassigned"})
    assert sum(filed(page, "grid").values()) == 4
    answer = await client.get("/maps/workload", params={"as": "guessed"})
    assert answer.status_code == 422
