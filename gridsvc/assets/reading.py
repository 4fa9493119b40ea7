"""Reading components for the endpoints."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.assets.near import NearAsset, Sought, near
from gridsvc.assets.search import Filters, Listed, by_ids, one, page, versions

__all__ = ["Filters", "Listed", "Sought", "beside", "one", "page", "versions"]


async def beside(
    db: AsyncSession, sought: Sought, *, most: int
) -> Sequence[tuple[Listed, NearAsset]]:
    """List the components near a point with all that is known of them, the nearest first."""
    found = await near(db, sought, most=most)
    listed = await by_ids(db, [asset.id for asset in found])
    return [(listed[asset.id], asset) for asset in found]
