"""Engines and sessions: how a process reaches PostgreSQL, and what a transaction is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from gridsvc.db.straight import Lender
from gridsvc.errors import DatabaseAway

CONNECT_TIMEOUT_S = 10.0
KEPT_OF = 8
"""Of so many connections one at most is kept for small statements: the others are for sessions."""
LIBPQ_ONLY = frozenset(
    {
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "fallback_application_name",
        "gssencmode",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "sslcompression",
        "sslsni",
        "tcp_user_timeout",
    }
)
"""Parameters of an address that only libpq knows: asyncpg would send them on as server settings."""


def _dump(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and the maker of its sessions."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    straight: Lender
    """Lends a connection for single small statements, which nothing holds to what a caller may
    see."""
    url: str | None = field(default=None, repr=False)
    """Of a database that can be listened to; it may hold a password."""

    @classmethod
    def connect(cls, url: str, *, pool_size: int = 16, statement_timeout_s: int = 0) -> "Database":
        """Prepare to connect; nothing is opened before the first use.

        A statement that takes longer than `statement_timeout_s` is ended; 0 lets it take its time.
        """
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=partial(_open, url, statement_timeout_s),
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            json_serializer=_dump,
            json_deserializer=orjson.loads,
            # What people reported and the hashes of secrets stay out of error messages and logs.
            hide_parameters=True,
        )
        sessions = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
        return cls(engine, sessions, Lender(engine, most_kept=pool_size // KEPT_OF), url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session in a transaction: committed at the end, rolled back on any error."""
        async with self.sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[asyncio.Queue[str | None]]:
        """Listen on a connection of its own; what is told comes out of the queue, None at its end.

        What is told while nobody listens is lost.
        """
        told: asyncio.Queue[str | None] = asyncio.Queue()
        connection = await _open(self.url or "", 0)
        try:
            connection.add_termination_listener(lambda _: told.put_nowait(None))
            await connection.add_listener(channel, lambda *said: told.put_nowait(str(said[-1])))
            yield told
        finally:
            await connection.close(timeout=CONNECT_TIMEOUT_S)

    async def close(self) -> None:
        """Close every connection."""
        self.straight.close()
        await self.engine.dispose()


async def _open(url: str, statement_timeout_s: int) -> Any:  # noqa: ANN401 - asyncpg has no types
    """Open a connection. asyncpg reads the address itself: TLS, sockets, several hosts."""
    settings = {
        "application_name": "gridsvc",
        "timezone": "UTC",
        "statement_timeout": f"{statement_timeout_s}s",
    }
    try:
        return await asyncpg.connect(
            for_asyncpg(url), timeout=CONNECT_TIMEOUT_S, server_settings=settings
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseAway(
            en="The database cannot be reached at this moment; try again soon.",
            zh="数据库暂时无法连接，请稍后重试。",
        ) from error


def for_asyncpg(url: str) -> str:
    """Take from an address what only libpq understands."""
    address, _, query = url.partition("?")
    kept = [pair for pair in parse_qsl(query) if pair[0] not in LIBPQ_ONLY]
    return f"{address}?{urlencode(kept)}" if kept else address
