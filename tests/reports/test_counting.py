"""Past work as it was routed then, and assigned anew to another map."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.index import AreaIndex
from gridsvc.areas.publish import Provenance, publish
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role, Scope
from gridsvc.catalogue.service import publish_scheme
from gridsvc.reports import assigning
from tests.factories import BEGAN, CATEGORIES, cell, city_layers, frame
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.maps.reading import read

PLACES = [(0.5, 0.5), (2.5, 0.5), (2.5, 1.5), (3.5, 0.5)]
LATER = BEGAN + timedelta(days=60)
AS_OF_OLD = (LATER - timedelta(days=1)).isoformat()


@pytest_asyncio.fixture
async def moved(db: AsyncSession, reporter: Account) -> None:
    """Four cases, of which two lie in what the second zone gets later; one has no place."""
    register = await Register.read(db)
    for column, row in PLACES:
        owner = ("clean1", "Z1") if column < 3 else ("clean2", "Z2")
        one = incident(register, reporter, column=column, row=row, lead=owner[0], zone=owner[1])
        one.status = "closed" if column < 1 else "dispatched"
        db.add(one)
    db.add(incident(register, reporter, column=None, row=None, lead=None, zone=None))
    spec = next(spec for spec, _ in city_layers() if spec.name == "cleaning")
    zones = [("Z1", "一区", None, cell(0, 0, 2, 2)), ("Z2", "二区", None, cell(2, 0, 2, 2))]
    provenance = Provenance(source="test")
    await publish(db, spec, frame(*zones), valid_from=LATER, provenance=provenance)
    await db.commit()


async def told(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/v1/workload", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def counted(client: httpx.AsyncClient, **asked: Any) -> dict[str | None, int]:
    """How many were filed for each place that has any; under None, elsewhere."""
    found = await told(client, **asked)
    filed = {
        **dict(zip(found["codes"], found["filed"], strict=True)),
        None: found["elsewhere"]["filed"],
    }
    assert sum(filed.values()) == found["total"]["filed"]
    return {code: count for code, count in filed.items() if count}


NOW = {"as": "reassigned"}


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("unit", "then", "now"),
    [
        ({}, {None: 1, "clean1": 3, "clean2": 1}, {None: 1, "clean1": 1, "clean2": 3}),
        ({"unit": "cleaning"}, {"Z1": 3, "Z2": 1}, {"Z1": 1, "Z2": 3}),
        ({"unit": "street"}, {None: 1, "S1": 1, "S2": 3}, {None: 1, "S1": 1, "S2": 3}),
    ],
)
async def test_after_a_zone_moved_both_ways_give_their_numbers(
    centre: httpx.AsyncClient,
    unit: dict[str, str],
    then: dict[str | None, int],
    now: dict[str | None, int],
) -> None:
    assert await counted(centre, **unit) == then
    assert await counted(centre, **unit, **NOW) == now
    assert await counted(centre, **unit, **NOW, at=AS_OF_OLD) == then


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize("unit", [{}, {"unit": "cleaning"}, {"unit": "street"}])
async def test_what_has_no_place_counts_as_it_was_routed(
    centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, unit: dict[str, str]
) -> None:
    """An address or a component said whose it is, and where."""
    both = [await counted(centre, **unit, **way) for way in ({}, NOW)]
    of_place: dict[str, Any] = {"column": None, "row": None, "street": "S1", "status": "closed"}
    db.add(incident(await Register.read(db), reporter, lead="clean1", zone="Z1", **of_place))
    await db.commit()
    code = {"cleaning": "Z1", "street": "S1"}.get(unit.get("unit", ""), "clean1")
    for before, way in zip(both, ({}, NOW), strict=True):
        assert await counted(centre, **unit, **way) == {**before, code: before[code] + 1}


async def test_the_areas_of_a_level_are_indexed_once(
    centre: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, db: AsyncSession
) -> None:
    """However many schemes there are."""
    made: list[int] = []

    def index(shapes: Sequence[BaseGeometry]) -> AreaIndex:
        made.append(len(shapes))
        return AreaIndex(shapes)

    await publish_scheme(db, "other", CATEGORIES, name="Another", valid_from=BEGAN)
    await db.commit()
    monkeypatch.setattr(assigning, "AreaIndex", index)
    await counted(centre, unit="street", **NOW)
    assert made == [2]


@pytest.mark.usefixtures("moved")
async def test_only_what_the_caller_may_see_is_counted(
    centre: httpx.AsyncClient, client_of: ClientOf
) -> None:
    scope = Scope("street", "S2")
    street = await client_of(Role.COMMAND_CENTRE, login="street", scope=scope)
    assert await counted(street, **NOW) == {"clean2": 3}
    assert await counted(street) == {"clean1": 2, "clean2": 1}
    assert (await told(street, unit="grid"))["codes"] == ["G20", "G21", "G30", "G31"]
    administrator = await client_of(Role.ADMINISTRATOR, login="keeper")
    assert (await administrator.get("/v1/workload")).status_code == 403


@pytest.mark.usefixtures("moved")
async def test_statuses_and_filters_count_alike(centre: httpx.AsyncClient) -> None:
    for way in ({}, NOW):
        found = await told(centre, unit="grid", **way)
        one, other = (found["codes"].index(code) for code in ("G00", "G20"))
        assert (found["open"][one], found["closed"][one]) == (0, 1)
        assert (found["open"][other], found["overdue"][other]) == (1, 1)
        parts = {"each": "month", "split": "category", "from": BEGAN.isoformat()}
        found = await told(centre, unit="grid", **way, **parts)
        for part in ("steps", "categories"):
            assert sum(sum(it["filed"]) for it in found[part]) == sum(found["filed"]) == 4
        assert await counted(centre, unit="worker", **way) == {None: 4, "W1": 1}
        assert await counted(centre, **way, category="03") == {}
        assert await counted(centre, **way, to=BEGAN.isoformat()) == {}


@pytest.mark.usefixtures("moved")
async def test_the_page_switches_between_the_two(centre: httpx.AsyncClient) -> None:
    days = {"from": "2026-01-01", "to": "2026-01-31", "unit": "cleaning", "lang": "en"}
    for way, filed in (({}, [3, 1]), (NOW, [1, 3])):
        answer = await centre.get("/maps/workload", params={**days, **way})
        page = read(answer.text)
        assert dict(page.data["sets"]["areas:cleaning"]["facts"])["Filed"] == filed
        assert f'<option value="{way.get("as", "routed")}" dir="auto" selected>' in answer.text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"unit": "parish"}, "unknown_unit"),
        ({"at": AS_OF_OLD}, "map_not_asked"),
        ({"as": "guessed"}, "enum"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    centre: httpx.AsyncClient, asked: dict[str, str], code: str
) -> None:
    answer = await centre.get("/v1/workload", params=asked)
    assert answer.status_code == 422
    assert code in {answer.json()["code"], *(one["code"] for one in answer.json()["errors"])}
