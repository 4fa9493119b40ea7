"""Whom a place concerns, across every border, and who may ask."""

from typing import Any

import httpx
import pytest

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.whistles.calls import ASTRIDE, surface

PATH = "/v1/whistles/proposals"


def drawn(kind: str, coordinates: list[Any]) -> dict[str, Any]:
    return {"crs": "wgs84", "geometry": {"type": kind, "coordinates": coordinates}}


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [it["organisation"]["code"] for it in answer.json()["proposals"]]


async def test_a_building_astride_two_districts_concerns_the_departments_of_both(
    street: httpx.AsyncClient,
) -> None:
    answer = await street.post(PATH, json=ASTRIDE)
    # Who calls is not proposed; who leads there goes first, who has more of it before the others.
    assert codes(answer) == ["clean1", "law1", "law2", "s2"]
    told = answer.json()
    assert {"district/D1", "district/D2", "street/S1", "street/S2"} <= set(told["areas"])
    whole, half = (told["proposals"][at]["reasons"][0] for at in (0, 1))
    assert (whole["code"], whole["share"], whole["distance_m"]) == ("Z1", 1.0, 0.0)
    assert (half["code"], half["layer"], half["role"]) == ("L1", "law", "lead")
    assert half["share"] == pytest.approx(0.5, abs=1e-3)
    lamps = await street.post(PATH, json={**ASTRIDE, "category": "0101"})
    assert codes(lamps) == ["law1", "law2", "s2"]
    unknown = await street.post(PATH, json={**ASTRIDE, "category": "9999"})
    assert unknown.status_code == 422


async def test_an_area_or_a_case_is_a_place_too_and_what_is_near_a_case_counts(
    street: httpx.AsyncClient,
) -> None:
    answer = await street.post(PATH, json={"area": {"layer": "power", "code": "P1"}})
    assert codes(answer) == ["clean1", "law1", "power"]
    assert answer.json()["place"] == "供电片区 供电一片"
    made = (await street.post("/v1/incidents", json=report_body(1.9, 0.5))).json()["id"]
    near = await street.post(PATH, json={"incident": made, "radius_m": 200})
    assert codes(near) == ["clean1", "law1", "law2", "s2"]
    law2 = near.json()["proposals"][2]["reasons"][0]
    assert law2["distance_m"] == pytest.approx(96, abs=1)  # a tenth of a cell
    assert 0 < law2["share"] < 0.5
    assert codes(await street.post(PATH, json={"incident": made, "radius_m": 50})) == [
        "clean1",
        "law1",
    ]


MANY = [[104.001 + n * 1e-7, 30.601 + (n % 2) * 1e-6] for n in range(10_001)]
BOW = [[104.0, 30.6], [104.01, 30.61], [104.01, 30.6], [104.0, 30.61], [104.0, 30.6]]


class TestRefused:
    async def test_a_place_that_is_none(self, street: httpx.AsyncClient) -> None:
        for body, code in [
            ({}, "place_missing"),
            ({"area": {"layer": "street", "code": "S9"}}, "unknown_area"),
            ({"geometry": ASTRIDE["geometry"]}, "crs_missing"),
            (surface(30, 30), "outside_service_area"),
            (drawn("Polygon", [BOW]), "invalid_shape"),
            (drawn("Polygon", []), "invalid_shape"),
            (drawn("Point", [104, 30]), "invalid_shape"),
            (drawn("Polygon", [[[1e9, 0], [0, 1], [1, 1], [1e9, 0]]]), "invalid_shape"),
            ({**ASTRIDE, "area": {"layer": "street", "code": "S1"}}, "two_places"),
            ({**ASTRIDE, "radius_m": 9}, None),
            ({**ASTRIDE, "radius_m": 5_001}, None),
            ({**ASTRIDE, "radius": 100}, None),
            ({"incident": "x"}, None),
            (drawn("Polygon", [[*MANY, [104.002, 30.7], MANY[0]]]), "too_many_corners"),
        ]:
            answer = await street.post(PATH, json=body)
            assert answer.status_code == 422, (body, answer.text)
            assert code is None or code in answer.text, (body, answer.text)

    async def test_a_street_that_the_place_does_not_touch(
        self, client_of: ClientOf, border: dict[str, Any]
    ) -> None:
        other = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S2"))
        answer = await other.post(PATH, json=surface(0.5, 0.5))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_here")
        assert (await other.post(PATH, json=ASTRIDE)).status_code == 200

    async def test_who_does_not_call_or_does_not_see_the_case(
        self,
        client_of: ClientOf,
        street: httpx.AsyncClient,
        anonymous: httpx.AsyncClient,
        border: dict[str, Any],
    ) -> None:
        assert (await anonymous.post(PATH, json=ASTRIDE)).status_code == 401
        assert (await street.post(PATH, json={"incident": str(new_id())})).status_code == 404
        for role in (Role.DEPARTMENT_HANDLER, Role.PLANNER, Role.ADMINISTRATOR):
            client = await client_of(role, organisation=border["law1"])
            for path in (PATH, "/v1/whistles"):
                assert (await client.post(path, json=ASTRIDE)).status_code == 403
