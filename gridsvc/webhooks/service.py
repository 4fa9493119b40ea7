"""An account's webhooks: made, changed, looked after. Nobody sees another's."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.audit import Deed, note
from gridsvc.auth.principal import Principal
from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.base import new_id
from gridsvc.db.selection import Cursor
from gridsvc.errors import Conflict, Invalid, NotFound
from gridsvc.outbox.service import send_again
from gridsvc.webhooks.addresses import Allowed, check_url
from gridsvc.webhooks.announcing import TASK
from gridsvc.webhooks.messages import TYPES
from gridsvc.webhooks.model import Delivery, Webhook
from gridsvc.webhooks.signing import SECRET_BYTES

MOST: int = 20
"""Webhooks of one account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks of a webhook; None leaves a thing as it is."""

    url: str | None = None
    events: Collection[str] | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a webhook fares."""

    states: Mapping[str, int]
    last_success_at: datetime | None = None
    waiting_since: datetime | None = None
    """When the oldest message that still waits was made."""

    def lag_s(self, now: datetime) -> float:
        """Say how many seconds behind the receiver is."""
        return (now - self.waiting_since).total_seconds() if self.waiting_since else 0.0


@dataclass(frozen=True, slots=True)
class Fresh:
    """A webhook with a secret that was just made: nobody gets to see it again."""

    hook: Webhook
    secret: bytes


async def make(
    db: AsyncSession,
    wanted: Wanted,
    allowed: Allowed,
    box: SecretBox,
    *,
    who: Principal,
    now: datetime,
) -> Fresh:
    """Make a webhook of the caller's."""
    _check(wanted, allowed)
    if len(await listed(db, who)) >= MOST:
        raise Conflict(
            "too_many_webhooks",
            en=f"An account has {MOST} webhooks at most.",
            zh=f"每个账号最多 {MOST} 个 webhook。",
        )
    secret = secrets.token_bytes(SECRET_BYTES)
    hook = Webhook(
        id=new_id(),
        account_id=who.account_id,
        url=wanted.url,
        events=sorted(set(wanted.events or ())),
        sealed=box.seal(secret),
        active=wanted.active is not False,
        created_at=now,
    )
    db.add(hook)
    await db.flush()
    await _note(db, Deed.WEBHOOK_SET, hook, who, now=now)
    return Fresh(hook, secret)


async def change(
    db: AsyncSession,
    hook_id: UUID,
    wanted: Wanted,
    allowed: Allowed,
    *,
    who: Principal,
    now: datetime,
) -> Webhook:
    """Change where a webhook goes, what it is told of, or whether it is."""
    _check(wanted, allowed)
    hook = await get(db, hook_id, who)
    if wanted.url is not None:
        hook.url = wanted.url
    if wanted.events is not None:
        hook.events = sorted(set(wanted.events))
    if wanted.active is not None:
        hook.active = wanted.active
    await db.flush()
    await _note(db, Deed.WEBHOOK_SET, hook, who, now=now)
    return hook


async def give_new_secret(
    db: AsyncSession, hook_id: UUID, box: SecretBox, *, who: Principal, now: datetime
) -> Fresh:
    """Give a webhook another secret; the one before signs nothing any more."""
    hook = await get(db, hook_id, who)
    secret = secrets.token_bytes(SECRET_BYTES)
    hook.sealed = box.seal(secret)
    await db.flush()
    await _note(db, Deed.WEBHOOK_SET, hook, who, now=now)
    return Fresh(hook, secret)


async def remove(db: AsyncSession, hook_id: UUID, *, who: Principal, now: datetime) -> None:
    """Remove a webhook with all its messages; what waits is not sent."""
    hook = await get(db, hook_id, who)
    await _note(db, Deed.WEBHOOK_REMOVED, hook, who, now=now)
    await db.execute(delete(Webhook).where(Webhook.id == hook.id))


