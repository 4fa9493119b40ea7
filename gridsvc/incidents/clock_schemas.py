"""The clocks of an incident as the API shows them."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from gridsvc.calendars.schemas import MINUTE, SpanOut
from gridsvc.clock.standing import Light
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.timing import StageTiming, Timing


class StageClockOut(BaseModel):
    """How the clock of a stage stands; `due_at` is told while it runs."""

    code: str
    zh: str
    en: str
    limit: str | None
    due_at: datetime | None
    light: Light
    runs: bool
    used_minutes: float
    spans: list[SpanOut]

    @classmethod
    def of(cls, stage: StageTiming, zone: ZoneInfo) -> Self:
        standing, clock = stage.standing, stage.clock
        return cls(
            code=stage.code,
            zh=clock.words.zh,
            en=clock.words.en,
            limit=clock.limit.zh if clock.limit else None,
            due_at=standing.due if standing.runs else None,
            light=standing.light,
            runs=standing.runs,
            used_minutes=standing.used / MINUTE,
            spans=[SpanOut.of(span, zone) for span in stage.spans],
        )


class PassageOut(BaseModel):
    """Where an incident stood from one moment to the next, and which clock ran then."""

    begins: datetime
    ends: datetime
    status: Status
    clock: str | None
    minutes: float


class ClockOut(BaseModel):
    """How the clock of the handling stands, and those of the stages.

    Green, yellow from 80 % of the limit on, red after the deadline.
    """

    limit_value: float
    limit_unit: str
    calendar: str
    """Code and version of the calendar, or `default`."""
    due_at: datetime
    yellow_from: datetime
    light: Light
    runs: bool
    total_minutes: float
    used_minutes: float
    spans: list[SpanOut]
    stages: list[StageClockOut]
    passages: list[PassageOut]
    """They follow each other without a gap, from the report to now or to the end."""

    @classmethod
    def of(cls, timing: Timing) -> Self:
        standing, zone = timing.standing, timing.by.calendar.zone
        return cls(
            limit_value=timing.limit.value,
            limit_unit=timing.limit.unit.value,
            calendar=timing.by.name,
            due_at=standing.due,
            yellow_from=standing.yellow_from,
            light=standing.light,
            runs=standing.runs,
            total_minutes=standing.total / MINUTE,
            used_minutes=standing.used / MINUTE,
            spans=[SpanOut.of(span, zone) for span in timing.spans],
            stages=[StageClockOut.of(stage, zone) for stage in timing.stages],
            passages=[
                PassageOut(
                    begins=it.begins,
                    ends=it.ends,
                    status=it.status,
                    clock=clock,
                    minutes=(it.ends - it.begins) / MINUTE,
                )
                for it, clock in timing.passages
            ],
        )
