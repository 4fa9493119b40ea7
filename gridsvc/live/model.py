"""What changed of which case, in which transaction. A trigger writes it; nothing is worked out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from gridsvc.db.base import Base


class TransactionId(UserDefinedType[int]):
    """A transaction's number, as PostgreSQL's functions take it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class Snapshot(UserDefinedType[str]):
    """Which transactions had ended at a moment, as PostgreSQL writes it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "pg_snapshot"


class Change(Base):
    """One change of one case, with what decided before it who saw the case.

    It names its case without a foreign key: no report is to wait for that, and no case is deleted.
    """

    __tablename__ = "incident_change"

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    """Of no order: what is numbered later may be committed earlier."""
    transaction: Mapped[int] = mapped_column(
        server_default=text("pg_current_xact_id()::text::bigint")
    )
    """PostgreSQL's own number of it, which is never used again."""
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    incident_id: Mapped[UUID]
    reporter_id: Mapped[UUID | None]
    co_reporter_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    lead_id: Mapped[UUID | None]
    co_handler_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    called_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    district: Mapped[str | None]
    street: Mapped[str | None]
    community: Mapped[str | None]
    grid: Mapped[str | None]
    sub_estate: Mapped[str | None]

    __table_args__ = (Index("ix_incident_change_transaction", "transaction"),)
