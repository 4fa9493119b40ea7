"""Credentials over HTTP: bearer tokens for programs, the login page's session for browsers."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gridsvc.auth import service
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Appointment
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ServiceDb, StateDep
from gridsvc.http.requires import Caller
from gridsvc.http.values import Text

router = APIRouter(tags=["sign-in"])

TOKEN_LIFE = timedelta(days=30)


class TokenRequest(BaseModel):
    """A login and its password, and what the token is for."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[Text, Field(min_length=1, max_length=100)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    name: Annotated[Text, Field(min_length=1, max_length=100, examples=["phone"])] = "api"


class TokenOut(BaseModel):
    """The token is shown once; it is kept as a hash only."""

    token: str
    expires_in_s: int


class AppointmentOut(BaseModel):
    role: str
    role_name: str
    role_name_en: str
    organisation_id: UUID | None
    scope_level: str | None
    """None, as `scope_code`, for the whole city."""
    scope_code: str | None


class CallerOut(BaseModel):
    login: str
    language: str
    appointments: list[AppointmentOut]
    """Those in force."""
    permissions: list[str]


@router.post("/v1/tokens", status_code=201, responses=problems(401, 413, 415, 422, 429))
async def make_token(body: TokenRequest, _: JsonBody, state: StateDep, now: Now) -> TokenOut:
    """Sign a program in. Anyone may try; it takes the login's password."""
    password = body.password.get_secret_value()
    account = await service.check_password(
        state.database, state.passwords, login=body.login, password=password
    )
    async with state.database.transaction() as db:
        token = await service.add_credential(
            db, account.id, kind="bearer", name=body.name, life=TOKEN_LIFE, now=now
        )
    return TokenOut(token=token, expires_in_s=int(TOKEN_LIFE.total_seconds()))


@router.delete("/v1/tokens/current", status_code=204, responses=problems(401))
async def revoke_token(who: Caller, db: ServiceDb, now: Now, state: StateDep) -> None:
    """End the credential that this call came with."""
    await service.sign_out(db, who, now=now)
    state.callers.forget(who.credential_id)


@router.get("/v1/me", responses=problems(401))
async def me(who: Caller) -> CallerOut:
    """Tell who the caller is, and what they may do by which appointments."""
    return CallerOut(
        login=who.login,
        language=who.language,
        appointments=[_appointment(it) for it in who.appointments],
        permissions=[permission for permission in Permission if may(who, permission)],
    )


def _appointment(held: Appointment) -> AppointmentOut:
    return AppointmentOut(
        role=held.role,
        role_name=held.name,
        role_name_en=held.name_en,
        organisation_id=held.organisation_id,
        scope_level=held.scope.level if held.scope else None,
        scope_code=held.scope.code if held.scope else None,
    )
