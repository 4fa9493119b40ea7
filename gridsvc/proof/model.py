"""The audit log's chain, beside the log itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base


class AuditLink(Base):
    """An entry's place in the chain. A trigger forbids change."""

    __tablename__ = "audit_link"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    """No foreign key: entries are removed when they have been kept long enough, links are not."""
    at: Mapped[datetime]
    """When that was written down which the entry says."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("octet_length(hash) = 32", name="hash"),
    )
