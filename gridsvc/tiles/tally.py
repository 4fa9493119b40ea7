"""Adding up how many incidents each cell has, so that the rows of changes stay few."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

ENOUGH = 1_000
"""Fewer rows than this are not worth a new version of everything that is drawn from them."""

# Whoever reads meanwhile sees the rows before or the sums after. Two that add up at once share the
# rows between them: what one has taken the other does not see.
_FOLD = text("""
WITH changed AS (
    SELECT DISTINCT x, y FROM incident_tally WHERE NOT folded
), taken AS (
    DELETE FROM incident_tally USING changed
    WHERE incident_tally.x = changed.x AND incident_tally.y = changed.y
      AND (SELECT count(*) FROM incident_tally WHERE NOT folded) >= :enough
    RETURNING incident_tally.*
)
INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y, folded)
SELECT x, y, sum(count), sum(open), sum(sum_x), sum(sum_y), true FROM taken GROUP BY x, y
""")


async def fold(db: AsyncSession, *, enough: int = ENOUGH) -> None:
    """Make one row of all that a cell has, where something has changed."""
    await db.execute(_FOLD, {"enough": enough})
