"""Making accounts, signing in and out."""

import asyncio
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.model import Account, Credential
from gridsvc.auth.passwords import hash_password
from gridsvc.auth.principal import Principal
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid, NotAuthenticated

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


async def check_password(
    database: Database, gate: PasswordGate, *, login: str, password: str
) -> Account:
    """Find the account, or refuse without saying whether the login or the password was wrong.

    No connection is held while the passwords are compared, which takes long on purpose.
    """
    with gate.place():
        async with database.sessions() as db:
            account = await repository.account_by_login(db, login)
        good = await gate.verify(password, account.password_hash if account else None)
    if not good or account is None or account.disabled_at is not None:
        raise NotAuthenticated(
            "wrong_login",
            en="The login or the password is wrong, or the account is disabled.",
            zh="账号或密码错误，或账号已停用。",
        )
    return account


async def caller_of(db: AsyncSession, secret: str, *, kind: str, now: datetime) -> Principal | None:
    """Find who a secret stands for, None if it is not good any more."""
    return await repository.principal_by_secret(db, secret_hash(secret), kind=kind, now=now)


async def sign_out(db: AsyncSession, who: Principal, *, now: datetime) -> None:
    """End the credential that the caller came with."""
    await repository.revoke(db, who.credential_id, now=now)


async def add_credential(
    db: AsyncSession, account_id: UUID, *, kind: str, name: str, life: timedelta, now: datetime
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
        )
    )
    await db.flush()
    return secret
