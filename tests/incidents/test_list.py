"""Listing incidents: each filter means what it says, alone and with others."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from shapely import Point
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from gridsvc.incidents.headline import is_open
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, conditions
from tests.factories import BEGAN, at, cell, city_layers, frame, make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import SPAN, Register, incident, populate

MIDDLE = BEGAN + SPAN / 2
LATER = BEGAN + SPAN * 3 / 4
WEST = ",".join(map(str, (*at(-1, -1), *at(2, 3))))
Holds = Callable[[Incident, Register], bool]


@pytest_asyncio.fixture
async def reporter(db: AsyncSession) -> Account:
    return await make_account(db, "reporter", Role.GRID_WORKER)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


def in_the_west(found: Incident, _: Register) -> bool:
    return isinstance(found.location, Point) and found.location.x <= at(2, 0)[0]


def codes(found: Incident) -> set[str | None]:
    return {found.district, found.street, found.community, found.grid}


FILTERS: dict[str, tuple[dict[str, Any], Holds]] = {
    "none": ({}, lambda _, __: True),
    "bbox": ({"bbox": WEST}, in_the_west),
    "bbox of the world": (
        {"bbox": "-180,-90,180,90"},
        lambda found, _: found.location is not None,
    ),
    "zone": ({"zone": "Z2"}, lambda found, register: found.zone_id == register.zones["Z2"]),
    "zone that is a street": (
        {"zone": "S1"},
        lambda found, register: found.zone_id == register.zones["S1"],
    ),
    "zone that is not there": ({"zone": "none"}, lambda _, __: False),
    "layer": (
        {"layer": "cleaning"},
        lambda found, register: found.zone_id in {register.zones["Z1"], register.zones["Z2"]},
    ),
    "zone of its layer": (
        {"zone": "P1", "layer": "power"},
        lambda found, register: found.zone_id == register.zones["P1"],
    ),
    "zone of another layer": ({"zone": "P1", "layer": "cleaning"}, lambda _, __: False),
    "layer that is not there": ({"layer": "none"}, lambda _, __: False),
    "area that is not there": ({"area": "none"}, lambda _, __: False),
    "street": ({"area": "S1"}, lambda found, _: "S1" in codes(found)),
    "grid": ({"area": "G10"}, lambda found, _: "G10" in codes(found)),
    "district": ({"area": "D1"}, lambda found, _: "D1" in codes(found)),
    "status": ({"status": "handling"}, lambda found, _: found.status == "handling"),
    "several statuses": (
        {"status": ["filed", "closed"]},
        lambda found, _: found.status in {"filed", "closed"},
    ),
    "minor category": (
        {"category": "0201"},
        lambda found, register: found.category_id == register.categories["0201"],
    ),
    "major category": (
        {"category": "03"},
        lambda found, register: found.category_id == register.categories["0301"],
    ),
    "from": ({"from": MIDDLE.isoformat()}, lambda found, _: found.reported_at >= MIDDLE),
    "to": ({"to": LATER.isoformat()}, lambda found, _: found.reported_at < LATER),
}


async def ids(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get("/v1/incidents", params={"limit": 1000, **asked})
    assert answer.status_code == 200, answer.text
    return [found["id"] for found in answer.json()["incidents"]]


async def test_every_filter_alone_and_with_another(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
) -> None:
    everything = await populate(db, [reporter], count=200)
    register = await Register.read(db)
    random = Random(3)
    pairs = [(name, name) for name in FILTERS]
    pairs += [(a, b) for a in FILTERS for b in FILTERS if a < b and random.random() < 0.4]
    met = 0
    for first, second in pairs:
        (asked, holds), (also, holds_too) = FILTERS[first], FILTERS[second]
        if first != second and asked.keys() & also.keys():
            continue
        expected = {
            str(found.id)
            for found in everything
            if holds(found, register) and holds_too(found, register)
        }
        assert set(await ids(centre, **{**asked, **also})) == expected, (first, second)
        met += bool(expected)
    assert met > len(FILTERS)  # most filters and pairs let something through


async def test_a_code_of_two_levels_is_asked_for_at_both(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
) -> None:
    spec = LayerSpec(name="sub_estate", title="小区", level="sub_estate")
    estate = frame(("S1", "小区", "C2", cell(2, 0)))
    provenance = Provenance(source="test")
    await publish(db, spec, estate, valid_from=BEGAN, provenance=provenance)
    register = await Register.read(db)
    in_estate = incident(register, reporter, column=2.5, sub_estate="S1")
    in_street = incident(register, reporter, column=0.5)
    db.add_all([in_estate, in_street, incident(register, reporter, column=3.5)])
    await db.commit()
    assert set(await ids(centre, area="S1")) == {str(in_estate.id), str(in_street.id)}


async def test_a_zone_is_asked_for_whichever_release_it_was_routed_with(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
) -> None:
    before = incident(await Register.read(db), reporter)
    cleaning, areas = next(pair for pair in city_layers() if pair[0].name == "cleaning")
    provenance = Provenance(source="test")
    await publish(db, cleaning, areas, valid_from=MIDDLE, provenance=provenance)
    after = incident(await Register.read(db), reporter, zone_id=await newest(db, "Z1"))
    db.add_all([before, after])
    await db.commit()
    found = await ids(centre, zone="Z1", layer="cleaning")
    assert set(found) == {str(before.id), str(after.id)}


async def newest(db: AsyncSession, code: str) -> UUID:
    statement = select(Area.id).where(Area.code == code).order_by(Area.valid_from.desc())
    return (await db.scalars(statement.limit(1))).one()


class TestPlans:
    """What is asked for often is found by an index, where there are many incidents."""

    @staticmethod
    async def plan(db: AsyncSession, condition: ColumnElement[bool]) -> str:
        await db.execute(text("SET LOCAL enable_seqscan = off"))
        listed = select(Incident.id).where(condition)
        newest_first = listed.order_by(Incident.reported_at.desc(), Incident.id.desc()).limit(100)
        options = {"literal_binds": True}
        query = newest_first.compile(db.get_bind(), compile_kwargs=options)
        return "\n".join(await db.scalars(text(f"EXPLAIN {query}".replace(":", r"\:"))))

    @pytest.mark.parametrize(
        ("filters", "index"),
        [
            (Filters(area="D1"), "ix_incident_district_reported"),
            (Filters(area="S1"), "ix_incident_street_reported"),
            (Filters(area="C1"), "ix_incident_community_reported"),
            (Filters(area="G00"), "ix_incident_grid_reported"),
            (Filters(status=(Status.CLOSED,)), "ix_incident_status_reported"),
        ],
    )
    async def test_a_filter_has_one_in_the_order_of_the_list(
        self, db: AsyncSession, filters: Filters, index: str
    ) -> None:
        plan = await self.plan(db, await conditions(db, filters))
        assert index in plan
        assert "Sort" not in plan

    async def test_what_is_open_is_counted_by_its_own(self, db: AsyncSession) -> None:
        assert "ix_incident_open" in await self.plan(db, is_open())


async def test_the_newest_come_first(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
) -> None:
    everything = await populate(db, [reporter], count=40)
    newest_first = sorted(everything, key=lambda found: (found.reported_at, found.id), reverse=True)
    assert await ids(centre) == [str(found.id) for found in newest_first]


class TestMoments:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"from": BEGAN}, True),
            ({"from": BEGAN + timedelta(microseconds=1)}, False),
            ({"to": BEGAN}, False),
            ({"to": BEGAN + timedelta(microseconds=1)}, True),
            ({"from": BEGAN, "to": BEGAN + timedelta(microseconds=1)}, True),
        ],
    )
    async def test_from_is_in_and_to_is_not(
        self,
        centre: httpx.AsyncClient,
        db: AsyncSession,
        reporter: Account,
        asked: dict[str, Any],
        found: bool,
    ) -> None:
        db.add(incident(await Register.read(db), reporter, reported_at=BEGAN))
        await db.commit()
        given = {name: moment.isoformat() for name, moment in asked.items()}
        assert len(await ids(centre, **given)) == found

    async def test_an_offset_is_understood(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        db.add(incident(await Register.read(db), reporter, reported_at=BEGAN))
        await db.commit()
        assert len(await ids(centre, **{"from": "2026-01-01T08:00:00+08:00"})) == 1
        assert await ids(centre, **{"from": "2026-01-01T08:00:00+07:00"}) == []

    @pytest.mark.parametrize("until", [BEGAN, BEGAN - timedelta(days=1)])
    async def test_an_interval_of_nothing_is_refused(
        self, centre: httpx.AsyncClient, until: Any
    ) -> None:
        asked = {"from": BEGAN.isoformat(), "to": until.isoformat()}
        answer = await centre.get("/v1/incidents", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_interval")


class TestBbox:
    @pytest.mark.parametrize(
        "bbox",
        [
            "west,south,east,north",
            "",
            ",,,",
            "1,2,3",
            "1,2,3,4,5",
            "NaN,30,105,31",
            "104,30,inf,31",
            "104,-inf,105,31",
            "104,31,105,30",
            "104,30,181,31",
            "-181,30,105,31",
            "104,-91,105,31",
            "104,30,105,90.1",
            "1e400,30,105,31",
            "0x10,30,105,31",
            "104;30;105;31",
            "1_0,2,3,4",
            "１,2,3,4",
        ],
    )
    async def test_what_is_no_box_is_refused(self, centre: httpx.AsyncClient, bbox: str) -> None:
        answer = await centre.get("/v1/incidents", params={"bbox": bbox})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_bbox")
        assert answer.json()["errors"][0]["field"] == "bbox"

    @pytest.mark.parametrize(
        ("bbox", "found"),
        [
            ("104,30.5,105,31", True),
            (" 104 , 30.5 , 105 , 31 ", True),
            ("170,30,-170,31", False),
            ("170,30,105,31", True),
            ("104,30,-170,31", True),
            ("180,-90,-180,90", False),
            ("105,-90,104.001,90", False),
            ("104.005,30.605,104.005,30.605", True),
            ("104.005,30,104.005,31", True),
            ("-180,-90,180,90", True),
        ],
    )
    async def test_a_box_may_cross_the_antimeridian_and_be_as_thin_as_a_point(
        self,
        centre: httpx.AsyncClient,
        db: AsyncSession,
        reporter: Account,
        bbox: str,
        found: bool,
    ) -> None:
        db.add(incident(await Register.read(db), reporter))
        await db.commit()
        assert len(await ids(centre, bbox=bbox)) == found


class TestRefused:
    async def test_anonymous(self, anonymous: httpx.AsyncClient) -> None:
        answer = await anonymous.get("/v1/incidents?bbox=nonsense&limit=x")
        assert answer.status_code == 401

    async def test_an_administrator(self, client_of: ClientOf) -> None:
        answer = await (await client_of(Role.ADMINISTRATOR)).get("/v1/incidents")
        assert (answer.status_code, answer.json()["permission"]) == (403, "incidents:read")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("status", "lost"),
            ("limit", "0"),
            ("limit", "1001"),
            ("limit", "ten"),
            ("from", "yesterday"),
            ("to", "2026-01-01T00:00:00"),
            ("cursor", "x"),
            ("cursor", "é"),
            ("cursor", "MjAyNi0wMS0wMVQwMDowMDowMHw="),
            ("f", "xml"),
            ("area", "x" * 65),
        ],
    )
    async def test_bad_input_by_its_name(
        self, centre: httpx.AsyncClient, field: str, value: str
    ) -> None:
        answer = await centre.get("/v1/incidents", params={field: value})
        assert answer.status_code == 422
        faults = {fault["field"].partition(".")[0] for fault in answer.json()["errors"]}
        assert faults == {field}

    async def test_every_status_may_be_asked_for(self, centre: httpx.AsyncClient) -> None:
        assert await ids(centre, status=[status.value for status in Status]) == []
