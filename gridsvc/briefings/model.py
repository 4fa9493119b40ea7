"""The briefings of the whole city that were made in the morning; they are not changed again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base


class BriefingRow(Base):
    """One for each day on which there was a job process. Only who sees the whole city reads it."""

    __tablename__ = "briefing"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    """As `gridsvc.briefings.content` writes it."""
