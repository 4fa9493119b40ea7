"""A running hub: told at once, ended when it must be, holding nothing for who does not listen."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import AppointmentRow, Credential
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import TooManyRequests
from gridsvc.live import hub as hubs
from gridsvc.live.hub import Hub
from gridsvc.live.viewers import WAITING, Viewer
from tests.factories import make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.stream.watching import Board, appointed, events, viewer

DAY = timedelta(days=1)
PATIENCE_S = 30


@pytest_asyncio.fixture
async def hub(own: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub that listens, and takes no rest."""
    for rest in ("REST_S", "AGAIN_AFTER_S"):
        monkeypatch.setattr(hubs, rest, 0.01)
    made = Hub(own, utc_now)
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    await asyncio.wait([running])


async def until(board: Board, stream: AsyncIterator[bytes], wanted: int) -> None:
    """Read on until a board shows so many cases."""
    async with asyncio.timeout(PATIENCE_S):
        while len(board.cases) != wanted or not board.figures:
            board.apply([await anext(stream)])


async def report(own: Database, login: str) -> None:
    async with own.transaction() as db:
        db.add(incident(await Register.read(db), await make_account(db, login)))


async def test_what_happens_is_told_though_the_ear_was_lost(own: Database, hub: Hub) -> None:
    one = await viewer(own, await appointed(own, "centre", Role.COMMAND_CENTRE), DAY)
    hub.join(one)
    stream, board = one.messages(), Board()
    await until(board, stream, 0)
    await report(own, "first")
    await until(board, stream, 1)
    async with own.transaction() as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                " query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
    await report(own, "second")
    await until(board, stream, 2)
    hub.leave(one)
    assert hub.groups == {}


async def test_a_defect_is_told_in_the_log_and_ends_nothing_for_good(
    own: Database, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    one = await viewer(own, await appointed(own, "centre", Role.COMMAND_CENTRE), DAY)

    def broken() -> datetime:
        raise KeyError("a defect")

    hub.clock = broken
    hub.join(one)
    async with asyncio.timeout(PATIENCE_S):
        told = [part async for part in one.messages()]
    hub.leave(one)
    assert next(events(told[-1:]))[:2] == ("end", {"reason": "away"})
    assert "telling live broke off" in caplog.text
    hub.clock = utc_now
    again = await viewer(own, await appointed(own, "another", Role.COMMAND_CENTRE), DAY)
    hub.join(again)
    stream, board = again.messages(), Board()
    await report(own, "reporter")
    await until(board, stream, 1)


async def test_a_defect_in_looking_again_stops_neither_looking_nor_telling(
    own: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for rest in ("AGAIN_AFTER_S", "LOOKED_AGAIN_S"):
        monkeypatch.setattr(hubs, rest, 0.01)
    looked = asyncio.Event()

    def broken_once() -> datetime:
        if "telling live broke off" not in caplog.text:
            raise KeyError("a defect")
        looked.set()
        return utc_now()

    hub = Hub(own, broken_once)
    one = await viewer(own, await appointed(own, "centre", Role.COMMAND_CENTRE), DAY)
    hub.join(one)
    # Of the two only looking again reads the clock: nobody is told anything here.
    running = asyncio.create_task(hub._through_outages(hub._watch))
    async with asyncio.timeout(PATIENCE_S):
        await looked.wait()
    running.cancel()
    await asyncio.wait([running])
    assert end_of(one) == "away"


async def test_a_stream_ends_with_what_it_was_opened_by(own: Database) -> None:
    """Told apart: signed out, appointed to something else, and all as it was."""
    hub = Hub(own, utc_now)
    accounts = [await appointed(own, f"c{n}", Role.COMMAND_CENTRE) for n in range(4)]
    watching = [await viewer(own, one, DAY) for one in accounts]
    for one in watching:
        hub.join(one)
    assert len(hub.groups) == 1, "who sees the same is told the same"
    async with own.transaction() as db:
        await end_credentials(db, watching[0])
        ended = update(AppointmentRow).values(valid_to=utc_now())
        await db.execute(ended.where(AppointmentRow.account_id == accounts[1].id))
        moved = update(AppointmentRow).values(level="street", code="S1")
        await db.execute(moved.where(AppointmentRow.account_id == accounts[2].id))
    await hub.look_again()
    assert [end_of(one) for one in watching] == ["signed_out", "signed_out", "changed", None]


async def end_credentials(db: AsyncSession, one: Viewer) -> None:
    own = Credential.secret_hash == one.secret_hash
    await db.execute(update(Credential).where(own).values(revoked_at=utc_now()))


def end_of(one: Viewer) -> str | None:
    board = Board()
    board.apply(one.taken())
    return board.end


async def test_who_takes_nothing_is_let_go_and_holds_nothing(own: Database) -> None:
    hub = Hub(own, utc_now)
    slow = await viewer(own, await appointed(own, "slow", Role.COMMAND_CENTRE), DAY)
    hub.join(slow)
    for _ in range(WAITING + 1):
        slow.tell(b"event: pulse\ndata: {}\n\n")
    slow.tell(b"event: changes\ndata: {}\n\n")
    assert [(name, data) for name, data, _ in events(slow.taken())] == [
        ("end", {"reason": "behind"})
    ]


async def test_a_process_that_stops_ends_all(own: Database) -> None:
    hub = Hub(own, utc_now)
    one = await viewer(own, await appointed(own, "centre", Role.COMMAND_CENTRE), DAY)
    hub.join(one)
    hub.stop()
    late = Viewer(one.who, "bearer", b"", None)
    hub.join(late)
    for each in (one, late):
        async with asyncio.timeout(PATIENCE_S):
            said = [told async for told in each.messages()]
        assert b"stopping" in said[-1]


async def test_streams_are_counted(own: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "STREAMS_OF_ONE", 1)
    monkeypatch.setattr(hubs, "STREAMS", 2)
    hub = Hub(own, utc_now)
    people = [
        await viewer(own, await appointed(own, f"c{n}", Role.COMMAND_CENTRE), DAY) for n in range(3)
    ]
    hub.join(people[0])
    with pytest.raises(TooManyRequests):
        hub.require_room(people[0].who)
    hub.require_room(people[1].who)
    hub.join(people[1])
    with pytest.raises(TooManyRequests):
        hub.require_room(people[2].who)
    hub.leave(people[0])
    hub.require_room(people[2].who)


async def test_over_http(client_of: ClientOf) -> None:
    street = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S1"))
    answer = await street.get("/v1/live", params={"once": "true"}, headers={"Last-Event-ID": "?"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "no-transform" in answer.headers["Cache-Control"]
    assert [name for name, *_ in events([answer.content])] == ["hello", "board", "figures"]
    planner = await client_of(Role.ADMINISTRATOR)
    assert (await planner.get("/v1/live")).status_code == 403
