"""Reports about components: near one of their class, or naming one, and who then owns them."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely import Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.assets.model import Asset
from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at, report_body
from tests.fixtures.web import ClientOf

LAMP, TWIN, FAR = (f"379902010100000{number}" for number in (1, 2, 3))
METRE = 1 / 958
"""In cells, along a row."""


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def stand(
    db: AsyncSession, code: str, metres: float, *, owner: str, maintainer: str | None = None
) -> None:
    """Put a lamp so many metres east of the middle of a cell where power has no zone."""
    keeper = await organisation_by_code(db, maintainer, field="-") if maintainer else None
    db.add(
        Asset(
            code=code,
            scheme="test",
            category_code="0101",
            name="路灯",
            geometry=Point(*at(2.5 + metres * METRE, 0.5)),
            owner_id=(await organisation_by_code(db, owner, field="-")).id,
            maintainer_id=keeper.id if keeper else None,
            valid_from=BEGAN,
        )
    )
    await db.commit()


async def reported(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = report_body(2.5, 0.5, category="0101", **changes)
    answer = await client.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["routing"]
    return found


async def test_one_that_is_near_goes_to_its_owner_and_its_keeper_helps(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    await stand(db, LAMP, 12, owner="clean2", maintainer="power")
    routing = await reported(worker)
    assert (routing["outcome"], routing["lead"]["code"]) == ("routed", "clean2")
    assert [it["code"] for it in routing["co_handlers"]] == ["power"]
    (component,) = routing["components"]
    assert component["code"] == LAMP
    assert component["distance_m"] == pytest.approx(12, abs=0.1)
    assert "12.0米" in routing["explanation"]["zh"]
    assert LAMP in routing["explanation"]["en"]
    assert routing["rule_path"] == ["kind=component", f"component={LAMP}", "near"]


@pytest.mark.parametrize(("accuracy", "owner"), [(0, "s2"), (15, "clean2")])
async def test_how_near_is_near_depends_on_the_fix(
    worker: httpx.AsyncClient, db: AsyncSession, accuracy: float, owner: str
) -> None:
    """Forty metres: ten beyond the tolerance of a good fix."""
    await stand(db, LAMP, 40, owner="clean2")
    lon, lat = at(2.5, 0.5)
    location = {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": accuracy}
    assert (await reported(worker, location=location))["lead"]["code"] == owner


async def test_two_of_one_owner_leave_no_doubt(worker: httpx.AsyncClient, db: AsyncSession) -> None:
    await stand(db, LAMP, 12, owner="clean2")
    await stand(db, TWIN, -8, owner="clean2")
    routing = await reported(worker)
    assert (routing["outcome"], routing["question"]) == ("routed", None)
    assert [(it["code"], it["lost_by"]) for it in routing["components"]] == [
        (TWIN, None),
        (LAMP, "farther"),
    ]


async def test_two_of_different_owners_are_asked_about(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    await stand(db, LAMP, 12, owner="clean2")
    await stand(db, TWIN, -8, owner="power", maintainer="clean1")
    receipt = await worker.post("/v1/incidents", json=report_body(2.5, 0.5, category="0101"))
    routing = receipt.json()["routing"]
    assert (routing["outcome"], routing["lead"]["code"]) == ("ambiguous", "power")
    options = routing["question"]["options"]
    assert [it["id"] for it in options] == [f"component/{TWIN}", f"component/{LAMP}"]
    assert LAMP in routing["question"]["zh"]
    answered = await worker.post(
        f"{receipt.headers['location']}/routing/answer",
        json={"option": f"component/{LAMP}"},
        headers={"If-Match": '"1"'},
    )
    found = answered.json()["routing"]
    assert (found["lead"]["code"], found["co_handlers"]) == ("clean2", [])
    assert {it["code"]: it["lost_by"] for it in found["components"]} == {LAMP: None, TWIN: "answer"}


HELPED = {"title": "路灯", "category": "0101", "layers": ["grid"], "co_handlers": ["clean1", "s2"]}


@pytest.mark.parametrize(
    ("option", "lead", "helpers"),
    [(LAMP, "clean2", ["s1", "clean1", "s2"]), (TWIN, "power", ["clean1", "s2"])],
)
async def test_who_helps_by_a_rule_helps_after_the_answer_too(
    client_of: ClientOf,
    worker: httpx.AsyncClient,
    db: AsyncSession,
    option: str,
    lead: str,
    helpers: list[str],
) -> None:
    """A keeper that the rule names as well helps whichever component it is."""
    await stand(db, LAMP, 12, owner="clean2", maintainer="s1")
    await stand(db, TWIN, -8, owner="power", maintainer="clean1")
    planner = await client_of(Role.PLANNER)
    assert (await planner.put("/v1/rules/lamps", json=HELPED)).is_success
    receipt = await worker.post("/v1/incidents", json=report_body(2.5, 0.5, category="0101"))
    before = receipt.json()["routing"]
    assert (before["outcome"], before["lead"]["code"]) == ("ambiguous", "power")
    assert [it["code"] for it in before["co_handlers"]] == ["clean1", "s2"]
    answered = await worker.post(
        f"{receipt.headers['location']}/routing/answer",
        json={"option": f"component/{option}"},
        headers={"If-Match": '"1"'},
    )
    found = answered.json()["routing"]
    assert found["lead"]["code"] == lead
    assert [it["code"] for it in found["co_handlers"]] == helpers


async def test_an_event_is_not_the_components(worker: httpx.AsyncClient, db: AsyncSession) -> None:
    await stand(db, LAMP, 1, owner="power")
    answer = await worker.post("/v1/incidents", json=report_body(2.5, 0.5))
    assert answer.json()["routing"]["lead"]["code"] == "clean1"


class TestNamed:
    async def test_it_is_its_owners_wherever_the_report_is(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await stand(db, LAMP, 1, owner="power")
        await stand(db, FAR, 400, owner="clean2")
        routing = await reported(worker, asset=FAR)
        assert (routing["outcome"], routing["lead"]["code"]) == ("routed", "clean2")
        assert routing["rule_path"][-1] == "named"

    @pytest.mark.parametrize(
        ("metres", "accuracy", "far"), [(490, 0, 0), (600, 150, 0), (600, 0, 1)]
    )
    async def test_one_that_stands_far_from_the_report_keeps_its_owner_and_is_doubted(
        self, worker: httpx.AsyncClient, db: AsyncSession, metres: float, accuracy: float, far: int
    ) -> None:
        await stand(db, FAR, metres, owner="clean2")
        lon, lat = at(2.5, 0.5)
        location = {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": accuracy}
        routing = await reported(worker, asset=FAR, location=location)
        assert routing["lead"]["code"] == "clean2"
        assert routing["components"][0]["distance_m"] == pytest.approx(metres, rel=0.01)
        assert [it["code"] for it in routing["warnings"]] == ["asset_far"] * far
        assert routing["outcome"] == ("ambiguous" if far else "routed")

    async def test_the_doubt_is_told_with_its_metres_and_answered(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await stand(db, FAR, 600, owner="clean2", maintainer="power")
        body = report_body(2.5, 0.5, category="0101", asset=FAR)
        receipt = await worker.post("/v1/incidents", json=body)
        routing = receipt.json()["routing"]
        (warning,) = routing["warnings"]
        metres = round(warning["distance_m"])
        assert f"距上报地点{metres}米" in warning["zh"]
        assert f"{metres} m from the reported place" in warning["en"]
        for language in ("zh", "en"):
            assert warning[language] in routing["explanation"][language]
        options = {it["id"]: it for it in routing["question"]["options"]}
        place, component = sorted(options, key=lambda it: it.startswith("component"))
        assert (component, options[place]["organisation"]["code"]) == (f"component/{FAR}", "s2")
        answered = await worker.post(
            f"{receipt.headers['location']}/routing/answer",
            json={"option": place},
            headers={"If-Match": '"1"'},
        )
        found = answered.json()["routing"]
        assert (found["lead"]["code"], found["warnings"]) == ("s2", [])
        assert found["co_handlers"] == []

    async def test_far_from_where_it_is_its_owners_all_the_same_there_is_only_the_warning(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await stand(db, FAR, 600, owner="s2")
        routing = await reported(worker, asset=FAR)
        assert (routing["outcome"], routing["question"]) == ("routed", None)
        assert [it["code"] for it in routing["warnings"]] == ["asset_far"]

    async def test_without_a_place_it_is_where_the_component_is(
        self, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await stand(db, FAR, 400, owner="clean2")
        routing = await reported(worker, asset=FAR, location=None)
        assert [it["code"] for it in routing["area_chain"]] == ["D1", "S2", "C2", "G20"]

    @pytest.mark.parametrize(
        ("category", "asset", "code"),
        [("0101", TWIN, "unknown_asset"), ("0201", LAMP, "asset_of_another_class")],
    )
    async def test_one_that_cannot_be_meant_is_refused(
        self, worker: httpx.AsyncClient, db: AsyncSession, category: str, asset: str, code: str
    ) -> None:
        await stand(db, LAMP, 1, owner="power")
        body = report_body(2.5, 0.5, category=category, asset=asset)
        answer = await worker.post("/v1/incidents", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["field"] == "asset"


async def test_many_points_are_answered_alike(
    worker: httpx.AsyncClient, client_of: ClientOf, db: AsyncSession
) -> None:
    await stand(db, LAMP, 12, owner="clean2")
    planner = await client_of(Role.PLANNER)
    lon, lat = at(2.5, 0.5)
    points = [{"lon": lon, "lat": lat, "category": code} for code in ("0101", "0201")]
    answer = await planner.post("/v1/route", json={"crs": "wgs84", "points": points})
    assert [it["lead"] for it in answer.json()["answers"]] == ["clean2", "clean1"]
