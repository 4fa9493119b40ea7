"""The catalogue over HTTP: what can be reported."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.catalogue.lookup import by_numbering, catalogue_of, find_category
from gridsvc.catalogue.numbering import numbering_named
from gridsvc.catalogue.reading import categories
from gridsvc.catalogue.schemas import CategoryFound, CategoryOut
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Code, Moment

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


@router.get("/categories/{code}")
async def get_category(
    code: Code,
    _: CanReadAreas,
    *,
    db: ReadDb,
    now: Now,
    scheme: Annotated[Code | None, Query(description="where several have the code")] = None,
    numbering: Annotated[
        Code | None, Query(description="order of event majors that the code is by")
    ] = None,
    at: Annotated[Moment | None, Query(description="as it was then")] = None,
) -> CategoryFound:
    """Read one category, also by the code that another order of the event majors gives it."""
    catalogue, then = catalogue_of(await categories(db)), at or now
    if numbering is None:
        return CategoryFound.of(find_category(catalogue, code, scheme=scheme, at=then))
    order = numbering_named(numbering)
    return CategoryFound.by_other(by_numbering(catalogue, code, order, scheme=scheme, at=then))
