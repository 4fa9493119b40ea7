"""A planner at work over HTTP, and the drafts that come of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import shapely

from tests.factories import at, cell


def geojson(shape: Any) -> dict[str, Any]:
    """A shape as it is sent."""
    return dict(shapely.geometry.mapping(shape))


def line(*points: tuple[float, float]) -> dict[str, Any]:
    """A line through places of the city of squares, in cells."""
    return {"type": "LineString", "coordinates": [at(*point) for point in points]}


def square(column: float, row: float, columns: float = 1, rows: float = 1) -> dict[str, Any]:
    """A rectangle of the city of squares as it is sent."""
    return geojson(cell(column, row, columns, rows))


@dataclass(slots=True)
class Desk:
    """One draft at a time, always at its newest version."""

    client: httpx.AsyncClient
    draft: dict[str, Any]

    @classmethod
    async def of(cls, client: httpx.AsyncClient, **wanted: Any) -> "Desk":
        """Make a draft."""
        body = {"kind": "layer", "title": "调整", **wanted}
        answer = await client.post("/v1/drafts", json=body)
        assert answer.status_code == 201, answer.text
        return cls(client, answer.json())

    @property
    def path(self) -> str:
        return f"/v1/drafts/{self.draft['id']}"

    async def try_(self, method: str, what: str, body: Any = None) -> httpx.Response:
        """Do something to the draft as it stands."""
        headers = {"If-Match": f'"{self.draft["version"]}"'}
        answer = await self.client.request(method, f"{self.path}{what}", json=body, headers=headers)
        if answer.status_code == 200:
            self.draft = answer.json()
        return answer

    async def do(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        """Do something that must succeed."""
        answer = await self.try_(method, what, body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def edit(self, action: str, **said: Any) -> dict[str, Any]:
        """Make an edit."""
        return await self.do("POST", "/edits", {"action": action, **said})

    async def activate(self, at: datetime | None = None) -> dict[str, Any]:
        """Put the draft in force."""
        return await self.do("POST", "/activation", {"at": at.isoformat()} if at else {})

    async def get(self, what: str, **query: Any) -> Any:
        """Read something of the draft."""
        answer = await self.client.get(f"{self.path}{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def codes(self) -> list[str]:
        """The codes of the draft's areas."""
        found = await self.get("/areas")
        return [feature["properties"]["code"] for feature in found["features"]]

    async def faults(self) -> set[str]:
        """The codes of what the checks find."""
        return {one["code"] for one in await self.get("/checks")}
