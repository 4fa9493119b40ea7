"""Replays as a table: what was asked, how far it has come, what came of it.

Routing reads none of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id

UNDER_WAY = ("waiting", "running")
_IS_UNDER_WAY = "state IN ('waiting', 'running')"


class Replay(Base):
    """One question to the past: who would have owned it by a draft, and who without."""

    __tablename__ = "replay"

    id: Mapped[Id]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    """The end is not included."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    scope: Mapped[str]
    """Which part of the city the asker was for: nobody for another one reads what was counted."""
    state: Mapped[str] = mapped_column(server_default="waiting")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(server_default="0")
    seen: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Code and sentences of what forbade it."""

    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("until > since", name="interval"),
        CheckConstraint(f"({_IS_UNDER_WAY}) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="result"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure"),
        Index("ix_replay_asked", "asked_by", "asked_at"),
        Index(
            "uq_replay_under_way",
            "asked_by",
            "draft_id",
            unique=True,
            postgresql_where=text(_IS_UNDER_WAY),
        ),
    )
