"""Tiles in an SQLite database, as the MBTiles specification 1.3 has it."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from gridsvc.basemaps.tile_file import MVT, About, BadTileFile

_MEDIA_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "pbf": MVT,
}
_TILE: Final = "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?"


class MbTiles:
    """An MBTiles file. Its connection is shared: what is asked at the same time waits its turn."""

    def __init__(self, file: Path) -> None:
        # Nothing writes to it while it is served, so that nobody has to look for a lock.
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        self._asking = Lock()
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        try:
            self.about = self._read_about(file)
        except sqlite3.DatabaseError as error:
            self.close()
            raise BadTileFile(
                file, en=f"is no MBTiles file ({error})", zh=f"不是 MBTiles 文件（{error}）"
            ) from error
        except BadTileFile:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Find a tile; the file counts its rows from the south."""
        row = self._row(_TILE, z, x, 2**z - 1 - y)
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _row(self, asked: str, *values: int) -> tuple[bytes, ...] | None:
        with self._asking:
            row: tuple[bytes, ...] | None = self._connection.execute(asked, values).fetchone()
            return row

    def _read_about(self, file: Path) -> About:
        told = dict(self._connection.execute("SELECT name, value FROM metadata").fetchall())
        zooms = self._connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles")
        lowest, highest = zooms.fetchone()
        if lowest is None:
            raise BadTileFile(file, en="holds no tiles", zh="不含瓦片")
        kind = told.get("format", "")
        if kind not in _MEDIA_TYPES:
            known = ", ".join(_MEDIA_TYPES)
            raise BadTileFile(
                file,
                en=f"holds tiles of format {kind!r}; known are {known}",
                zh=f"瓦片格式为 {kind!r}；支持 {known}",
            )
        return About(
            media_type=_MEDIA_TYPES[kind],
            min_zoom=lowest,
            max_zoom=highest,
            bounds=_bounds(told.get("bounds", "")),
        )


def _bounds(told: str) -> tuple[float, float, float, float] | None:
    with suppress(ValueError):  # they are a recommendation, and often missing
        west, south, east, north = map(float, told.split(","))
        if west < east and south < north:
            return west, south, east, north
    return None
