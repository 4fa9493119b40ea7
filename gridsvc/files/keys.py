"""The names of objects in the storage. Pure."""

from enum import StrEnum
from uuid import UUID

UPLOADS, ATTACHMENTS = "uploads", "attachments"
"""The two folders: pieces, which are removed, and what they became."""


class Copy(StrEnum):
    """A form of an attachment."""

    ORIGINAL = "original"
    """As it was sent."""
    PUBLIC = "public"
    """Without what it tells of its taking."""
    SMALL = "small"
    LARGE = "large"


THUMBNAILS = {Copy.SMALL: 320, Copy.LARGE: 1280}
"""The longer side, in pixels."""


def piece_key(upload_id: UUID, name: UUID) -> str:
    """Name a piece of an upload."""
    return f"{UPLOADS}/{upload_id}/{name}"


def copy_key(attachment_id: UUID, copy: Copy) -> str:
    """Name a form of an attachment."""
    return f"{ATTACHMENTS}/{attachment_id}/{copy}"


def owner_of(key: str) -> UUID | None:
    """Tell which upload or attachment an object belongs to; None for what is not ours."""
    parts = key.split("/")
    try:
        return UUID(parts[1])
    except (IndexError, ValueError):
        return None
