"""A planner for a part of the city drafts; what holds for everybody others put in force."""

from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role, Scope
from tests.factories import at
from tests.fixtures.web import ClientOf
from tests.planning.desk import Desk

SOME = UUID(int=7)
LAMP = {
    "category": "0101",
    "crs": "wgs84",
    "geometry": {"type": "Point", "coordinates": list(at(1, 0.5))},
    "owner": "power",
}
BORDER = {"title": "归北", "kind": "side", "layer": "grid", "areas": ["G01", "G00"]}
ROLLBACK = {"kind": "layer", "layer": "cleaning", "release": 1, "reason": "恢复"}
FOR_ALL: list[tuple[str, str, Any]] = [
    ("POST", f"drafts/{SOME}/activation", {}),
    ("DELETE", f"drafts/{SOME}/activation", None),
    ("POST", "rollbacks", ROLLBACK),
    ("POST", "reroutings", {"reason": "西移"}),
    ("DELETE", f"reroutings/{SOME}", None),
    ("PUT", "rules/night", {"title": "夜间", "layers": ["cleaning"]}),
    ("DELETE", "rules/night", None),
    ("PUT", "borders/line", BORDER),
    ("DELETE", "borders/line", None),
    ("PUT", "special-days/ban", {"title": "禁放日", "days": []}),
    ("PUT", "assets/5101040101000001", LAMP),
    ("DELETE", "assets/5101040101000001", None),
]


@pytest_asyncio.fixture
async def local(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER, login="local", scope=Scope("street", "S1"))


async def test_what_concerns_all_is_refused(local: httpx.AsyncClient) -> None:
    for method, path, body in FOR_ALL:
        answer = await local.request(method, f"/v1/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "limited_scope"), path
        assert answer.json()["permission"] == "map:activate"


@pytest.mark.parametrize(("said", "language"), [("涉及全市", "zh"), ("whole city", "en")])
async def test_a_draft_is_made_and_checked_and_left_to_others(
    local: httpx.AsyncClient, planner: httpx.AsyncClient, said: str, language: str
) -> None:
    desk = await Desk.of(local, layer="cleaning")
    await desk.edit("change", code="Z1", name="别名")
    assert await desk.faults() == set()
    assert (await desk.try_("POST", "/activation", {})).json()["code"] == "limited_scope"
    for page in ("/planning", f"/planning/{desk.draft['id']}"):
        text = (await local.get(page, params={"lang": language})).text
        assert said in text
        assert "/activation" not in text
    await Desk(planner, desk.draft).activate()
