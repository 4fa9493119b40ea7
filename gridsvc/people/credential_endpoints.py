"""Sessions and tokens of others over HTTP: seen and ended, and made for programs' accounts."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gridsvc.auth.policy import Permission
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.requires import CanManageAccounts
from gridsvc.people import access
from gridsvc.people.schemas import Login, Name, Strict

router = APIRouter(prefix="/v1", tags=["accounts"], responses=problems(401, 403, 404, 422))


class TokenIn(Strict):
    """What a program's token is called, and all that it may be used for."""

    name: Name
    permissions: Annotated[list[Permission], Field(min_length=1)]
    days: Annotated[int, Field(strict=True, ge=1, le=365)] = 90


class TokenOut(BaseModel):
    """Shown once; it is kept as a hash only."""

    token: str


class CredentialOut(BaseModel):
    id: UUID
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    permissions: list[str] | None
    last_used_at: datetime | None
    """To the minute, and of programs' accounts only."""


@router.post("/accounts/{login}/tokens", status_code=201, responses=problems(409, 413, 415))
async def make_token(
    *,
    login: Login,
    body: TokenIn,
    who: CanManageAccounts,
    _: JsonBody,
    db: ServiceDb,
    now: Now,
) -> TokenOut:
    """Make a token for a program's account, good no longer than the account."""
    secret = await access.add_token(
        db,
        login,
        name=body.name,
        permissions=body.permissions,
        life=timedelta(days=body.days),
        by=who.account_id,
        now=now,
    )
    return TokenOut(token=secret)


@router.get("/accounts/{login}/credentials")
async def list_credentials(
    login: Login, _: CanManageAccounts, db: ServiceDb, now: Now
) -> list[CredentialOut]:
    """List the sessions and tokens of an account that are still good, the newest first."""
    found = await access.credentials(db, login, now=now)
    return [CredentialOut.model_validate(it, from_attributes=True) for it in found]


@router.delete("/accounts/{login}/credentials/{credential_id}", status_code=204)
async def end_credential(
    *,
    login: Login,
    credential_id: UUID,
    who: CanManageAccounts,
    db: ServiceDb,
    now: Now,
    state: StateDep,
) -> None:
    """End a session or a token of somebody's, within a second."""
    await access.end_credential(db, login, credential_id, by=who.account_id, now=now)
    state.callers.forget(credential_id)
