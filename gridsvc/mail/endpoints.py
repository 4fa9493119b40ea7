"""One's own wishes about e-mail over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from gridsvc.auth.keys import box_of
from gridsvc.auth.secret_box import SecretBox
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import ReadDb, SettingsDep, StateDep, WriteDb
from gridsvc.http.requires import CanReadNotices
from gridsvc.http.values import Code
from gridsvc.mail import service
from gridsvc.mail.service import PURPOSE, Wish

router = APIRouter(prefix="/v1/me", tags=["notices"], responses=problems(401, 403, 422))

Address = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
        max_length=254,
        examples=["duty@street.example"],
    ),
]


class WishIn(BaseModel):
    """Which notices come by e-mail as well; all are in the inbox."""

    model_config = ConfigDict(extra="forbid")

    address: Address
    topics: Annotated[list[Code], Field(max_length=100, examples=[["overdue", "escalated"]])]


class WishOut(BaseModel):
    address: str
    topics: list[str]
    sent: bool
    """Whether this service sends e-mail at all."""
    states: dict[str, int]
    """How many e-mails of the last 30 days wait, were taken, given up, or withheld."""


async def _box(settings: SettingsDep, state: StateDep) -> SecretBox:
    return box_of(PURPOSE, settings, signing_key=state.signing_key)


Box = Annotated[SecretBox, Depends(_box)]


@router.get("/mail", responses=problems(404))
async def read_wish(who: CanReadNotices, db: ReadDb, box: Box, settings: SettingsDep) -> WishOut:
    """Tell which of the caller's notices come by e-mail, and how those fared."""
    wish = await service.wish_of(db, who.account_id, box)
    return WishOut(
        address=wish.address,
        topics=list(wish.topics),
        sent=settings.smtp_host is not None,
        states=dict(await service.states(db, who.account_id)),
    )


@router.put("/mail", responses=problems(413, 415))
async def put_wish(
    *,
    body: WishIn,
    who: CanReadNotices,
    _: JsonBody,
    db: WriteDb,
    box: Box,
    settings: SettingsDep,
) -> WishOut:
    """Say which notices are to come by e-mail, and where."""
    await service.put_wish(db, who.account_id, Wish(body.address, body.topics), box)
    return await read_wish(who, db, box, settings)


@router.delete("/mail", status_code=204)
async def forget_wish(who: CanReadNotices, db: WriteDb) -> None:
    """Have none by e-mail any more; the address is forgotten."""
    await service.forget_wish(db, who.account_id)
