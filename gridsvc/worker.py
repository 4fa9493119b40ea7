"""The job process is put together here: everything that a job may do is listed in `make_jobs`."""

import logging
from datetime import timedelta
from uuid import UUID

import procrastinate
from sqlalchemy import delete

from gridsvc import tables
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import QUEUE
from gridsvc.db.session import Database
from gridsvc.incidents.model import IdempotencyKey
from gridsvc.notices.service import tell_owner

__all__ = ["make_jobs", "tables", "work"]

log = logging.getLogger("gridsvc.jobs")

KEYS_KEPT = timedelta(hours=24)
RETRY = procrastinate.RetryStrategy(max_attempts=10, exponential_wait=2)


def make_jobs(url: str, database: Database) -> procrastinate.App:
    """List the jobs. Each may run more than once and must then do no more than once."""
    jobs = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @jobs.task(name="tell_owner", queue=QUEUE, retry=RETRY)
    async def _tell_owner(incident_id: str, kind: str) -> None:
        async with database.transaction() as db:
            await tell_owner(db, UUID(incident_id), kind, now=utc_now())

    @jobs.periodic(cron="17 * * * *")
    @jobs.task(name="forget_keys", queue=QUEUE, retry=RETRY)
    async def _forget_keys(timestamp: int) -> None:
        log.info("forgetting idempotency keys, run of %s", timestamp)
        async with database.transaction() as db:
            old = IdempotencyKey.created_at < utc_now() - KEYS_KEPT
            await db.execute(delete(IdempotencyKey).where(old))

    return jobs


async def work(url: str, *, once: bool = False) -> None:
    """Run jobs until told to stop; `once` ends when nothing is left to do."""
    database = Database.connect(url, pool_size=4)
    jobs = make_jobs(url, database)
    try:
        async with jobs.open_async():
            await jobs.run_worker_async(queues=[QUEUE], wait=not once, concurrency=4)
    finally:
        await database.close()
