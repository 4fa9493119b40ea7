"""The map of one moment, taken to have held always: how a case older than the map is decided by it.

A case asks by the time at which it happened: night or day, season, the category then. Which map
answers is another matter: the one that is, or will be, in force when its owner is decided anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Conflict
from gridsvc.routing.edition import Edition
from gridsvc.routing.lasting import lasting
from gridsvc.routing.service import Answer, Matter, Router, answer
from gridsvc.routing.snapshot import MapView

TRIES = 5
"""How often is decided anew because the map changed meanwhile."""
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Standing:
    """A map without time."""

    edition: Edition
    view: MapView

    async def ask(self, db: AsyncSession, router: Router, matter: Matter) -> Answer:
        """Decide a matter as a report is decided: by its component or its address too."""
        return await router.ask_by(db, self.edition, self.view, matter)

    async def decide(
        self, db: AsyncSession, router: Router, matters: Sequence[Matter]
    ) -> list[Answer]:
        """Decide matters, without keeping anybody else waiting."""
        questions = [router.question(self.edition, matter) for matter in matters]
        things = await router.things(db, self.edition, questions)
        return await asyncio.to_thread(
            lambda: [
                answer(self.edition, self.view, question, things=near)
                for question, near in zip(questions, things, strict=True)
            ]
        )


async def standing(db: AsyncSession, router: Router, *, at: datetime) -> Standing:
    """Take the map as it is in force at a time to have held always, and always to hold."""
    edition = await router.atlas.newest(db)
    view = await router.atlas.view(db, edition, at=at)
    return Standing(await asyncio.to_thread(lasting, edition, at), view)


async def by_map_of_now(
    db: AsyncSession,
    router: Router,
    ask: Callable[[Standing], Awaitable[_Found]],
    *,
    now: datetime,
) -> _Found:
    """Ask the map of this moment, and hold it until the commit: nothing by an older one is kept."""
    for _ in range(TRIES):
        map_ = await standing(db, router, at=now)
        found = await ask(map_)
        if await db.scalar(select(func.current_map_version())) == map_.edition.version:
            return found
    raise Conflict(
        "map_changing", en="The map keeps changing; try again.", zh="地图正在频繁变更，请重试。"
    )
