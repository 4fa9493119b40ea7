"""Whistles as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from geodata.crs import Crs, to_wgs84
from gridsvc.http.values import Code, Real, Text, Whole
from gridsvc.incidents.schemas import ClientId
from gridsvc.personal.masking import masked_text
from gridsvc.planning.schemas import GeoJson
from gridsvc.planning.shapes import read_area
from gridsvc.routing.schemas import Location, OrganisationOut
from gridsvc.whistles.asked import Blown, Chosen, Matter, Position, Where
from gridsvc.whistles.lifecycle import Kind, Presence, Score, Stage, State

Words = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Named = Annotated[Code, Field(min_length=1)]


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class AreaIn(Strict):
    """An area of any layer, as it is now."""

    layer: Named
    code: Named


class MatterIn(Strict):
    """Where to: a surface, an area, or else the place of the incident."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"area": {"layer": "community", "code": "379902001001"}}]},
    )

    incident: UUID | None = None
    area: AreaIn | None = None
    geometry: GeoJson | None = None
    """Polygon or MultiPolygon."""
    crs: Crs | None = None
    """Of `geometry`."""
    place: Annotated[Text, Field(max_length=200)] | None = None
    """What the place is called."""
    radius_m: Annotated[Real, Field(ge=10, le=5_000, allow_inf_nan=False)] = 200.0
    """How far from the place a report-in may be; around a point, also whose areas are found."""
    category: Named | None = None
    """Leaves only those that answer for it."""
    scheme: Named | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.area is not None and self.geometry is not None:
            raise PydanticCustomError("two_places", "name an area or draw a surface, not both")
        return self

    def matter(self) -> Matter:
        """Give it as the service takes it."""
        where = Where(
            shape=read_area(self.geometry, self.crs) if self.geometry is not None else None,
            area=(self.area.layer, self.area.code) if self.area else None,
            name=self.place,
            radius_m=self.radius_m,
            incident_id=self.incident,
        )
        return Matter(where=where, category=self.category, scheme=self.scheme)


class CallIn(Strict):
    """Whom to call; who was not proposed, with a reason."""

    organisation: Named
    reason: Annotated[Text, Field(max_length=500)] | None = None


class WhistleIn(MatterIn):
    """A whistle to be blown."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "hard",
                    "matter": "楼栋跨两区的违法建设，多次投诉未解决",
                    "area": {"layer": "community", "code": "379902001001"},
                    "calls": [{"organisation": "SAN02"}],
                }
            ]
        },
    )

    id: ClientId | None = None
    """A UUIDv7 that the client made: sending it again calls nobody twice."""
    kind: Kind
    matter_text: Annotated[Words, Field(alias="matter")]
    calls: Annotated[list[CallIn], Field(min_length=1, max_length=50)]

    def blown(self, idempotency_key: str | None) -> Blown:
        """Give it as the service takes it."""
        return Blown(
            kind=self.kind,
            text=masked_text(self.matter_text),
            matter=self.matter(),
            calls=[Chosen(it.organisation, it.reason) for it in self.calls],
            body=self.model_dump(mode="json", by_alias=True, exclude={"id"}),
            whistle_id=self.id,
            idempotency_key=idempotency_key,
        )


class ReportInRequest(Strict):
    """Where somebody is who reports in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"position": {"lon": 115.9, "lat": 36.6, "crs": "gcj02", "accuracy_m": 12}}
            ]
        },
    )

    position: Location
    note: Annotated[Text, Field(max_length=2_000)] | None = None

    def at(self) -> Position:
        """Give the position in WGS84."""
        lon, lat = to_wgs84(self.position.lon, self.position.lat, self.position.crs)
        # No negative zero: the database's JSON does not keep it, and the chain's hash would tell.
        return Position(lon + 0.0, lat + 0.0, (self.position.accuracy_m or 0.0) + 0.0)


class PartIn(Strict):
    """What an organisation has done."""

    text: Words
    documents: Annotated[list[UUID], Field(max_length=20)] = []
    """Ids of documents that show it."""

    @property
    def kept(self) -> str:
        """The text as it is kept: without anybody's number."""
        return masked_text(self.text)


class NoteIn(Strict):
    """Why."""

    note: Words


class ScoreIn(Strict):
    """What the street thinks of an organisation's part."""

    organisation: Named
    score: Annotated[Whole, Field(ge=1, le=5)]
    note: Annotated[Text, Field(max_length=2_000)] | None = None


class EndIn(Strict):
    """That it is done, with a score for each organisation that has signed off."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scores": [{"organisation": "SAN02", "score": 5}]}]},
    )

    scores: Annotated[list[ScoreIn], Field(max_length=50)]
    note: Annotated[Text, Field(max_length=2_000)] | None = None

    def by_code(self) -> dict[str, Score]:
        """Give the scores as the service takes them."""
        return {it.organisation: Score(it.score, it.note) for it in self.scores}


class ReasonOut(BaseModel):
    """An area that the place touches, and for which an organisation answers."""

    area_id: UUID
    layer: str
    layer_title: str
    layer_title_en: str | None
    code: str
    name: str
    role: str
    """`lead`, `co_handler` or `duty`."""
    share: float
    """Of the surface, or of the disc around a point."""
    distance_m: float


class ProposalOut(BaseModel):
    organisation: OrganisationOut
    reasons: list[ReasonOut]


class ProposalsOut(BaseModel):
    """Whom a place concerns, who leads there first. Nothing is kept."""

    place: str
    areas: list[str]
    """The administrative areas that hold a part, such as `street/379902001`."""
    proposals: list[ProposalOut]


class CallOut(BaseModel):
    """One organisation's part."""

    organisation: OrganisationOut
    zones: list[ReasonOut]
    reason: str | None
    due: datetime
    stage: Stage
    on_time: bool
    """Whether it came in time, and to the place."""
    presence: Presence | None
    reported_in_at: datetime | None
    part: str | None
    documents: list[UUID]
    given_at: datetime | None
    signed_off_at: datetime | None
    released_at: datetime | None
    score: int | None
    score_note: str | None


class WhistleEventOut(BaseModel):
    sequence: int
    at: datetime
    action: str
    organisation: str | None
    note: str | None
    detail: dict[str, Any]
    hash: str
    """SHA-256 over the event and the hash of the one before, in hexadecimal."""


class WhistleSummary(BaseModel):
    """A whistle as it stands."""

    id: UUID
    reference: str
    kind: Kind
    state: State
    version: int
    matter: str
    place: str
    incident_id: UUID | None
    blown_by: OrganisationOut | None
    called_at: datetime
    ended_at: datetime | None
    areas: list[str]
    radius_m: float
    calls: list[CallOut]


class WhistleOut(WhistleSummary):
    """A whistle with its ground and all that happened."""

    ground: dict[str, Any]
    """GeoJSON, WGS84."""
    events: list[WhistleEventOut]


class WhistlePage(BaseModel):
    whistles: list[WhistleSummary]
    next: str | None
    """`cursor` of the next page; None on the last."""
