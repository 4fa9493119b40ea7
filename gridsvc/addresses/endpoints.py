"""Addresses over HTTP: the places that a text may mean."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gridsvc.addresses.gazetteer import LONGEST
from gridsvc.addresses.parse import house_number, normalised
from gridsvc.addresses.schemas import AddressOut, CandidateOut
from gridsvc.addresses.score import THRESHOLD
from gridsvc.addresses.shelf import Gazetteers
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Moment, Text

router = APIRouter(prefix="/v1", tags=["map"], responses=problems(401, 403, 422))

Address = Annotated[Text, Query(min_length=1, max_length=LONGEST, examples=["青溪街道长江路128号"])]
At = Annotated[Moment | None, Query(description="as it was then; now by default")]


@router.get("/addresses")
async def find_address(
    *,
    request: Request,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    q: Address,
    at: At = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> AddressOut:
    """List the places that an address may mean, the likeliest first; none is picked."""
    shelf: Gazetteers = request.app.state.desk.router.gazetteers
    found = (await shelf.newest(db, at=at or now)).match(q, limit=limit)
    number = house_number(q)
    return AddressOut(
        text=normalised(q),
        house_number=number.number if number else None,
        parity=number.parity.value if number else None,
        threshold=THRESHOLD,
        candidates=[CandidateOut.model_validate(one, from_attributes=True) for one in found],
    )
