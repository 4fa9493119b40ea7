"""One list in three forms: the same rows as JSON, GeoJSON and CSV, by `f=` or by Accept."""

import csv
import io
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from gridsvc.incidents.export import CSV_COLUMNS
from gridsvc.incidents.schemas import IncidentPage
from tests.factories import make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident, populate

JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv; charset=utf-8"


@pytest_asyncio.fixture
async def reporter(db: AsyncSession) -> Account:
    return await make_account(db, "reporter", Role.GRID_WORKER)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def answered(client: httpx.AsyncClient, **asked: Any) -> httpx.Response:
    return await client.get("/v1/incidents", params=asked)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


class TestSameRows:
    async def test_all_three_hold_the_same(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await populate(db, [reporter], count=30)
        plain = (await answered(centre)).json()["incidents"]
        features = (await answered(centre, f="geojson")).json()["features"]
        rows = rows_of(await answered(centre, f="csv"))
        assert len(plain) == len(features) == len(rows) == 30
        for found, feature, row in zip(plain, features, rows, strict=True):
            self.same_feature(found, feature)
            self.same_row(found, row)

    def same_feature(self, found: dict[str, Any], feature: dict[str, Any]) -> None:
        location = found["location"]
        point = location and [location["lon"], location["lat"]]
        assert (feature["geometry"] and feature["geometry"]["coordinates"]) == point
        assert feature["id"] == found["id"]
        accuracy = location and location["accuracy_m"]
        without_place = {name: value for name, value in found.items() if name != "location"}
        assert feature["properties"] == {**without_place, "accuracy_m": accuracy}

    def same_row(self, found: dict[str, Any], row: dict[str, str]) -> None:
        location = found["location"] or {}
        expected = {
            "id": found["id"],
            "status": found["status"],
            "category": found["category"]["code"],
            "lon": location.get("lon", ""),
            "lat": location.get("lat", ""),
            "lead": (found["lead"] or {}).get("code", ""),
            "zone": (found["zone"] or {}).get("code", ""),
            "zone_layer": (found["zone"] or {}).get("layer", ""),
            "street": found["areas"].get("street", ""),
            "sub_estate": "",
            "due_at": found["due_at"],
            "closed_at": found["closed_at"] or "",
        }
        assert {name: row[name] for name in expected} == {
            name: str(value) for name, value in expected.items()
        }

    async def test_json_has_the_documented_form(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        await populate(db, [reporter], count=10)
        page = IncidentPage.model_validate((await answered(centre)).json(), extra="forbid")
        assert len(page.incidents) == 10

    async def test_nothing_is_still_a_table(self, centre: httpx.AsyncClient) -> None:
        answer = await answered(centre, f="csv")
        assert answer.text == "\ufeff" + ",".join(CSV_COLUMNS) + "\r\n"
        empty = (await answered(centre, f="geojson")).json()
        assert empty == {"type": "FeatureCollection", "features": [], "next": None}


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "given"),
        [
            (None, JSON),
            ("*/*", JSON),
            ("application/json", JSON),
            ("application/geo+json", GEOJSON),
            ("APPLICATION/GEO+JSON", GEOJSON),
            ("text/csv", CSV),
            ("text/*", CSV),
            ("application/*", JSON),
            ("text/html, text/csv;q=0.5, */*;q=0.1", CSV),
            ("text/csv;q=0.1, application/json", JSON),
            ("text/csv;q=0, */*", JSON),
            ("text/csv; header=present", CSV),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ],
    )
    async def test_accept_is_heeded(
        self, centre: httpx.AsyncClient, accept: str | None, given: str
    ) -> None:
        if accept is None:
            del centre.headers["Accept"]
        headers = {"Accept": accept} if accept else {}
        answer = await centre.get("/v1/incidents", headers=headers)
        assert answer.headers["content-type"] == given
        assert "Accept" in answer.headers["vary"]

    @pytest.mark.parametrize(
        "accept", ["application/xml", "image/png", "text/csv;q=0", "*/*;q=nan", "nonsense", ";;,"]
    )
    async def test_what_we_do_not_have_is_not_acceptable(
        self, centre: httpx.AsyncClient, accept: str
    ) -> None:
        answer = await centre.get("/v1/incidents", headers={"Accept": accept})
        assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
        assert "text/csv" in answer.json()["detail_en"]

    @pytest.mark.parametrize(("f", "given"), [("json", JSON), ("geojson", GEOJSON), ("csv", CSV)])
    async def test_f_comes_before_accept(
        self, centre: httpx.AsyncClient, f: str, given: str
    ) -> None:
        headers = {"Accept": "application/xml"}
        answer = await centre.get(f"/v1/incidents?f={f}", headers=headers)
        assert answer.headers["content-type"] == given

    async def test_csv_is_a_file_to_keep(self, centre: httpx.AsyncClient) -> None:
        disposition = (await answered(centre, f="csv")).headers["content-disposition"]
        assert disposition == 'attachment; filename="incidents.csv"'


class TestSpreadsheets:
    @pytest.mark.parametrize(
        "text",
        [
            '=HYPERLINK("http://evil.example","x")',
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(1)",
        ],
    )
    async def test_no_text_becomes_a_formula(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, text: str
    ) -> None:
        register = await Register.read(db)
        db.add(incident(register, reporter, description=text, address=text))
        await db.commit()
        (row,) = rows_of(await answered(centre, f="csv"))
        assert row["description"].startswith("'")
        assert row["address"].startswith("'")

    @pytest.mark.parametrize(
        "text", ['他说"快来"', "两行\n文字", "a,b;c\td", "1=1", "'quoted", "𠮷野家", " 空格 "]
    )
    async def test_other_text_comes_as_it_is(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account, text: str
    ) -> None:
        db.add(incident(await Register.read(db), reporter, description=text))
        await db.commit()
        (row,) = rows_of(await answered(centre, f="csv"))
        assert row["description"] == text

    async def test_numbers_stay_numbers(
        self, centre: httpx.AsyncClient, db: AsyncSession, reporter: Account
    ) -> None:
        far_in_the_west = incident(await Register.read(db), reporter, column=-11_000, row=0.5)
        db.add(far_in_the_west)
        await db.commit()
        (row,) = rows_of(await answered(centre, f="csv"))
        assert float(row["lon"]) == -6.0

    async def test_it_begins_with_a_mark_that_spreadsheets_read(
        self, centre: httpx.AsyncClient
    ) -> None:
        assert (await answered(centre, f="csv")).content.startswith(b"\xef\xbb\xbfid,")
