"""Checks all that was written down, or one case for somebody who asks about it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import NotFound
from gridsvc.proof.cases import Sought, Tally, examine
from gridsvc.proof.findings import Finding
from gridsvc.proof.whistles import examine_whistles


@dataclass(frozen=True, slots=True)
class Checked:
    """How many events a case has, and what is wrong with them or with it."""

    events: int
    findings: Sequence[Finding]


def named(text: str) -> Sought:
    """Read the id or the reference of a case."""
    try:
        return Sought(incident=UUID(text))
    except ValueError:
        return Sought(reference=text)


async def verify(db: AsyncSession, sought: Sought, tally: Tally) -> AsyncGenerator[Finding, None]:
    """Compare cases and whistles with their events, as all of them are at one moment."""
    for examined in (examine(db, sought, tally), examine_whistles(db, sought, tally)):
        async with aclosing(examined) as found:
            async for finding in found:
                yield finding


async def check(db: AsyncSession, text: str) -> Checked:
    """Compare one case with its events, and the whistles for it with theirs."""
    tally = Tally()
    async with aclosing(verify(db, named(text), tally)) as found:
        findings = [finding async for finding in found]
    if not tally.events and not findings:
        raise no_such_case()
    return Checked(tally.events, findings)


def no_such_case() -> NotFound:
    """Make the error about a case that is not there."""
    return NotFound(
        en="There is no incident with this id or reference.",
        zh="没有该编号或 id 的案件。",
    )
