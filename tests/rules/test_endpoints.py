"""Rules, border policies and special days over HTTP: who may, what is kept, what is refused."""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from shapely.geometry import mapping

from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from tests.factories import cell
from tests.fixtures.web import ClientOf
from tests.roles import FOUR

RULE: dict[str, Any] = {
    "title": "夜间噪声",
    "category": "0301",
    "hours": "22:00-06:00",
    "weekdays": [1, 2],
    "layers": ["cleaning", "street"],
    "co_handlers": ["power"],
}
BORDER: dict[str, Any] = {
    "title": "归北",
    "kind": "side",
    "layer": "grid",
    "areas": ["G01", "G00"],
    "within_m": 8,
}
DAYS: dict[str, Any] = {"title": "禁放日", "days": ["2027-02-06", "2027-02-05", "2027-02-06"]}
PUTS: list[tuple[str, dict[str, Any]]] = [
    ("rules/night", RULE),
    ("borders/line", BORDER),
    ("special-days/ban", DAYS),
]


@pytest.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


async def codes(client: httpx.AsyncClient, what: str, **query: str) -> list[str]:
    answer = await client.get(f"/v1/{what}", params=query)
    assert answer.status_code == 200
    return [one["code"] for one in answer.json()]


class TestPutting:
    async def test_a_rule_is_shown_as_it_is_in_force(self, planner: httpx.AsyncClient) -> None:
        answer = await planner.put("/v1/rules/night", json=RULE)
        assert answer.status_code == 200
        body = answer.json()
        assert body["warnings"] == []
        assert body["rule"].items() >= {**RULE, "code": "night", "scheme": "test"}.items()
        assert (await planner.get("/v1/rules")).json() == [body["rule"]]

    async def test_a_border_policy_with_its_shape(self, planner: httpx.AsyncClient) -> None:
        shape = mapping(cell(0.5, 0.5))
        given = {**BORDER, "kind": "exception", "shape": shape}
        answer = await planner.put("/v1/borders/park", json=given)
        border = answer.json()["border"]
        assert (border["kind"], border["areas"]) == ("exception", ["G01", "G00"])
        assert border["shape"]["type"] == "MultiPolygon"
        assert (await planner.get("/v1/borders")).json() == [border]

    async def test_a_list_of_special_days(self, planner: httpx.AsyncClient) -> None:
        answer = await planner.put("/v1/special-days/ban", json=DAYS)
        told = {
            "code": "ban",
            "title": "禁放日",
            "title_en": None,
            "days": ["2027-02-05", "2027-02-06"],
        }
        assert answer.json() == {"special_days": told, "warnings": []}
        assert (await planner.get("/v1/special-days")).json() == [told]
        answer = await planner.put("/v1/special-days/ban", json={**DAYS, "days": []})
        assert answer.json()["special_days"] is None
        assert await codes(planner, "special-days") == []

    @pytest.mark.parametrize(("path", "body"), PUTS)
    async def test_the_same_again_changes_nothing(
        self, planner: httpx.AsyncClient, path: str, body: dict[str, Any]
    ) -> None:
        first = await planner.put(f"/v1/{path}", json=body)
        assert first.status_code == 200
        again = await planner.put(f"/v1/{path}", json=body)
        assert again.json() == first.json()

    async def test_from_a_time_on_and_asked_as_of_a_time(self, planner: httpx.AsyncClient) -> None:
        june, july = "2098-06-01T00:00:00Z", "2098-07-01T08:00:00+08:00"
        for title, since in (("一", june), ("二", july)):
            await planner.put("/v1/rules/night", json={**RULE, "title": title, "valid_from": since})
        told = [
            [rule["title"] for rule in (await planner.get("/v1/rules", params={"at": at})).json()]
            for at in ("2098-05-31T23:59:59Z", june, "2098-06-30T23:59:59Z", "2098-07-01T00:00:00Z")
        ]
        assert told == [[], ["一"], ["一"], ["二"]]

    @pytest.mark.parametrize("what", ["rules", "borders"])
    async def test_it_ends_and_stays_on_record(self, planner: httpx.AsyncClient, what: str) -> None:
        [(path, body)] = [(path, body) for path, body in PUTS if path.startswith(what)]
        assert (await planner.put(f"/v1/{path}", json=body)).is_success
        held = utc_now().isoformat()
        for _ in range(2):
            assert (await planner.delete(f"/v1/{path}")).status_code == 204
        assert await codes(planner, what) == []
        assert len(await codes(planner, what, at=held)) == 1
        assert (await planner.delete(f"/v1/{what}/never")).status_code == 404

    @pytest.mark.parametrize(("what", "shown"), [("rules", "rule"), ("borders", "border")])
    async def test_everything_that_it_was_is_told_with_who_changed_it(
        self, planner: httpx.AsyncClient, client_of: ClientOf, what: str, shown: str
    ) -> None:
        [(path, body)] = [(path, body) for path, body in PUTS if path.startswith(what)]
        await planner.put(f"/v1/{path}", json={**body, "title": "旧"})
        other = await client_of(Role.PLANNER, login="li.na")
        await other.put(f"/v1/{path}", json={**body, "title": "新"})
        newest, oldest = (await planner.get(f"/v1/{path}/versions")).json()
        assert [one[shown]["title"] for one in (newest, oldest)] == ["新", "旧"]
        assert newest[shown]["valid_from"] == oldest[shown]["valid_to"]
        assert (newest["entry"]["recorded_by"], newest["entry"]["ended_by"]) == ("li.na", None)
        assert (oldest["entry"]["recorded_by"], oldest["entry"]["ended_by"]) == ("planner", "li.na")
        assert (await planner.get(f"/v1/{what}/never/versions")).status_code == 404
        worker = await client_of(Role.GRID_WORKER)
        assert (await worker.get(f"/v1/{path}/versions")).status_code == 403


