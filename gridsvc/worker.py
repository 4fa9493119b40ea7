"""The job process is put together here: everything that a job may do is listed in `make_jobs`.

A job that fails is tried again; one whose worker was killed is found by the silence of that
worker, and given to another. Either ends after `TRIES`; what waits for it is told so.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import procrastinate
from procrastinate.jobs import Status
from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc import tables
from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.releasing import release
from gridsvc.attachments.taking_in import take_in
from gridsvc.attachments.upkeep import go_on, remove_expired, remove_orphans
from gridsvc.auth import audit
from gridsvc.auth.keys import box_of, signing_key
from gridsvc.auth.model import Credential
from gridsvc.briefings.service import make_due
from gridsvc.calendars.repository import read_book
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import QUEUE
from gridsvc.db.session import Database
from gridsvc.files.storage import Storage
from gridsvc.incidents.deadlines import owed, review
from gridsvc.incidents.model import IdempotencyKey
from gridsvc.incidents.reporters import anonymise, reseal
from gridsvc.incidents.resuming import resume_due
from gridsvc.incidents.service import Desk
from gridsvc.lab.job import carry_out as carry_out_replay
from gridsvc.lab.job import end_given_up as end_replays
from gridsvc.live.cases import forget as forget_changes
from gridsvc.mail import posting
from gridsvc.mail.model import Mail
from gridsvc.mail.posting import Post, send_mail
from gridsvc.mail.server import Server
from gridsvc.mail.service import PURPOSE as MAIL
from gridsvc.notices.alarms import lay_out, ring
from gridsvc.notices.service import tell
from gridsvc.outbox.service import end_given_up as end_undelivered
from gridsvc.outbox.service import forget
from gridsvc.personal.contact import PURPOSE as REPORTERS
from gridsvc.planning.rerouting import carry_out
from gridsvc.planning.rerouting import end_given_up as end_reroutings
from gridsvc.proof.log import chain
from gridsvc.settings import Settings
from gridsvc.tiles.shapes import forget_shapes, make_shapes
from gridsvc.tiles.tally import add_up
from gridsvc.webhooks import announcing
from gridsvc.webhooks.addresses import Allowed
from gridsvc.webhooks.announcing import News
from gridsvc.webhooks.delivering import PURPOSE, Sender, deliver
from gridsvc.webhooks.model import Delivery
from gridsvc.whistles.reminders import ring_whistles

__all__ = ["make_jobs", "tables", "work"]

log = logging.getLogger("gridsvc.jobs")

KEYS_KEPT = timedelta(hours=24)
CHANGES_KEPT = timedelta(days=1)
"""Much longer than a stream may ask for: who wrote a change may commit it hours later."""
ENDED_KEPT = timedelta(days=30)
"""How long a job that failed for good, or a credential that opens nothing any more, is kept."""
TRIES = 10
RETRY = procrastinate.RetryStrategy(max_attempts=TRIES, exponential_wait=2)


def make_jobs(url: str, database: Database, settings: Settings | None = None) -> procrastinate.App:
    """List the jobs. Each may run more than once and must then do no more than once."""
    jobs = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    _list_notices(jobs, database)
    settings = settings or Settings()
    desk = Desk.of(settings)
    _list_webhooks(jobs, database, settings)
    _list_mail(jobs, database, settings)
    _list_rerouting(jobs, database, desk)
    _list_replays(jobs, database, settings)
    _list_attachments(jobs, Cabinet(database, Storage.of(settings), settings))
    _list_forgetting(jobs, database, settings)
    _list_endings(jobs, database)
    _list_proofs(jobs, database)
    _list_reminders(jobs, database, desk)
    _list_tiles(jobs, database)
    _list_watch_of_calendars(jobs, database, desk)
    _list_briefings(jobs, database, settings)
    _list_upkeep_of_jobs(jobs)
    _list_upkeep_of_changes(jobs, database)
    _list_upkeep_of_secrets(jobs, database)
    return jobs


def _list_notices(jobs: procrastinate.App, database: Database) -> None:
    @jobs.task(name="tell_owner", queue=QUEUE, retry=RETRY)
    async def _tell_owner(incident_id: str, sequence: int, organisation_id: str) -> None:
        incident, organisation = UUID(incident_id), UUID(organisation_id)
        async with database.transaction() as db:
            await tell(db, organisation, incident_id=incident, sequence=sequence, now=utc_now())


def _list_webhooks(jobs: procrastinate.App, database: Database, settings: Settings) -> None:
    @jobs.task(name="announce", queue=QUEUE, retry=RETRY)
    async def _announce(incident_id: str, sequence: int, kind: str) -> None:
        async with database.transaction() as db:
            await announcing.announce(db, News(UUID(incident_id), sequence, kind), now=utc_now())

    # How a try went is written down with the message; retried is only what could not be written.
    @jobs.task(name=announcing.TASK, queue=QUEUE, retry=RETRY)
    async def _deliver(message_id: str) -> None:
        box = box_of(PURPOSE, settings, signing_key=signing_key(settings))
        sender = Sender(box, Allowed.of(settings.webhook_allow), utc_now)
        await deliver(database, sender, UUID(message_id))


def _list_mail(jobs: procrastinate.App, database: Database, settings: Settings) -> None:
    @jobs.task(name="mail_notice", queue=QUEUE, retry=RETRY)
    async def _mail_notice(notice_id: str) -> None:
        if settings.smtp_host is not None:
            async with database.transaction() as db:
                await posting.make_mail(db, UUID(notice_id), now=utc_now())

    @jobs.task(name=posting.TASK, queue=QUEUE, retry=RETRY)
    async def _send_mail(message_id: str) -> None:
        box = box_of(MAIL, settings, signing_key=signing_key(settings))
        post = Post(Server.of(settings), box, settings.zone, utc_now)
        await send_mail(database, post, UUID(message_id))


def _list_rerouting(jobs: procrastinate.App, database: Database, desk: Desk) -> None:
    @jobs.task(name="reroute", queue=QUEUE, retry=RETRY)
    async def _reroute(rerouting_id: str) -> None:
        await carry_out(database, desk, UUID(rerouting_id), utc_now)


def _list_replays(jobs: procrastinate.App, database: Database, settings: Settings) -> None:
    @jobs.task(name="replay", queue=QUEUE, retry=RETRY)
    async def _replay(replay_id: str) -> None:
        await carry_out_replay(database, settings, UUID(replay_id), utc_now)


def _list_reminders(jobs: procrastinate.App, database: Database, desk: Desk) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="remind", queue=QUEUE, retry=RETRY)
    async def _remind(timestamp: int) -> None:
        log.info("looking at the clocks of cases, run of %s", timestamp)
        for batch in (
            lambda db: resume_due(db, desk, now=utc_now()),
            lambda db: lay_out(db, desk, now=utc_now()),
            lambda db: ring(db, now=utc_now()),
            lambda db: ring_whistles(db, now=utc_now()),
        ):
            await _all_of(database, batch)


async def _all_of(database: Database, batch: Callable[[AsyncSession], Awaitable[int]]) -> None:
    done = 1
    while done:
        async with database.transaction() as db:
            done = await batch(db)


def _list_attachments(jobs: procrastinate.App, cabinet: Cabinet) -> None:
    @jobs.task(name="take_in_upload", queue=QUEUE, retry=RETRY)
    async def _take_in(upload_id: str) -> None:
        await take_in(cabinet, UUID(upload_id), utc_now)

    @jobs.task(name="release_attachment", queue=QUEUE, retry=RETRY)
    async def _release(attachment_id: str) -> None:
        await release(cabinet, UUID(attachment_id), utc_now)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="go_on_with_uploads", queue=QUEUE, retry=RETRY)
    async def _go_on(timestamp: int) -> None:
        log.debug("going on with uploads that waited, run of %s", timestamp)
        await go_on(cabinet)

    @jobs.periodic(cron="47 * * * *")
    @jobs.task(name="remove_expired_uploads", queue=QUEUE, retry=RETRY)
    async def _remove_expired(timestamp: int) -> None:
        removed = await remove_expired(cabinet, now=utc_now())
        log.info("removed %s uploads that waited too long, run of %s", removed, timestamp)

    @jobs.periodic(cron="41 3 * * *")
    @jobs.task(name="remove_orphans", queue=QUEUE, retry=RETRY)
    async def _remove_orphans(timestamp: int) -> None:
        log.info("looking for objects without a row, run of %s", timestamp)
        await remove_orphans(cabinet, now=utc_now())


def _list_forgetting(jobs: procrastinate.App, database: Database, settings: Settings) -> None:
    @jobs.periodic(cron="13 2 * * *")
    @jobs.task(name="anonymise_reporters", queue=QUEUE, retry=RETRY)
    async def _anonymise(timestamp: int) -> None:
        log.info("forgetting reporters of cases closed long ago, run of %s", timestamp)
        before = utc_now() - timedelta(days=settings.personal_days)
        batch = partial(anonymise, closed_before=before, now=utc_now())
        await _all_of(database, batch)

    @jobs.periodic(cron="18 2 * * *")
    @jobs.task(name="reseal_reporters", queue=QUEUE, retry=RETRY)
    async def _reseal(timestamp: int) -> None:
        if settings.previous_secret_key is None:
            return
        log.info("sealing reporters with the newest key, run of %s", timestamp)
        box = box_of(REPORTERS, settings, signing_key=signing_key(settings))
        done: Sequence[UUID] = (UUID(int=0),)
        while done:
            async with database.transaction() as db:
                done = await reseal(db, box, after=done[-1])

    @jobs.periodic(cron="23 2 * * *")
    @jobs.task(name="forget_log", queue=QUEUE, retry=RETRY)
    async def _forget_log(timestamp: int) -> None:
        if settings.log_days is None:
            return
        log.info("forgetting old entries of the audit log, run of %s", timestamp)
        async with database.transaction() as db:
            await audit.forget(db, before=utc_now() - timedelta(days=settings.log_days))


def _list_proofs(jobs: procrastinate.App, database: Database) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="chain_log", queue=QUEUE, retry=RETRY)
    async def _chain_log(timestamp: int) -> None:
        log.info("chaining the audit log, run of %s", timestamp)
        await _all_of(database, chain)


def _list_tiles(jobs: procrastinate.App, database: Database) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="draw_for_tiles", queue=QUEUE, retry=RETRY)
    async def _draw_for_tiles(timestamp: int) -> None:
        log.info("drawing what tiles are cut from, run of %s", timestamp)
        await make_shapes(database, now=utc_now())
        async with database.transaction() as db:
            await add_up(db)

    @jobs.periodic(cron="51 3 * * *")
    @jobs.task(name="forget_drawings", queue=QUEUE, retry=RETRY)
    async def _forget_drawings(timestamp: int) -> None:
        log.info("forgetting drawings of maps that are past, run of %s", timestamp)
        await forget_shapes(database, now=utc_now())


def _list_endings(jobs: procrastinate.App, database: Database) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="end_given_up", queue=QUEUE, retry=RETRY)
    async def _end_given_up(timestamp: int) -> None:
        log.info("ending runs whose jobs were given up, run of %s", timestamp)
        async with database.transaction() as db:
            await end_reroutings(db, now=utc_now())
            await end_replays(db, now=utc_now())
            await end_undelivered(db, Delivery, task=announcing.TASK, now=utc_now())
            await end_undelivered(db, Mail, task=posting.TASK, now=utc_now())


def _list_watch_of_calendars(jobs: procrastinate.App, database: Database, desk: Desk) -> None:
    @jobs.periodic(cron="7 5 * * *")
    @jobs.task(name="watch_calendars", queue=QUEUE, retry=RETRY)
    async def _watch_calendars(timestamp: int) -> None:
        log.info("watching how far calendars reach, run of %s", timestamp)
        async with database.sessions() as db:
            book = await read_book(db, default=desk.calendar)
            found = review(await owed(db), book, at=utc_now())
        for name, past in found.past.items():
            log.warning(
                "%s deadlines lie past the last day that calendar %s knows", len(past), name
            )


def _list_briefings(jobs: procrastinate.App, database: Database, settings: Settings) -> None:
    # Asked every minute, so that a morning that was slept through is made up for.
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="brief", queue=QUEUE, retry=RETRY)
    async def _brief(timestamp: int) -> None:
        if await make_due(database, settings, now=utc_now()):
            log.info("made the briefing of today, run of %s", timestamp)


def _list_upkeep_of_jobs(jobs: procrastinate.App) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="resume_stalled", queue=QUEUE, retry=RETRY)
    async def _resume_stalled(timestamp: int) -> None:
        for job in await jobs.job_manager.get_stalled_jobs(queue=QUEUE):
            log.warning("the worker of job %s is gone, run of %s", job.id, timestamp)
            if job.attempts < TRIES:
                await jobs.job_manager.retry_job(job)
            else:  # It may be what kills its workers.
                await jobs.job_manager.finish_job(job, Status.FAILED, delete_job=False)

    @jobs.periodic(cron="27 * * * *")
    @jobs.task(name="forget_jobs", queue=QUEUE, retry=RETRY)
    async def _forget_jobs(timestamp: int) -> None:
        log.info("forgetting jobs that have failed, run of %s", timestamp)
        hours = ENDED_KEPT // timedelta(hours=1)
        await jobs.job_manager.delete_old_jobs(hours, queue=QUEUE, include_failed=True)


def _list_upkeep_of_changes(jobs: procrastinate.App, database: Database) -> None:
    @jobs.periodic(cron="57 * * * *")
    @jobs.task(name="forget_changes", queue=QUEUE, retry=RETRY)
    async def _forget_changes(timestamp: int) -> None:
        log.info("forgetting changes that were told long ago, run of %s", timestamp)
        async with database.transaction() as db:
            await forget_changes(db, before=utc_now() - CHANGES_KEPT)


def _list_upkeep_of_secrets(jobs: procrastinate.App, database: Database) -> None:
    @jobs.periodic(cron="17 * * * *")
    @jobs.task(name="forget_keys", queue=QUEUE, retry=RETRY)
    async def _forget_keys(timestamp: int) -> None:
        log.info("forgetting idempotency keys, run of %s", timestamp)
        async with database.transaction() as db:
            old = IdempotencyKey.created_at < utc_now() - KEYS_KEPT
            await db.execute(delete(IdempotencyKey).where(old))

    @jobs.periodic(cron="47 * * * *")
    @jobs.task(name="forget_messages", queue=QUEUE, retry=RETRY)
    async def _forget_messages(timestamp: int) -> None:
        log.info("forgetting messages that have ended, run of %s", timestamp)
        async with database.transaction() as db:
            for kind in (Delivery, Mail):
                await forget(db, kind, before=utc_now() - ENDED_KEPT)

    @jobs.periodic(cron="37 * * * *")
    @jobs.task(name="forget_credentials", queue=QUEUE, retry=RETRY)
    async def _forget_credentials(timestamp: int) -> None:
        log.info("forgetting ended credentials, run of %s", timestamp)
        before = utc_now() - ENDED_KEPT
        ended = or_(Credential.expires_at < before, Credential.revoked_at < before)
        async with database.transaction() as db:
            await db.execute(delete(Credential).where(ended))


async def work(url: str, *, settings: Settings | None = None, once: bool = False) -> None:
    """Run jobs until told to stop; `once` ends when nothing is left to do."""
    database = Database.connect(url, pool_size=4)
    jobs = make_jobs(url, database, settings)
    try:
        async with jobs.open_async():
            await jobs.run_worker_async(
                queues=[QUEUE], wait=not once, concurrency=4, delete_jobs="successful"
            )
    finally:
        await database.close()
