"""Reading the pages of the cases as their readers do: tabs, rows, forms, what is said."""

import re
from html import unescape
from typing import Any

import httpx

from tests.factories import report_body


async def reported(client: httpx.AsyncClient, *place: float, **changes: Any) -> str:
    """Report something; give its id."""
    body = report_body(*(place or (0.5, 0.5)), **changes)
    answer = await client.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def follow(client: httpx.AsyncClient, case: str, *steps: dict[str, Any]) -> None:
    """Take steps over the API."""
    for step in steps:
        etag = (await client.get(f"/v1/incidents/{case}")).headers["etag"]
        path, headers = f"/v1/incidents/{case}/transitions", {"If-Match": etag}
        answer = await client.post(path, json=step, headers=headers)
        assert answer.status_code == 200, answer.text


def steps_of(page: str) -> list[str]:
    """List the steps that a page offers, in their order."""
    return re.findall(r'name="action" value="(\w+)"', page)


def form_of(page: str, action: str) -> str:
    """Cut out the form of a step."""
    parts = page.split('<details class="card step')
    return next(it for it in parts if f'name="action" value="{action}"' in it)


def version_of(page: str) -> str:
    """Read the version that a page's forms are made for."""
    (version,) = set(re.findall(r'name="version" value="(\d+)"', page))
    return str(version)


def faults(page: str) -> list[str]:
    """List what is said at fields."""
    return [unescape(it) for it in re.findall(r'class="fault"[^>]*>([^<]*)<', page)]


def tabs_of(page: str) -> dict[str, int]:
    """Read the tabs, by the name of each in its address, with what is counted there."""
    found = re.findall(r'href="/queue\?tab=(\w+)[^"]*"[^>]*>[^<]*<span class="count">(\d+)<', page)
    return {name: int(count) for name, count in found}


def rows_of(page: str) -> list[str]:
    """List the ids of the cases in a queue."""
    return re.findall(r'class="row" href="/cases/([0-9a-f-]+)', page)
