"""A whistle from its call to its end, by the people of both sides."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.incidents.events import FIRST
from gridsvc.notices.model import Notice
from gridsvc.whistles.events import Event
from gridsvc.whistles.lifecycle import Action
from gridsvc.whistles.model import WhistleEvent
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.whistles.calls import ASTRIDE, act, blown, position, surface, whistle_body

PART = {"text": "已联合拆除", "documents": []}
HERE = position(1.95, 0.6)


@pytest_asyncio.fixture
async def law2(client_of: ClientOf, border: dict[str, Any]) -> httpx.AsyncClient:
    """A handler of the other district's bureau, appointed for that district only."""
    scope = Scope("district", "D2")
    return await client_of(Role.DEPARTMENT_HANDLER, scope=scope, organisation=border["law2"])


@pytest_asyncio.fixture
async def law1(client_of: ClientOf, border: dict[str, Any]) -> httpx.AsyncClient:
    return await client_of(Role.DEPARTMENT_HANDLER, login="law1", organisation=border["law1"])


async def case(client: httpx.AsyncClient, column: float = 1.99) -> str:
    answer = await client.post("/v1/incidents", json=report_body(column, 0.5))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def call(whistle: httpx.Response, code: str) -> dict[str, Any]:
    assert whistle.status_code == 200, whistle.text
    return next(it for it in whistle.json()["calls"] if it["organisation"]["code"] == code)


async def kinds(db: AsyncSession, organisation: UUID) -> list[str]:
    own = select(Notice.kind).where(
        Notice.organisation_id == organisation, Notice.whistle_id.is_not(None)
    )
    return list(await db.scalars(own.order_by(Notice.created_at)))


async def test_the_story(
    street: httpx.AsyncClient,
    law1: httpx.AsyncClient,
    law2: httpx.AsyncClient,
    border: dict[str, Any],
    db: AsyncSession,
) -> None:
    """Two bureaus and a company are called to a building astride two districts."""
    calls = [
        {"organisation": "law1"},
        {"organisation": "law2"},
        {"organisation": "power", "reason": "须停电作业"},
    ]
    made = await blown(street, calls=calls, **ASTRIDE, place="边界路18号")
    assert (made["state"], made["version"], made["place"]) == ("running", 1, "边界路18号")
    assert [it["stage"] for it in made["calls"]] == ["called"] * 3
    assert made["calls"][1]["zones"][0]["code"] == "L2"
    assert await kinds(db, border["law2"]) == ["whistle:call"]

    early = await act(law2, made, "calls/law2/sign-off")
    assert (early.status_code, early.json()["code"]) == (409, "part_missing")
    early = await act(law2, made, "calls/law2/part", PART)
    assert (early.status_code, early.json()["code"]) == (409, "not_reported_in")
    came = call(await act(law2, made, "calls/law2/report-in", HERE), "law2")
    assert (came["stage"], came["presence"], came["on_time"]) == ("reported_in", "here", True)
    early = await act(law2, made, "calls/law2/sign-off")
    assert early.json()["code"] == "part_missing"
    unseen = await act(law2, made, "calls/law2/part", {**PART, "documents": [str(new_id())]})
    assert (unseen.status_code, unseen.json()["code"]) == (422, "unknown_document")

    far = call(await act(law1, made, "calls/law1/report-in", position(0.5, 0.5)), "law1")
    assert (far["stage"], far["presence"], far["on_time"]) == ("reported_in", "away", False)
    near = call(await act(law1, made, "calls/law1/report-in", HERE), "law1")
    assert (near["presence"], near["on_time"]) == ("here", True)

    for client, code in ((law1, "law1"), (law2, "law2")):
        assert (await act(client, made, f"calls/{code}/part", PART)).status_code == 200
        done = call(await act(client, made, f"calls/{code}/sign-off"), code)
        assert (done["stage"], done["part"]) == ("signed_off", "已联合拆除")
    scores = {
        "scores": [{"organisation": "law1", "score": 4}, {"organisation": "law2", "score": 5}]
    }
    unfinished = await act(street, made, "end", scores)
    assert (unfinished.status_code, unfinished.json()["organisations"]) == (409, ["power"])
    let_go = await act(street, made, "calls/power/release", {"note": "已无须停电"})
    assert call(let_go, "power")["stage"] == "released"
    assert await kinds(db, border["power"]) == ["whistle:call", "whistle:release"]
    ended = await act(street, made, "end", scores)
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert [it["score"] for it in ended.json()["calls"]] == [4, 5, None]
    assert await kinds(db, border["law1"]) == ["whistle:call", "whistle:end"]
    over = await act(law1, made, "calls/law1/part", PART)
    assert (over.status_code, over.json()["code"]) == (409, "whistle_over")
    told = (await law2.get(f"/v1/whistles/{made['id']}")).json()["events"]
    assert [it["action"] for it in told] == [
        *("call", "report_in", "report_in", "report_in"),
        *("part", "sign_off", "part", "sign_off", "release", "end"),
    ]
    assert told[-1]["detail"]["evaluation"]["law1"]["on_time"] is True
    await assert_chained(db, made["id"])


