"""The catalogue over HTTP: what can be reported."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.catalogue.reading import categories
from gridsvc.catalogue.schemas import CategoryOut
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Moment

router = APIRouter(prefix="/v1", tags=["catalogue"], responses=problems(401, 403, 422))


@router.get("/categories")
async def list_categories(
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    at: Annotated[Moment | None, Query(description="as it was then")] = None,
) -> list[CategoryOut]:
    """List the categories of every scheme in force, with their filing conditions."""
    return [CategoryOut.of(record) for record in await categories(db) if record.holds(at or now)]
