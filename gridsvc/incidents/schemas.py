"""Incidents as the API takes and shows them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from geodata.crs import Crs, to_wgs84
from gridsvc.files.schemas import AttachmentOut
from gridsvc.http.values import Code, Moment, Text
from gridsvc.incidents.amendment_schemas import AmendmentIn
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.part_schemas import PartIn
from gridsvc.incidents.report import Report, Reported
from gridsvc.incidents.said import CallBack, Pin, Said
from gridsvc.personal.contact import Contact
from gridsvc.personal.masking import masked_text
from gridsvc.personal.schemas import ReporterIn, ReporterOut
from gridsvc.routing.examples import DECISION
from gridsvc.routing.schemas import CategoryCode, Location, RoutingRecord


def _version_7(value: UUID) -> UUID:
    if value.version != 7:
        raise PydanticCustomError("uuid_not_v7", "the id must be a UUID of version 7")
    return value


ClientId = Annotated[UUID, AfterValidator(_version_7)]


class IncidentReport(BaseModel):
    """What a grid worker sends."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "category": "0101",
                    "location": {
                        "lon": 104.0668,
                        "lat": 30.5728,
                        "crs": "wgs84",
                        "accuracy_m": 8,
                    },
                    "description": "井盖破损，有安全隐患",
                    "channel": "worker_app",
                }
            ]
        },
    )

    id: ClientId | None = None
    """A UUIDv7 that the client made: sending the report again cannot make a second incident."""
    category: CategoryCode
    scheme: Code | None = None
    """Needed only where several schemes in force use one code."""
    condition: Annotated[Code, Field(min_length=1)] | None = None
    """Code of the filing condition (立案条件) of the category; its time limit holds."""
    location: Location | None = None
    """None for a report that has only an address."""
    address: Annotated[Text, Field(max_length=500)] | None = None
    asset: Annotated[Code, Field(min_length=1)] | None = None
    """Code of the component that is meant, as read off its plate."""
    description: Annotated[Text, Field(min_length=1, max_length=2_000)]
    occurred_at: Moment | None = None
    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["worker_app"])]
    reporter: ReporterIn | None = None
    """The citizen who has called or written: sealed, and shown masked."""

    def contact(self) -> Contact | None:
        """Give what is to be sealed: who reports, and a text with a telephone number in it."""
        contact = self.reporter.contact() if self.reporter else None
        if masked_text(self.description) == self.description:
            return contact
        return replace(contact or Contact(), description=self.description)

    def report(self) -> Report:
        """Give the report as the service takes it, without what is to be sealed."""
        location = self.location
        return Report(
            category=self.category,
            scheme=self.scheme,
            location=Reported(location.lon, location.lat, location.crs, location.accuracy_m)
            if location
            else None,
            address=self.address,
            asset=self.asset,
            condition=self.condition,
            description=masked_text(self.description),
            occurred_at=self.occurred_at,
            channel=self.channel,
        )


class LimitOut(BaseModel):
    """The time limit that holds, and why."""

    value: int
    unit: str
    condition: str | None
    """Code of the filing condition that the report named."""
    zh: str
    en: str


class IncidentReceipt(BaseModel):
    """The answer to a report: who owns it, why, and by when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "019aa0c2-11d0-7b52-8f0e-5d1c6a5b7c10",
                    "reference": "202611210023599",
                    "status": "dispatched",
                    "routing": DECISION,
                    "due_at": "2026-11-21T12:00:00+08:00",
                    "limit": {
                        "value": 4,
                        "unit": "work_hour",
                        "condition": "1",
                        "zh": "按立案条件“垃圾裸露在外”：4个工作时",
                        "en": 'By the filing condition "Rubbish lies open": 4 working hours',
                    },
                }
            ]
        }
    )

    id: UUID
    reference: str
    status: Status
    routing: RoutingRecord
    due_at: datetime
    limit: LimitOut | None
    """None for reports from before there were filing conditions."""


class PinIn(BaseModel):
    """A place that somebody points at, as they measured it."""

    model_config = ConfigDict(extra="forbid")

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    crs: Crs


class CallBackIn(BaseModel):
    """What the reporter answers when called back (回访)."""

    model_config = ConfigDict(extra="forbid")

    responded: bool
    """Whether who was to handle it got in touch."""
    solved: bool
    satisfied: bool


class TransitionRequest(BaseModel):
    """An action on an incident."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"action": "return", "note": "不属于我单位职责范围"}]},
    )

    action: Action
    note: Annotated[Text, Field(max_length=2_000)] | None = None
    reason: Code | None = None
    """Code of one of the reasons that `GET /v1/process` lists for the action."""
    lead: Code | None = None
    """Code of the organisation that somebody makes the owner."""
    pin: PinIn | None = None
    documents: Annotated[list[UUID], Field(max_length=20)] = []
    """Ids of attachments of the case that show it; each must be `ready`."""
    until: Moment | None = None
    """When a suspension is to end."""
    call_back: CallBackIn | None = None
    into: UUID | None = None
    """Id of the case that this one is merged into."""
    amendment: AmendmentIn | None = None
    """What is to be corrected."""
    parts: Annotated[list[PartIn], Field(min_length=2, max_length=10)] | None = None
    """Into which the case is split."""

    def said(self) -> Said:
        """Give it as the service takes it."""
        pin = self.pin
        return Said(
            note=self.note,
            reason=self.reason,
            lead=self.lead,
            pin=Pin(*to_wgs84(pin.lon, pin.lat, pin.crs)) if pin else None,
            documents=tuple(self.documents),
            until=self.until,
            call_back=CallBack(**self.call_back.model_dump()) if self.call_back else None,
            into=self.into,
            amendment=self.amendment.amendment() if self.amendment else None,
            parts=tuple(part.part() for part in self.parts) if self.parts else None,
        )


