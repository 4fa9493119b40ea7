"""A new version of a category scheme: what it names anew, and what goes on as it was."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.catalogue.service import publish_scheme
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from tests.factories import CATEGORIES, at
from tests.fixtures.web import ClientOf


async def test_who_answers_for_a_category_still_does_in_the_scheme_s_next_version(
    client_of: ClientOf, database: Database, db: AsyncSession
) -> None:
    client = await client_of(Role.PLANNER)
    lon, lat = at(0.5, 0.5)
    asked: dict[str, Any] = {"lon": lon, "lat": lat, "crs": "wgs84", "category": "0201"}
    before = (await client.get("/v1/who-owns", params=asked)).json()
    now = utc_now()
    async with database.transaction() as session:
        await publish_scheme(session, "test", CATEGORIES, name="Test", valid_from=now)
    later = (now + timedelta(seconds=1)).isoformat()
    after = (await client.get("/v1/who-owns", params={**asked, "at": later})).json()
    assert before["lead"]["code"] == "clean1"
    assert after["lead"] == before["lead"]
    assert after["outcome"] == "routed"
