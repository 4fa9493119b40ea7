"""The map in memory follows the map in the database, at once and through time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_organisations, put_responsibilities
from gridsvc.auth.principal import Role
from gridsvc.catalogue.service import publish_scheme
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.routing import repository
from gridsvc.routing.atlas import VIEWS_KEPT, Atlas
from gridsvc.routing.facts import Release
from tests.factories import BEGAN, CATEGORIES, RESPONSIBILITIES, at, cell, frame, report_body
from tests.live import Live, live

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


@pytest_asyncio.fixture
async def elsewhere(city_url: str) -> AsyncIterator[Database]:
    """Another process's connection to the same database."""
    database = Database.connect(city_url, pool_size=2)
    yield database
    await database.close()


async def owner(client: httpx.AsyncClient, column: float, row: float, **asked: Any) -> Any:
    lon, lat = at(column, row)
    given = {"lon": lon, "lat": lat, "crs": "wgs84", "category": "0201", **asked}
    answer = await client.get("/v1/who-owns", params=given)
    return answer.json()


async def redraw(database: Database, *, since: datetime, border: float) -> None:
    """Publish a release of the cleaning zones with another border between them."""
    areas = frame(
        ("Z1", "环卫一区", None, cell(0, 0, border, 2)),
        ("Z2", "环卫二区", None, cell(border, 0, 4 - border, 2)),
    )
    spec = LayerSpec(name="cleaning", title="环卫责任区", title_en="sanitation", tiles=True)
    async with database.transaction() as db:
        provenance = Provenance(source="redrawn")
        await publish(db, spec, areas, valid_from=since, provenance=provenance)


class TestAChangeElsewhere:
    async def test_a_responsibility(self, running: Live, elsewhere: Database) -> None:
        client = await running.client(Role.PLANNER)
        assert (await owner(client, 0.5, 0.5))["lead"]["code"] == "clean1"
        swapped = [{**row, "organisation": "clean2"} for row in RESPONSIBILITIES[:1]]
        async with elsewhere.transaction() as db:
            await put_responsibilities(db, swapped, valid_from=utc_now(), replace=True)
        assert (await owner(client, 0.5, 0.5))["lead"]["code"] == "clean2"

    async def test_a_release(self, running: Live, elsewhere: Database) -> None:
        client = await running.client(Role.PLANNER)
        before = await owner(client, 1.5, 0.5)
        await redraw(elsewhere, since=utc_now(), border=1)
        after = await owner(client, 1.5, 0.5)
        assert (before["lead"]["code"], after["lead"]["code"]) == ("clean1", "clean2")
        assert after["map_version"] > before["map_version"]

    async def test_a_category(self, running: Live, elsewhere: Database) -> None:
        client = await running.client(Role.PLANNER)
        assert (await owner(client, 0.5, 0.5, category="new"))["code"] == "unknown_category"
        async with elsewhere.transaction() as db:
            rows = [{**CATEGORIES[1], "code": "new"}]
            await publish_scheme(db, "second", rows, name="Second", valid_from=utc_now())
        assert (await owner(client, 0.5, 0.5, category="new"))["outcome"] == "fallback"

    async def test_a_name(self, running: Live, elsewhere: Database) -> None:
        client = await running.client(Role.PLANNER)
        await owner(client, 0.5, 0.5)
        renamed = [{"code": "clean1", "name": "新环卫一所", "kind": "contractor"}]
        async with elsewhere.transaction() as db:
            await put_organisations(db, renamed)
        assert (await owner(client, 0.5, 0.5))["lead"]["name"] == "新环卫一所"

    async def test_a_layers_rules(self, running: Live, elsewhere: Database) -> None:
        client = await running.client(Role.PLANNER)
        where = {"category": "0101"}
        assert (await owner(client, 0.5, 0.5, **where))["candidates"][0]["basis"] == "owner"
        async with elsewhere.transaction() as db:
            await db.execute(text("UPDATE layer SET basis = 'territory' WHERE name = 'power'"))
        assert (await owner(client, 0.5, 0.5, **where))["candidates"][0]["basis"] == "territory"


