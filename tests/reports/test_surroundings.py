"""What the map of a case shows beside its decision: where it was, and what is near."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from tests.factories import at, report_body
from tests.fixtures.web import ClientOf
from tests.incidents.test_amending import amended, place
from tests.incidents.test_components import LAMP, METRE, stand
from tests.maps.reading import Reading
from tests.reports.test_incident import opened

HERE = 2.5
"""The column, in cells, around which everything stands."""


async def case_at(client: httpx.AsyncClient, metres: float) -> tuple[str, str]:
    answer = await client.post("/v1/incidents", json=report_body(HERE + metres * METRE, 0.5))
    made = answer.json()
    return made["id"], made["reference"]


async def page_of(client: httpx.AsyncClient, made: str) -> Reading:
    return await opened(client, f"/v1/incidents/{made}/routing/map")


async def test_cases_and_components_near_are_shown_as_far_as_one_sees_them(
    client_of: ClientOf, db: AsyncSession
) -> None:
    worker, other = [await client_of(Role.GRID_WORKER, login=it) for it in ("one", "other")]
    centre = await client_of(Role.COMMAND_CENTRE)
    await stand(db, LAMP, 40, owner="power")
    await db.commit()
    made, _ = await case_at(worker, 0)
    _, near = await case_at(worker, 20)
    _, others = await case_at(other, 50)
    _, far = await case_at(other, 320)
    seen = await page_of(centre, made)
    assert "Cases within 300 m 2" in seen.text
    assert f"{near} ↗ Exposed rubbish dispatched 20 m" in seen.text
    assert seen.text.index(near) < seen.text.index(others)
    assert f"路灯 {LAMP} 供电公司 40 m" in seen.text
    assert far not in seen.text
    own = await page_of(worker, made)
    assert near in own.text
    assert others not in own.text


async def test_a_corrected_place_stays_in_its_history(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    made, _ = await case_at(centre, 0)
    before = await page_of(centre, made)
    assert "Where it was before" not in before.text
    await amended(centre, made, **place(3.5))
    page = await page_of(centre, made)
    assert "How it was decided, and where it was 2" in page.text
    assert "Where it was before 1" in page.text
    west, south, *_ = page.data["bounds"]
    newest, first = page.data["sets"]["earlier"]["spots"]
    places = [
        (round(west + it[0] / 1e6, 4), round(south + it[1] / 1e6, 4)) for it in (newest, first)
    ]
    assert places == [at(3.5, 0.5), at(HERE, 0.5)]
