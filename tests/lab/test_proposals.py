"""What people correct again and again is proposed as a row that can be checked."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role, Scope
from tests.factories import report_body
from tests.fixtures.web import ClientOf


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def corrected(
    centre: httpx.AsyncClient, column: float, row: float, *, lead: str, **more: Any
) -> str:
    filed = await centre.post("/v1/incidents", json=report_body(column, row, **more))
    assert filed.status_code == 201, filed.text
    case = filed.json()
    steps = [{"action": "return", "note": "另派"}, {"action": "dispatch", "lead": lead}]
    if case["status"] == "filed":
        steps = steps[1:]
    for number, step in enumerate(steps, start=1):
        path = f"/v1/incidents/{case['id']}/transitions"
        answer = await centre.post(path, json=step, headers={"If-Match": f'"{number}"'})
        assert answer.status_code == 200, answer.text
    return str(case["reference"])


async def proposed(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/proposals", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def test_three_alike_are_a_rule_to_be_checked(
    planner: httpx.AsyncClient, centre: httpx.AsyncClient
) -> None:
    references = [await corrected(centre, 1.5, 0.5, lead="s1") for _ in range(2)]
    assert await proposed(planner) == []
    references.append(await corrected(centre, 1.5, 1.5, lead="s1"))
    await corrected(centre, 1.5, 0.5, lead="clean1")  # what the decision said
    (one,) = await proposed(planner)
    assert (one["before"]["code"], one["after"]["code"], one["count"]) == ("clean1", "s1", 3)
    assert (one["zone"]["layer"], one["zone"]["code"]) == ("cleaning", "Z1")
    assert sorted(one["examples"]) == sorted(references)
    (row,) = one["check"]["rules"]
    assert (row["category"], row["lead"]) == (one["category"], "s1")
    checked = await planner.post("/v1/rules/check", json=one["check"])
    assert checked.status_code == 200, checked.text
    assert await proposed(planner, least=4) == []


async def test_where_two_zones_touch_it_is_a_border(
    planner: httpx.AsyncClient, centre: httpx.AsyncClient
) -> None:
    for row in (0.3, 0.5, 0.7):
        place = {**report_body(2.999, row)["location"], "accuracy_m": 30}
        await corrected(centre, 2.999, row, lead="clean2", location=place)
    (one,) = await proposed(planner)
    (border,) = one["check"]["borders"]
    assert (border["kind"], border["layer"], border["areas"]) == ("side", "cleaning", ["Z2", "Z1"])
    assert border["within_m"] >= 1
    checked = await planner.post("/v1/rules/check", json=one["check"])
    assert checked.status_code == 200, checked.text


async def test_answers_that_choose_another_owner_count_and_those_that_confirm_do_not(
    planner: httpx.AsyncClient, centre: httpx.AsyncClient
) -> None:
    for row, chosen in ((0.3, "Z2"), (0.4, "Z1"), (0.5, "Z2"), (0.7, "Z2")):
        place = {**report_body(2.999, row)["location"], "accuracy_m": 30}
        filed = await centre.post("/v1/incidents", json=report_body(2.999, row, location=place))
        path = f"{filed.headers['location']}/routing/answer"
        option = {"option": f"cleaning/{chosen}"}
        answer = await centre.post(path, json=option, headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text
    (one,) = await proposed(planner)
    assert (one["before"]["code"], one["after"]["code"], one["count"]) == ("clean1", "clean2", 3)
    assert "borders" in one["check"]


async def test_no_more_are_listed_than_are_asked_for(
    planner: httpx.AsyncClient, centre: httpx.AsyncClient
) -> None:
    for column in (1.5, 3.5):
        for _ in range(3):
            await corrected(centre, column, 0.5, lead="s1")
    assert len(await proposed(planner)) == 2
    assert len(await proposed(planner, limit=1)) == 1


async def test_only_what_the_caller_may_see_is_learned_from(
    client_of: ClientOf, centre: httpx.AsyncClient
) -> None:
    for _ in range(3):
        await corrected(centre, 1.5, 0.5, lead="s1")
    elsewhere = await client_of(Role.PLANNER, login="far", scope=Scope("street", "S9"))
    assert await proposed(elsewhere) == []
    assert (await centre.get("/v1/proposals")).status_code == 403


@pytest.mark.parametrize("query", [{"months": 0}, {"months": "x"}, {"least": 2}, {"limit": 0}])
async def test_bad_questions_are_refused(planner: httpx.AsyncClient, query: Any) -> None:
    assert (await planner.get("/v1/proposals", params=query)).status_code == 422
