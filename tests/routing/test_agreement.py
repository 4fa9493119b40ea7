"""The map in memory and PostGIS agree on every point, those on borders and corners above all."""

from collections.abc import Iterator, Sequence
from math import inf, nextafter
from random import Random

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.reading import AreaRow, covering
from gridsvc.db.clock import utc_now
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Facts
from gridsvc.routing.finding import facts_of
from gridsvc.routing.service import Matter, Position, Router
from gridsvc.routing.snapshot import MapView
from gridsvc.settings import Settings
from tests.factories import at

POINTS = 400


@pytest_asyncio.fixture
async def router() -> Router:
    return Router.of(Settings(timezone="UTC"))


def points() -> Iterator[tuple[float, float]]:
    """Random points, of which two thirds lie on a border, a corner, or one float beside it."""
    random = Random(20260301)
    for _ in range(POINTS):
        lon, lat = at(_along(random, 4), _along(random, 2))
        yield _nudged(random, lon), _nudged(random, lat)


def _along(random: Random, cells: int) -> float:
    return random.choice([random.uniform(-0.5, cells + 0.5), random.randint(0, cells)])


def _nudged(random: Random, degrees: float) -> float:
    return random.choice([degrees, degrees, nextafter(degrees, inf), nextafter(degrees, -inf)])


def facts(router: Router, edition: Edition, view: MapView, place: Position, code: str) -> Facts:
    matter = Matter(category=code, scheme=None, position=place, at=utc_now())
    return facts_of(router.question(edition, matter), edition=edition, view=view)


def chain_of(rows: Sequence[AreaRow]) -> list[tuple[str, str, bool]]:
    """What the chain must be: of each level the lowest code, flagged if there are several."""
    by_level: dict[str, list[str]] = {}
    for row in rows:
        if row.level is not None:
            by_level.setdefault(row.level, []).append(row.code)
    return [(level, min(codes), len(codes) > 1) for level, codes in by_level.items()]


async def test_they_agree_on_every_point(router: Router, db: AsyncSession) -> None:
    edition = await router.atlas.newest(db)
    view = await router.atlas.view(db, edition, at=utc_now())
    disagreeing = []
    for lon, lat in points():
        rows = await covering(db, lon, lat, at=utc_now())
        place = Position(lon, lat)
        found = [facts(router, edition, view, place, code) for code in ("0101", "0201")]
        chain = [(str(p.level), p.code, p.tied) for p in found[0].chain]
        zones = {c.place.code for f in found for c in f.candidates if c.place.covers}
        if (chain, zones) != (chain_of(rows), {row.code for row in rows if row.kind == "zone"}):
            disagreeing.append((lon, lat))
    assert disagreeing == []
