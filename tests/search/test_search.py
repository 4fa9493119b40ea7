"""One call finds areas, zones, organisations, components and cases, as far as one may see."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from tests.factories import at, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.test_components import LAMP, stand


async def found(client: httpx.AsyncClient, q: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/search", params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def codes(client: httpx.AsyncClient, q: str, **asked: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["code"]) for one in await found(client, q, **asked)]


async def test_every_kind_is_found_and_what_answers_exactly_comes_first(
    client_of: ClientOf, db: AsyncSession
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    assert await codes(centre, "s1") == [("area", "S1"), ("organisation", "s1")]
    assert await codes(centre, "甲街道") == [("area", "S1"), ("organisation", "s1")]
    assert await codes(centre, "环卫", kinds=["zone", "organisation"]) == [
        *[("zone", "Z1"), ("zone", "Z2")],
        *[("organisation", "clean1"), ("organisation", "clean2")],
    ]
    assert ("area", "G00") in await codes(centre, "第00网")
    assert await codes(centre, "%") == []
    await stand(db, LAMP, 0, owner="power")
    await db.commit()
    assert await codes(centre, LAMP[:8]) == [("component", LAMP)]


async def test_a_place_is_told_as_a_box(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    (street,) = await found(centre, "乙街道", kinds="area")
    assert street["bbox"] == [*at(2, 0), *at(4, 2)]
    (owner,) = await found(centre, "环卫二所")
    assert owner["bbox"] == [*at(3, 0), *at(4, 2)]
    (above,) = await found(centre, "市城运中心")
    assert above["bbox"] is None


async def test_a_case_is_found_by_its_reference_by_who_may_see_it(client_of: ClientOf) -> None:
    worker = await client_of(Role.GRID_WORKER)
    made = (await worker.post("/v1/incidents", json=report_body(0.5, 0.5))).json()
    centre = await client_of(Role.COMMAND_CENTRE)
    (case,) = await found(centre, made["reference"])
    assert (case["kind"], case["incident_id"]) == ("case", made["id"])
    assert (case["of"], case["of_en"]) == ("已派遣", "dispatched")
    here = await client_of(Role.STREET_CENTRE, login="s1", scope=Scope("street", "S1"))
    there = await client_of(Role.STREET_CENTRE, login="s2", scope=Scope("street", "S2"))
    assert await codes(here, made["reference"]) == [("case", made["reference"])]
    assert await found(there, made["reference"]) == await found(there, "209912310000001") == []


async def test_a_street_finds_what_its_maps_show(client_of: ClientOf) -> None:
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    assert await codes(street, "街道", kinds="area") == [("area", "S2")]
    assert await codes(street, "供电", kinds="zone") == []
    assert await codes(street, "环卫", kinds="zone") == [("zone", "Z1"), ("zone", "Z2")]


@pytest.mark.parametrize(
    "asked",
    [
        *[{}, {"q": ""}, {"q": "a" * 101}, {"q": "\0"}, {"q": "a", "kinds": "people"}],
        *[{"q": "a", "limit": 0}, {"q": "a", "at": "today"}],
    ],
)
async def test_what_cannot_be_asked(client_of: ClientOf, asked: dict[str, Any]) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    answer = await centre.get("/v1/search", params=asked)
    assert answer.status_code == 422, answer.text


async def test_who_sees_no_maps_searches_none(client_of: ClientOf) -> None:
    for role in (Role.GRID_WORKER, Role.ADMINISTRATOR):
        answer = await (await client_of(role)).get("/v1/search", params={"q": "甲"})
        assert answer.status_code == 403
