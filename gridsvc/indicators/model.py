"""The definitions of a city, edition by edition."""

from datetime import datetime

from sqlalchemy import CheckConstraint, func, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id


class IndicatorEdition(Base):
    """A file of definitions as it holds between two moments; a later one ends it."""

    __tablename__ = "indicator_edition"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    source: Mapped[str]
    """The file, as `gridsvc.indicators.edition_file` reads it."""

    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="validity"),
        ExcludeConstraint(
            (literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_indicator_edition_one_in_force",
        ),
    )
