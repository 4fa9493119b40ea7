"""Reading tiles as a map library would: features by layer, with their places in degrees."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import mapbox_vector_tile

from gridsvc.tiles.matrix import EXTENT, Tile

MATRIX = "WebMercatorQuad"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a tile; its shape in the tile's own units, rows from the north."""

    said: dict[str, Any]
    geometry: dict[str, Any]


def features(content: bytes, layer: str) -> list[Feature]:
    found = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    assert set(found) <= {layer}
    listed = found.get(layer, {"features": [], "extent": EXTENT})
    assert listed["extent"] == EXTENT
    return [Feature(it["properties"], it["geometry"]) for it in listed["features"]]


def address(collection: str, tile: Tile) -> str:
    place = f"{tile.zoom}/{tile.row}/{tile.column}"
    return f"/v1/collections/{collection}/tiles/{MATRIX}/{place}"


async def read(client: httpx.AsyncClient, collection: str, tile: Tile) -> list[Feature]:
    answer = await client.get(address(collection, tile))
    assert answer.status_code == 200, answer.text
    return features(answer.content, collection)


def around(west: float, south: float, east: float, north: float, zoom: int) -> Iterator[Tile]:
    """Every tile of a zoom that has a part of a box."""
    yield from _under(Tile(0, 0, 0), (west, south, east, north), zoom)


def _under(tile: Tile, box: tuple[float, float, float, float], zoom: int) -> Iterator[Tile]:
    west, south, east, north = tile.bounds
    if west > box[2] or east < box[0] or south > box[3] or north < box[1]:
        return
    if tile.zoom == zoom:
        yield tile
        return
    for row in (0, 1):
        for column in (0, 1):
            below = Tile(tile.zoom + 1, 2 * tile.row + row, 2 * tile.column + column)
            yield from _under(below, box, zoom)
