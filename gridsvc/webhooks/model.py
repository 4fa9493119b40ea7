"""Who is told, of what, at which address; and each message with how it fared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.outbox.model import STATES, Outgoing


class Webhook(Base):
    """An address at which a system of an account's is told."""

    __tablename__ = "webhook"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose it is: it is told what that account may see."""
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Types of messages; none is all."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The secret that signs, as `gridsvc.auth.secret_box` keeps it."""
    active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime]


class Delivery(Outgoing, Base):
    """A message to an address: the same event is told to one address once, under one id."""

    __tablename__ = "webhook_delivery"

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    sequence: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    """`event`, or the reminder of a clock: `overdue:handling`."""
    type: Mapped[str]
    body: Mapped[dict[str, Any]]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """What the receiver answered the last time."""

    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        UniqueConstraint("webhook_id", "incident_id", "sequence", "kind"),
        Index("ix_webhook_delivery_state", "webhook_id", "state", "created_at", "id"),
        Index("ix_webhook_delivery_ended_at", "ended_at"),
        Index("ix_webhook_delivery_waiting", "id", postgresql_where=text("state = 'waiting'")),
    )
