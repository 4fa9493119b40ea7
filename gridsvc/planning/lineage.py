"""Which codes came of which, when what several releases have made of them is undone."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Release
from gridsvc.planning import repository
from gridsvc.planning.edits import CodeMap, followed
from gridsvc.planning.model import Draft


async def way_back(db: AsyncSession, draft: Draft, restored: Release) -> CodeMap:
    """Tell what becomes of the codes in force when a draft restores an earlier release."""
    base = await repository.release_by_id(db, draft.base_release_id)
    if base is None:
        return {}
    between = (Release.valid_from > restored.valid_from) & (Release.valid_from <= base.valid_from)
    steps = select(Release.findings).where(Release.layer_id == draft.layer_id, between)
    codes: CodeMap = {}
    for findings in await db.scalars(steps.order_by(Release.valid_from)):
        codes = followed(codes, findings.get("codes", {}))
    current = {area["code"] for area in await repository.areas_of_release(db, base.id)}
    return reversed_codes(codes, old=await repository.codes_of_draft(db, draft), new=current)


def reversed_codes(codes: CodeMap, *, old: Collection[str], new: Collection[str]) -> CodeMap:
    """Turn round what became of codes, of those that there are; what stayed itself is not told."""
    back: dict[str, tuple[str, ...]] = {}
    for was, became in codes.items():
        for code in became:
            if was in old and code in new:
                back[code] = (*back.get(code, ()), was)
    told = {was for code, came in back.items() for was in came if came != (code,)}
    return {code: came for code, came in back.items() if came != (code,) or code in told}
