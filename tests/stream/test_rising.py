"""Rising topics: a statistic with a floor, and the counts that it is asked of."""

from datetime import UTC, datetime, timedelta
from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.live.rising import LEAST, Tally, rising
from tests.factories import make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (LEAST, (0,) * 8, True),
        (LEAST - 1, (0,) * 8, False),
        (20, (5,) * 8, True),
        (8, (5,) * 8, False),
        (30, (25,) * 8, False),
        (90, (25,) * 8, True),
        (50, (5,), False),
        (50, (), False),
        (0, (0,) * 8, False),
        (3, (9,) * 8, False),
        (5_000, (100,) * 8, True),
    ],
)
def test_what_is_rising(now: int, before: tuple[int, ...], found: bool) -> None:
    assert [it.topic for it in rising({"it": Tally(now, before)})] == ["it"] * found


@settings(max_examples=60)
@given(st.integers(0, 60), st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_the_chance_falls_with_what_came_and_rises_with_what_is_usual(
    now: int, before: list[int]
) -> None:
    chance = Tally(now, tuple(before)).chance
    assert 0 <= chance <= 1
    assert Tally(now + 1, tuple(before)).chance <= chance
    assert Tally(now, tuple(it + 1 for it in before)).chance >= chance - 1e-9


def test_after_many_weeks_it_is_poissons() -> None:
    """When the rate is as good as known."""
    poisson = 1 - sum(exp(-4) * 4**n / factorial(n) for n in range(10))
    assert Tally(10, (4,) * 20_000).chance == pytest.approx(poisson, rel=1e-3)


def test_the_more_topics_the_more_surprising_each_must_be() -> None:
    one = {"it": Tally(12, (4,) * 8)}
    assert rising(one)
    assert not rising({**one, **{f"{n}": Tally(4, (4,) * 8) for n in range(400)}})


async def test_over_http(client_of: ClientOf, db: AsyncSession) -> None:
    register, reporter = await Register.read(db), await make_account(db, "reporter")
    week, hour = timedelta(weeks=1), timedelta(hours=1)
    cases = [("0301", NOW - n * week - hour) for n in range(4)]  # one a week, and one now
    cases += [("0201", NOW - timedelta(minutes=5 * n)) for n in range(12)]  # never before
    cases += [("0201", NOW - 2 * week - 30 * hour), ("0201", NOW - 24 * hour), ("0201", NOW + hour)]
    db.add_all(
        [
            incident(register, reporter, category=category, reported_at=when)
            for category, when in cases
        ]
    )
    await db.flush()
    centre = await client_of(Role.COMMAND_CENTRE)
    answer = await centre.get("/v1/rising-topics", params={"at": NOW.isoformat()})
    (topic,) = answer.json()["topics"]
    assert (topic["category"], topic["count"], topic["usual"], topic["weeks"]) == ("0201", 12, 0, 3)
    elsewhere = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    answer = await elsewhere.get("/v1/rising-topics", params={"at": NOW.isoformat()})
    assert answer.json()["topics"] == []
    assert (await centre.get("/v1/rising-topics", params={"hours": 169})).status_code == 422


async def test_who_looks_after_the_grids(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    streets = (await centre.get("/v1/duty")).json()["streets"]
    assert [tuple(it.values())[2:] for it in streets] == [(4, 1, 1, 0), (4, 0, 0, 0)]
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    assert [it["code"] for it in (await street.get("/v1/duty")).json()["streets"]] == ["S2"]
    worker = await client_of(Role.GRID_WORKER)
    assert (await worker.get("/v1/duty")).status_code == 403
