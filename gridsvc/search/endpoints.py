"""Searching over HTTP: one call for everything that a map page can go to."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanViewMaps
from gridsvc.http.values import Moment, Text
from gridsvc.search.ranking import Kind
from gridsvc.search.reading import Question, search
from gridsvc.search.schemas import Found, HitOut

router = APIRouter(prefix="/v1", tags=["search"], responses=problems(401, 403, 422))

Words = Annotated[
    Text,
    Query(
        alias="q",
        min_length=1,
        max_length=100,
        description="a code, part of a name, or the first digits of a reference",
    ),
]


@router.get("/search")
async def find(
    *,
    who: CanViewMaps,
    db: ReadDb,
    now: Now,
    words: Words,
    kinds: Annotated[list[Kind] | None, Query(description="all by default")] = None,
    at: Annotated[Moment | None, Query(description="areas and components of then")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Found:
    """Find areas, zones, organisations, components and cases that the caller may see.

    What answers exactly comes first. A case out of sight is found as little as one that is not.
    """
    question = Question(
        words=words.strip(), kinds=tuple(dict.fromkeys(kinds or Kind)), at=at or now, most=limit
    )
    hits = await search(db, question, who=who) if question.words else ()
    return Found(results=[HitOut.of_hit(hit) for hit in hits])
