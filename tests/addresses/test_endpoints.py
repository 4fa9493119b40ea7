from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at
from tests.fixtures.web import ClientOf

PATH = "/v1/addresses"


async def test_anonymous(anonymous: Any) -> None:
    assert (await anonymous.get(PATH, params={"q": "真光小区"})).status_code == 401


async def test_candidates_with_their_scores(named: AsyncSession, client_of: ClientOf) -> None:
    await named.commit()
    client = await client_of(Role.GRID_WORKER)
    answer = await client.get(PATH, params={"q": "甲街道中山北路１０２号", "limit": 2})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["text"], found["house_number"], found["parity"]) == (
        "甲街道中山北路102号",
        102,
        "even",
    )
    best = found["candidates"][0]
    assert (best["what"], best["code"], best["sure"], best["score"]) == ("road", "R1", True, 1.0)
    assert (best["lon"], best["lat"]) == pytest.approx(at(1, 0.5), abs=1e-6)
    assert best["why"] == {
        "name": 1.0,
        "support": 1.0,
        "agreement": 1.0,
        "rivals": 1,
        "number_known": True,
    }
    assert len(found["candidates"]) == 2


async def test_as_it_was(named: AsyncSession, client_of: ClientOf) -> None:
    await named.commit()
    client = await client_of(Role.PLANNER)
    before = BEGAN.replace(year=2025).isoformat()
    answer = await client.get(PATH, params={"q": "真光小区", "at": before})
    assert answer.json()["candidates"] == []


@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "a", "limit": 0}])
async def test_bad_input_is_refused(client_of: ClientOf, params: dict[str, Any]) -> None:
    client = await client_of(Role.PLANNER)
    assert (await client.get(PATH, params=params)).status_code == 422
