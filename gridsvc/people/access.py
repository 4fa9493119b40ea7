"""What lets accounts in, as the security administrator keeps it; each change is written down."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import identity, repository, second_factor
from gridsvc.auth.appointing import named_account
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Identity
from gridsvc.auth.password_rules import PasswordRules, check_password
from gridsvc.auth.passwords import hash_password
from gridsvc.errors import NotFound


async def reset_password(
    db: AsyncSession,
    login: str,
    password: str,
    *,
    rules: PasswordRules,
    by: UUID | None,
    now: datetime,
) -> None:
    """Give somebody a password for one sign-in, at which they choose their own; all else ends."""
    account = await named_account(db, login, lock=True)
    check_password(password, login=account.login, rules=rules)
    account.password_hash = await asyncio.to_thread(hash_password, password)
    account.password_changed_at, account.must_change_password = now, True
    await repository.revoke_all(db, account.id, now=now)
    await db.flush()
    await note(db, Deed.PASSWORD_RESET, account.login, by=by, at=now)


async def reset_second_factor(
    db: AsyncSession, login: str, *, by: UUID | None, now: datetime
) -> None:
    """Forget the second factor of somebody who has lost theirs; all that they have open ends."""
    account = await named_account(db, login, lock=True)
    if not await second_factor.remove(db, account.id):
        raise NotFound(
            en=f'"{account.login}" has no second factor.', zh=f"“{account.login}”未设置两步验证。"
        )
    await repository.revoke_all(db, account.id, now=now)
    await note(db, Deed.SECOND_FACTOR_RESET, account.login, by=by, at=now)


async def identities(db: AsyncSession, login: str) -> Sequence[Identity]:
    """List who an account is at identity providers."""
    return await identity.identities(db, (await named_account(db, login)).id)


async def link(
    db: AsyncSession, login: str, *, issuer: str, subject: str, by: UUID | None, now: datetime
) -> Identity:
    """Let somebody sign in to an account by an identity provider."""
    account = await named_account(db, login, lock=True)
    return await identity.link(db, account, issuer=issuer, subject=subject, by=by, now=now)


async def unlink(
    db: AsyncSession, login: str, identity_id: UUID, *, by: UUID | None, now: datetime
) -> None:
    """End that, and all that the account has open."""
    account = await named_account(db, login, lock=True)
    await identity.unlink(db, account, identity_id, by=by, now=now)
