"""Notices come by e-mail to who wishes it and may read them; what is not taken is tried again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role
from gridsvc.briefings.model import BriefingRow
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.doctor.finding import Verdict
from gridsvc.doctor.mail import mail as examined
from gridsvc.mail.server import Server
from gridsvc.notices.service import tell, tell_of_briefing
from gridsvc.outbox.backoff import BACKOFF
from gridsvc.settings import Settings
from gridsvc.worker import make_jobs
from tests.factories import report_body
from tests.fixtures.web import SIGNING_KEY, ClientOf
from tests.mail.postbox import Postbox, postbox

WISH = {"address": "duty@clean.example", "topics": ["event"]}
DUE = (
    "DELETE FROM procrastinate_jobs WHERE task_name IN ('mail_notice', 'send_mail')"
    " AND coalesce(scheduled_at, '-infinity') <= clock_timestamp() + :ahead"
    " RETURNING task_name, args"
)


@pytest_asyncio.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as found:
        yield found


@dataclass(frozen=True, slots=True)
class Office:
    """An account that reads an organisation's inbox, and the job process, run by hand."""

    client: httpx.AsyncClient
    db: AsyncSession
    database: Database
    settings: Settings
    owner: UUID

    async def told(self, incident: UUID, *, sequence: int = 1) -> None:
        owner, now = self.owner, utc_now()
        await tell(self.db, owner, incident_id=incident, sequence=sequence, now=now)
        await self.db.commit()

    async def work(self, *, ahead: timedelta = timedelta()) -> int:
        """Do the jobs that are due; give how many there were."""
        jobs, done = make_jobs("postgresql://-", self.database, self.settings), 0
        while due := (await self.db.execute(text(DUE), {"ahead": ahead})).all():
            await self.db.commit()
            ahead = timedelta()
            for name, arguments in due:
                await jobs.tasks[name](**arguments)
            done += len(due)
        return done

    async def states(self) -> dict[str, int]:
        found: dict[str, int] = (await self.client.get("/v1/me/mail")).json()["states"]
        return found


@pytest_asyncio.fixture
async def office(client_of: ClientOf, database: Database, db: AsyncSession, box: Postbox) -> Office:
    settings = Settings(
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_tls="none",
        smtp_from="service@city.example",
        secret_key=SIGNING_KEY,
    )
    owner = (await organisation_by_code(db, "clean1", field="lead")).id
    client = await client_of(Role.DEPARTMENT_HANDLER, organisation=owner)
    assert (await client.put("/v1/me/mail", json=WISH)).status_code == 200
    return Office(client, db, database, settings, owner)


@pytest_asyncio.fixture
async def incident(client_of: ClientOf) -> UUID:
    worker = await client_of(Role.GRID_WORKER)
    answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5))
    return UUID(answer.json()["id"])


@pytest.mark.parametrize(
    ("language", "title", "word"),
    [("zh", "新案件待处理", "签收"), ("en", "a new case for you", "accept and handle")],
)
async def test_a_notice_comes_in_ones_own_language(
    office: Office, box: Postbox, incident: UUID, language: str, title: str, word: str
) -> None:
    await office.db.execute(text("UPDATE account SET language = :it"), {"it": language})
    await office.told(incident)
    assert await office.work() == 2
    await office.told(incident)  # again: it was told before
    assert await office.work() == 0
    (mail,) = box.mails
    (notice,) = (await office.client.get(f"/v1/notices?lang={language}")).json()
    assert (mail["To"], mail["From"]) == ("duty@clean.example", "service@city.example")
    assert mail["Subject"] == notice["title"]
    assert title in mail["Subject"]
    assert mail.get_content().strip() == notice["text"]
    assert word in notice["text"]
    assert "暴露垃圾" not in str(mail.get_content())
    assert await office.states() == {"done": 1}


@pytest.mark.parametrize(
    ("topics", "sent"),
    [(["event"], 1), (["report"], 1), (["overdue", "close"], 0), ([], 0)],
)
async def test_only_what_is_wished_for_comes(
    office: Office, box: Postbox, incident: UUID, topics: list[str], sent: int
) -> None:
    await office.client.put("/v1/me/mail", json={**WISH, "topics": topics})
    await office.told(incident)
    await office.work()
    assert len(box.mails) == sent


