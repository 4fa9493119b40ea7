"""What a photo tells of its taking (EXIF 2.32): where, when, by which device. Pure.

What cannot be read is left out: a camera's slip is no reason to refuse a photo.
"""

import math
import struct
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

LONGEST = 100
_DEVICE = {"make": Base.Make, "model": Base.Model, "software": Base.Software}


_UNREADABLE = (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, struct.error)


def orientation(picture: Image.Image) -> int:
    """Tell how a photo is to be turned, 1 to 8; what cannot be read is upright."""
    try:
        found = picture.getexif().get(Base.Orientation)
    except _UNREADABLE:
        return 1
    return found if isinstance(found, int) else 1


def told_by(picture: Image.Image) -> dict[str, Any]:
    """Read what a photo tells, as far as it does."""
    try:
        exif = picture.getexif()
        taken, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
        device = {name: exif.get(tag) for name, tag in _DEVICE.items()}
    except _UNREADABLE:
        return {}
    told = {name: _text(it) for name, it in device.items()}
    told["taken_at"] = _text(taken.get(Base.DateTimeOriginal))
    told["taken_at_offset"] = _text(taken.get(Base.OffsetTimeOriginal))
    return {name: value for name, value in {**told, **_place(place)}.items() if value is not None}


def _text(value: object) -> str | None:
    """Clean a text; PostgreSQL cannot hold NUL, and what is not printed is no name."""
    if not isinstance(value, str):
        return None
    return "".join(letter for letter in value if letter.isprintable()).strip()[:LONGEST] or None


def _place(gps: Mapping[int, Any]) -> dict[str, float | None]:
    lat = _degrees(gps.get(GPS.GPSLatitude), south_or_west=gps.get(GPS.GPSLatitudeRef) == "S")
    lon = _degrees(gps.get(GPS.GPSLongitude), south_or_west=gps.get(GPS.GPSLongitudeRef) == "W")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return {}
    return {"lon": lon, "lat": lat, "accuracy_m": _number(gps.get(GPS.GPSHPositioningError))}


def _degrees(parts: object, *, south_or_west: bool) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    degrees = math.fsum((n if n is not None else math.nan) / 60**i for i, n in enumerate(numbers))
    if not math.isfinite(degrees):
        return None
    return round(-degrees if south_or_west else degrees, 7)


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type] # whatever stands there
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None
