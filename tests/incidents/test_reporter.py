"""Who reported a case is sealed, shown masked, revealed for a purpose, and forgotten in time."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.audit import Deed, forget, note
from gridsvc.auth.principal import Role, Scope
from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.incidents.reporters import anonymise, reseal
from gridsvc.personal.contact import PURPOSE
from tests.factories import report_body
from tests.fixtures.web import SIGNING_KEY, ClientOf

REPORTER = {"name": "欧阳小明", "phone": "+86 138-0013-1234", "address": "松桂路12号3单元502"}
SECRETS = ("欧阳", "小明", "13800131234", "138-0013", "3单元")
MASKED = {"name": "欧**", "phone": "138****1234", "address": "松桂路***"}
CLEAR = {**REPORTER, "phone": "13800131234", "description": None}
WRITTEN = "请联系邻居13800131234，路边有暴露垃圾"
LATER = timedelta(days=181)


@pytest.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def report(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    body = report_body(0.5, 0.5, **{"reporter": REPORTER, **changes})
    return await client.post("/v1/incidents", json=body)


async def reveal(client: httpx.AsyncClient, made: str, **body: Any) -> httpx.Response:
    sent = {"purpose": "电话回访", **body}
    return await client.post(f"/v1/incidents/{made}/reporter/reveal", json=sent)


async def test_it_is_told_nowhere_but_masked_in_the_case_itself(
    centre: httpx.AsyncClient, db: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made = await report(centre, description=WRITTEN)
    path = f"/v1/incidents/{made.json()['id']}"
    shown = await centre.get(path)
    assert shown.json()["reporter"] == MASKED
    assert shown.json()["description"] == "请联系邻居138****1234，路边有暴露垃圾"
    assert (await reveal(centre, made.json()["id"])).json() == {**CLEAR, "description": WRITTEN}
    formats = ("application/json", "application/geo+json", "text/csv")
    lists = [await centre.get("/v1/incidents", headers={"Accept": it}) for it in formats]
    places = (f"{path}/events", f"{path}/routing", f"{path}/routing/map", "/", "/v1/notices")
    answers = [made, shown, *lists, *[await centre.get(place) for place in places]]
    assert {it.status_code for it in answers} == {200, 201}
    (row,) = await db.execute(text("SELECT name, phone, address FROM reporter"))
    kept = await db.execute(text("SELECT args::text FROM procrastinate_jobs"))
    told = "".join([it.text for it in answers] + [str(it) for it in kept] + [caplog.text, str(row)])
    assert [secret for secret in SECRETS if secret in told] == []


async def test_what_is_no_reporter_is_refused_without_repeating_it(
    centre: httpx.AsyncClient,
) -> None:
    for reporter in ({}, {"phone": "小明 4711"}, {"name": "小" * 51}, {"x": "小明"}, "小明"):
        refused = await report(centre, reporter=reporter)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert "小" not in refused.text


async def test_who_may_reveal_it_and_that_it_is_written_down(
    centre: httpx.AsyncClient, client_of: ClientOf
) -> None:
    made = (await report(centre)).json()["id"]
    for role, scope, status in (
        (Role.COMMAND_CENTRE, Scope("street", "S2"), 404),
        (Role.DISPATCHER, None, 403),
        (Role.GRID_WORKER, None, 403),
        (Role.ADMINISTRATOR, None, 403),
    ):
        client = await client_of(role, login=f"{role}2", scope=scope)
        assert (await reveal(client, made)).status_code == status
    for purpose in (None, "", "  ", "x", "长" * 201):
        assert (await reveal(centre, made, purpose=purpose)).status_code == 422
    auditor = await client_of(Role.AUDITOR)
    log = "/v1/audit?deed=revealed"
    assert (await auditor.get(log)).json()["entries"] == []
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S1"))
    revealed = await reveal(street, made)
    assert revealed.json() == CLEAR
    assert revealed.headers["Cache-Control"] == "private, no-store"
    (entry,) = (await auditor.get(log)).json()["entries"]
    assert (entry["by"], entry["detail"]) == (Role.STREET_CENTRE, {"purpose": "电话回访"})
    assert made in entry["about"]
    nobodys = (await report(centre, reporter=None)).json()["id"]
    assert (await reveal(centre, nobodys)).json()["code"] == "no_reporter"
    assert (await centre.get(f"/v1/incidents/{nobodys}")).json()["reporter"] is None


async def test_the_same_report_names_the_same_reporter(centre: httpx.AsyncClient) -> None:
    made = {"id": str(new_id())}
    assert (await report(centre, **made)).status_code == 201
    assert (
        await report(centre, **made, reporter={**REPORTER, "phone": "13800131234"})
    ).status_code == 200
    for other in (None, {**REPORTER, "name": "李四"}, {"name": "欧阳小明"}):
        refused = await report(centre, **made, reporter=other)
        assert (refused.status_code, refused.json()["differing"]) == (409, ["reporter"])
    numbered = {"id": str(new_id()), "reporter": None, "description": WRITTEN}
    assert [(await report(centre, **numbered)).status_code for _ in "12"] == [201, 200]
    other_number = WRITTEN.replace("13800131234", "13899991234")
    refused = await report(centre, **{**numbered, "description": other_number})
    assert (refused.status_code, refused.json()["differing"]) == (409, ["description"])


async def test_a_new_key_takes_over(
    app: FastAPI, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    made = (await report(centre)).json()["id"]
    both = SecretBox.of(PURPOSE, "a key that is new", SIGNING_KEY)
    assert [str(it) for it in await reseal(db, both, after=UUID(int=0))] == [made]
    await db.commit()
    refused = await reveal(centre, made)
    assert (refused.status_code, refused.json()["code"]) == (503, "sealed_with_another_key")
    assert (await centre.get(f"/v1/incidents/{made}")).json()["reporter"]["phone"] == "***"
    app.state.gridsvc = replace(app.state.gridsvc, signing_key="a key that is new")
    assert (await reveal(centre, made)).json() == CLEAR


async def test_it_is_forgotten_some_time_after_the_closing(
    centre: httpx.AsyncClient, client_of: ClientOf, db: AsyncSession
) -> None:
    open_, ended, merged = [(await report(centre)).json()["id"] for _ in range(3)]
    joined = {"action": "merge", "into": open_}
    merging = f"/v1/incidents/{merged}/transitions"
    answer = await centre.post(merging, json=joined, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    path = f"/v1/incidents/{ended}/transitions"
    done = {"action": "force_close", "note": "已由他案处理"}
    assert (await centre.post(path, json=done, headers={"If-Match": '"1"'})).status_code == 200
    now = utc_now()
    assert await anonymise(db, closed_before=now - LATER, now=now) == 0
    later = now + LATER
    assert [await anonymise(db, closed_before=later, now=later) for _ in "12"] == [1, 0]
    await db.commit()
    gone = await reveal(centre, ended)
    assert (gone.status_code, gone.json()["code"]) == (410, "reporter_anonymised")
    shown = (await centre.get(f"/v1/incidents/{ended}")).json()
    assert shown["reporter"] == dict.fromkeys(MASKED)
    for kept in (open_, merged):
        assert (await reveal(centre, kept)).json() == CLEAR
    auditor = await client_of(Role.AUDITOR)
    entries = (await auditor.get("/v1/audit?deed=anonymised")).json()["entries"]
    assert [(it["about"], it["by"]) for it in entries] == [(shown["reference"], None)]


async def test_the_log_is_kept_for_half_a_year_whatever_is_asked(db: AsyncSession) -> None:
    now = utc_now()
    for days in (1, 200):
        await note(db, Deed.EXPORTED, f"{days}", by=None, at=now - timedelta(days=days))
    await forget(db, before=now - timedelta(days=180))
    kept = await db.scalars(text("SELECT about FROM audit_entry WHERE deed = 'exported'"))
    assert list(kept) == ["1"]
    with pytest.raises(DBAPIError, match="append-only"):
        await forget(db, before=now)
