"""The headers of the upload protocol (tus 1.0.0), read and written. Pure: it knows no upload.

https://tus.io/protocols/resumable-upload: core, creation, expiration, termination.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID

from gridsvc.errors import Invalid, TooLarge, UnknownProtocol

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
LONGEST_SAID = 2_000


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before it sends it."""

    length: int
    incident_id: UUID
    upload_id: UUID | None
    """One that the client made: the same call again begins no second upload."""
    name: str
    said: str


def check_version(given: str | None) -> None:
    """Refuse a client of another version, as the protocol wants it."""
    if given != VERSION:
        raise UnknownProtocol(
            en=f"Send Tus-Resumable: {VERSION}; this service speaks no other version.",
            zh=f"请发送 Tus-Resumable: {VERSION}；本服务仅支持该版本。",
            field="Tus-Resumable",
        )


def announced(length: str | None, said: str | None, *, most_bytes: int) -> Announced:
    """Read the headers that begin an upload."""
    size = number(length, "Upload-Length")
    if size == 0:
        raise Invalid("file_empty", en="The file is empty.", zh="文件为空。", field="Upload-Length")
    if size > most_bytes:
        raise file_too_large(most_bytes)
    pairs = _metadata(said or "")
    return Announced(
        length=size,
        incident_id=_identifier(pairs.get("incident"), "incident"),
        upload_id=_identifier(pairs["id"], "id") if "id" in pairs else None,
        name=pairs.get("filename", ""),
        said=said or "",
    )


def file_too_large(most_bytes: int) -> TooLarge:
    """Say how large a file may be."""
    return TooLarge(
        "file_too_large",
        en=f"A file may have {most_bytes:,} bytes; send a smaller one.",
        zh=f"文件不得超过 {most_bytes:,} 字节，请缩小后再上传。",
        field="Upload-Length",
        most_bytes=most_bytes,
    )


def number(given: str | None, field: str) -> int:
    """Read a count of bytes."""
    if given is None or not given.isascii() or not given.isdigit() or len(given) > 15:
        raise Invalid(
            "invalid_length",
            en=f"{field} must be a whole number of bytes.",
            zh=f"{field} 须为字节数（整数）。",
            field=field,
        )
    return int(given)


def _metadata(said: str) -> Mapping[str, str]:
    """Read pairs of a name and a value in base64; a name may stand alone."""
    if len(said) > LONGEST_SAID:
        raise _unreadable()
    pairs = (pair.strip().partition(" ") for pair in said.split(",") if pair.strip())
    try:
        return {
            name: base64.b64decode(value, validate=True).decode("utf-8") for name, _, value in pairs
        }
    except ValueError as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(
        "invalid_metadata",
        en="Upload-Metadata is a list of pairs: a name, a space, and UTF-8 text in base64; "
        f"{LONGEST_SAID} characters at most.",
        zh="Upload-Metadata 须为“名称 空格 base64（UTF-8）”的逗号分隔列表，"
        f"不超过 {LONGEST_SAID} 字符。",
        field="Upload-Metadata",
    )


def _identifier(given: str | None, name: str) -> UUID:
    try:
        found = UUID(given or "")
    except ValueError:
        found = None
    if found is None or found.version != 7:
        raise Invalid(
            "invalid_metadata",
            en=f"Upload-Metadata must give `{name}`: a UUID of version 7, in base64 as all values.",
            zh=f"Upload-Metadata 须包含 {name}：第 7 版 UUID（与其他值一样用 base64 编码）。",
            field="Upload-Metadata",
        )
    return found


def http_date(moment: datetime) -> str:
    """Write a time as HTTP does."""
    return format_datetime(moment, usegmt=True)
