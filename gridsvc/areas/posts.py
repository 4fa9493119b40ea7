"""Who holds a grid worker's post: an account at most, and an account holds one post at most."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Worker
from gridsvc.areas.references import ids_of
from gridsvc.auth.model import Account, AppointmentRow, RoleRow
from gridsvc.auth.principal import Sees
from gridsvc.errors import Conflict, Invalid


async def link_posts(db: AsyncSession, logins: Mapping[str, str | None]) -> None:
    """Link posts, by code, to the accounts that hold them from now on; None is nobody."""
    workers = await ids_of(db, Worker.code, Worker.id)
    holders = await _holders(db, logins)
    # All are freed first: accounts may change posts with one another.
    posts = {workers[code]: holders[code] for code in logins}
    await db.execute(update(Worker).where(Worker.id.in_(posts)).values(account_id=None))
    await _refuse_second_post(db, holders)
    await db.execute(
        update(Worker), [{"id": post, "account_id": holder} for post, holder in posts.items()]
    )


async def _holders(db: AsyncSession, logins: Mapping[str, str | None]) -> Mapping[str, UUID | None]:
    """Find the account of each post; it must be a grid worker's, which alone sees grids by post."""
    named = {login.lower() for login in logins.values() if login}
    rows = await db.execute(
        select(Account.login, Account.id).where(
            Account.login.in_(named), Account.id.in_(_looking_after_grids())
        )
    )
    found: dict[str, UUID] = {row[0]: row[1] for row in rows}
    for post, login in logins.items():
        if login and login.lower() not in found:
            raise Invalid(
                "unknown_account",
                en=f'Post {post}: there is no grid worker\'s account "{login}"; make it with '
                "gridsvc user add.",
                zh=f"岗位 {post}：没有网格员账号“{login}”；请先用 gridsvc user add 建立。",
                field="account",
            )
    _refuse_repeated(logins)
    return {post: found[login.lower()] if login else None for post, login in logins.items()}


def _looking_after_grids() -> Select[UUID]:
    """Select the accounts that see grids by their post: appointed, now or later."""
    return (
        select(AppointmentRow.account_id)
        .join(RoleRow, RoleRow.code == AppointmentRow.role)
        .where(
            RoleRow.sees == Sees.OWN.value,
            or_(AppointmentRow.valid_to.is_(None), AppointmentRow.valid_to > func.now()),
        )
    )


def _refuse_repeated(logins: Mapping[str, str | None]) -> None:
    seen: dict[str, str] = {}
    for post, login in logins.items():
        if login and seen.setdefault(login.lower(), post) != post:
            raise _second_post(login, seen[login.lower()])


async def _refuse_second_post(db: AsyncSession, holders: Mapping[str, UUID | None]) -> None:
    held = (
        select(Worker.code, Account.login)
        .join(Account, Account.id == Worker.account_id)
        .where(Account.id.in_([holder for holder in holders.values() if holder]))
    )
    row = (await db.execute(held.order_by(Worker.code))).first()
    if row is not None:
        raise _second_post(row.login, row.code)


def _second_post(login: str, post: str) -> Conflict:
    return Conflict(
        "account_has_post",
        en=f'The account "{login}" holds the post {post} already; free that one first.',
        zh=f"账号“{login}”已占用岗位 {post}；请先解除。",
        field="account",
    )


async def require_vacant(db: AsyncSession, code: str) -> None:
    """Refuse a post that is not there, or that somebody holds."""
    statement = select(Worker.id, Worker.account_id).where(Worker.code == code)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise Invalid(
            "unknown_worker",
            en=f'There is no worker\'s post "{code}"; load it with gridsvc table workers.',
            zh=f"没有网格员岗位“{code}”；请先用 gridsvc table workers 载入。",
            field="worker",
        )
    if row.account_id is not None:
        raise Conflict(
            "post_taken",
            en=f'The post "{code}" has an account already; free it with gridsvc table workers.',
            zh=f"岗位“{code}”已有账号；请先用 gridsvc table workers 解除。",
            field="worker",
        )
