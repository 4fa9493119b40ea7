"""Attachments as the API shows them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from gridsvc.files.keys import THUMBNAILS
from gridsvc.files.kinds import MEDIA_TYPES, PICTURES, Kind
from gridsvc.files.model import READY, Attachment


class ThumbnailsOut(BaseModel):
    """Addresses of JPEG pictures: the longer side has 320 and 1280 pixels at most."""

    small: str
    large: str


class AttachmentOut(BaseModel):
    """A photo or a file of an incident, without what the photo tells of its taking."""

    id: UUID
    name: str
    kind: Kind
    media_type: str
    bytes: int
    """As it was sent; what is given out of a photo is drawn anew, and may be larger or smaller."""
    width: int | None
    height: int | None
    state: Literal["checking", "ready", "quarantined", "withdrawn"]
    """Only a `ready` one is given out."""
    reason: Literal["virus_found", "scanner_failed"] | None
    added_at: datetime
    file: str | None
    """Address of the file; None where it is not given out. A document is given out as it was sent,
    to who may inspect it: what it tells cannot be taken out of it."""
    thumbnails: ThumbnailsOut | None


def as_json(row: Attachment) -> dict[str, Any]:
    """Write an attachment as `AttachmentOut` documents it."""
    kind, address = Kind(row.kind), f"/v1/incidents/{row.incident_id}/attachments/{row.id}"
    ready, picture = row.state == READY, kind in PICTURES
    small = {str(size): f"{address}/thumbnails/{size}" for size in THUMBNAILS if ready and picture}
    return {
        "id": str(row.id),
        "name": row.name,
        "kind": kind.value,
        "media_type": MEDIA_TYPES[kind],
        "bytes": row.length,
        "width": row.width,
        "height": row.height,
        "state": row.state,
        "reason": row.reason,
        "added_at": row.added_at.isoformat(),
        "file": f"{address}/{'file' if picture else 'original'}" if ready else None,
        "thumbnails": small or None,
    }
