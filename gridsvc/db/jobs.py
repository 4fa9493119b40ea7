"""Enqueuing a job in the caller's transaction: the work is done if, and only if, it commits.

The queue is procrastinate's; its own SQL function is called, so that no second connection is
needed. What each job does is listed in `gridsvc.worker`.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal_column, null, select
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType

QUEUE = "gridsvc"


class _JobToDefer(UserDefinedType[object]):
    """The queue's composite type of a job that is not yet stored."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "procrastinate_job_to_defer_v1"


def deferred(task: str, arguments: ColumnElement[Any]) -> ColumnElement[Any]:
    """Make the expression that enqueues a task; `arguments` is a jsonb object of its arguments."""
    job = func.row(
        literal_column(f"'{QUEUE}'"),
        literal_column(f"'{task}'"),
        literal_column("0"),
        null(),
        null(),
        arguments,
        null(),
    )
    return func.procrastinate_defer_jobs_v1(array([cast(job, _JobToDefer())]))


async def defer(db: AsyncSession, task: str, **arguments: str | int) -> None:
    """Enqueue a task in the session's transaction."""
    given = bindparam("arguments", arguments, type_=JSONB)
    await db.execute(select(cast(deferred(task, given), String)))
