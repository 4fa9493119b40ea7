"""The map of one moment, taken to have held always: how a case older than the map is decided by it.

A case asks by the time at which it happened: night or day, season, the category then. Which map
answers is another matter: the one that is, or will be, in force when its owner is decided anew.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.routing import repository
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Claim
from gridsvc.routing.service import Answer, Matter, Router, answer
from gridsvc.routing.snapshot import MapView
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.repository import border_policies
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay

_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)

Lasting = TypeVar("Lasting", Claim, Rule, BorderPolicy, SpecialDay)


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
    organisations, claims = await repository.claims(db)
    policies = _always(await border_policies(db), at)
    lasting = replace(
        edition,
        claims=Claims(_always(claims, at)),
        organisations=organisations,
        rules=tuple(_always(edition.rules, at)),
        special_days=tuple(_always(edition.special_days, at)),
        borders=await asyncio.to_thread(Borders, policies),
        _about={},
    )
    return Standing(lasting, view)


def _always(rows: Iterable[Lasting], at: datetime) -> list[Lasting]:
    return [
        replace(row, valid_from=_BEGINNING, valid_to=None)
        for row in rows
        if row.valid_from <= at and (row.valid_to is None or at < row.valid_to)
    ]
