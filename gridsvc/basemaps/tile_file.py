"""What any file of tiles is to the service: what it says of itself, and one tile of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

MVT: Final = "application/vnd.mapbox-vector-tile"
GZIP_MAGIC: Final = b"\x1f\x8b"
"""With which a tile begins that is stored compressed; vector tiles mostly are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of its tiles."""

    media_type: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north; None where the file does not say it."""

    @property
    def vector(self) -> bool:
        """Whether they are vector tiles and not pictures."""
        return self.media_type == MVT


class TileFile(Protocol):
    """A file of tiles in web Mercator, open for many threads."""

    @property
    def about(self) -> About: ...

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Give a tile as it is stored, counted from the north-west; None where there is none."""

    def close(self) -> None:
        """Let go of the file."""


class BadTileFile(ValueError):
    """A file that cannot be served; says why, in English and in Chinese."""

    def __init__(self, file: Path, *, en: str, zh: str) -> None:
        super().__init__(f"{file}: {en}")
        self.zh = f"{file}：{zh}"


def version_of(file: Path) -> str:
    """Name a file's content without reading it: another size or time means another content."""
    seen = file.stat()
    return hashlib.sha256(f"{seen.st_size} {seen.st_mtime_ns}".encode()).hexdigest()[:16]
