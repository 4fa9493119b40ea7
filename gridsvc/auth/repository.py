"""Accounts and credentials in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account, Credential
from gridsvc.auth.principal import Principal, Role, Scope


async def account_by_login(db: AsyncSession, login: str) -> Account | None:
    """Find an account by its login name, in any case of letters."""
    found: Account | None = await db.scalar(select(Account).where(Account.login == login.lower()))
    return found


async def accounts(db: AsyncSession) -> list[Account]:
    """List every account by login name."""
    return list(await db.scalars(select(Account).order_by(Account.login)))


def _live(secret_hash: bytes, kind: str, now: datetime) -> Select[Account, UUID]:
    return (
        select(Account, Credential.id)
        .join(Credential, Credential.account_id == Account.id)
        .where(
            Credential.secret_hash == secret_hash,
            Credential.kind == kind,
            Credential.revoked_at.is_(None),
            Credential.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )


async def principal_by_secret(
    db: AsyncSession, secret_hash: bytes, *, kind: str, now: datetime
) -> Principal | None:
    """Find who a secret stands for, if it is still good."""
    row = (await db.execute(_live(secret_hash, kind, now))).one_or_none()
    return None if row is None else principal_of(row[0], credential_id=row[1])


def principal_of(account: Account, *, credential_id: UUID) -> Principal:
    """Make the caller from the account's row."""
    level, code = account.scope_level, account.scope_code
    return Principal(
        account_id=account.id,
        credential_id=credential_id,
        login=account.login,
        role=Role(account.role),
        organisation_id=account.organisation_id,
        scope=Scope(level, code) if level and code else None,
        language=account.language,
    )


async def revoke(db: AsyncSession, credential_id: UUID, *, now: datetime) -> None:
    """End a credential's life."""
    await db.execute(
        update(Credential)
        .where(Credential.id == credential_id, Credential.revoked_at.is_(None))
        .values(revoked_at=now)
    )