class CategoryName(BaseModel):
    """As it was called in the version of the scheme that the case was filed by."""

    scheme: str
    scheme_version: int
    code: str
    name: str
    name_en: str | None


class ConditionName(BaseModel):
    """The filing condition of a case, and what closes it."""

    code: str
    text: str
    text_en: str | None
    closing: str | None
    closing_en: str | None


class Named(BaseModel):
    code: str
    name: str


class ZoneName(Named):
    layer: str


class PointOut(BaseModel):
    """WGS84 degrees."""

    lon: float
    lat: float
    accuracy_m: float | None


class IncidentOut(BaseModel):
    """An incident as it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "019aa0c2-11d0-7b52-8f0e-5d1c6a5b7c10",
                    "reference": "202611210023599",
                    "status": "dispatched",
                    "version": 1,
                    "category": {
                        "scheme": "demo-2026",
                        "scheme_version": 1,
                        "code": "E0101",
                        "name": "暴露垃圾",
                        "name_en": "Exposed rubbish",
                    },
                    "condition": None,
                    "description": "路边有暴露垃圾",
                    "address": "兰桂街道松桂路12号",
                    "location": {"lon": 115.9, "lat": 36.6, "accuracy_m": 8.0},
                    "channel": "worker_app",
                    "occurred_at": "2026-11-21T08:30:00+08:00",
                    "reported_at": "2026-11-21T08:31:12+08:00",
                    "due_at": "2026-11-21T12:00:00+08:00",
                    "closed_at": None,
                    "outcome": "routed",
                    "lead": {"code": "SAN02", "name": "云汀区环卫第2公司"},
                    "zone": {
                        "layer": "sanitation",
                        "code": "SAN02",
                        "name": "云汀区环卫第2片区",
                    },
                    "areas": {"district": "379902", "street": "379902001"},
                    "merged_into": None,
                    "parent": None,
                }
            ]
        }
    )

    id: UUID
    reference: str
    status: Status
    version: int
    category: CategoryName
    condition: ConditionName | None
    description: str
    address: str | None
    location: PointOut | None
    channel: str
    occurred_at: datetime
    reported_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str
    lead: Named | None
    zone: ZoneName | None
    areas: dict[str, str]
    """Codes of the administrative areas, by level."""
    merged_into: UUID | None
    parent: UUID | None
    """Of which case it is a part."""


class Relative(BaseModel):
    """Another case that an incident belongs together with."""

    id: UUID
    reference: str
    status: Status
    description: str
    reported_at: datetime
    closed_at: datetime | None


class Kin(BaseModel):
    """The cases that an incident belongs together with, as far as the caller sees them."""

    merged_into: Relative | None
    merged: list[Relative]
    parent: Relative | None
    parts: list[Relative]
    parts_in_all: int
    parts_open: int
    """Counted whoever looks: the case cannot end before they are none."""


class IncidentWhole(IncidentOut):
    """An incident with its reporter, its files, and the cases that belong to it."""

    model_config = ConfigDict(json_schema_extra=None)

    reporter: ReporterOut | None
    attachments: list[AttachmentOut]
    kin: Kin


class IncidentPage(BaseModel):
    incidents: list[IncidentOut]
    next: str | None
    """`cursor` of the next page; None on the last."""


class EventOut(BaseModel):
    """What happened to an incident."""

    sequence: int
    at: datetime
    action: str
    from_status: Status | None
    to_status: Status
    note: str | None
    detail: dict[str, Any]
    hash: str
    """SHA-256 over the event and the hash of the one before, in hexadecimal."""


class DecidedOut(BaseModel):
    """A stored decision; `decided_at` is when it was made."""

    decided_at: datetime
    routing: RoutingRecord


class RoutingOut(DecidedOut):
    """The decision that holds, and those before it, the newest first."""

    earlier: list[DecidedOut]


class AnswerRequest(BaseModel):
    """One of the options of the question that the decision asks."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"option": "sanitation/SAN02"}]}
    )

    option: Annotated[Text, Field(min_length=1, max_length=200)]
