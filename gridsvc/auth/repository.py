"""Accounts, appointments and credentials in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Uuid,
    and_,
    column,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account, AppointmentRow, Credential, RoleRow
from gridsvc.auth.principal import Appointment, Integration, Principal, Scope, Sees

# Of the tables above this folder, what an appointment's sight depends on.
_ORGANISATION = table("organisation", column("id", Uuid), column("parent_id", Uuid))
_WORKER = table("worker", column("id", Uuid), column("account_id", Uuid))
_ASSIGNMENT = table(
    "assignment",
    column("worker_id", Uuid),
    column("grid_code"),
    column("valid_from", DateTime(timezone=True)),
    column("valid_to", DateTime(timezone=True)),
)


async def account_by_login(db: AsyncSession, login: str, *, lock: bool = False) -> Account | None:
    """Find an account by its login name, in any case of letters."""
    named = select(Account).where(Account.login == login.lower())
    found: Account | None = await db.scalar(named.with_for_update() if lock else named)
    return found


async def account_by_id(db: AsyncSession, account_id: UUID, *, lock: bool = False) -> Account:
    """Read an account that is there."""
    of_id = select(Account).where(Account.id == account_id)
    found = await db.scalars(of_id.with_for_update() if lock else of_id)
    return found.one()


async def accounts(
    db: AsyncSession, *, after: str = "", limit: int | None = None
) -> Sequence[Account]:
    """List accounts by login name, those that come after one."""
    listed = select(Account).where(Account.login > after).order_by(Account.login).limit(limit)
    return list(await db.scalars(listed))


async def roles(db: AsyncSession) -> Sequence[RoleRow]:
    """List every role by code."""
    return list(await db.scalars(select(RoleRow).order_by(RoleRow.code)))


async def role_by_code(db: AsyncSession, code: str) -> RoleRow | None:
    """Find a role."""
    found: RoleRow | None = await db.scalar(select(RoleRow).where(RoleRow.code == code))
    return found


async def appointments_of(
    db: AsyncSession, accounts: Collection[UUID], *, since: datetime | None = None
) -> Sequence[tuple[AppointmentRow, RoleRow]]:
    """List the appointments of accounts, the oldest first; of late, those that end after a time."""
    listed = (
        select(AppointmentRow, RoleRow)
        .join(RoleRow, RoleRow.code == AppointmentRow.role)
        .where(AppointmentRow.account_id.in_(accounts))
        .order_by(AppointmentRow.account_id, AppointmentRow.valid_from, AppointmentRow.id)
    )
    if since is not None:
        listed = listed.where(_not_ended(AppointmentRow, since))
    return [(row[0], row[1]) for row in await db.execute(listed)]


def _not_ended(row: Any, at: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a table with an interval
    return or_(row.valid_to.is_(None), row.valid_to > at)


def _in_force(row: Any, at: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a table with an interval
    return and_(row.valid_from <= at, _not_ended(row, at))


def _live(secret_hash: bytes, kind: str, now: datetime) -> Select[Account, Credential]:
    return (
        select(Account, Credential)
        .join(Credential, Credential.account_id == Account.id)
        .where(
            Credential.secret_hash == secret_hash,
            Credential.kind == kind,
            Credential.revoked_at.is_(None),
            Credential.expires_at > now,
            Account.disabled_at.is_(None),
            or_(Account.expires_at.is_(None), Account.expires_at > now),
        )
    )


async def holder(
    db: AsyncSession, secret_hash: bytes, *, kind: str, now: datetime
) -> tuple[Account, Credential] | None:
    """Find whose a secret is, if it is still good."""
    row = (await db.execute(_live(secret_hash, kind, now))).one_or_none()
    return (row[0], row[1]) if row else None


async def principal_by_secret(
    db: AsyncSession, secret_hash: bytes, *, kind: str, now: datetime
) -> Principal | None:
    """Find who a secret stands for, if it is still good."""
    found = await holder(db, secret_hash, kind=kind, now=now)
    if found is None:
        return None
    account, credential = found
    who = await principal_of(db, account, credential_id=credential.id, now=now)
    if account.kind == "service":
        integration = Integration(tuple(account.addresses), credential.last_used_at)
        who = replace(who, integration=integration)
    return who if credential.permissions is None else who.limited_to(credential.permissions)


async def principal_of(
    db: AsyncSession, account: Account, *, credential_id: UUID, now: datetime
) -> Principal:
    """Make the caller of an account, with what it is appointed to now."""
    found = await appointments_of(db, [account.id], since=now)
    rows = [(row, role) for row, role in found if row.valid_from <= now]
    below = await _below(db, {row.organisation_id for row, _ in rows if row.organisation_id})
    own = any(role.sees == Sees.OWN for _, role in rows)
    grids = await _grids(db, account.id, now=now) if own else ()
    return Principal(
        account_id=account.id,
        credential_id=credential_id,
        login=account.login,
        appointments=tuple(_appointment(row, role, below, grids) for row, role in rows),
        language=account.language,
    )


def _appointment(
    row: AppointmentRow,
    role: RoleRow,
    below: Mapping[UUID, tuple[UUID, ...]],
    grids: tuple[str, ...],
) -> Appointment:
    return Appointment(
        role=role.code,
        name=role.name,
        name_en=role.name_en,
        permissions=frozenset(role.permissions),
        sees=Sees(role.sees),
        organisation_id=row.organisation_id,
        organisations=below[row.organisation_id] if row.organisation_id else (),
        scope=Scope(row.level, row.code) if row.level and row.code else None,
        grids=grids if role.sees == Sees.OWN else (),
    )


async def _below(db: AsyncSession, tops: Collection[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
    """List each of some organisations with all below it."""
    if not tops:
        return {}
    organisation = _ORGANISATION.c
    top = select(organisation.id.label("top"), organisation.id.label("id"))
    tree = top.where(organisation.id.in_(tops)).cte("tree", recursive=True)
    whole = tree.union(
        select(tree.c.top, organisation.id).where(organisation.parent_id == tree.c.id)
    )
    found: dict[UUID, tuple[UUID, ...]] = {}
    for row in await db.execute(select(whole.c.top, whole.c.id)):
        found[row.top] = (*found.get(row.top, ()), row.id)
    return found


async def _grids(db: AsyncSession, account_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """List the grids that the account's post looks after."""
    statement = (
        select(_ASSIGNMENT.c.grid_code)
        .join(_WORKER, _WORKER.c.id == _ASSIGNMENT.c.worker_id)
        .where(_WORKER.c.account_id == account_id, _in_force(_ASSIGNMENT.c, now))
        .order_by(_ASSIGNMENT.c.grid_code)
    )
    return tuple(await db.scalars(statement))


