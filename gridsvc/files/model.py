"""Uploads that are under way, and the attachments that they become."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.files.keys import piece_key

RECEIVING, RECEIVED, REFUSED, DONE = "receiving", "received", "refused", "done"
"""Of an upload: it has all its bytes, but not its incident, or was not looked at yet; `done` is an
attachment of the same id."""
CHECKING, READY, QUARANTINED, WITHDRAWN = "checking", "ready", "quarantined", "withdrawn"
"""Of an attachment: only a ready one is given out."""
VIRUS_FOUND, SCANNER_FAILED = "virus_found", "scanner_failed"


class Upload(Base):
    """A file on its way in, piece by piece. Its incident may not have been reported yet."""

    __tablename__ = "upload"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    incident_id: Mapped[UUID] = mapped_column(index=True)
    """No foreign key: the phone makes the id, and may send a photo before the report."""
    admitted: Mapped[bool]
    """Whether the caller could add to the incident when this began; else it must be theirs."""
    name: Mapped[str]
    said: Mapped[str]
    """Upload-Metadata as it came: the protocol wants it given back."""
    length: Mapped[int]
    received: Mapped[int] = mapped_column(server_default="0")
    pieces: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Their names in the storage, in their order."""
    state: Mapped[str] = mapped_column(server_default=RECEIVING)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def keys(self) -> list[str]:
        """Its pieces in the storage, in their order."""
        return [piece_key(self.id, name) for name in self.pieces]

    __table_args__ = (
        CheckConstraint(
            f"state IN ('{RECEIVING}', '{RECEIVED}', '{REFUSED}', '{DONE}')", name="state"
        ),
        CheckConstraint("length > 0 AND received BETWEEN 0 AND length", name="received"),
        CheckConstraint(f"(failure IS NOT NULL) = (state = '{REFUSED}')", name="failure"),
        Index("ix_upload_account_id", "account_id"),
        Index("ix_upload_waiting", "id", postgresql_where=text(f"state = '{RECEIVED}'")),
    )


class Attachment(Base):
    """A photo or a file of an incident. It is seen by who sees the incident."""

    __tablename__ = "attachment"

    id: Mapped[Id]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    kind: Mapped[str]
    length: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the file as it was sent."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    told: Mapped[dict[str, Any]]
    """What a photo tells of where, when and by which device it was taken: for few."""
    state: Mapped[str] = mapped_column(server_default=CHECKING)
    reason: Mapped[str | None]
    added_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            f"state IN ('{CHECKING}', '{READY}', '{QUARANTINED}', '{WITHDRAWN}')", name="state"
        ),
        CheckConstraint(f"reason IN ('{VIRUS_FOUND}', '{SCANNER_FAILED}')", name="reason"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        Index(
            "ix_attachment_held",
            "id",
            postgresql_where=text(f"state IN ('{CHECKING}', '{QUARANTINED}')"),
        ),
    )
