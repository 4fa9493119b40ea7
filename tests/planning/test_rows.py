"""The rows of a draft of a table, one by one and as a spreadsheet."""

import io
import json
from typing import Any

import httpx
import openpyxl
import pytest
import pytest_asyncio

from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import StaleVersion
from gridsvc.planning.drafts import Actor, Wanted, start
from gridsvc.planning.kinds import Kind
from gridsvc.planning.rows import add, table_of
from tests.factories import RESPONSIBILITIES
from tests.planning.desk import Desk

POLICY = {
    "code": "0-1",
    "title": "=1+1",
    "kind": "side",
    "layer": "cleaning",
    "areas": "Z1;Z2",
    "within_m": 10.0,
    "priority": 0,
}


@pytest_asyncio.fixture
async def desk(planner: httpx.AsyncClient) -> Desk:
    return await Desk.of(planner, kind="responsibilities")


async def rows_of(desk: Desk) -> list[dict[str, Any]]:
    return list((await desk.get("/rows"))["rows"])


async def sheet_of(desk: Desk) -> bytes:
    answer = await desk.client.get(f"{desk.path}/sheet")
    assert answer.status_code == 200, answer.text
    assert ".xlsx" in answer.headers["content-disposition"]
    return answer.content


async def uploaded(desk: Desk, content: bytes, name: str) -> httpx.Response:
    answer = await desk.client.put(
        f"{desk.path}/sheet",
        files={"file": (name, content)},
        headers={"If-Match": f'"{desk.draft["version"]}"'},
    )
    if answer.status_code == 200:
        desk.draft = answer.json()
    return answer


class TestOneRow:
    async def test_it_is_added_changed_and_removed(self, desk: Desk) -> None:
        before = await rows_of(desk)
        row = {"organisation": " s2 ", "layer": "street", "area": "", "role": "co_handler"}
        await desk.do("POST", "/rows", {"row": {**row, "priority": "3"}})
        *others, made = await rows_of(desk)
        assert others == before
        assert (made["organisation"], made["area"], made["priority"]) == ("s2", None, 3)
        number = len(before) + 1
        await desk.do("PUT", f"/rows/{number}", {"row": {**row, "area": "S2"}})
        assert (await rows_of(desk))[-1]["area"] == "S2"
        await desk.do("DELETE", f"/rows/{number}")
        assert await rows_of(desk) == before

    @pytest.mark.parametrize("number", [0, -1, len(RESPONSIBILITIES) + 1])
    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_one_that_is_not_there(self, desk: Desk, number: int, method: str) -> None:
        row = {"organisation": "s1", "layer": "street", "role": "duty"}
        body = {"row": row} if method == "PUT" else None
        assert (await desk.try_(method, f"/rows/{number}", body)).status_code == 404

    async def test_what_is_wrong_with_it_is_said(self, desk: Desk) -> None:
        refused = await desk.try_("POST", "/rows", {"row": {"layer": "street", "role": "duty"}})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_row")

    async def test_a_version_that_was_changed_meanwhile_is_refused(self, desk: Desk) -> None:
        old = desk.draft
        await desk.do("DELETE", "/rows/1")
        desk.draft = old
        assert (await desk.try_("DELETE", "/rows/1")).status_code == 412

    async def test_lists_and_objects_stand_in_it_as_in_a_spreadsheet(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, kind="rules")
        row = {"code": "R1", "title": "规则", "layers": ["grid", "street"], "weekdays": [6, 7]}
        await desk.do("PUT", "/rows", {"rows": [row]})
        [made] = await rows_of(desk)
        assert (made["layers"], made["weekdays"]) == ("grid;street", "6;7")
        page = await planner.get(f"/planning/{desk.draft['id']}/rows")
        assert page.status_code == 200, page.text
        await uploaded(desk, await sheet_of(desk), "table.xlsx")
        assert await rows_of(desk) == [made]

    async def test_a_shape_as_an_object_is_the_same_as_its_text(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, kind="borders")
        shape = {"type": "Polygon", "coordinates": [[[104, 30], [105, 30], [105, 31], [104, 30]]]}
        await desk.do("PUT", "/rows", {"rows": [POLICY | {"shape": shape}]})
        [made] = await rows_of(desk)
        assert json.loads(made["shape"]) == shape
        await sheet_of(desk)
        await desk.do("POST", "/rows", {"row": POLICY | {"code": "0-2", "shape": made["shape"]}})
        assert {row["shape"] for row in await rows_of(desk)} == {made["shape"]}

    async def test_a_draft_of_a_layer_has_none(self, planner: httpx.AsyncClient) -> None:
        layer = await Desk.of(planner, layer="cleaning")
        for method, what in (("POST", "/rows"), ("PUT", "/rows/1")):
            refused = await layer.try_(method, what, {"row": {}})
            assert refused.json()["code"] == "not_a_table"
        assert (await planner.get(f"{layer.path}/sheet")).json()["code"] == "not_a_table"


