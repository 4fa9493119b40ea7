"""Whatever is changed behind the service's back is found, and said where."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gridsvc.auth.principal import Role
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.proof.tampering import CHANGE, COPY, DELETE, ROW, append, forge, tamper

STEPS: list[dict[str, Any]] = [
    {"action": "return", "note": "不属于我方"},
    {"action": "dispatch", "lead": "clean2"},
    {"action": "accept"},
]
"""Four events with the report, two of which name an owner."""


@pytest_asyncio.fixture
async def auditor(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.AUDITOR)


@pytest_asyncio.fixture
async def case(client_of: ClientOf) -> str:
    centre = await client_of(Role.COMMAND_CENTRE)
    answer = await centre.post("/v1/incidents", json=report_body(0.5, 0.5))
    for version, step in enumerate(STEPS, start=1):
        path, headers = f"{answer.headers['location']}/transitions", {"If-Match": f'"{version}"'}
        assert (await centre.post(path, json=step, headers=headers)).status_code == 200
    return str(answer.json()["id"])


async def found(auditor: httpx.AsyncClient, case: str) -> list[tuple[str, int]]:
    answer = await auditor.get("/v1/audit/verify", params={"incident": case})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["sound"] == (told["findings"] == [])
    return [(one["fault"], one["sequence"]) for one in told["findings"]]


Faults = list[tuple[str, int]]
BY_HAND: list[tuple[list[str], Faults]] = [
    ([CHANGE.format("note = 'x'") + " AND sequence = 2"], [("altered", 2)]),
    (
        [CHANGE.format("detail = '[]'") + " AND sequence = 3"],
        [("altered", 3), ("owner", 4), ("due", 1)],
    ),
    ([CHANGE.format("at = at + '1 us'::interval") + " AND sequence = 1"], [("altered", 1)]),
    (
        [CHANGE.format("detail = detail || '{\"due_at\": 7}'") + " AND sequence = 3"],
        [("altered", 3), ("due", 3)],
    ),
    ([CHANGE.format("hash = previous_hash") + " AND sequence = 4"], [("altered", 4)]),
    ([f"{DELETE} AND sequence IN (2, 3)"], [("missing", 2), ("owner", 4), ("due", 1)]),
    ([f"{DELETE} AND sequence = 1"], [("missing", 1)]),
    ([f"{DELETE} AND sequence = 4"], [("cut", 4), ("status", 3)]),
    ([DELETE], [("cut", 1)]),
    ([COPY.format(number=5, like=4)], [("unlinked", 5), ("altered", 5), ("added", 5)]),
    (
        [
            CHANGE.format("sequence = sequence + 10") + " AND sequence > 2",
            CHANGE.format("sequence = sequence - 9") + " AND sequence > 2",
            COPY.format(number=3, like=2),
        ],
        [
            *(("unlinked", 3), ("altered", 3), ("altered", 4), ("altered", 5)),
            ("added", 5),
        ],
    ),
    (
        [
            CHANGE.format(f"sequence = {new}") + f" AND sequence = {old}"
            for old, new in ((2, 9), (3, 2), (9, 3))
        ],
        [
            *(("unlinked", 2), ("altered", 2), ("unlinked", 3), ("altered", 3)),
            ("unlinked", 4),
        ],
    ),
    ([ROW.format("status = 'closed'")], [("status", 4)]),
    (
        [ROW.format("lead_id = (SELECT id FROM organisation WHERE code = 'power')")],
        [("owner", 4)],
    ),
    ([ROW.format("lead_id = NULL")], [("owner", 4)]),
    ([ROW.format("due_at = due_at + interval '1 day'")], [("due", 3)]),
    ([ROW.format("version = 3")], [("added", 4)]),
    (["DELETE FROM incident WHERE id = :id"], [("orphan", 1)]),
]


async def test_what_is_done_by_hand_is_found(
    auditor: httpx.AsyncClient, db: AsyncSession, connection: AsyncConnection, case: str
) -> None:
    """Each is done to the same case, and taken back."""
    seen = []
    for statements, _ in BY_HAND:
        savepoint = await connection.begin_nested()
        await tamper(db, case, *statements)
        seen.append((statements, await found(auditor, case)))
        await savepoint.rollback()
    assert seen == BY_HAND
    assert await found(auditor, case) == []


async def test_an_event_that_was_hashed_again_has_no_successor(
    auditor: httpx.AsyncClient, db: AsyncSession, case: str
) -> None:
    await forge(db, case, 2, note="从未退回")
    assert await found(auditor, case) == [("unlinked", 3)]


async def test_an_event_that_was_added_as_it_should_is_one_too_many(
    auditor: httpx.AsyncClient, db: AsyncSession, case: str
) -> None:
    await append(db, case, 5)
    assert await found(auditor, case) == [("added", 5)]


async def test_a_case_is_asked_for_by_its_reference_too(
    auditor: httpx.AsyncClient, client_of: ClientOf, case: str
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE, login="second")
    reference = (await centre.get(f"/v1/incidents/{case}")).json()["reference"]
    assert await found(auditor, reference) == []


@pytest.mark.parametrize("case_", ["20260101", "01890000-0000-7000-8000-000000000000"])
async def test_a_case_that_is_not_there(auditor: httpx.AsyncClient, case_: str) -> None:
    answer = await auditor.get("/v1/audit/verify", params={"incident": case_})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMAND_CENTRE])
async def test_it_is_the_auditors(client_of: ClientOf, role: Role) -> None:
    client = await client_of(role)
    assert (await client.get("/v1/audit/verify?incident=1")).status_code == 403
