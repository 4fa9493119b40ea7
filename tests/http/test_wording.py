"""Whatever is wrong with an input is said in Chinese too: every error that our schemas raise."""

import re
from typing import Any, get_args
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from gridsvc.app import MODULES
from gridsvc.auth.principal import Role
from gridsvc.http.wording import _ANYTHING, in_chinese
from tests.factories import report_body
from tests.fixtures.web import ClientOf

HOSTILE: list[Any] = [
    None, True, 1, 0, 7.5, -1e9, 10**30, float("nan"), float("inf"), "", "x", "a\x00", "x" * 3000,
    "\ud800", "NaN", "2026-01-01", "2026-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01",
    "00000000-0000-4000-8000-000000000000", "1.5", [], [1] * 20_000, {}, {"lon": "x"}, [{"lon": 1}],
]  # fmt: skip


def schemas() -> list[Any]:
    """Every type that an endpoint reads: its body, and each of its parameters."""
    found: list[Any] = []
    for module in MODULES:
        for route in module.router.routes:
            if isinstance(route, APIRoute):
                one = route.dependant
                fields = [*one.query_params, *one.path_params, *one.header_params]
                for part in one.dependencies:
                    fields += [*part.query_params, *part.header_params]
                found += [f.field_info.rebuild_annotation() for f in [*fields, *one.body_params]]
    return found


def faults_of(kind: Any, value: Any) -> list[Any]:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return list(error.errors())
    return []


def variants(kind: Any) -> list[Any]:
    """Hostile values, alone and as each field of an object in turn."""
    fields = getattr(kind, "model_fields", {})
    inside = [{name: value} for name in fields for value in HOSTILE]
    deeper = [{"location": {"lon": v, "lat": v}} for v in HOSTILE]
    points = [{"points": [{"lon": v, "lat": v, "at": v, "category": v}]} for v in HOSTILE]
    return [*HOSTILE, *inside, *deeper, *points, {"points": []}, {"never": 1}]


def test_every_error_that_a_schema_raises_has_its_own_words() -> None:
    seen: dict[str, str] = {}
    for kind in schemas():
        for value in variants(kind):
            seen |= {fault["type"]: in_chinese(fault) for fault in faults_of(kind, value)}
    assert len(seen) > 25
    assert {kind: said for kind, said in seen.items() if said == _ANYTHING} == {}


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_nothing_is_said_in_english_only(kind: str) -> None:
    assert re.search("[一-鿿]{2}", in_chinese({"type": kind, "ctx": {}}))


@pytest.mark.parametrize(
    "body",
    [[], "x", 1, {"location": "x"}, {"location": [1, 2]}, {"category": 5}, {"id": "x"}, {"at": 1}],
)
async def test_a_report_that_is_none(client_of: ClientOf, body: Any) -> None:
    client = await client_of(Role.GRID_WORKER)
    sent = {**report_body(0.5, 0.5), **body} if isinstance(body, dict) else body
    answer = await client.post(
        "/v1/incidents", content=orjson.dumps(sent), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    in_both(answer)


@pytest.mark.parametrize(
    "address",
    ["/v1/incidents?from=abc", "/v1/incidents?limit=1.5", "/v1/incidents?status=lost",
     "/maps/coverage?at=abc", "/maps/coverage?at=2026-01-01T01:00", "/maps/coverage?at=3000-01-01",
     "/maps/workload?measure=luck"],
)  # fmt: skip
async def test_a_parameter_that_is_none(client_of: ClientOf, address: str) -> None:
    answer = await (await client_of(Role.COMMAND_CENTRE)).get(address)
    assert answer.status_code == 422
    in_both(answer)


@pytest.mark.parametrize("edit", [{}, {"action": "invent"}])
async def test_a_kind_that_is_none_is_said_in_its_own_words(
    client_of: ClientOf, edit: dict[str, Any]
) -> None:
    client = await client_of(Role.PLANNER)
    headers = {"If-Match": '"1"'}
    answer = await client.post(f"/v1/drafts/{UUID(int=7)}/edits", json=edit, headers=headers)
    in_both(answer)
    assert _ANYTHING not in answer.json()["detail_zh"]


NUMBERS = [
    ("/v1/route", {"crs": "wgs84", "points": [{"lon": True, "lat": 30.6, "category": "0201"}]}),
    ("/v1/drafts", {"kind": "layer", "layer": "grid", "title": "x", "release": True}),
    ("/v1/replays", {"draft": str(UUID(int=7)), "months": True}),
    ("/v1/rules/check", {"rules": [{"code": "R", "title": "x", "priority": True}]}),
    ("/v1/rules/check", {"rules": [{"code": "R", "title": "x", "weekdays": [True]}]}),
]


@pytest.mark.parametrize(("path", "body"), NUMBERS)
async def test_true_is_no_number(client_of: ClientOf, path: str, body: dict[str, Any]) -> None:
    answer = await (await client_of(Role.PLANNER)).post(path, json=body)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["code"] in {"float_type", "int_type"}
    in_both(answer)


def in_both(answer: httpx.Response) -> None:
    for fault in answer.json()["errors"]:
        assert re.search("[一-鿿]{2}", fault["zh"])
        assert not re.search("[一-鿿]", fault["en"])
    assert answer.json()["detail_zh"] != answer.json()["detail_en"]
