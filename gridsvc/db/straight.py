"""Small statements that are asked thousands of times: sent straight to the driver.

SQLAlchemy puts them together once, and lends the connection. What it does besides for each of them
takes three times as long as PostgreSQL takes for the smallest.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
from sqlalchemy import ClauseElement, PoolProxiedConnection, text
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

PLAN_FOR_THIS = "SET LOCAL plan_cache_mode = force_custom_plan"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_SPENT = asyncpg.InternalClientError
"""Nothing more can be asked on a connection: the server has said that it ends it, say."""
_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, _SPENT)


class Statement:
    """A statement put together for the driver, which is asked for the one value that it gives."""

    def __init__(self, statement: ClauseElement | str) -> None:
        whole = text(statement) if isinstance(statement, str) else statement
        compiled = cast("SQLCompiler", whole.compile(dialect=_DIALECT))
        self.text = str(compiled)
        self._names = compiled.positiontup or []
        self._known = compiled.params

    def arguments(self, given: Mapping[str, object]) -> Iterator[object]:
        """List what goes into the text, in its order."""
        values = {**self._known, **given}
        return (values[name] for name in self._names)


class Straight:
    """A connection for statements that stand alone: one way there and back, a session takes three.

    Nothing holds it to what a caller may see.
    """

    def __init__(self, driver: Any) -> None:  # noqa: ANN401 - asyncpg has no types
        self._driver = driver

    async def value(
        self, statement: Statement, given: Mapping[str, object], *, planned: bool = False
    ) -> Any:  # noqa: ANN401
        """Ask for a value; planned for what is given where one plan for all would be a bad one.

        That takes a transaction. Raises `DBAPIError`, as SQLAlchemy does.
        """
        asked = (statement.text, *statement.arguments(given))
        try:
            if not planned:
                return await self._driver.fetchval(*asked)
            async with self._driver.transaction():
                await self._driver.execute(PLAN_FOR_THIS)
                return await self._driver.fetchval(*asked)
        except _ERRORS as error:
            if isinstance(error, _SPENT):
                self._driver.terminate()
            raise DBAPIError(
                statement.text,
                None,
                error,
                hide_parameters=True,
                connection_invalidated=self._driver.is_closed(),
            ) from error


class Lender:
    """Lends connections of an engine's pool for small statements, and keeps some for the next.

    To take one from the pool and to put it back is a fourteenth of what a small tile takes.
    """

    def __init__(self, engine: AsyncEngine, *, most_kept: int) -> None:
        self._engine = engine
        self._most_kept = most_kept
        self._kept: list[PoolProxiedConnection] = []

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Straight]:
        """Lend one."""
        lent = await self._taken()
        try:
            yield Straight(lent.driver_connection)
        finally:
            self._take_back(lent)

    async def _taken(self) -> PoolProxiedConnection:
        while self._kept:
            lent = self._kept.pop()
            if not _is_closed(lent):
                return lent
            self._take_back(lent)
        return await self._engine.raw_connection()

    def _take_back(self, lent: PoolProxiedConnection) -> None:
        if _is_closed(lent):
            # Of what goes past SQLAlchemy its pool learns nothing by itself.
            lent.invalidate()
        elif len(self._kept) < self._most_kept:
            self._kept.append(lent)
            return
        # Nothing to wait for: SQLAlchemy has begun nothing on it that is to be rolled back.
        lent.close()

    def close(self) -> None:
        """Give those that are kept back to the pool, and keep none from now on."""
        self._most_kept = 0
        while self._kept:
            self._kept.pop().close()


def _is_closed(lent: PoolProxiedConnection) -> bool:
    driver: Any = lent.driver_connection
    return bool(driver.is_closed())
