"""`GET /v1/workload`: what it tells of each place, each part of a period, a second one."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_assignments, put_workers
from gridsvc.auth.model import Account, AuditEntry
from tests.factories import BEGAN, cell, frame
from tests.incidents.population import Register, incident

DAY = timedelta(days=1)
HANDLED = (10, 20, 90)
"""Minutes of three cases of one grid."""


@pytest_asyncio.fixture
async def worked(db: AsyncSession, reporter: Account) -> None:
    """Three cases of one grid that were handled, one that was not, and one without a place."""
    register = await Register.read(db)
    for number, minutes in enumerate(HANDLED):
        when = BEGAN + number * DAY
        done = when + timedelta(minutes=minutes)
        times: dict[str, Any] = {
            "reported_at": when,
            "handled_at": done,
            "closed_at": done,
            "status": "closed",
        }
        db.add(incident(register, reporter, category="0101", **times))
    db.add(incident(register, reporter, column=2.5, reported_at=BEGAN + 9 * DAY))
    db.add(incident(register, reporter, column=None, row=None, lead=None, zone=None))
    await put_workers(db, [{"code": f"W{n}", "organisation": "s1"} for n in (2, 3)])
    held = [("W1", "G10"), ("W2", "G00"), ("W3", "G20")]  # W1 looks after G00 already.
    rows = [{"worker": worker, "grid": grid} for worker, grid in held]
    await put_assignments(db, rows, valid_from=BEGAN)
    await db.commit()


async def told(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/v1/workload", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(found: dict[str, Any], code: str) -> dict[str, Any]:
    """What is told of one place."""
    place = found["codes"].index(code)
    size = len(found["codes"])
    return {
        name: column[place]
        for name, column in found.items()
        if isinstance(column, list) and len(column) == size
    }


@pytest.mark.usefixtures("worked")
class TestPlaces:
    async def test_a_grid_has_its_people_and_the_median_of_what_was_handled(
        self, centre: httpx.AsyncClient
    ) -> None:
        found = await told(centre, unit="grid")
        one = of(found, "G00")
        assert (one["filed"], one["open"], one["closed"]) == (3, 0, 3)
        assert one["median_handling_minutes"] == 20
        assert (one["population"], one["workers"]) == (1000, 2)
        assert one["area_km2"] == pytest.approx(1.063, abs=0.01)
        assert found["total"] == {
            "filed": 5, "open": 2, "overdue": 2, "closed": 3, "median_handling_minutes": 20
        }  # fmt: skip
        assert found["elsewhere"]["filed"] == 1

    async def test_what_is_not_known_is_null_and_never_nought(
        self, centre: httpx.AsyncClient
    ) -> None:
        found = await told(centre, unit="grid")
        waiting, empty = of(found, "G20"), of(found, "G31")
        assert (waiting["filed"], waiting["median_handling_minutes"]) == (1, None)
        assert (empty["filed"], empty["overdue"], empty["median_handling_minutes"]) == (0, 0, None)
        owner = of(await told(centre, unit="organisation"), "clean1")
        assert (owner["filed"], owner["population"], owner["area_km2"]) == (4, None, None)

    @pytest.mark.parametrize(
        ("unit", "code", "people"),
        [("street", "S1", (4000, 3)), ("district", "D1", (8000, 4)), ("cleaning", "Z1", (6000, 4))],
    )
    async def test_larger_areas_have_the_people_of_their_grids(
        self, centre: httpx.AsyncClient, unit: str, code: str, people: tuple[int, int]
    ) -> None:
        one = of(await told(centre, unit=unit), code)
        assert (one["population"], one["workers"]) == people

    async def test_a_sub_estate_has_residents_of_its_own_and_no_workers(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        spec = LayerSpec(name="sub_estate", title="小区", level="sub_estate")
        areas = frame(("E1", "甲园", "C1", cell(0, 0, 0.5, 0.5)), population=[300])
        await publish(db, spec, areas, valid_from=BEGAN, provenance=Provenance(source="test"))
        db.add(incident(await Register.read(db), reporter, sub_estate="E1"))
        await db.commit()
        one = of(await told(centre, unit="sub_estate"), "E1")
        assert (one["filed"], one["population"], one["workers"]) == (1, 300, None)

    async def test_a_post_has_what_lies_in_its_grids_whoever_did_anything(
        self, centre: httpx.AsyncClient
    ) -> None:
        found = await told(centre, unit="worker")
        assert dict(zip(found["codes"], found["filed"], strict=True)) == {"W1": 3, "W2": 3, "W3": 1}
        assert found["workers"] == [1, 1, 1]
        assert of(found, "W1")["population"] == 2000
        assert (found["total"]["filed"], found["elsewhere"]["filed"]) == (5, 1)


@pytest.mark.usefixtures("worked")
class TestParts:
    async def test_steps_are_civil_days_and_name_places_that_have_cases(
        self, centre: httpx.AsyncClient
    ) -> None:
        asked = {"from": "2026-01-01T00:00:00+08:00", "to": "2026-01-04T12:00:00+08:00"}
        found = await told(centre, unit="grid", each="day", **asked)
        days = [(it["from"], it["filed"]) for it in found["steps"]]
        # The cases came at eight in the morning there, on three days.
        midnights = ["2025-12-31T16:00:00Z", "2026-01-01T16:00:00Z"]
        assert [datetime.fromisoformat(day) for day, _ in days][:2] == [
            datetime.fromisoformat(it) for it in midnights
        ]
        assert [filed for _, filed in days] == [[1], [1], [1], []]
        assert {found["codes"][place] for it in found["steps"] for place in it["places"]} == {"G00"}
        assert [it["median_handling_minutes"] for it in found["steps"][:3]] == [[10], [20], [90]]

    @pytest.mark.parametrize(("each", "filed"), [("week", [3, 1]), ("month", [4])])
    async def test_all_steps_together_are_the_whole(
        self, centre: httpx.AsyncClient, each: str, filed: list[int]
    ) -> None:
        asked = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-12T00:00:00+08:00"}
        found = await told(centre, unit="grid", each=each, **asked)
        assert [sum(it["filed"]) for it in found["steps"]] == filed
        assert found["steps"][-1]["to"] == found["to"]

    async def test_each_major_class_has_its_own(self, centre: httpx.AsyncClient) -> None:
        found = await told(centre, unit="street", split="category")
        by_class = {
            it["code"]: dict(zip(it["places"], it["filed"], strict=True))
            for it in found["categories"]
        }
        assert by_class == {"01": {0: 3}, "02": {1: 1}, "03": {}}
        narrowed = await told(centre, unit="street", split="category", category="01")
        assert [len(it["places"]) for it in narrowed["categories"]] == [1, 0, 0]

    async def test_a_second_period_stands_beside_the_first(self, centre: httpx.AsyncClient) -> None:
        """In the order of the same codes."""
        edge, end = "2026-01-02T12:00:00Z", "2026-01-30T00:00:00Z"
        periods = {"to": edge, "against_from": edge, "against_to": end}
        found = await told(centre, unit="street", **periods)
        assert (found["filed"], found["against"]["filed"]) == ([2, 0], [1, 1])
        assert found["against"]["total"]["filed"] == 2
        assert found["elsewhere"]["filed"] == 1

    async def test_a_spreadsheet_has_a_row_for_each_and_is_written_down(
        self, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        asked = {"unit": "street", "from": "2026-01-01T00:00:00Z", "each": "month", "f": "csv"}
        answer = await centre.get("/v1/workload", params=asked)
        assert "workload.csv" in answer.headers["content-disposition"]
        rows = [*csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))]
        assert [(row["code"], row["filed"]) for row in rows[:3]] == [
            ("S1", "3"), ("S2", "1"), ("", "1")
        ]  # fmt: skip
        assert [row["median_handling_minutes"] for row in rows[:2]] == ["20.0", ""]
        assert (rows[0]["population"], rows[0]["name"]) == ("4000", "甲街道")
        assert sum(int(row["filed"]) for row in rows[3:]) == 4
        (noted,) = await db.scalars(select(AuditEntry).where(AuditEntry.deed == "exported"))
        assert (noted.about, noted.detail["format"]) == ("/v1/workload", "csv")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"each": "day"}, "from_missing"),
        ({"each": "day", "from": "2020-01-01T00:00:00Z"}, "too_many_steps"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z"}, "invalid_interval"),
        ({"against_from": "2026-01-02T00:00:00Z"}, "half_a_period"),
        ({"against_from": "2026-01-02T00:00:00Z", "against_to": "2026-01-01T00:00:00Z"},
         "invalid_interval"),
        ({"each": "hour"}, "enum"),
        ({"split": "channel"}, "literal_error"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(
    centre: httpx.AsyncClient, asked: dict[str, str], code: str
) -> None:
    answer = await centre.get("/v1/workload", params=asked)
    assert answer.status_code == 422
    assert code in {answer.json()["code"], *(it["code"] for it in answer.json()["errors"])}
