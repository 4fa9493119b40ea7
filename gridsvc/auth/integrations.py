"""Service accounts: for programs of others. They have tokens and neither password nor pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import Account
from gridsvc.auth.passwords import NO_PASSWORD
from gridsvc.auth.principal import Principal
from gridsvc.auth.service import add_credential, free_login
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid

SERVICE = "service"
NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is known when a token was used last."""
QUIET = timedelta(hours=1)
"""After so long without a call, the next one begins a use that is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """What a service account is made from."""

    login: str
    owner_id: UUID
    """The organisation that answers for it."""
    expires_at: datetime
    addresses: Sequence[str] = ()
    """Networks that it may come from; from anywhere without."""


async def add_service(db: AsyncSession, new: NewService, *, now: datetime) -> Account:
    """Make a service account that is appointed to nothing yet."""
    if new.expires_at <= now:
        raise Invalid(
            "past",
            en="It has to expire later than now.",
            zh="到期时间必须晚于现在。",
            field="service",
        )
    account = Account(
        login=await free_login(db, new.login),
        password_hash=NO_PASSWORD,
        kind=SERVICE,
        owner_id=new.owner_id,
        expires_at=new.expires_at,
        addresses=[_network(it) for it in new.addresses],
    )
    db.add(account)
    await db.flush()
    return account


async def add_token(
    db: AsyncSession,
    account: Account,
    *,
    name: str,
    permissions: Sequence[str],
    life: timedelta,
    now: datetime,
) -> str:
    """Make a token for some uses, good no longer than its account."""
    if account.kind != SERVICE or account.expires_at is None:
        raise Conflict(
            "not_a_service",
            en=f'"{account.login}" is a person, who makes tokens by signing in.',
            zh=f"“{account.login}”是个人账号，令牌由本人登录获取。",
        )
    if account.disabled_at is not None or account.expires_at <= now:
        raise Conflict(
            "account_disabled",
            en=f'"{account.login}" is disabled or has expired: a token would open nothing.',
            zh=f"“{account.login}”已停用或已到期，令牌不会生效。",
        )
    return await add_credential(
        db,
        account.id,
        kind="bearer",
        name=name,
        life=min(life, account.expires_at - now),
        now=now,
        permissions=permissions,
    )


async def note_use(
    database: Database, who: Principal, *, address: str | None, now: datetime
) -> None:
    """Keep when a service's token was used; a use after a pause is written down."""
    last = who.integration.last_used_at if who.integration else now
    if last is not None and now - last < NOTED_EVERY:
        return
    async with database.transaction() as db:
        # Of several processes that notice at once, one keeps it.
        kept = await repository.touch(db, who.credential_id, last=last, now=now)
        if kept and (last is None or now - last >= QUIET):
            about, by = who.login, who.account_id
            await note(db, Deed.SERVICE_BEGUN, about, by=by, at=now, address=address)


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError as error:
        raise Invalid(
            "invalid_network",
            en=f'"{text}" is no network like 10.1.2.0/24, nor an address.',
            zh=f"“{text}”不是 10.1.2.0/24 这样的网段，也不是地址。",
            field="service",
        ) from error
