"""Replays and proposals as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gridsvc.http.values import Moment, Text, Whole
from gridsvc.lab.interval import Interval
from gridsvc.lab.said import SaidOfPast

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


Said = Annotated[Text, Field(min_length=1, max_length=200)]


class PastIn(BaseModel):
    """Against which draft, and which column of the file is what, as `gridsvc replay` takes it.

    `category` and `at` name a column, or are one value for all rows.
    """

    model_config = ConfigDict(extra="forbid")

    draft: UUID
    category: Said
    at: Said
    lon: Said | None = None
    lat: Said | None = None
    crs: Annotated[Text, Field(max_length=2_000)] | None = None
    accuracy: Said | None = None
    owner: Said | None = None
    """The column of who owned it: code or name of an organisation."""
    scheme: Said | None = None
    layer: Said | None = None
    """Inside the file."""
    encoding: Annotated[Text, Field(max_length=40)] | None = None

    def said(self) -> SaidOfPast:
        """Say it to the service."""
        return SaidOfPast(**self.model_dump(exclude={"draft"}))


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


class BadRowOut(BaseModel):
    """A row of a file that could not be read, by its line in a table or its number."""

    line: int
    code: str
    en: str
    zh: str


class BadOut(BaseModel):
    total: int
    first: list[BadRowOut]


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
    bad: BadOut | None = None
    """Of a file: the rows that are left out."""


class ReplayOut(BaseModel):
    """A replay and how far it has come: `seen` of `total`, of a file by estimate until its end."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    id: UUID
    draft: UUID
    since: Annotated[datetime | None, Field(alias="from")]
    until: Annotated[datetime | None, Field(alias="to")]
    file: dict[str, str | None] | None
    """Instead of a time: the name of the file, and what was said about its columns."""
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
