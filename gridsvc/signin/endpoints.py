"""Credentials over HTTP: bearer tokens for programs, the login page's session for browsers."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gridsvc.auth import service
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, StateDep, WriteDb
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


class CallerOut(BaseModel):
    login: str
    role: str
    scope_level: str | None
    scope_code: str | None
    language: str


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
async def revoke_token(who: Caller, db: WriteDb, now: Now, state: StateDep) -> None:
    """End the credential that this call came with."""
    await service.sign_out(db, who, now=now)
    state.callers.forget(who.credential_id)


@router.get("/v1/me", responses=problems(401))
async def me(who: Caller) -> CallerOut:
    """Tell who the caller is."""
    return CallerOut(
        login=who.login,
        role=who.role.value,
        scope_level=who.scope.level if who.scope else None,
        scope_code=who.scope.code if who.scope else None,
        language=who.language,
    )
