"""What tests of whistles say and ask."""

from collections.abc import Mapping
from typing import Any

import httpx
from shapely.geometry import mapping

from tests.factories import at, cell


def surface(column: float, row: float, columns: float = 0.2, rows: float = 0.2) -> dict[str, Any]:
    """A drawn rectangle, in cells."""
    return {"geometry": dict(mapping(cell(column, row, columns, rows))), "crs": "wgs84"}


ASTRIDE = surface(1.9, 0.5)
"""A building, half of it in either district."""


def whistle_body(*codes: str, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "hard",
        "matter": "跨区违法建设",
        "calls": [{"organisation": code} for code in codes],
        **changes,
    }


async def blown(client: httpx.AsyncClient, *codes: str, **changes: Any) -> dict[str, Any]:
    """Blow a whistle that must be accepted."""
    answer = await client.post("/v1/whistles", json=whistle_body(*codes, **changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def act(
    client: httpx.AsyncClient, made: Mapping[str, Any], what: str, body: Any = None
) -> httpx.Response:
    """Do something to a whistle as it stands."""
    path = f"/v1/whistles/{made['id']}"
    etag = (await client.get(path)).headers.get("etag", '"1"')
    return await client.post(f"{path}/{what}", json=body, headers={"If-Match": etag})


def position(column: float, row: float, accuracy_m: float = 10) -> dict[str, Any]:
    """Where somebody says they are, in cells."""
    lon, lat = at(column, row)
    return {"position": {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": accuracy_m}}
