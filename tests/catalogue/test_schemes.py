"""Publishing category schemes, and listing what can be reported."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.catalogue.service import publish_scheme
from gridsvc.errors import Invalid
from tests.factories import BEGAN, CATEGORIES
from tests.fixtures.web import ClientOf
from tests.roles import FOUR

LATER = BEGAN + timedelta(days=30)


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


async def listed(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/categories", params=asked)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_anonymous(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/v1/categories")).status_code == 401


@pytest.mark.parametrize("role", FOUR)
async def test_everybody_may_list_what_can_be_reported(client_of: ClientOf, role: Role) -> None:
    found = await listed(await client_of(role))
    assert [row["code"] for row in found] == ["0101", "0201", "0301"]
    assert found[0] == {
        "scheme": "test",
        "scheme_version": 1,
        "code": "0101",
        "name": "路灯",
        "name_en": "Street lamp",
        "major_code": "01",
        "major_name": "公用设施",
        "major_name_en": None,
        "kind": "component",
        "limit_value": 2,
        "limit_unit": "work_day",
        "conditions": [],
    }


async def test_a_new_version_follows_the_old_one(
    planner: httpx.AsyncClient, db: AsyncSession
) -> None:
    await publish_scheme(db, "test", CATEGORIES[:1], name="Second", valid_from=LATER)
    await db.commit()
    before = await listed(planner, at=(LATER - timedelta(microseconds=1)).isoformat())
    after = await listed(planner, at=LATER.isoformat())
    assert [(row["code"], row["scheme_version"]) for row in before] == [
        ("0101", 1),
        ("0201", 1),
        ("0301", 1),
    ]
    assert [(row["code"], row["scheme_version"]) for row in after] == [("0101", 2)]


async def test_before_the_first_there_is_none(planner: httpx.AsyncClient) -> None:
    assert await listed(planner, at=(BEGAN - timedelta(seconds=1)).isoformat()) == []


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "thing"), ("limit_unit", "fortnight"), ("limit_unit", "")]
)
async def test_a_row_that_cannot_be_is_refused_with_its_number(
    db: AsyncSession, field: str, value: str
) -> None:
    rows = [CATEGORIES[0], {**CATEGORIES[1], field: value}]
    with pytest.raises(Invalid) as refused:
        await publish_scheme(db, "bad", rows, name="Bad", valid_from=BEGAN)
    assert (refused.value.code, refused.value.detail["row"]) == (f"unknown_{field}", 2)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize("changes", [{"version": 1}, {"valid_from": LATER, "valid_to": LATER}])
    async def test_a_scheme(self, db: AsyncSession, changes: dict[str, Any]) -> None:
        good = {"code": "test", "version": 9, "name": "-", "valid_from": BEGAN}
        db.add(CategoryScheme(**{**good, **changes}))
        with pytest.raises(IntegrityError):
            await db.flush()

    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": "thing"},
            {"limit_value": 0},
            {"limit_value": -1},
            {"limit_unit": "fortnight"},
            {"code": "0101"},
        ],
    )
    async def test_a_category(self, db: AsyncSession, changes: dict[str, Any]) -> None:
        scheme = await publish_scheme(db, "new", CATEGORIES[:1], name="-", valid_from=BEGAN)
        good = {
            "code": "0102",
            "name": "-",
            "major_code": "01",
            "major_name": "-",
            "kind": "event",
            "limit_value": 1,
            "limit_unit": "work_hour",
        }
        db.add(Category(**{**good, **changes}, scheme_id=scheme.id))
        with pytest.raises(IntegrityError):
            await db.flush()
