"""What a group of viewers is told: cases, then figures, and now and then that there is no news."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

import gridsvc
from gridsvc.auth.principal import Principal
from gridsvc.incidents.headline import headline
from gridsvc.live.cases import board, changes, snapshot
from gridsvc.live.position import Position
from gridsvc.live.viewers import Group, Viewer, message

PULSE_S: Final = 10.0
"""Who has nothing to be told is told so: a client knows by it that its line is good."""
COUNTED_S: Final = 3.0
"""How old figures may be that something has changed since."""
COUNTED_ANYWAY_S: Final = 30.0
"""And others: what becomes overdue does so by itself."""


def hello(now: datetime) -> bytes:
    """Begin a stream: which version speaks, and what its time is."""
    return b"retry: 3000\n" + message("hello", {"version": gridsvc.__version__, "now": now})


def waits(group: Group, moment: float) -> bool:
    """Tell whether there is something to say though nothing has happened."""
    return group.changed or moment - group.told >= PULSE_S


async def tell(db: AsyncSession, group: Group, *, now: datetime, moment: float) -> None:
    """Tell the viewers of a group what is new; `moment` is the time of the event loop."""
    # First of all: what is committed from here on is read now, perhaps, and once more then.
    here = Position(now, await snapshot(db))
    for since, viewers in group.by_position().items():
        await _tell_cases(db, group, viewers, since=since, here=here, moment=moment)
    await _tell_figures(db, group, now=now, moment=moment)
    if moment - group.told >= PULSE_S:
        group.tell(message("pulse", {"now": now}, here), moment=moment)


async def _tell_cases(
    db: AsyncSession,
    group: Group,
    viewers: Sequence[Viewer],
    *,
    since: Position | None,
    here: Position,
    moment: float,
) -> None:
    said = await _news(db, since, here, who=group.who)
    for viewer in viewers:
        viewer.position = here
        if said is not None:
            viewer.tell(said)
    if said is not None:
        group.told, group.changed = moment, True


async def _news(
    db: AsyncSession, since: Position | None, here: Position, *, who: Principal
) -> bytes | None:
    """Write what is new since a position, or all of it; None if nothing is."""
    if since is None or since.is_ahead_of(here):
        found = await board(db, who=who, now=here.at)
        return message("board", {"cases": found.cases}, here)
    if since.snapshot == here.snapshot:
        return None
    news = await changes(db, since.snapshot, who=who, now=here.at)
    if not news.cases and not news.gone:
        return None
    return message("changes", {"cases": news.cases, "gone": news.gone}, here)


async def _tell_figures(db: AsyncSession, group: Group, *, now: datetime, moment: float) -> None:
    age = moment - group.counted
    if age >= (COUNTED_S if group.changed else COUNTED_ANYWAY_S):
        counted = await headline(db, who=group.who, now=now)
        group.counted, group.changed = moment, False
        said = message("figures", asdict(counted))
        group.figures = group.figures if said == group.figures else said
    for viewer in group.viewers:
        if group.figures is not None and viewer.figures is not group.figures:
            viewer.figures = group.figures
            viewer.tell(group.figures)
