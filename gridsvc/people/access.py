"""What lets accounts in, as the security administrator keeps it; each change is written down."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth import identity, integrations, repository, second_factor
from gridsvc.auth.appointing import named_account
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.integrations import SERVICE, NewService
from gridsvc.auth.model import Account, Credential, Identity
from gridsvc.auth.password_rules import PasswordRules, check_password
from gridsvc.auth.passwords import hash_password
from gridsvc.errors import Conflict, NotFound


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
    if account.kind == SERVICE:
        raise Conflict(
            "not_a_person",
            en=f'"{account.login}" is a program\'s account: it has tokens and no password.',
            zh=f"“{account.login}”是服务账号，只有令牌，没有密码。",
        )
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


async def add_service(
    db: AsyncSession,
    login: str,
    *,
    owner: str,
    expires_at: datetime,
    addresses: Sequence[str],
    by: UUID | None,
    now: datetime,
) -> Account:
    """Make an account for a program of others."""
    organisation = await organisation_by_code(db, owner, field="service.owner")
    new = NewService(
        login=login, owner_id=organisation.id, expires_at=expires_at, addresses=addresses
    )
    account = await integrations.add_service(db, new, now=now)
    said = {"kind": SERVICE, "owner": owner, "expires_at": expires_at.isoformat()}
    await note(db, Deed.ACCOUNT_MADE, account.login, by=by, at=now, address=None, **said)
    return account


async def add_token(
    db: AsyncSession,
    login: str,
    *,
    name: str,
    permissions: Sequence[str],
    life: timedelta,
    by: UUID | None,
    now: datetime,
) -> str:
    """Make a token for a program's account."""
    account = await named_account(db, login, lock=True)
    secret = await integrations.add_token(
        db, account, name=name, permissions=permissions, life=life, now=now
    )
    uses = [str(it) for it in permissions]
    await note(db, Deed.TOKEN_MADE, account.login, by=by, at=now, name=name, permissions=uses)
    return secret


async def credentials(db: AsyncSession, login: str, *, now: datetime) -> Sequence[Credential]:
    """List what an account has open, the newest first."""
    return await repository.credentials(db, (await named_account(db, login)).id, now=now)


async def end_credential(
    db: AsyncSession, login: str, credential_id: UUID, *, by: UUID | None, now: datetime
) -> None:
    """End a session or a token of somebody else's."""
    account = await named_account(db, login)
    if not await repository.revoke(db, account.id, credential_id, now=now):
        raise NotFound(
            en=f'"{account.login}" has no such session or token, or it has ended.',
            zh=f"“{account.login}”没有该会话或令牌，或已失效。",
        )
    await note(db, Deed.REVOKED, account.login, by=by, at=now, id=str(credential_id))