async def test_a_briefing_is_told_to_who_wishes_it(office: Office, box: Postbox) -> None:
    await office.client.put("/v1/me/mail", json={**WISH, "topics": ["briefing"]})
    now = utc_now()
    office.db.add(BriefingRow(day=now.date(), made_at=now, content={}))
    await office.db.flush()
    for _ in range(2):
        await tell_of_briefing(office.db, [office.owner], day=now.date(), now=now)
    await office.db.commit()
    await office.work()
    (mail,) = box.mails
    assert now.date().isoformat() in mail["Subject"]
    assert f"/v1/briefings/{now.date()}.pdf" in mail.get_content()


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE account SET disabled_at = now() WHERE login = 'department_handler'",
        "UPDATE appointment SET valid_to = now() WHERE role = 'department_handler'",
        "DELETE FROM mail_wish",
    ],
)
async def test_who_may_not_read_it_any_more_gets_none(
    office: Office, box: Postbox, incident: UUID, how: str
) -> None:
    box.refuses = {"RCPT": "451 later"}
    await office.told(incident)
    await office.work()
    await office.db.execute(text(how))
    box.refuses = {}
    assert await office.work(ahead=BACKOFF.longest) == 1
    assert box.mails == []
    states = await office.db.scalars(text("SELECT state FROM mail"))
    assert list(states) == ["withheld"]


@pytest.mark.parametrize(
    ("refuses", "error"),
    [
        ({"RCPT": "550 no such box"}, "recipient_refused"),
        ({"MAIL": "451 busy"}, "refused: 451"),
        ({"DATA": "554 no"}, "refused: 554"),
        ({"EHLO": "421 closed", "HELO": "421 closed"}, "refused: 421"),
    ],
)
async def test_what_is_not_taken_is_tried_again_and_given_up(
    office: Office, box: Postbox, incident: UUID, refuses: dict[str, str], error: str
) -> None:
    box.refuses = refuses
    await office.told(incident)
    await office.work()
    assert list(await office.db.scalars(text("SELECT error FROM mail"))) == [error]
    assert await office.work() == 0  # its time has not come
    await office.db.execute(text("UPDATE mail SET attempts = attempts + :n"), {"n": 8})
    await office.work(ahead=BACKOFF.longest)
    assert await office.states() == {"dead": 1}


async def test_a_server_that_was_down(office: Office, incident: UUID) -> None:
    async with postbox() as gone:
        pass
    down = office.settings.model_copy(update={"smtp_port": gone.port})
    await Office(office.client, office.db, office.database, down, office.owner).told(incident)
    await Office(office.client, office.db, office.database, down, office.owner).work()
    assert await office.states() == {"waiting": 1}
    assert await office.work(ahead=BACKOFF.first) == 1
    assert await office.states() == {"done": 1}


async def test_without_a_server_nothing_is_made(office: Office, incident: UUID) -> None:
    silent = Office(office.client, office.db, office.database, Settings(), office.owner)
    await silent.told(incident)
    assert await silent.work() == 1
    assert await silent.states() == {}


async def test_wishes_are_ones_own(office: Office, client_of: ClientOf, db: AsyncSession) -> None:
    wish = (await office.client.get("/v1/me/mail")).json()
    assert wish == {**WISH, "sent": False, "states": {}}
    sealed = await db.scalar(text("SELECT address FROM mail_wish"))
    assert b"clean.example" not in sealed
    other = await client_of(Role.DISPATCHER, login="other")
    assert (await other.get("/v1/me/mail")).status_code == 404
    assert (await other.delete("/v1/me/mail")).status_code == 204
    assert (await office.client.delete("/v1/me/mail")).status_code == 204
    assert (await office.client.get("/v1/me/mail")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"address": "nobody"}, "invalid"),
        ({"address": "a@b.example\r\nBcc: c@d.example"}, "invalid"),
        ({"address": "a@b.example, c@d.example"}, "invalid"),
        ({"address": "王@b.example"}, "invalid"),
        ({"address": "a" * 250 + "@b.example"}, "invalid"),
        ({"topics": ["gossip"]}, "unknown_topic"),
        ({"topics": "event"}, "invalid"),
        ({"copy": True}, "invalid"),
    ],
)
async def test_what_cannot_be_wished(office: Office, changes: dict[str, Any], code: str) -> None:
    answer = await office.client.put("/v1/me/mail", json={**WISH, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


class TestExamined:
    async def test_a_server_that_takes_it(self, office: Office) -> None:
        found = await asyncio.to_thread(examined, office.settings)
        assert found.verdict is Verdict.RIGHT

    def test_none(self) -> None:
        assert examined(Settings()).verdict is Verdict.SKIPPED

    def test_one_that_does_not_answer(self, tmp_path: Path) -> None:
        away = Settings(smtp_host="127.0.0.1", smtp_port=9, smtp_tls="tls")
        assert examined(away).verdict is Verdict.WRONG
        no_file = Settings(smtp_host="127.0.0.1", smtp_secret_file=tmp_path / "none")
        assert examined(no_file).verdict is Verdict.WRONG

    def test_the_password_is_the_files(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("opensesame\n")
        server = Server.of(Settings(smtp_host="mail.example", smtp_secret_file=file))
        assert server is not None
        assert (server.password, server.sender) == ("opensesame", "gridsvc@mail.example")
