"""The queue: what waits for whom, counted and listed by the one rule of who sees what."""

from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role, Scope
from gridsvc.casework import queue_pages
from gridsvc.db.clock import utc_now
from gridsvc.incidents.model import Incident
from tests.casework.pages import follow, reported, rows_of, tabs_of
from tests.fixtures.web import ClientOf

ACCEPT, FINISH, CHECK = ({"action": it} for it in ("accept", "finish", "check"))
REFUSE = {"action": "refuse", "reason": "not_ours", "note": "见职责清单第三条"}
CLEAN2 = {"action": "dispatch", "lead": "clean2"}


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def queue(client: httpx.AsyncClient, **asked: str) -> str:
    answer = await client.get("/queue", params={"lang": "en", **asked})
    assert answer.status_code == 200, answer.text
    return answer.text


TABS = {
    Role.ACCEPTOR: "to_accept to_file mine all_open",
    Role.VERIFIER: "to_verify to_check to_close all_open",
    Role.DISPATCHER: "to_dispatch refused all_open",
    Role.DEPARTMENT_HANDLER: "to_sign in_handling rework all_open",
    Role.GRID_WORKER: "to_sign in_handling rework mine all_open",
    Role.EVALUATOR: "to_evaluate all_open",
    Role.PLANNER: "all_open",
    Role.SHIFT_LEADER: "to_accept to_verify to_file to_dispatch refused to_check to_close"
    " requests late supervised suspended mine all_open",
}


@pytest.mark.parametrize("role", TABS)
async def test_each_role_has_its_tabs_and_no_others(
    client_of: ClientOf, db: AsyncSession, role: Role
) -> None:
    owner = await organisation_by_code(db, "clean1", field="organisation")
    client = await client_of(role, organisation=owner.id)
    assert list(tabs_of(await queue(client))) == TABS[role].split()
    assert list(tabs_of(await queue(client, tab="to_arbitrate"))) == TABS[role].split()


async def test_who_sees_no_cases_has_no_queue(client_of: ClientOf) -> None:
    assert (await (await client_of(Role.ADMINISTRATOR)).get("/queue")).status_code == 403


async def test_a_case_waits_where_it_stands(centre: httpx.AsyncClient, db: AsyncSession) -> None:
    """Each of these stands somewhere else; some are of interest in two places."""
    until = (utc_now() + timedelta(days=30)).isoformat()
    hotline, filed, sent = (
        await reported(centre, channel="hotline"),
        await reported(centre, category="0301", location=None),
        await reported(centre),
    )
    refused, twice, again, asks, late = [await reported(centre) for _ in range(5)]
    await follow(centre, refused, REFUSE)
    await follow(centre, twice, REFUSE, CLEAN2, REFUSE)
    await follow(centre, again, ACCEPT, FINISH, {"action": "rework", "note": "没修好"})
    suspend = {"action": "ask_suspension", "note": "待料", "until": until}
    await follow(centre, asks, ACCEPT, suspend, {"action": "supervise", "note": "快"})
    past = utc_now() - timedelta(days=2)
    await db.execute(update(Incident).where(Incident.id == late).values(due_at=past))
    await db.commit()
    where = {
        "to_accept": {hotline},
        "to_dispatch": {filed, refused},
        "refused": {refused},
        "to_arbitrate": {twice},
        "to_sign": {sent, late},
        "in_handling": {again, asks},
        "rework": {again},
        "requests": {asks},
        "late": {late},
        "supervised": {asks},
        "suspended": set(),
        "to_evaluate": set(),
        "mine": {hotline, filed, sent, refused, twice, again, asks, late},
        "all_open": {hotline, filed, sent, refused, twice, again, asks, late},
    }
    counted = tabs_of(await queue(centre))
    for tab, cases in where.items():
        assert set(rows_of(await queue(centre, tab=tab))) == cases, tab
        assert counted[tab] == len(cases), tab
    agreed = {"action": "approve_suspension"}
    await follow(centre, asks, agreed)
    assert rows_of(await queue(centre, tab="requests")) == [asks]
    await follow(centre, asks, {"action": "deny_suspension", "note": "不同意"})
    assert rows_of(await queue(centre, tab="requests")) == []
    assert rows_of(await queue(centre, tab="all_open"))[0] == late


async def test_one_sees_and_counts_what_one_is_for(
    client_of: ClientOf, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    here, there = await reported(centre), await reported(centre, 3.5, 0.5)
    owner = await organisation_by_code(db, "clean2", field="organisation")
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S1"))
    handler = await client_of(Role.DEPARTMENT_HANDLER, organisation=owner.id)
    for client, seen in ((street, here), (handler, there)):
        page = await queue(client)
        assert rows_of(page) == [seen]
        assert (tabs_of(page)["to_sign"], tabs_of(page)["all_open"]) == (1, 1)
    assert ">甲社区<" in await queue(street)
    assert ">乙街道<" in await queue(centre)


NARROWED: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"area": "S2"}, ["east"]),
    ({"area": "nowhere"}, []),
    ({"category": "02"}, ["east", "west"]),
    ({"category": "01"}, []),
    ({"q": "臭味"}, ["east"]),
    ({"q": "丁字路"}, ["west"]),
    ({"q": "100%_"}, ["west"]),
    ({"q": "%"}, ["west"]),
    ({"q": "_"}, ["west"]),
    ({"q": "' OR 1=1 --"}, []),
    ({"q": " 臭味 ", "area": "S2"}, ["east"]),
    ({"q": "臭味", "area": "S1"}, []),
)
UNASKABLE = (
    {"tab": "everything"},
    {"tab": "x" * 65},
    {"q": "x" * 101},
    {"q": "a\x00"},
    {"area": "\x00"},
    {"cursor": "x"},
    {"done": "explode"},
)


async def test_lists_and_counts_are_narrowed_alike(centre: httpx.AsyncClient) -> None:
    made = {
        await reported(centre, address="丁字路100%_处"): "west",
        await reported(centre, 2.5, 0.5, description="有臭味"): "east",
    }
    for asked, found in NARROWED:
        page = await queue(centre, tab="to_sign", **asked)
        assert sorted(made[it] for it in rows_of(page)) == found, asked
        assert tabs_of(page)["to_sign"] == len(found), asked
    for asked in UNASKABLE:
        assert (await centre.get("/queue", params=asked)).status_code == 422, asked


async def test_page_by_page_and_case_by_case(
    centre: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_pages, "A_PAGE", 1)
    first, second = await reported(centre), await reported(centre)
    page = await queue(centre, tab="to_sign", q="垃圾")
    assert rows_of(page) == [first]
    more = page.partition('class="button quiet" href="')[2]
    link = next(it for it in more.split('"') if "cursor=" in it).replace("&amp;", "&")
    assert rows_of((await centre.get(link)).text) == [second]
    asked = "tab=to_sign&amp;q=%E5%9E%83%E5%9C%BE"
    for here, there in ((first, second), (second, first)):
        shown = (await centre.get(f"/cases/{here}?tab=to_sign&q=垃圾")).text
        assert f'href="/cases/{there}?{asked}" data-key="n"' in shown
        assert f'href="/queue?{asked}" data-key="u"' in shown
    await follow(centre, second, ACCEPT)
    assert 'data-key="n"' not in (await centre.get(f"/cases/{first}?tab=to_sign")).text
