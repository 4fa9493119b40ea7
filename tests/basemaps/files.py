"""Small files of tiles, made as their specifications say."""

import gzip
import sqlite3
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Tiles = dict[tuple[int, int, int], bytes]
"""By zoom, column and row, counted from the north-west."""


def write_mbtiles(file: Path, tiles: Tiles, **told: str) -> Path:
    """Write an MBTiles file, whose rows are counted from the south."""
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("CREATE TABLE metadata (name text, value text)")
        connection.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, "
            "tile_data blob)"
        )
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        rows = [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return file


def write_pmtiles(file: Path, tiles: Tiles, kind: TileType, **header: Any) -> Path:
    """Write a PMTiles file; vector tiles are compressed."""
    vector = kind is TileType.MVT
    with file.open("wb") as opened:
        writer: Any = Writer(opened)  # type: ignore[no-untyped-call]  # the library is partly typed
        for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
            data = tiles[place]
            writer.write_tile(zxy_to_tileid(*place), gzip.compress(data) if vector else data)
        packed = Compression.GZIP if vector else Compression.NONE
        whole = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0}
        center = {"center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}
        said = {"version": 3, "internal_compression": Compression.GZIP, "tile_compression": packed}
        writer.finalize({"tile_type": kind, **whole, **center, **said, **header}, {})
    return file
