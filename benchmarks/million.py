"""A generated city with as many incidents as one likes, put into a database in one go."""

import asyncio
from datetime import timedelta

import numpy as np
import psycopg

from geodata.generate.chance import stream
from geodata.generate.city import City, generate
from geodata.generate.plan import Scale
from geodata.generate.spots import spots
from geodata.generate.terrain import PLANE
from gridsvc.areas.publish import Provenance
from gridsvc.areas.publish import publish as publish_layer
from gridsvc.areas.register import put_organisations
from gridsvc.auth.appointing import NewAppointment, appoint
from gridsvc.auth.principal import Role
from gridsvc.auth.service import NewAccount, add_account, add_credential
from gridsvc.catalogue.service import Title, publish
from gridsvc.db import migrations
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.demo.city import entries_of, layers_of, rows_of
from gridsvc.tiles.shapes import make_shapes
from gridsvc.tiles.tally import add_up

DAYS = 730
LOGIN = "bench"

STAGED = """
CREATE TEMP TABLE staged (
    lon float8, lat float8, age interval, open boolean,
    grid text, community text, street text, district text
)
"""
# What no longer moves is closed; as in life the open ones are few, and most of them are late. The
# offices and companies of a district lead its cases, and one helps with some.
FILED = """
INSERT INTO incident (
    id, reference, category_id, status, channel, description, location, occurred_at, reported_at,
    reporter_id, report_hash, due_at, closed_at, handled_at, outcome, lead_id, co_handler_ids,
    grid, community, street, district
)
SELECT gen_random_uuid(), to_char(now() - age, 'YYYYMMDD') || lpad(number::text, 7, '0'),
       categories.ids[1 + mod(number, cardinality(categories.ids))],
       CASE WHEN open THEN 'dispatched' ELSE 'closed' END, 'worker_app', '路边有暴露垃圾',
       ST_SetSRID(ST_MakePoint(lon, lat), 4326), now() - age, now() - age,
       reporter.id, decode(repeat('00', 32), 'hex'), now() - age + interval '1 day',
       CASE WHEN NOT open THEN now() - age + interval '5 hours' END,
       CASE WHEN NOT open THEN now() - age + interval '4 hours' END,
       'routed', leads.ids[1 + mod(number, cardinality(leads.ids))],
       CASE WHEN mod(number, 20) = 0 THEN leads.ids[1:1] ELSE '{}' END,
       grid, community, street, district
FROM (SELECT *, row_number() OVER (ORDER BY age DESC) AS number FROM staged) AS placed
     JOIN (SELECT substr(code, 5, 6) AS district, array_agg(id ORDER BY code) AS ids
           FROM organisation WHERE code ~ '^ORG-[0-9]{6}-' GROUP BY 1) AS leads USING (district),
     (SELECT array_agg(id ORDER BY code) AS ids FROM category) AS categories,
     (SELECT id FROM account WHERE login = %s) AS reporter
"""


def fill(url: str, scale: Scale, count: int) -> tuple[City, str]:
    """Put a city's map and its incidents in; give it, and a command centre's token."""
    migrations.upgrade(url)
    city = generate(scale)
    token = asyncio.run(_fill(url, city))
    with psycopg.connect(url) as connection:
        _file(connection, city, count)
    asyncio.run(_add_up(url))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return city, token


async def appointed(url: str, login: str, *posts: NewAppointment) -> str:
    """Add somebody with some appointments; give their token."""
    database, now = Database.connect(url, pool_size=2), utc_now()
    async with database.transaction() as db:
        account = await add_account(db, NewAccount(login, "for measuring only"))
        for post in posts:
            await appoint(db, account.login, post, by=None)
        token = await add_credential(
            db, account.id, kind="bearer", name="bench", life=timedelta(days=1), now=now
        )
    await database.close()
    return token


async def _add_up(url: str) -> None:
    database = Database.connect(url, pool_size=2)
    async with database.transaction() as db:
        await add_up(db)
    await make_shapes(database, now=utc_now())
    await database.close()


async def _fill(url: str, city: City) -> str:
    database, now = Database.connect(url, pool_size=2), utc_now()
    began = now - timedelta(days=DAYS + 1)
    async with database.transaction() as db:
        for spec, frame in layers_of(city):
            source = Provenance(source="generated")
            await publish_layer(db, spec, frame, valid_from=began, provenance=source)
        scheme = city.scheme
        title = Title(name=scheme.name, name_en=scheme.name_en, numbering=scheme.numbering)
        await publish(db, scheme.code, entries_of(city), title=title, valid_from=began)
        await put_organisations(db, rows_of(city.organisations))
    await database.close()
    post = NewAppointment(role=Role.COMMAND_CENTRE, valid_from=began)
    return await appointed(url, LOGIN, post)


def _file(connection: psycopg.Connection, city: City, count: int) -> None:
    rng = stream(7, "a million")
    where = spots(city, count, rng=rng)
    days = rng.uniform(0, DAYS, size=count)
    is_open = rng.uniform(size=count) < np.where(days < 7, 0.5, 0.01)
    above = _above(city)
    connection.execute(STAGED)
    with connection.cursor().copy("COPY staged FROM STDIN") as copy:
        for lon, lat, age, unfinished, grid in zip(
            *PLANE.to_degrees(where.xy).T.tolist(),
            days.tolist(),
            is_open.tolist(),
            where.grid.tolist(),
            strict=True,
        ):
            copy.write_row((lon, lat, f"{age} days", unfinished, *above[grid]))
    # What the triggers would write of each row is written at once.
    connection.execute("ALTER TABLE incident DISABLE TRIGGER USER")
    connection.execute(FILED, (LOGIN,))
    connection.execute("ALTER TABLE incident ENABLE TRIGGER USER")
    connection.execute(TALLIED)


TALLIED = """
INSERT INTO incident_tally (x, y, district, street, lead_id, count, open, sum_x, sum_y)
SELECT tile_x(location) >> 11, tile_y(location) >> 11, district, street, lead_id,
       1, stands_open(status)::integer, tile_x(location), tile_y(location)
FROM incident
"""


def _above(city: City) -> list[tuple[str, str | None, str | None, str | None]]:
    """The codes of each grid and of what it lies in."""
    parents = {
        level: dict(zip(city.levels[level]["code"], city.levels[level]["parent"], strict=True))
        for level in ("street", "community", "grid")
    }
    found = []
    for grid, community in parents["grid"].items():
        street = parents["community"].get(community)
        found.append((grid, community, street, parents["street"].get(street)))
    return found
