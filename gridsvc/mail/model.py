"""Who wishes which notices by e-mail, and each e-mail with how it fared."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base
from gridsvc.outbox.model import STATES, Outgoing


class MailWish(Base):
    """What an account wishes to get by e-mail, and where."""

    __tablename__ = "mail_wish"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed (`gridsvc.auth.secret_box`)."""
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Mail(Outgoing, Base):
    """An e-mail about a notice to an account: one notice comes to one account once."""

    __tablename__ = "mail"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))

    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        UniqueConstraint("account_id", "notice_id"),
        Index("ix_mail_ended_at", "ended_at"),
        Index("ix_mail_waiting", "id", postgresql_where=sql("state = 'waiting'")),
    )
