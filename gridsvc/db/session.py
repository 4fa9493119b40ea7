"""Engines and sessions: how a process reaches PostgreSQL, and what a transaction is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


def _dump(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and the maker of its sessions."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(cls, url: str, *, pool_size: int = 16) -> "Database":
        """Prepare to connect; nothing is opened before the first use."""
        engine = create_async_engine(
            driver_url(url, "asyncpg"),
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            json_serializer=_dump,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": {"application_name": "gridsvc", "timezone": "UTC"}},
        )
        return cls(engine, async_sessionmaker(engine, expire_on_commit=False, autoflush=False))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session in a transaction: committed at the end, rolled back on any error."""
        async with self.sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def driver_url(url: str, driver: str) -> str:
    """Name the driver in a PostgreSQL address, whichever form it came in."""
    _, _, rest = url.partition("://")
    return f"postgresql+{driver}://{rest}"
