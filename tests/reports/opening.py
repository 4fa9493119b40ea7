"""Opens a map page as a browser does: with the shapes that it refers to."""

from typing import Any

import httpx

from tests.maps.reading import Reading, read


async def opened(client: httpx.AsyncClient, path: str, **asked: Any) -> Reading:
    """Read a page in English, each of whose sets then has its names and codes in it."""
    answer = await client.get(path, params={"lang": "en", **asked})
    assert answer.status_code == 200, answer.text
    page = read(answer.text)
    for shapes in page.data["sets"].values():
        if "source" in shapes:
            answer = await client.get(shapes["source"])
            assert answer.status_code == 200, answer.text
            found = answer.json()
            shapes.update(found | shapes | {"facts": [*found["facts"], *shapes["facts"]]})
    return page
