"""The briefing of a morning: the API's own numbers, made once, and everybody's own part of it."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.briefings import paper
from gridsvc.briefings.content import Briefing, Measure, from_json
from gridsvc.briefings.model import BriefingRow
from gridsvc.briefings.service import make_due
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import PaperAway
from gridsvc.incidents.model import Incident
from gridsvc.notices.model import Notice
from gridsvc.settings import Settings
from tests.factories import report_body
from tests.fixtures.web import ClientOf, set_clock

SETTINGS = Settings()
TODAY = utc_now().astimezone(SETTINGS.zone).date()
TOMORROW = TODAY + timedelta(days=1)
"""When the briefing of these tests is made, so that what they report came the day before."""


def at(hour: int, *, days: int = 1) -> datetime:
    day = TODAY + timedelta(days=days)
    return datetime.combine(day, time(hour), SETTINGS.zone).astimezone(UTC)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf, app: FastAPI, organisations: dict[str, Any]) -> Any:
    client = await client_of(Role.COMMAND_CENTRE, organisation=organisations["city"])
    places = [(0.5, 0.5), (0.5, 0.6), (3.5, 0.5), (-0.1, 0.5)]
    for place in places:
        answer = await client.post("/v1/incidents", json=report_body(*place))
        assert answer.status_code == 201
    set_clock(app, lambda: at(8))
    return client


async def kept(db: AsyncSession) -> list[Briefing]:
    return [from_json(it.content) for it in await db.scalars(select(BriefingRow))]


async def test_it_is_made_once_when_its_time_has_come(
    centre: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    assert not await make_due(database, SETTINGS, now=at(6))
    # As after a night without a job process; and then by another one as well.
    assert await make_due(database, SETTINGS, now=at(11))
    assert not await make_due(database, SETTINGS, now=at(11))
    assert [it.day for it in await kept(db)] == [TOMORROW]
    (told,) = await db.scalars(select(Notice))
    said = (await centre.get("/v1/notices", params={"lang": "en"})).json()
    assert said[0]["id"] == str(told.id)
    assert f"/v1/briefings/{TOMORROW}" in said[0]["text"]


async def test_its_numbers_are_those_of_the_workload_and_of_the_headline(
    centre: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    assert await make_due(database, SETTINGS, now=at(8))
    (made,) = await kept(db)
    day = {"from": at(0, days=0).isoformat(), "to": at(0).isoformat()}
    by_street = {"unit": "street"}
    filed = (await centre.get("/v1/workload", params={**by_street, **day})).json()
    everything = (await centre.get("/v1/workload", params=by_street)).json()
    assert made.number(Measure.FILED) == filed["total"]["filed"] == 4
    for measure, unplaced in (
        (Measure.OPEN, made.unplaced_open),
        (Measure.OVERDUE, made.unplaced_overdue),
    ):
        assert made.number(measure) == everything["total"][measure]
        assert [getattr(it, measure) for it in made.areas] == everything[measure]
        assert made.number(measure) == sum(everything[measure]) + unplaced
    assert [it.filed for it in made.areas] == filed["filed"] == [2, 1]
    owners = (await centre.get("/v1/workload", params={"unit": "organisation"})).json()
    late = dict(zip(owners["codes"], owners["overdue"], strict=True))
    assert {it.code: it.overdue for it in made.owners} == {k: v for k, v in late.items() if v}
    assert made.owners
    page = (await centre.get("/", params={"lang": "en"})).text
    figures = {it.measure: str(it.value) for it in made.figures}
    told = re.findall(r"<dd>([\d,]+)</dd>", page)
    assert told == [figures[it] for it in (Measure.OPEN, Measure.OVERDUE, Measure.WAITING)]


async def test_what_was_kept_tells_how_things_have_changed(
    centre: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    assert await make_due(database, SETTINGS, now=at(8, days=0))
    assert await make_due(database, SETTINGS, now=at(8))
    before, after = await kept(db)
    known = {it.measure: it for it in after.figures}
    assert known[Measure.OPEN].day_before == before.number(Measure.OPEN)
    assert (known[Measure.OPEN].week_before, known[Measure.FILED].week_before) == (None, 0)


async def test_everybody_reads_their_own_part(
    centre: httpx.AsyncClient, client_of: ClientOf, database: Database, db: AsyncSession
) -> None:
    await make_due(database, SETTINGS, now=at(8))
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
    city, part = [
        (await client.get("/v1/briefings/today", params={"lang": "en"}))
        for client in (centre, street)
    ]
    assert ("for the whole city" in city.text.lower(), "street_centre" in part.text) == (True, True)
    figures = [re.findall(r'class="value">([\d,]+)', it.text)[0] for it in (city, part)]
    assert figures == ["4", "1"]
    assert "<script" not in city.text
    assert "script-src" not in city.headers["content-security-policy"]
    days = [(await it.get("/v1/briefings")).json() for it in (centre, street)]
    assert [len(it["kept"]) for it in days] == [1, 0]
    assert (await centre.get(days[0]["kept"][0]["html"])).status_code == 200
    for client in (centre, street):
        answer = await client.get("/v1/briefings/2026-01-01")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_briefing")
    assert "/v1/briefings/today?anew=true" in (await street.get("/briefings")).text


async def test_a_kept_one_stays_as_it_was_and_a_new_one_follows(
    centre: httpx.AsyncClient, database: Database, db: AsyncSession
) -> None:
    await make_due(database, SETTINGS, now=at(8))
    await db.execute(update(Incident).values(status="closed", closed_at=at(8)))
    await db.commit()
    numbers = []
    for anew in (False, True):
        page = (await centre.get("/v1/briefings/today", params={"anew": anew})).text
        numbers.append(re.findall(r'class="value">([\d,]+)', page)[2])
    assert numbers == ["4", "0"]


@pytest.mark.parametrize(("day", "status"), [("tomorrow", 422), ("2026-02-30", 422), ("", 404)])
async def test_what_is_no_day(centre: httpx.AsyncClient, day: str, status: int) -> None:
    assert (await centre.get(f"/v1/briefings/{day}.pdf")).status_code in {status, 422}
    assert (await centre.get(f"/v1/briefings/{day}")).status_code == status


async def test_who_reads_no_figures_reads_no_briefing(client_of: ClientOf) -> None:
    for role in (Role.GRID_WORKER, Role.ADMINISTRATOR):
        client = await client_of(role)
        for path in ("/v1/briefings", "/v1/briefings/today", "/v1/briefings/today.pdf"):
            assert (await client.get(path)).status_code == 403


async def test_it_goes_onto_paper_with_its_chinese_letters(
    centre: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = (*paper._COMMAND[:2], "--uncompressed-pdf", *paper._COMMAND[2:])
    monkeypatch.setattr(paper, "_COMMAND", plain)
    answer = await centre.get("/v1/briefings/today.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert b"Noto-Sans-CJK" in answer.content
    monkeypatch.setattr(paper, "_COMMAND", ("-c", "raise OSError('no pango')"))
    with pytest.raises(PaperAway, match="no pango"):
        await paper.as_pdf("")
