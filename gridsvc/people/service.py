"""Accounts made, appointed and dismissed, with the places and bodies named by their codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.references import is_area
from gridsvc.areas.repository import organisation_by_code, organisations
from gridsvc.auth import appointing, repository, service
from gridsvc.auth.appointing import NewAppointment
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Account, AppointmentRow, RoleRow
from gridsvc.auth.password_rules import PasswordRules
from gridsvc.auth.policy import check_permissions
from gridsvc.auth.principal import Duty, Scope, Sees
from gridsvc.auth.repository import roles
from gridsvc.auth.service import NewAccount
from gridsvc.errors import Conflict, Invalid

__all__ = ["add_account", "appoint", "disable", "dismiss", "people", "person", "put_role", "roles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An appointment as somebody asks for it: from now on and for good, unless they say when."""

    role: str
    organisation: str | None = None
    scope: Scope | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An appointment, its organisation by code."""

    row: AppointmentRow
    role: RoleRow
    organisation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account and its appointments, the oldest first."""

    account: Account
    held: Sequence[Held]
    owner: str | None = None
    """Code of the organisation that answers for a program's account."""


async def appoint(
    db: AsyncSession, login: str, asked: Asked, *, by: UUID | None, now: datetime
) -> AppointmentRow:
    """Appoint an account to what is there: a role, an organisation, an area."""
    if asked.valid_from is not None and asked.valid_from < now:
        raise Invalid(
            "past",
            en="An appointment begins now or later: nobody could have seen anything by it before.",
            zh="任职只能从现在或以后开始。",
            field="valid_from",
        )
    if asked.scope is not None:
        await _refuse_unknown(db, asked.scope, now=now)
    owner = None
    if asked.organisation is not None:
        owner = await organisation_by_code(db, asked.organisation, field="organisation")
    new = NewAppointment(
        role=asked.role,
        organisation_id=owner.id if owner else None,
        scope=asked.scope,
        valid_from=asked.valid_from or now,
        valid_to=asked.valid_to,
    )
    row = await appointing.appoint(db, login, new, by=by)
    await note(
        db,
        Deed.APPOINTED,
        login.lower(),
        by=by,
        at=now,
        appointment=str(row.id),
        role=asked.role,
        organisation=asked.organisation,
        scope=[row.level, row.code],
    )
    return row


async def dismiss(
    db: AsyncSession, login: str, appointment_id: UUID, *, by: UUID | None, now: datetime
) -> AppointmentRow:
    """End an appointment now; one that is to begin later never begins."""
    row = await appointing.dismiss(db, login, appointment_id, at=now)
    detail = {"appointment": str(row.id), "role": row.role}
    await note(db, Deed.DISMISSED, login.lower(), by=by, at=now, **detail)
    return row


async def add_account(
    db: AsyncSession,
    new: NewAccount,
    *,
    rules: PasswordRules,
    by: UUID | None,
    now: datetime,
) -> Account:
    """Make an account that is appointed to nothing yet."""
    account = await service.add_account(db, new, rules=rules)
    await note(db, Deed.ACCOUNT_MADE, account.login, by=by, at=now)
    return account


async def _refuse_unknown(db: AsyncSession, scope: Scope, *, now: datetime) -> None:
    if not await is_area(db, scope.level, scope.code, since=now):
        raise Invalid(
            "unknown_scope",
            en=f'No {scope.level} has the code "{scope.code}"; such an account would see nothing.',
            zh=f"{scope.level} 级没有编码为“{scope.code}”的区域；这样的账号看不到任何内容。",
            field="scope",
        )


async def people(
    db: AsyncSession,
    *,
    after: str = "",
    limit: int | None = None,
    since: datetime | None = None,
) -> list[Person]:
    """List accounts by login name, those after one, with their appointments, or those of late."""
    accounts = await repository.accounts(db, after=after, limit=limit)
    return await _with_appointments(db, accounts, since=since)


async def person(db: AsyncSession, login: str) -> Person:
    """Find an account with all that it is or was."""
    (found,) = await _with_appointments(db, [await appointing.named_account(db, login)])
    return found


async def _with_appointments(
    db: AsyncSession, accounts: Sequence[Account], *, since: datetime | None = None
) -> list[Person]:
    codes: Mapping[UUID, str] = {one.id: one.code for one in await organisations(db)}
    held: dict[UUID, list[Held]] = {}
    ids = [account.id for account in accounts]
    for row, role in await repository.appointments_of(db, ids, since=since):
        owner = codes[row.organisation_id] if row.organisation_id else None
        held.setdefault(row.account_id, []).append(Held(row=row, role=role, organisation=owner))
    return [
        Person(
            account=account,
            held=held.get(account.id, []),
            owner=codes[account.owner_id] if account.owner_id else None,
        )
        for account in accounts
    ]


async def disable(db: AsyncSession, login: str, *, by: UUID | None, now: datetime) -> None:
    """Lock an account out for good; repeated, nothing changes."""
    account = await appointing.named_account(db, login, lock=True)
    if account.disabled_at is None:
        account.disabled_at = now
        await db.flush()
        await note(db, Deed.DISABLED, account.login, by=by, at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """A role as somebody writes it."""

    code: str
    name: str
    name_en: str
    duty: Duty
    sees: Sees
    permissions: Sequence[str]
    second_factor: bool = False
    """Whether who has it must sign in with a code as well."""


async def put_role(db: AsyncSession, new: NewRole, *, by: UUID | None, now: datetime) -> RoleRow:
    """Make a role, or say anew what it may do; what it is for stays, since people have it."""
    permissions = sorted(check_permissions(new.duty, new.permissions))
    role = await repository.role_by_code(db, new.code)
    if role is None:
        role = RoleRow(code=new.code, duty=new.duty.value)
        db.add(role)
    elif role.duty != new.duty:
        raise Conflict(
            "duty_fixed",
            en=f"The role {role.code} is for {role.duty}; make another role for {new.duty}.",
            zh=f"角色 {role.code} 属于 {role.duty} 类；请为 {new.duty} 另建角色。",
            field="duty",
        )
    role.name, role.name_en = new.name, new.name_en
    role.sees, role.permissions = new.sees.value, [*permissions]
    role.second_factor = new.second_factor
    await db.flush()
    await note(
        db,
        Deed.ROLE_SET,
        role.code,
        by=by,
        at=now,
        sees=role.sees,
        permissions=permissions,
        second_factor=role.second_factor,
    )
    return role
