"""Replays and proposals as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gridsvc.http.values import Moment, Whole
from gridsvc.lab.interval import Interval

MONTHS = 120
EXAMPLE: JsonDict = {"draft": "0192f0c1-7d2e-7c5a-9b1e-3f6d2a8c4e10", "months": 6}


class ReplayIn(BaseModel):
    """Against which draft, and what: the last `months`, or what occurred `from` a time `to` one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    draft: UUID
    months: Annotated[Whole, Field(ge=1, le=MONTHS)] | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None

    def interval(self, now: datetime) -> Interval:
        """Say it to the service."""
        return Interval.asked(self.months, self.since, self.until, now=now)


class NamedOut(BaseModel):
    code: str
    name: str
    name_en: str | None


class PairOut(BaseModel):
    """How many incidents of one owner another would have had; None is nobody."""

    before: NamedOut | None
    after: NamedOut | None
    count: int


class LoadOut(BaseModel):
    organisation: NamedOut | None
    before: int
    after: int


class OutcomeOut(BaseModel):
    before: int
    after: int
    before_share: float
    after_share: float


class SquareOut(BaseModel):
    """A square by its south-western corner, in WGS84."""

    lon: float
    lat: float
    changed: int
    total: int


class WhereOut(BaseModel):
    degrees: float
    """How wide and how high a square is."""
    squares: list[SquareOut]
    left_out: int


class ResultOut(BaseModel):
    total: int
    changed: int
    changed_share: float
    skipped: int
    """Incidents of categories that are not in the catalogue any more."""
    matrix: list[PairOut]
    organisations: list[LoadOut]
    outcomes: dict[str, OutcomeOut]
    where: WhereOut


class ReplayOut(BaseModel):
    """A replay and how far it has come: `seen` of `total`."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    id: UUID
    draft: UUID
    since: Annotated[datetime, Field(alias="from")]
    until: Annotated[datetime, Field(alias="to")]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    total: int
    seen: int
    failure: dict[str, Any] | None


class ReplayWithResult(ReplayOut):
    result: ResultOut | None


class ZoneOut(BaseModel):
    layer: str
    layer_title: str
    level: str | None
    code: str
    name: str


class ProposalOut(BaseModel):
    """Corrections of one kind, and what to send to `POST /v1/rules/check`."""

    scheme: str
    category: str
    before: NamedOut | None
    """Whom the decisions named."""
    after: NamedOut
    """Whom people chose."""
    zone: ZoneOut | None
    """Where the decisions saw the cases."""
    count: int
    examples: list[str]
    check: dict[str, list[dict[str, Any]]]
    """One row, of `rules` or, where two zones touch, of `borders`."""
