"""Filing conditions for tests: exposed rubbish with two, of which the second ends sooner."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.entry import Filing
from gridsvc.catalogue.model import CategoryScheme
from gridsvc.catalogue.service import publish_scheme
from gridsvc.clock.limit import Limit, Unit
from tests.factories import CATEGORIES

HEAP = Filing(
    code="1",
    text="垃圾成堆",
    text_en="A heap of rubbish",
    limit=Limit(1, Unit.WORK_DAY),
    closing="清理干净",
)
SPILT = Filing(
    code="2", text="垃圾遗撒车行道", limit=Limit(2, Unit.URGENT_HOUR), closing="路面恢复清洁"
)
ROWS: list[dict[str, Any]] = [
    CATEGORIES[0],
    {**CATEGORIES[1], "conditions": (HEAP, SPILT)},
    CATEGORIES[2],
]


async def with_conditions(db: AsyncSession, *, valid_from: datetime) -> CategoryScheme:
    """Put a version of the city's scheme in force whose second category has conditions."""
    return await publish_scheme(db, "test", ROWS, name="With conditions", valid_from=valid_from)
