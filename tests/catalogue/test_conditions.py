"""Filing conditions: which limit holds for a report, and what becomes of it when they end."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.catalogue.entry import shortest
from gridsvc.catalogue.service import publish_scheme
from gridsvc.clock.limit import Limit, Unit, parse_limit
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.incidents.deadlines import owed
from tests.catalogue.filings import HEAP, SPILT, with_conditions
from tests.factories import BEGAN, CATEGORIES, report_body
from tests.fixtures.web import ClientOf

LONG_AGO = BEGAN + timedelta(days=1)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf, database: Database) -> httpx.AsyncClient:
    async with database.transaction() as db:
        await with_conditions(db, valid_from=LONG_AGO)
    return await client_of(Role.COMMAND_CENTRE)


async def sent(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5, **changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_named_condition_s_limit_holds_and_is_said(centre: httpx.AsyncClient) -> None:
    receipt = await sent(centre, condition="1")
    assert receipt["limit"] == {
        "value": 1,
        "unit": "work_day",
        "condition": "1",
        "zh": "按立案条件“垃圾成堆”：1个工作日",
        "en": 'By the filing condition "A heap of rubbish": 1 working day',
    }
    place = f"/v1/incidents/{receipt['id']}"
    clock = (await centre.get(f"{place}/clock")).json()
    assert (clock["limit_unit"], clock["due_at"]) == ("work_day", receipt["due_at"])
    shown = (await centre.get(place)).json()
    assert shown["condition"] == {
        "code": "1",
        "text": "垃圾成堆",
        "text_en": "A heap of rubbish",
        "closing": "清理干净",
        "closing_en": None,
    }


async def test_a_running_deadline_is_held_against_the_limit_of_its_condition(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    sent_ones = [await sent(centre, condition="1"), await sent(centre)]
    limits = {one.running.key: one.running.limit for one in await owed(db)}
    assert [limits[one["reference"]] for one in sent_ones] == [HEAP.limit, SPILT.limit]


async def test_without_one_the_shortest_holds_and_the_answer_says_so(
    centre: httpx.AsyncClient,
) -> None:
    began = utc_now()
    receipt = await sent(centre)
    assert receipt["limit"]["condition"] is None
    assert "最短" in receipt["limit"]["zh"]
    assert SPILT.text in receipt["limit"]["en"]
    due = datetime.fromisoformat(receipt["due_at"])
    assert timedelta(hours=2) <= due - began < timedelta(hours=2, minutes=1)


async def test_a_category_without_conditions_has_its_own_limit(centre: httpx.AsyncClient) -> None:
    receipt = await sent(centre, category="0301")
    assert receipt["limit"]["en"] == "The limit of the category: 1 natural day"


async def test_a_condition_of_another_category_is_refused(centre: httpx.AsyncClient) -> None:
    for category, condition in (("0301", "1"), ("0201", "9"), ("0201", " 1")):
        body = report_body(0.5, 0.5, category=category, condition=condition)
        answer = await centre.post("/v1/incidents", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_condition")


async def test_the_same_report_again_is_answered_the_same(centre: httpx.AsyncClient) -> None:
    body = report_body(0.5, 0.5, condition="1")
    answers = [
        await centre.post("/v1/incidents", json=body, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    other = {**body, "condition": "2"}
    again = await centre.post("/v1/incidents", json=other, headers={"Idempotency-Key": "once"})
    assert (again.status_code, again.json()["differing"]) == (409, ["condition"])


async def test_an_old_case_keeps_its_category_condition_and_limit(
    centre: httpx.AsyncClient, database: Database
) -> None:
    receipt = await sent(centre, condition="1")
    place = f"/v1/incidents/{receipt['id']}"
    before = (await centre.get(place)).json()
    clock = (await centre.get(f"{place}/clock")).json()
    async with database.transaction() as db:
        await publish_scheme(db, "test", CATEGORIES[:1], name="Next", valid_from=utc_now())
    after = (await centre.get(place)).json()
    assert after == before
    assert (after["category"]["code"], after["category"]["scheme_version"]) == ("0201", 2)
    assert (await centre.get(f"{place}/clock")).json()["due_at"] == clock["due_at"]


async def test_what_can_be_reported_is_listed_with_its_conditions(
    centre: httpx.AsyncClient,
) -> None:
    listed = {row["code"]: row for row in (await centre.get("/v1/categories")).json()}
    assert [one["code"] for one in listed["0201"]["conditions"]] == ["1", "2"]
    assert (listed["0201"]["limit_value"], listed["0201"]["limit_unit"]) == (2, "urgent_hour")
    assert listed["0101"]["conditions"] == []


@pytest.mark.parametrize(
    ("limits", "first"),
    [
        (["1工作日", "1自然日"], 1),
        (["4工作时", "4紧急工作时"], 1),
        (["1工作日", "24工作时", "23紧急工作时"], 2),
        (["15自然日", "5工作日"], 1),
        (["2工作日", "2工作日"], 0),
    ],
)
def test_the_shortest_is_told_across_clocks(limits: list[str], first: int) -> None:
    conditions = tuple(_with(parse_limit(limit), n) for n, limit in enumerate(limits))
    assert shortest(conditions) is conditions[first]


def _with(limit: Limit, number: int) -> Any:
    return type(HEAP)(code=str(number), text=str(number), limit=limit)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("value", [1, 2, 90, 1.5, 10_000])
def test_a_limit_is_read_again_as_it_is_worded(unit: Unit, value: float) -> None:
    limit = Limit(value, unit)
    assert parse_limit(limit.zh) == parse_limit(limit.en) == limit


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE filing_condition SET limit_value = 9",
        "UPDATE category SET name = '-'",
        "DELETE FROM filing_condition",
        "UPDATE category_scheme SET name = '-'",
    ],
)
async def test_what_a_scheme_states_is_never_edited(db: AsyncSession, change: str) -> None:
    await with_conditions(db, valid_from=LONG_AGO)
    with pytest.raises(DBAPIError, match=r"append-only|published"):
        await db.execute(text(change))


async def test_a_case_names_a_condition_of_its_own_category_only(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    receipt = await sent(centre, category="0301")
    with pytest.raises(DBAPIError, match="fk_incident_condition"):
        await db.execute(
            text(
                "UPDATE incident SET condition_id = (SELECT id FROM filing_condition LIMIT 1)"
                " WHERE id = :id"
            ),
            {"id": receipt["id"]},
        )
