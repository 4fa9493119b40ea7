"""How well cases find who handles them, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.errors import Invalid
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadIncidents
from gridsvc.http.values import Moment
from gridsvc.incidents.dispatching import dispatching

router = APIRouter(prefix="/v1/dispatching", tags=["incidents"], responses=problems(401, 403, 422))


class DispatchingOut(BaseModel):
    """Of the cases reported in an interval that were ever dispatched."""

    dispatched: int
    refusals: int
    returns: int
    """Taken back by the dispatcher."""
    arbitrated: int
    right_at_first: int
    """Neither refused nor taken back."""
    accepted: int
    returns_per_case: float | None
    first_dispatch_accuracy: float | None
    median_minutes_to_accept: float | None


@router.get("")
async def get_dispatching(
    *,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
    since: Annotated[Moment, Query(alias="from", description="reported at or after")],
    until: Annotated[Moment | None, Query(alias="to", description="reported before; now")] = None,
) -> DispatchingOut:
    """Measure refusals, how often the first dispatch was right, and the time until acceptance."""
    end = until or now
    if since >= end:
        raise Invalid(
            "invalid_interval",
            en="`from` must be before `to`.",
            zh="from 必须早于 to。",
            field="from",
        )
    found = await dispatching(db, since=since, until=end, who=who)
    return DispatchingOut.model_validate(found, from_attributes=True)
