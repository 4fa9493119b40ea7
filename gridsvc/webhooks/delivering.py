"""Sends a message that waits. What is signed is the stored body, so that each try says the same.

No transaction is open while a receiver takes its time. A worker that is killed between sending
and writing that down sends once more: a message arrives at least once, always under the same id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.session import Database
from gridsvc.outbox.service import Outcome, record, waiting
from gridsvc.webhooks.addresses import Allowed
from gridsvc.webhooks.announcing import TASK, may_be_told
from gridsvc.webhooks.model import Delivery, Webhook
from gridsvc.webhooks.sending import post
from gridsvc.webhooks.signing import signed

PURPOSE = "webhooks"
"""Of the box in which the secrets lie."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending takes besides the database."""

    box: SecretBox
    allowed: Allowed
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is about to leave."""

    url: str
    secret: bytes
    body: bytes


async def deliver(database: Database, sender: Sender, delivery_id: UUID) -> None:
    """Send a message, unless it has ended, and write down how that went."""
    async with database.transaction() as db:
        letter = await _letter(db, sender, delivery_id)
    if letter is None:
        return
    headers = signed(letter.secret, delivery_id, letter.body, at=sender.clock())
    status, error = await post(letter.url, headers, letter.body, allowed=sender.allowed)
    async with database.transaction() as db:
        it = await waiting(db, Delivery, delivery_id, lock=True)
        if it is not None:
            it.status = status
            await record(db, it, Outcome(error), task=TASK, now=sender.clock())


async def _letter(db: AsyncSession, sender: Sender, delivery_id: UUID) -> Letter | None:
    """Take what waits, if it still may be sent; else write down that nobody is to have it."""
    it = await waiting(db, Delivery, delivery_id, lock=True)
    if it is None:
        return None
    hook, now = await db.get_one(Webhook, it.webhook_id), sender.clock()
    if not hook.active or not await may_be_told(db, hook, it.incident_id, now=now):
        await record(db, it, Outcome("not_allowed", withheld=True), task=TASK, now=now)
        return None
    return Letter(hook.url, sender.box.open(hook.sealed), orjson.dumps(it.body))
