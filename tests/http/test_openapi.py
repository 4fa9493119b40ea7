"""The description of the API is complete: nothing without a summary, nothing that leads nowhere."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gridsvc.auth.principal import Role
from gridsvc.http.description import described
from gridsvc.http.requires import COOKIE
from tests.fixtures.web import ClientOf
from tests.roles import FOUR
from tests.test_architecture import PUBLIC, endpoints

Operation = tuple[str, dict[str, Any]]


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    return described(app)


@pytest.fixture
def operations(description: dict[str, Any]) -> list[Operation]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("role", FOUR)
async def test_whoever_is_signed_in_may_read_it(client_of: ClientOf, role: Role) -> None:
    answer = await (await client_of(role)).get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_every_endpoint_of_the_api_is_described(operations: list[Operation]) -> None:
    api = {name for name, route in endpoints() if route.include_in_schema}
    assert {name for name, _ in operations} == api
    assert {name for name in api if " /v1/" in name} >= {"GET /v1/who-owns", "POST /v1/incidents"}


def test_every_operation_says_what_it_does(operations: list[Operation]) -> None:
    silent = [
        name
        for name, operation in operations
        if not (operation.get("summary") and operation.get("description") and operation["tags"])
    ]
    assert silent == []


def test_every_guarded_operation_says_so(operations: list[Operation]) -> None:
    assert {name for name, operation in operations if not operation.get("security")} == {
        name for name in PUBLIC if name in dict(operations)
    }


def test_a_token_and_a_cookie_open_the_same(
    description: dict[str, Any], operations: list[Operation]
) -> None:
    known = description["components"]["securitySchemes"]
    assert {(it["type"], it.get("scheme"), it.get("name")) for it in known.values()} == {
        ("http", "bearer", None),
        ("apiKey", None, COOKIE),
    }
    ways = {
        tuple(name for way in operation["security"] for name in way)
        for _, operation in operations
        if operation.get("security")
    }
    assert ways == {tuple(known)}


def test_every_guarded_operation_tells_of_its_refusals(operations: list[Operation]) -> None:
    without = [
        name
        for name, operation in operations
        if operation.get("security") and "401" not in operation["responses"]
    ]
    assert without == []


def test_problems_are_described_as_such(operations: list[Operation]) -> None:
    otherwise = {
        (name, status): list(response["content"])
        for name, operation in operations
        for status, response in operation["responses"].items()
        if status.startswith("4") and list(response["content"]) != ["application/problem+json"]
    }
    assert otherwise == {}


def test_operation_ids_are_unique(operations: list[Operation]) -> None:
    ids = [operation["operationId"] for _, operation in operations]
    assert len(set(ids)) == len(ids)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    schemas = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(references(description)) <= schemas


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def test_every_path_parameter_is_declared(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        named = set(re.findall(r"{(\w+)}", path))
        for operation in methods.values():
            declared = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert declared == named


async def test_the_example_of_a_report_is_one_that_is_taken(
    client_of: ClientOf, description: dict[str, Any]
) -> None:
    """Taken, or refused for its place only: the city of squares is not the example's city."""
    example = description["components"]["schemas"]["IncidentReport"]["examples"][0]
    client: httpx.AsyncClient = await client_of(Role.GRID_WORKER)
    answer = await client.post("/v1/incidents", json=example)
    assert answer.status_code == 201 or answer.json()["code"] == "outside_service_area"
