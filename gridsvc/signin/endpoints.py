"""Credentials over HTTP: bearer tokens for programs, the login page's session for browsers."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gridsvc.auth import service
from gridsvc.auth.entrance import Visit
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Appointment
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import ClientAddress, Now, ServiceDb, StateDep
from gridsvc.http.requires import Caller
from gridsvc.http.values import Text
from gridsvc.signin.browsing import BrowserVisit

router = APIRouter(tags=["sign-in"])


class TokenRequest(BaseModel):
    """A login and its password, and what the token is for."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[Text, Field(min_length=1, max_length=100)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    code: Annotated[
        str | None, Field(max_length=64, description="of the second factor, or a recovery code")
    ] = None
    new_password: Annotated[
        SecretStr | None, Field(max_length=200, description="changes the password by the same call")
    ] = None
    name: Annotated[Text, Field(min_length=1, max_length=100, examples=["phone"])] = "api"
    permissions: Annotated[
        list[Permission] | None, Field(description="all that it may be used for; all without")
    ] = None
    days: Annotated[int, Field(strict=True, ge=1, le=365)] = 30


class PasswordIn(BaseModel):
    """One's own password, and the one that is to take its place."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    new_password: Annotated[SecretStr, Field(max_length=200)]
    end_others: Annotated[
        bool, Field(strict=True, description="end every other session and token")
    ] = True


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


class CredentialOut(BaseModel):
    id: UUID
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    permissions: list[str] | None
    """None where it may be used for all that the account may."""
    current: bool
    """Whether it is the one that this call came with."""


class CallerOut(BaseModel):
    login: str
    language: str
    appointments: list[AppointmentOut]
    """Those in force."""
    permissions: list[str]


@router.post("/v1/tokens", status_code=201, responses=problems(401, 413, 415, 422, 429))
async def make_token(
    body: TokenRequest, _: JsonBody, state: StateDep, now: Now, address: ClientAddress
) -> TokenOut:
    """Sign a program in. Anyone may try; it takes the login's password, and few failures."""
    life = timedelta(days=body.days)
    visit = Visit(
        kind="bearer",
        name=body.name,
        life=life,
        permissions=body.permissions,
        address=address,
        now=now,
    )
    new = body.new_password
    entered = await state.entrance.sign_in(
        body.login,
        body.password.get_secret_value(),
        visit=visit,
        code=body.code,
        new_password=new.get_secret_value() if new else None,
    )
    return TokenOut(token=entered.secret, expires_in_s=int(life.total_seconds()))


@router.delete("/v1/tokens/current", status_code=204, responses=problems(401))
async def revoke_token(who: Caller, db: ServiceDb, now: Now, state: StateDep) -> None:
    """End the credential that this call came with."""
    await service.sign_out(db, who, now=now)
    state.callers.forget(who.credential_id)


@router.get("/v1/me/credentials", responses=problems(401))
async def list_credentials(who: Caller, db: ServiceDb, now: Now) -> list[CredentialOut]:
    """List the caller's sessions and tokens that are still good, the newest first."""
    return [
        CredentialOut(
            id=one.id,
            kind=one.kind,
            name=one.name,
            created_at=one.created_at,
            expires_at=one.expires_at,
            permissions=one.permissions,
            current=one.id == who.credential_id,
        )
        for one in await service.credentials(db, who.account_id, now=now)
    ]


@router.delete(
    "/v1/me/credentials/{credential_id}", status_code=204, responses=problems(401, 404, 422)
)
async def revoke_credential(
    credential_id: UUID, who: Caller, db: ServiceDb, now: Now, state: StateDep
) -> None:
    """End a session or a token of the caller's, within a second."""
    await service.revoke(db, who, credential_id, now=now)
    state.callers.forget(credential_id)


@router.put("/v1/me/password", status_code=204, responses=problems(401, 413, 415, 422, 429))
async def change_password(
    *,
    body: PasswordIn,
    who: Caller,
    _: JsonBody,
    state: StateDep,
    visit: BrowserVisit,
) -> None:
    """Change one's own password; the present one is asked for, and few failures."""
    await state.entrance.change_password(
        who.login,
        old=body.password.get_secret_value(),
        new=body.new_password.get_secret_value(),
        keep=who.credential_id if body.end_others else None,
        visit=visit,
    )


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
