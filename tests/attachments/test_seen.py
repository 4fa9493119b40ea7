"""An attachment is seen by who sees its incident, and by nobody else."""

import httpx
import pytest

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.auth.principal import Role, Scope
from tests.attachments.sending import attach, report
from tests.files.photos import photo
from tests.fixtures.web import ClientOf

FORMS = ("", "/file", "/thumbnails/small", "/original", "/metadata")
SEEN = [
    (Role.COMMAND_CENTRE, None, [200] * 5),
    (Role.COMMAND_CENTRE, Scope("street", "S1"), [200] * 5),
    (Role.COMMAND_CENTRE, Scope("street", "S2"), [404] * 5),
    (Role.COMMUNITY, Scope("street", "S1"), [200, 200, 200, 403, 403]),
    (Role.GRID_WORKER, None, [404, 404, 404, 403, 403]),
    (Role.ADMINISTRATOR, None, [403] * 5),
]


@pytest.fixture
async def address(cabinet: Cabinet, client_of: ClientOf) -> str:
    """A photo of an incident in street S1."""
    worker = await client_of(Role.GRID_WORKER)
    return await attach(worker, cabinet, await report(worker), photo())


async def statuses(client: httpx.AsyncClient, address: str) -> list[int]:
    return [(await client.get(f"{address}{form}")).status_code for form in FORMS]


async def test_who_sees_it(client_of: ClientOf, anonymous: httpx.AsyncClient, address: str) -> None:
    for number, (role, scope, expected) in enumerate(SEEN):
        client = await client_of(role, login=f"another{number}", scope=scope)
        assert await statuses(client, address) == expected, (role, scope)
    assert await statuses(anonymous, address) == [401] * 5
    centre = await client_of(Role.COMMAND_CENTRE)
    other = await report(centre)
    name = address.rpartition("/")[2]
    assert await statuses(centre, f"/v1/incidents/{other}/attachments/{name}") == [404] * 5
    assert (await centre.get(f"{address}/thumbnails/original")).status_code == 422


async def test_a_document_is_given_as_it_was_sent_to_who_may_inspect_it_only(
    client_of: ClientOf, cabinet: Cabinet
) -> None:
    """What it tells of its author cannot be taken out of it."""
    worker = await client_of(Role.GRID_WORKER)
    paper = await attach(worker, cabinet, await report(worker), b"%PDF-1.7\n", filename="裁定")
    shown = (await worker.get(paper)).json()
    assert (shown["name"], shown["file"]) == ("裁定.pdf", f"{paper}/original")
    assert shown["thumbnails"] is None
    assert await statuses(worker, paper) == [200, 404, 404, 403, 403]
    dispatcher = await client_of(Role.DISPATCHER)
    saved = await dispatcher.get(f"{paper}/original")
    assert (saved.content, saved.headers["Content-Type"]) == (b"%PDF-1.7\n", "application/pdf")
    assert saved.headers["Content-Disposition"].endswith(".pdf")
    for client, links in ((worker, 0), (dispatcher, 1)):
        page = await client.get(f"/incidents/{paper.split('/')[3]}/attachments")
        assert page.text.count(f'href="{paper}/original"') == links


async def test_the_page_shows_them_and_lets_who_works_there_add(
    client_of: ClientOf, address: str
) -> None:
    page = f"/incidents/{address.split('/')[3]}/attachments"
    centre = await client_of(Role.COMMAND_CENTRE)
    for language, words in {"zh": "拍照", "en": "Take a photo"}.items():
        shown = (await centre.get(page, params={"lang": language})).text
        assert f"{address}/thumbnails/small" in shown
        assert words in shown
    planner = await client_of(Role.PLANNER)
    assert 'type="file"' not in (await planner.get(page)).text
    stranger = await client_of(Role.GRID_WORKER, login="stranger")
    assert (await stranger.get(page)).status_code == 404
