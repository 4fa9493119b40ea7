"""Replays as a table: what was asked, how far it has come, what came of it.

Routing reads none of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.lab.interval import Interval

UNDER_WAY = ("waiting", "running")
_IS_UNDER_WAY = "state IN ('waiting', 'running')"


class Replay(Base):
    """One question to the past: who would have owned it by a draft, and who without."""

    __tablename__ = "replay"

    id: Mapped[Id]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    """The end is not included."""
    file: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Instead of a time: the name of a file, and what was said about its columns."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    scope: Mapped[str]
    """What the asker saw: nobody who sees something else reads what was counted."""
    state: Mapped[str] = mapped_column(server_default="waiting")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(server_default="0")
    seen: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Code and sentences of what forbade it."""

    @property
    def interval(self) -> Interval | None:
        """Give the time that is replayed; none of a file."""
        if self.since is None or self.until is None:
            return None
        return Interval(self.since, self.until)

    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("until > since", name="interval"),
        CheckConstraint("num_nulls(since, until) = num_nonnulls(file) * 2", name="asked"),
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


class ReplayPiece(Base):
    """Some bytes of the file of a replay that has not ended."""

    __tablename__ = "replay_piece"

    replay_id: Mapped[UUID] = mapped_column(ForeignKey("replay.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
