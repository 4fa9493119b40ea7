"""Who accounts are at identity providers: by issuer and subject, never by a name or an e-mail."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Account, Identity
from gridsvc.auth.passwords import NO_PASSWORD
from gridsvc.auth.service import LOGIN
from gridsvc.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody for whom a provider has vouched."""

    issuer: str
    subject: str
    login: str
    """As the provider knows them; a name, and nothing that is believed."""
    multiple: bool
    """Whether the provider took more than a password."""


async def account_of(db: AsyncSession, person: Person) -> Account | None:
    """Find the account that is linked to a person."""
    linked = select(Account).join(Identity, Identity.account_id == Account.id)
    found: Account | None = await db.scalar(
        linked.where(Identity.issuer == person.issuer, Identity.subject == person.subject)
    )
    return found


async def make_account(db: AsyncSession, person: Person, *, now: datetime) -> Account:
    """Make an account for somebody new: it has no password and is appointed to nothing."""
    account = Account(login=await _free_login(db, person), password_hash=NO_PASSWORD)
    db.add(account)
    await db.flush()
    await note(db, Deed.ACCOUNT_MADE, account.login, by=None, at=now, issuer=person.issuer)
    await link(db, account, issuer=person.issuer, subject=person.subject, by=None, now=now)
    return await repository.account_by_id(db, account.id, lock=True)


async def link(
    db: AsyncSession,
    account: Account,
    *,
    issuer: str,
    subject: str,
    by: UUID | None,
    now: datetime,
) -> Identity:
    """Link an account to who somebody is at a provider."""
    if account.kind != "person":
        raise Conflict(
            "not_a_person",
            en=f'"{account.login}" is a program\'s account, which nobody signs in to.',
            zh=f"“{account.login}”是服务账号，不能用于登录。",
        )
    same = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    if await db.scalar(same) is not None:
        raise Conflict(
            "identity_taken",
            en="This subject of the issuer is linked to an account already.",
            zh="该身份已关联到一个账号。",
            field="subject",
        )
    made = Identity(
        account_id=account.id, issuer=issuer, subject=subject, linked_at=now, linked_by=by
    )
    db.add(made)
    await db.flush()
    said = {"issuer": issuer, "subject": subject}
    await note(db, Deed.IDENTITY_LINKED, account.login, by=by, at=now, address=None, **said)
    return made


async def identities(db: AsyncSession, account_id: UUID) -> Sequence[Identity]:
    """List who an account is at providers."""
    listed = select(Identity).where(Identity.account_id == account_id)
    return list(await db.scalars(listed.order_by(Identity.linked_at, Identity.id)))


async def unlink(
    db: AsyncSession, account: Account, identity_id: UUID, *, by: UUID | None, now: datetime
) -> None:
    """End a link, and all that the account has open."""
    gone = await db.scalar(
        delete(Identity)
        .where(Identity.id == identity_id, Identity.account_id == account.id)
        .returning(Identity.subject)
    )
    if gone is None:
        raise NotFound(
            en=f'"{account.login}" has no such identity.', zh=f"“{account.login}”没有该身份关联。"
        )
    await repository.revoke_all(db, account.id, now=now)
    await note(db, Deed.IDENTITY_UNLINKED, account.login, by=by, at=now, subject=gone)


async def _free_login(db: AsyncSession, person: Person) -> str:
    wished = person.login.lower()
    if LOGIN.fullmatch(wished) and await repository.account_by_login(db, wished) is None:
        return wished
    return f"oidc-{hashlib.sha256(f'{person.issuer} {person.subject}'.encode()).hexdigest()[:16]}"
