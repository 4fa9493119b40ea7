"""Tiles in one file with its own directory, as the PMTiles specification 3 has it."""

import mmap
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from gridsvc.basemaps.tile_file import MVT, About, BadTileFile

_MEDIA_TYPES: Final = {
    TileType.MVT: MVT,
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}
_PACKED: Final = (Compression.NONE, Compression.GZIP)
"""How tiles may be compressed for every browser to read them."""
_HEADER_BYTES: Final = 127
_DEEPEST: Final = 4
_DIRECTORIES_KEPT: Final = 256
_NOT_A_HEADER = (MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError)
_NOT_A_DIRECTORY = (OSError, EOFError, zlib.error)


class PmTiles:
    """A PMTiles file. The library's own reader would unpack the directory for every tile."""

    def __init__(self, file: Path) -> None:
        if not file.stat().st_size:  # which could not be mapped
            raise BadTileFile(file, en="is empty", zh="是空文件")
        with file.open("rb") as opened:
            self._bytes = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self._directory = lru_cache(_DIRECTORIES_KEPT)(self._read_directory)
        try:
            self._header = self._read_header(file)
            self.about = _about(file, self._header)
        except BadTileFile:
            self.close()
            raise

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Find a tile by way of the directories."""
        header, wanted = self._header, zxy_to_tileid(z, x, y)
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(_DEEPEST):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length:
                return self._slice(header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()

    def _slice(self, offset: int, length: int) -> bytes:
        return self._bytes[offset : offset + length]

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        return deserialize_directory(self._slice(offset, length))

    def _read_header(self, file: Path) -> HeaderDict:
        try:
            header = deserialize_header(self._slice(0, _HEADER_BYTES))
        except _NOT_A_HEADER as error:
            raise BadTileFile(
                file, en="is no PMTiles file of version 3", zh="不是第 3 版 PMTiles 文件"
            ) from error
        if header["tile_data_offset"] + header["tile_data_length"] > len(self._bytes):
            raise BadTileFile(file, en="was cut off", zh="文件不完整")
        try:
            self._directory(header["root_offset"], header["root_length"])
        except _NOT_A_DIRECTORY as error:
            raise BadTileFile(
                file, en="has a broken directory of tiles", zh="瓦片目录已损坏"
            ) from error
        return header


def _about(file: Path, header: HeaderDict) -> About:
    kind, packed = header["tile_type"], header["tile_compression"]
    if kind not in _MEDIA_TYPES or packed not in _PACKED:
        raise BadTileFile(
            file,
            en=f"holds tiles of type {kind.name}, compressed by {packed.name}; known are "
            f"{', '.join(it.name for it in _MEDIA_TYPES)}, by NONE or GZIP",
            zh=f"瓦片类型为 {kind.name}、压缩方式为 {packed.name}；支持 "
            f"{'、'.join(it.name for it in _MEDIA_TYPES)}，压缩方式 NONE 或 GZIP",
        )
    west, south = header["min_lon_e7"] / 1e7, header["min_lat_e7"] / 1e7
    east, north = header["max_lon_e7"] / 1e7, header["max_lat_e7"] / 1e7
    return About(
        media_type=_MEDIA_TYPES[kind],
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        bounds=(west, south, east, north) if west < east and south < north else None,
    )
