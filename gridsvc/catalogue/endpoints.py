"""The catalogue over HTTP: what can be reported."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.catalogue.reading import categories
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Moment

router = APIRouter(prefix="/v1", tags=["catalogue"], responses=problems(401, 403, 422))


class CategoryOut(BaseModel):
    scheme: str
    scheme_version: int
    code: str
    name: str
    name_en: str | None
    major_code: str
    major_name: str
    major_name_en: str | None
    kind: str
    limit_value: int
    limit_unit: str


@router.get("/categories")
async def list_categories(
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    at: Annotated[Moment | None, Query(description="as it was then")] = None,
) -> list[CategoryOut]:
    """List the categories of every scheme in force."""
    return [
        CategoryOut.model_validate(record, from_attributes=True)
        for record in await categories(db)
        if record.holds(at or now)
    ]