async def assert_chained(db: AsyncSession, whistle_id: str) -> None:
    """Each event carries the hash of the one before, and its own is of what it says."""
    previous = FIRST
    own = select(WhistleEvent).where(WhistleEvent.whistle_id == UUID(whistle_id))
    for number, row in enumerate(await db.scalars(own.order_by(WhistleEvent.sequence)), start=1):
        said = Event(
            whistle_id=row.whistle_id,
            sequence=row.sequence,
            at=row.at,
            actor_id=row.actor_id,
            organisation_id=row.organisation_id,
            action=Action(row.action),
            note=row.note,
            detail=row.detail,
            previous_hash=previous,
        )
        assert (row.sequence, row.previous_hash, row.hash) == (number, previous, said.hash)
        previous = row.hash
    for change in ("UPDATE whistle_event SET note = 'x'", "DELETE FROM whistle_event"):
        savepoint = await db.begin_nested()
        with pytest.raises(DBAPIError):
            await db.execute(text(change))
        await savepoint.rollback()


class TestForACase:
    async def test_who_is_called_sees_it_meanwhile_and_it_does_not_end(
        self, street: httpx.AsyncClient, law2: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        centre = await client_of(Role.COMMAND_CENTRE)
        incident = await case(street)
        path = f"/v1/incidents/{incident}"
        assert (await law2.get(path)).status_code == 404
        made = await blown(street, "law1", "law2", incident=incident)
        shown = await law2.get(path)
        assert shown.status_code == 200
        listed = (await law2.get("/v1/incidents")).json()["incidents"]
        assert [it["id"] for it in listed] == [incident]
        # To be called shows the case; it is no leave to act on it.
        step = {"action": "accept"}
        etag = {"If-Match": shown.headers["etag"]}
        acted = await law2.post(f"{path}/transitions", json=step, headers=etag)
        assert (acted.status_code, acted.json()["code"]) == (403, "not_here")
        step = {"action": "force_close", "note": "结"}
        closed = await centre.post(f"{path}/transitions", json=step, headers=etag)
        assert (closed.status_code, closed.json()["code"]) == (409, "whistle_running")
        twice = await street.post("/v1/whistles", json=whistle_body("law1", incident=incident))
        assert (twice.status_code, twice.json()["code"]) == (409, "whistle_running")

        assert (await act(street, made, "calls/law2/release", {"note": "错"})).status_code == 200
        assert (await law2.get(path)).status_code == 404
        assert (await law2.get(f"/v1/whistles/{made['id']}")).status_code == 200
        last = await act(street, made, "calls/law1/release", {"note": "错"})
        assert (last.status_code, last.json()["code"]) == (409, "last_one_called")
        assert (await act(street, made, "cancel", {"note": "误吹"})).json()["state"] == "cancelled"
        etag = {"If-Match": (await centre.get(path)).headers["etag"]}
        closed = await centre.post(f"{path}/transitions", json=step, headers=etag)
        assert closed.json()["status"] == "closed"
        told = [it["action"] for it in (await centre.get(f"{path}/events")).json()]
        assert told == ["report", "whistle", "whistle_over", "force_close"]
        late = await street.post("/v1/whistles", json=whistle_body("law1", incident=incident))
        assert (late.status_code, late.json()["code"]) == (409, "incident_over")
        others = await case(centre, 2.5)  # in a street that this one does not see
        for where in ({}, ASTRIDE):
            body = whistle_body("law1", incident=others, **where)
            assert (await street.post("/v1/whistles", json=body)).status_code == 404


class TestRepeated:
    async def test_it_calls_nobody_twice(
        self, street: httpx.AsyncClient, client_of: ClientOf, db: AsyncSession
    ) -> None:
        body = whistle_body("law1", **ASTRIDE)
        named = {**body, "id": str(new_id())}
        answers = [await street.post("/v1/whistles", json=named) for _ in range(2)]
        assert [it.status_code for it in answers] == [201, 200]
        assert answers[0].json() == answers[1].json()
        key = {"Idempotency-Key": "phone-1"}
        keyed = [await street.post("/v1/whistles", json=body, headers=key) for _ in range(2)]
        assert [it.status_code for it in keyed] == [201, 200]
        assert await db.scalar(text("SELECT count(*) FROM whistle")) == 2
        assert await db.scalar(text("SELECT count(*) FROM notice")) == 2
        other = await street.post("/v1/whistles", json={**named, "kind": "daily"})
        assert (other.status_code, other.json()["code"]) == (409, "different_body")
        stranger = await client_of(Role.COMMAND_CENTRE)
        assert (await stranger.post("/v1/whistles", json=named)).status_code == 409
        report = await street.post("/v1/incidents", json=report_body(0.5, 0.5), headers=key)
        assert report.status_code == 201, "the same key of a report is another matter"


class TestRefused:
    async def test_whom_or_how_it_cannot_be_blown(self, street: httpx.AsyncClient) -> None:
        good = whistle_body("law1", **ASTRIDE)
        wrong: list[tuple[dict[str, Any], str | None]] = [
            ({"calls": []}, None),
            ({"calls": [{"organisation": "nobody"}]}, "reason_required"),
            ({"calls": [{"organisation": "nobody", "reason": "听说"}]}, "unknown_organisation"),
            ({"calls": [{"organisation": "power"}]}, "reason_required"),
            ({"calls": [{"organisation": "power", "reason": " "}]}, "reason_required"),
            ({"calls": [{"organisation": "law1"}] * 2}, "called_twice"),
            ({"calls": [{"organisation": "s1", "reason": "自己"}]}, "own_organisation"),
            ({"kind": "weekly"}, None),
            ({"matter": " "}, None),
            ({"matter": "a\x00b"}, None),
            ({"id": "1"}, None),
            ({"more": 1}, None),
        ]
        for changes, code in wrong:
            answer = await street.post("/v1/whistles", json={**good, **changes})
            assert answer.status_code == 422, (changes, answer.text)
            assert code is None or answer.json()["code"] == code, (changes, answer.text)

    async def test_acts_of_the_wrong_side_or_an_old_version(
        self,
        street: httpx.AsyncClient,
        law1: httpx.AsyncClient,
        law2: httpx.AsyncClient,
        client_of: ClientOf,
        border: dict[str, Any],
    ) -> None:
        made = await blown(street, "law1", "law2", **ASTRIDE)
        office = {"scope": Scope("street", "S2"), "organisation": border["s2"]}
        neighbour = await client_of(Role.STREET_CENTRE, login="s2", **office)
        for client, what, body, status, code in [
            (street, "calls/law1/report-in", HERE, 403, "not_the_called"),
            (law2, "calls/law1/report-in", HERE, 403, "not_the_called"),
            (law1, "cancel", {"note": "x"}, 403, "not_allowed"),
            (neighbour, "cancel", {"note": "x"}, 403, "not_the_caller"),
            (law1, "calls/clean1/report-in", HERE, 404, "not_found"),
            (law1, "calls/law1/report-in", {}, 422, None),
            (law1, "calls/law1/report-in", {"position": {"lon": 1, "lat": 2}}, 422, None),
            (law1, "calls/law1/part", {"text": " "}, 422, None),
            (street, "end", {"scores": [{"organisation": "law1", "score": 6}]}, 422, None),
            (street, "cancel", {"note": " "}, 422, None),
        ]:
            answer = await act(client, made, what, body)
            assert answer.status_code == status, (what, answer.text)
            assert code is None or answer.json()["code"] == code
        path = f"/v1/whistles/{made['id']}/calls/law1/report-in"
        assert (await law1.post(path, json=HERE)).status_code == 428
        stale = await law1.post(path, json=HERE, headers={"If-Match": '"9"'})
        assert (stale.status_code, stale.json()["version"]) == (412, 1)


class TestTheList:
    async def test_it_shows_ones_own_page_by_page(
        self, street: httpx.AsyncClient, law2: httpx.AsyncClient, client_of: ClientOf
    ) -> None:
        made = [await blown(street, "law1", **surface(0.5, 0.5)) for _ in range(3)]
        both = await blown(street, "law2", **ASTRIDE)
        await act(street, made[0], "cancel", {"note": "x"})
        first = (await street.get("/v1/whistles?limit=3")).json()
        rest = (await street.get(f"/v1/whistles?limit=3&cursor={first['next']}")).json()
        told = [it["id"] for it in (*first["whistles"], *rest["whistles"])]
        assert told == [both["id"], *(it["id"] for it in reversed(made))]
        assert rest["next"] is None
        running = (await street.get("/v1/whistles?state=running")).json()["whistles"]
        assert [it["id"] for it in running] == told[:-1]
        assert [it["id"] for it in (await law2.get("/v1/whistles")).json()["whistles"]] == [
            both["id"]
        ]
        assert (await law2.get(f"/v1/whistles/{made[0]['id']}")).status_code == 404
        outsider = await client_of(Role.PLANNER, scope=Scope("grid", "G31"))
        assert (await outsider.get("/v1/whistles")).json()["whistles"] == []
        due = [datetime.fromisoformat(it["calls"][0]["due"]) for it in running]
        assert due == sorted(due, reverse=True)
