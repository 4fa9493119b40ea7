"""Appointing accounts to roles, and ending that. An account serves one duty at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.model import Account, AppointmentRow, RoleRow
from gridsvc.auth.principal import Scope, Sees
from gridsvc.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """What an account is appointed to, and for how long. Its places are there."""

    role: str
    organisation_id: UUID | None = None
    scope: Scope | None = None
    valid_from: datetime
    valid_to: datetime | None = None


async def named_account(db: AsyncSession, login: str, *, lock: bool = False) -> Account:
    """Find an account that is there."""
    account = await repository.account_by_login(db, login, lock=lock)
    if account is None:
        raise NotFound(en=f'There is no account "{login}".', zh=f"没有账号“{login}”。")
    return account


async def appoint(
    db: AsyncSession, login: str, new: NewAppointment, *, by: UUID | None
) -> AppointmentRow:
    """Appoint an account, unless that would give it two duties, or it has that already."""
    # The lock keeps another appointment of the account out until this one is kept.
    account = await named_account(db, login, lock=True)
    role = await _role(db, new.role)
    _check(role, new)
    for held, other in await repository.appointments_of(db, [account.id], since=new.valid_from):
        if other.duty != role.duty:
            raise _mixed(account, other, role)
        if _same(held, new):
            raise _repeated(account, role)
    row = AppointmentRow(
        account_id=account.id,
        role=role.code,
        organisation_id=new.organisation_id,
        level=new.scope.level if new.scope else None,
        code=new.scope.code if new.scope else None,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        recorded_by=by,
    )
    db.add(row)
    await db.flush()
    return row


async def dismiss(
    db: AsyncSession, login: str, appointment_id: UUID, *, at: datetime
) -> AppointmentRow:
    """End an appointment at a time; one that is to begin later never begins."""
    account = await named_account(db, login, lock=True)
    row: AppointmentRow | None = await db.scalar(
        select(AppointmentRow).where(
            AppointmentRow.id == appointment_id, AppointmentRow.account_id == account.id
        )
    )
    if row is None:
        raise NotFound(
            en=f'"{account.login}" has no such appointment.', zh=f"“{account.login}”没有该任职。"
        )
    if row.valid_to is not None and row.valid_to <= at:
        raise Conflict(
            "appointment_ended",
            en="The appointment has ended already.",
            zh="该任职已经结束。",
            valid_to=row.valid_to.isoformat(),
        )
    row.valid_to = max(at, row.valid_from)
    await db.flush()
    return row


async def _role(db: AsyncSession, code: str) -> RoleRow:
    role = await repository.role_by_code(db, code)
    if role is None:
        known = [one.code for one in await repository.roles(db)]
        raise Invalid(
            "unknown_role",
            en=f'There is no role "{code}"; there are: {", ".join(known)}.',
            zh=f"没有角色“{code}”；可选：{'、'.join(known)}。",
            field="role",
        )
    return role


def _check(role: RoleRow, new: NewAppointment) -> None:
    if role.sees == Sees.ORGANISATION and new.organisation_id is None:
        raise Invalid(
            "organisation_required",
            en=f"The role {role.code} sees what its organisation owns: name the organisation.",
            zh=f"角色 {role.code} 只看所属单位的案件：请指定单位。",
            field="organisation",
        )
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise Invalid(
            "invalid_interval",
            en="An appointment must end after it begins.",
            zh="任职的结束时间必须晚于开始时间。",
            field="valid_to",
        )


def _same(held: AppointmentRow, new: NewAppointment) -> bool:
    """Tell whether an appointment that has not ended says the same for some of the time."""
    scope = (new.scope.level, new.scope.code) if new.scope else (None, None)
    apart = new.valid_to is not None and new.valid_to <= held.valid_from
    return (
        (held.role, held.organisation_id) == (new.role, new.organisation_id)
        and (held.level, held.code) == scope
        and not apart
        and held.valid_to != held.valid_from
    )


def _repeated(account: Account, role: RoleRow) -> Conflict:
    return Conflict(
        "already_appointed",
        en=f'"{account.login}" is {role.code} there already.',
        zh=f"“{account.login}”已有相同的 {role.code} 任职。",
        field="role",
    )


def _mixed(account: Account, held: RoleRow, role: RoleRow) -> Conflict:
    return Conflict(
        "duties_mixed",
        en=f'"{account.login}" is {held.code} ({held.duty}); {role.code} is for {role.duty}.'
        " System, security, audit and cases are kept apart: use another account.",
        zh=f"“{account.login}”已任 {held.code}（{held.duty}），"
        f"不能兼任 {role.code}（{role.duty}）：四类职责必须分离，请使用另一账号。",
        field="role",
    )