class TestSpreadsheet:
    async def test_what_was_downloaded_is_the_same_when_uploaded(self, desk: Desk) -> None:
        before = await rows_of(desk)
        assert (await uploaded(desk, await sheet_of(desk), "table.xlsx")).status_code == 200
        assert await rows_of(desk) == before
        difference = await desk.get("/diff")
        assert difference["rows"] == {"added": [], "removed": []}

    async def test_text_stays_text_and_numbers_numbers(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="borders")
        await desk.do("PUT", "/rows", {"rows": [POLICY]})
        before = await rows_of(desk)
        book = await sheet_of(desk)
        head, row = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].iter_rows()
        title = row[[cell.value for cell in head].index("title")]
        assert (title.value, title.data_type) == ("=1+1", "s")
        await uploaded(desk, book, "table.xlsx")
        assert await rows_of(desk) == before

    async def test_a_csv_file_will_do(self, desk: Desk) -> None:
        content = "\ufefforganisation,layer,area,role,priority\ns1,street,S1,duty,\n"
        await uploaded(desk, content.encode(), "table.csv")
        [row] = await rows_of(desk)
        assert (row["organisation"], row["priority"], row["category"]) == ("s1", None, None)

    async def test_a_long_name_in_chinese_is_no_trouble(self, desk: Desk) -> None:
        content = b"organisation,layer,role\ns1,street,duty\n"
        answer = await uploaded(desk, content, f"{'责' * 95}.csv")
        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("table.xlsx", b"no workbook", "unreadable_table"),
            ("table.csv", b"\xff\xfe", "undecided_encoding"),
            ("table.csv", b"organisation,layer,role\na,b,duty,d\n", "ragged_row"),
            ("table.csv", b"organisation,layer,role,x\na,b,duty,d\n", "invalid_row"),
        ],
    )
    async def test_what_cannot_be_read(
        self, desk: Desk, name: str, content: bytes, code: str
    ) -> None:
        refused = await uploaded(desk, content, name)
        assert (refused.status_code, refused.json()["code"]) == (422, code)

    async def test_a_text_that_no_workbook_holds_is_named(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="borders")
        await desk.do("PUT", "/rows", {"rows": [POLICY | {"shape": "P" * 40_000}]})
        refused = await planner.get(f"{desk.path}/sheet")
        assert (refused.status_code, refused.json()["code"]) == (422, "not_for_a_workbook")
        assert refused.json()["row"] == 1

    async def test_rules_and_special_days_are_sheets_of_one_draft(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, kind="rules")
        await uploaded(desk, "code,title\nR1,规则\n".encode(), "rules.csv")
        await uploaded(desk, "list,title,day\nfair,庙会,2027-02-06\n".encode(), "days.csv")
        assert [row["title"] for row in await rows_of(desk)] == ["规则", "庙会"]
        days = await planner.get(f"{desk.path}/sheet", params={"sheet": 1})
        book = openpyxl.load_workbook(io.BytesIO(days.content))
        assert [cell.value for cell in book.worksheets[0][2]] == [
            "fair",
            "庙会",
            None,
            "2027-02-06",
        ]
        assert (await planner.get(f"{desk.path}/sheet", params={"sheet": 2})).status_code == 404


async def test_who_has_read_a_draft_before_another_changed_it_is_refused(city_url: str) -> None:
    database, actor = Database.connect(city_url, pool_size=2), Actor(None, utc_now())
    row = {"organisation": "s2", "layer": "street", "role": "co_handler"}
    async with database.transaction() as db:
        made = await start(db, Wanted(kind=Kind.RESPONSIBILITIES, title="调整"), actor)
    async with database.sessions() as late:
        seen, _ = await table_of(late, made.id)
        async with database.transaction() as db:
            await add(db, made.id, row, version=seen.version, actor=actor)
        with pytest.raises(StaleVersion):
            await add(late, made.id, row, version=seen.version, actor=actor)
    await database.close()
