"""Adding up how many incidents each cell has, so that the changes that wait stay few."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

ENOUGH = 1_000
"""Fewer changes than this are not worth a new version of everything that is drawn from them."""

_WAITING = text("SELECT count(*) FROM incident_tally")
# Whoever reads meanwhile sees the changes before or the sums after. The row that is left is newer
# than all before it: no version is ever named again.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('gridsvc.incident_cells'))")
# A trigger adds what is taken to the shares of the cells.
_ADD_UP = text("""
WITH taken AS (
    DELETE FROM incident_tally RETURNING *
), marked AS (
    INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y) VALUES (0, 0, 0, 0, 0, 0)
)
INSERT INTO incident_cell AS cell (level, x, y, count, open, sum_x, sum_y)
SELECT level, x >> (19 - level), y >> (19 - level), sum(count), sum(open), sum(sum_x), sum(sum_y)
FROM taken, (VALUES (13), (16), (19)) AS cells(level)
GROUP BY 1, 2, 3
ON CONFLICT (level, x, y) DO UPDATE SET
    count = cell.count + excluded.count, open = cell.open + excluded.open,
    sum_x = cell.sum_x + excluded.sum_x, sum_y = cell.sum_y + excluded.sum_y
""")


async def add_up(db: AsyncSession, *, enough: int = ENOUGH) -> None:
    """Add the changes that wait to the cells and their shares, if they are many."""
    await db.execute(_LOCK)
    if (await db.execute(_WAITING)).scalar_one() >= enough:
        await db.execute(_ADD_UP)
