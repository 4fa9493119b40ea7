"""The demonstration's logins, with passwords made on the spot."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Assignment, Layer, Organisation, Worker
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.appointing import NewAppointment, appoint
from gridsvc.auth.model import Account
from gridsvc.auth.passwords import NO_PASSWORD
from gridsvc.auth.principal import Principal, Role, Scope
from gridsvc.auth.repository import principal_of
from gridsvc.auth.service import NewAccount, add_account
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.incidents.model import Incident


@dataclass(frozen=True, slots=True)
class Login:
    """One login of the demonstration."""

    name: str
    role: Role
    about: str


LOGINS = (
    Login("worker", Role.GRID_WORKER, "网格员 grid worker"),
    Login("centre", Role.COMMAND_CENTRE, "指挥中心（全区） command centre, whole district"),
    Login("street", Role.STREET_CENTRE, "街道中心（一个街道） centre of one street"),
    Login("acceptor", Role.ACCEPTOR, "受理员 acceptor"),
    Login("verifier", Role.VERIFIER, "核实员 verifier"),
    Login("dispatcher", Role.DISPATCHER, "派遣员 dispatcher"),
    Login("handler", Role.DEPARTMENT_HANDLER, "部门处置员 handler of the busiest organisation"),
    Login("leader", Role.SHIFT_LEADER, "值班长 shift leader"),
    Login("evaluator", Role.EVALUATOR, "评价员 evaluator"),
    Login("planner", Role.PLANNER, "规划员 planner"),
    Login("admin", Role.ADMINISTRATOR, "系统管理员 administrator of the system"),
    Login("auditor", Role.AUDITOR, "审计员 auditor"),
    Login("security", Role.SECURITY_ADMINISTRATOR, "安全管理员 administrator of accounts"),
)
IMPORTER = "demo-history"
"""Reporter of the incidents of the past; nobody can sign in as it."""


def new_passwords() -> Mapping[str, str]:
    """Make a password for each login."""
    return {login.name: secrets.token_urlsafe(9) for login in LOGINS}


async def put_people(db: AsyncSession, passwords: Mapping[str, str], *, now: datetime) -> None:
    """Make the logins, each appointed to its role from now on."""
    street = await _first_street(db)
    organisations = {
        Role.DEPARTMENT_HANDLER: await _busiest_owner(db),
        Role.STREET_CENTRE: (await organisation_by_code(db, f"ORG-{street}", field="code")).id,
    }
    for login in LOGINS:
        account = await add_account(db, NewAccount(login.name, passwords[login.name]))
        new = NewAppointment(
            role=login.role,
            organisation_id=organisations.get(login.role),
            scope=Scope("street", street) if login.name == "street" else None,
            valid_from=now,
        )
        await appoint(db, account.login, new, by=None)
        if login.role is Role.GRID_WORKER:
            await _give_post(db, account)


async def _busiest_owner(db: AsyncSession) -> UUID:
    """Choose the department that has most to do."""
    owned = select(Organisation.id).join(Incident, Incident.lead_id == Organisation.id)
    counted = owned.group_by(Organisation.id).order_by(func.count().desc(), Organisation.id)
    return (await db.execute(counted.limit(1))).scalar_one()


async def _first_street(db: AsyncSession) -> str:
    statement = select(Area.code).join(Layer, Layer.id == Area.layer_id)
    streets = statement.where(Layer.level == "street").order_by(Area.code).limit(1)
    return (await db.execute(streets)).scalar_one()


async def _give_post(db: AsyncSession, account: Account) -> None:
    """Let the grid worker's login be the first worker who looks after a grid."""
    first = (
        select(Worker)
        .join(Assignment, Assignment.worker_id == Worker.id)
        .order_by(Worker.code)
        .limit(1)
    )
    worker = (await db.execute(first)).scalar_one()
    worker.account_id = account.id


async def put_importer(db: AsyncSession) -> Principal:
    """Make the account under which the past is reported, disabled from the start."""
    account = Account(
        login=IMPORTER,
        password_hash=NO_PASSWORD,
        disabled_at=utc_now(),
    )
    db.add(account)
    await db.flush()
    return await principal_of(db, account, credential_id=new_id(), now=utc_now())


async def is_empty(db: AsyncSession) -> bool:
    """Tell whether nothing has been put into the database yet."""
    return await db.scalar(select(Organisation.id).limit(1)) is None
