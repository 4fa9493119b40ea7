"""Webhooks over HTTP: each caller's own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gridsvc.auth.keys import box_of
from gridsvc.auth.secret_box import SecretBox
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep, WriteDb
from gridsvc.http.query import CursorQuery
from gridsvc.http.requires import CanManageWebhooks
from gridsvc.webhooks import service
from gridsvc.webhooks.addresses import Allowed
from gridsvc.webhooks.delivering import PURPOSE
from gridsvc.webhooks.schemas import (
    DeliveryOut,
    DeliveryPage,
    SecretOut,
    State,
    WebhookChange,
    WebhookIn,
    WebhookOut,
)

router = APIRouter(prefix="/v1", tags=["webhooks"], responses=problems(401, 403, 422))


async def _allowed(settings: SettingsDep) -> Allowed:
    return Allowed.of(settings.webhook_allow)


async def _box(settings: SettingsDep, state: StateDep) -> SecretBox:
    return box_of(PURPOSE, settings, signing_key=state.signing_key)


AllowedDep = Annotated[Allowed, Depends(_allowed)]
Box = Annotated[SecretBox, Depends(_box)]


@router.get("/webhooks")
async def list_webhooks(who: CanManageWebhooks, db: ReadDb, now: Now) -> list[WebhookOut]:
    """List the caller's webhooks and how each fares."""
    hooks = await service.listed(db, who)
    standings = await service.standings(db, hooks)
    return [WebhookOut.of(hook, standings[hook.id], now=now) for hook in hooks]


@router.post("/webhooks", status_code=201, responses=problems(409, 413, 415))
async def make_webhook(
    *,
    body: WebhookIn,
    who: CanManageWebhooks,
    _: JsonBody,
    db: WriteDb,
    allowed: AllowedDep,
    box: Box,
    now: Now,
) -> SecretOut:
    """Make a webhook. The secret in the answer is shown this once."""
    return SecretOut.of(await service.make(db, body.wanted(), allowed, box, who=who, now=now))


@router.get("/webhooks/{webhook_id}", responses=problems(404))
async def read_webhook(
    webhook_id: UUID, who: CanManageWebhooks, db: ReadDb, now: Now
) -> WebhookOut:
    """Show a webhook and how it fares."""
    hook = await service.get(db, webhook_id, who)
    return WebhookOut.of(hook, (await service.standings(db, [hook]))[hook.id], now=now)


@router.patch("/webhooks/{webhook_id}", responses=problems(404, 413, 415))
async def change_webhook(
    *,
    webhook_id: UUID,
    body: WebhookChange,
    who: CanManageWebhooks,
    _: JsonBody,
    db: WriteDb,
    allowed: AllowedDep,
    now: Now,
) -> WebhookOut:
    """Change where it goes, what it is told of, or whether it is; what waits follows at once."""
    hook = await service.change(db, webhook_id, body.wanted(), allowed, who=who, now=now)
    return WebhookOut.of(hook, (await service.standings(db, [hook]))[hook.id], now=now)


@router.delete("/webhooks/{webhook_id}", status_code=204, responses=problems(404))
async def remove_webhook(webhook_id: UUID, who: CanManageWebhooks, db: WriteDb, now: Now) -> None:
    """Remove a webhook and all its messages; what waits is not sent."""
    await service.remove(db, webhook_id, who=who, now=now)


@router.post("/webhooks/{webhook_id}/secret", responses=problems(404))
async def give_new_secret(
    webhook_id: UUID, who: CanManageWebhooks, db: WriteDb, box: Box, now: Now
) -> SecretOut:
    """Give it another secret, shown this once; the one before signs nothing any more."""
    return SecretOut.of(await service.give_new_secret(db, webhook_id, box, who=who, now=now))


@router.get("/webhooks/{webhook_id}/deliveries", responses=problems(404))
async def list_deliveries(
    *,
    webhook_id: UUID,
    who: CanManageWebhooks,
    db: ReadDb,
    cursor: CursorQuery,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> DeliveryPage:
    """List its messages, the newest first; `state=dead` are those that were given up."""
    hook = await service.get(db, webhook_id, who)
    return DeliveryPage.of(await service.deliveries(db, hook, state, limit=limit, after=cursor))


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    responses=problems(404, 409),
)
async def replay_delivery(
    webhook_id: UUID, delivery_id: UUID, who: CanManageWebhooks, db: WriteDb
) -> DeliveryOut:
    """Send a message once more that was delivered, given up or withheld: under the same id."""
    hook = await service.get(db, webhook_id, who)
    return DeliveryOut.of(await service.replay(db, hook, delivery_id))
