"""Putting a version of a scheme in force that somebody has seen the difference of."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.withdrawal import held_beginning
from gridsvc.catalogue.model import CategoryScheme
from gridsvc.catalogue.service import hold_scheme, publish
from gridsvc.errors import Conflict
from gridsvc.schemes.proposal import Proposal, Wanted, propose


async def put_in_force(
    db: AsyncSession, wanted: Wanted, *, valid_from: datetime | None, base: int | None
) -> tuple[Proposal, CategoryScheme]:
    """Put what a file states in force, now or later.

    `base` is the version that it was compared with: another one meanwhile is refused. The first
    version of a scheme may begin in the past: before it there was nothing to decide by.
    """
    await hold_scheme(db, wanted.scheme)
    proposal = await propose(db, wanted)
    _refuse_unseen(proposal, base)
    _refuse_idle(proposal)
    if proposal.follows is None and valid_from is not None:
        since = valid_from
    else:
        since = await held_beginning(db, valid_from, field="valid_from")
    scheme = await publish(
        db, wanted.scheme, proposal.entries, title=proposal.title, valid_from=since
    )
    return proposal, scheme


def _refuse_unseen(proposal: Proposal, base: int | None) -> None:
    if base is not None and base != proposal.base:
        raise Conflict(
            "scheme_changed",
            en=f'Scheme "{proposal.scheme}" is at version {proposal.base} now, not {base}; look at '
            "the difference again.",
            zh=f"分类方案“{proposal.scheme}”现为第 {proposal.base} 版（您比较的是第 {base} 版），"
            "请重新查看差异。",
            field="base",
            version=proposal.base,
        )


def _refuse_idle(proposal: Proposal) -> None:
    if not (proposal.changes or proposal.retitled):
        raise Conflict(
            "nothing_changes",
            en="The file says what is in force already; there is nothing to change.",
            zh="文件与现行方案相同，没有变化。",
            field="file",
        )
