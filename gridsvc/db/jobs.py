"""Enqueuing a job in the caller's transaction: the work is done if, and only if, it commits.

The queue is procrastinate's; its own SQL function is called, so that no second connection is
needed. What each job does is listed in `gridsvc.worker`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    null,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType

QUEUE = "gridsvc"
GAVE_UP: Mapping[str, str] = {
    "code": "gave_up",
    "en": "It failed again and again and was given up; the log of the job process says why. "
    "It can be started anew.",
    "zh": "多次失败，已放弃；原因见任务进程日志。可以重新开始。",
}
"""Why something failed whose job is not tried any more."""
_JOBS = table("procrastinate_jobs", column("task_name"), column("status"), column("args", JSONB))


class _JobToDefer(UserDefinedType[object]):
    """The queue's composite type of a job that is not yet stored."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "procrastinate_job_to_defer_v1"


def deferred(
    task: str, arguments: ColumnElement[Any], *, at: ColumnElement[Any] | None = None
) -> ColumnElement[Any]:
    """Make the expression that enqueues a task; `arguments` is a jsonb object of its arguments.

    It is done soon, or not before `at`.
    """
    job = func.row(
        literal_column(f"'{QUEUE}'"),
        literal_column(f"'{task}'"),
        literal_column("0"),
        null(),
        null(),
        arguments,
        null() if at is None else at,
    )
    return func.procrastinate_defer_jobs_v1(array([cast(job, _JobToDefer())]))


async def defer(db: AsyncSession, task: str, **arguments: str | int) -> None:
    """Enqueue a task in the session's transaction."""
    given = bindparam("arguments", arguments, type_=JSONB)
    await db.execute(select(cast(deferred(task, given), String)))


async def defer_until(db: AsyncSession, task: str, at: datetime, **arguments: str | int) -> None:
    """Enqueue a task that is not to be done before a time."""
    given = bindparam("arguments", arguments, type_=JSONB)
    then = bindparam("at", at, type_=DateTime(timezone=True))
    await db.execute(select(cast(deferred(task, given, at=then), String)))


def given_up(task: str, argument: str, value: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Make the condition that no job of a task with an argument waits or is being done any more."""
    own = (_JOBS.c.task_name == task) & (_JOBS.c.args[argument].astext == cast(value, String))
    return ~exists().where(own, cast(_JOBS.c.status, String).in_(["todo", "doing"]))
