"""Photos for tests: as a phone writes them, as an attacker does."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PLACE = (104.005, 30.605)
MAKER, COMMENT = "Verrat GmbH", b"seen by nobody"


def photo(width: int = 64, height: int = 48, form: str = "JPEG", **how: Any) -> bytes:
    """A photo without anything but its pixels: red to the left, blue to the right."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def telling_photo(form: str = "JPEG", *, turned: int = 6) -> bytes:
    """A photo that tells where, when and by which device it was taken; 6 is on its side."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = MAKER, "P\x001"
    exif[Base.Orientation] = turned
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = "2026:11:21 08:15:00"
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (30.0, 36.0, 18.0)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (104.0, 0.0, 18.0)
    more: dict[str, Any] = {"comment": COMMENT} if form == "JPEG" else {}
    return photo(form=form, exif=exif, **more)


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is as large as that."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + check
