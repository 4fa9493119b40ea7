"""Accounts and their credentials. Secrets are stored as hashes only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id


class Account(Base):
    """Who can sign in, as what, and for which part of the city."""

    __tablename__ = "account"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    scope_level: Mapped[str | None]
    """With `scope_code`: the administrative area whose incidents the account may see."""
    scope_code: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="zh")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("login = lower(login) AND login <> ''", name="login"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint("(scope_level IS NULL) = (scope_code IS NULL)", name="scope"),
        CheckConstraint(
            "scope_level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name="scope_level",
        ),
        CheckConstraint(
            "role IN ('grid_worker', 'command_centre', 'planner', 'administrator')", name="role"
        ),
    )


class Credential(Base):
    """A secret that stands for an account: a browser's session or a program's bearer token."""

    __tablename__ = "credential"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256: the secret has 256 random bits, so a slow hash would add nothing."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("kind IN ('session', 'bearer')", name="kind"),)