async def credentials(db: AsyncSession, account_id: UUID, *, now: datetime) -> Sequence[Credential]:
    """List an account's live sessions and tokens, the newest first."""
    live = (Credential.account_id == account_id) & Credential.revoked_at.is_(None)
    whole = Credential.kind.in_(("session", "bearer", "wall"))
    newest = select(Credential).where(live, whole, Credential.expires_at > now)
    return list(await db.scalars(newest.order_by(Credential.created_at.desc(), Credential.id)))


async def revoke(db: AsyncSession, account_id: UUID, credential_id: UUID, *, now: datetime) -> bool:
    """End a credential's life; tell whether there was one of the account."""
    ended = await db.scalar(
        update(Credential)
        .where(
            Credential.id == credential_id,
            Credential.account_id == account_id,
            Credential.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Credential.id)
    )
    return ended is not None


async def revoke_all(
    db: AsyncSession, account_id: UUID, *, but: UUID | None = None, now: datetime
) -> None:
    """End every session and token of an account, but perhaps for one."""
    live = (Credential.account_id == account_id) & Credential.revoked_at.is_(None)
    ended = update(Credential).where(live).values(revoked_at=now)
    await db.execute(ended if but is None else ended.where(Credential.id != but))


async def touch(
    db: AsyncSession, credential_id: UUID, *, last: datetime | None, now: datetime
) -> bool:
    """Keep that a credential was used now; tell whether nobody else did since the last use."""
    unchanged = Credential.last_used_at.is_not_distinct_from(last)
    kept = update(Credential).where(Credential.id == credential_id, unchanged)
    used = await db.scalar(kept.values(last_used_at=now).returning(Credential.id))
    return used is not None
