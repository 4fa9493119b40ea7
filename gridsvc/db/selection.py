"""Which rows: a box on the map, a place in a list. Parsed before any SQL exists. Pure."""

import base64
import binascii
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gridsvc.errors import Invalid, InvalidCursor


@dataclass(frozen=True, slots=True)
class Bbox:
    """West, south, east, north in CRS84 degrees; west > east crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float


def parse_bbox(text: str) -> Bbox:
    """Parse `west,south,east,north`, or say what is wrong with it."""
    # Python reads more as a number than a client may mean: 1_0, or digits of other scripts.
    plain = text.isascii() and "_" not in text
    try:
        numbers = [float(part) for part in text.split(",")] if plain else []
    except ValueError:
        numbers = []
    if not numbers:
        raise _bad_bbox(f"{text!r} is not four numbers", f"{text!r} 不是四个数字")
    if len(numbers) != 4:
        raise _bad_bbox(
            f"{len(numbers)} numbers instead of 4", f"应为 4 个数，收到 {len(numbers)} 个"
        )
    west, south, east, north = numbers
    if not all(math.isfinite(number) for number in numbers):
        raise _bad_bbox("a number is not finite", "含有非有限数")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_bbox(
            "longitudes go from -180 to 180, latitudes from -90 to 90, south first",
            "经度范围 -180 至 180，纬度范围 -90 至 90，且南在前",
        )
    return Bbox(west, south, east, north)


def _bad_bbox(en: str, zh: str) -> Invalid:
    return Invalid(
        "invalid_bbox",
        en=f"bbox is west,south,east,north in degrees: {en}.",
        zh=f"bbox 应为 西,南,东,北（度）：{zh}。",
        field="bbox",
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the time and the id of its last row."""

    at: datetime
    id: UUID

    def text(self) -> str:
        """Write the cursor for a URL."""
        return base64.urlsafe_b64encode(f"{self.at.isoformat()}|{self.id}".encode()).decode()


def parse_cursor(text: str) -> Cursor:
    """Read a cursor that an earlier page gave."""
    try:
        at, _, identifier = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        cursor = Cursor(datetime.fromisoformat(at), UUID(identifier))
    except (ValueError, binascii.Error):
        cursor = None
    # A cursor of ours is written in UTC; only somebody's own writing has another offset, or none.
    if cursor is None or cursor.at.utcoffset() != timedelta(0):
        raise not_ours()
    return cursor


def not_ours() -> InvalidCursor:
    """Make the answer for a cursor that no page has given."""
    return InvalidCursor(
        en="This cursor was not given by an earlier page.",
        zh="cursor 不是由前一页返回的。",
        field="cursor",
    )
