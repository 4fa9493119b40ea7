"""The hotline's three rates: what reporters say when they are called back."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.incidents.model import Incident
from tests.fixtures.web import ClientOf
from tests.incidents.test_loop import follow, reported, take

YES = {"responded": True, "solved": True, "satisfied": True}
UNSOLVED = {"responded": True, "solved": False, "satisfied": False}


async def called_back(client: httpx.AsyncClient, *answers: dict[str, bool]) -> str:
    """A call that became a case, and what its reporter said each time."""
    made = await reported(client, channel="hotline")
    await follow(client, made, {"action": "file"}, {"action": "dispatch"})
    for said in answers:
        answer = await take(client, made, "call_back", call_back=said)
        assert answer.json()["status"] == "dispatched", answer.text
    return made


async def value(client: httpx.AsyncClient, code: str) -> list[float | None]:
    answer = await client.get(f"/v1/indicators/{code}", params={"by": "street"})
    return [row["value"] for row in answer.json()["rows"]]


async def test_the_newest_answers_of_each_reporter_count(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    await called_back(centre, UNSOLVED, YES)
    await called_back(centre, YES, UNSOLVED)
    await called_back(centre, {**YES, "satisfied": False})
    await called_back(centre)
    assert await value(centre, "responded") == [100]
    assert await value(centre, "solved") == [66.67]
    assert await value(centre, "satisfied") == [33.33]
    assert await value(centre, "hotline") == [55]


@pytest.mark.parametrize(
    ("action", "said", "code"),
    [
        ("call_back", {}, "call_back_required"),
        ("call_back", {"call_back": {"responded": True}}, "invalid"),
        ("call_back", {"call_back": {**YES, "who": "张三"}}, "invalid"),
        ("supervise", {"call_back": YES, "note": "请尽快"}, "call_back_not_allowed"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client_of: ClientOf, action: str, said: dict[str, object], code: str
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    made = await called_back(centre)
    answer = await take(centre, made, action, **said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_handler_does_not_call_back_about_their_own_work(
    client_of: ClientOf, db: AsyncSession
) -> None:
    made = await called_back(await client_of(Role.COMMAND_CENTRE))
    owner = await db.scalar(select(Incident.lead_id))
    handler = await client_of(Role.DEPARTMENT_HANDLER, organisation=owner)
    assert (await take(handler, made, "call_back", call_back=YES)).status_code == 403
