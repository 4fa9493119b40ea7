"""Accounts, their appointments to roles, their credentials. Secrets are stored as hashes only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id


class Account(Base):
    """Who can sign in; what for say its appointments."""

    __tablename__ = "account"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    must_change_password: Mapped[bool] = mapped_column(server_default=false())
    # Four columns that only the release before reads: now they are an appointment's.
    role: Mapped[str | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    scope_level: Mapped[str | None]
    scope_code: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="zh")
    kind: Mapped[str] = mapped_column(server_default="person")
    """A service is a program of others: it has tokens only, an owner, and an end."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    expires_at: Mapped[datetime | None]
    addresses: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Networks that a service may come from; from anywhere without."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("login = lower(login) AND login <> ''", name="login"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        CheckConstraint("kind IN ('person', 'service')", name="kind"),
        CheckConstraint(
            "kind = 'person' OR (owner_id IS NOT NULL AND expires_at IS NOT NULL"
            " AND password_hash = '!')",
            name="service",
        ),
        CheckConstraint("(scope_level IS NULL) = (scope_code IS NULL)", name="scope"),
        CheckConstraint(
            "scope_level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name="scope_level",
        ),
        CheckConstraint(
            "role IN ('grid_worker', 'command_centre', 'planner', 'administrator')", name="role"
        ),
    )


class RoleRow(Base):
    """A set of permissions under a name; `gridsvc.auth.policy` says what it may hold."""

    __tablename__ = "role"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    duty: Mapped[str]
    sees: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    second_factor: Mapped[bool] = mapped_column(server_default=false())
    """Whether who has it must sign in with a code as well."""

    __table_args__ = (
        CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name="code"),
        CheckConstraint("duty IN ('audit', 'cases', 'security', 'system')", name="duty"),
        CheckConstraint("sees IN ('area', 'organisation', 'own')", name="sees"),
    )


class AppointmentRow(Base):
    """An account has a role in an organisation for an area for a time."""

    __tablename__ = "appointment"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(ForeignKey("role.code"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    level: Mapped[str | None]
    """With `code`: the administrative area that it is for; the whole city without."""
    code: Mapped[str | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    """Equal to `valid_from` for one that was taken back before it began."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("(level IS NULL) = (code IS NULL)", name="scope"),
        CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')", name="level"
        ),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        ExcludeConstraint(
            ("account_id", "="),
            ("role", "="),
            (literal_column("coalesce(organisation_id::text, '')"), "="),
            (literal_column("coalesce(level || ':' || code, '')"), "="),
            (literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_appointment_once",
        ),
    )


class Credential(Base):
    """A secret that stands for an account: a browser's session or a program's bearer token.

    A partial one is for who has still something to do before they are in; one of a wall is for a
    screen that nobody sits at.
    """

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
    last_used_at: Mapped[datetime | None]
    """To the minute, and of service accounts only."""
    permissions: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """All that it may be used for, of what the account may; without them everything."""

    __table_args__ = (
        CheckConstraint("kind IN ('session', 'bearer', 'partial', 'wall')", name="kind"),
    )


class SecondFactor(Base):
    """What an account shares with its owner's telephone, sealed."""

    __tablename__ = "second_factor"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """None until a first code has shown that the telephone has it; before, no code is asked for."""
    last_step: Mapped[int] = mapped_column(server_default="0")
    """Of the code that was used last: it, and those before it, are good no more."""


class RecoveryCode(Base):
    """A code on paper, for once."""

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class Identity(Base):
    """Who an account is at an identity provider."""

    __tablename__ = "identity"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    """Never used again by the issuer for somebody else; names and e-mails are."""
    linked_at: Mapped[datetime]
    linked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class AuditEntry(Base):
    """Something that was done, or tried. A trigger forbids change."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    at: Mapped[datetime]
    deed: Mapped[str]
    about: Mapped[str]
    """A login, a role's code, or the address that was called."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who did it; None for a stranger, and for who works at the machine itself."""
    address: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_about", "about", "at"),
        Index(
            "ix_audit_entry_address",
            "address",
            "at",
            postgresql_where=text("deed = 'sign_in_failed'"),
        ),
    )