async def test_an_edition_is_of_one_moment(
    elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The zones are redrawn after the responsibilities were read, before the releases are."""
    read, changed = repository.releases, False

    async def interrupted(db: AsyncSession) -> Sequence[Release]:
        nonlocal changed
        if not changed:
            changed = True
            await redraw(elsewhere, since=MARCH, border=1)
        return await read(db)

    monkeypatch.setattr(repository, "releases", interrupted)
    async with elsewhere.sessions() as db:
        edition = await Atlas().newest(db)
        assert changed
        assert edition.version == await repository.map_version(db)
        numbers = {it.layer.name: it.number for it in edition.in_force(MARCH)}
        assert numbers["cleaning"] == 2


async def reported(client: httpx.AsyncClient, column: float, row: float, **changes: Any) -> Any:
    answer = await client.post("/v1/incidents", json=report_body(column, row, **changes))
    assert answer.status_code == 201
    return answer.json()


class TestAReport:
    async def test_one_after_the_change_is_decided_by_the_new_map(
        self, running: Live, elsewhere: Database
    ) -> None:
        worker = await running.client(Role.GRID_WORKER)
        first = await reported(worker, 1.5, 0.5)
        await redraw(elsewhere, since=utc_now(), border=1)
        second = await reported(worker, 1.5, 0.5)
        leads = [answer["routing"]["lead"]["code"] for answer in (first, second)]
        assert leads == ["clean1", "clean2"]

    async def test_a_category_that_the_map_at_hand_lacks_is_looked_up_anew(
        self, running: Live, elsewhere: Database
    ) -> None:
        worker = await running.client(Role.GRID_WORKER)
        await reported(worker, 0.5, 0.5)
        async with elsewhere.transaction() as db:
            rows = [{**CATEGORIES[1], "code": "new"}]
            await publish_scheme(db, "second", rows, name="Second", valid_from=utc_now())
        assert (await reported(worker, 0.5, 0.5, category="new"))["status"] == "dispatched"

    async def test_one_being_decided_while_the_map_changes_is_decided_by_the_new_one(
        self, running: Live, elsewhere: Database
    ) -> None:
        """The report's statement waits for the change that is being committed, then sees it."""
        worker = await running.client(Role.GRID_WORKER)
        await reported(worker, 0.5, 0.5)
        async with elsewhere.sessions() as db, db.begin():
            await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            swapped = [{**row, "organisation": "clean2"} for row in RESPONSIBILITIES[:1]]
            await put_responsibilities(
                db, swapped, valid_from=BEGAN + timedelta(days=1), replace=True
            )
            reporting = asyncio.create_task(reported(worker, 0.5, 0.5))
            done, _ = await asyncio.wait([reporting], timeout=0.3)
            assert not done
        assert (await reporting)["routing"]["lead"]["code"] == "clean2"

    async def test_many_at_once_while_the_map_changes_are_all_decided_by_a_map_in_force(
        self, running: Live, elsewhere: Database
    ) -> None:
        worker = await running.client(Role.GRID_WORKER)
        await reported(worker, 1.5, 0.5)

        async def change() -> None:
            for days, border in ((1, 1), (2, 3), (3, 1)):
                await redraw(elsewhere, since=MARCH + timedelta(days=days), border=border)

        await asyncio.gather(*(reported(worker, 1.5, 0.5) for _ in range(12)), change())
        async with elsewhere.sessions() as db:
            kept = await db.execute(
                text("SELECT map_version, record->>'map_version' FROM routing_decision")
            )
            assert all(str(number) == told for number, told in kept)
        assert (await reported(worker, 1.5, 0.5))["routing"]["lead"]["code"] == "clean2"


class TestTime:
    async def test_a_lookup_takes_the_release_of_its_time(
        self, running: Live, elsewhere: Database
    ) -> None:
        await redraw(elsewhere, since=MARCH, border=1)
        client = await running.client(Role.PLANNER)
        just_before = MARCH - timedelta(microseconds=1)
        found = [
            (await owner(client, 1.5, 0.5, at=moment.isoformat()))
            for moment in (just_before, MARCH)
        ]
        assert [answer["lead"]["code"] for answer in found] == ["clean1", "clean2"]
        numbers = [
            {release["layer"]: release["number"] for release in answer["releases"]}["cleaning"]
            for answer in found
        ]
        assert numbers == [1, 2]

    async def test_a_report_of_what_happened_before_a_release_is_decided_by_the_one_before(
        self, running: Live, elsewhere: Database
    ) -> None:
        await redraw(elsewhere, since=MARCH, border=1)
        worker = await running.client(Role.GRID_WORKER)
        then = (MARCH - timedelta(days=1)).isoformat()
        routing = (await reported(worker, 1.5, 0.5, occurred_at=then))["routing"]
        assert routing["lead"]["code"] == "clean1"
        assert datetime.fromisoformat(routing["at"]) == MARCH - timedelta(days=1)

    async def test_before_the_first_release_nothing_holds_and_that_is_said(
        self, running: Live, elsewhere: Database
    ) -> None:
        async with elsewhere.transaction() as db:
            early = BEGAN - timedelta(days=365)
            await publish_scheme(db, "early", CATEGORIES, name="Early", valid_from=early)
        client = await running.client(Role.PLANNER)
        before = (BEGAN - timedelta(microseconds=1)).isoformat()
        answer = await owner(client, 0.5, 0.5, at=before)
        assert (answer["outcome"], answer["releases"]) == ("outside", [])
        assert "No administrative area was in force" in answer["explanation"]["en"]

    async def test_a_release_that_is_published_late_takes_its_place_in_time(
        self, running: Live, elsewhere: Database
    ) -> None:
        """Published in the order March, February: February holds until March only."""
        february = datetime(2026, 2, 1, tzinfo=UTC)
        await redraw(elsewhere, since=MARCH, border=1)
        await redraw(elsewhere, since=february, border=2)
        client = await running.client(Role.PLANNER)
        found = [
            (await owner(client, column, 0.5, at=moment.isoformat()))["lead"]["code"]
            for moment in (BEGAN, february, MARCH)
            for column in (1.5, 2.5)
        ]
        assert found == ["clean1", "clean1", "clean1", "clean2", "clean2", "clean2"]


class TestViews:
    async def test_the_view_in_use_stays_compiled_however_many_others_are_asked_for(
        self, elsewhere: Database
    ) -> None:
        days = [MARCH + timedelta(days=number) for number in range(VIEWS_KEPT + 1)]
        for day in days:
            await redraw(elsewhere, since=day, border=2)
        atlas = Atlas()
        async with elsewhere.sessions() as db:
            edition = await atlas.newest(db)
            first = await atlas.view(db, edition, at=days[-1])
            for day in days[:-1]:
                await atlas.view(db, edition, at=day)
                assert await atlas.view(db, edition, at=days[-1]) is first

    async def test_a_change_of_responsibilities_leaves_the_shapes_compiled(
        self, elsewhere: Database
    ) -> None:
        atlas = Atlas()
        async with elsewhere.sessions() as db:
            first = await atlas.view(db, await atlas.newest(db), at=MARCH)
        async with elsewhere.transaction() as db:
            await put_responsibilities(db, [], valid_from=MARCH, replace=True)
        async with elsewhere.sessions() as db:
            assert await atlas.view(db, await atlas.newest(db), at=MARCH) is first

    async def test_an_edition_of_before_a_layers_change_spoils_none_of_after_it(
        self, elsewhere: Database
    ) -> None:
        atlas = Atlas()
        async with elsewhere.sessions() as db:
            old = await atlas.newest(db)
        async with elsewhere.transaction() as db:
            await db.execute(text("UPDATE layer SET title = 'new' WHERE name = 'cleaning'"))
        async with elsewhere.sessions() as db:
            new = await atlas.newest(db)
            await atlas.view(db, old, at=MARCH)
            view = await atlas.view(db, new, at=MARCH)
        assert "new" in {release.layer.title for release in view.releases}

    async def test_two_at_once_compile_one_view(self, elsewhere: Database) -> None:
        atlas = Atlas()
        async with elsewhere.sessions() as one, elsewhere.sessions() as two:
            edition = await atlas.newest(one)
            views = await asyncio.gather(
                atlas.view(one, edition, at=MARCH), atlas.view(two, edition, at=MARCH)
            )
        assert views[0] is views[1]
