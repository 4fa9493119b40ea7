"""One number, wherever it is told: the API, its export, the page's frame, SQL over the rows."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from random import Random
from typing import Any

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.confining import confine
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role, Scope
from gridsvc.auth.service import secret_hash
from gridsvc.db.clock import utc_now
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way
from gridsvc.reports.frames import read_load, workload_frame
from gridsvc.reports.units import Unit
from gridsvc.settings import Settings
from tests.factories import BEGAN
from tests.fixtures.web import ClientOf
from tests.incidents.population import populate

COUNTED = ("filed", "open", "overdue", "closed", "median_handling_minutes")
CODES = {
    "grid": "grid",
    "community": "community",
    "street": "street",
    "district": "district",
    "cleaning": "CASE WHEN layer.name = 'cleaning' THEN zone.code END",
    "organisation": "lead.code",
}
"""By unit, whom a row counts for."""
SEEN = {"all": "true", "south": "street = 'S2'", "me": "login = 'me'"}
"""By viewer, which rows they see."""
RAW = """
SELECT {code} AS code, count(*) AS filed, count(*) FILTER (WHERE open) AS open,
    count(*) FILTER (WHERE overdue) AS overdue, count(*) FILTER (WHERE NOT open) AS closed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - reported_at) / 60)
        AS median_handling_minutes
FROM (
    SELECT *, status NOT IN ('closed', 'evaluated', 'invalidated', 'merged', 'rejected',
                             'withdrawn') AS open,
        status IN ('reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched',
                   'handling') AND due_at < now() AS overdue
    FROM incident
) row
LEFT JOIN organisation lead ON lead.id = lead_id
LEFT JOIN area zone ON zone.id = zone_id
LEFT JOIN layer ON layer.id = zone.layer_id
JOIN category ON category.id = category_id
JOIN account ON account.id = reporter_id
WHERE ({seen}) AND reported_at >= :since AND reported_at < :until
  AND (category.major_code = :category OR :category = '')
GROUP BY 1
"""
# A part of them is dealt with, after as many minutes as their id says.
HANDLED = """
UPDATE incident SET handled_at = reported_at + (hashtext(id::text) & 1023) * interval '1 minute'
WHERE status IN ('handled', 'checked', 'closed', 'evaluated')
"""
Numbers = Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    unit: str
    category: str
    since: int
    """Days since the beginning."""
    days: int

    @classmethod
    def any(cls, random: Random) -> "Asked":
        category = random.choice(["", "", "01", "02"])
        return cls(random.choice([*CODES]), category, random.randint(-1, 20), random.randint(1, 25))

    @property
    def filters(self) -> Filters:
        since = BEGAN + timedelta(days=self.since)
        return Filters(
            category=self.category or None, since=since, until=since + timedelta(days=self.days)
        )

    @property
    def query(self) -> dict[str, str]:
        filters = self.filters
        asked = {
            "unit": self.unit,
            "from": f"{filters.since:%FT%TZ}",
            "to": f"{filters.until:%FT%TZ}",
        }
        return {**asked, **({"category": self.category} if self.category else {})}


async def in_sql(db: AsyncSession, asked: Asked, viewer: str) -> Numbers:
    statement = text(RAW.format(code=CODES[asked.unit], seen=SEEN[viewer]))
    given = {"since": asked.filters.since, "until": asked.filters.until}
    rows = await db.execute(statement, {**given, "category": asked.category})
    return {row.code: rounded(row[1:]) for row in rows}


def rounded(numbers: Any) -> tuple[float | None, ...]:
    """As they are compared; what is not known is None."""
    known = (None if it in {None, ""} or isnan(float(it)) else float(it) for it in numbers)
    return tuple(it if it is None else round(it, 3) for it in known)


async def in_json(client: httpx.AsyncClient, asked: Asked) -> tuple[Numbers, Numbers]:
    found = (await client.get("/v1/workload", params=asked.query)).json()
    columns = zip(*(found[name] for name in COUNTED), strict=True)
    by_code = {code: rounded(it) for code, it in zip(found["codes"], columns, strict=True)}
    return by_code, {name: rounded(found[name].values()) for name in ("total", "elsewhere")}


async def in_csv(client: httpx.AsyncClient, asked: Asked) -> Numbers:
    answer = await client.get("/v1/workload", params={**asked.query, "f": "csv"})
    rows = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    return {row["code"]: rounded(row[name] for name in COUNTED) for row in rows}


async def in_frame(db: AsyncSession, client: httpx.AsyncClient, asked: Asked) -> Numbers:
    """What the page draws."""
    secret, now = client.headers["Authorization"].removeprefix("Bearer "), utc_now()
    who = await repository.principal_by_secret(db, secret_hash(secret), kind="bearer", now=now)
    assert who is not None
    savepoint = await db.begin_nested()
    await confine(db, who)
    level = None if asked.unit in {"cleaning", "organisation"} else asked.unit
    unit, way = Unit(asked.unit, level, ""), Way(By.ROUTED, now, Settings())
    frame, elsewhere = workload_frame(
        await read_load(db, unit, asked.filters, way, who=who, now=now)
    )
    await savepoint.rollback()
    rows = zip(*(frame[name] for name in COUNTED), strict=True)
    by_code = {code: rounded(it) for code, it in zip(frame["code"], rows, strict=True)}
    return {**by_code, "": (float(elsewhere),)}


async def test_every_channel_tells_the_numbers_of_the_rows(
    db: AsyncSession, client_of: ClientOf, reporter: Account
) -> None:
    clients = {
        "me": await client_of(Role.GRID_WORKER, login="me"),
        "all": await client_of(Role.COMMAND_CENTRE, login="all"),
        "south": await client_of(Role.COMMAND_CENTRE, login="south", scope=Scope("street", "S2")),
    }
    me = (await db.scalars(select(Account).where(Account.login == "me"))).one()
    await populate(db, [reporter, me], count=200)
    await db.execute(text(HANDLED))
    await db.commit()
    random, nothing = Random(5), (0.0, 0.0, 0.0, 0.0, None)
    for asked in [Asked.any(random) for _ in range(16)]:
        for viewer, client in clients.items():
            raw = await in_sql(db, asked, viewer)
            told, sums = await in_json(client, asked)
            assert told == {code: raw.get(code, nothing) for code in told}, (asked, viewer)
            lost = sum(it[0] or 0 for code, it in raw.items() if code not in told)
            if asked.unit != "cleaning":
                assert sums["elsewhere"][0] == lost
                assert sums["total"][0] == sum(it[0] or 0 for it in raw.values())
            sheet = await in_csv(client, asked)
            assert sheet == {**told, "": sums["elsewhere"]}
            drawn = await in_frame(db, client, asked)
            assert drawn == {**told, "": sums["elsewhere"][:1]}
