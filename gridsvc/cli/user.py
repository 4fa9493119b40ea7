"""`gridsvc user`: accounts by hand."""

import asyncio
import secrets
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS
from gridsvc.areas.posts import link_posts, require_vacant
from gridsvc.auth import repository, service
from gridsvc.auth.appointing import named_account
from gridsvc.auth.audit import Deed, note
from gridsvc.auth.model import RoleRow
from gridsvc.auth.passwords import password_rules
from gridsvc.auth.principal import Scope, Sees
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Conflict, Invalid
from gridsvc.people import access
from gridsvc.people import service as people
from gridsvc.people.service import Asked

app = typer.Typer(
    no_args_is_help=True, help="Make, appoint, list and disable accounts; make tokens."
)

Login = Annotated[str, typer.Argument(help="Login name.")]
RoleCode = Annotated[str, typer.Option("--role", help="Code of the role; `roles` lists them.")]
Organisation = Annotated[str | None, typer.Option(help="Code of its organisation.")]
ScopeText = Annotated[
    str | None,
    typer.Option("--scope", help="LEVEL/CODE of the area it is for; the whole city without."),
]


@app.command()
def add(
    login: Login,
    *,
    role: RoleCode,
    organisation: Organisation = None,
    scope: ScopeText = None,
    worker: Annotated[str | None, typer.Option(help="Code of the post that it holds.")] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of its pages.")] = "zh",
    generate: Annotated[bool, typer.Option(help="Make a password and print it once.")] = False,
) -> None:
    """Make an account and appoint it. The password is asked for, or read from standard input."""
    service.check_login(login)
    asked = Asked(role=role, organisation=organisation, scope=parse_scope(scope))
    password = secrets.token_urlsafe(12) if generate else _read_password()
    asyncio.run(_add(service.NewAccount(login, password, language), asked, worker=worker))
    typer.echo(f"{login} {password}" if generate else login)


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


async def _add(new: service.NewAccount, asked: Asked, *, worker: str | None) -> None:
    settings = read_settings()
    rules = password_rules(settings)
    async with opened(settings) as database, database.transaction() as db:
        if worker is not None:
            await require_vacant(db, worker)
        account = await people.add_account(db, new, rules=rules, by=None, now=utc_now())
        await people.appoint(db, account.login, asked, by=None, now=utc_now())
        if worker is not None:
            await _refuse_idle_post(db, asked.role)
            await link_posts(db, {worker: account.login})


async def _refuse_idle_post(db: AsyncSession, code: str) -> None:
    role = await repository.role_by_code(db, code)
    if role is None or role.sees != Sees.OWN:
        raise Invalid(
            "idle_option",
            en=f"--worker means nothing for {code}, only for who sees grids by their post.",
            zh=f"--worker 只用于按岗位查看网格的角色；收到 {code}。",
            field="worker",
        )


@app.command()
def appoint(
    login: Login,
    *,
    role: RoleCode,
    organisation: Organisation = None,
    scope: ScopeText = None,
    since: Annotated[str | None, typer.Option("--from", help="From when on; now without.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until when; for good without.")] = None,
) -> None:
    """Appoint an account to one more role; print the appointment's id."""
    zone = read_settings().zone
    asked = Asked(
        role=role,
        organisation=organisation,
        scope=parse_scope(scope),
        valid_from=parse_time(since, zone) if since else None,
        valid_to=parse_time(until, zone) if until else None,
    )
    typer.echo(asyncio.run(_appoint(login, asked)))


async def _appoint(login: str, asked: Asked) -> UUID:
    async with opened(read_settings()) as database, database.transaction() as db:
        return (await people.appoint(db, login, asked, by=None, now=utc_now())).id


@app.command()
def dismiss(
    login: Login,
    appointment: Annotated[UUID, typer.Argument(help="As `appointments` prints it.")],
) -> None:
    """End an appointment; nothing is seen or done by it any more within a second."""
    asyncio.run(_dismiss(login, appointment))


async def _dismiss(login: str, appointment: UUID) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        await people.dismiss(db, login, appointment, by=None, now=utc_now())


@app.command()
def appointments(login: Login) -> None:
    """List an account's appointments: id, role, organisation, area, from and to."""
    for held in asyncio.run(_person(login)).held:
        row = held.row
        until = row.valid_to.isoformat() if row.valid_to else "-"
        typer.echo(
            f"{row.id}\t{row.role}\t{held.organisation or '-'}\t{_area(held)}"
            f"\t{row.valid_from.isoformat()}\t{until}"
        )


async def _person(login: str) -> people.Person:
    async with opened(read_settings()) as database, database.sessions() as db:
        return await people.person(db, login)


def _area(held: people.Held) -> str:
    return f"{held.row.level}/{held.row.code}" if held.row.code else "-"


@app.command("roles")
def list_roles() -> None:
    """List the roles: code, duty, what each sees, its permissions."""
    for role in asyncio.run(_roles()):
        typer.echo(f"{role.code}\t{role.duty}\t{role.sees}\t{' '.join(role.permissions)}")


async def _roles() -> Sequence[RoleRow]:
    async with opened(read_settings()) as database, database.sessions() as db:
        return await people.roles(db)


@app.command("list")
def list_accounts() -> None:
    """List accounts with what they are appointed to, one appointment a line, and their state."""
    for person in asyncio.run(_people()):
        state = "disabled" if person.account.disabled_at else "active"
        held = [(one.row.role, _area(one)) for one in person.held]
        for role, area in held or [("-", "-")]:
            typer.echo(f"{person.account.login}\t{role}\t{area}\t{state}")


async def _people() -> Sequence[people.Person]:
    async with opened(read_settings()) as database, database.sessions() as db:
        return await people.people(db, since=utc_now())


@app.command()
def disable(login: Login) -> None:
    """Lock an account out; every session and token of it ends."""
    asyncio.run(_disable(login))


async def _disable(login: str) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        await people.disable(db, login, by=None, now=utc_now())


@app.command()
def password(
    login: Login,
    *,
    generate: Annotated[bool, typer.Option(help="Make a password and print it once.")] = False,
) -> None:
    """Give an account a password for one sign-in, at which its owner chooses another."""
    given = secrets.token_urlsafe(12) if generate else _read_password()
    asyncio.run(_reset_password(login, given))
    typer.echo(f"{login} {given}" if generate else login)


async def _reset_password(login: str, given: str) -> None:
    settings = read_settings()
    rules = password_rules(settings)
    async with opened(settings) as database, database.transaction() as db:
        await access.reset_password(db, login, given, rules=rules, by=None, now=utc_now())


@app.command("reset-second-factor")
def reset_second_factor(login: Login) -> None:
    """Forget the second factor of somebody who has lost theirs; all that they have open ends."""
    asyncio.run(_reset_second_factor(login))


async def _reset_second_factor(login: str) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        await access.reset_second_factor(db, login, by=None, now=utc_now())


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
        account = await named_account(db, login)
        if account.disabled_at is not None:
            raise Conflict(
                "account_disabled",
                en=f'The account "{account.login}" is disabled; a token for it would open nothing.',
                zh=f"账号“{account.login}”已停用，为其生成的令牌无效。",
                field="login",
            )
        now, life = utc_now(), timedelta(days=days)
        await note(db, Deed.TOKEN_MADE, account.login, by=None, at=now, name=name, days=days)
        return await service.add_credential(
            db, account.id, kind="bearer", name=name, life=life, now=now
        )
