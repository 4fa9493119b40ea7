"""Making accounts, signing in and out."""

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
from gridsvc.auth.audit import Deed, note, refuse_guessing
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.model import Account, Credential
from gridsvc.auth.passwords import hash_password
from gridsvc.auth.principal import Principal
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid, NotAuthenticated, NotFound

LOGIN = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made from."""

    login: str
    password: str
    language: str = "zh"


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


async def add_account(db: AsyncSession, new: NewAccount) -> Account:
    """Make an account that is appointed to nothing yet, or say that its login is taken."""
    login = new.login.strip().lower()
    check_login(login)
    if await repository.account_by_login(db, login) is not None:
        raise Conflict(
            "login_taken",
            en=f'There is already an account "{login}".',
            zh=f"账号“{login}”已存在。",
            field="login",
        )
    account = Account(
        login=login,
        password_hash=await asyncio.to_thread(hash_password, new.password),
        language=new.language,
    )
    db.add(account)
    await db.flush()
    return account


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody who wants in, from where, and for what sort of credential."""

    login: str
    password: str
    kind: str
    name: str
    life: timedelta
    permissions: Sequence[str] | None = None
    """What the credential may be used for; without them all that the account may."""
    address: str | None
    now: datetime


async def sign_in(database: Database, gate: PasswordGate, attempt: Attempt) -> str:
    """Let somebody in and give the secret of their credential; whatever comes of it is noted."""
    login = attempt.login.lower()
    with gate.place():
        async with database.sessions() as db:
            await refuse_guessing(db, login, address=attempt.address, now=attempt.now)
        account = await _check_password(database, gate, login=login, password=attempt.password)
    async with database.transaction() as db:
        if account is not None:
            await _note(db, Deed.SIGNED_IN, login, attempt, by=account.id)
            return await _credential(db, account.id, attempt)
        await _note(db, Deed.SIGN_IN_FAILED, login, attempt, by=None)
    raise NotAuthenticated(
        "wrong_login",
        en="The login or the password is wrong, or the account is disabled.",
        zh="账号或密码错误，或账号已停用。",
    )


async def _note(
    db: AsyncSession, deed: Deed, login: str, attempt: Attempt, *, by: UUID | None
) -> None:
    await note(db, deed, login, by=by, at=attempt.now, address=attempt.address, kind=attempt.kind)


async def _credential(db: AsyncSession, account_id: UUID, attempt: Attempt) -> str:
    return await add_credential(
        db,
        account_id,
        kind=attempt.kind,
        name=attempt.name,
        life=attempt.life,
        now=attempt.now,
        permissions=attempt.permissions,
    )


async def _check_password(
    database: Database, gate: PasswordGate, *, login: str, password: str
) -> Account | None:
    """Find the account, or none without a trace of whether the login or the password was wrong.

    No connection is held while the passwords are compared, which takes long on purpose.
    """
    async with database.sessions() as db:
        account = await repository.account_by_login(db, login)
    good = await gate.verify(password, account.password_hash if account else None)
    if not good or account is None or account.disabled_at is not None:
        return None
    return account


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
