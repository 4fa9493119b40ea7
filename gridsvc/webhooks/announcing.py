"""Makes a message of what happened for each webhook that wants it and may see it.

Which account sees what is asked twice: here, so that nothing waits that is not its to see, and
again when a message leaves (`delivering`).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import confine, release
from gridsvc.auth.model import Account
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.repository import principal_of
from gridsvc.db.base import new_id
from gridsvc.db.jobs import defer
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.visibility import visible_to
from gridsvc.webhooks.messages import body_of, type_of
from gridsvc.webhooks.model import Delivery, Webhook

TASK = "deliver_webhook"


@dataclass(frozen=True, slots=True)
class News:
    """What happened: an event, or a reminder after it."""

    incident_id: UUID
    sequence: int
    kind: str


async def announce(db: AsyncSession, news: News, *, now: datetime) -> None:
    """Enqueue a message to each webhook that is to be told; done twice, no more than once."""
    found = select(IncidentEvent, Incident.reference).join(Incident)
    own = (IncidentEvent.incident_id == news.incident_id, IncidentEvent.sequence == news.sequence)
    row = (await db.execute(found.where(*own))).one_or_none()
    if row is None:
        return
    event, reference = row
    type_ = type_of(event, news.kind)
    values = {
        "incident_id": news.incident_id,
        "sequence": news.sequence,
        "kind": news.kind,
        "type": type_,
        "body": body_of(event, news.kind, reference, now=now),
        "created_at": now,
    }
    async for webhook_id in _told(db, news, type_, now=now):
        made = insert(Delivery).values(id=new_id(), webhook_id=webhook_id, **values)
        once = made.on_conflict_do_nothing().returning(Delivery.id)
        delivery_id = await db.scalar(once)
        if delivery_id is not None:
            await defer(db, TASK, message_id=str(delivery_id))


async def _told(db: AsyncSession, news: News, type_: str, *, now: datetime) -> AsyncIterator[UUID]:
    wanting = or_(func.cardinality(Webhook.events) == 0, any_(Webhook.events) == type_)
    hooks = select(Webhook).where(Webhook.active, wanting).order_by(Webhook.id)
    for hook in list(await db.scalars(hooks)):
        if await may_be_told(db, hook, news.incident_id, now=now):
            yield hook.id


async def may_be_told(db: AsyncSession, hook: Webhook, incident_id: UUID, *, now: datetime) -> bool:
    """Tell whether a webhook's account sees a case and may still have webhooks, as it is now."""
    account = await db.get_one(Account, hook.account_id)
    who = await principal_of(db, account, credential_id=hook.id, now=now)
    if account.disabled_at is not None or not may(who, Permission.WEBHOOKS_MANAGE):
        return False
    await confine(db, who)
    seen = await db.scalar(select(Incident.id).where(Incident.id == incident_id, visible_to(who)))
    await release(db)
    return seen is not None
