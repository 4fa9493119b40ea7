"""Base maps of the generated city, as a deployment would have them: files, and their list."""

from io import BytesIO
from pathlib import Path

import mapbox_vector_tile
from PIL import Image
from pmtiles.tile import TileType

from tests.basemaps.files import Tiles, write_mbtiles, write_pmtiles

ZOOM = 11
PLACE = (1683, 800)
"""Column and row of the tile in which the city lies at that zoom."""
LISTED = """
default = "none"
[[basemap]]
name = "pictures"
kind = "file"
path = "{folder}/pictures.mbtiles"
title = "影像"
crs = "gcj02"
attribution = "© 测绘院"
[[basemap]]
name = "streets"
kind = "file"
path = "{folder}/streets.pmtiles"
title = "街道"
"""


def write_base_maps(folder: Path) -> Path:
    """Write pictures in GCJ-02 and vector tiles in WGS 84, and give the file that lists them."""
    write_mbtiles(folder / "pictures.mbtiles", _around(_picture()), format="png")
    write_pmtiles(folder / "streets.pmtiles", _around(_streets()), TileType.MVT)
    listed = folder / "basemaps.toml"
    listed.write_text(LISTED.format(folder=folder), encoding="utf-8")
    return listed


def _around(tile: bytes) -> Tiles:
    column, row = PLACE
    return {(ZOOM, column + x, row + y): tile for x in (-1, 0, 1) for y in (-1, 0, 1)}


def _picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (256, 256), (120, 140, 110)).save(written, "PNG")
    return written.getvalue()


def _streets() -> bytes:
    lines = [f"LINESTRING (0 {at}, 4096 {at})" for at in range(0, 4096, 256)]
    roads = [{"geometry": line, "properties": {}} for line in lines]
    park = "POLYGON ((0 0, 2048 0, 2048 4096, 0 4096, 0 0))"
    layers = [
        {"name": "parks", "features": [{"geometry": park, "properties": {}}]},
        {"name": "roads", "features": roads},
    ]
    return bytes(mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True}))
