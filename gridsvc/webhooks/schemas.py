"""Webhooks and their messages as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gridsvc.http.values import Code, Text
from gridsvc.webhooks.model import Delivery, Webhook
from gridsvc.webhooks.service import Fresh, Page, Standing, Wanted
from gridsvc.webhooks.signing import shown

State = Literal["waiting", "done", "dead", "withheld"]
Url = Annotated[Text, Field(min_length=1, max_length=500, examples=["https://hooks.example/cases"])]
Events = Annotated[
    list[Code], Field(max_length=100, description="types of messages; all without any")
]
Active = Annotated[bool, Field(strict=True)]


class WebhookIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Url
    events: Events = []
    active: Active = True

    def wanted(self) -> Wanted:
        return Wanted(url=self.url, events=self.events, active=self.active)


class WebhookChange(BaseModel):
    """What is to be otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    active: Active | None = None

    def wanted(self) -> Wanted:
        return Wanted(url=self.url, events=self.events, active=self.active)


class MetricsOut(BaseModel):
    waiting: int
    done: int
    dead: int
    withheld: int
    last_success_at: datetime | None
    lag_s: float
    """How long the oldest message that still waits has done so."""


class WebhookOut(BaseModel):
    id: UUID
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    metrics: MetricsOut

    @classmethod
    def of(cls, hook: Webhook, standing: Standing, *, now: datetime) -> "WebhookOut":
        states = dict.fromkeys(("waiting", "done", "dead", "withheld"), 0) | dict(standing.states)
        return cls(
            id=hook.id,
            url=hook.url,
            events=hook.events,
            active=hook.active,
            created_at=hook.created_at,
            metrics=MetricsOut(
                **states,
                last_success_at=standing.last_success_at,
                lag_s=standing.lag_s(now),
            ),
        )


class SecretOut(BaseModel):
    """The secret is shown once; it is kept sealed."""

    id: UUID
    secret: str

    @classmethod
    def of(cls, fresh: Fresh) -> "SecretOut":
        return cls(id=fresh.hook.id, secret=shown(fresh.secret))


class DeliveryOut(BaseModel):
    id: UUID
    """The `webhook-id` of the message, the same at every try."""
    type: str
    incident_id: UUID
    sequence: int
    state: State
    attempts: int
    status: int | None
    error: str | None
    created_at: datetime
    tried_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, it: Delivery) -> "DeliveryOut":
        return cls.model_validate(it, from_attributes=True)


class DeliveryPage(BaseModel):
    deliveries: list[DeliveryOut]
    next: str | None

    @classmethod
    def of(cls, page: Page) -> "DeliveryPage":
        rows = [DeliveryOut.of(it) for it in page.rows]
        return cls(deliveries=rows, next=page.next.text() if page.next else None)
