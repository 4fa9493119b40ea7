"""`gridsvc draft`: drafts of the map by hand, from the first line to the roll-back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.measure import counted
from geodata.read import Columns
from geodata.repair import Fix
from gridsvc.areas.parents import ParentBy
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Appointment, Principal, Role, Sees
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import SHOWN, say, say_all, spoken
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.planning import (
    activation,
    drafts,
    editing,
    reading,
    rebasing,
    rows,
    service,
    uploading,
)
from gridsvc.planning.difference import LayerDiff
from gridsvc.planning.drafts import Actor, Wanted
from gridsvc.planning.kinds import Kind
from gridsvc.planning.rebasing import Prefer
from gridsvc.planning.schemas import ROLLBACK, EditIn
from gridsvc.planning.uploading import Upload
from gridsvc.routing.service import Router

app = typer.Typer(
    no_args_is_help=True, help="Draft a change of the map, check it, activate it, roll it back."
)

_EDIT: TypeAdapter[EditIn] = TypeAdapter(EditIn)
_NOBODY = UUID(int=0)
OPERATOR = Principal(
    account_id=_NOBODY,
    credential_id=_NOBODY,
    login="-",
    appointments=(
        Appointment(
            role=Role.PLANNER,
            name="规划员",
            name_en="planner",
            permissions=frozenset({Permission.INCIDENTS_READ}),
            sees=Sees.AREA,
        ),
    ),
    language="zh",
)
"""Who works at the machine itself sees the whole city, as who may read its database does."""

Result = TypeVar("Result")
Work = Callable[[AsyncSession, Actor], Awaitable[Result]]
DraftId = Annotated[UUID, typer.Argument(help="The draft, as `new` and `list` print it.")]
When = Annotated[str | None, typer.Option(help="Date or time from which it holds; now by default.")]
Layer = Annotated[str | None, typer.Option(help="Layer: a level, or a zone layer.")]
Table = Annotated[Kind | None, typer.Option(help="A table instead of a layer.")]
Reason = Annotated[str, typer.Option(help="Why, in writing.")]


def _done(work: Work[Result]) -> Result:
    async def run() -> Result:
        async with opened(read_settings()) as database, database.transaction() as db:
            return await work(db, Actor(None, utc_now()))

    return asyncio.run(run())


def _time(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text, read_settings().zone)


def _said_time(moment: datetime | None) -> str:
    return f"{moment.astimezone(read_settings().zone):%Y-%m-%d %H:%M %Z}" if moment else "-"


def _wanted(layer: str | None, table: Kind | None, **more: object) -> Wanted:
    make: Callable[..., Wanted] = Wanted
    return make(kind=table or Kind.LAYER, layer=layer, **more)


@app.command()
def new(
    *,
    title: Annotated[str, typer.Option(help="What the draft is for.")],
    layer: Layer = None,
    table: Table = None,
    note: Annotated[str, typer.Option(help="More about it; the release will carry it.")] = "",
    release: Annotated[int | None, typer.Option(help="Start from this release.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Start from the rows of a time.")] = None,
) -> None:
    """Make a draft of what is in force; its id is printed."""
    wanted = _wanted(layer, table, title=title, note=note, release=release, as_of=_time(as_of))
    made = _done(lambda db, actor: drafts.start(db, wanted, actor))
    typer.echo(str(made.id))


@app.command("list")
def list_() -> None:
    """List the drafts, the newest first."""
    found, _ = _done(lambda db, _: reading.page(db, limit=SHOWN, after=None))
    for one in found:
        typer.echo(f"{one['id']} {one['state']:<10} {one['layer'] or one['kind']} {one['title']}")


@app.command()
def edit(
    draft: DraftId,
    change: Annotated[str, typer.Argument(help="The edit as JSON, as the API takes it.")],
) -> None:
    """Make one edit: add, change, split, merge, recode or remove areas."""
    try:
        wanted = _EDIT.validate_json(change)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]
        where = ".".join(map(str, said["loc"])) or "edit"
        raise Invalid(
            "invalid_edit",
            en=f"The edit cannot be read: {where}: {said['msg']}.",
            zh=f"无法识别该修改：{where}：{said['msg']}。",
            field=where,
        ) from error
    told = wanted.model_dump(mode="json", exclude_unset=True)
    made = wanted.edit()
    _done(lambda db, who: editing.change(db, draft, made, version=None, said=told, actor=who))
    say("Done.", "已完成。")


@app.command()
def upload(
    draft: DraftId,
    file: Annotated[Path, typer.Argument(help="A boundary file, or for a table a spreadsheet.")],
    *,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    code: Annotated[str, typer.Option(help="Column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="Column with the name.")] = "name",
    parent: Annotated[str | None, typer.Option(help="Column with the parent's code.")] = None,
    parent_by: Annotated[
        ParentBy, typer.Option(help="How to find parents that no column names.")
    ] = ParentBy.CODE,
    crs: Annotated[str | None, typer.Option(help="Where the file says none.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the attribute table, or of a CSV.")
    ] = None,
    repair: Annotated[list[Fix] | None, typer.Option(help="Repeatable.")] = None,
) -> None:
    """Put all areas, or all rows, of a file into a draft, in the place of its own."""
    asked = Upload(
        path=file,
        columns=Columns(code=code, name=name, parent=parent),
        source_layer=layer,
        crs=crs,
        encoding=encoding,
        parent_by=parent_by,
        fixes=frozenset(repair or ()),
    )

    async def put(db: AsyncSession, actor: Actor) -> None:
        found = await reading.one(db, draft)
        if found["kind"] == Kind.LAYER:
            await uploading.replace_areas(db, draft, asked, version=None, actor=actor)
        else:
            await rows.put_sheet(db, draft, file, encoding=encoding, version=None, actor=actor)

    _done(put)
    say("Done.", "已完成。")


@app.command()
def check(draft: DraftId) -> None:
    """Check a draft; what is wrong is printed with its key, and the exit status is 1."""
    found = _done(lambda db, who: service.checks(db, draft, at=who.now))
    say_all([f"[{one.severity}] {one.code} {one.key}: {spoken(one)}" for one in found])
    blocking = sum(one.blocks for one in found)
    say(
        f"{counted(len(found), 'finding')}, {blocking} in the way of activation.",
        f"检查结果 {len(found)} 项，其中 {blocking} 项阻止生效。",
    )
    raise typer.Exit(1 if blocking else 0)


@app.command()
def diff(draft: DraftId) -> None:
    """Say what a draft changes of what is in force."""
    found = _done(lambda db, who: service.diff(db, draft, at=who.now))
    if isinstance(found, LayerDiff):
        say_all([spoken(one) for one in found.areas.sentences])
        typer.echo(spoken(found.areas.summary))
        return
    lines = [("-", row) for row in found.removed] + [("+", row) for row in found.added]
    say_all([f"{sign} {json.dumps(row, ensure_ascii=False)}" for sign, row in lines])


@app.command()
def cases(draft: DraftId) -> None:
    """Say which open cases would change owner, the most pressing first."""
    router = Router.of(read_settings())
    found = _done(
        lambda db, who: service.cases(db, router, draft, at=who.now, who=OPERATOR, now=who.now)
    )
    say_all(
        [
            f"{one['reference']} {one['lead']['code'] if one['lead'] else '-'} -> "
            f"{one['new_lead']['code']} {one['due_at']:%Y-%m-%d %H:%M}"
            for one in found["cases"]
        ]
    )
    say(
        f"{found['changed']} of {found['total']} open cases would change owner.",
        f"{found['total']} 件未结案件中有 {found['changed']} 件将改变责任单位。",
    )


@app.command()
def accept(
    draft: DraftId,
    findings: Annotated[list[str], typer.Argument(help="Keys, or kinds of finding.")],
    *,
    reason: Reason,
) -> None:
    """Take responsibility for findings, with the reason in writing."""

    async def take(db: AsyncSession, actor: Actor) -> None:
        known = {one.key for one in await service.checks(db, draft, at=actor.now)}
        await activation.accept(
            db,
            draft,
            keys=[one for one in findings if one in known],
            codes=[one for one in findings if one not in known],
            reason=reason,
            version=None,
            actor=actor,
        )

    _done(take)
    say("Accepted.", "已接受。")


@app.command()
def activate(draft: DraftId, *, at: When = None) -> None:
    """Put a draft in force, now or from a later time on."""
    when = _time(at)
    made = _done(lambda db, who: activation.activate(db, draft, at=when, version=None, actor=who))
    since = _said_time(made.valid_from)
    say(f"In force from {since} on.", f"自 {since} 起生效。")


@app.command()
def cancel(draft: DraftId) -> None:
    """Take back an activation before its time; the draft is open again."""
    _done(lambda db, who: activation.cancel(db, draft, actor=who))
    say("Taken back; the draft is open.", "已撤回，草案可继续修改。")


@app.command()
def rebase(
    draft: DraftId,
    *,
    prefer: Annotated[
        Prefer, typer.Option(help="Whose areas count where both changed the same ones.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Onto what is planned to be in force at this time.")
    ] = None,
) -> None:
    """Carry a draft over to what is in force now, or is planned to be."""
    onto = _time(at)
    _done(
        lambda db, who: rebasing.rebase(db, draft, prefer=prefer, at=onto, version=None, actor=who)
    )
    say("Rebased.", "已变基。")


@app.command()
def discard(draft: DraftId) -> None:
    """Lay a draft aside."""
    _done(lambda db, who: drafts.discard(db, draft, version=None, actor=who))
    say("Discarded.", "已放弃。")


@app.command()
def rollback(
    *,
    reason: Reason,
    layer: Layer = None,
    table: Table = None,
    release: Annotated[int | None, typer.Option(help="The layer's release to restore.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The table's time to restore.")] = None,
    at: When = None,
) -> None:
    """Restore exactly what once was: an earlier release, or a table as of a time."""
    title = f"{ROLLBACK}{reason}"[:200]
    wanted = _wanted(layer, table, title=title, note=reason, release=release, as_of=_time(as_of))
    when = _time(at)
    made = _done(
        lambda db, who: activation.roll_back(db, wanted, at=when, reason=reason, actor=who)
    )
    since = _said_time(made.valid_from)
    say(f"Restored from {since} on.", f"自 {since} 起恢复。")
