"""Uploads as the API shows them, and what it takes besides their bytes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gridsvc.files.model import DONE, RECEIVED, RECEIVING, REFUSED, Upload
from gridsvc.http.values import Text


class FailureOut(BaseModel):
    code: str
    en: str
    zh: str


class UploadOut(BaseModel):
    """Where an upload stands."""

    id: UUID
    """Of the attachment that it becomes, too."""
    incident: UUID
    bytes: int
    received: int
    state: Literal["receiving", "waiting", "refused", "attached"]
    """`waiting`: all bytes are here; the file is looked at, or its incident was not reported."""
    failure: FailureOut | None
    """Why it was refused."""


_STATES = {
    RECEIVING: "receiving",
    RECEIVED: "waiting",
    REFUSED: "refused",
    DONE: "attached",
}


def as_json(upload: Upload) -> dict[str, Any]:
    """Write an upload as `UploadOut` documents it."""
    return {
        "id": str(upload.id),
        "incident": str(upload.incident_id),
        "bytes": upload.length,
        "received": upload.received,
        "state": _STATES[upload.state],
        "failure": upload.failure,
    }


class WithdrawalRequest(BaseModel):
    """Why an attachment is taken back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "照片拍到了路人"}]}
    )

    note: Annotated[Text, Field(min_length=1, max_length=2_000)]


class ToldOut(BaseModel):
    """What a photo tells of its taking, as its device wrote it; each may be missing."""

    lon: float | None = None
    """WGS 84, as EXIF has it; whether the device kept to that, nobody knows."""
    lat: float | None = None
    accuracy_m: float | None = None
    taken_at: str | None = None
    """As the device wrote it, by its own clock."""
    taken_at_offset: str | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None
