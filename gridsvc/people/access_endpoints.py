"""What lets accounts in, over HTTP: the security administrator's, and nobody else's."""

from fastapi import APIRouter

from gridsvc.auth.passwords import password_rules
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ServiceDb, SettingsDep
from gridsvc.http.requires import CanManageAccounts
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
