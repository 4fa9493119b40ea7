"""Photos: opened within limits, and copied without what they tell of their taking. Pure.

A copy is drawn anew from the pixels, so nothing else of the file comes along: neither EXIF, XMP,
IPTC, comments and previews, nor what somebody has put behind the picture's end.
"""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.Image import Transpose

from gridsvc.files.faults import Unacceptable
from gridsvc.files.keys import THUMBNAILS, Copy
from gridsvc.files.kinds import Kind
from gridsvc.files.telling import orientation

_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    struct.error,
    zlib.error,
)
"""What the readers of formats raise for bytes that are not of the format."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# EXIF 2.32, 4.6.4 A. Pillow's own turning writes the metadata anew, and fails where they are bad.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_AS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.JPEG: {"format": "JPEG", "quality": 90},
    Kind.PNG: {"format": "PNG"},
    Kind.WEBP: {"format": "WEBP", "quality": 90},
}
_THUMBNAIL: Mapping[str, Any] = {"format": "JPEG", "quality": 80}


def opened(content: bytes, kind: Kind, *, most_pixels: int) -> Image.Image:
    """Open a picture and read all of it, or refuse it; its size is looked at first."""
    try:
        picture = Image.open(BytesIO(content), formats=[kind.value.upper()])
        if picture.width * picture.height > most_pixels:
            raise _too_many(most_pixels)
        picture.load()
    except _BOMBS as error:
        raise _too_many(most_pixels) from error
    except Unacceptable:
        raise
    except _DAMAGED as error:
        raise Unacceptable(
            "picture_damaged",
            en="The photo cannot be read to its end; take or export it again.",
            zh="照片无法完整读取，请重新拍摄或导出。",
        ) from error
    return picture


def _too_many(most_pixels: int) -> Unacceptable:
    millions = most_pixels / 1_000_000
    return Unacceptable(
        "too_many_pixels",
        en=f"The photo has more than {millions:g} million pixels; send a smaller one.",
        zh=f"照片超过 {millions:g} 百万像素，请缩小后再上传。",
    )


def copies_of(picture: Image.Image, kind: Kind) -> dict[Copy, bytes]:
    """Draw what others see: the whole, and two small ones, the right way up."""
    turn = _TURNS.get(orientation(picture))
    upright = picture if turn is None else picture.transpose(turn)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.info = {}
    on_white = _on_white(plain)
    copies = {Copy.PUBLIC: _written(on_white if kind is Kind.JPEG else plain, _AS[kind])}
    for copy, side in THUMBNAILS.items():
        small = on_white.copy()
        small.thumbnail((side, side))
        copies[copy] = _written(small, _THUMBNAIL)
    return copies


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Give width and height as a photo is looked at."""
    on_its_side = orientation(picture) >= 5
    return picture.size if not on_its_side else (picture.height, picture.width)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _written(picture: Image.Image, how: Mapping[str, Any]) -> bytes:
    out = BytesIO()
    picture.save(out, **how)
    return out.getvalue()
