"""The start page: what a role may see is linked, what it may not is not."""

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.web.words import WORDS
from tests.factories import make_account
from tests.fixtures.web import ClientOf
from tests.roles import FOUR

LINKS = {
    Role.GRID_WORKER: {"incidents", "openapi"},
    Role.COMMAND_CENTRE: {"/maps/coverage", "/maps/workload", "incidents", "openapi"},
    Role.PLANNER: {"/maps/coverage", "/maps/workload", "incidents", "openapi"},
    Role.ADMINISTRATOR: {"openapi"},
}


@pytest.mark.parametrize("role", FOUR)
async def test_it_links_what_the_role_may_see(client_of: ClientOf, role: Role) -> None:
    page = (await (await client_of(role)).get("/")).text
    every = {"/maps/coverage", "/maps/workload", "incidents", "openapi"}
    assert {name for name in every if f"{name}" in page} == LINKS[role]


@pytest.mark.parametrize("role", FOUR)
async def test_every_link_leads_somewhere(client_of: ClientOf, role: Role) -> None:
    client = await client_of(role)
    page = (await client.get("/")).text
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    own = {link.replace("&amp;", "&") for link in links if link.startswith("/")}
    # One's account is for a browser's session; this is a token's.
    for link in own - {"/account"}:
        assert (await client.get(link)).status_code == 200, link


async def test_a_login_is_shown_as_text(client_of: ClientOf) -> None:
    client = await client_of(Role.PLANNER, login="<script>alert(`1`)</script>&\"'")
    page = (await client.get("/")).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


class TestLanguage:
    async def test_a_choice_is_kept(self, client_of: ClientOf) -> None:
        client = await client_of(Role.PLANNER)
        assert 'lang="en"' in (await client.get("/?lang=en")).text
        assert 'lang="en"' in (await client.get("/")).text
        assert 'lang="zh-CN"' in (await client.get("/?lang=zh")).text
        assert 'lang="zh-CN"' in (await client.get("/", headers={"Accept-Language": "en"})).text

    async def test_a_language_that_we_do_not_have_is_not_kept(self, client_of: ClientOf) -> None:
        client = await client_of(Role.PLANNER)
        answer = await client.get("/?lang=fr")
        assert "set-cookie" not in answer.headers

    def test_every_word_is_there_in_both(self) -> None:
        assert [name for name, pair in WORDS.items() if set(pair) != {"zh", "en"}] == []
        assert all(all(pair.values()) for pair in WORDS.values())


async def test_the_page_runs_a_file_of_ours_alone_and_asks_nobody_else(client_of: ClientOf) -> None:
    answer = await (await client_of(Role.PLANNER)).get("/")
    assert re.findall("<script[^>]*>", answer.text) == ['<script src="/assets/theme.js">']
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy


async def test_it_shows_who_is_signed_in(client_of: ClientOf, db: AsyncSession) -> None:
    await make_account(db, "other", Role.PLANNER)
    page = (await (await client_of(Role.PLANNER, login="zhang.wei")).get("/?lang=en")).text
    assert "zhang.wei</a> · planner" in page
    assert "other" not in page
