"""Tiles show of incidents what lists do: to everybody, at every zoom, whichever way they count."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from shapely import Point
from sqlalchemy import func, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import reading
from gridsvc.auth.model import Account
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal, Role, Sees
from gridsvc.auth.sight import sight_of
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.incidents.headline import is_overdue
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_besides, visible_to
from gridsvc.tiles.incidents import _EACH_FOR_ALL, incident_tile, version
from gridsvc.tiles.matrix import Tile
from gridsvc.tiles.tally import add_up
from tests.factories import BEGAN, appointment, at, make_account, somebody
from tests.fixtures.web import ClientOf
from tests.incidents.crowd import Post, crowd
from tests.incidents.population import Register, incident
from tests.incidents.test_visibility import principal
from tests.tiles.reading import Feature, around, features, read

GROUND = (*at(-0.6, -0.1), *at(4.1, 2.1))
EVERYTHING = somebody(appointment("city_centre", Permission.INCIDENTS_READ, sees=Sees.AREA))


async def everything_of(
    database: Database, who: Principal, zoom: int, *, now: datetime
) -> list[Feature]:
    tiles = [
        await incident_tile(database, tile, who=who, now=now) for tile in around(*GROUND, zoom)
    ]
    return [one for content in tiles for one in features(content, "incidents")]


def total(found: Sequence[Feature], name: str) -> int:
    alone = {"count": 1, "open": 0}
    return sum(one.said.get(name, alone.get(name, 0)) for one in found)


async def test_each_sees_in_tiles_what_lists_show_them(
    db: AsyncSession, database: Database
) -> None:
    made, now = await crowd(db, seed=21), utc_now()
    late = set(await db.scalars(select(Incident.id).where(is_overdue(now))))
    by_id = {one.id: one for one in made.incidents}
    told = Counter[int]()
    some = Random(4).sample(list(made.people), 12)
    sights = [(await principal(db, one, now=now), made.seen_by(one)) for one in some]
    for number, (who, listed) in enumerate([*sights, (EVERYTHING, set(by_id))]):
        if number == len(some) // 2:
            await add_up(db, enough=0)
            await db.commit()
        seen = {it for it in listed if by_id[it].location is not None}
        far = await everything_of(database, who, 9, now=now)
        near = await everything_of(database, who, 15, now=now)
        assert total(far, "count") == total(near, "count") == len(seen)
        assert total(far, "overdue") == total(near, "overdue") == len(seen & late)
        assert total(far, "open") == sum(Status(by_id[it].status) in OPEN for it in seen)
        assert {UUID(it.said["id"]) for it in near if "id" in it.said} <= seen
        told[len(seen)] += 1
    assert len(told) > 3, "everybody sees as much"
    deep = await everything_of(database, EVERYTHING, 17, now=now)
    assert total(deep, "count") == len(seen)
    assert total(deep, "overdue") == len(seen & late)


async def test_policies_show_the_shares_that_the_rule_says(
    db: AsyncSession, database: Database
) -> None:
    made, now = await crowd(db, seed=22), utc_now()
    await add_up(db, enough=0)
    half = Incident.status.in_(OPEN)
    await db.execute(update(Incident).where(half).values(lead_id=None))  # These wait.
    await db.commit()
    kinds = Counter[str]()
    handlers = [one for one in made.people if any(map(is_within, one.posts))]
    for one in [*handlers, *Random(6).sample(list(made.people), 60)]:
        who = await principal(db, one, now=now)
        sight = sight_of(who)
        if sight.everything:
            continue
        shared = visible_to(who) & visible_besides(who).is_not(true())
        said = [Incident.id, Incident.location.is_not(None).label("placed")]
        rule = (await db.execute(select(*said).where(shared))).all()
        async with reading(database, who) as confined:
            due = (await confined.execute(text("SELECT count(*) FROM incident_in_shares"))).scalar()
            counted = (await confined.execute(text(COUNTED_IN_SHARES))).scalar()
        assert due == len(rule)
        assert counted == sum(row.placed for row in rule)
        kinds.update(name for name in ("areas", "organisations", "within") if getattr(sight, name))
        seen = select(func.count()).where(visible_to(who))
        kinds.update({"besides": len(rule) < (await db.execute(seen)).scalar_one()})
    assert min(kinds[name] for name in ("areas", "organisations", "within", "besides")) > 3, kinds


def is_within(post: Post) -> bool:
    """Whether it shows what an organisation leads in a part of the city."""
    handles = post.role is Role.DEPARTMENT_HANDLER and post.when == "now"
    return handles and None not in (post.organisation, post.scope)


COUNTED_IN_SHARES = """
SELECT coalesce(sum(count), 0) FROM (
    SELECT count FROM incident_share WHERE level = 19 UNION ALL SELECT count FROM incident_tally
) AS counted
"""


async def any_with_one_more(db: AsyncSession, there: list[Incident], random: Random) -> Incident:
    """Put another incident in; give any of those that are there now, to be changed."""
    account = await db.scalar(select(Account).where(Account.login == "reporter"))
    account = account or await make_account(db, "reporter", Role.GRID_WORKER)
    column, row = random.uniform(0, 4), random.uniform(0, 2)
    there.append(incident(await Register.read(db), account, column=column, row=row))
    db.add(there[-1])
    await db.flush()
    return random.choice(there)


@pytest.mark.parametrize("seed", [1, 2])
async def test_shares_are_what_there_is_wherever_it_moves(db: AsyncSession, seed: int) -> None:
    random, register = Random(seed), await Register.read(db)
    there: list[Incident] = []
    for _ in range(8):
        changed = await any_with_one_more(db, there, random)
        changed.lead_id = random.choice([*register.organisations.values(), None])
        changed.street = random.choice(["S1", "S2", None])
        changed.district = random.choice(["D1", None])
        changed.status = random.choice(list(Status)).value
        await db.flush()
        await add_up(db, enough=random.choice([0, 4]))
    assert (await db.execute(text(SHARES_THAT_DIFFER))).all() == []


SHARES_THAT_DIFFER = """
WITH told AS (
    SELECT level, x, y, district, street, lead_id, count, open, sum_x, sum_y FROM incident_share
    UNION ALL
    SELECT level, x >> (19 - level), y >> (19 - level), coalesce(district, ''),
           coalesce(street, ''), coalesce(lead_id, '00000000-0000-0000-0000-000000000000'),
           count, open, sum_x, sum_y
    FROM incident_tally, (VALUES (13), (14), (16), (19)) AS cells(level)
    UNION ALL
    SELECT level, tile_x(location) >> (30 - level), tile_y(location) >> (30 - level),
           coalesce(district, ''), coalesce(street, ''),
           coalesce(lead_id, '00000000-0000-0000-0000-000000000000'),
           -1, -stands_open(status)::integer, -tile_x(location), -tile_y(location)
    FROM incident, (VALUES (13), (14), (16), (19)) AS cells(level)
)
SELECT level, x, y, district, street, lead_id FROM told GROUP BY 1, 2, 3, 4, 5, 6
HAVING (sum(count), sum(open), sum(sum_x), sum(sum_y)) <> (0, 0, 0, 0)
"""


@pytest.mark.parametrize("four", [False, True])
async def test_all_that_a_tile_tells_is_read_from_its_index(db: AsyncSession, four: bool) -> None:
    cell: object = [1, 2] if four else 1
    sides = dict.fromkeys(("west", "south", "east", "north"), 0.0)
    given = {"zoom": 16, "column": 1, "row": 1, "stored_column": cell, "stored_row": cell}
    given |= {"cell_bits": 9, "units": 0.25, "now": BEGAN, **sides}
    statement = _EACH_FOR_ALL[four]
    for other in ("seqscan", "bitmapscan"):  # So few are not worth an index.
        await db.execute(text(f"SET LOCAL enable_{other} = off"))
    driver: Any = (await (await db.connection()).get_raw_connection()).driver_connection
    asked = f"EXPLAIN (FORMAT JSON) {statement.text}"
    plan = str(await driver.fetchval(asked, *statement.arguments(given)))
    assert "'Index Only Scan'" in plan
    assert "ix_incident_tile" in plan


async def test_one_by_one_an_incident_says_what_it_is(
    db: AsyncSession, client_of: ClientOf
) -> None:
    account = await make_account(db, "reporter", Role.GRID_WORKER)
    found = incident(await Register.read(db), account, column=1.5, row=0.5)
    db.add(found)
    await db.commit()
    client = await client_of(Role.COMMAND_CENTRE)
    [tile] = around(*at(1.5, 0.5), *at(1.5, 0.5), 17)
    [one] = await read(client, "incidents", tile)
    assert one.geometry["type"] == "Point"
    assert one.said == {
        "id": str(found.id),
        "reference": found.reference,
        "status": "dispatched",
        "category": "0201",
        "overdue": 1,
    }


def cells(incidents: Sequence[Incident], zoom: int) -> Counter[tuple[Tile, int, int, bool]]:
    """Every place's tile and cell, by the standard's own formula."""
    found = Counter[tuple[Tile, int, int, bool]]()
    for one in incidents:
        assert one.location is not None
        [tile] = around(one.location.x, one.location.y, one.location.x, one.location.y, zoom)
        [cell] = around(one.location.x, one.location.y, one.location.x, one.location.y, zoom + 5)
        found[tile, cell.column % 32, cell.row % 32, Status(one.status) in OPEN] += 1
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_counted_already_is_what_there_is(
    db: AsyncSession, database: Database, seed: int
) -> None:
    random = Random(seed)
    there: list[Incident] = []
    versions = [await version(db)]
    for _ in range(6):
        changed = await any_with_one_more(db, there, random)
        changed.status = random.choice(list(Status)).value
        changed.location = Point(*at(random.uniform(0, 4), random.uniform(0, 2)))
        await db.flush()
        versions.append(await version(db))
        await add_up(db, enough=random.choice([0, 4]))
        versions.append(await version(db))
    for zoom in (0, 8, 14):
        drawn = Counter[tuple[Tile, int, int, bool]]()
        for tile in around(*GROUND, zoom):
            content = await incident_tile(database, tile, who=EVERYTHING, now=BEGAN)
            for it in features(content, "incidents"):
                x, y = (int(unit) // 128 for unit in it.geometry["coordinates"])
                drawn[tile, x, y, True] += it.said["open"]
                drawn[tile, x, y, False] += it.said["count"] - it.said["open"]
        assert +drawn == cells(there, zoom)
    steps = versions[::2]
    assert len(set(steps)) == len(steps), "a change that no version tells of"


async def test_any_change_that_is_seen_makes_a_new_version(db: AsyncSession) -> None:
    register = await Register.read(db)
    account = await make_account(db, "reporter", Role.GRID_WORKER)
    one = incident(register, account)
    db.add(one)
    await db.flush()
    changes: list[dict[str, object]] = [
        {"status": "closed"},
        {"due_at": BEGAN + timedelta(days=9)},
        {"paused_at": BEGAN},
        {"category_id": register.categories["0301"]},
        {"lead_id": None},
        {"called_ids": [register.organisations["power"]]},
        {"grid": "G11"},
    ]
    for change in changes:
        before = await version(db)
        await db.execute(update(Incident).where(Incident.id == one.id).values(change))
        assert await version(db) != before, change


async def test_what_is_counted_for_all_nobody_reads_who_sees_a_part(
    db: AsyncSession, database: Database
) -> None:
    worker = somebody(appointment("grid_worker", Permission.INCIDENTS_READ, sees=Sees.OWN))
    assert may(worker, Permission.INCIDENTS_READ)
    assert not sight_of(worker).everything
    tile = next(around(*GROUND, 8))
    account = await make_account(db, "reporter", Role.GRID_WORKER)
    db.add(incident(await Register.read(db), account))
    await db.flush()
    assert features(await incident_tile(database, tile, who=worker, now=BEGAN), "incidents") == []
