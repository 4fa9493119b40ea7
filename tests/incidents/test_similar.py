"""Similar cases and hot spots over HTTP: of what one sees, and no more than a hint of the rest."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from tests.factories import make_account, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.incidents.test_loop import reported, take

METRE = 1 / 1_000
"""Of a cell, about."""


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


def seen(column: float = 0.5, **changes: Any) -> dict[str, Any]:
    body = report_body(column, 0.5, **changes)
    return {name: value for name, value in body.items() if name != "channel"}


async def asked(client: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post("/v1/incidents/similar", json=seen(**given))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestSimilar:
    async def test_before_a_report_is_sent(
        self, client_of: ClientOf, centre: httpx.AsyncClient
    ) -> None:
        worker = await client_of(Role.GRID_WORKER)
        made = await reported(worker, description="路边有一堆暴露垃圾")
        ended = await reported(worker)
        await take(centre, ended, "reject", note="现场无")
        for body in (report_body(0.9, 0.5), report_body(0.5, 0.5, category="0301")):
            await worker.post("/v1/incidents", json=body)
        found = await asked(worker, column=0.5 + 20 * METRE)
        [same] = found["similar"]
        assert (same["id"], same["likely"], found["known_to_others"]) == (made, True, False)
        assert 15 < same["distance_m"] < 25
        assert 0.5 < same["words"] < 1
        assert "米" in same["why"]["zh"]
        assert same["why"]["en"]
        assert (await asked(worker, column=0.5 + 70 * METRE))["similar"] == []
        yesterday = (utc_now() - timedelta(hours=25)).isoformat()
        assert (await asked(worker, occurred_at=yesterday))["similar"] == []

    async def test_of_what_one_does_not_see_there_is_a_hint_and_nothing_else(
        self, client_of: ClientOf
    ) -> None:
        first, second = [await client_of(Role.GRID_WORKER, login=it) for it in ("one", "two")]
        assert await asked(second) == {"similar": [], "known_to_others": False}
        await reported(first)
        assert await asked(second) == {"similar": [], "known_to_others": True}
        await reported(first)
        assert await asked(second) == {"similar": [], "known_to_others": True}

    async def test_the_acceptor_sees_it_beside_the_case(
        self, client_of: ClientOf, centre: httpx.AsyncClient
    ) -> None:
        head, made, other = [
            await reported(centre, description=words)
            for words in ("暴露垃圾一堆", "暴露垃圾一堆", "有人乱扔东西")
        ]
        path = f"/v1/incidents/{made}/similar"
        acceptor = await client_of(Role.ACCEPTOR)
        found = (await acceptor.get(path)).json()["similar"]
        assert [(it["id"], it["likely"]) for it in found] == [(head, True), (other, False)]
        assert found[0]["score"] > found[1]["score"]
        assert (await take(centre, made, "merge", into=head)).status_code == 200
        assert [it["id"] for it in (await acceptor.get(path)).json()["similar"]] == [head, other]
        stranger = await client_of(Role.GRID_WORKER)
        assert (await stranger.get(path)).status_code == 404

    async def test_without_a_place_nothing_is_similar(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre, location=None, address="松桂路")
        answer = await centre.get(f"/v1/incidents/{made}/similar")
        assert answer.json() == {"similar": []}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"category": "9"}, "unknown_category"),
            ({"location": None}, "invalid"),
            ({"description": "\x00"}, "invalid"),
            ({"channel": "hotline"}, "invalid"),
        ],
    )
    async def test_nonsense(self, client_of: ClientOf, changes: dict[str, Any], code: str) -> None:
        worker = await client_of(Role.GRID_WORKER)
        answer = await worker.post("/v1/incidents/similar", json={**seen(), **changes})
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_who_does_not_report_does_not_ask(self, client_of: ClientOf) -> None:
        planner = await client_of(Role.PLANNER)
        assert (await planner.post("/v1/incidents/similar", json=seen())).status_code == 403


async def test_three_in_thirty_days_at_one_place_are_a_hot_spot(
    client_of: ClientOf, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    register, somebody = await Register.read(db), await make_account(db, "somebody")
    now = utc_now()

    def case(column: float | None, days: float, **changes: Any) -> Any:
        when = now - timedelta(days=days)
        return incident(register, somebody, column=column, reported_at=when, **changes)

    here = [case(0.5 + number * 30 * METRE, number * 9) for number in range(4)]
    there = [case(2.5, number) for number in range(3)]
    nothing = [
        *(case(1.5, number) for number in range(2)),
        case(1.5, 31),
        case(1.5, 3, category="0301"),
        case(1.5, 4, status="merged", closed_at=now),
        case(1.5, 5, status="rejected", closed_at=now),
        case(None, 1),
    ]
    db.add_all([*there, *nothing, *here])
    await db.commit()
    told = (await centre.get("/v1/hot-spots")).json()
    first, second = told["hot_spots"]
    assert (first["count"], first["category"], first["grids"]) == (4, "0201", ["G00"])
    assert [it["id"] for it in first["incidents"]] == [str(it.id) for it in here]
    assert first["circle"]["radius_m"] == pytest.approx(43, abs=3)
    assert (second["count"], second["circle"]["radius_m"]) == (3, 0)
    assert (told["radius_m"], told["cases"]) == (50, 3)
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    assert [it["count"] for it in (await street.get("/v1/hot-spots")).json()["hot_spots"]] == [3]
    for narrowed in ({"area": "S1", "category": "02"}, {"limit": 1}):
        found = (await centre.get("/v1/hot-spots", params=narrowed)).json()["hot_spots"]
        assert [it["count"] for it in found] == [4]
    tied = [case(3.5, number) for number in range(3)]
    db.add_all(tied)
    await db.commit()
    found = (await centre.get("/v1/hot-spots", params={"limit": 2})).json()["hot_spots"]
    assert [it["count"] for it in found] == [4, 3]
    before = {"at": (now - timedelta(days=20)).isoformat()}
    assert (await centre.get("/v1/hot-spots", params=before)).json()["hot_spots"] == []
    assert (await centre.get("/v1/hot-spots?limit=0")).status_code == 422
