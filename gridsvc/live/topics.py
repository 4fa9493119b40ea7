"""How many cases of each class came of late, and in the weeks before. Reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Integer, and_, cast, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.live.rising import Rising, Tally, rising

WEEKS: Final = 8
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Topic:
    """A class of a scheme, whichever version of it a case was filed by."""

    scheme: str
    category: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is rising, and what the classes are called."""

    topics: Sequence[Rising[Topic]]
    names: Mapping[Topic, tuple[str, str | None]]


async def rising_topics(db: AsyncSession, *, who: Principal, until: datetime, hours: int) -> Found:
    """Find the classes of which more cases came in the last hours than is usual."""
    week = cast(
        func.floor(extract("epoch", until - Incident.reported_at) / _WEEK.total_seconds()), Integer
    )
    names = (
        CategoryScheme.code,
        Category.code,
        func.max(Category.name),
        func.max(Category.name_en),
    )
    counted = (
        select(*names, week, func.count())
        .select_from(Incident)
        .join(Category, Category.id == Incident.category_id)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        # A matter that is split came once. What was refused later counts as well: of the last
        # hours nobody has refused anything yet.
        .where(_spans(until, timedelta(hours=hours)), Incident.parent_id.is_(None), visible_to(who))
        .group_by(CategoryScheme.code, Category.code, week)
    )
    numbers = defaultdict[Topic, list[int]](lambda: [0] * (WEEKS + 1))
    named = dict[Topic, tuple[str, str | None]]()
    for scheme, category, name, name_en, weeks_ago, number in await db.execute(counted):
        topic = Topic(scheme, category)
        named[topic] = (name, name_en)
        numbers[topic][weeks_ago] += number
    return Found(rising(tallies(numbers)), named)


def tallies(numbers: Mapping[Topic, Sequence[int]]) -> Mapping[Topic, Tally]:
    """Leave out the weeks before the first case: nothing was recorded, not nothing happened."""
    first = max((ago for it in numbers.values() for ago, n in enumerate(it) if n), default=0)
    return {topic: Tally(it[0], tuple(it[1 : first + 1])) for topic, it in numbers.items()}


def _spans(until: datetime, span: timedelta) -> ColumnElement[bool]:
    """Hold for what was reported in the span that ends at a time, or in that of a week before."""
    ends = [until - ago * _WEEK for ago in range(WEEKS + 1)]
    return or_(
        *(and_(Incident.reported_at > end - span, Incident.reported_at <= end) for end in ends)
    )
