"""Accounts, appointments and roles over HTTP: the security administrator's, and nobody else's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from gridsvc.auth.passwords import password_rules
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, SettingsDep, WriteDb
from gridsvc.http.requires import CanManageAccounts
from gridsvc.http.values import Text
from gridsvc.people import access, service
from gridsvc.people.schemas import (
    AccountIn,
    AccountOut,
    AccountPage,
    AppointmentIn,
    AppointmentOut,
    Login,
    RoleIn,
    RoleOut,
)

router = APIRouter(prefix="/v1", tags=["accounts"], responses=problems(401, 403, 422))

RoleCode = Annotated[str, Path(pattern="^[a-z][a-z0-9_]*$", max_length=64)]


@router.get("/accounts")
async def list_accounts(
    _: CanManageAccounts,
    db: ReadDb,
    after: Annotated[Text, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> AccountPage:
    """List accounts by login name, with all that they are or were appointed to."""
    found = [AccountOut.of(it) for it in await service.people(db, after=after, limit=limit + 1)]
    more = len(found) > limit
    return AccountPage(accounts=found[:limit], next=found[limit - 1].login if more else None)


@router.post("/accounts", status_code=201, responses=problems(409, 413, 415))
async def make_account(
    *,
    body: AccountIn,
    who: CanManageAccounts,
    _: JsonBody,
    db: WriteDb,
    settings: SettingsDep,
    now: Now,
) -> AccountOut:
    """Make an account with its first appointments; without any it can sign in to nothing."""
    by = who.account_id
    if body.service is not None and body.password is None:
        account = await access.add_service(
            db,
            body.login,
            owner=body.service.owner,
            expires_at=body.service.expires_at,
            addresses=body.service.addresses,
            by=by,
            now=now,
        )
    else:
        rules = password_rules(settings)
        account = await service.add_account(db, body.person(), rules=rules, by=by, now=now)
    for wanted in body.appointments:
        await service.appoint(db, account.login, wanted.asked(), by=by, now=now)
    return AccountOut.of(await service.person(db, account.login))


@router.post("/accounts/{login}/disable", responses=problems(404))
async def disable(login: Login, who: CanManageAccounts, db: WriteDb, now: Now) -> AccountOut:
    """Lock an account out: its sessions and tokens end within a second."""
    await service.disable(db, login, by=who.account_id, now=now)
    return AccountOut.of(await service.person(db, login))


@router.get("/accounts/{login}/appointments", responses=problems(404))
async def list_appointments(login: Login, _: CanManageAccounts, db: ReadDb) -> list[AppointmentOut]:
    """List what an account is, was and will be appointed to, the oldest first."""
    return [AppointmentOut.of(held) for held in (await service.person(db, login)).held]


@router.post(
    "/accounts/{login}/appointments", status_code=201, responses=problems(404, 409, 413, 415)
)
async def appoint(
    *,
    login: Login,
    body: AppointmentIn,
    who: CanManageAccounts,
    _: JsonBody,
    db: WriteDb,
    now: Now,
) -> AppointmentOut:
    """Appoint an account. What is for another duty than it serves already is refused."""
    row = await service.appoint(db, login, body.asked(), by=who.account_id, now=now)
    return await _one(db, login, row.id)


@router.delete("/accounts/{login}/appointments/{appointment_id}", responses=problems(404, 409))
async def dismiss(
    login: Login, appointment_id: UUID, who: CanManageAccounts, db: WriteDb, now: Now
) -> AppointmentOut:
    """End an appointment now: within a second nothing is seen or done by it any more."""
    row = await service.dismiss(db, login, appointment_id, by=who.account_id, now=now)
    return await _one(db, login, row.id)


async def _one(db: WriteDb, login: str, appointment_id: UUID) -> AppointmentOut:
    held = (await service.person(db, login)).held
    return next(AppointmentOut.of(one) for one in held if one.row.id == appointment_id)


@router.get("/roles")
async def list_roles(_: CanManageAccounts, db: ReadDb) -> list[RoleOut]:
    """List the roles and what each may do."""
    return [RoleOut.model_validate(it, from_attributes=True) for it in await service.roles(db)]


@router.put("/roles/{code}", responses=problems(409, 413, 415))
async def put_role(
    *, code: RoleCode, body: RoleIn, who: CanManageAccounts, _: JsonBody, db: WriteDb, now: Now
) -> RoleOut:
    """Make a role, or say anew what it may do; who has it may, within a second."""
    role = await service.put_role(db, body.role(code), by=who.account_id, now=now)
    return RoleOut.model_validate(role, from_attributes=True)
