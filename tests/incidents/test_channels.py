"""No address tells of a case that its caller may not see, whatever the address is for."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.service import add_credential
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from tests.factories import BEGAN
from tests.incidents.crowd import Crowd, Somebody, crowd
from tests.test_architecture import PUBLIC, endpoints

ELSEWHERE = {
    "/v1/notices": "an inbox is its organisation's, and says what its notices are of",
    "/v1/whistles": "a whistle names its case to those who are called to it",
}
"""Addresses with a rule of their own."""
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NEEDED = {
    "since": BEGAN.isoformat(),
    "from": BEGAN.isoformat(),
    "by": "street",
    "limit": "1000",
    "once": "1",
}


def addresses() -> Iterator[str]:
    """Go through whatever can be read, for which a case at most has to be named."""
    for address, _ in endpoints():
        method, path = address.split()
        plain = path.replace("{incident_id}", "")
        if method == "GET" and "{" not in plain and path not in ELSEWHERE and address not in PUBLIC:
            yield path


async def test_no_address_tells_of_what_is_not_seen(
    db: AsyncSession, app: FastAPI, database: Database
) -> None:
    made = await crowd(db, seed=12)
    asked, telling = sorted(addresses()), set[str]()
    seen = {one: made.seen_by(one) for one in made.people}
    partly = [one for one, ids in seen.items() if 3 < len(ids) < 100]
    for one in Random(3).sample(partly, 3):
        async with await client_of(app, database, one) as client:
            for path in asked:
                if await tells(client, path, made, seen[one]):
                    telling.add(path)
    assert "/v1/incidents" in telling, "nothing was told at all"


async def client_of(app: FastAPI, database: Database, one: Somebody) -> httpx.AsyncClient:
    life = timedelta(days=1)
    async with database.transaction() as db:
        token = await add_credential(
            db, one.account.id, kind="bearer", name="test", life=life, now=utc_now()
        )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://test",
        headers={"Authorization": f"Bearer {token}"},
    )


async def tells(client: httpx.AsyncClient, path: str, made: Crowd, seen: set[UUID]) -> bool:
    """Whether an address names cases that are seen; it never may name others."""
    hidden = {str(one.id) for one in made.incidents} - {str(one) for one in seen}
    if "{incident_id}" in path:
        answer = await client.get(path.replace("{incident_id}", min(hidden)))
        assert answer.status_code in {403, 404}, path
        return False
    answer = await client.get(path, params=NEEDED)
    assert answer.status_code != 500, path
    told = set(IDS.findall(answer.text))
    assert not told & hidden, path
    return bool(told & {str(one) for one in seen})
