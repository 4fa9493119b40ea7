"""Indicators over HTTP: the numbers, the cases behind each of them, and who may ask."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Worker
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.incidents.lifecycle import OPEN, Action, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.indicators.edition_file import shipped
from gridsvc.sheets import read_lines
from tests.factories import BEGAN, make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident, populate
from tests.incidents.test_loop import follow, reported, take

PERIOD = {"from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def evaluator(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.EVALUATOR)


class Cases:
    """Cases whose chains say what happened to them."""

    def __init__(self, db: AsyncSession, register: Register, reporter: Any) -> None:
        self.db, self.register, self.reporter = db, register, reporter

    async def put(self, *steps: tuple[Action, Status, int], **changes: Any) -> None:
        """A case due after four hours, with steps so many hours after it was reported."""
        status = steps[-1][1] if steps else Status.DISPATCHED
        hours = next((after for _, target, after in steps if target is status), 0)
        ended = None if status in OPEN else BEGAN + hours * HOUR
        row = incident(
            self.register, self.reporter, **{"status": status, "closed_at": ended, **changes}
        )
        self.db.add(row)
        await self.db.flush()
        for number, (action, target, after) in enumerate(
            [(Action.REPORT, Status.DISPATCHED, 0), *steps], start=1
        ):
            self.db.add(self._event(row, number, action, target, after))
        await self.db.commit()

    def _event(
        self, row: Incident, number: int, action: Action, target: Status, after: int
    ) -> IncidentEvent:
        return IncidentEvent(
            id=new_id(),
            incident_id=row.id,
            sequence=number,
            at=BEGAN + after * HOUR,
            actor_id=self.reporter.id,
            action=action.value,
            to_status=target.value,
            detail={},
            previous_hash=bytes(32),
            hash=bytes(32),
        )


@pytest_asyncio.fixture
async def cases(db: AsyncSession) -> Cases:
    reporter = await make_account(db, "w1", Role.GRID_WORKER)
    await db.execute(update(Worker).where(Worker.code == "W1").values(account_id=reporter.id))
    return Cases(db, await Register.read(db), reporter)


FINISH, CHECK = (Action.FINISH, Status.HANDLED), (Action.CHECK, Status.CHECKED)
CLOSE, REWORK = (Action.CLOSE, Status.CLOSED), (Action.REWORK, Status.HANDLING)
APPEALED = (Action.GRANT_APPEAL, Status.CLOSED)
RETURN = (Action.RETURN, Status.FILED)


@pytest_asyncio.fixture
async def month(cases: Cases) -> None:
    """Eight matters, each of another fate."""
    await cases.put((*FINISH, 1), (*CHECK, 2), (*CLOSE, 3))
    await cases.put((*FINISH, 3), (*CHECK, 5), (*CLOSE, 6), (*APPEALED, 7), column=2.5)
    await cases.put((*FINISH, 1), (*REWORK, 2), (*FINISH, 6), (*CHECK, 7), (*CLOSE, 8))
    await cases.put((*FINISH, 5), lead="clean2")
    await cases.put((*RETURN, 1), (Action.DISPATCH, Status.DISPATCHED, 2), column=3.5)
    await cases.put()
    await cases.put((Action.REJECT, Status.REJECTED, 1), channel="hotline")
    await cases.put((Action.WITHDRAW, Status.WITHDRAWN, 1), channel="hotline")


async def asked(client: httpx.AsyncClient, code: str, **more: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/indicators/{code}", params={**PERIOD, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pair(figure: dict[str, Any]) -> tuple[int, int]:
    counts = figure["counts"][0]
    return counts["numerator"], counts["denominator"]


COUNTS = {
    "filing": (6, 7),
    "worker_share": (6, 6),
    "closing": (3, 6),
    "closing_on_time": (1, 6),
    "closing_on_time_after_appeals": (2, 6),
    "overdue": (3, 6),
    "handling": (4, 6),
    "handling_on_time": (3, 6),
    "rework": (1, 6),
    "check_passed": (2, 3),
    "done_at_once": (3, 4),
    "returns": (1, 8),
    "right_dispatch": (7, 8),
}
CLOSING = {
    "district": {"D1": (3, 6)},
    "street": {"S1": (2, 4), "S2": (1, 2)},
    "cleaning": {"Z1": (3, 6)},
    "organisation": {"clean1": (3, 5), "clean2": (0, 1)},
    "role": {"grid_worker": (3, 6)},
    "worker": {"W1": (3, 6)},
}
"""By whatever they are told."""


@pytest.mark.usefixtures("month")
class TestNumbers:
    async def test_each_counts_what_it_says(self, evaluator: httpx.AsyncClient) -> None:
        found = {code: pair((await asked(evaluator, code))["whole"]) for code in COUNTS}
        assert found == COUNTS

    async def test_a_score_is_made_of_its_terms(self, evaluator: httpx.AsyncClient) -> None:
        whole = (await asked(evaluator, "comprehensive"))["whole"]
        assert [(it["numerator"], it["denominator"]) for it in whole["counts"]] == [
            (3, 6),
            (3, 6),
            (1, 6),
        ]
        assert whole["value"] == 65.0

    async def test_what_was_not_yet_is_not_counted(self, evaluator: httpx.AsyncClient) -> None:
        early = (BEGAN + 5 * HOUR - timedelta(minutes=1)).isoformat()
        assert pair((await asked(evaluator, "closing", at=early))["whole"]) == (1, 6)
        before = (BEGAN + 2 * HOUR).isoformat()
        assert pair((await asked(evaluator, "closing", at=before))["whole"]) == (0, 0)

    async def test_by_whatever_it_is_told(self, evaluator: httpx.AsyncClient) -> None:
        for by, expected in CLOSING.items():
            rows = (await asked(evaluator, "closing", by=by))["rows"]
            assert {row["code"]: pair(row) for row in rows} == expected, by

    async def test_the_best_comes_first(self, evaluator: httpx.AsyncClient) -> None:
        for code, first in (("filing", "S2"), ("returns", "S1")):
            rows = (await asked(evaluator, code, by="street"))["rows"]
            assert (rows[0]["code"], rows[0]["place"]) == (first, 1)


@pytest_asyncio.fixture
async def crowd(db: AsyncSession) -> None:
    await populate(db, [await make_account(db, "many", Role.GRID_WORKER)], count=80)


@pytest.mark.usefixtures("crowd")
class TestTogether:
    async def test_the_groups_add_up_to_the_whole(self, evaluator: httpx.AsyncClient) -> None:
        for by in ("street", "grid", "cleaning", "worker"):
            for code in ("closing_on_time", "filing"):
                found = await asked(evaluator, code, by=by)
                sums = [sum(column) for column in zip(*map(pair, found["rows"]), strict=True)]
                assert tuple(sums) == pair(found["whole"])
                assert all(0 <= part <= whole for part, whole in map(pair, found["rows"]))

    async def test_behind_every_number_there_are_so_many_cases(
        self, evaluator: httpx.AsyncClient
    ) -> None:
        for by in ("street", "cleaning", "organisation", "role", "worker"):
            found = await asked(evaluator, "closing", by=by)
            for row in found["rows"]:
                for part, number in zip(("numerator", "denominator"), pair(row), strict=True):
                    given = {"by": by, "of": row["code"] or "", "part": part, "at": found["at"]}
                    assert await drilled(evaluator, "closing", **given) == number, (by, row)

    async def test_of_every_indicator(self, evaluator: httpx.AsyncClient) -> None:
        for code in shipped().indicators:
            found = await asked(evaluator, code)
            numerator, denominator = pair(found["whole"])
            assert 0 <= numerator <= denominator
            assert await drilled(evaluator, code, part="numerator", at=found["at"]) == numerator


async def drilled(client: httpx.AsyncClient, code: str, **given: Any) -> int:
    """How many cases the list has, over all its pages."""
    seen: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(
            f"/v1/indicators/{code}/cases", params={**PERIOD, **given, **cursor, "limit": 30}
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()
        listed = {it["id"] for it in page["incidents"]}
        assert not listed & seen
        seen |= listed
        if page["next"] is None:
            return len(seen)
        cursor = {"cursor": page["next"]}


@pytest.mark.usefixtures("month")
class TestSight:
    async def test_each_counts_what_they_may_see(self, client_of: ClientOf) -> None:
        street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
        assert pair((await asked(street, "closing"))["whole"]) == (1, 2)
        assert await drilled(street, "closing", part="denominator") == 2

    async def test_who_does_not_evaluate_is_refused(self, client_of: ClientOf) -> None:
        for role in (Role.GRID_WORKER, Role.DEPARTMENT_HANDLER, Role.ADMINISTRATOR):
            client = await client_of(role)
            for path in ("", "/closing", "/closing/cases?part=numerator"):
                assert (await client.get(f"/v1/indicators{path}")).status_code == 403


@pytest.mark.usefixtures("month")
class TestExport:
    async def test_the_sheet_says_what_was_counted(
        self, evaluator: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        wanted = {**PERIOD, "by": "street", "lang": "zh"}
        answer = await evaluator.get("/v1/indicators/closing", params={**wanted, "f": "csv"})
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert [(it["code"], it["numerator"], it["denominator"]) for it in rows] == [
            ("S1", "2", "4"),
            ("S2", "1", "2"),
            ("", "3", "6"),
        ]
        assert rows[0]["definition"] == shipped().share("closing").sentence.zh
        assert (rows[0]["group"], rows[0]["version"], rows[2]["by"]) == ("甲街道", "1", "total")
        answer = await evaluator.get("/v1/indicators/comprehensive", params={**wanted, "f": "xlsx"})
        file = tmp_path / "score.xlsx"
        file.write_bytes(answer.content)
        names, lines = read_lines(file)
        assert names[-2:] == ["rework_numerator", "rework_denominator"]
        assert len(lines) == 3


NONSENSE: list[tuple[str, dict[str, str], str, str]] = [
    ("closing", {"by": "moon"}, "unknown_unit", "by"),
    ("closing", {"from": "2026-03-01T00:00:00Z"}, "invalid_interval", "from"),
    ("nothing", {}, "unknown_indicator", "code"),
    ("closing/cases", {"part": "numerator", "of": "S1"}, "by_missing", "by"),
    ("comprehensive/cases", {"part": "numerator"}, "no_cases", "code"),
    ("closing/cases", {}, "invalid", "part"),
    ("closing/cases", {"part": "numerator", "cursor": "x"}, "invalid_cursor", "cursor"),
]


async def test_what_makes_no_sense_is_refused(evaluator: httpx.AsyncClient) -> None:
    for path, given, code, field in NONSENSE:
        answer = await evaluator.get(f"/v1/indicators/{path}", params={**PERIOD, **given})
        assert (answer.status_code in {404, 422}, answer.json()["code"]) == (True, code)
        assert field in answer.text


async def test_the_definitions_are_listed(evaluator: httpx.AsyncClient) -> None:
    answer = await evaluator.get("/v1/indicators")
    assert [it["code"] for it in answer.json()] == list(shipped().figures())


async def test_evaluating_a_case_closes_it_no_later(client_of: ClientOf) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    made = f"/v1/incidents/{await reported(centre)}"
    steps = ({"action": it} for it in ("accept", "finish", "check", "close"))
    assert await follow(centre, made.rpartition("/")[2], *steps) == "closed"
    closed = (await centre.get(made)).json()["closed_at"]
    answer = await take(centre, made.rpartition("/")[2], "evaluate", note="良好")
    assert answer.json()["status"] == "evaluated"
    assert answer.json()["closed_at"] == closed
