"""The live stream: 500 viewers of one web process, beside 500 who ask for the list again and again.

Cases change at a steady rate. Measured is how long after a change's commit each viewer knows of it,
and how much of a core the web process takes. Viewers, database and web process share the machine.
"""

import asyncio
import os
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice, repeat
from pathlib import Path
from random import Random

import asyncpg

from benchmarks.figures import Row
from benchmarks.pressure import post, rate
from benchmarks.report import report_bodies
from benchmarks.servers import durable_cluster, fill, web_process
from geodata.generate.city import City
from geodata.generate.plan import Scale
from gridsvc.auth.appointing import NewAppointment, appoint
from gridsvc.auth.principal import Role, Scope
from gridsvc.auth.service import NewAccount, add_account, add_credential
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database, for_asyncpg

VIEWERS = 500
OF_THE_CITY = 20
"""Accounts that see everything, as half of the viewers do; each street has one, too."""
A_SECOND = 20
SECONDS = 20.0
LISTED = 100
ASKED_EVERY_S = 10.0
"""Who has no stream asks for the newest cases this often."""
CASE = re.compile(rb'"id":"([0-9a-f-]{36})","reference":"[^"]*","status":"[^"]*","version":(\d+)')
IN_LIST = re.compile(rb'"id":"([0-9a-f-]{36})"(?:(?!"id":).)*?"version":(\d+)', re.DOTALL)


@dataclass(slots=True)
class Log:
    """When which version of a case was committed, and how late viewers knew."""

    committed: dict[tuple[bytes, int], float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    _read: dict[bytes, Sequence[tuple[bytes, int]]] = field(default_factory=dict)

    def came(self, said: bytes, known: dict[bytes, int], pattern: re.Pattern[bytes]) -> None:
        """Note what a viewer is told; what many are told is read once."""
        now = time.perf_counter()
        if said not in self._read:
            self._read[said] = [(it[0], int(it[1])) for it in pattern.findall(said)]
        for case, version in self._read[said]:
            for one in range(known.get(case, version) + 1, version + 1):
                if (case, one) in self.committed:
                    self.delays.append(now - self.committed[case, one])
            known[case] = max(version, known.get(case, 0))


def run() -> list[Row]:
    with durable_cluster() as url:
        city, worker = fill(url, Scale.DISTRICT)
        tokens = asyncio.run(_tokens(url, city))
        with web_process(url) as (port, pid):
            bodies = cycle(report_bodies(city))
            header = f"Authorization: Bearer {worker}\r\n"
            one = lambda: post("/v1/incidents", next(bodies), headers=header)  # noqa: E731
            asyncio.run(rate(port, one, seconds=2, connections=4))
            ours = asyncio.run(_measured(url, port, pid, tokens, _stream))
            theirs = asyncio.run(_measured(url, port, pid, tokens, _ask))
    return _rows(ours, theirs)


@dataclass(frozen=True, slots=True)
class Measured:
    median: float
    late: float
    """The 99th percentile."""
    core: float
    """Share of a core."""


def _rows(ours: Measured, theirs: Measured) -> list[Row]:
    size = f"{VIEWERS} viewers, {A_SECOND} changes a second"
    peer = f"{VIEWERS} asking for the newest {LISTED} every {ASKED_EVERY_S:.0f} s"
    compared = (
        ("from commit to receipt, median", "ms", 1000 * ours.median, 1000 * theirs.median, 10),
        ("from commit to receipt, 99th percentile", "ms", 1000 * ours.late, 1000 * theirs.late, 5),
        ("of a core, by the web process", "%", 100 * ours.core, 100 * theirs.core, 1),
    )
    return [
        Row(
            work=work,
            size=size,
            unit=unit,
            ours=round(mine, 1),
            peer=peer,
            theirs=round(other, 1),
            ratio=round(other / mine, 2),
            goal=goal,
        )
        for work, unit, mine, other, goal in compared
    ]


async def _tokens(url: str, city: City) -> list[str]:
    """Make the viewers' accounts; every other viewer sees the whole city."""
    database, now = Database.connect(url, pool_size=2), utc_now()
    streets = [Scope("street", code) for code in city.levels["street"]["code"]]
    made = defaultdict[bool, list[str]](list)
    async with database.transaction() as db:
        for number, scope in enumerate([*repeat(None, OF_THE_CITY), *streets]):
            account = await add_account(db, NewAccount(f"wall{number}", "for measuring only"))
            role = Role.CITY_CENTRE if scope is None else Role.STREET_CENTRE
            post_ = NewAppointment(role=role, scope=scope, valid_from=now - timedelta(days=1))
            await appoint(db, account.login, post_, by=None)
            token = await add_credential(
                db, account.id, kind="bearer", name="wall", life=timedelta(days=1), now=now
            )
            made[scope is None].append(token)
    await database.close()
    pairs = zip(cycle(made[True]), cycle(made[False]), strict=False)
    return [token for pair in islice(pairs, VIEWERS // 2) for token in pair]


Watch = Callable[[int, str, Log, asyncio.Event], Coroutine[None, None, None]]


async def _measured(url: str, port: int, pid: int, tokens: Sequence[str], watch: Watch) -> Measured:
    log, over = Log(), asyncio.Event()
    watching = [asyncio.create_task(watch(port, token, log, over)) for token in tokens]
    await asyncio.sleep(ASKED_EVERY_S + 5)  # everybody is there, and has been told how things are
    log.delays.clear()
    began, spent = time.perf_counter(), _cpu_s(pid)
    await _change(url, log)
    core = (_cpu_s(pid) - spent) / (time.perf_counter() - began)
    await asyncio.sleep(ASKED_EVERY_S + 2)
    over.set()
    await asyncio.gather(*watching)
    assert len(log.delays) > VIEWERS, "nobody was told"
    return Measured(
        statistics.median(log.delays), statistics.quantiles(log.delays, n=100)[-1], core
    )


def _cpu_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


async def _change(url: str, log: Log) -> None:
    """Change the newest cases, each change a transaction, at a steady rate."""
    random, db = Random(5), await asyncpg.connect(for_asyncpg(url))
    newest = f"SELECT id FROM incident ORDER BY reported_at DESC, id DESC LIMIT {LISTED}"
    ids = [row[0] for row in await db.fetch(newest)]
    began = time.perf_counter()
    for number in range(int(A_SECOND * SECONDS)):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
        changed = "UPDATE incident SET version = version + 1 WHERE id = $1 RETURNING version"
        case = random.choice(ids)
        version = await db.fetchval(changed, case)
        log.committed[str(case).encode(), version] = time.perf_counter()
    await db.close()


def _get(path: str, token: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    return head.encode()


async def _stream(port: int, token: str, log: Log, over: asyncio.Event) -> None:
    known: dict[bytes, int] = {}
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(_get("/v1/live", token))
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    while not over.is_set():
        size = int(await reader.readuntil(b"\r\n"), 16)
        log.came((await reader.readexactly(size + 2))[:-2], known, CASE)
    writer.close()


async def _ask(port: int, token: str, log: Log, over: asyncio.Event) -> None:
    known: dict[bytes, int] = {}
    await asyncio.sleep(Random(id(known)).uniform(0, ASKED_EVERY_S))
    while not over.is_set():
        # A line of its own each time: the server does not keep idle ones for so long.
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        writer.write(_get(f"/v1/incidents?limit={LISTED}", token))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = re.search(rb"content-length: (\d+)", head.lower())
        assert length is not None
        log.came(await reader.readexactly(int(length[1])), known, IN_LIST)
        writer.close()
        await asyncio.sleep(ASKED_EVERY_S)
