"""What a map of the whole city shows is made before anybody looks at it."""

import httpx
import pytest

from geodata.errors import GeometryError
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.reports import holes, plates
from gridsvc.reports.ready import make_ready
from maps.words import Language
from tests.factories import at
from tests.maps.reading import read
from tests.tiles.reading import address, around

TILE = next(around(*at(0, 0), *at(1, 1), 14))


def refuse(*_: object) -> None:
    raise GeometryError("not_usable", en="Not now.", zh="现在不行。")


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holes, "_FOUND", {})
    monkeypatch.setattr(plates, "_PLATES", {})


async def test_what_is_ready_is_not_made_when_somebody_looks(
    centre: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_ready(database, now=utc_now())
    for work in ("uncovered", "doubly_covered"):
        monkeypatch.setattr(holes, work, refuse)
    monkeypatch.setattr(plates, "packed_areas", refuse)
    page = await centre.get("/maps/coverage")
    assert (await centre.get(address("coverage", TILE))).status_code == 200
    sources = [it["source"] for it in read(page.text).data["sets"].values() if "source" in it]
    assert sources
    for source in sources:
        assert (await centre.get(source)).status_code == 200


async def test_what_cannot_be_made_ready_leaves_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for work in ("uncovered", "doubly_covered"):
        monkeypatch.setattr(holes, work, refuse)
    await make_ready(database, now=utc_now())
    assert "not_usable" in caplog.text
    monkeypatch.setattr(plates, "packed_areas", refuse)
    assert plates._PLATES
    assert all(it.packed(Language.ZH) for it in plates._PLATES.values())
