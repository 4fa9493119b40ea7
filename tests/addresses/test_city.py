"""Addresses of a generated city, written in the ways that people write."""

from collections.abc import AsyncIterator

import pandas as pd
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.generate import Scale
from geodata.generate.addresses import WAYS, written_addresses
from gridsvc.addresses.repository import read_gazetteer
from gridsvc.db.session import Database
from gridsvc.demo.city import put_city
from tests.factories import BEGAN
from tests.geodata.cities import city

PLAIN = [way for way in WAYS if not way.startswith(("misspelt", "unknown"))]


@pytest_asyncio.fixture
async def generated(fresh_url: str) -> AsyncIterator[AsyncSession]:
    database = Database.connect(fresh_url, pool_size=1)
    async with database.transaction() as db:
        await put_city(db, city(Scale.STREET), valid_from=BEGAN)
    async with database.sessions() as db:
        yield db
    await database.close()


async def test_what_is_taken_is_right_and_what_is_plain_is_taken(generated: AsyncSession) -> None:
    written = written_addresses(city(Scale.STREET), 12)
    gazetteer = await read_gazetteer(generated, at=BEGAN)
    found = [gazetteer.match(text) for text in written["text"]]
    exact = [it[0] if it and it[0].sure and it[0].what != "area" else None for it in found]
    taken = pd.Series([it.code if it else None for it in exact], dtype=object)
    right = taken == written["code"]
    wrong = taken.notna() & ~right
    assert written.loc[wrong, "text"].tolist() == []
    plain = written["way"].isin(PLAIN)
    assert right[plain].mean() >= 0.97


def test_the_same_seed_writes_the_same() -> None:
    one, other = (written_addresses(city(Scale.STREET), 3, seed=5) for _ in range(2))
    assert one.equals(other)
    assert one["way"].unique().tolist() == list(WAYS)
    assert one["code"].isna().sum() == 6
