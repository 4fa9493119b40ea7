"""The map of one moment, taken to have held always: how a case older than the map is decided by it.

A case asks by the time at which it happened: night or day, season, the category then. Which map
answers is another matter: the one that is, or will be, in force when its owner is decided anew.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.routing.edition import Edition
from gridsvc.routing.lasting import lasting
from gridsvc.routing.service import Answer, Matter, Router, answer
from gridsvc.routing.snapshot import MapView


@dataclass(frozen=True, slots=True)
class Standing:
    """A map without time."""

    edition: Edition
    view: MapView

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
