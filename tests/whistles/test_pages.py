"""The pages of whistles: what they show, and to whom they offer what."""

from typing import Any

import httpx

from gridsvc.auth.principal import Role
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.whistles.calls import ASTRIDE, act, blown, position

ACTS = ("report-in", "part", "sign-off", "release", "end", "cancel")


async def offered(client: httpx.AsyncClient, made: dict[str, Any]) -> set[str]:
    """What forms a page has: of which call, and what they do."""
    page = (await client.get(f"/whistles/{made['id']}")).text
    return {call for call in ACTS if f'/{call}"' in page}


async def test_each_side_is_offered_what_it_may_do(
    street: httpx.AsyncClient, client_of: ClientOf, border: dict[str, Any]
) -> None:
    made = await blown(street, "law1", "law2", **ASTRIDE, place="边界路<18>号")
    law1 = await client_of(Role.DEPARTMENT_HANDLER, organisation=border["law1"])
    assert await offered(law1, made) == {"report-in"}
    assert await offered(street, made) == {"release", "cancel"}
    await act(law1, made, "calls/law1/report-in", position(1.95, 0.6))
    assert await offered(law1, made) == {"part"}
    await act(law1, made, "calls/law1/part", {"text": "已拆除"})
    assert await offered(law1, made) == {"part", "sign-off"}
    await act(law1, made, "calls/law1/sign-off")
    await act(street, made, "calls/law2/release", {"note": "人手已够"})
    assert await offered(law1, made) == set()
    assert await offered(street, made) == {"end", "cancel"}
    listed = (await law1.get("/whistles?lang=en")).text
    assert made["reference"] in listed
    assert "1 / 1" in listed
    assert "&lt;18&gt;" in listed
    shown = (await law1.get(f"/whistles/{made['id']}?lang=en")).text
    assert "at the place" in shown
    drawn = await law1.get(f"/maps/whistles/{made['id']}")
    assert drawn.status_code == 200
    assert "一区" in drawn.text
    assert "Law 1" in drawn.text


class TestBlowing:
    async def test_a_place_is_asked_for_and_whom_it_concerns_is_shown(
        self, street: httpx.AsyncClient
    ) -> None:
        made = (await street.post("/v1/incidents", json=report_body(1.99, 0.5))).json()
        listed = (await street.get(f"/whistles?incident={made['id']}")).text
        assert f'href="/whistles/new?incident={made["id"]}"' in listed
        empty = (await street.get("/whistles/new")).text
        assert "calls.0.organisation" not in empty
        page = (await street.get(f"/whistles/new?incident={made['reference']}")).text
        assert 'value="law2"' in page
        assert f'name="incident" value="{made["id"]}"' in page

    async def test_what_is_no_place_is_said_on_the_page(self, street: httpx.AsyncClient) -> None:
        for asked, said in [
            ("layer=street&code=S9&lang=en", "has no area"),
            ("layer=street&code=S9&lang=zh", "现无编码为"),
            ("incident=202601010000001", "案件不存在"),
            ("geometry=x", "GeoJSON"),
            ("geometry={}", "GeoJSON"),
            ("code=S1&layer=street&category=9999", "9999"),
        ]:
            answer = await street.get(f"/whistles/new?{asked}")
            assert answer.status_code == 200, asked
            fault = answer.text.partition('role="alert">')[2].partition("</p>")[0]
            assert said in fault, (asked, fault)

    async def test_who_calls_nobody_has_no_such_page(self, client_of: ClientOf) -> None:
        worker = await client_of(Role.GRID_WORKER)
        assert (await worker.get("/whistles/new")).status_code == 403
        assert (await worker.get("/whistles")).status_code == 200
