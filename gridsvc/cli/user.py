"""`gridsvc user`: accounts by hand."""

import asyncio
import re
import secrets
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.areas.posts import link_posts, require_vacant
from gridsvc.areas.references import areas_from
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth import repository, service
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role, Scope
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.db.clock import utc_now
from gridsvc.errors import Conflict, Invalid, NotFound

app = typer.Typer(no_args_is_help=True, help="Make, list and disable accounts; make tokens.")

LOGIN = re.compile(r"[\w.@-]{1,64}")

Login = Annotated[str, typer.Argument(help="Login name.")]


@app.command()
def add(
    login: Login,
    *,
    role: Annotated[Role, typer.Option(help="What the account is for.")],
    organisation: Annotated[str | None, typer.Option(help="Code of its organisation.")] = None,
    scope: Annotated[
        str | None, typer.Option(help="LEVEL/CODE of the area it is for; the whole city without.")
    ] = None,
    worker: Annotated[str | None, typer.Option(help="Code of the post that it holds.")] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of its pages.")] = "zh",
    generate: Annotated[bool, typer.Option(help="Make a password and print it once.")] = False,
) -> None:
    """Make an account. The password is asked for, or read from standard input."""
    check_login(login)
    if worker is not None and role is not Role.GRID_WORKER:
        raise _no_worker(role)
    password = secrets.token_urlsafe(12) if generate else _read_password()
    new = service.NewAccount(login, password, role, scope=parse_scope(scope), language=language)
    asyncio.run(_add(new, organisation=organisation, worker=worker))
    typer.echo(f"{login} {password}" if generate else login)


def check_login(login: str) -> None:
    """Refuse a login name that nobody could type or tell from another."""
    if not LOGIN.fullmatch(login):
        raise Invalid(
            "invalid_login",
            en=f"A login name has 1 to 64 letters, digits, dots, hyphens, underscores or @; not "
            f"{login!r}.",
            zh=f"账号名须为 1 至 64 个文字、数字、点、连字符、下划线或 @；收到 {login!r}。",
            field="login",
        )


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def parse_scope(text: str | None) -> Scope | None:
    """Read LEVEL/CODE."""
    if text is None:
        return None
    level, _, code = text.partition("/")
    if level not in LEVELS or not code:
        raise Invalid(
            "invalid_scope",
            en=f"A scope is LEVEL/CODE with a level of {', '.join(LEVELS)}; not {text!r}.",
            zh=f"范围应写作 级别/编码，级别为 {'、'.join(LEVELS)} 之一；收到 {text!r}。",
            field="scope",
        )
    return Scope(level, code)


def _no_worker(role: Role) -> Invalid:
    return Invalid(
        "idle_option",
        en=f"--worker means nothing for {role}, only for {Role.GRID_WORKER}.",
        zh=f"只有 {Role.GRID_WORKER} 账号可以用 --worker 指定岗位；收到 {role}。",
        field="worker",
    )


async def _add(new: service.NewAccount, *, organisation: str | None, worker: str | None) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        if organisation:
            owner = await organisation_by_code(db, organisation, field="organisation")
            new = replace(new, organisation_id=owner.id)
        if new.scope is not None:
            await _refuse_unknown(db, new.scope)
        if worker is not None:
            await require_vacant(db, worker)
        account = await service.add_account(db, new)
        if worker is not None:
            await link_posts(db, {worker: account.login})


async def _refuse_unknown(db: AsyncSession, scope: Scope) -> None:
    if (scope.level, scope.code) not in await areas_from(db, since=utc_now()):
        raise Invalid(
            "unknown_scope",
            en=f'No {scope.level} has the code "{scope.code}"; such an account would see nothing.',
            zh=f"{scope.level} 级没有编码为“{scope.code}”的区域；这样的账号看不到任何内容。",
            field="scope",
        )


@app.command("list")
def list_accounts() -> None:
    """List accounts with role, scope and state."""
    for account in asyncio.run(_accounts()):
        scope = f"{account.scope_level}/{account.scope_code}" if account.scope_code else "-"
        state = "disabled" if account.disabled_at else "active"
        typer.echo(f"{account.login}\t{account.role}\t{scope}\t{state}")


async def _accounts() -> list[Account]:
    async with opened(read_settings()) as database, database.sessions() as db:
        return await repository.accounts(db)


@app.command()
def disable(login: Login) -> None:
    """Lock an account out; every session and token of it ends."""
    asyncio.run(_disable(login))


async def _disable(login: str) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        account = await _named(db, login)
        account.disabled_at = account.disabled_at or utc_now()


@app.command()
def token(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "cli",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good.")] = 30,
) -> None:
    """Make a bearer token and print it once; it is kept as a hash only."""
    typer.echo(asyncio.run(_token(login, name, days)))


async def _token(login: str, name: str, days: int) -> str:
    async with opened(read_settings()) as database, database.transaction() as db:
        account = await _named(db, login)
        if account.disabled_at is not None:
            raise Conflict(
                "account_disabled",
                en=f'The account "{account.login}" is disabled; a token for it would open nothing.',
                zh=f"账号“{account.login}”已停用，为其生成的令牌无效。",
                field="login",
            )
        return await service.add_credential(
            db, account.id, kind="bearer", name=name, life=timedelta(days=days), now=utc_now()
        )


async def _named(db: AsyncSession, login: str) -> Account:
    account = await repository.account_by_login(db, login)
    if account is None:
        raise NotFound(en=f'There is no account "{login}".', zh=f"没有账号“{login}”。")
    return account
