"""What lets accounts in, over HTTP: the security administrator's, and nobody else's."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gridsvc.auth.passwords import password_rules
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ServiceDb, SettingsDep
from gridsvc.http.requires import CanManageAccounts
from gridsvc.http.values import Text
from gridsvc.people import access
from gridsvc.people.schemas import Login, Password, Strict

router = APIRouter(prefix="/v1", tags=["accounts"], responses=problems(401, 403, 404, 422))


class ResetIn(Strict):
    password: Password


@router.put("/accounts/{login}/password", status_code=204, responses=problems(413, 415))
async def reset_password(
    *,
    login: Login,
    body: ResetIn,
    who: CanManageAccounts,
    _: JsonBody,
    db: ServiceDb,
    settings: SettingsDep,
    now: Now,
) -> None:
    """Give somebody a password for one sign-in; their sessions and tokens end within a second."""
    await access.reset_password(
        db,
        login,
        body.password.get_secret_value(),
        rules=password_rules(settings),
        by=who.account_id,
        now=now,
    )


@router.delete("/accounts/{login}/second-factor", status_code=204)
async def reset_second_factor(
    login: Login, who: CanManageAccounts, db: ServiceDb, now: Now
) -> None:
    """Forget the second factor of somebody who has lost theirs; all that they have open ends."""
    await access.reset_second_factor(db, login, by=who.account_id, now=now)


class IdentityIn(Strict):
    """Who somebody is at a provider: both as the refused sign-in and the audit log tell them."""

    issuer: Annotated[Text, Field(min_length=1, max_length=500)]
    subject: Annotated[Text, Field(min_length=1, max_length=255)]


class IdentityOut(BaseModel):
    id: UUID
    issuer: str
    subject: str
    linked_at: datetime


@router.get("/accounts/{login}/identities")
async def list_identities(login: Login, _: CanManageAccounts, db: ServiceDb) -> list[IdentityOut]:
    """List who an account is at identity providers."""
    found = await access.identities(db, login)
    return [IdentityOut.model_validate(it, from_attributes=True) for it in found]


@router.post("/accounts/{login}/identities", status_code=201, responses=problems(409, 413, 415))
async def link_identity(
    *,
    login: Login,
    body: IdentityIn,
    who: CanManageAccounts,
    _: JsonBody,
    db: ServiceDb,
    now: Now,
) -> IdentityOut:
    """Let somebody sign in to an account by an identity provider."""
    made = await access.link(
        db, login, issuer=body.issuer, subject=body.subject, by=who.account_id, now=now
    )
    return IdentityOut.model_validate(made, from_attributes=True)


@router.delete("/accounts/{login}/identities/{identity_id}", status_code=204)
async def unlink_identity(
    login: Login, identity_id: UUID, who: CanManageAccounts, db: ServiceDb, now: Now
) -> None:
    """End that; the account's sessions and tokens end within a second."""
    await access.unlink(db, login, identity_id, by=who.account_id, now=now)
