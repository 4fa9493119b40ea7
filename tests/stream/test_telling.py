"""What streams say is what lists show, whatever happens, whoever commits last."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import keep_to
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Principal, Role, Scope
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.incidents.lifecycle import OPEN, UNHANDLED, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters, page
from gridsvc.live.cases import forget
from gridsvc.live.hub import Hub
from gridsvc.live.model import Change
from gridsvc.live.viewers import Viewer
from tests.factories import make_account
from tests.incidents.population import Register, areas_at, incident
from tests.stream.watching import Board, appointed, principal

STEPS = 40


async def told(hub: Hub, who: Principal, board: Board) -> None:
    """Let somebody come back and be told what is new."""
    board.apply(await hub.once(Viewer(who, "bearer", b"", board.position())))


async def listed(database: Database, who: Principal) -> dict[str, tuple[str, int]]:
    async with database.sessions() as db:
        keep_to(db, who)
        found = await page(db, Filters(), who=who, limit=1_000, after=None)
    return {str(it.incident.id): (it.incident.status, it.incident.version) for it in found.rows}


async def test_who_commits_last_is_not_lost(own: Database) -> None:
    """The older transaction draws its number first and commits after the newer one was told."""
    who = await principal(own, await appointed(own, "centre", Role.COMMAND_CENTRE))
    hub, board = Hub(own, utc_now), Board()
    await told(hub, who, board)
    async with own.sessions() as older, own.sessions() as newer:
        ids = [await added(db, f"reporter{n}") for n, db in enumerate((older, newer))]
        await newer.commit()
        await told(hub, who, board)
        assert set(board.cases) == {str(ids[1])}
        await older.commit()
    await told(hub, who, board)
    assert set(board.cases) == {str(one) for one in ids}
    async with own.sessions() as db:
        numbered = select(Change.incident_id).order_by(Change.number)
        assert list(await db.scalars(numbered)) == ids, "a counter would not have lost it either"


async def added(db: AsyncSession, login: str) -> UUID:
    made = incident(await Register.read(db), await make_account(db, login))
    db.add(made)
    await db.flush()
    return made.id


class TestScenario:
    """Random steps on cases, three who see different parts, each told now and then."""

    async def test_every_board_equals_the_list(self, own: Database) -> None:
        random, hub = Random(18), Hub(own, utc_now)
        reporter = await appointed(own, "worker", Role.GRID_WORKER)
        async with own.sessions() as db:
            register = await Register.read(db)
        people = [
            await appointed(own, "centre", Role.COMMAND_CENTRE),
            await appointed(own, "street", Role.STREET_CENTRE, scope=Scope("street", "S1")),
            await appointed(
                own,
                "handler",
                Role.DEPARTMENT_HANDLER,
                organisation_id=register.organisations["clean1"],
            ),
        ]
        watching = [(await principal(own, one), Board(), set[str]()) for one in people]
        ids: list[UUID] = []
        for _ in range(STEPS):
            async with own.transaction() as db:
                await step(db, random, ids, register, reporter)
            for who, board, seen in watching:
                seen |= set(await listed(own, who))
                if random.random() < 0.4:
                    await told(hub, who, board)
                    assert board.gone <= seen, "an id was told that was never to be seen"
        for who, board, _ in watching:
            await told(hub, who, board)
            shown = {one: (it["status"], it["version"]) for one, it in board.cases.items()}
            now = await listed(own, who)
            # A case that was closed before the stream began is no case of the board.
            assert still_open(shown) == still_open(now)
            assert shown.items() <= now.items()
        assert len(watching[0][2]) == len(ids), "who sees everything sees everything"
        assert watching[1][1].gone, "nothing left anybody's sight"
        assert watching[2][1].gone


def still_open(cases: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    return {one: it for one, it in cases.items() if Status(it[0]) in OPEN}


async def step(
    db: AsyncSession, random: Random, ids: list[UUID], register: Register, reporter: Account
) -> None:
    """Report a case, or change one in a way that may move it from sight to sight."""
    if len(ids) < 3 or random.random() < 0.3:
        column = random.choice([0.5, 1.5, 2.5, 3.5])
        made = incident(register, reporter, column=column, lead=random.choice(["clean1", "s2"]))
        db.add(made)
        ids.append(made.id)
        return
    organisations = register.organisations
    values: list[Callable[[], dict[str, Any]]] = [
        lambda: {"status": random.choice(["handling", "handled", "closed", "suspended"])},
        lambda: areas_at(random.choice([0.5, 3.5]), 0.5),
        lambda: {"lead_id": organisations[random.choice(["clean1", "clean2", "s1"])]},
        lambda: {"co_handler_ids": [organisations["clean1"]] if random.random() < 0.5 else []},
        lambda: {"called_ids": [organisations["clean1"]] if random.random() < 0.5 else []},
    ]
    chosen = {**random.choice(values)(), "version": Incident.version + 1}
    named = random.sample(ids, random.randint(1, 2))
    await db.execute(update(Incident).where(Incident.id.in_(named)).values(chosen))


async def test_what_only_reminders_need_is_no_news(own: Database) -> None:
    who = await principal(own, await appointed(own, "centre", Role.COMMAND_CENTRE))
    hub, board = Hub(own, utc_now), Board()
    async with own.transaction() as db:
        await added(db, "reporter")
    await told(hub, who, board)
    before = board.last
    async with own.transaction() as db:
        await db.execute(update(Incident).values(alarms_version=1))
    viewer = Viewer(who, "bearer", b"", board.position())
    said = b"".join(await hub.once(viewer))
    assert b"event: changes" not in said
    assert str(viewer.position) != before, "it is known to have been looked for"


async def test_changes_are_forgotten_and_a_position_of_a_restored_database_begins_anew(
    own: Database,
) -> None:
    who = await principal(own, await appointed(own, "centre", Role.COMMAND_CENTRE))
    async with own.transaction() as db:
        made = await added(db, "reporter")
    async with own.transaction() as db:
        await forget(db, before=utc_now() - timedelta(hours=1))
        assert await db.scalar(select(Change.incident_id)) == made
        await forget(db, before=utc_now() + timedelta(hours=1))
        assert await db.scalar(select(Change.incident_id)) is None
        # As it would come from a copy of another database: of a transaction yet to come.
        await db.execute(
            text("INSERT INTO incident_change (transaction, incident_id) VALUES (2^40, :it)"),
            {"it": made},
        )
    board = Board(last=f"{int(utc_now().timestamp())}.1000000000:1000000000:")
    await told(Hub(own, utc_now), who, board)
    assert set(board.cases) == {str(made)}
    viewer = Viewer(who, "bearer", b"", board.position())
    assert b"changes" not in b"".join(await Hub(own, utc_now).once(viewer))


async def test_overdue_is_what_lists_call_so(own: Database) -> None:
    now = utc_now()
    hour = timedelta(hours=1)
    times: list[dict[str, Any]] = [
        {"due_at": now - hour},
        {"due_at": now + hour},
        {"due_at": now - hour, "paused_at": now - 2 * hour},
        {"due_at": now - 2 * hour, "paused_at": now - hour},
        {"due_at": now - hour, "exempted_at": now},
        {"due_at": now - hour, "status": "suspended"},
        {"due_at": now - hour, "status": "handled"},
    ]
    async with own.transaction() as db:
        register, reporter = await Register.read(db), await make_account(db, "reporter")
        db.add_all([incident(register, reporter, **it) for it in times])
    who = await principal(own, await appointed(own, "centre", Role.COMMAND_CENTRE))
    board = Board()
    await told(Hub(own, utc_now), who, board)
    late = [it for it in board.cases.values() if it["overdue"]]
    assert len(late) == board.figures["overdue"] == 2
    assert len(board.cases) == board.figures["open"] == len(times)
    assert all(it["overdue_at"] == it["due_at"] for it in late)
    assert {it["status"] for it in late} <= set(UNHANDLED)
