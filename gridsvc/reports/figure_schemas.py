"""The workload as the API documents it: columns of one length, in the order of `codes`."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class NumbersOut(BaseModel):
    """Counts of some cases together."""

    filed: int
    open: int
    overdue: int
    closed: int
    median_handling_minutes: float | None = Field(
        description="from the report until it was dealt with, all minutes; null where none was"
    )


class ColumnsOut(BaseModel):
    """The same, place by place."""

    filed: list[int]
    open: list[int]
    overdue: list[int]
    closed: list[int]
    median_handling_minutes: list[float | None]


class SecondOut(ColumnsOut):
    """Of a second period, in the order of the same codes."""

    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")
    total: NumbersOut
    elsewhere: NumbersOut


class PartOut(ColumnsOut):
    """Only places that have cases there: `places` are their numbers in `codes`, from 0."""

    places: list[int]


class StepOut(PartOut):
    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")


class ClassOut(PartOut):
    code: str
    name: str


class WorkloadOut(ColumnsOut):
    unit: str
    counted: Literal["routed", "reassigned"]
    map_of: datetime | None = Field(description="whose map the incidents were assigned to")
    since: datetime | None = Field(alias="from")
    until: datetime | None = Field(alias="to")
    as_of: datetime = Field(description="when they were open or overdue")
    category: str | None
    total: NumbersOut = Field(description="of every case once")
    elsewhere: NumbersOut = Field(description="of what counts for none of the places")
    codes: list[str]
    names: list[str]
    population: list[int | None]
    workers: list[int | None]
    area_km2: list[float | None]
    steps: list[StepOut] | None
    categories: list[ClassOut] | None
    against: SecondOut | None
