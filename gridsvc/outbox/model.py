"""The columns of what goes out, whichever way it goes."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Id

STATES: Final = "'waiting', 'done', 'dead', 'withheld'"


class Outgoing:
    """Something that is to arrive: waiting, done, dead (given up) or withheld (nobody's to see)."""

    id: Mapped[Id]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why it did not arrive, the last time."""
