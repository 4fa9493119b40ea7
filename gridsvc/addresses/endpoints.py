"""Addresses over HTTP: the places that a text may mean."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from gridsvc.addresses import service
from gridsvc.addresses.parse import house_number, normalised
from gridsvc.addresses.schemas import AddressOut, CandidateOut, WhyOut
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadAreas
from gridsvc.http.values import Moment, Text

router = APIRouter(prefix="/v1", tags=["map"], responses=problems(401, 403, 422))

Address = Annotated[
    Text, Query(min_length=1, max_length=service.LONGEST, examples=["青溪街道长江路128号"])
]
At = Annotated[Moment | None, Query(description="as it was then; now by default")]


@router.get("/addresses")
async def find_address(
    *,
    _: CanReadAreas,
    db: ReadDb,
    now: Now,
    q: Address,
    at: At = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> AddressOut:
    """List the places that an address may mean, the likeliest first; none is picked."""
    found = await service.match(db, q, at=at or now, limit=limit)
    number = house_number(q)
    return AddressOut(
        text=normalised(q),
        house_number=number.number if number else None,
        parity=number.parity.value if number else None,
        threshold=service.THRESHOLD,
        candidates=[_out(one) for one in found],
    )


def _out(found: service.Match) -> CandidateOut:
    values = asdict(found) | {"sure": found.sure, "why": WhyOut(**asdict(found.why))}
    return CandidateOut.model_validate(values)