async def _note(
    db: AsyncSession, deed: Deed, hook: Webhook, who: Principal, *, now: datetime
) -> None:
    url, active = hook.url, hook.active
    await note(db, deed, who.login, by=who.account_id, at=now, url=url, active=active)


async def listed(db: AsyncSession, who: Principal) -> Sequence[Webhook]:
    """List the caller's webhooks, the oldest first."""
    own = select(Webhook).where(Webhook.account_id == who.account_id)
    return list(await db.scalars(own.order_by(Webhook.id)))


async def get(db: AsyncSession, hook_id: UUID, who: Principal) -> Webhook:
    """Find a webhook of the caller's."""
    own = (Webhook.id == hook_id, Webhook.account_id == who.account_id)
    hook: Webhook | None = await db.scalar(select(Webhook).where(*own))
    if hook is None:
        raise NotFound(
            en="There is no such webhook of yours.", zh="该 webhook 不存在，或不属于您。"
        )
    return hook


async def standings(db: AsyncSession, hooks: Collection[Webhook]) -> Mapping[UUID, Standing]:
    """Count the messages of some webhooks by how they fare."""
    counted = (
        select(
            Delivery.webhook_id,
            Delivery.state,
            func.count().label("number"),
            func.max(Delivery.ended_at).label("last"),
            func.min(Delivery.created_at).label("first"),
        )
        .where(Delivery.webhook_id.in_([hook.id for hook in hooks]))
        .group_by(Delivery.webhook_id, Delivery.state)
    )
    found = {hook.id: Standing(states={}) for hook in hooks}
    for row in await db.execute(counted):
        before = found[row.webhook_id]
        done, waits = row.state == "done", row.state == "waiting"
        found[row.webhook_id] = replace(
            before,
            states={**before.states, row.state: row.number},
            last_success_at=row.last if done else before.last_success_at,
            waiting_since=row.first if waits else before.waiting_since,
        )
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, the newest first."""

    rows: Sequence[Delivery]
    next: Cursor | None


async def deliveries(
    db: AsyncSession, hook: Webhook, state: str | None, *, limit: int, after: Cursor | None
) -> Page:
    """List a webhook's messages, all or those in a state."""
    wanted: list[ColumnElement[bool]] = [Delivery.webhook_id == hook.id]
    if state is not None:
        wanted.append(Delivery.state == state)
    if after is not None:
        place = tuple_(Delivery.created_at, Delivery.id)
        wanted.append(place < tuple_(after.at, after.id))
    newest = (
        select(Delivery).where(*wanted).order_by(Delivery.created_at.desc(), Delivery.id.desc())
    )
    found = list(await db.scalars(newest.limit(limit + 1)))
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], Cursor(last.created_at, last.id) if last else None)


async def replay(db: AsyncSession, hook: Webhook, delivery_id: UUID) -> Delivery:
    """Send a message once more that has ended, under its own id."""
    own = (Delivery.id == delivery_id, Delivery.webhook_id == hook.id)
    it: Delivery | None = await db.scalar(select(Delivery).where(*own).with_for_update())
    if it is None:
        raise NotFound(en="The webhook has no such message.", zh="该 webhook 没有这条消息。")
    if it.state == "waiting":
        raise Conflict(
            "still_waiting",
            en="This message waits to be sent already.",
            zh="该消息正在等待发送。",
        )
    await send_again(db, it, task=TASK)
    return it


def _check(wanted: Wanted, allowed: Allowed) -> None:
    if wanted.url is not None:
        check_url(wanted.url, allowed)
    unknown, known = sorted(set(wanted.events or ()) - TYPES), sorted(TYPES)
    if unknown:
        raise Invalid(
            "unknown_event_type",
            en=f"There is no message of type {unknown[0]!r}; there are: {', '.join(known)}.",
            zh=f"没有 {unknown[0]!r} 类型的消息；可选：{'、'.join(known)}。",
            field="events",
        )
