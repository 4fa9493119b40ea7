"""The small map of one incident: what its decision weighed, for those who may see it."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely import Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.register import put_names
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from tests.factories import BEGAN, at, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.test_components import LAMP, stand
from tests.maps.reading import Reading, read

BESIDE = {"lon": 104.0299, "lat": 30.605, "crs": "wgs84", "accuracy_m": 30}
"""Ten metres west of the border between two cleaning zones."""

MARKET = {"kind": "place", "code": "M1", "name": "长风菜市场", "geometry": Point(*at(0.5, 0.5))}


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def reported(client: httpx.AsyncClient, **changes: Any) -> str:
    """Where the map of a new incident is."""
    body = report_body(0, 0, **{"location": BESIDE, **changes})
    answer = await client.post("/v1/incidents", json=body)
    return f"{answer.headers['location']}/routing/map"


async def opened(client: httpx.AsyncClient, path: str, language: str = "en") -> Reading:
    answer = await client.get(path, params={"lang": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-security-policy"]
    return read(answer.text)


async def test_it_shows_every_zone_that_was_weighed_the_chosen_one_first(
    worker: httpx.AsyncClient,
) -> None:
    page = await opened(worker, await reported(worker))
    assert "环卫一区 · lead Cleaning 1 9.6 m inside" in page.text
    assert "环卫二区 Cleaning 2 9.6 m outside" in page.text
    assert "±30 m" in page.text


async def test_it_follows_an_answer(worker: httpx.AsyncClient) -> None:
    path = await reported(worker)
    answer = {"option": "cleaning/Z2"}
    await worker.post(path.replace("/map", "/answer"), json=answer, headers={"If-Match": '"1"'})
    page = await opened(worker, path, language="zh")
    assert "环卫二区 · 主责 环卫二所" in page.text


async def test_a_place_outside_all_zones_is_shown_alone(worker: httpx.AsyncClient) -> None:
    location = {**BESIDE, "lon": 103.99}
    page = await opened(worker, await reported(worker, location=location))
    assert "Candidate zones 0" in page.text


async def test_where_nothing_says_where_it_is_the_page_says_so(worker: httpx.AsyncClient) -> None:
    path = await reported(worker, location=None, address="某处")
    page = await opened(worker, path)
    assert "no address or component says where it is" in page.text
    assert page.data["bounds"] is None


async def test_an_address_is_shown_with_the_places_it_may_mean(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    await put_names(db, [MARKET], valid_from=BEGAN)
    await db.commit()
    path = await reported(worker, location=None, address=MARKET["name"])
    page = await opened(worker, path)
    assert "Reported without coordinates" in page.text
    assert f"{MARKET['name']} · taken" in page.text
    assert "Where its address is" in page.text


async def test_a_component_is_shown_where_it_stands(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    await stand(db, LAMP, 0, owner="power")
    path = await reported(worker, location=None, category="0101", asset=LAMP)
    page = await opened(worker, path)
    assert f"{LAMP} · taken" in page.text
    assert "The component that decided" in page.text


class TestWho:
    async def test_somebody_who_is_not_signed_in_goes_to_the_login_page(
        self, worker: httpx.AsyncClient, anonymous: httpx.AsyncClient
    ) -> None:
        answer = await anonymous.get(await reported(worker))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?following=")

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.COMMAND_CENTRE, 200), (Role.PLANNER, 200), (Role.ADMINISTRATOR, 403)],
    )
    async def test_roles(
        self, worker: httpx.AsyncClient, client_of: ClientOf, role: Role, status: int
    ) -> None:
        client = await client_of(role)
        assert (await client.get(await reported(worker))).status_code == status

    async def test_anothers_looks_like_none(
        self, worker: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        stranger = await client_of(Role.GRID_WORKER, login="stranger")
        there = await stranger.get(await reported(worker))
        not_there = await stranger.get(f"/v1/incidents/{new_id()}/routing/map")
        assert there.status_code == not_there.status_code == 404


async def test_the_page_of_its_case_shows_it(worker: httpx.AsyncClient) -> None:
    path = await reported(worker)
    case = path.removeprefix("/v1/incidents/").removesuffix("/routing/map")
    page = (await worker.get(f"/cases/{case}")).text
    assert f'href="{path}"' in page
    assert f'src="{path}?framed=true"' in page
