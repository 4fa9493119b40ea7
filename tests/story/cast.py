"""The people of the story at their screens: each call is safe to send again, as a good client's is.

Whose line broke does not know whether the service has heard: they look before they say it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.attachments.sending import begin, go_on_from
from tests.factories import at


@dataclass(frozen=True, slots=True)
class Cast:
    """Clients by login, and the incident that they all work at."""

    people: Mapping[str, httpx.AsyncClient]
    incident: str = ""

    async def shown(self, who: str, what: str = "") -> Any:
        """Read the incident, or something of it, as somebody sees it."""
        answer = await self.people[who].get(f"/v1/incidents/{self.incident}{what}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def take(self, who: str, action: str, **said: Any) -> str:
        """Take a step; give the status that it leads to."""
        found = await self.try_to(who, action, **said)
        assert found.status_code == 200, found.text
        return str(found.json()["status"])

    async def try_to(self, who: str, action: str, **said: Any) -> httpx.Response:
        """Take a step, or be refused."""
        client, path = self.people[who], f"/v1/incidents/{self.incident}"
        seen = await client.get(path)
        answer = await client.post(
            f"{path}/transitions",
            json={"action": action, **said},
            headers={"If-Match": seen.headers["etag"]},
        )
        if answer.status_code == 412 and (await self.shown(who, "/events"))[-1]["action"] == action:
            return await client.get(path)
        return answer

    async def blow(self, who: str, *organisations: str) -> str:
        """Whistle for some organisations."""
        body = {
            "kind": "emergency",
            "matter": "全楼停暖，请共同到场",
            "incident": self.incident,
            "calls": [{"organisation": code} for code in organisations],
        }
        key = {"Idempotency-Key": f"whistle for {self.incident}"}
        answer = await self.people[who].post("/v1/whistles", json=body, headers=key)
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["id"])

    async def answer_whistle(self, who: str, whistle: str, what: str, body: Any = None) -> None:
        """Do something to a whistle."""
        client, path = self.people[who], f"/v1/whistles/{whistle}"
        seen = await client.get(path)
        headers = {"If-Match": seen.headers["etag"]}
        answer = await client.post(f"{path}/{what}", json=body, headers=headers)
        if answer.status_code == 412:
            told = (await client.get(path)).json()["events"][-1]["action"]
            assert told == what.rpartition("/")[2].replace("-", "_")
            return
        assert answer.status_code == 200, answer.text

    async def upload(self, who: str, content: bytes, *, number: int) -> str:
        """Send a photo, going on from what has come; give its id."""
        client = self.people[who]
        name = f"{self.incident[:-1]}{number}"
        begun = await begin(client, self.incident, len(content), id=name)
        assert begun.status_code == 201, begun.text
        path, kept = begun.headers["Location"], int(begun.headers["Upload-Offset"])
        while kept < len(content):
            sent = await go_on_from(client, path, content[kept:], offset=kept)
            assert sent.status_code in {204, 409}, sent.text
            head = await client.head(path, headers={"Tus-Resumable": "1.0.0"})
            kept = int(head.headers["Upload-Offset"])
        return path.rpartition("/")[2]


def position(column: float, row: float) -> dict[str, Any]:
    """A place, in cells, as a phone sends it."""
    lon, lat = at(column, row)
    return {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": 10}
