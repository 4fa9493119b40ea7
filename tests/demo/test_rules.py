"""The demonstration shows what rules and border policies are for."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import geopandas
import pytest
import pytest_asyncio
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.generate import City, Scale, generate
from gridsvc.db.session import Database
from gridsvc.routing.facts import Decision
from gridsvc.routing.service import Matter, Position, Router
from gridsvc.rules.book import findings_at, read_book
from gridsvc.settings import Settings
from tests.fixtures.cluster import Cluster
from tests.served import city_database

HERE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 9, 1, 12, tzinfo=HERE)
NIGHT = NOON.replace(hour=23)


@pytest_asyncio.fixture
async def db(cluster: Cluster) -> AsyncIterator[AsyncSession]:
    """The demonstration's database."""
    async with city_database(cluster) as url:
        database = Database.connect(url, pool_size=1)
        async with database.sessions() as session:
            yield session
        await database.close()


@pytest.fixture(scope="module")
def made() -> City:
    return generate(Scale.STREET)


async def decided(
    db: AsyncSession, category: str, point: shapely.Point, *, at: datetime = NOON
) -> Decision:
    router = Router.of(Settings(asset_tolerance_m=0))
    position = Position(point.x, point.y)
    matter = Matter(category=category, scheme=None, position=position, at=at)
    return (await router.ask(db, await router.atlas.newest(db), matter)).decision


def inside(areas: geopandas.GeoDataFrame, row: int = 0) -> shapely.Point:
    return areas.geometry.iloc[row].representative_point()


async def test_nothing_is_wrong_or_odd_about_them(db: AsyncSession) -> None:
    assert list(await findings_at(db, await read_book(db), NOON)) == []


async def test_rules_change_who_leads(db: AsyncSession, made: City) -> None:
    heated, banned = inside(made.zones["heating"]), inside(made.zones["firework_ban"])
    types = made.levels["sub_estate"]["estate_type"]
    managed = inside(made.levels["sub_estate"][types == "commodity"])
    other = inside(made.levels["sub_estate"][types == "resold"])
    told = [
        await decided(db, "E0301", heated),
        await decided(db, "E0301", heated, at=NIGHT),
        await decided(db, "E0701", heated),
        await decided(db, "E0701", heated, at=NOON.replace(month=12)),
        await decided(db, "E0704", other),
        await decided(db, "E0704", managed),
        await decided(db, "E0507", banned, at=datetime(2026, 2, 17, 12, tzinfo=HERE)),
    ]
    assert [(one.ruling.code if one.ruling else None, layer(one)) for one in told] == [
        (None, "district"),
        ("NIGHT-NOISE", "city_management"),
        (None, "street"),
        ("HEATING-SEASON", "heating"),
        (None, "street"),
        ("MANAGED-ESTATES", "community"),
        ("BAN-DAYS", "firework_ban"),
    ]
    assert len(told[-1].co_handlers) == 1


def layer(decision: Decision) -> str | None:
    return decision.pick.place.layer if decision.pick else None


async def test_border_policies_settle_a_road_and_a_park(db: AsyncSession, made: City) -> None:
    road, park = made.borders.to_dict("records")
    streets = made.levels["street"].set_index("code").geometry
    north, south = (streets[code] for code in road["areas"].split(";"))
    on_the_road = shapely.intersection(north, south).interpolate(0.6, normalized=True)
    in_the_park = shapely.intersection(
        shapely.from_wkt(park["shape"]), streets[park["areas"].split(";")[1]]
    )
    for policy, point in ((road, on_the_road), (park, in_the_park.representative_point())):
        decision = await decided(db, "E0201", point)
        assert decision.border is not None
        assert decision.border.code == policy["code"]
        assert decision.lead is not None
        assert decision.lead.code == f"ORG-{policy['areas'].split(';')[0]}"
