"""Making accounts and credentials, and ending these. How one gets in: `gridsvc.auth.entrance`."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Account, Credential
from gridsvc.auth.password_rules import PasswordRules, check_password
from gridsvc.auth.passwords import NO_PASSWORD, hash_password
from gridsvc.auth.policy import Permission, demand
from gridsvc.auth.principal import Principal
from gridsvc.errors import Conflict, Invalid, NotFound

LOGIN = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made from."""

    login: str
    password: str
    language: str = "zh"
    must_change_password: bool = False
    """At the first sign-in."""


def secret_hash(secret: str) -> bytes:
    """Hash a random secret for storing and finding it."""
    return hashlib.sha256(secret.encode()).digest()


def check_login(login: str) -> None:
    """Refuse a login name that nobody could type or tell from another."""
    if not LOGIN.fullmatch(login):
        raise Invalid(
            "invalid_login",
            en=f"A login name has 1 to 64 letters, digits, dots, hyphens, underscores or @; not "
            f"{login!r}.",
            zh=f"账号名须为 1 至 64 个文字、数字、点、连字符、下划线或 @；收到 {login!r}。",
            field="login",
        )


async def add_account(
    db: AsyncSession, new: NewAccount, *, rules: PasswordRules | None = None
) -> Account:
    """Make an account that is appointed to nothing yet, or say that its login is taken."""
    login = await free_login(db, new.login)
    check_password(new.password, login=login, rules=rules or PasswordRules())
    account = Account(
        login=login,
        password_hash=await asyncio.to_thread(hash_password, new.password),
        must_change_password=new.must_change_password,
        language=new.language,
    )
    db.add(account)
    await db.flush()
    return account


async def free_login(db: AsyncSession, wished: str) -> str:
    """Check a login name that is to be somebody's, and write it as it is kept."""
    login = wished.strip().lower()
    check_login(login)
    if await repository.account_by_login(db, login) is not None:
        raise Conflict(
            "login_taken",
            en=f'There is already an account "{login}".',
            zh=f"账号“{login}”已存在。",
            field="login",
        )
    return login


async def has_password(db: AsyncSession, account_id: UUID) -> bool:
    """Tell whether an account can be signed in to by a password."""
    return (await repository.account_by_id(db, account_id)).password_hash != NO_PASSWORD


async def credentials(db: AsyncSession, account_id: UUID, *, now: datetime) -> Sequence[Credential]:
    """List an account's sessions and tokens that are still good, the newest first."""
    return await repository.credentials(db, account_id, now=now)


async def caller_of(db: AsyncSession, secret: str, *, kind: str, now: datetime) -> Principal | None:
    """Find who a secret stands for, None if it is not good any more."""
    return await repository.principal_by_secret(db, secret_hash(secret), kind=kind, now=now)


async def sign_out(db: AsyncSession, who: Principal, *, now: datetime) -> None:
    """End the credential that the caller came with."""
    await repository.revoke(db, who.account_id, who.credential_id, now=now)


async def revoke(db: AsyncSession, who: Principal, credential_id: UUID, *, now: datetime) -> None:
    """End a session or a token of the caller."""
    if not await repository.revoke(db, who.account_id, credential_id, now=now):
        raise NotFound(
            en="You have no such session or token, or it has ended.",
            zh="没有该会话或令牌，或已失效。",
        )
    await note(db, Deed.REVOKED, who.login, by=who.account_id, at=now, id=str(credential_id))


async def add_own_token(
    db: AsyncSession,
    who: Principal,
    *,
    name: str,
    permissions: Sequence[str],
    life: timedelta,
    now: datetime,
) -> str:
    """Make a token for who is signed in already; without permissions for all that they may."""
    uses = [*permissions] or None
    await note(
        db, Deed.TOKEN_MADE, who.login, by=who.account_id, at=now, name=name, permissions=uses
    )
    return await add_credential(
        db, who.account_id, kind="bearer", name=name, life=life, now=now, permissions=uses
    )


WALL = (Permission.AREAS_READ, Permission.INCIDENTS_READ, Permission.MAPS_VIEW)
"""All that a screen on a wall may be used for."""


async def add_wall(db: AsyncSession, who: Principal, *, life: timedelta, now: datetime) -> str:
    """Let a screen on a wall look, as what its account is appointed to."""
    demand(who, Permission.INCIDENTS_READ)
    uses = [it.value for it in WALL]
    await note(
        db, Deed.TOKEN_MADE, who.login, by=who.account_id, at=now, name="wall", permissions=uses
    )
    return await add_credential(
        db, who.account_id, kind="wall", name="wall", life=life, now=now, permissions=uses
    )


async def add_credential(
    db: AsyncSession,
    account_id: UUID,
    *,
    kind: str,
    name: str,
    life: timedelta,
    now: datetime,
    permissions: Sequence[str] | None = None,
) -> str:
    """Make a credential and give its secret, which is not kept and cannot be shown again."""
    secret = secrets.token_urlsafe(32)
    db.add(
        Credential(
            account_id=account_id,
            kind=kind,
            name=name,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=now + life,
            permissions=None if permissions is None else [*permissions],
        )
    )
    await db.flush()
    return secret
