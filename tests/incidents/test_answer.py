"""Answering what a decision asks: a new decision, a new owner, and nothing twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.incidents.lifecycle import UNHANDLED, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.schemas import RoutingOut
from gridsvc.routing.model import RoutingDecision
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.planning.desk import Desk, square

BESIDE = {"lon": 104.0299, "lat": 30.605, "crs": "wgs84", "accuracy_m": 30}
"""Ten metres west of the border between the cleaning zones Z1 and Z2."""


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


@pytest_asyncio.fixture
async def path(worker: httpx.AsyncClient) -> str:
    """Where an incident is that may be either zone's; it was given to Z1's lead."""
    answer = await worker.post("/v1/incidents", json=report_body(0, 0, location=BESIDE))
    assert answer.json()["routing"]["outcome"] == "ambiguous"
    assert answer.json()["routing"]["lead"]["code"] == "clean1"
    return str(answer.headers["location"])


async def give(
    client: httpx.AsyncClient, path: str, option: str, *, etag: str | None = '"1"'
) -> httpx.Response:
    headers = {} if etag is None else {"If-Match": etag}
    return await client.post(f"{path}/routing/answer", json={"option": option}, headers=headers)


async def events(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{path}/events")).json()
    return found


async def told(db: AsyncSession) -> list[tuple[str, int]]:
    """Whom jobs tell of which event."""
    rows = await db.execute(
        text("SELECT args->>'organisation_id', args->>'sequence' FROM procrastinate_jobs")
    )
    rows_of_names = await db.execute(text("SELECT id::text, code FROM organisation"))
    names = {str(id_): str(code) for id_, code in rows_of_names}
    return sorted((names[organisation], int(sequence)) for organisation, sequence in rows)


@pytest.mark.usefixtures("sound")
class TestAnotherOwner:
    async def test_the_answer_decides(
        self, worker: httpx.AsyncClient, path: str, db: AsyncSession
    ) -> None:
        answer = await give(worker, path, "cleaning/Z2")
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
        found = RoutingOut.model_validate(answer.json())
        assert found.routing.outcome == "routed"
        assert found.routing.lead is not None
        assert found.routing.lead.code == "clean2"
        assert found.routing.zone is not None
        assert found.routing.zone.code == "Z2"
        assert found.routing.question is None
        incident = (await worker.get(path)).json()
        assert incident["lead"]["code"] == "clean2"
        assert incident["zone"]["code"] == "Z2"
        assert (incident["outcome"], incident["status"]) == ("routed", "dispatched")
        assert await told(db) == [("clean1", 1), ("clean1", 2), ("clean2", 2)]

    async def test_it_says_who_answered_and_who_led_before(
        self, worker: httpx.AsyncClient, path: str
    ) -> None:
        routing = (await give(worker, path, "cleaning/Z2")).json()["routing"]
        assert routing["answer"]["by"] == "grid_worker"
        assert routing["answer"]["previous_lead"]["code"] == "clean1"
        assert "东侧" in routing["answer"]["zh"]
        assert "原判为环卫一所" in routing["explanation"]["zh"]
        assert "not Cleaning 1" in routing["explanation"]["en"]
        lost = {it["organisation"]["code"]: it["lost_by"] for it in routing["candidates"]}
        assert lost == {"clean1": "answer", "clean2": None}

    async def test_the_decision_before_it_is_kept(
        self, worker: httpx.AsyncClient, path: str
    ) -> None:
        before = (await worker.get(f"{path}/routing")).json()
        assert before["earlier"] == []
        after = (await give(worker, path, "cleaning/Z2")).json()
        assert (await worker.get(f"{path}/routing")).json() == after
        assert [it["routing"] for it in after["earlier"]] == [before["routing"]]

    async def test_it_is_an_event_in_the_chain(self, worker: httpx.AsyncClient, path: str) -> None:
        await give(worker, path, "cleaning/Z2")
        event = (await events(worker, path))[-1]
        assert (event["action"], event["sequence"]) == ("answer", 2)
        told = {name: event["detail"][name] for name in ("option", "lead", "previous_lead")}
        assert told == {"option": "cleaning/Z2", "lead": "clean2", "previous_lead": "clean1"}

    async def test_the_time_limit_runs_on_from_the_report(
        self, worker: httpx.AsyncClient, path: str
    ) -> None:
        due = (await worker.get(path)).json()["due_at"]
        await give(worker, path, "cleaning/Z2")
        assert (await worker.get(path)).json()["due_at"] == due
        detail = (await events(worker, path))[-1]["detail"]
        assert datetime.fromisoformat(detail["due_at"]) == datetime.fromisoformat(due)
        assert detail["calendar"] == "default"

    async def test_who_had_begun_hands_it_over(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str
    ) -> None:
        centre = await client_of(Role.COMMAND_CENTRE)
        accept = {"action": "accept"}
        await centre.post(f"{path}/transitions", json=accept, headers={"If-Match": '"1"'})
        await give(worker, path, "cleaning/Z2", etag='"2"')
        assert (await worker.get(path)).json()["status"] == "dispatched"


class TestTheSameOwner:
    async def test_the_pick_is_confirmed_and_work_goes_on(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str
    ) -> None:
        centre = await client_of(Role.COMMAND_CENTRE)
        accept = {"action": "accept"}
        await centre.post(f"{path}/transitions", json=accept, headers={"If-Match": '"1"'})
        answer = await give(worker, path, "cleaning/Z1", etag='"2"')
        assert answer.json()["routing"]["outcome"] == "routed"
        assert (await worker.get(path)).json()["status"] == "handling"


class TestTwice:
    async def test_the_same_answer_again_changes_nothing(
        self, worker: httpx.AsyncClient, path: str, db: AsyncSession
    ) -> None:
        first = await give(worker, path, "cleaning/Z2")
        again = await give(worker, path, "cleaning/Z2")
        assert (again.status_code, again.json()) == (200, first.json())
        assert again.headers["etag"] == first.headers["etag"]
        assert len(await events(worker, path)) == 2
        assert await db.scalar(select(func.count()).select_from(RoutingDecision)) == 2

    async def test_another_answer_is_refused(self, worker: httpx.AsyncClient, path: str) -> None:
        await give(worker, path, "cleaning/Z2")
        answer = await give(worker, path, "cleaning/Z1", etag='"2"')
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_asked")


class TestRefused:
    async def test_an_option_that_the_question_has_not(
        self, worker: httpx.AsyncClient, path: str
    ) -> None:
        answer = await give(worker, path, "cleaning/Z9")
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_option")
        assert answer.json()["options"] == ["cleaning/Z1", "cleaning/Z2"]

    @pytest.mark.parametrize("status", sorted(set(Status) - UNHANDLED))
    async def test_when_the_matter_is_dealt_with(
        self, worker: httpx.AsyncClient, path: str, db: AsyncSession, status: Status
    ) -> None:
        made = UUID(path.rpartition("/")[2])
        await db.execute(update(Incident).where(Incident.id == made).values(status=status.value))
        await db.commit()
        answer = await give(worker, path, "cleaning/Z2")
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")

    async def test_where_nothing_is_asked(self, worker: httpx.AsyncClient) -> None:
        sure = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
        answer = await give(worker, sure.headers["location"], "cleaning/Z1")
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_asked")

    async def test_when_a_dispatcher_has_chosen_since(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str
    ) -> None:
        centre = await client_of(Role.COMMAND_CENTRE)
        for version, body in enumerate(
            [{"action": "return", "note": "不属于"}, {"action": "dispatch", "lead": "power"}], 1
        ):
            headers = {"If-Match": f'"{version}"'}
            await centre.post(f"{path}/transitions", json=body, headers=headers)
        answer = await give(worker, path, "cleaning/Z2", etag='"3"')
        assert (answer.status_code, answer.json()["code"]) == (409, "owner_chosen")

    @pytest.mark.parametrize(("etag", "status"), [(None, 428), ('"7"', 412), ("x", 422)])
    async def test_without_the_version_that_was_seen(
        self, worker: httpx.AsyncClient, path: str, etag: str | None, status: int
    ) -> None:
        assert (await give(worker, path, "cleaning/Z2", etag=etag)).status_code == status

    async def test_by_who_may_not(
        self, client_of: ClientOf, anonymous: httpx.AsyncClient, path: str
    ) -> None:
        assert (await give(anonymous, path, "cleaning/Z2")).status_code == 401
        assert (await give(await client_of(Role.PLANNER), path, "cleaning/Z2")).status_code == 403

    async def test_by_who_may_not_see_it(self, client_of: ClientOf, path: str) -> None:
        stranger = await client_of(Role.GRID_WORKER, login="stranger")
        assert (await give(stranger, path, "cleaning/Z2")).status_code == 404


@pytest.mark.usefixtures("sound")
class TestAnotherMap:
    """What is answered stays for good, so that it must be by the map of now."""

    @staticmethod
    async def in_force(desk: Desk, db: AsyncSession) -> None:
        await desk.activate()
        # The deferred trigger runs at the commit, which the outer transaction never comes to.
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    async def test_the_same_question_names_who_leads_now(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str, db: AsyncSession
    ) -> None:
        desk = await Desk.of(await client_of(Role.PLANNER), kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        for row in rows:
            if row["organisation"] == "clean2":
                row["organisation"] = "s2"
        await desk.do("PUT", "/rows", {"rows": rows})
        await self.in_force(desk, db)
        before = (await worker.get(f"{path}/routing")).json()["routing"]
        routing = (await give(worker, path, "cleaning/Z2")).json()["routing"]
        assert (routing["lead"]["code"], routing["zone"]["code"]) == ("s2", "Z2")
        assert routing["map_version"] > before["map_version"]
        assert routing["answer"]["previous_lead"]["code"] == "clean1"

    async def test_another_question_is_asked_instead_and_nothing_pinned(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str, db: AsyncSession
    ) -> None:
        desk = await Desk.of(await client_of(Role.PLANNER), layer="cleaning")
        await desk.edit("change", code="Z2", name="环卫新片")
        await self.in_force(desk, db)
        late = await give(worker, path, "cleaning/Z2")
        problem = late.json()
        assert (late.status_code, problem["code"], late.headers["etag"]) == (
            *(409, "question_changed"),
            '"2"',
        )
        assert "环卫新片" in problem["question"]["zh"]
        now = (await worker.get(f"{path}/routing")).json()["routing"]
        assert now["question"] == problem["question"]
        assert (await give(worker, path, "cleaning/Z2")).status_code == 412
        event = (await events(worker, path))[-1]
        assert (event["action"], event["detail"]["option"]) == ("reroute", "cleaning/Z2")
        answer = await give(worker, path, "cleaning/Z2", etag='"2"')
        assert answer.json()["routing"]["lead"]["code"] == "clean2"

    async def test_where_nothing_is_asked_any_more_the_map_decides(
        self, client_of: ClientOf, worker: httpx.AsyncClient, path: str, db: AsyncSession
    ) -> None:
        desk = await Desk.of(await client_of(Role.PLANNER), layer="cleaning")
        await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
        await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
        await self.in_force(desk, db)
        late = await give(worker, path, "cleaning/Z1")
        assert (late.status_code, late.json()["question"]) == (409, None)
        incident = (await worker.get(path)).json()
        assert (incident["lead"]["code"], incident["outcome"]) == ("clean2", "routed")
        again = await give(worker, path, "cleaning/Z1", etag='"2"')
        assert again.json()["code"] == "nothing_asked"


@pytest.mark.usefixtures("sound")
class TestElsewhere:
    async def test_in_none_of_the_areas_the_duty_organisation_takes_it(
        self, worker: httpx.AsyncClient
    ) -> None:
        """Ten metres inside the only power zone, beyond which nobody leads in lamps."""
        location = {"lon": 104.0099, "lat": 30.605, "crs": "wgs84", "accuracy_m": 30}
        body = report_body(0, 0, location=location, category="0101")
        made = await worker.post("/v1/incidents", json=body)
        options = made.json()["routing"]["question"]["options"]
        assert [option["id"] for option in options] == ["power/P1", "elsewhere"]
        answer = await give(worker, made.headers["location"], "elsewhere")
        routing = answer.json()["routing"]
        assert (routing["outcome"], routing["lead"]["code"]) == ("fallback", "s1")
        assert routing["zone"]["code"] == "S1"
