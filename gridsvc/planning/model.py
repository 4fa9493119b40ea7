"""Drafts as tables: what they started from, what they hold, what was done to them.

Routing reads none of it: a draft touches nobody before it is activated.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry

Rows = list[dict[str, Any]]
"""A table as in a spreadsheet: by column name, a missing value is None."""


class Draft(Base):
    """A change of one layer, or of one table that routing reads, before it holds."""

    __tablename__ = "draft"

    id: Mapped[Id]
    kind: Mapped[str]
    layer_id: Mapped[UUID | None] = mapped_column(ForeignKey("layer.id"))
    title: Mapped[str]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    version: Mapped[int] = mapped_column(server_default="1")
    base_release_id: Mapped[UUID | None] = mapped_column(ForeignKey("release.id"))
    """The release that was in force when a draft of a layer was made; it must still be so."""
    base_rows: Mapped[Rows | None] = mapped_column(JSONB(none_as_null=True))
    """Likewise of a table: what was in force."""
    rows: Mapped[Rows | None] = mapped_column(JSONB(none_as_null=True))
    """What a draft of a table holds; that of a layer stands in `draft_area`."""
    codes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """Which codes came of which: a list by old code."""
    accepted: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """Findings that somebody took responsibility for, by key: sentence, reason, who and when."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """None for who works at the command line of the machine, as in the other two."""
    valid_from: Mapped[datetime | None]
    """From when on it holds, once activated."""
    activated_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    release_id: Mapped[UUID | None] = mapped_column(ForeignKey("release.id"))
    """What a draft of a layer has become."""

    __table_args__ = (
        CheckConstraint("kind IN ('layer', 'responsibilities', 'rules', 'borders')", name="kind"),
        CheckConstraint("state IN ('open', 'activated', 'discarded')", name="state"),
        CheckConstraint("(kind = 'layer') = (layer_id IS NOT NULL)", name="layer_of_kind"),
        CheckConstraint("(kind = 'layer') = (rows IS NULL)", name="rows_of_kind"),
        CheckConstraint("(state = 'activated') = (valid_from IS NOT NULL)", name="activated"),
        Index("ix_draft_created_at", "created_at", "id"),
    )


class DraftArea(Base):
    """An area as a draft has it."""

    __tablename__ = "draft_area"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None]
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("MULTIPOLYGON"))
    population: Mapped[int | None]
    households: Mapped[int | None]
    estate_type: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
    )


class DraftEdit(Base):
    """Something that was done to a draft. A trigger forbids change."""

    __tablename__ = "draft_edit"

    id: Mapped[Id]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (UniqueConstraint("draft_id", "sequence"),)


class Rerouting(Base):
    """One run over the open cases: each is decided anew by the map that is in force by then.

    `last_id` is the last case that was looked at; it moves on in the transaction that changes the
    cases before it, so that a run that was broken off goes on where it was.
    """

    __tablename__ = "rerouting"

    id: Mapped[Id]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="running")
    started_at: Mapped[datetime]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    last_id: Mapped[UUID | None]
    total: Mapped[int]
    seen: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Code and sentences of what ended it."""

    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_rerouting_running", "state", unique=True, postgresql_where=text("state = 'running'")
        ),
    )
