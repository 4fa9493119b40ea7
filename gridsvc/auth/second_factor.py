"""Second factors in the database: begun, confirmed by a code, used, removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import one_time, repository
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Account, RecoveryCode, SecondFactor
from gridsvc.auth.principal import Principal
from gridsvc.auth.secret_box import SecretBox
from gridsvc.errors import Invalid

PURPOSE = "second factors"
"""Of the secret box."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account has a second factor, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int


async def standing(db: AsyncSession, account_id: UUID) -> Standing:
    """Tell how an account stands."""
    found = await _of(db, account_id)
    left = select(func.count()).where(RecoveryCode.account_id == account_id)
    return Standing(
        since=found.confirmed_at if found else None,
        codes_left=await db.scalar(left.where(RecoveryCode.used_at.is_(None))) or 0,
    )


async def is_required(db: AsyncSession, account_id: UUID, *, now: datetime) -> bool:
    """Tell whether an account is appointed to a role that demands a second factor."""
    held = await repository.appointments_of(db, [account_id], since=now)
    return any(role.second_factor for row, role in held if row.valid_from <= now)


async def is_set(db: AsyncSession, account_id: UUID) -> bool:
    """Tell whether an account has one that was confirmed."""
    found = await _of(db, account_id)
    return found is not None and found.confirmed_at is not None


async def begun(db: AsyncSession, box: SecretBox, account_id: UUID, *, now: datetime) -> bytes:
    """Give the secret that waits to be confirmed, made at the first look."""
    found = await _of(db, account_id, lock=True)
    if found is None:
        found = SecondFactor(account_id=account_id, secret=box.seal(one_time.new_secret()))
        found.begun_at = now
        db.add(found)
        await db.flush()
    elif found.confirmed_at is not None:
        raise Invalid(
            "second_factor_set",
            en="There is a second factor already: remove it first.",
            zh="已设置两步验证，请先停用。",
        )
    return box.open(found.secret)


async def confirm(
    db: AsyncSession, box: SecretBox, account: Account, code: str, *, now: datetime
) -> list[str]:
    """Take the first code: from now on one is asked for. Gives the recovery codes, once."""
    found = await _of(db, account.id, lock=True)
    if found is None or found.confirmed_at is not None:
        raise _wrong()
    step = one_time.step_of(_digits(code), box.open(found.secret), now=now, after=found.last_step)
    if step is None:
        raise _wrong()
    found.confirmed_at, found.last_step = now, step
    await db.flush()
    await note(db, Deed.SECOND_FACTOR_SET, account.login, by=account.id, at=now)
    return await renew_recovery_codes(db, account.id)


async def confirm_own(
    db: AsyncSession, box: SecretBox, account_id: UUID, code: str, *, now: datetime
) -> list[str]:
    """Take the first code of somebody who is signed in."""
    account = await repository.account_by_id(db, account_id, lock=True)
    return await confirm(db, box, account, code, now=now)


async def passes(
    db: AsyncSession, box: SecretBox, account: Account, code: str, *, now: datetime
) -> bool:
    """Tell whether a code is good, and use it up: neither kind is good twice."""
    found = await _of(db, account.id, lock=True)
    if found is None or found.confirmed_at is None:
        return False
    step = one_time.step_of(_digits(code), box.open(found.secret), now=now, after=found.last_step)
    if step is not None:
        found.last_step = step
        await db.flush()
        return True
    return await _recovers(db, account, code, now=now)


async def remove(db: AsyncSession, account_id: UUID) -> bool:
    """Forget an account's second factor with its codes; tell whether there was one."""
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    gone = delete(SecondFactor).where(SecondFactor.account_id == account_id)
    return await db.scalar(gone.returning(SecondFactor.account_id)) is not None


async def remove_own(db: AsyncSession, who: Principal, *, now: datetime) -> None:
    """Remove one's own; who must have one signs in anew, and sets up another by that."""
    await remove(db, who.account_id)
    await note(db, Deed.SECOND_FACTOR_REMOVED, who.login, by=who.account_id, at=now)
    if await is_required(db, who.account_id, now=now):
        await repository.revoke_all(db, who.account_id, now=now)


async def renew_recovery_codes(db: AsyncSession, account_id: UUID) -> list[str]:
    """Make recovery codes; those of before open nothing any more."""
    codes = one_time.new_recovery_codes()
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": one_time.recovery_hash(it)} for it in codes]
    await db.execute(insert(RecoveryCode), rows)
    return codes


async def _recovers(db: AsyncSession, account: Account, code: str, *, now: datetime) -> bool:
    used = await db.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == one_time.recovery_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.account_id)
    )
    if used is not None:
        await note(db, Deed.RECOVERY_CODE_USED, account.login, by=account.id, at=now)
    return used is not None


async def _of(db: AsyncSession, account_id: UUID, *, lock: bool = False) -> SecondFactor | None:
    named = select(SecondFactor).where(SecondFactor.account_id == account_id)
    found: SecondFactor | None = await db.scalar(named.with_for_update() if lock else named)
    return found


def _digits(code: str) -> str:
    """Take from a code the blanks that people type between its digits."""
    return "".join(code.split())


def _wrong() -> Invalid:
    return Invalid(
        "wrong_code",
        en="The code is wrong or too old: type the one that is shown now.",
        zh="验证码错误或已过期，请输入当前显示的验证码。",
        field="code",
    )
