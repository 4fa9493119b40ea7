"""The routing decision and its questions as the API shows them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from geodata.crs import Crs
from gridsvc.http.values import Code, Moment, Real
from gridsvc.routing.examples import DECISION

Longitude = Annotated[Real, Field(ge=-180, le=180, allow_inf_nan=False, examples=[104.0668])]
Latitude = Annotated[Real, Field(ge=-90, le=90, allow_inf_nan=False, examples=[30.5728])]
Accuracy = Annotated[Real, Field(ge=0, le=100_000, allow_inf_nan=False, examples=[8.0])]
CategoryCode = Annotated[Code, Field(min_length=1)]


OutcomeOut = Literal["routed", "ambiguous", "fallback", "outside", "unlocated", "rule_failed"]


class Location(BaseModel):
    """A point as a phone gives it. The coordinate system is named, never guessed."""

    model_config = ConfigDict(extra="forbid")

    lon: Longitude
    lat: Latitude
    crs: Crs
    accuracy_m: Accuracy | None = None


class OrganisationOut(BaseModel):
    code: str
    name: str
    name_en: str | None


class PlaceOut(BaseModel):
    layer: str
    layer_title: str
    level: str | None
    code: str
    name: str


class ChainPlace(PlaceOut):
    tied: bool
    """The point lies on a border; the area with the lowest code was taken."""


class NearestPlace(PlaceOut):
    distance_m: float


class CandidateOut(BaseModel):
    organisation: OrganisationOut
    zone: PlaceOut
    inside_m: float
    """Metres from the area's border, negative outside it."""
    share: float
    """Part of the accuracy disc that lies in the area."""
    basis: Literal["owner", "territory"]
    category: str | None
    priority: int
    responsibility: UUID
    lost_by: str | None
    """None for the one that was picked."""


class Words(BaseModel):
    zh: str
    en: str


class WarningOut(Words):
    """Something that a person should check although a decision is made."""

    code: Literal["asset_far"]
    """The component that the report names stands far from the reported place."""
    distance_m: float


class ComponentOut(BaseModel):
    """A component (部件) that the report is about, or may be."""

    code: str
    name: str | None
    owner: OrganisationOut
    maintainer: OrganisationOut | None
    distance_m: float | None
    named: bool
    """The report named it."""
    lost_by: str | None


class MatchOut(BaseModel):
    """A place that an address may mean, and who leads there."""

    id: str
    name: str
    lon: float
    lat: float
    radius_m: float
    score: float
    lead: OrganisationOut | None
    """None also where several may lead in it."""
    leads: list[OrganisationOut] = []
    """Everybody who may lead in a place that is too wide to decide by."""


class AddressOut(BaseModel):
    text: str
    taken: str | None
    """The place that was sure enough to decide by."""
    matches: list[MatchOut]


class RuleOut(BaseModel):
    """The rule that held, as it was from `valid_from` on."""

    code: str
    title: str
    title_en: str | None
    valid_from: datetime
    layers: list[str]
    special_days: str | None
    """The list of days that was looked into."""
    failure: str | None


class BorderOut(BaseModel):
    """The declared border that held, as it was from `valid_from` on."""

    code: str
    title: str
    title_en: str | None
    kind: str
    valid_from: datetime
    settles: bool
    """Whether it holds wherever in the accuracy disc the point lies."""


class OptionOut(BaseModel):
    """A possible answer and who leads if it is given; None leaves it to a command centre."""

    id: str
    zh: str
    en: str
    organisation: OrganisationOut | None
    zone: PlaceOut | None


class QuestionOut(BaseModel):
    """What would settle a doubt; answered by `POST /v1/incidents/{id}/routing/answer`."""

    zh: str
    en: str
    road: str | None = None
    """The road of which the options name the sides."""
    options: list[OptionOut]


class AnswerOut(BaseModel):
    """The answer that this decision follows."""

    option: str
    zh: str
    en: str
    by: str
    at: datetime
    previous_lead: OrganisationOut | None


class ReleaseOut(BaseModel):
    layer: str
    number: int
    id: UUID


class RoutingRecord(BaseModel):
    """Who owns it and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [DECISION]})

    outcome: OutcomeOut
    lead: OrganisationOut | None
    co_handlers: list[OrganisationOut]
    zone: PlaceOut | None
    area_chain: list[ChainPlace]
    nearest: NearestPlace | None
    distance_to_boundary_m: float | None
    confidence: float
    candidates: list[CandidateOut]
    components: list[ComponentOut]
    address: AddressOut | None
    rule: RuleOut | None
    border: BorderOut | None
    rule_path: list[str]
    explanation: Words
    warnings: list[WarningOut] = []
    """Records made before there were any have none."""
    question: QuestionOut | None
    answer: AnswerOut | None
    releases: list[ReleaseOut]
    map_version: int
    at: datetime


class RoutePoint(BaseModel):
    """One of many points to be decided."""

    model_config = ConfigDict(extra="forbid")

    lon: Longitude
    lat: Latitude
    accuracy_m: Accuracy | None = None
    category: CategoryCode
    at: Moment | None = None


class RouteRequest(BaseModel):
    """Up to 10,000 points, all in one coordinate system."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "crs": "gcj02",
                    "points": [{"lon": 115.9061, "lat": 36.6012, "category": "E0101"}],
                }
            ]
        },
    )

    crs: Crs
    scheme: Code | None = None
    points: Annotated[list[RoutePoint], Field(min_length=1, max_length=10_000)]


class RouteAnswer(BaseModel):
    """The short form of a decision, in the order of the points."""

    outcome: OutcomeOut | Literal["outside_service_area"]
    """The last where a report would be refused: the point is too far from every area."""
    refused: Words | None
    """What the report would be told."""
    lead: str | None
    zone: str | None
    layer: str | None
    distance_to_boundary_m: float | None
    confidence: float
    areas: dict[str, str]


class RouteAnswers(BaseModel):
    map_version: int
    answers: list[RouteAnswer]
