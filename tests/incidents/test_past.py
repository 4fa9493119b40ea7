"""Past incidents as columns are the same as those read one by one."""

from collections import Counter
from contextlib import aclosing
from datetime import timedelta
from math import isnan
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.bulk.times import moment_of
from gridsvc.incidents import past
from gridsvc.incidents.headline import is_open
from gridsvc.incidents.lifecycle import OPEN
from gridsvc.incidents.model import Incident
from gridsvc.incidents.past import Page
from tests.factories import BEGAN, make_account
from tests.incidents.population import Register, populate

NEAR_LIMIT_M = 100.0
SEEN = past.during(BEGAN, BEGAN + timedelta(days=20))

Row = tuple[object, ...]


async def filled(db: AsyncSession) -> list[Incident]:
    """Incidents with and without a place, an accuracy and an owner, within the time or not."""
    made = await populate(db, [await make_account(db, "reporter", Role.GRID_WORKER)], count=60)
    random = Random(5)
    for one in made:
        one.accuracy_m = random.choice([None, 0.0, 12.5, 1e6])
    await db.commit()
    return [one for one in made if one.occurred_at < BEGAN + timedelta(days=20)]


async def one_by_one(db: AsyncSession, made: list[Incident]) -> Counter[Row]:
    register = await Register.read(db)
    codes = {id_: code for code, id_ in register.categories.items()}
    return Counter(
        (
            (one.location.x, one.location.y) if one.location else None,
            min(one.accuracy_m or 0.0, NEAR_LIMIT_M),
            codes[one.category_id],
            one.occurred_at,
            one.status in OPEN,
        )
        for one in made
    )


def rows(page: Page) -> Counter[Row]:
    points = page.points
    columns = (points.lon, points.lat, points.accuracy_m, points.category, points.at)
    found = zip(*(column.tolist() for column in (*columns, page.told["open"])), strict=True)
    return Counter(
        (None if isnan(x) else (x, y), metres, points.categories[code], moment_of(at), is_)
        for x, y, metres, code, at, is_ in found
    )


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_every_one_comes_once_whatever_the_size_of_a_page(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(past, "PAGE", size)
    expected, found = await one_by_one(db, await filled(db)), Counter[Row]()
    for scheme in await past.schemes(db):
        read = past.pages_telling(
            db, SEEN, scheme=scheme, near_limit_m=NEAR_LIMIT_M, more={"open": ("?", is_open())}
        )
        async for page in read:
            assert len(page.points) <= size
            found += rows(page)
    assert found == expected
    assert await past.count(db, SEEN) == found.total() > 20


async def test_who_breaks_off_may_go_on_with_the_session(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "PAGE", 1)
    await filled(db)
    (scheme, *_) = await past.schemes(db)
    read = past.pages(db, SEEN, scheme=scheme, near_limit_m=NEAR_LIMIT_M)
    async with aclosing(read):
        assert len(await anext(read)) == 1
    assert await db.scalar(select(1)) == 1


async def test_under_another_scheme_there_are_none(db: AsyncSession) -> None:
    await filled(db)
    read = past.pages(db, SEEN, scheme="none", near_limit_m=NEAR_LIMIT_M)
    assert [page async for page in read] == []