class TestThePast:
    """What was decided says by which rules; none of them is changed afterwards."""

    async def test_nothing_begins_or_ends_before_now(self, planner: httpx.AsyncClient) -> None:
        since = (utc_now() - timedelta(hours=1)).isoformat()
        await planner.put("/v1/rules/night", json=RULE)
        await planner.put("/v1/borders/line", json=BORDER)
        answers = [
            *[
                await planner.put(f"/v1/{path}", json=body | {"valid_from": since})
                for path, body in PUTS
            ],
            *[await planner.delete(f"/v1/{path}", params={"at": since}) for path, _ in PUTS[:2]],
            await planner.post("/v1/rules/check", json={"rules": [], "valid_from": since}),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
            (422, "in_the_past")
        ] * len(answers)
        assert await codes(planner, "rules", at=since) == []
        assert await codes(planner, "rules") == ["night"]

    async def test_what_a_slow_clock_calls_now_begins_now(self, planner: httpx.AsyncClient) -> None:
        now = utc_now()
        body = {**RULE, "valid_from": (now - timedelta(seconds=5)).isoformat()}
        rule = (await planner.put("/v1/rules/night", json=body)).json()["rule"]
        assert datetime.fromisoformat(rule["valid_from"]) >= now


class TestFindings:
    async def test_what_is_odd_is_told_and_kept(self, planner: httpx.AsyncClient) -> None:
        for _ in range(2):
            answer = await planner.put("/v1/rules/idle", json={"title": "无"})
            [warning] = answer.json()["warnings"]
        assert (warning["code"], warning["severity"]) == ("says_nothing", "warning")
        assert warning["rows"] == ["idle"]

    async def test_what_is_wrong_is_refused_with_all_that_was_found(
        self, planner: httpx.AsyncClient
    ) -> None:
        given = {**RULE, "layers": ["sewers"], "special_days": "lost", "co_handlers": []}
        answer = await planner.put("/v1/rules/r", json=given)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "rules_refused")
        assert [one["code"] for one in problem["findings"]] == [
            "unknown_layer",
            "unknown_special_days",
        ]
        assert "“sewers”" in problem["detail_zh"]
        assert await codes(planner, "rules") == []

    async def test_rows_are_checked_together_and_nothing_is_saved(
        self, planner: httpx.AsyncClient
    ) -> None:
        body = {
            "rules": [{**RULE, "code": "r", "special_days": "ban", "weekdays": []}],
            "borders": [{**BORDER, "code": "b", "areas": ["G00", "G30"]}],
            "special_days": [{**DAYS, "code": "ban"}],
        }
        answer = await planner.post("/v1/rules/check", json=body)
        assert answer.status_code == 200
        found = answer.json()["findings"]
        assert [(one["code"], one["rows"]) for one in found] == [("no_common_border", ["b"])]
        answer = await planner.post("/v1/rules/check", json={**body, "special_days": None})
        assert "unknown_special_days" in {one["code"] for one in answer.json()["findings"]}
        for what in ("rules", "borders", "special-days"):
            assert await codes(planner, what) == []


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "changes", "field"),
        [
            ("rules/r", {"title": ""}, "title"),
            ("rules/r", {"title": "a\u0000b"}, "title"),
            ("rules/r", {"hours": "late"}, "hours"),
            ("rules/r", {"season": "13-01..01-01"}, "season"),
            ("rules/r", {"weekdays": [8]}, "weekdays.0"),
            ("rules/r", {"priority": -1}, "priority"),
            ("rules/r", {"lead": "nobody"}, "lead"),
            ("rules/r", {"category": "9999"}, "category"),
            ("rules/r", {"colour": "red"}, "colour"),
            ("rules/r", {"valid_from": "2026-06-01"}, "valid_from"),
            (f"rules/{'x' * 65}", {}, "code"),
            ("borders/b", {"areas": []}, "areas"),
            ("borders/b", {"kind": "guess"}, "kind"),
            ("borders/b", {"within_m": 1e9}, "within_m"),
            ("borders/b", {"shape": {"type": "Point", "coordinates": [104, 30]}}, "shape"),
            ("borders/b", {"shape": {"type": "Polygon", "coordinates": "\ud800"}}, "shape"),
            (
                "borders/b",
                {"shape": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}},
                "shape",
            ),
            ("special-days/s", {"days": ["2027-02-30"]}, "days.0"),
            ("special-days/s", {"days": ["1026-02-03"]}, "days.0"),
        ],
    )
    async def test_the_field_is_named(
        self, planner: httpx.AsyncClient, path: str, changes: dict[str, Any], field: str
    ) -> None:
        what = path.partition("/")[0]
        [base] = [body for name, body in PUTS if name.startswith(what)]
        content = json.dumps({**base, **changes})
        headers = {"Content-Type": "application/json"}
        answer = await planner.put(f"/v1/{path}", content=content, headers=headers)
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


class TestWhoMay:
    @pytest.mark.parametrize("role", FOUR)
    async def test_everybody_who_is_signed_in_may_read(
        self, client_of: ClientOf, role: Role
    ) -> None:
        client = await client_of(role)
        for what in ("rules", "borders", "special-days"):
            assert await codes(client, what) == []

    @pytest.mark.parametrize("role", [role for role in FOUR if role is not Role.PLANNER])
    async def test_only_planners_change(self, client_of: ClientOf, role: Role) -> None:
        client = await client_of(role)
        for path, body in PUTS:
            assert (await client.put(f"/v1/{path}", json=body)).status_code == 403
        for path in ("rules/night", "borders/line"):
            assert (await client.delete(f"/v1/{path}")).status_code == 403
        assert (await client.post("/v1/rules/check", json={})).status_code == 403

    async def test_strangers_do_nothing(self, anonymous: httpx.AsyncClient) -> None:
        for path, body in PUTS:
            assert (await anonymous.get(f"/v1/{path.split('/')[0]}")).status_code == 401
            assert (await anonymous.put(f"/v1/{path}", json=body)).status_code == 401
