"""Looking at a file that has all its bytes: what it is, and whether it is taken. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Any

from gridsvc.files.keys import Copy
from gridsvc.files.kinds import PICTURES, Kind, kind_of
from gridsvc.files.pictures import copies_of, opened, upright_size
from gridsvc.files.telling import told_by


@dataclass(frozen=True, slots=True)
class Content:
    """What a file turned out to be."""

    kind: Kind
    sha256: bytes
    size: tuple[int, int] | None
    """Width and height of a picture, as it is looked at."""
    told: dict[str, Any]


def look_at(content: bytes, *, most_pixels: int) -> Content:
    """Tell what a file is; a picture is read as a whole, so that it can be copied later."""
    kind, digest = kind_of(content), hashlib.sha256(content).digest()
    if kind not in PICTURES:
        return Content(kind, digest, None, {})
    with opened(content, kind, most_pixels=most_pixels) as picture:
        return Content(kind, digest, upright_size(picture), told_by(picture))


def copies(content: bytes, kind: Kind, *, most_pixels: int) -> dict[Copy, bytes]:
    """Make what others see: of a document nothing, for what it tells cannot be taken out of it."""
    if kind not in PICTURES:
        return {}
    with opened(content, kind, most_pixels=most_pixels) as picture:
        return copies_of(picture, kind)
