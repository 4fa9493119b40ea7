"""A table becomes a scheme's next version: compared first, whole or not at all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.rules.book import Sheets
from gridsvc.rules.service import put
from gridsvc.schemes.consequences import concerns
from gridsvc.schemes.proposal import Wanted, propose
from tests.assets.things import lamp, spot, standing
from tests.catalogue.filings import with_conditions
from tests.factories import BEGAN, report_body
from tests.fixtures.web import ClientOf
from tests.schemes.tables import COVERS, EMERGENCIES_FIRST, RUBBISH, STREETS_FIRST, book

TEST = "/v1/category-schemes/test/versions"
CODED = ("大类代码", "大类名称", "类别代码", "小类名称", "立案条件", "处置时限", "条件代码")
LAMP = ("01", "公用设施", "0101", "路灯", None, "2工作日", None)
HEAP = ("02", "市容环境", "0201", "暴露垃圾", "垃圾成堆", "2工作日", "1")


@pytest_asyncio.fixture
async def planner(client_of: ClientOf, database: Database) -> httpx.AsyncClient:
    async with database.transaction() as db:
        await with_conditions(db, valid_from=BEGAN + timedelta(days=1))
    return await client_of(Role.PLANNER)


def save(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def content(file: Path) -> bytes:
    return file.read_bytes()


async def sent(
    client: httpx.AsyncClient, file: Path, address: str = TEST, *, dry: bool = True, **said: Any
) -> httpx.Response:
    return await client.post(
        address,
        params={"dry_run": str(dry).lower()},
        files={"file": (file.name, content(file))},
        data=said,
    )


def next_version(folder: Path) -> Path:
    """Lamps stay, noise ends, and so does one condition; the limit of the other changes."""
    return book(folder, components=[LAMP], events=[HEAP], head=CODED)


async def test_the_difference_is_shown_field_by_field_and_nothing_is_written(
    planner: httpx.AsyncClient, tmp_path: Path
) -> None:
    answer = await sent(planner, next_version(tmp_path))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["base"], body["version"]) == (2, None)
    changes = [(one["sort"], one["category"], one["condition"]) for one in body["changes"]]
    assert changes == [
        ("changed", "0201", None),
        ("changed", "0201", "1"),
        ("ended", "0201", "2"),
        ("ended", "0301", None),
    ]
    assert body["changes"][1]["fields"] == [
        {"field": "limit", "before": "1个工作日", "after": "2个工作日"}
    ]
    assert "处置时限 1个工作日 → 2个工作日" in body["changes"][1]["zh"]
    listed = (await planner.get("/v1/category-schemes")).json()
    assert [one["version"] for one in listed] == [2, 1]


async def test_what_names_an_ended_code_is_reported_with_its_open_cases(
    planner: httpx.AsyncClient, client_of: ClientOf, database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as db:
        rule = {"code": "quiet", "title": "噪声", "scheme": "test", "category": "0301"}
        await put(
            db, Sheets(rules=[{**rule, "lead": "city"}]), valid_from=BEGAN + timedelta(days=2)
        )
    centre = await client_of(Role.COMMAND_CENTRE)
    for body in (
        report_body(0.5, 0.5, category="0301"),
        report_body(0.5, 0.5, condition="2"),
        report_body(0.5, 0.5),
    ):
        assert (await centre.post("/v1/incidents", json=body)).status_code == 201
    concerns = (await sent(planner, next_version(tmp_path))).json()["concerns"]
    told = {(one["category"], one["condition"]): one for one in concerns}
    assert told["0301", None]["open_cases"] == 1
    assert told["0301", None]["rules"] == ["quiet"]
    assert told["03", None]["open_cases"] == 1
    assert told["0201", "2"]["open_cases"] == 1


@pytest.mark.usefixtures("planner")
async def test_cases_are_not_counted_for_who_may_not_read_them(
    db: AsyncSession, tmp_path: Path
) -> None:
    proposal = await propose(db, Wanted(scheme="test", file=next_version(tmp_path)))
    found = await concerns(db, proposal, at=utc_now(), counting=False)
    assert {one.open_cases for one in found} == {None}


async def test_responsibilities_and_components_of_an_ended_class_are_named(
    planner: httpx.AsyncClient, db: AsyncSession, tmp_path: Path
) -> None:
    await standing(db, {"code": lamp(1), "geometry": spot(0.5, 0.5)})
    file = book(tmp_path, events=[HEAP], head=CODED)
    concerns = {one["category"]: one for one in (await sent(planner, file)).json()["concerns"]}
    assert concerns["0101"]["responsibilities"] == ["power power/P1"]
    assert concerns["0101"]["assets"] == 1


async def test_it_comes_into_force_once_and_only_as_it_was_seen(
    planner: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = next_version(tmp_path)
    unseen = await sent(planner, file, dry=False, base=1)
    assert (unseen.status_code, unseen.json()["code"]) == (409, "scheme_changed")
    made = await sent(planner, file, dry=False, base=2, name="新版")
    assert (made.status_code, made.json()["version"]) == (201, 3)
    again = await sent(planner, file, dry=False)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
    listed = (await planner.get("/v1/categories")).json()
    assert [row["code"] for row in listed] == ["0101", "0201"]
    assert (listed[1]["scheme_version"], listed[1]["limit_unit"]) == (3, "work_day")
    # What the table has no column for stays as it was.
    assert listed[1]["conditions"][0]["closing"] == "清理干净"
    assert listed[0]["name_en"] == "Street lamp"


async def test_a_later_version_waits_for_its_time(
    planner: httpx.AsyncClient, tmp_path: Path
) -> None:
    later = (utc_now() + timedelta(days=2)).isoformat()
    made = await sent(planner, next_version(tmp_path), dry=False, valid_from=later)
    assert made.status_code == 201
    now = (await planner.get("/v1/categories")).json()
    then = (await planner.get("/v1/categories", params={"at": later})).json()
    assert ([row["code"] for row in now][-1], [row["code"] for row in then][-1]) == ("0301", "0201")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"valid_from": "2026-01-02"}, "in_the_past"),
        ({"valid_from": "soon"}, "invalid_time"),
        ({"numbering": "mine"}, "unknown_numbering"),
        ({"kind": "both"}, "invalid"),
        ({"colour": "red"}, "invalid"),
        ({"base": "-1"}, "invalid"),
    ],
)
async def test_what_cannot_be_said_of_a_table_is_refused(
    planner: httpx.AsyncClient, tmp_path: Path, said: dict[str, Any], code: str
) -> None:
    answer = await sent(planner, next_version(tmp_path), **said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_every_bad_cell_is_told_at_once_and_nothing_is_written(
    planner: httpx.AsyncClient, tmp_path: Path
) -> None:
    bad = (*RUBBISH[:1], ("02", "宣传广告", "01", "小广告", None, "2天", None, None, None))
    answer = await sent(planner, book(tmp_path, components=COVERS, events=bad), dry=False)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "bad_rows")
    assert [(one["sheet"], one["row"], one["column"]) for one in body["errors"]] == [
        ("事件", 4, "处置时限")
    ]
    assert len((await planner.get("/v1/category-schemes")).json()) == 2


async def test_who_may_not_manage_categories_may_only_look(
    client_of: ClientOf, anonymous: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = next_version(tmp_path)
    assert (await sent(anonymous, file)).status_code == 401
    for role in (Role.GRID_WORKER, Role.COMMAND_CENTRE, Role.ADMINISTRATOR):
        client = await client_of(role)
        assert (await sent(client, file)).status_code == 403
        assert (await client.get("/v1/category-schemes")).status_code == 200
    scope = Scope("street", "S1")
    district = await client_of(Role.PLANNER, login="district", scope=scope)
    assert (await sent(district, file)).json()["code"] == "limited_scope"


async def test_the_workbook_brought_back_changes_nothing(
    planner: httpx.AsyncClient, tmp_path: Path
) -> None:
    taken = await planner.get("/v1/category-schemes/test/workbook")
    file = tmp_path / "back.xlsx"
    save(file, taken.content)
    assert (await sent(planner, file)).json()["changes"] == []
    first = await planner.get("/v1/category-schemes/test/workbook", params={"version": 1})
    save(file, first.content)
    back = (await sent(planner, file)).json()["changes"]
    assert {(one["sort"], one["condition"]) for one in back} >= {("ended", "1"), ("ended", "2")}
    missing = await planner.get("/v1/category-schemes/none/workbook")
    assert missing.status_code == 404


class TestNumbering:
    async def test_a_scheme_says_which_it_follows_and_maps_the_other_by_name(
        self, planner: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        place = "/v1/category-schemes/city/versions"
        first = await sent(planner, book(tmp_path, events=STREETS_FIRST), place, dry=False)
        assert (first.status_code, first.json()["numbering"]) == (201, "streets_first")
        other = (await sent(planner, book(tmp_path, events=EMERGENCIES_FIRST), place)).json()
        assert other["changes"] == []
        assert len(other["remarks"]) == 2
        assert "E05" in other["remarks"][1]["zh"]

    async def test_a_code_of_the_other_numbering_has_a_clear_answer(
        self, planner: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        place = "/v1/category-schemes/city/versions"
        more = (*STREETS_FIRST, (None, None, "02", "燃气泄漏", "泄漏", "1紧急工作时", *[None] * 3))
        assert (
            await sent(planner, book(tmp_path, events=more), place, dry=False)
        ).status_code == 201
        meant = await planner.get("/v1/categories/E0401", params={"numbering": "emergencies_first"})
        body = meant.json()
        assert (body["code"], body["name"]) == ("E0501", "路面塌陷")
        assert body["meant"]["code"] == "E0401"
        assert (await planner.get("/v1/categories/E0401")).json()["name"] == "无照游商"
        unknown = await planner.get("/v1/categories/E0402")
        assert unknown.json()["code"] == "unknown_category"
        assert "E0502" in unknown.json()["detail_en"]
        refused = await planner.get("/v1/categories/E0401", params={"numbering": "mine"})
        assert refused.json()["code"] == "unknown_numbering"

    async def test_a_city_that_changes_over_is_warned(
        self, planner: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        place, file = "/v1/category-schemes/city/versions", book(tmp_path, events=STREETS_FIRST)
        assert (await sent(planner, file, place, dry=False)).status_code == 201
        over = (await sent(planner, file, place, numbering="emergencies_first")).json()
        assert "old numbers" in over["remarks"][0]["en"]
        assert {one["category"] for one in over["concerns"] if one["renamed"]} == {
            *("E04", "E05", "E0401", "E0501")
        }
